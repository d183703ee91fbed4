"""What an answered chapter runs first, in its kernel: pasted there by answered.py.

All names begin with an underscore, so that the chapter's own names stay apart.
"""

import random as _random
import time as _time

import numpy as _numpy
import torch as _torch

_SECONDS = 2  # of computing: the longest that a check may take
_aside = []


def _set_aside():
    """Note the names that there are, and where the random numbers stand."""
    states = _random.getstate(), _numpy.random.get_state(), _torch.get_rng_state()
    _aside.append((dict(globals()), states))


def _put_back():
    """Undo what an answer has defined and drawn: the chapter goes on without it."""
    names, (of_python, of_numpy, of_torch) = _aside.pop()
    for name in globals().keys() - names.keys():
        del globals()[name]
    globals().update(names)
    _random.setstate(of_python)
    _numpy.random.set_state(of_numpy)
    _torch.set_rng_state(of_torch)


def _heard(expected, ask):
    """Ask a check, and fail if it does not say what it should, or takes too long."""
    begin = _time.process_time()
    verdict = ask()
    seconds = _time.process_time() - begin
    said = "right" if verdict else "blank" if verdict.blank else "wrong"
    words = repr(verdict)
    assert said == expected, f"expected {expected}, came {said}: {words}"
    assert said == "right" or "raised" not in words, words
    assert seconds < _SECONDS, f"the check took {seconds:.1f} s"
