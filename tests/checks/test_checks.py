"""The checks that answer back: each of their messages, heard by making the mistake."""

import ast
import importlib
import inspect
import math
from pathlib import Path

import mistakes
import numpy as np
import pytest
import torch
from bad_answers import attacks, settings

from course_lib import checks
from course_lib.checks.answers import answers_back, call
from course_lib.checks.compare import choice, number, same
from course_lib.checks.verdict import Verdict, Wrong
from tools.common.exercises import exercises

FOLDER = Path(checks.__file__).parent
GENERAL = {"__init__", "answers", "blanks", "compare", "parity", "verdict", "words"}
GENERAL |= {"broken_cells", "broken_equations", "descent"}
COSTLY = {"dropped_state", "more_text"}  # which score a text before the last answer
CHAPTERS = sorted(p.stem for p in FOLDER.glob("*.py") if p.stem not in GENERAL)
WRONG = [
    (name, words, answers)
    for chapter in CHAPTERS
    for name, words, *answers in importlib.import_module(f"mistakes.{chapter}").MISTAKES
]


def hints(chapter: str) -> set[str]:
    """Return what the checks of a chapter may say against an answer, as in their code.

    These are the long texts in their dictionaries of mistakes and in what they raise;
    of one with blanks for values, the longest piece.
    """
    found = []
    for node in ast.walk(ast.parse((FOLDER / f"{chapter}.py").read_text("utf-8"))):
        if isinstance(node, ast.Dict):
            found += [*node.keys, *node.values]
        elif isinstance(node, ast.Assign) and "hint" in ast.unparse(node.targets[0]):
            found.append(node.value)
        elif (isinstance(node, ast.Call) and "fromkeys" in ast.unparse(node.func)) or (
            isinstance(node, ast.Call) and ast.unparse(node.func) == "Wrong"
        ):
            found += node.args
    return {text for node in found if (text := longest_text(node)).count(" ") > 2}


def longest_text(node) -> str:
    """Return the longest piece of plain text in a string of the source."""
    pieces = node.values if isinstance(node, ast.JoinedStr) else [node]
    texts = [p.value for p in pieces if isinstance(p, ast.Constant)]
    return max((t for t in texts if isinstance(t, str)), key=len, default="")


@pytest.mark.parametrize(
    ("name", "words", "answers"),
    WRONG,
    ids=[f"{name}: {words}" for name, words, _ in WRONG],
)
def test_a_mistake_is_told_by_its_name(name, words, answers):
    verdict = getattr(checks, name)(*answers)
    assert not verdict
    assert words in verdict.wrong
    assert words in repr(verdict)


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_every_hint_is_given_to_the_mistake_that_it_names(chapter):
    entries = importlib.import_module(f"mistakes.{chapter}").MISTAKES
    heard = [getattr(checks, name)(*answers).wrong for name, _, *answers in entries]
    unheard = {hint for hint in hints(chapter) if not any(hint in h for h in heard)}
    assert unheard == set()


def test_there_is_a_module_of_mistakes_for_every_module_of_checks():
    folder = Path(mistakes.__file__).parent
    assert {p.stem for p in folder.glob("*.py")} - {"__init__"} == set(CHAPTERS)


def test_every_check_is_exported_and_described():
    for name in set(checks.__all__) - {"Verdict"}:
        check = getattr(checks, name)
        assert check.__name__ == name
        assert inspect.getdoc(check).endswith(".")


@answers_back
def doubled(double):
    """A check to test the others' ways with: twice a tensor."""
    for size in (1, 2):
        x = torch.randn(size)
        if not torch.equal(call(double, x), 2 * x):
            raise Wrong(f"<{size}> numbers are not doubled & wrong")
        yield f"{size} numbers"


def test_a_right_answer_is_told_what_was_tested():
    verdict = doubled(lambda x: x + x)
    assert verdict
    assert verdict.right == ("1 numbers", "2 numbers")
    assert repr(verdict).startswith("check.doubled: right\n  right: 1 numbers")
    assert "wrong" not in verdict._repr_html_()


def test_what_is_right_before_the_mistake_is_told_too():
    verdict = doubled(lambda x: x + x if len(x) == 1 else x)
    assert verdict.right == ("1 numbers",)
    assert "wrong: <2> numbers" in repr(verdict)
    assert "&lt;2&gt; numbers are not doubled &amp; wrong" in verdict._repr_html_()


@pytest.mark.parametrize("answer", [..., None, [1, ...], {"a": ...}, (...,)])
def test_an_answer_not_given_is_no_mistake(answer):
    verdict = doubled(answer)
    assert verdict.blank
    assert not verdict
    assert verdict.headline == "not answered yet"
    assert "wrong" not in repr(verdict)


