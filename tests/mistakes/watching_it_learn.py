"""Wrong answers to the exercises of "Watching it learn"."""

import copy

import torch

import course_lib as cl
from course_lib.data.shouting import shouting

RIGHT = {
    "clipping at 5": "the same",
    "seed 2": "alike",
    "16 units": "behind",
    "rate 10, clipping at 0.25": "diverges",
}
STEPS = (0.02, 0.02, 0.08, 0.02)


def steps(**wrong):
    """Return the four lengths of a first step, some of them wrong, by their place."""
    return [wrong.get(f"at{k}", right) for k, right in enumerate(STEPS)]


def log_p(model, ids):
    with torch.no_grad():
        return model(ids[None])[0][0, -1].log_softmax(dim=-1)


def without(ids, t):
    return torch.cat([ids[:t], ids[t + 1 :]])


def later_ones(ids, t):
    return ids[t + 1 :]


def next_one(ids, t):
    return without(ids, t + 1)


def replaced(ids, t):
    return torch.cat([ids[:t], torch.zeros_like(ids[:1]), ids[t + 1 :]])


def minus(after, before, best):
    return after[best] - before[best]


def turned(after, before, best):
    return before[best] - after[best]


def alone(after, before, best):
    return after[best]


def of_each(after, before, best):
    return after.max() - before.max()


def in_probability(after, before, best):
    return after[best].exp() - before[best].exp()


def leave(shorten=without, change=minus, last=1):
    """Make a function that leaves tokens out, with something wrong."""

    def left_out(model, ids):
        before = log_p(model, ids)
        best = before.argmax()
        found = [
            change(log_p(model, shorten(ids, t)), before, best)
            for t in range(len(ids) - last)
        ]
        return torch.stack(found)

    return left_out


def passes(units, epochs=2):
    """Return the perplexities of an LSTM on fresh text and on its own."""
    text = shouting(1000)
    vocab = cl.Vocab(text)
    learn, fresh = cl.split(vocab.encode(text), (0.9, 0.1))
    torch.manual_seed(1)
    model = cl.CharLM(cl.LSTM(len(vocab), units), len(vocab))
    adam = torch.optim.Adam(model.parameters(), lr=0.02)
    how = {"epochs": epochs, "optimizer": adam, "progress": False}
    history = cl.fit(model, cl.windows(learn, 16, 32), **how)
    return cl.perplexity(model, cl.windows(fresh, 16, 32)), history.perplexity[-1]


(NARROW, OWN), WIDE = passes(16), passes(64)[0]


def keep(by_valid=True, keeps=copy.deepcopy, returns="lowest", loads="best"):
    """Make a function that keeps weights, with something wrong."""

    def keep_the_best(model, data, valid, optimizer, epochs):
        start = copy.deepcopy(model.state_dict())
        best, lowest = None, float("inf")
        for _ in range(epochs):
            cl.fit(model, data, epochs=1, optimizer=optimizer, progress=False)
            now = cl.perplexity(model, valid if by_valid else data)
            if now < lowest:
                best, lowest = keeps(model.state_dict()), now
        model.load_state_dict(best if loads == "best" else start)
        return lowest if returns == "lowest" else now

    return keep_the_best


def same_object(state):
    return state


MISTAKES = [
    (
        "beside_the_first",
        "change no number of any step",
        RIGHT | {"seed 2": "the same"},
    ),
    ("beside_the_first", "need a cause", RIGHT | {"clipping at 5": "alike"}),
    ("beside_the_first", "hold this one back", RIGHT | {"seed 2": "behind"}),
    ("beside_the_first", "far too long", RIGHT | {"16 units": "diverges"}),
    ("beside_the_first", "with four settings", {"seed 2": "alike"}),
    *[
        ("first_steps", words, *steps(**wrong))
        for words, wrong in (
            ("that is a plain step", {"at0": 0.08}),
            ("neither mean is corrected", {"at0": 0.0632456}),
            ("the first mean is not corrected", {"at0": 0.002}),
            ("the second mean is not corrected", {"at0": 0.632456}),
            ("where is its root", {"at0": 0.005}),
            ("what becomes of both means", {"at1": 0.005}),
            ("quarter in the root", {"at1": 0.08}),
            ("are to be corrected, too", {"at1": 0.0632456}),
            ("as long as Adam's", {"at2": 0.02}),
            ("that is the gradient", {"at2": 4}),
            ("and not divided", {"at2": 0.005}),
            ("as if nothing were clipped", {"at3": 0.08}),
            ("the clipped gradient", {"at3": 1}),
            ("clipped to less", {"at3": 0.005}),
        )
    ],
    ("leaving_out", "which sign", leave(change=turned)),
    ("leaving_out", "the change is asked for", leave(change=alone)),
    ("leaving_out", "about another token", leave(change=of_each)),
    ("leaving_out", "their logarithms are meant", leave(change=in_probability)),
    ("leaving_out", "all that stands before it", leave(later_ones)),
    ("leaving_out", "the one after it", leave(next_one)),
    ("leaving_out", "replaced by token 0", leave(replaced)),
    ("leaving_out", "one change too many", leave(last=0)),
    ("wide_and_narrow", "expected a dictionary", NARROW, "the wide"),
    *[
        ("wide_and_narrow", words, {16: NARROW, 64: WIDE} | wrong, further)
        for words, wrong, further in (
            ("text that it learns from", {16: OWN}, "the wide"),
            ("after one pass", {16: passes(16, 1)[0]}, "the wide"),
            ("the other one reaches", {64: NARROW}, "the wide"),
            ("which is lower", {}, "the narrow"),
            ("what seeds make of it", {}, "neither"),
        )
    ],
    ("best_kept", "by the part that it learns from", keep(False, same_object)),
    ("best_kept", "the score of the last pass", keep(returns="last")),
    ("best_kept", "what does `best` hold", keep(keeps=same_object)),
    ("best_kept", "with which it began", keep(loads="start")),
]
