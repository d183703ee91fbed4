"""Count the library's rooms, floors and arrows (make rooms).

A room is a module or a package right below course_lib; an arrow leads from a room to
one that it imports from. A room's floor is the longest way down from it.
"""

import sys
from collections import defaultdict
from graphlib import CycleError, TopologicalSorter

import grimp

LIBRARY = "course_lib"


def arrows() -> dict[str, set[str]]:
    """Return for each room the rooms that it imports from."""
    graph = grimp.build_graph(LIBRARY, cache_dir=None)
    found: dict[str, set[str]] = defaultdict(set)
    for module in graph.modules - {LIBRARY}:
        room = module.split(".")[1]
        found[room] |= {
            other.split(".")[1]
            for other in graph.find_modules_directly_imported_by(module)
            if other != LIBRARY
        } - {room}
    return dict(found)


def floors(below: dict[str, set[str]]) -> dict[str, int]:
    """Return each room's floor, from 0. Raises CycleError for rooms in a circle."""
    found: dict[str, int] = {}
    for room in TopologicalSorter(below).static_order():
        found[room] = max((found[each] + 1 for each in below.get(room, ())), default=0)
    return found


def main() -> int:
    """Print the count, and the rooms of each floor from the top."""
    below = arrows()
    print(f"{len(below)} rooms, {sum(map(len, below.values()))} arrows")
    try:
        found = floors(below)
    except CycleError as error:
        print("a circle:", " -> ".join(error.args[1]))
        return 1
    for floor in range(max(found.values()), -1, -1):
        print(floor, *sorted(room for room in found if found[room] == floor))
    return 0


if __name__ == "__main__":
    sys.exit(main())
