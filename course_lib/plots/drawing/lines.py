"""Ways over the sheet: corners, arrow heads, and polygons, as SVG writes them."""

from itertools import pairwise

Points = list[tuple[float, float]]
BRIDGE = 7  # how far a wire that passes over another keeps it off, to each side


def joined(points: Points, radius: float) -> str:
    """Return a way along points as SVG's path; a corner is the control point of a Q."""
    steps = [f"M{_at(points[0])}"]
    for a, b, c in zip(points, points[1:], points[2:], strict=False):
        steps.append(
            f"L{_at(toward(b, a, radius))}Q{_at(b)} {_at(toward(b, c, radius))}"
        )
    return "".join([*steps, f"L{_at(points[-1])}"])


def toward(a: tuple, b: tuple, by: float) -> tuple[float, float]:
    """Return the point that lies `by` from a on the way to b, at most half of it."""
    length = abs(b[0] - a[0]) + abs(b[1] - a[1])
    by = min(by, length / 2)
    return a[0] + (b[0] - a[0]) * by / length, a[1] + (b[1] - a[1]) * by / length


def shortened(points: Points, by: float) -> Points:
    """Return a way that ends a little before its end."""
    return [*points[:-1], toward(points[-1], points[-2], by)]


def head_sizes(width: float) -> tuple[float, float]:
    """Return how long and, to each side, how wide the head of an arrow is."""
    if width < 4.5:
        return 9, 4.6
    return (11, 5 + width / 4) if width < 12 else (18, 11)


def head(points: Points, width: float) -> str:
    """Return the arrow head at the end of a way; its tip comes first."""
    (x, y), (bx, by) = points[-1], points[-2]
    dx, dy = (x > bx) - (x < bx), (y > by) - (y < by)
    long, half = head_sizes(width)
    X, Y = x - dx * long, y - dy * long
    sides = [(X - dy * half, Y + dx * half), (X + dy * half, Y - dx * half)]
    return f"M{_at((x, y))}L{_at(sides[0])}L{_at(sides[1])}Z"


def crossings(one: Points, two: Points) -> list[Points]:
    """Return the short pieces of `one` at which it crosses `two`."""
    found = []
    for a, b in pairwise(one):
        for c, d in pairwise(two):
            if (a[0] == b[0]) != (c[0] == d[0]):
                x, y = (a[0], c[1]) if a[0] == b[0] else (c[0], a[1])
                dx, dy = (0, BRIDGE) if a[0] == b[0] else (BRIDGE, 0)
                if _within(x, y, a, b) and _within(x, y, c, d):
                    found.append([(x - dx, y - dy), (x + dx, y + dy)])
    return found


def _within(x: float, y: float, a: tuple, b: tuple) -> bool:
    """Say whether a point on a piece is not at one of its ends."""
    along = abs(x - a[0]) + abs(y - a[1])
    return 1 < along < abs(b[0] - a[0]) + abs(b[1] - a[1]) - 1 and _between(x, y, a, b)


def _between(x: float, y: float, a: tuple, b: tuple) -> bool:
    low, high = zip(*(sorted(each) for each in zip(a, b, strict=True)), strict=True)
    return low[0] <= x <= high[0] and low[1] <= y <= high[1]


def turned(points: Points, at: tuple[float, float], way: str) -> Points:
    """Return points drawn for a wire to the right, for one that goes another way."""
    x, y = at
    turn = {
        "right": lambda p, q: (x + p, y + q),
        "up": lambda p, q: (x + q, y - p),
        "down": lambda p, q: (x + q, y + p),
    }[way]
    return [turn(p, q) for p, q in points]


def polygon(points: Points) -> str:
    """Return points as SVG's polygon has them."""
    return " ".join(f"{x:.6g},{y:.6g}" for x, y in points)


def _at(point: tuple) -> str:
    return f"{point[0]:.6g} {point[1]:.6g}"
