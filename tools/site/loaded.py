"""What a page loads from a file in a browser, with all that its scripts ask for."""

from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

MOST = 2_500_000  # bytes that a page may load, nothing compressed
SETTLED = """async () => {
  if (window.MathJax) await MathJax.startup.promise;
  await document.fonts.ready;
}"""


def loaded(browser, page: Path) -> dict[Path, int]:
    """Return the files that a page loads, itself among them, with their bytes.

    Every file counts once and uncompressed, as it is on the disk.
    """
    tab, asked = browser.new_page(), []
    tab.on("request", lambda request: asked.append(urlsplit(request.url)))
    tab.goto(page.as_uri())
    tab.evaluate(SETTLED)
    tab.close()
    files = {Path(url2pathname(each.path)) for each in asked if each.scheme == "file"}
    return {path: path.stat().st_size for path in sorted(files)}
