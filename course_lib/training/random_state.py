"""The state of every source of chance that a run is known to use."""

import random

import numpy as np
import torch

KINDS = (
    torch.Generator,
    np.random.Generator,
    np.random.RandomState,
    random.Random,
)


def torch_state() -> dict:
    """Return the state of torch's random numbers, for `set_random_state`."""
    cuda = torch.cuda.get_rng_state_all() if torch.cuda.is_available() else []
    return {"cpu": torch.get_rng_state(), "cuda": cuda, "generators": []}


def random_state(*generators) -> dict:
    """Return the state of torch's, numpy's and Python's random numbers.

    >>> from course_lib.training.random_state import random_state, set_random_state
    >>> state = random_state()
    >>> before = torch.rand(3)
    >>> set_random_state(state)
    >>> torch.equal(torch.rand(3), before)
    True

    generators: those that data draws from, a torch.Generator, one of numpy.random or a
    random.Random; None for none. A source that is not named here is not known.
    Returns numbers, text, tensors, and lists, tuples and dicts of them.
    """
    return torch_state() | {
        "numpy": _listed(np.random.get_state(legacy=False)),
        "python": random.getstate(),
        "generators": [_state_of(generator) for generator in generators],
    }


def set_random_state(state: dict, *generators) -> None:
    """Go back to what `random_state` returned; version 0.1 knew torch's numbers alone.

    Raises ValueError for generators of another number or kind, before anything is set.
    """
    kept = state["generators"]
    fits = [_fits(g, saved) for g, saved in zip(generators, kept, strict=False)]
    if len(kept) != len(generators) or not all(fits):
        raise ValueError(
            "the data draws from other generators than before: there were "
            f"{len(kept)}, and here are {len(generators)}, or one is of another kind"
        )
    torch.set_rng_state(state["cpu"])
    if torch.cuda.is_available() and state["cuda"]:
        torch.cuda.set_rng_state_all(state["cuda"])
    if "numpy" in state:
        np.random.set_state(state["numpy"])
    if "python" in state:
        random.setstate(state["python"])
    for generator, saved in zip(generators, kept, strict=True):
        _set(generator, saved)


def generators_in(value, depth: int = 4) -> list:
    """Return the generators that data and what it is made of draw from.

    >>> from course_lib.training.random_state import generators_in
    >>> order = torch.Generator()
    >>> data = cl.batches(torch.arange(6), torch.arange(6), 4, order)
    >>> generators_in(data) == [order]
    True
    """
    if isinstance(value, KINDS):
        return [value]
    held = vars(value).values() if hasattr(value, "__dict__") else ()
    found = []
    for part in value if isinstance(value, tuple) else held if depth > 0 else ():
        new = generators_in(part, depth - 1)
        found += [g for g in new if all(g is not other for other in found)]
    return found


def _state_of(generator):
    """Return the state of a generator; None for one that has none, as the system's."""
    if isinstance(generator, torch.Generator):
        return generator.get_state()
    if isinstance(generator, np.random.Generator):
        return _listed(generator.bit_generator.state)
    if isinstance(generator, np.random.RandomState):
        return _listed(generator.get_state(legacy=False))
    if isinstance(generator, random.SystemRandom):
        return None
    return generator.getstate() if isinstance(generator, random.Random) else None


def _fits(generator, saved) -> bool:
    """Say whether a state can be that of a generator."""
    if saved is None or isinstance(saved, torch.Tensor):
        return isinstance(generator, torch.Generator) is (saved is not None)
    kind = (np.random.Generator, np.random.RandomState)
    return isinstance(generator, kind if isinstance(saved, dict) else random.Random)


def _set(generator, saved) -> None:
    """Put a generator into a state that it was in."""
    if saved is None:
        return
    if isinstance(generator, torch.Generator):
        generator.set_state(saved)
    elif isinstance(generator, np.random.Generator):
        generator.bit_generator.state = saved
    elif isinstance(generator, np.random.RandomState):
        generator.set_state(saved)
    else:
        generator.setstate(saved)


def _listed(value):
    """Return a nested state with lists in place of numpy's arrays and numbers."""
    if isinstance(value, dict):
        return {key: _listed(held) for key, held in value.items()}
    return value.tolist() if isinstance(value, np.ndarray | np.generic) else value
