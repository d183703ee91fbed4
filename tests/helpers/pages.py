"""Pages opened in a browser, watched for all that goes wrong in them."""

import base64
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe

from course_lib.widgets.bundle import FOLDER, bundle

HOST = "http://parts.test"  # of no machine: what it sends is answered here
LOCAL = ("file:", "data:", "blob:")

DOCUMENT = """<!doctype html>
<html lang="en" data-theme="{theme}">
<head><meta charset="utf-8"><title>Explorables</title>
<meta name="viewport" content="width=device-width">
<style>body {{ margin: 8px; background: {ground}; color: {text} }}</style></head>
<body><main><h1>Explorables</h1><h2>A section</h2><h3>A part</h3>
{body}
</main></body></html>
"""


def write_page(path: Path, *parts: str, theme: str = "light") -> Path:
    """Write a page that holds nothing but explorables."""
    ground, text = ("#14181e", "#eee") if theme == "dark" else ("#fff", "#111")
    body = "\n".join(parts)
    page = DOCUMENT.format(theme=theme, ground=ground, text=text, body=body)
    path.write_text(page, encoding="utf-8")
    return path


def watched(browser, allowed: str = "file:", **options):
    """Return a tab with nothing in it yet, and all that will go wrong in it.

    allowed: what the addresses that it may ask for begin with, beside its own data.
    """
    tab, wrong = browser.new_page(**options), []
    local = (*LOCAL, allowed)
    tab.on("console", lambda m: m.type == "error" and wrong.append(m.text))
    tab.on("pageerror", lambda error: wrong.append(str(error)))
    tab.on("requestfailed", lambda request: wrong.append(request.url))
    tab.on("request", lambda r: r.url.startswith(local) or wrong.append(r.url))
    return tab, wrong


# A button's colour fades when the theme is set, and halfway it has too little contrast.
SETTLED = """async () => {
  const ends = (one) =>
    one.playState === "running" &&
    Number.isFinite(one.effect.getComputedTiming().endTime);
  const fading = document.getAnimations().filter(ends);
  await Promise.allSettled(fading.map((one) => one.finished));
}"""


def opened(browser, page: Path | str, allowed: str = "file:", **options):
    """Open a page; return it with all that went wrong in it: see `watched`."""
    tab, wrong = watched(browser, allowed, **options)
    tab.goto(page.as_uri() if isinstance(page, Path) else page)
    tab.evaluate("async () => { if (window.MathJax) await MathJax.startup.promise }")
    tab.evaluate(SETTLED)
    return tab, wrong


def violations(tab, context: str | None = None) -> list[tuple]:
    """Return what axe-core finds against a page, or against a part of it."""
    found = Axe().run(tab, context=context).response["violations"]
    return [
        (each["id"], node["target"], node.get("failureSummary"))
        for each in found
        for node in each["nodes"]
    ]


def part_of(name: str) -> str:
    """Return a part's source; a binary as a module that holds it, in base64."""
    if name.endswith(".wasm"):
        return f'export default "{base64.b64encode((FOLDER / name).read_bytes()).decode()}"'
    return (FOLDER / "js" / name).read_text("utf-8")


def parts_page(browser):
    """Return an empty page that can import each part of the explorables' JavaScript.

    "/bundle.js" is the whole gate stepper, as it is sent.
    """
    tab = browser.new_page()

    def answer(route):
        name = route.request.url.removeprefix(HOST + "/")
        if not name:
            empty = "<!doctype html><title>parts</title>"
            route.fulfill(body=empty, content_type="text/html")
            return
        source = bundle("gate_stepper.js") if name == "bundle.js" else part_of(name)
        route.fulfill(body=source, content_type="text/javascript; charset=utf-8")

    tab.route("**/*", answer)
    tab.goto(HOST + "/")
    return tab


def calls(tab, part: str, expressions) -> list:
    """Return what expressions give, with all of a part's exports at hand."""
    script = """async ([part, texts]) => {
      const exported = await import(`/${part}`);
      const names = Object.keys(exported);
      return texts.map((text) => new Function(...names, `return ${text}`)(
        ...names.map((name) => exported[name])));
    }"""
    return tab.evaluate(script, [part, list(expressions)])
