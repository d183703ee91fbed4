"""The state of every source of chance that a run is known to use."""

import random

import numpy as np
import torch


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

    generators: those that data draws from, a torch.Generator, a numpy.random.Generator
    or a random.Random; None for none. A source that is not named here is not known.
    Returns numbers, text, tensors, and lists, tuples and dicts of them.
    """
    return torch_state() | {
        "numpy": _listed(np.random.get_state(legacy=False)),
        "python": random.getstate(),
        "generators": [_state_of(generator) for generator in generators],
    }


def set_random_state(state: dict, *generators) -> None:
    """Go back to what `random_state` returned; version 0.1 knew torch's numbers alone.

    Raises ValueError for generators of another number or kind.
    """
    kept = state["generators"]
    if len(kept) != len(generators):
        raise ValueError(f"expected {len(kept)} generators, got {len(generators)}")
    torch.set_rng_state(state["cpu"])
    if torch.cuda.is_available() and state["cuda"]:
        torch.cuda.set_rng_state_all(state["cuda"])
    if "numpy" in state:
        np.random.set_state(state["numpy"])
    if "python" in state:
        random.setstate(state["python"])
    for generator, saved in zip(generators, kept, strict=True):
        _set(generator, saved)


def _state_of(generator):
    """Return the state of a generator of torch, numpy or Python; None for any other."""
    if isinstance(generator, torch.Generator):
        return generator.get_state()
    if isinstance(generator, np.random.Generator):
        return _listed(generator.bit_generator.state)
    return generator.getstate() if isinstance(generator, random.Random) else None


def _set(generator, saved) -> None:
    """Put a generator into a state that it was in."""
    kinds = (torch.Generator, np.random.Generator, random.Random)
    if saved is None or not isinstance(generator, kinds):
        return
    if isinstance(generator, torch.Generator):
        generator.set_state(saved)
    elif isinstance(generator, np.random.Generator):
        generator.bit_generator.state = saved
    else:
        generator.setstate(saved)


def _listed(value):
    """Return a nested state with lists in place of numpy's arrays and numbers."""
    if isinstance(value, dict):
        return {key: _listed(held) for key, held in value.items()}
    return value.tolist() if isinstance(value, np.ndarray | np.generic) else value