def test_a_blank_in_the_code_is_noticed_and_an_index_is_none():
    def stub(x):
        return ...

    class Stub:
        def __init__(self, x):
            self.x = ...

    class Static:
        @staticmethod
        def run(x):
            return ...

    def whole(x):
        return 2 * x[..., :]

    assert "of `stub`" in doubled(stub).wrong
    assert "of `Stub`" in doubled(Stub).wrong
    assert "of `Static`" in doubled(Static).wrong
    assert doubled(whole)


def test_what_is_right_may_come_from_parameters_with_gradients():
    right = torch.ones(2, requires_grad=True) * 3
    assert same(torch.full((2,), 3.0), right, "three") == "three"
    with pytest.raises(Wrong, match="2 of 2 numbers are wrong, the worst by 1"):
        same(torch.full((2,), 2.0), right, "three")


def test_what_an_answer_raises_is_told_with_its_line():
    def broken(x):
        return x @ x.missing

    verdict = doubled(broken)
    assert "broken(a tensor of shape (1,))` raised AttributeError" in verdict.wrong
    assert "at `return x @ x.missing`" in verdict.wrong


def test_an_answer_without_a_return_or_without_code():
    assert "does it end in a `return`?" in doubled(lambda x: None).wrong
    assert "something to call" in doubled(3).wrong


def test_an_answer_may_change_what_it_is_given():
    assert doubled(lambda x: x.mul_(2))


def test_the_reader_s_random_numbers_stay_as_they_were():
    before = torch.get_rng_state()
    assert doubled(lambda x: 2 * x)
    assert torch.equal(torch.get_rng_state(), before)


def test_a_fault_of_a_check_is_no_mistake_of_the_reader():
    @answers_back
    def faulty(answer):
        yield "so far"
        raise KeyError("of the check")

    with pytest.raises(KeyError, match="of the check"):
        faulty(1)


def test_a_verdict_for_the_page_is_well_formed():
    page = Verdict("x", ("a < b",), "`c` & d")._repr_html_()
    assert page.count("<li>") == page.count("</li>") == 2
    assert "a &lt; b" in page
    assert "<code>c</code> &amp; d" in page


@pytest.mark.parametrize("name", sorted(set(checks.__all__) - {"Verdict"}))
def test_no_answer_of_any_kind_breaks_a_check_or_passes_it(name):
    before, every = settings(), 6 if name in COSTLY else 1
    fitting = [answers for known, _, answers in WRONG if known == name][-1]
    for answers in attacks(fitting, every):
        verdict = getattr(checks, name)(*answers)
        assert not verdict
        assert 5 < len(verdict.wrong) < 450
        assert not [
            s for s in ("tensor(", " at 0x", "<class", "\n") if s in verdict.wrong
        ]
        assert settings() == before


def test_numbers_of_every_library_count_as_numbers():
    @answers_back
    def three(answer):
        yield number(answer, 3, "it")
        yield choice(answer, 3, "it", {4: "too many"})

    for right in (
        3,
        3.0,
        np.int64(3),
        np.float32(3),
        torch.tensor(3),
        torch.ones(1) * 3,
    ):
        assert three(right)
    for wrong in (True, 10**400, -(10**5000), "3", [3], math.nan, np.float64(4)):
        assert not three(wrong)


def test_a_check_records_gradients_also_in_inference_mode():
    @answers_back
    def recorded(answer):
        if not call(answer, torch.ones(1, requires_grad=True)).requires_grad:
            raise Wrong("nothing is recorded")
        yield "it is recorded"

    with torch.inference_mode(), torch.no_grad():
        assert recorded(lambda x: 2 * x)


@pytest.mark.parametrize(
    ("faults", "repaired"),
    [
        (
            {"carried": False},
            "what the cross-entropy is given, the order of the targets",
        ),
        ({"cut": lambda state: state}, "the order of the targets, how the gradient"),
        ({"targets": lambda y: y, "carried": False}, "cross-entropy is given, how the"),
        (
            {"on": lambda z: z.softmax(-1)},
            "is clipped, what state a window begins with",
        ),
    ],
)
def test_a_training_loop_hears_which_repairs_are_right_so_far(faults, repaired):
    made = importlib.import_module("mistakes.rnn_from_scratch").training(**faults)
    verdict = checks.mended_training(made)
    assert verdict.wrong
    assert verdict.right[0].startswith("repaired so far: ")
    assert repaired in verdict.right[0]


def test_a_training_loop_with_no_repair_hears_of_none():
    given = [e for e in exercises("rnn_from_scratch") if e.name == "mended_training"]
    scope = {"F": torch.nn.functional, "torch": torch}
    exec(given[0].stub, scope)
    assert checks.mended_training(scope["train_on_windows"]).right == ()


def test_four_predictions_are_judged_at_once():
    held = importlib.import_module("mistakes.watching_gates")
    verdict = checks.after_holding(held.RIGHT | {"f at 1": "short", "o at 0": "empty"})
    assert [line.partition(",")[0] for line in verdict.right] == ["i at 0", "f at 0"]
    assert verdict.wrong.startswith("f at 1")
    assert "; o at 0" in verdict.wrong
