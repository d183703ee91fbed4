"""The stages of the LSTM: how it is invented, and how it is merged into the GRU."""

from dataclasses import replace

from .expressions import REST, Apply, Expression, Gated, Named, Sum
from .said import Said

# Which gates it has in each stage of its invention, and what the stage is.
INVENTED = {
    "adding": ("", "A memory to which every step adds"),
    "input": ("i", "The memory with an input gate"),
    "output": ("io", "The memory with an input and an output gate"),
    "forget": ("ifo", "The memory with an input, an output and a forget gate"),
}
MERGED = {
    "tied": "What is not kept is written: one gate in place of two",
    "merged": "The memory is the hidden state: one state in place of two",
}
STAGES = (*INVENTED, *MERGED)


def at_stage(said: Said, stage: str | None) -> Said:
    """Return an LSTM as it is at a stage; any cell as it is, if that is None.

    Raises ValueError for a stage that does not exist, or another cell.
    """
    if stage is None:
        return said
    if stage not in STAGES or not set("ifogch") <= set(said.values):
        raise ValueError(
            f"stage must be None or, for an LSTM, one of {', '.join(STAGES)}, "
            f"got {stage!r} for {said.title[4:]}"
        )
    if stage in MERGED:
        return merged(said, stage)
    gates, title = INVENTED[stage]
    open_ = dict.fromkeys(set("ifo") - set(gates))
    return changed(said, open_, title)


def merged(said: Said, stage: str) -> Said:
    """Return an LSTM whose input gate is 1 − f, and, merged, whose memory is h."""
    found = changed(said, {"i": Apply(REST, Named("f"))}, MERGED[stage])
    if stage == "tied":
        return found
    kept, old = ("f", "g"), {"c_prev": Named("h_prev")}
    equations = {name: found.equations[name] for name in kept}
    equations["h"] = put(found.equations["c"], old)
    values = {name: said.values[name] for name in equations}
    return replace(found, values=values, equations=equations, states=("h",))


def changed(said: Said, instead: dict[str, Expression | None], title: str) -> Said:
    """Return a cell without some gates; None instead of one is a gate always open."""
    left = [name for name in said.values if name not in instead]
    return replace(
        said,
        title=title,
        values={name: said.values[name] for name in left},
        equations={name: put(said.equations[name], instead) for name in left},
    )


def put(expression: Expression, instead: dict[str, Expression | None]) -> Expression:
    """Return an expression with others instead of some names."""
    match expression:
        case Gated(Named(name), of) if name in instead and instead[name] is None:
            return put(of, instead)
        case Named(name):
            return instead.get(name, expression)
        case Gated(by, of):
            return Gated(put(by, instead), put(of, instead))
        case Apply(step, of):
            return Apply(step, put(of, instead))
        case Sum(terms):
            return Sum(tuple(put(term, instead) for term in terms))
    return expression


def added(stage: str | None) -> set[str]:
    """Return the gate that a stage of the invention adds to the one before."""
    order = list(INVENTED)
    if stage not in order[1:]:
        return set()
    before = order[order.index(stage) - 1]
    return set(INVENTED[stage][0]) - set(INVENTED[before][0])
