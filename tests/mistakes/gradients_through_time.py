"""Wrong answers to the exercises of "Gradients through time"."""

import math

import torch


def by_value(gradients, limit):
    return [g.clamp(-limit, limit) for g in gradients]


def each_for_itself(gradients, limit):
    return [g * min(1.0, limit / max(float(g.norm()), 1e-9)) for g in gradients]


def scaled(norm, shorten_only=True):
    """Return a function that clips by a norm of the list of gradients."""

    def clipped(gradients, limit):
        scale = limit / max(float(norm(gradients)), 1e-9)
        scale = min(1.0, scale) if shorten_only else scale
        return [g * scale for g in gradients]

    return clipped


def joint(gradients):
    return torch.cat([g.flatten() for g in gradients]).norm()


def summed(gradients):
    return sum(g.norm() for g in gradients)


def longest(gradients):
    return max(g.norm() for g in gradients)


def zero_by_zero(gradients, limit):
    scale = limit / joint(gradients)
    if scale < 1 or scale == math.inf:
        return [g * scale for g in gradients]
    return gradients


def flattened(gradients, limit):
    return [g.flatten() for g in scaled(joint)(gradients, limit)]


def alone(gradients, limit):
    return scaled(joint)(gradients, limit)[0]


def loop(
    W=lambda W: W,
    slope=lambda h, t: 1 - h[:, t + 1] ** 2,
    bias=lambda deltas: sum(deltas).sum(0),
    first=lambda delta, W: delta @ W,
):
    """Return the loop back through time, with a fault."""

    def by_hand(W_hh, states, from_loss):
        delta, deltas = torch.zeros_like(states[:, 0]), []
        for t in reversed(range(from_loss.shape[1])):
            delta = (from_loss[:, t] + delta @ W(W_hh)) * slope(states, t)
            deltas.append(delta)
        return bias(deltas), first(delta, W_hh)

    return by_hand


def slope_once_more(W_hh, states, from_loss):
    d_bias, d_first = loop()(W_hh, states, from_loss)
    return d_bias, d_first * (1 - states[:, 0] ** 2)


def bias_alone(W_hh, states, from_loss):
    return loop()(W_hh, states, from_loss)[0]


JORDAN = torch.tensor([[0.5, 10.0], [0.0, 0.5]])
CANCELS = torch.tensor([[2.0, -4.25], [1.0, -2.0]])
TURNS = torch.tensor([[0.5, 10.0], [-0.02, 0.5]])
DOWN, ACROSS = torch.tensor([0.0, 1.0]), torch.tensor([2.0, 1.0])
OPEN = torch.ones(2)
COIN = {(30, 12): 0.01, (30, 30): 0.693, (60, 30): 0.693}

MISTAKES = [
    ("loud_inputs", "the slope of tanh there", "larger", "the same"),
    ("loud_inputs", "depends on the state", "the same", "the same"),
    ("loud_inputs", "which of them know x", "smaller", "larger"),
    ("loud_inputs", "is it still there", "smaller", "smaller"),
    ("clipped_norm", "which changes the direction", by_value),
    ("clipped_norm", "nothing is clipped", lambda gradients, limit: gradients),
    ("clipped_norm", "for all of them together", each_for_itself),
    ("clipped_norm", "not the sum of its parts' norms", scaled(summed)),
    ("clipped_norm", "not that of its longest part", scaled(longest)),
    ("clipped_norm", "clipping only shortens", scaled(joint, False)),
    ("clipped_norm", "divided by a norm of zero", zero_by_zero),
    ("clipped_norm", "has lost its shape", flattened),
    ("clipped_norm", "as many gradients as were given", alone),
    ("bias_and_first_state", "stops at each step", loop(W=lambda W: 0 * W)),
    ("bias_and_first_state", "through the matrix the other way", loop(W=lambda W: W.T)),
    ("bias_and_first_state", "slope of tanh is forgotten", loop(slope=lambda h, t: 1)),
    (
        "bias_and_first_state",
        "the state of another step",
        loop(slope=lambda h, t: 1 - h[:, t] ** 2),
    ),
    ("bias_and_first_state", "a row for each sequence", loop(bias=sum)),
    (
        "bias_and_first_state",
        "the batch is averaged",
        loop(bias=lambda deltas: sum(deltas).mean(0)),
    ),
    (
        "bias_and_first_state",
        "the first step's part",
        loop(bias=lambda deltas: deltas[-1].sum(0)),
    ),
    (
        "bias_and_first_state",
        "the last step's part",
        loop(bias=lambda deltas: deltas[0].sum(0)),
    ),
    ("bias_and_first_state", "inside its tanh", loop(first=lambda delta, W: delta)),
    (
        "bias_and_first_state",
        "last product is the other way",
        loop(first=lambda delta, W: delta @ W.T),
    ),
    (
        "bias_and_first_state",
        "every sequence has a first state",
        loop(first=lambda delta, W: (delta @ W).sum(0)),
    ),
    ("bias_and_first_state", "what made it does not matter", slope_once_more),
    ("bias_and_first_state", "expected two gradients", bias_alone),
    ("stretching", "not below 1", 2 * torch.eye(2), DOWN, OPEN),
    ("stretching", "is W symmetric", 0.5 * torch.eye(2), DOWN, OPEN),
    ("stretching", "which way does it point", CANCELS, ACROSS, OPEN),
    ("stretching", "those of tanh lie in", CANCELS, DOWN, torch.tensor([2.0, 0.0])),
    ("stretching", "W is triangular", JORDAN, DOWN, OPEN),
    ("stretching", "the other's weight on itself", TURNS, DOWN, OPEN),
    ("stretching", "what cancels in W", CANCELS, DOWN, OPEN),
    ("stretching", "expected (2, 2) and finite", torch.eye(3), DOWN, OPEN),
    ("stretching", "expected a tensor of numbers", "W", DOWN, OPEN),
    ("recall_lags", "a loss for each (T, lag)", {8: 0.01}, "vanishing"),
    ("recall_lags", "after the last epoch", {**COIN, (30, 12): [0.1]}, "vanishing"),
    ("recall_lags", "it can be learned", {**COIN, (30, 12): 0.69}, "vanishing"),
    ("recall_lags", "was the lag handed on", {**COIN, (60, 30): 0.01}, "vanishing"),
    ("recall_lags", "have their bit inside", COIN, "truncation"),
    ("recall_lags", "stay finite", COIN, "explosion"),
]
