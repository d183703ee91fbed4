"""The checks of "Beyond: scans and attention"."""

import math

import torch
import torch.nn.functional as F

from .answers import answers_back, call
from .compare import choice, number, one_number, same
from .verdict import Wrong
from .words import kind


@answers_back
def rounds_of_a_scan(rounds):
    """The rounds of a scan in which stretches double."""
    for T in (8, 1, 2, 9, 1000):
        known = {
            "that is the loop: stretches double at each round": T - 1,
            "that is one a step: stretches double at each round": T,
            "a round cannot be left half done: what if T is no power of two?": (
                math.log2(T)
            ),
            "the last steps do not know all of their past yet": int(math.log2(T)),
            "a power of two needs no round more": int(math.log2(T)) + 1,
        }
        right = math.ceil(math.log2(T))
        yield number(call(rounds, T), right, f"T = {T}", known, tolerance=0)


@answers_back
def looks_back(attend):
    """Self-attention in which no step sees a later one."""
    for B, T, H in ((2, 5, 4), (1, 1, 3), (3, 8, 2)):
        q, k, v = torch.randn(3, B, T, H)
        right = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        given = call(attend, q, k, v)
        yield same(given, right, f"B = {B}, T = {T}, H = {H}", blunders(q, k, v))


def blunders(q, k, v) -> dict:
    """Return what usual mistakes compute, a hint for each."""
    T, H = q.shape[1:]
    raw = q @ k.transpose(1, 2)
    later = torch.ones(T, T, dtype=torch.bool).triu(1)
    masked = (raw / math.sqrt(H)).masked_fill(later, -math.inf)
    from_here = (raw / math.sqrt(H)).masked_fill(later.T, -math.inf)
    bare = raw.masked_fill(later, -math.inf)
    late = (raw / math.sqrt(H)).softmax(-1)
    return {
        "a step sees what comes after it: is the mask used?": late @ v,
        "rows of weights do not add up to 1: mask what, and when?": (
            late.masked_fill(later, 0) @ v
        ),
        "the scores grow with H: what are they divided by?": bare.softmax(-1) @ v,
        "that divides by H, not by its root": (
            (raw / H).masked_fill(later, -math.inf).softmax(-1) @ v
        ),
        "which axis adds up to 1: a query's weights, or a key's?": masked.softmax(1)
        @ v,
        "the mask is upside down: a step sees what comes, not what was": (
            from_here.softmax(-1) @ v
        ),
    }


@answers_back
def random_readers(shares, shown):
    """What a probe reads from networks that have learned nothing."""
    units = (2, 4, 8, 32)
    if not isinstance(shares, dict) or set(shares) != set(units):
        raise Wrong(f"expected a share for each of {units}, came {kind(shares)}")
    values = [one_number(shares[H], f"{H} units") for H in units]
    if not all(0.4 <= value <= 1 for value in values):
        hint = "each is to be a mean share of five networks, between one half and 1"
        raise Wrong(hint)
    if values[-1] < 0.95 or values[0] > 0.95:
        hint = "two units should tell less than 32, which tell nearly all"
        raise Wrong(hint)
    yield "shares that rise with the units, which is plausible"
    hints = {
        "uses it": "none of these networks does anything with it: nothing was trained",
        "has learned it": "they are random; what could they have learned?",
    }
    yield choice(shown, "can be read", "what a high share shows", hints)
