"""A reader's text in the page, against the library: characters, parts, windows, counts."""

import json

import pytest
import torch
from pages import calls

import course_lib as cl

pytestmark = pytest.mark.browser

VOCABULARY, COUNTING = "training/vocabulary.js", "training/counting.js"
# beyond 16 bits and below them, combining marks, letters from right to left, a control
STRANGE = "🙂\U00010348 灯\uffee\ue000 e\u0301é ñn\u0303 שלום עולם مرحبا\u200f\t\0\n"
TEXT = STRANGE * 9 + "Gate by gate, a lamp 🙂 is lit. " * 12
READ = """([text, options]) => {
  const plain = ({ ids, ...rest }) => ({ ...rest, ids: [...ids], sort: ids.constructor.name });
  try { return plain(readText(text, options)); }
  catch (error) { return [error instanceof BadText ? "BadText" : String(error), error.message]; }
}"""
WINDOWS = """async ([ids, B, T]) => {
  const { windows } = await import("/training/vocabulary.js");
  return windows(Int32Array.from(ids), B, T).map(({ x, y }) => [
    x.constructor.name, [...x], [...y]]);
}"""
COUNTED = """async ([train, fresh, V, highest]) => {
  const { counted } = await import("/training/counting.js");
  return counted(Int32Array.from(train), Int32Array.from(fresh), V, highest);
}"""


def read(tab, text, **options):
    """Return what the page makes of a text, or ["BadText", its message]."""
    [found] = calls(
        tab, VOCABULARY, [f"({READ})([{json.dumps(text)}, {json.dumps(options)}])"]
    )
    return found


def lettered(n):
    """Return a text of n characters."""
    return ("abcdefgh" * n)[:n]


def test_a_vocabulary_has_pythons_order(tab):
    [found] = calls(tab, VOCABULARY, [f"vocabularyOf({json.dumps(TEXT)})"])
    assert tuple(found) == cl.Vocab(TEXT).tokens
    assert sorted(found, key=lambda c: c.encode("utf-16-be")) != found  # nor of units


def test_a_text_becomes_the_librarys_ids(tab):
    found, vocab = read(tab, TEXT), cl.Vocab(TEXT)
    assert found == {
        "ids": vocab.encode(TEXT).tolist(),
        "sort": "Int32Array",
        "vocab": list(vocab.tokens),
        "text": TEXT,
        "notes": [],
    }


def test_halves_of_surrogate_pairs_are_made_well_formed(tab):
    found = read(tab, "\udc00" + lettered(300) + "\ud83d")
    assert found["text"] == "\ufffd" + lettered(300) + "\ufffd"
    assert found["notes"] == []


@pytest.mark.parametrize("character", ["a", "🙂"])
@pytest.mark.parametrize("over", [-1, 0, 1, 5000])
def test_a_long_text_is_cut_at_characters_and_said_so(tab, character, over):
    text = "b" + character * (999 + over)
    found = read(tab, text, most=1000)
    assert found["text"] == text[:1000]
    cut = ["Only the first 1,000 characters are used."] if over > 0 else []
    assert found["notes"] == cut


def test_a_pair_is_not_cut_into_halves(tab):
    found = read(tab, "a" + "🙂" * 3000, most=1000)
    assert found["text"] == "a" + "🙂" * 999


def test_all_but_the_most_frequent_characters_are_left_out_and_said_so(tab):
    text = "c" * 100 + "🙂" * 90 + "ddd" + "b" + "灯" * 100 + "a"
    found = read(tab, text, mostTokens=4)
    assert found["vocab"] == ["c", "d", "灯", "🙂"]
    assert found["text"] == text.replace("b", "").replace("a", "")
    assert found["notes"] == [
        "Of all different characters, the 4 most frequent are kept; characters left out: 2."
    ]
    tie = read(tab, text, mostTokens=5)  # the first in order is kept
    assert tie["vocab"] == ["a", "c", "d", "灯", "🙂"]


def test_of_400_characters_all_are_kept_and_of_401_one_is_not(tab):
    many = "".join(chr(0x4E00 + k) for k in range(401))
    assert len(read(tab, many[:400])["vocab"]) == 400
    assert len(read(tab, many)["vocab"]) == 400
    assert read(tab, many)["text"] == many[:400]


def test_what_a_network_does_not_know_is_left_out_and_named(tab):
    vocab = cl.Vocab("lamp 🙂")
    text = "a lamp 🙂 " * 40 + "X\nX"
    found = read(tab, text, vocab=list(vocab.tokens))
    kept = text.replace("X", "").replace("\n", "")
    assert found["ids"] == vocab.encode(kept).tolist()
    assert (found["text"], found["vocab"]) == (kept, list(vocab.tokens))
    assert found["notes"] == [
        "The network does not know “¶”, “X”; characters left out: 3."
    ]
    [note] = read(tab, text + "BCDEFGHIJK", vocab=list(vocab.tokens))["notes"]
    assert note == (
        "The network does not know “¶”, “B”, “C”, “D”, “E”, “F”, “G”, “H” and 4 more; "
        "characters left out: 13."
    )


def test_both_notes_are_given(tab):
    notes = read(tab, "ab" * 200 + "cd", most=401, vocab=["a"])
    assert notes[0] == "BadText"
    notes = read(tab, "abc" * 200, most=400, vocab=["a", "b"])["notes"]
    assert [note.split()[0] for note in notes] == ["Only", "The"]


