"""A progress bar where somebody is watching, and nothing on an executed page."""

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from tqdm import tqdm

LIVE = ("JPY_SESSION_NAME", "COLAB_RELEASE_TAG", "VSCODE_PID")


def somebody_watches() -> bool:
    """Say whether this is a terminal or a live notebook (JupyterLab, Colab, VS Code).

    A notebook that is executed for a page is neither: a bar would be printed into it.
    """
    terminal = sys.stderr is not None and sys.stderr.isatty()
    return terminal or any(name in os.environ for name in LIVE)


class Bar:
    """A line of text that follows the steps of training, on stderr."""

    def __init__(self, bar: tqdm, epochs: int):
        self.bar = bar
        self.epochs = epochs

    def advance(self, epoch: int, loss: float) -> None:
        """Count one step and show where we are."""
        if not self.bar.disable:
            self.bar.set_description(f"epoch {epoch}/{self.epochs}", refresh=False)
            self.bar.set_postfix_str(f"loss {loss:.3f}", refresh=False)
        self.bar.update()


@contextmanager
def progress_bar(data: Iterable, epochs: int, wanted: bool) -> Iterator[Bar]:
    """Give a Bar over all steps of all epochs, closed at the end."""
    try:
        total = len(data) * epochs
    except TypeError:  # a stream, whose length nobody knows
        total = None
    shown = wanted and somebody_watches()
    with tqdm(total=total, disable=not shown, unit="step", leave=False) as bar:
        yield Bar(bar, epochs)
