"""The loop, its measures, and a run kept in a file."""

from functools import partial as _partial

from ..moved import find_in as _find_in

# names that stood in the module `training` in version 0.1
__getattr__ = _partial(_find_in, "training")