AGAIN = "type or paste another text."
KNOWN = " that the network knows"


@pytest.mark.parametrize(
    ("text", "vocab", "words"),
    [
        ("", None, "a text, got none"),
        ("", ["a", "b"], "a text, got none"),
        ("x" * 300, ["a", "b"], f"characters{KNOWN}, got none"),
        ("a" * 300, None, "2 different characters or more, got only “a”"),
        (" " * 300, None, "2 different characters or more, got only “␣”"),
        (
            "axy" * 300,
            ["a", "b"],
            f"2 different characters or more{KNOWN}, got only “a”",
        ),
        (lettered(199), None, "200 characters or more, got 199"),
        ("🙂a" * 99, None, "200 characters or more, got 198"),
        ("abcd" * 99, ["a", "b"], f"200 characters or more{KNOWN}, got 198"),
    ],
)
def test_a_text_that_nothing_is_learned_from_has_its_sentence(tab, text, vocab, words):
    assert read(tab, text, vocab=vocab) == ["BadText", f"Expected {words}: {AGAIN}"]


def test_200_characters_are_enough(tab):
    assert len(read(tab, lettered(200))["ids"]) == 200


def test_parts_are_cut_where_the_library_cuts_them(tab):
    ends = """[...Array(3000).keys()].map((n) => {
      const { train, fresh } = split(Int32Array.from({ length: n }, (_, k) => k));
      return [train.length, fresh.length, ...fresh.slice(0, 1)];
    })"""
    [found] = calls(tab, VOCABULARY, [ends])
    for n, parts in enumerate(found):
        train, fresh = cl.split(range(n), (0.9, 0.1))
        assert parts == [len(train), len(fresh), *fresh[:1]]


@pytest.mark.parametrize(
    ("N", "B", "T"),
    [(1000, 16, 32), (1025, 16, 32), (513, 16, 32), (13, 2, 3), (90, 1, 32)],
)
def test_windows_are_the_librarys_step_by_step(tab, N, B, T):
    ids = torch.randint(50, (N,))
    found = tab.evaluate(WINDOWS, [ids.tolist(), B, T])
    expected = [
        ["Int32Array", x.t().flatten().tolist(), y.t().flatten().tolist()]
        for x, y in cl.windows(ids, B, T)
    ]
    assert found == expected
    assert found


def test_a_text_that_is_too_short_gives_no_window(tab):
    assert tab.evaluate(WINDOWS, [list(range(512)), 16, 32]) == []


@pytest.mark.parametrize(
    ("N", "rows"), [(200, (1, 1)), (1000, (4, 1)), (3000, (16, 2)), (30_000, (16, 16))]
)
def test_a_batch_is_as_large_as_the_text_allows(tab, N, rows):
    text = f"split(new Int32Array({N}))"
    [found] = calls(
        tab, VOCABULARY, [f"(({{ train, fresh }}) => batchFor(train, fresh))({text})"]
    )
    assert (found["B"], found["fresh"]["B"]) == rows
    assert found["T"] == 32
    assert found["fresh"]["T"] == min(32, N // 10 - 1)


def test_every_length_has_windows_to_train_on_and_to_score(tab):
    lengths = """[...Array(5000).keys()].slice(200).map((n) => {
      const { train, fresh } = split(new Int32Array(n));
      const { B, T, fresh: how } = batchFor(train, fresh);
      const [many, few] = [windows(train, B, T), windows(fresh, how.B, how.T)];
      const more = 2 * B > 16 ? 0 : windows(train, 2 * B, T).length;
      const unread = 1 - few.length * how.B * how.T / (fresh.length - 1);
      return [many.length >= 4, few.length >= 1, more < 4, how.B === 1 || unread <= 0.2];
    })"""
    [found] = calls(tab, VOCABULARY, [lengths])
    assert all(all(each) for each in found)


def assert_counted(tab, train, fresh, V, highest):
    """Assert that the page's perplexities are the library's."""
    found = tab.evaluate(COUNTED, [train.tolist(), fresh.tolist(), V, highest])
    scored = cl.whole_text(fresh)
    expected = [
        cl.perplexity(cl.NGram(train, V, n), scored) for n in range(highest + 1)
    ]
    assert found == pytest.approx(expected, rel=1e-9, abs=0)


def test_counting_models_are_the_librarys(tab, story):
    parts = cl.split(story.train[:4000], (0.9, 0.1))
    assert_counted(tab, *parts, len(story.vocab), 4)


def test_counting_models_of_a_strange_text_are_the_librarys(tab):
    vocab = cl.Vocab(TEXT + "★")  # of which one never comes
    ids = vocab.encode(TEXT)
    assert_counted(tab, *cl.split(ids, (0.9, 0.1)), len(vocab), 6)


@pytest.mark.parametrize(
    ("train", "fresh"),
    [
        ([0, 1, 2, 0, 1, 2], [0, 1, 2, 0]),
        ([0, 1, 0, 1, 2], [2, 2, 0, 3, 1, 0, 1]),
        ([0, 0, 0, 0], [3, 3]),
    ],
)
def test_contexts_that_end_the_text_or_never_came_are_counted_alike(tab, train, fresh):
    assert_counted(tab, torch.tensor(train), torch.tensor(fresh), 5, 4)


def test_no_order_is_the_uniform_model_alone(tab):
    assert_counted(tab, torch.tensor([0, 1]), torch.tensor([1, 1]), 7, 0)
