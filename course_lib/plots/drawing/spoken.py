"""A cell's equations in words, for whoever hears a drawing."""

from .expressions import REST, Apply, Expression, Gated, Layer, Named, Sum
from .said import Said
from .strands import number

SIDES = {"x": "x", "h": "the old h", "xh": "x and the old h"}


def spoken(said: Said, values: dict[str, float]) -> str:
    """Return what a drawing says, in words: its title, then equation by equation."""
    found: dict[str, list[str]] = {}
    for name, equation in said.equations.items():
        found.setdefault(in_words(equation, name), []).append(name)
    lines = [
        f"{listed(names)} {'is' if len(names) == 1 else 'are each'} {words}."
        for words, names in found.items()
    ]
    known = [
        n for n in (*said.values, *(f"{s}_prev" for s in said.states)) if n in values
    ]
    shown = [f"{named(n)} is {number(values[n])}" for n in known]
    lines += [f"In this step {listed(shown)}."] if shown else []
    return " ".join([f"{said.title}, one step from left to right.", *lines])


def in_words(expression: Expression, name: str) -> str:
    """Return an expression of a value as one says it."""
    match expression:
        case Named(other):
            return named(other)
        case Layer(block, sides):
            other = f" with the weights of {block}" if block not in ("", name) else ""
            return f"a layer on {SIDES[sides]}{other}"
        case Apply(step, of):
            before = {"σ": "the sigmoid of ", REST: "1 minus "}.get(step)
            before = before or (
                f"{step[2:]} times " if step[0] == "×" else f"{step} of "
            )
            return before + in_words(of, name)
        case Gated(by, of):
            return f"{in_words(by, name)} times {in_words(of, name)}"
        case Sum(terms):
            return f"the sum of {listed([in_words(term, name) for term in terms])}"


def named(name: str) -> str:
    """Return a name as one says it."""
    return f"the old {name[0]}" if name.endswith("_prev") else name


def listed(parts: list[str]) -> str:
    """Return parts as a list in a sentence."""
    return " and ".join([", ".join(parts[:-1])] * (len(parts) > 1) + parts[-1:])
