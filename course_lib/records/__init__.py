"""Recorded runs, as JSON files, and how they are read."""

from functools import partial as _partial

from ..moved import find_in as _find_in

# names that stood in the module `records` in version 0.1
__getattr__ = _partial(_find_in, "records")
