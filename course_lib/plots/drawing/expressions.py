"""What a cell's equations mean: read from the words in which the cell says them.

"f c_{t−1} + i g" is a sum of two products. A product of a gate and something else is
a gate on that thing; "1 − z" and "0.9 c" are steps on a wire, as tanh is.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

TOKEN = re.compile(r"\s*(\d+(?:\.\d+)?|[^\W\d_][^\W_]*(?:_\{t[−-]1\}|_\w+)?|[()+−⊙·-])")
REST = "1 −"
FUNCTIONS = {"σ": torch.sigmoid, "tanh": torch.tanh, "relu": torch.relu}


@dataclass(frozen=True)
class Named:
    """A value by its name: a gate, a state, or the state before, "c_prev"."""

    name: str


@dataclass(frozen=True)
class Layer:
    """What comes in through one block of the weights, from x_t, from h_prev or both."""

    block: str
    sides: str = "xh"


@dataclass(frozen=True)
class Apply:
    """A step that one wire goes through: "σ", "tanh", "1 −" or a number, "× 0.9"."""

    step: str
    of: "Expression"


@dataclass(frozen=True)
class Gated:
    """A product: `of`, as much of it as the gate `by` lets through."""

    by: "Expression"
    of: "Expression"


@dataclass(frozen=True)
class Sum:
    """A sum of terms."""

    terms: tuple["Expression", ...]


Expression = Named | Layer | Apply | Gated | Sum


class Reader:
    """Reads one equation.

    kinds: what each name is that an equation may have, "gate", "candidate" or "state".
    A gate is one where it is multiplied; a state may come with the step before.
    """

    def __init__(self, text: str, kinds: dict[str, str]):
        self.text, self.kinds = text, kinds
        self.tokens = TOKEN.findall(text)
        if "".join(self.tokens) != re.sub(r"\s", "", text):
            raise self.error("a sum of products of names, numbers and functions")

    def error(self, expected: str) -> ValueError:
        """Return what is wrong with the equation."""
        return ValueError(f"an equation must be {expected}, got {self.text!r}")

    def read(self) -> Expression:
        """Return the whole equation. Raises ValueError for one that cannot be read."""
        found = self.sum()
        if self.tokens:
            raise self.error(f"complete before {self.tokens[0]!r}")
        return found

    def sum(self) -> Expression:
        """Read terms, up to the end or a closing bracket."""
        terms = [self.product()]
        while self.tokens and self.tokens[0] in "+−-":
            minus = self.tokens.pop(0) != "+"
            terms.append(self.product())
            if minus:
                if terms[-2] != 1:
                    raise self.error("without a minus, except in 1 − a gate")
                terms[-2:] = [Apply(REST, terms[-1])]
        if any(isinstance(term, float) for term in terms):
            raise self.error("without a number that stands alone")
        return summed(terms)

    def product(self) -> Expression | float:
        """Read factors; the gates among them are valves on what is left."""
        factors = [self.factor()]
        while self.tokens and self.tokens[0] not in ")+−-":
            if self.tokens[0] in "⊙·":
                self.tokens.pop(0)
            factors.append(self.factor())
        numbers = [each for each in factors if isinstance(each, float)]
        others = [each for each in factors if not isinstance(each, float)]
        if not others:
            return numbers[0]
        gates = [each for each in others if self.is_gate(each)]
        streams = [each for each in others if each not in gates] or [gates.pop()]
        if len(streams) > 1:
            raise self.error("a product of gates and one other value")
        return multiplied(streams[0], numbers, gates)

    def is_gate(self, factor: Expression) -> bool:
        """Say whether a factor is a gate, or what a gate leaves."""
        if isinstance(factor, Apply) and factor.step == REST:
            factor = factor.of
        is_named = isinstance(factor, Named)
        return is_named and self.kinds.get(factor.name) == "gate"

    def factor(self) -> Expression | float:
        """Read a number, a name, a function or a bracket."""
        if not self.tokens:
            raise self.error("complete")
        token = self.tokens.pop(0)
        if token[0].isdigit():
            return float(token)
        if token == "(" or token in FUNCTIONS:
            if token != "(" and (not self.tokens or self.tokens.pop(0) != "("):
                raise self.error(f"with a bracket after {token}")
            inner = self.sum()
            if not self.tokens or self.tokens.pop(0) != ")":
                raise self.error("with every bracket closed")
            return inner if token == "(" else Apply(token, inner)
        return self.name(token)

    def name(self, token: str) -> Expression:
        """Return what a name stands for."""
        name, _, lower = token.partition("_")
        if lower.startswith("{") and self.kinds.get(name) == "state":
            return Named(f"{name}_prev")
        has_block = self.kinds.get(lower) in ("gate", "candidate")
        if name in "axh" and (has_block or token == "a"):
            return Layer(lower, {"a": "xh"}.get(name, name))
        if token not in self.kinds:
            raise self.error(f"of names that the cell has, without {token}")
        return Named(token)


def multiplied(
    of: Expression, numbers: list[float], gates: list[Expression]
) -> Expression:
    """Return a value times numbers, and then behind gates."""
    for number in numbers:
        of = Apply(f"× {number:g}", of)
    for gate in reversed(gates):
        of = Gated(gate, of)
    return of


def summed(terms: list[Expression]) -> Expression:
    """Return a sum; what one block has from x_t and from h_prev is one layer."""
    if len(terms) == 1:
        return terms[0]
    layers = [term for term in terms if isinstance(term, Layer)]
    if len(layers) == 2 and len({layer.block for layer in layers}) == 1:
        terms = [Layer(layers[0].block), *(t for t in terms if t not in layers)]
    return terms[0] if len(terms) == 1 else Sum(tuple(terms))


def compute(expression: Expression, known: dict, layer: Callable) -> Tensor:
    """Return the value of an expression, (B, H).

    known: tensors by name; layer(block, side): what comes in through a block from
    side "x" or "h".
    """

    def of(each: Expression) -> Tensor:
        """Return the value of a part."""
        return compute(each, known, layer)

    match expression:
        case Named(name):
            return known[name]
        case Layer(block, sides):
            return sum(layer(block, side) for side in sides)
        case Gated(by, stream):
            return of(by) * of(stream)
        case Sum(terms):
            return sum(map(of, terms))
        case Apply(step, inner) if step in FUNCTIONS:
            return FUNCTIONS[step](of(inner))
        case Apply(step, inner):
            return 1 - of(inner) if step == REST else float(step[2:]) * of(inner)
