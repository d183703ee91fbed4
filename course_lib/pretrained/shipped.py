"""Networks that come with the library, trained by `make models`."""

from importlib import resources
from pathlib import Path

from .saving import Saved, load


def shipped(name: str) -> Saved:
    """Return a network that comes with the library, with its vocabulary, on the CPU.

    >>> cl.shipped("shouting_lstm").model.layer
    LSTM(51, 16)

    Raises ValueError naming the networks there are.
    """
    with resources.as_file(resources.files(__package__).joinpath("weights")) as folder:
        known = {path.stem: path for path in sorted(Path(folder).glob("*.safetensors"))}
        if name not in known:
            there = ", ".join(known)
            raise ValueError(f"{name!r} is not shipped; there are: {there}")
        return load(known[name])
