"""Explorables: pictures that a reader can take in hand, live or in a page."""

from .carrier import Explorable, is_live
from .gate_stepper import GateStepper
from .gradient_lag import GradientByLag
from .guide import Guide
from .row_lookup import RowLookup
from .training_bench import Learner, TrainingBench

__all__ = [
    "Explorable",
    "GateStepper",
    "GradientByLag",
    "Guide",
    "Learner",
    "RowLookup",
    "TrainingBench",
    "is_live",
]
