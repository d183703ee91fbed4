"""Wrong answers to the exercises of "From a window to a state"."""

import functools

import torch
import torch.nn.functional as F
from torch import nn

import course_lib as cl

STORY = cl.story()
V = len(STORY.vocab)
ORDER = {
    "window of 4": "differ",
    "sum of 4": "the same",
    "loop of 4": "differ",
    "state carried": "differ",
}
FAR_BACK = dict.fromkeys(ORDER, "the same") | {"state carried": "differ"}


def window(V, H, k):
    return H * k * V + H + H * V + V


def loop(V, H):
    return H * V + H + H * H + H + H * V + V


def window_and(change):
    return lambda V, H, k: window(V, H, k) + change(V, H, k)


def loop_and(change):
    return lambda V, H: loop(V, H) + change(V, H)


def reading(
    columns=lambda W, i: W.T[i],
    turn=lambda W: W.T,
    close=torch.tanh,
    biased=1,
    from_zero=False,
    carried=True,
    after=True,
    dim=1,
):
    """Return a function that reads ids, with something wrong."""

    def read_ids(ids, W_ih, W_hh, bias, h):
        states, first = [], h * (not from_zero)
        h = first
        for t in range(ids.shape[1]):
            before = h if carried else first
            total = columns(W_ih, ids[:, t]) + before @ turn(W_hh) + biased * bias
            h = torch.tanh(total)
            states.append(close(total) if after else before)
        return torch.stack(states, dim=dim)

    return read_ids


class Window(nn.Module):
    """A window of six as in the chapter, but narrow."""

    def __init__(self):
        super().__init__()
        self.from_x, self.head = nn.Linear(6 * V, 16), nn.Linear(16, V)

    def read(self, rows):
        return torch.tanh(self.from_x(rows.flatten(1)))


@torch.no_grad()
def blanks(net, part="valid", place=lambda back: -back, log=False):
    before = {"valid": STORY.train, "test": STORY.valid}[part]
    text = torch.cat([before[-5:], getattr(STORY, part)]).unfold(0, 7, 1)
    found = {}
    for back in range(1, 7):
        rows = cl.one_hot(text[:, :6], V)
        if place(back) is not None:
            rows[:, place(back)] = 0
        nats = F.cross_entropy(net.head(net.read(rows)), text[:, 6])
        found[back] = float(nats if log else nats.exp())
    return found


def trained():
    """Return a window that has learned what its newest places are worth."""
    torch.manual_seed(0)
    net, text = Window(), STORY.train.unfold(0, 7, 1)
    adam = torch.optim.Adam(net.parameters(), lr=0.02)
    for x, y in cl.batches(text[:, :6], text[:, 6], 256):
        loss = F.cross_entropy(net.head(net.read(cl.one_hot(x, V))), y)
        adam.zero_grad()
        loss.backward()
        adam.step()
    return net


NET = trained()
BLANKED = blanks(NET)
WHOLE = blanks(NET, place=lambda back: None)
FARTHEST = max(back for back in BLANKED if BLANKED[back] >= 1.1 * WHOLE[back])


def read_on(net, rows, h, early=False, inside=True, hand_on=-1, one=False):
    kept, states = [h], []
    for x_t in rows.unbind(1):
        x, back = net.from_x(x_t), net.from_h(kept[-1])
        kept.append(torch.tanh(x + back) if inside else torch.tanh(x) + back)
    states = kept[:-1] if early else kept[1:]
    logits = net.head(torch.stack(states, dim=1))
    return logits if one else (logits, kept[hand_on])


def mended(**wrong):
    return functools.partial(read_on, **wrong)


MISTAKES = [
    *[
        ("told_apart", words, ORDER | wrong, FAR_BACK)
        for words, wrong in (
            ("its own block", {"window of 4": "the same"}),
            ("when its terms change places", {"sum of 4": "differ"}),
            ("what the steps before it have left", {"loop of 4": "the same"}),
            ("the very steps of the loop", {"state carried": "the same"}),
        )
    ],
    *[
        ("told_apart", words, ORDER, FAR_BACK | wrong)
        for words, wrong in (
            ("in its window", {"window of 4": "differ"}),
            ("does it add up", {"sum of 4": "differ"}),
            ("before the first of the four", {"loop of 4": "differ"}),
            ("set back to zero", {"state carried": "the same"}),
        )
    ],
    ("told_apart", "with four networks", ORDER, {"sum of 4": "the same"}),
    *[
        ("weights_by_window", words, window_and(change), loop, 5)
        for words, change in (
            ("the head have a bias each", lambda V, H, k: -H - V),
            ("the hidden layer has a bias", lambda V, H, k: -H),
            ("the head has a bias", lambda V, H, k: -V),
            ("the head has weights", lambda V, H, k: -H * V - V),
            ("one block is counted", lambda V, H, k: -(k - 1) * H * V),
            ("the bias is added once", lambda V, H, k: (k - 1) * H),
            ("the head is there once", lambda V, H, k: (k - 1) * (H * V + V)),
        )
    ],
    *[
        ("weights_by_window", words, window, loop_and(change), 5)
        for words, change in (
            ("a bias of its own", lambda V, H: -H),
            ("no bias is counted", lambda V, H: -2 * H - V),
            ("pass through on its way", lambda V, H: -H * H - H),
            ("as in the window", lambda V, H: -H * V - V),
        )
    ],
    ("weights_by_window", "still has more", window, loop, 4),
    ("weights_by_window", "compare k - 1 of them", window, loop, 3),
    ("looked_up", "from its other side", reading(turn=lambda W: W)),
    ("looked_up", "where is the bias", reading(biased=0)),
    ("looked_up", "is it carried", reading(carried=False)),
    ("looked_up", "begins from zeros", reading(from_zero=True)),
    ("looked_up", "before their tanh", reading(close=lambda total: total)),
    ("looked_up", "before each character", reading(after=False)),
    ("looked_up", "batch and time", reading(dim=0)),
    (
        "looked_up",
        "selects something else",
        reading(
            columns=lambda W, i: W[i] if W.shape[0] == W.shape[1] else W.T[i],
        ),
    ),
    ("place_by_place", "for each place", NET, BLANKED[1], 2),
    (
        "place_by_place",
        "from the newest",
        NET,
        blanks(NET, place=lambda b: b - 1),
        2,
    ),
    ("place_by_place", "is a place blanked", NET, WHOLE, 2),
    ("place_by_place", "take its exponential", NET, blanks(NET, log=True), 2),
    ("place_by_place", "on the third part", NET, blanks(NET, "test"), 2),
    ("place_by_place", "there is another", NET, BLANKED, FARTHEST - 1),
    ("place_by_place", "less than 1.1 times", NET, BLANKED, 6),
    ("mended_reading", "and the tanh leaves out", mended(early=True, inside=False)),
    ("mended_reading", "from the state before", mended(early=True)),
    ("mended_reading", "the whole sum", mended(inside=False)),
    ("mended_reading", "with which the window began", mended(hand_on=0)),
    ("mended_reading", "after the first character", mended(hand_on=1)),
    ("mended_reading", "before the last character", mended(hand_on=-2)),
    ("mended_reading", "expected two tensors", mended(one=True)),
]
