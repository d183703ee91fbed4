"""A finger on a page, as Chromium's own protocol moves it."""


def swipe(tab, start: tuple[float, float], dx: float, dy: float, steps: int = 10):
    """Put a finger down, move it in steps, and lift it."""
    session = tab.context.new_cdp_session(tab)

    def touch(kind: str, *points: tuple[float, float]) -> None:
        """Send one event with the places of all fingers."""
        places = [{"x": x, "y": y} for x, y in points]
        event = {"type": kind, "touchPoints": places}
        session.send("Input.dispatchTouchEvent", event)

    x, y = start
    touch("touchStart", (x, y))
    for k in range(1, steps + 1):
        touch("touchMove", (x + dx * k / steps, y + dy * k / steps))
    touch("touchEnd")
    session.detach()


def middle(node, share: float = 0.5) -> tuple[float, float]:
    """Return a place on a node in the middle of the window, a share of its width in."""
    node.evaluate("node => node.scrollIntoView({ block: 'center' })")
    box = node.bounding_box()
    return box["x"] + share * box["width"], box["y"] + box["height"] / 2
