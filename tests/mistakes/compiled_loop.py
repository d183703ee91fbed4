"""Wrong answers to the exercises of "The loop, compiled"."""

import math

import torch


def by_units(state=lambda h: h, weight=lambda W, j, k: W[j, k], into=lambda h: h):
    """Return a step that reads `state(h)` and writes into `into(h)`, unit by unit."""

    def rnn_step(a, h, W):
        before, after = state(h), into(h)
        for b in range(len(h)):
            for j in range(h.shape[1]):
                total = a[b, j]
                for k in range(h.shape[1]):
                    total = total + before[b, k] * weight(W, j, k)
                after[b, j] = math.tanh(total)
        return h

    return rnn_step


def turned(W, j, k):
    return W[k, j]


def of_the_first(h):
    return h[:1].clone().expand_as(h)


TIMES = {"two": 38e-6, "one": 30e-6, "product": 250e-6}
SHARE = (38 - 30) / 750


class Shown(torch.autograd.Function):
    """The right pass; each mistake below changes a line of it."""

    @staticmethod
    def forward(ctx, o, c):
        ctx.save_for_backward(o, c)
        return o * c.tanh()

    @staticmethod
    def backward(ctx, dh):
        o, c = ctx.saved_tensors
        s = c.tanh()
        return dh * s, dh * o * (1 - s * s)


def back_by(to_o=None, to_c=None):
    """Return the pass with another gradient of o or of c."""

    class Changed(Shown):
        @staticmethod
        def backward(ctx, dh):
            o, c = ctx.saved_tensors
            s = c.tanh()
            first = to_o(o, c, s, dh) if to_o else dh * s
            return first, to_c(o, c, s, dh) if to_c else dh * o * (1 - s * s)

    return Changed


class Untanhed(Shown):
    @staticmethod
    def forward(ctx, o, c):
        ctx.save_for_backward(o, c)
        return o * c


class ThreeKept(torch.autograd.Function):
    @staticmethod
    def forward(ctx, o, c):
        ctx.save_for_backward(o, c, c.tanh())
        return o * c.tanh()

    @staticmethod
    def backward(ctx, dh):
        o, _, s = ctx.saved_tensors
        return dh * s, dh * o * (1 - s * s)


class OneGradient(Shown):
    @staticmethod
    def backward(ctx, dh):
        return Shown.backward(ctx, dh)[0]


class OnCtx(Shown):
    @staticmethod
    def forward(ctx, o, c):
        ctx.mine = o, c
        return o * c.tanh()

    @staticmethod
    def backward(ctx, dh):
        o, c = ctx.mine
        s = c.tanh()
        return dh * s, dh * o * (1 - s * s)


def swapped_back(o, c, s, dh):
    return dh * o * (1 - s * s)


def detached(o, c):
    return (o * c.tanh()).detach()


MISTAKES = [
    ("read_before_written", "both faults", by_units(weight=turned)),
    ("read_before_written", "the old number or the new one", by_units()),
    ("read_before_written", "the old number or the new one", by_units(lambda h: h[:])),
    (
        "read_before_written",
        "which of W's axes",
        by_units(state=torch.clone, weight=turned),
    ),
    ("read_before_written", "that is the old state", by_units(into=torch.clone)),
    ("read_before_written", "the first one's", by_units(state=of_the_first)),
    ("one_sigmoid", "should have the keys", {"two": 1e-5}, 0.01, "calls"),
    ("one_sigmoid", "no plausible time", {**TIMES, "product": 250.0}, 0.01, "calls"),
    ("one_sigmoid", "measure again", {**TIMES, "one": 80e-6}, 0.01, "calls"),
    ("one_sigmoid", "three products", TIMES, 3 * SHARE, "calls"),
    ("one_sigmoid", "not of the sigmoids'", TIMES, 8 / 38, "calls"),
    ("one_sigmoid", "in percent", TIMES, 100 * SHARE, "calls"),
    ("one_sigmoid", "is a difference", TIMES, 30 / 750, "calls"),
    ("one_sigmoid", "the sign", TIMES, -SHARE, "calls"),
    ("one_sigmoid", "count the columns", TIMES, SHARE, "sigmoids"),
    ("one_sigmoid", "count the columns", TIMES, SHARE, "both"),
    ("kept_less", "where is tanh", Untanhed),
    ("kept_less", "the order of what went in", back_by(to_o=swapped_back)),
    ("kept_less", "what is o multiplied with", back_by(lambda o, c, s, dh: dh * o)),
    ("kept_less", "from above, dh, is missing", back_by(lambda o, c, s, dh: s)),
    ("kept_less", "where its tanh should", back_by(lambda o, c, s, dh: dh * c)),
    (
        "kept_less",
        "the square of tanh(c)",
        back_by(to_c=lambda o, c, s, dh: dh * o * (1 - c * c)),
    ),
    (
        "kept_less",
        "has a square in it",
        back_by(to_c=lambda o, c, s, dh: dh * o * (1 - s)),
    ),
    ("kept_less", "tanh is missing", back_by(to_c=lambda o, c, s, dh: dh * o)),
    (
        "kept_less",
        "o is a factor of h",
        back_by(to_c=lambda o, c, s, dh: dh * (1 - s * s)),
    ),
    ("kept_less", "also for c", back_by(to_c=lambda o, c, s, dh: o * (1 - s * s))),
    ("kept_less", "3 tensors are kept", ThreeKept),
    ("kept_less", "goes through save_for_backward", OnCtx),
    ("kept_less", "the way back stops with RuntimeError", OneGradient),
    ("kept_less", "nothing is recorded", detached),
]
