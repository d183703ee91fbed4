"""Take the README's picture of the built site: `python -m tools.site.picture`."""

from tools.common.browser import chromium
from tools.common.build import ROOT, SITE

PICTURE = ROOT / "chapters" / "images" / "site.png"
PAGE = SITE / "chapters" / "watching_gates.html"
EXPLORABLE = "[data-mounted]"
HELD = 1  # the second one, in which a gate is held


def main() -> None:
    """Open a chapter at one of its explorables, and photograph the window."""
    PICTURE.parent.mkdir(exist_ok=True)
    with chromium() as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 860})
        page.goto(PAGE.as_uri())
        page.evaluate("() => MathJax.startup.promise")
        held = page.locator(EXPLORABLE).nth(HELD)
        held.evaluate("box => box.scrollIntoView({block: 'end'})")
        page.wait_for_function("() => window.scrollY > 0")
        page.screenshot(path=PICTURE)
    print(PICTURE.relative_to(ROOT))


if __name__ == "__main__":
    main()
