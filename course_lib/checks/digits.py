"""The checks of "Reading and spelling digits"."""

import torch
from torch import nn

from .answers import answers_back, call
from .compare import choice, number, one_number, same
from .verdict import Wrong
from .words import kind


@answers_back
def rows_or_columns(by_rows, by_columns):
    """Steps and parameters of a layer that reads images by rows, and by columns."""
    yield steps_and_parameters(by_rows, 12, 30, "by rows")
    yield steps_and_parameters(by_columns, 30, 12, "by columns")


def steps_and_parameters(given, T: int, D: int, what: str) -> str:
    """Check a pair: T steps of D numbers each, read by 100 units."""
    if not isinstance(given, list | tuple) or len(given) != 2:
        raise Wrong(f"{what}: expected a pair (steps, parameters), came {kind(given)}")
    steps = {
        "that is how many numbers come at one step": D,
        "pixels come a whole line at a time": T * D,
    }
    number(given[0], T, f"{what}, steps", steps, tolerance=0)
    H = 100
    parameters = {
        "torch's layers have two biases": H * (D + H + 1),
        "where are the biases?": H * (D + H),
        "the input matrix is for one step: how many numbers come at once?": (
            H * (T + H + 2)
        ),
        "no size of the layer depends on the number of steps": T * H * (D + H + 2),
        "that counts the linear layer behind it, too": H * (D + H + 2) + 10 * (H + 1),
        "does the state not come in as well, through a matrix?": H * (D + 2),
    }
    right = H * (D + H + 2)
    return number(given[1], right, f"{what}, parameters", parameters, tolerance=0)


@answers_back
def batch_and_time(classify):
    """A reader of images with a layer that takes time first."""
    for N, T, D, H in ((5, 7, 3, 4), (8, 8, 8, 6), (1, 4, 2, 3)):
        layer, head = nn.RNN(D, H), nn.Linear(H, 10)
        images = torch.randn(N, T, D)
        given = call(classify, layer, head, images)
        right = head(layer(images.transpose(0, 1))[0][-1])
        what = f"{N} images of {T} rows of {D} pixels"
        yield same(given, right, what, slips(layer, head, images))


def slips(layer, head, images) -> dict:
    """Return what usual repairs compute that are none, a hint for each."""
    swapped = layer(images.transpose(0, 1))[0]  # (T, N, H)
    straight = layer(images)[0]  # (N, T, H)
    states = {
        "change one image: the logits of those after it move, so what is time?": (
            straight[:, -1]
        ),
        "the layer reads rightly; along which axis does its output end?": (
            swapped[:, -1]
        ),
        "the last step is taken rightly; but what does the layer take for time?": (
            straight[-1]
        ),
        "that is the state after the first step": swapped[0],
        "what is asked for is the last state, not the mean of all": swapped.mean(dim=0),
    }
    return {hint: head(state) for hint, state in states.items()}


@answers_back
def words_in_full(whole_words):
    """The share of words that are right in every letter, padding left out."""
    for B, T, V in ((4, 3, 5), (7, 6, 4), (1, 2, 3)):
        targets = torch.randint(V, (B, T))
        said = targets.clone()
        for row in range(1, B, 2):  # every second word has one wrong letter
            said[row, row % (T - 1)] = (said[row, row % (T - 1)] + 1) % V
        targets[:, -1] = -100
        targets[0, 1:] = -100
        logits = torch.randn(B, T, V).scatter_add(
            2, said[..., None], torch.full((B, T, 1), 20.0)
        )
        given = one_number(call(whole_words, logits, targets), "the share")
        right, counts = said == targets, targets != -100
        exact = share((right | ~counts).all(dim=1))
        known = miscounted_words(right, counts)
        yield number(given, exact, f"{B} words of up to {T} steps", known)


def miscounted_words(right, counts) -> dict[str, float]:
    """Return what the usual mistakes compute, from (B, T): right, and not padding."""
    return {
        "padding makes words wrong here: does a target of -100 count?": share(
            right.all(dim=1)
        ),
        "that is the share of letters, not of words": share(right[counts]),
        "that is the share of letters, and padding counts as right": share(
            right | ~counts
        ),
        "that is the share of letters, and padding counts as wrong": share(right),
        "that is how many words, not their share": float(
            (right | ~counts).all(dim=1).sum()
        ),
        "one right letter does not make a word right": share(
            (right & counts).any(dim=1)
        ),
    }


def share(right) -> float:
    """Return the share of true values."""
    return float(right.float().mean())


@answers_back
def letters_and_words(exact_words, needed):
    """From the share of letters to the share of whole words, and back."""
    for a, n in ((0.9, 3), (0.99, 5), (0.5, 1), (1.0, 4)):
        known = {
            "how does a word end? There is one more thing to be right": a**n,
            "that is for one letter": a,
            "that is the chance that at least one is right": 1 - (1 - a) ** (n + 1),
            "chances of independent things multiply": (n + 1) * a,
            "that is the chance that something is wrong": 1 - a ** (n + 1),
        }
        what = f"letters right with probability {a}, {n} of them"
        yield number(call(exact_words, a, n), a ** (n + 1), what, known)
    known = {
        "does the mark count?": 0.95 ** (1 / 5),
        "that is what the word reaches if each letter has 0.95": 0.95**6,
        "that would be so if errors added up; they do nearly": 1 - 0.05 / 6,
        "turn it round: which power undoes the sixth?": 0.95,
    }
    yield number(needed, 0.95 ** (1 / 6), "what `seven` needs", known, tolerance=1e-5)


@answers_back
def order_of_rows(one_order, own_order, order_needed):
    """What a reader reaches when rows are shuffled, and which order it needs."""
    one = one_number(one_order, "`one_order`")
    own = one_number(own_order, "`own_order`")
    for name, score in (("one_order", one), ("own_order", own)):
        if not 0 <= score <= 1:
            raise Wrong(f"`{name}` is to be a share between 0 and 1, came {score:.4g}")
    if one < 0.9:
        hint = "is too low for one order: is it the same in all three parts?"
        raise Wrong(f"{one:.3f} {hint}")
    yield f"{one:.3f} with one order for all images, which is plausible"
    if own > one - 0.02:
        hint = "with an order for each: was every image given its own?"
        raise Wrong(f"{own:.3f} {hint}")
    if own < 0.3:
        hint = "is near chance: do images and labels still belong together?"
        raise Wrong(f"{own:.3f} {hint}")
    yield f"{own:.3f} with an order for each image, which is plausible"
    hints = {
        "the usual one": "the reader of one strange order does not think so",
        "none": "compare the two accuracies once more",
    }
    yield choice(order_needed, "any fixed one", "which order is needed", hints)
