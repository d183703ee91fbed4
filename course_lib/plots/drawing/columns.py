"""What stands beside what in a cell: one column for each layer, from left to right.

The memory is the state whose new value is made of its old one point by point; it runs
through the top. What is done to it decides the order: first what controls its valves,
then what is added to it, each with the gates that control it, then the way out.
"""

from dataclasses import dataclass, field

from .expressions import FUNCTIONS, REST, Apply, Expression, Gated, Layer, Named, Sum
from .said import Said, names_in

OUT = "out"


def is_box(expression: Expression) -> bool:
    """Say whether an expression is one layer, with or without a function."""
    if isinstance(expression, Apply):
        return expression.step in FUNCTIONS and isinstance(expression.of, Layer)
    return isinstance(expression, Layer)


def key_of(box: Expression) -> str:
    """Return the key of a layer's column."""
    layer = box.of if isinstance(box, Apply) else box
    return f"{layer.block}:{layer.sides}"


def gate_of(by: Expression) -> str:
    """Return the gate that a valve is opened by, as it is or by what it leaves."""
    return by.of.name if isinstance(by, Apply) else by.name


def goes_through(expression: Expression, name: str) -> bool:
    """Say whether a value is in an expression point by point, and not as a gate."""
    match expression:
        case Named(other):
            return other == name
        case Gated(_, of) | Apply(_, of):
            return goes_through(of, name)
        case Sum(terms):
            return any(goes_through(term, name) for term in terms)
    return False


def along(expression: Expression, name: str) -> list[Expression]:
    """Return what happens to a value on its way, first thing first.

    Each is the expression that takes it in: a Gated, an Apply or a Sum.
    """
    steps = []
    while not isinstance(expression, Named):
        steps.append(expression)
        inner = expression.terms if isinstance(expression, Sum) else [expression.of]
        expression = next(each for each in inner if goes_through(each, name))
    return steps[::-1]


def beside(total: Sum, name: str) -> list[Expression]:
    """Return what is added to a value in a sum."""
    found = [term for term in total.terms if not goes_through(term, name)]
    if len(found) != len(total.terms) - 1:
        raise ValueError(f"a sum must have {name} once to be drawn, got {total}")
    return found


def memory_of(said: Said) -> str | None:
    """Return the state that is drawn as the straight line, if there is one.

    Raises ValueError for a cell with more states than a line and a way out can be.
    """
    lasting = [s for s in said.states if goes_through(said.equations[s], f"{s}_prev")]
    if (
        len(lasting) > 1
        or len(said.states) - len(lasting) > 1
        or "h" not in said.states
    ):
        raise ValueError(
            "a cell must have the state h, and at most one that is kept point by "
            f"point, to be drawn; {said.title[4:]} has {', '.join(said.states)}"
        )
    return lasting[0] if lasting else None


@dataclass
class Columns:
    """The columns of a cell, in order, and what has found its place already.

    order: a key for each column: of a layer, "f:xh"; of a step on a gate's way,
    "1 −f"; of a step on the memory's way; of a state, "h_prev"; OUT.
    """

    said: Said
    order: list[str] = field(default_factory=list)
    placed: set[str] = field(default_factory=set)

    def error(self, what: str) -> ValueError:
        """Return why there is no drawing of the cell."""
        return ValueError(f"{self.said.title} {what}, for which there is no drawing")

    def add(self, key: str) -> None:
        """Give something a column. Raises ValueError if it has one."""
        if key in self.order:
            raise self.error(f"uses {key} twice")
        self.order.append(key)

    def control(self, by: Expression, on_line: bool = False) -> None:
        """Place what a valve is controlled by, unless it has its place."""
        gate = gate_of(by)
        if gate not in self.placed:
            self.placed.add(gate)
            self.stream(self.said.equations[gate])
        if isinstance(by, Apply) and not on_line:
            self.add(f"{REST}{gate}")

    def stream(self, expression: Expression, gates_right: bool = False) -> None:
        """Place what an expression is made of; its gates stand on the left or right."""
        if is_box(expression):
            self.add(key_of(expression))
            return
        match expression:
            case Named("h_prev"):
                self.add("h_prev")
            case Named(name) if name.removesuffix("_prev") in self.said.states:
                raise self.error(f"uses the state {name} within another value")
            case Named(name):
                self.placed.add(name)
                self.stream(self.said.equations[name])
            case Gated(by, of):
                is_left = gate_of(by) in self.placed or not gates_right
                if is_left:
                    self.control(by)
                self.stream(of, gates_right)
                if not is_left:
                    self.control(by)
            case Apply(_, of):
                self.stream(of, gates_right)
            case Sum(terms):
                for k, term in enumerate(self.in_order(terms)):
                    self.stream(term, gates_right=k > 0)

    def in_order(self, terms) -> list[Expression]:
        """Return terms, those first whose gate stands on the left already."""
        return sorted(terms, key=lambda t: not (self.placed & set(names_in(t)[:1])))


def columns_of(said: Said) -> Columns:
    """Return the columns of a cell."""
    columns, memory = Columns(said), memory_of(said)
    if memory:
        old = f"{memory}_prev"
        for k, step in enumerate(along(said.equations[memory], old)):
            match step:
                case Gated(by, _) if names_in(by)[0] not in columns.placed:
                    columns.control(by, on_line=True)
                case Gated() | Apply():
                    columns.add(f"line {k}")
                case Sum():
                    for term in beside(step, old):
                        columns.stream(term)
    if memory != "h":
        way_out(columns, memory)
    return columns


def way_out(columns: Columns, memory: str | None) -> None:
    """Place what is on the way from the memory, or from the layers, to h."""
    equation = columns.said.equations["h"]
    if memory and goes_through(equation, memory):
        for step in along(equation, memory):
            if isinstance(step, Gated):
                columns.control(step.by)
            for term in beside(step, memory) if isinstance(step, Sum) else []:
                columns.stream(term)
    else:
        columns.stream(equation)
    columns.add(OUT)
