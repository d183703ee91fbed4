"""Layers with a head, counting models, and how a model writes and searches."""

from functools import partial as _partial

from ..moved import find_in as _find_in

# names that stood in the module `models` in version 0.1
__getattr__ = _partial(_find_in, "models")
