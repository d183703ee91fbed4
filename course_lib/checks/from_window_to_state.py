"""The checks of "From a window to a state"."""

from collections.abc import Mapping

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ..data.text import one_hot
from ..experiments.story import story
from .answers import answers_back, call, heard
from .compare import choice, number, one_number, same
from .verdict import Wrong

NETWORKS = ("window of 4", "sum of 4", "loop of 4", "state carried")
ORDER = dict(zip(NETWORKS, ("differ", "the same", "differ", "differ"), strict=True))
FAR_BACK = dict(
    zip(NETWORKS, ("the same", "the same", "the same", "differ"), strict=True)
)
IN_ORDER = {
    "window of 4": "does each place have its own block of the matrix, or not?",
    "sum of 4": "what becomes of a sum when its terms change places?",
    "loop of 4": "what does a step do to what the steps before it have left?",
    "state carried": "inside, it takes the very steps of the loop of 4",
}
FROM_FAR = {
    "window of 4": "which letters are in its window when it predicts?",
    "sum of 4": "which letters does it add up, and is the first among them?",
    "loop of 4": "what does its hidden layer hold before the first of the four?",
    "state carried": "where is its state set back to zero?",
}


@answers_back
def told_apart(order, far_back):
    """Which networks predict the same after two texts that differ."""
    for given, right, hints, what in (
        (order, ORDER, IN_ORDER, "lamp and palm"),
        (far_back, FAR_BACK, FROM_FAR, "stone and atone"),
    ):
        if not isinstance(given, Mapping) or set(given) != set(NETWORKS):
            raise Wrong(f"{what}: expected a dictionary with four networks as its keys")
        for name in NETWORKS:
            (other,) = {"the same", "differ"} - {right[name]}
            hint = {other: hints[name]}
            yield choice(given[name], right[name], f"{what}, {name}", hint)


@answers_back
def weights_by_window(window_weights, loop_weights, least_k):
    """The numbers of weights of a window network and of a loop."""
    for V, H, k in ((27, 64, 4), (5, 3, 2), (2, 7, 6), (9, 4, 1)):
        given, what = (
            call(window_weights, V, H, k),
            f"window: V = {V}, H = {H}, k = {k}",
        )
        right = H * k * V + H + H * V + V
        yield number(given, right, what, in_window(right, V, H, k), 0)
        given, what = call(loop_weights, V, H), f"loop: V = {V}, H = {H}"
        right = H * V + H + H * H + H + H * V + V
        yield number(given, right, what, in_loop(right, V, H), 0)
    mistakes = {
        "there, the loop still has more": 4,
        "the loop has a block for one place, too: compare k - 1 of them": 3,
    }
    yield number(least_k, 5, "the least k with V = 27, H = 100", mistakes, 0)


def in_window(right: int, V: int, H: int, k: int) -> dict[str, int]:
    """Return what mistakes in counting a window's weights give."""
    head = V * H + V
    return {
        "the hidden layer and the head have a bias each": right - H - V,
        "the hidden layer has a bias, too": right - H,
        "the head has a bias, too": right - V,
        "the head has weights, too": right - head,
        "one block is counted; each place has one": right - (k - 1) * H * V,
        "each place has a block of the matrix; the bias is added once": (
            right + (k - 1) * H
        ),
        "each place has a block; the head is there once": right + (k - 1) * head,
    }


def in_loop(right: int, V: int, H: int) -> dict[str, int]:
    """Return what mistakes in counting a loop's weights give."""
    return {
        "from_h is a layer with a bias of its own": right - H,
        "no bias is counted; each of the three layers has one": right - 2 * H - V,
        "what does the hidden layer pass through on its way?": right - H * H - H,
        "is the head counted, which is as in the window?": right - V * H - V,
    }


@answers_back
def looked_up(read_ids):
    """A loop over ids, whose products with one-hot rows are look-ups."""
    for B, T, V, H in ((2, 5, 6, 3), (3, 4, 4, 4), (3, 3, 5, 2), (1, 1, 3, 2)):
        ids = torch.randint(V, (B, T))
        ids[:, -1] = torch.arange(B) % V  # so that no two orders read alike
        weights = torch.randn(H, V), torch.randn(H, H), torch.randn(H)
        h = torch.randn(B, H)
        right = states(ids, *weights, h)
        given = call(read_ids, ids, *weights, h, name="read_ids")
        what = f"ids of shape {(B, T)}, V = {V}, H = {H}"
        yield same(given, right, what, read_wrongly(ids, *weights, h, right))


def states(
    ids: Tensor, W_ih: Tensor, W_hh: Tensor, bias: Tensor, h: Tensor, carried=True
) -> Tensor:
    """Return the states (B, T, H) after each of some ids, from h on."""
    found, first = [], h
    for x_t in one_hot(ids, W_ih.shape[1]).to(W_ih).unbind(1):
        h = torch.tanh(x_t @ W_ih.T + (h if carried else first) @ W_hh.T + bias)
        found.append(h)
    return torch.stack(found, dim=1)


