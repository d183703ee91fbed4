"""What carries an explorable to its reader: live, in a page, or as a picture.

An explorable is drawn by one JavaScript module. Where Python is live (JupyterLab,
Notebook, VS Code, Colab) it is an ipywidget, by anywidget's contract. In an executed
page it is HTML that holds its state, its module and, for a reader without JavaScript,
a picture and a sentence. In LaTeX it is the picture, as PDF; elsewhere, the sentence.
"""

import base64
import functools
import hashlib
import html
import io
import json
import os
import sys
from collections.abc import Mapping
from types import MappingProxyType

import anywidget
import traitlets
from matplotlib.figure import Figure

from ..plots import inline
from .bundle import bundle

MODE = "COURSE_WIDGETS"  # "live" or "page", to overrule what is found out


def is_live() -> bool:
    """Say whether somebody is there to move a widget, as far as can be found out.

    >>> from unittest.mock import patch
    >>> with patch.dict("os.environ", COURSE_WIDGETS="page"):
    ...     widgets.is_live()
    False

    JupyterLab and Notebook name the session in the environment; VS Code and Colab leave
    traces of their own. A notebook that is executed by a program has none of them.
    """
    told = os.environ.get(MODE)
    if told not in (None, "live", "page"):
        raise ValueError(f'{MODE} must be "live" or "page", got {told!r}')
    if told:
        return told == "live"
    traces = ("JPY_SESSION_NAME", "VSCODE_PID", "VSCODE_CWD")
    return "google.colab" in sys.modules or any(name in os.environ for name in traces)


class Explorable(anywidget.AnyWidget):
    """The base of every explorable.

    >>> explorable = widgets.RowLookup(cl.Vocab("ab"), torch.eye(2))
    >>> isinstance(explorable, widgets.Explorable), explorable.png()[1:4]
    (True, b'PNG')
    >>> "https://" in explorable.to_html()  # nothing is fetched
    False

    A kind of explorable names its `module` (a file of js/ whose default export is
    { render }), tags what the module reads with `sync=True`, lists those names in
    `carried`, and says what it shows: `sentence()` in words, `figure()` as a picture.
    """

    module: str
    carried: tuple[str, ...]
    attributes: Mapping[str, str] = MappingProxyType({})  # of the element it is put in
    # ipywidgets 7, which Colab has, displays with this, past all forms but the live one
    _ipython_display_ = None

    def __init_subclass__(cls, **options):
        super().__init_subclass__(**options)
        if "module" in cls.__dict__:  # ipywidgets makes subclasses of its own
            cls._esm = bundle(cls.module)

    def sentence(self) -> str:
        """Return what is shown now, in words."""
        raise NotImplementedError

    def figure(self) -> Figure:
        """Return what is shown now, as a picture."""
        raise NotImplementedError

    def open(self) -> None:
        """Tell the front end, if there is one; a page gets no trace of a kernel."""
        if is_live():
            super().open()

    def png(self) -> bytes:
        """Return the picture as a PNG: the same bytes for the same state."""
        buffer = io.BytesIO()
        self.figure().savefig(buffer, format="png", metadata={"Software": None})
        return fewer_colours(buffer.getvalue())

    def to_html(self) -> str:
        """Return HTML that works in any page, without kernel and network."""
        state = {name: getattr(self, name) for name in self.carried}
        script = json.dumps(state, sort_keys=True, ensure_ascii=False)
        script = script.replace("<", "\\u003c").replace("\u2028", "\\u2028")
        key = hashlib.sha256((self.module + script).encode()).hexdigest()[:12]
        words = html.escape(self.sentence())
        picture = base64.b64encode(self.png()).decode()
        run = f'mount(render,"{key}",{script});'
        told = "".join(f' {name}="{value}"' for name, value in self.attributes.items())
        module = bundle("host.js", self.module).replace("export default{render};", run)
        return (
            f'<div data-explorable="{key}" class="mathjax_ignore"{told}>'
            f'<img alt="{words}" src="data:image/png;base64,{picture}">'
            f"<p>{words}</p></div>\n"
            f'<script type="module">\n{module}</script>'
        )

    def _repr_mimebundle_(self, **options):
        """Return all forms that a front end may choose from."""
        forms = {
            "text/plain": self.sentence(),
            "image/png": base64.b64encode(self.png()).decode(),
        }
        if not is_live():
            paper = base64.b64encode(inline.pdf(self.figure())).decode()
            page = {"text/html": self.to_html(), "application/pdf": paper}
            return {**page, **forms}, {}
        live, about = super()._repr_mimebundle_(**options)
        return {**live, **forms}, about


@functools.lru_cache(maxsize=32)
def fewer_colours(png: bytes) -> bytes:
    """Return an opaque PNG with a palette of 128 colours: a third of the bytes.

    Colours move by less than the eye sees; what has a palette already stays as it is.
    """
    from PIL import Image

    with Image.open(io.BytesIO(png)) as image:
        if image.mode == "P":
            return png
        how = Image.Quantize.MAXCOVERAGE  # it spares the rare colour of a thin line
        small = image.convert("RGB").quantize(128, how, dither=Image.Dither.NONE)
    buffer = io.BytesIO()
    small.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def checked(check):
    """Return a validator that turns a ValueError of `check` into a TraitError."""

    @functools.wraps(check)
    def _validate(self, proposal):
        try:
            return check(self, proposal["value"])
        except ValueError as error:
            raise traitlets.TraitError(str(error)) from error

    return _validate
