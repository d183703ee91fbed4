"""Names of version 0.1: each still works, warns, and says where it is now."""

import importlib
import sys
import warnings

import pytest
import torch

import course_lib as cl
from course_lib import moved, tasks

# what chapters, assignments and notebooks of readers imported from modules in 0.1
TAKEN = {
    "cells": ["RecurrentCell", "LSTMCell"],
    "layers": ["RecurrentLayer", "weights_of"],
    "stepping": ["Stepper", "can_step"],
    "shouting": ["shouting"],
    "peers": ["import_d2l"],
    "found": ["CellA", "CellE"],
    "costs": ["take_turns", "saved_bytes"],
    "scans": ["doubling"],
    "ngrams": ["SMOOTHINGS"],
    "parallel": ["Place", "launch", "share", "start"],
    "training": ["fit", "perplexity", "mean_loss"],
    "models": ["CharLM", "ManyToOne"],
    "records": ["read_record", "write_record"],
    "checkpoint": ["set_random_state"],
}
ROOMS = {"models", "training", "records"}  # which were modules in 0.1


@pytest.mark.parametrize("old", TAKEN)
def test_an_old_module_gives_its_names_and_says_where_they_are(old):
    module = importlib.import_module(f"course_lib.{old}")
    for name in TAKEN[old]:
        with pytest.warns(DeprecationWarning, match=rf"{old}\.{name} is now in course"):
            found = getattr(module, name)
        homes = [importlib.import_module(f"course_lib.{m}") for m in moved.MODULES[old]]
        assert any(found is vars(home).get(name) for home in homes)


def test_the_warning_names_the_line_that_imports():
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        from course_lib.cells import GRUCell
    assert GRUCell is cl.GRUCell
    assert {warning.filename for warning in heard} == {__file__}


def test_every_old_module_can_be_imported_from_the_package():
    for old in moved.MODULES:
        if importlib.util.find_spec(f"course_lib.{old}") is None:
            pytest.fail(old)
        if (
            old not in cl.__all__ and old not in ROOMS
        ):  # a function of that name, or a room
            assert getattr(cl, old).__name__ == f"course_lib.{old}"


def test_a_name_or_module_that_never_was_is_refused():
    with pytest.raises(
        AttributeError, match="module 'course_lib' has no attribute 'x'"
    ):
        _ = cl.x
    with pytest.raises(ModuleNotFoundError, match=r"course_lib\.gates"):
        importlib.import_module("course_lib.gates")
    with pytest.raises(ImportError, match="cannot import name 'LSTMS'"):
        from course_lib.cells import LSTMS  # noqa: F401
    with pytest.raises(
        AttributeError, match="course_lib.training' has no attribute 'x'"
    ):
        _ = sys.modules["course_lib.training"].x


@pytest.mark.parametrize("old", moved.NAMES)
def test_an_old_public_name_is_the_new_one_and_is_not_listed(old):
    with pytest.warns(DeprecationWarning, match=rf"cl\.{old} is now cl\."):
        assert getattr(cl, old) is getattr(cl, moved.NAMES[old])
    assert old not in cl.__all__


def test_old_arguments_mean_what_they_meant():
    task = tasks.TemporalXor(T=30)
    how = {"held_out": 32, "lr": 0.01}
    new = cl.solve(cl.task_model("RNN", task, 4), task, 200, evaluations=4, **how)
    model = cl.task_model("RNN", task, 4)
    with pytest.warns(DeprecationWarning, match="is the new name of") as heard:
        old = cl.solve(model, task, most=200, slices=4, calm=1, falls=False, **how)
    assert len(heard) == 4
    assert old.history.loss == new.history.loss
    layer, x = cl.RNN(2, 3, bidirectional=True), torch.rand(1, 4, 2)
    with pytest.warns(
        DeprecationWarning, match="reverse= is the new name of backward="
    ):
        backwards = cl.trace(layer, x).at(0, backward=True)
    assert torch.equal(backwards.h, cl.trace(layer, x).at(0, reverse=True).h)


def test_an_argument_under_both_names_is_refused():
    task = tasks.TemporalXor(T=30)
    with pytest.raises(TypeError, match="max_sequences= and most=, its old name"):
        cl.solve(cl.task_model("RNN", task, 4), task, max_sequences=9, most=9)


def test_the_ledger_answers_under_its_old_names():
    ledger = cl.Ledger()
    with pytest.warns(DeprecationWarning, match="is now by_architecture"):
        old = ledger.by_memory("order")
    assert old == ledger.by_architecture("order")
    with pytest.warns(DeprecationWarning, match="architecture= is the new name"):
        runs = ledger.runs("order", memory="LSTM")
    assert runs == ledger.runs("order", "LSTM")
