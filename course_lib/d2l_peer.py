"""Peers: the library of another course, imported on any machine to compare ours with.

Nothing of this course stands on it. d2l is the library of Dive into Deep Learning
(Zhang, Lipton, Li & Smola). Its release 0.17 is of 2021, and what it imports has moved
on since. What is mended here is mended inside d2l: no other module is touched.
"""

import functools
import importlib
import sys
import warnings
from types import ModuleType
from typing import Any, NamedTuple, NoReturn

import torch

INSTALL = "pip install --no-deps d2l==0.17.0"
MOVED = (
    "IPython has moved set_matplotlib_formats: use_svg_display asks matplotlib_inline."
)
DETACHED = (
    "torch warns of a loss made a float with its graph: Accumulator.add detaches it."
)


class Peer(NamedTuple):
    """A peer's module, and what had to be mended in it, one sentence each."""

    d2l: ModuleType
    mended: list[str]


class StandIn(ModuleType):
    """A module in the place of one that cannot be imported; asked for more, it raises.

    Raises AttributeError that names what was asked for and why it is not there.
    """

    def __init__(self, name: str, reason: str):
        super().__init__(name, "A stand-in made by course_lib.d2l_peer.")
        self._reason = reason

    def __getattr__(self, name: str) -> NoReturn:
        raise AttributeError(
            f"expected torchvision, got a stand-in without {self.__name__}.{name} "
            f"({self.__dict__.get('_reason')}): install a torchvision that fits torch "
            f"{torch.__version__}, and start Python anew"
        )


def import_d2l() -> Peer:
    """Import d2l.torch, release 0.17, and mend what no longer runs.

    >>> d2l_peer.import_d2l().d2l.__name__
    'd2l.torch'

    torchvision is imported if it can be; if not, d2l gets a stand-in that nobody else
    sees, and only what handles pictures is lost. Figures become SVG through
    matplotlib_inline, and losses are detached before they are added up. Afterwards
    `from d2l import torch as d2l` gives the mended module too. Call it as often as you
    like. No setting of matplotlib, torch or a random generator is changed.
    Raises ImportError, with what to type, if d2l or something that it needs is not
    installed, or if d2l is of another release. Zhang, Lipton, Li & Smola 2023.
    """
    d2l, mended = _mended_d2l()
    return Peer(d2l, list(mended))


@functools.cache
def _mended_d2l() -> tuple[ModuleType, tuple[str, ...]]:
    """Do the work of `import_d2l`, once."""
    _check_release()
    mended = [] if "d2l.torch" in sys.modules else _import()
    d2l = sys.modules["d2l.torch"]
    if not hasattr(d2l, "backend_inline"):  # release 0.17.6 has mended this itself
        d2l.use_svg_display = _use_svg_display
        mended.append(MOVED)
    d2l.Accumulator.add = _add
    return d2l, (*mended, DETACHED)


def _check_release() -> None:
    """Raise ImportError unless the d2l that is installed is of release 0.17."""
    try:
        found = importlib.import_module("d2l")
    except ModuleNotFoundError as error:
        raise ImportError(
            f"expected d2l 0.17, got none installed: {INSTALL}"
        ) from error
    release = getattr(found, "__version__", "one without a version")
    if not release.startswith("0.17."):
        raise ImportError(
            f"expected d2l 0.17, got {release} ({getattr(found, '__file__', None)}), "
            f"whose calls have other names: {INSTALL}"
        )


def _import() -> list[str]:
    """Import d2l.torch, with a stand-in where torchvision fails; say so if it did."""
    before = _modules_of_torchvision()
    reason = _why_torchvision_fails()
    try:
        if reason:
            _forget_torchvision()
            sys.modules["torchvision"] = _torchvision_stand_in(reason)
        importlib.import_module("d2l.torch")
    except ModuleNotFoundError as error:
        raise ImportError(
            f"expected what d2l imports, got no {error.name}: install it as well"
        ) from error
    finally:
        if reason:
            _forget_torchvision()
            sys.modules.update(before)
    if not reason:
        return []
    return [f"torchvision does not import ({reason}): d2l has a stand-in."]


def _why_torchvision_fails() -> str:
    """Import torchvision; return "" or, in one line, why that failed."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a warning does not make it unusable
            importlib.import_module("torchvision.transforms")
    except Exception as error:  # beside another torch it fails in more ways than one
        first = f"{error}".strip().partition("\n")[0]
        return f"{type(error).__name__}: {first}"
    return ""


def _torchvision_stand_in(reason: str) -> StandIn:
    """Return a module from which d2l can import what it names at its top."""
    stand_in = StandIn("torchvision", reason)
    stand_in.transforms = StandIn("torchvision.transforms", reason)
    return stand_in


def _modules_of_torchvision() -> dict[str, Any]:
    """Return what sys.modules holds of torchvision, by name."""
    names = [k for k in sys.modules if k.partition(".")[0] == "torchvision"]
    return {name: sys.modules[name] for name in names}


def _forget_torchvision() -> None:
    """Take what a failed import has left of torchvision out of sys.modules."""
    for name in _modules_of_torchvision():
        del sys.modules[name]


def _use_svg_display() -> None:
    """Show figures as SVG in a notebook; elsewhere there is nothing to be set."""
    from IPython import get_ipython

    if get_ipython() is not None:
        from matplotlib_inline.backend_inline import set_matplotlib_formats

        set_matplotlib_formats("svg")


def _add(self, *args) -> None:
    """Add a number, or a tensor that holds one, to each sum; in place of d2l's add."""
    numbers = (a.detach() if isinstance(a, torch.Tensor) else a for a in args)
    self.data = [s + float(x) for s, x in zip(self.data, numbers, strict=False)]