def read_wrongly(
    ids: Tensor, W_ih: Tensor, W_hh: Tensor, bias: Tensor, h: Tensor, right: Tensor
) -> dict:
    """Return what the mistakes in reading ids give."""
    rest, zero = (W_ih, W_hh, bias, h), torch.zeros_like(bias)
    before = torch.cat([h[:, None], right[:, :-1]], dim=1)
    mistakes = {
        "W_hh is multiplied from its other side": states(ids, W_ih, W_hh.T, bias, h),
        "where is the bias?": states(ids, W_ih, W_hh, zero, h),
        "each step begins from the first state: is it carried?": states(
            ids, *rest, carried=False
        ),
        "that begins from zeros, not from the h that is given": states(
            ids, W_ih, W_hh, bias, 0 * h
        ),
        "these are the sums before their tanh": right.atanh(),
        "the states are those before each character, not after it": before,
        "batch and time have changed places": right.transpose(0, 1),
    }
    if W_ih.shape[0] == W_ih.shape[1]:
        hint = "rows of W_ih are taken; a one-hot row selects something else"
        mistakes[hint] = states(ids, W_ih.T, W_hh, bias, h)
    return mistakes


PLACES = (1, 2, 3, 4, 5, 6)


@answers_back
def place_by_place(net, blanked, farthest):
    """What a window of six loses when one of its places is blanked."""
    if not isinstance(blanked, Mapping) or set(blanked) != set(PLACES):
        raise Wrong("expected a dictionary with a perplexity for each place, 1 to 6")
    given = {back: one_number(blanked[back], f"place {back}") for back in PLACES}
    with heard("scoring the second part with the network"):
        vocab, train, valid, test = story()
        whole, right = scores(net, torch.cat([train[-5:], valid]), len(vocab))
        ahead = scores(net, torch.cat([valid[-5:], test]), len(vocab))[1]
        nats = {back: torch.tensor(right[back]).log().item() for back in PLACES}
    for back in PLACES:
        mistakes = {
            "places are counted back from the newest, which is 1": right[7 - back],
            "that is with all six: is a place blanked?": whole,
            "that is the cross-entropy; take its exponential": nats[back],
            "that is on the third part": ahead[back],
        }
        what = f"without place {back}"
        yield number(given[back], right[back], what, mistakes, tolerance=1e-5)
    last = max((b for b in PLACES if right[b] >= 1.1 * whole), default=0)
    hints = against_places(last)
    yield choice(farthest, last, "the farthest that is worth a tenth", hints)


def against_places(last: int) -> dict[int, str]:
    """Return what speaks against each place but the last that is worth a tenth."""
    nearer = "beyond it there is another that is worth a tenth"
    farther = "without that place it is less than 1.1 times as large"
    hints = {back: nearer if back < last else farther for back in PLACES}
    return {back: hint for back, hint in hints.items() if back != last}


@torch.no_grad()
def scores(net: nn.Module, ids: Tensor, V: int) -> tuple[float, dict[int, float]]:
    """Return a perplexity with all six places, and without each of them."""
    text = ids.unfold(0, 7, 1)
    rows, y = one_hot(text[:, :6], V), text[:, 6]
    found = {}
    for back in (0, *PLACES):
        left = rows.clone()
        if back:
            left[:, -back] = 0
        found[back] = F.cross_entropy(net.head(net.read(left)), y).exp().item()
    return found.pop(0), found


@answers_back
def mended_reading(read_on):
    """A window read by a loop: its logits and the state that is handed on."""
    for B, T, V, H in ((2, 3, 5, 4), (2, 1, 4, 3), (3, 4, 6, 2)):
        net, h = Net(V, H), torch.rand(B, H) - 0.5
        rows = one_hot(torch.randint(V, (B, T)), V)
        found, ends = read_by(net, rows, h)
        what = f"rows of shape {(B, T, V)}"
        given = call(read_on, net, rows, h, name="read_on")
        if not isinstance(given, tuple) or len(given) != 2:
            raise Wrong(f"{what}: expected two tensors, the logits and the last state")
        logits, last = given
        yield same(logits, found, f"{what}: the logits", said_wrongly(net, rows, h))
        yield same(last, ends[:, -1], f"{what}: the state", kept_wrongly(ends, h))


class Net(nn.Module):
    """The layers of a recurrent network, by the names that the chapter gives them."""

    def __init__(self, V: int, H: int):
        super().__init__()
        self.from_x, self.from_h = nn.Linear(V, H), nn.Linear(H, H)
        self.head = nn.Linear(H, V)
        for parameter in self.parameters():
            parameter.data *= 2  # so that every mistake can be seen


@torch.no_grad()
def read_by(net: Net, rows: Tensor, h: Tensor, early=False, close="sum"):
    """Return the logits (B, T, V) and the states (B, T, H) of a loop, or of a fault."""
    kept, found = [], []
    for x_t in rows.unbind(1):
        kept.append(h)
        from_x, from_h = net.from_x(x_t), net.from_h(h)
        h = from_x.tanh() + from_h if close == "x" else (from_x + from_h).tanh()
        found.append(h)
    states = torch.stack(found, dim=1)
    return net.head(torch.stack(kept, dim=1) if early else states), states


def said_wrongly(net: Net, rows: Tensor, h: Tensor) -> dict[str, Tensor]:
    """Return the logits that are computed with some of the faults left in."""
    return {
        "each is made before its character has been read, and the tanh leaves out a "
        "part of the sum": read_by(net, rows, h, early=True, close="x")[0],
        "each is made from the state before its character was read": read_by(
            net, rows, h, early=True
        )[0],
        "the tanh is to keep the whole sum between -1 and 1": read_by(
            net, rows, h, close="x"
        )[0],
    }


def kept_wrongly(ends: Tensor, h: Tensor) -> dict[str, Tensor]:
    """Return the states that a reader may hand on in place of the last."""
    mistakes = {"that is the state with which the window began": h}
    if ends.shape[1] > 1:
        mistakes["that is the state after the first character"] = ends[:, 0]
        mistakes["that is the state before the last character"] = ends[:, -2]
    return mistakes
