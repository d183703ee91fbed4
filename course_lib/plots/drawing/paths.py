"""The paths of CTC's lattice, forward and backward: how likely each edge is."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from ... import validation

BLANK = 0


@dataclass
class Paths:
    """What a lattice is drawn from.

    symbols: the one at each place, blanks among them; nodes: the share of the paths
    through (step, place), by their probabilities; edges: that through (step, from
    place, to place); best: the likeliest path's place at each step, and likeliest its
    probability; total: that of all paths; count: how many there are.
    """

    symbols: list[int]
    nodes: dict[tuple[int, int], float]
    edges: dict[tuple[int, int, int], float]
    best: list[int]
    likeliest: float
    total: float
    count: int


def paths_of(log_p: Tensor, target: list[int]) -> Paths:
    """Return the paths that say a target. Raises ValueError if there is none."""
    T, V = log_p.shape
    for k in target:
        if not 0 < validation.whole(k, 0, "a symbol of the target") < V:
            raise ValueError(f"target must be of symbols 1 .. {V - 1}, got {target}")
    symbols = [BLANK] + [k for symbol in target for k in (symbol, BLANK)]
    graph = allowed(symbols, T)
    if not graph:
        raise ValueError(f"no path of {T} steps says {target}: it takes more steps")
    alpha, count = forward(log_p, symbols, graph)
    beta = backward(log_p, symbols, graph)
    total = math.log(sum(math.exp(alpha[T - 1, s]) for s in ends(symbols)))

    def share(step: int, a: int, b: int) -> float:
        """Return the share of the paths that take an edge."""
        p = float(log_p[step, symbols[b]])
        return math.exp(alpha[step - 1, a] + p + beta[step, b] - total)

    nodes = {n: math.exp(alpha[n] + beta[n] - total) for n in alpha}
    edges = {edge: share(*edge) for edge in graph}
    best, score = likeliest(log_p, symbols, graph)
    return Paths(symbols, nodes, edges, best, math.exp(score), math.exp(total), count)


def ends(symbols: list[int]) -> list[int]:
    """Return the places at which a path may end."""
    return sorted({len(symbols) - 1, max(0, len(symbols) - 2)})


def allowed(symbols: list[int], T: int) -> list[tuple[int, int, int]]:
    """Return the edges that lie on a path, by step: it stays, goes on, or skips."""

    def before(s: int) -> list[int]:
        """Return from which places one arrives at a place."""
        may_skip = s > 1 and symbols[s] not in (BLANK, symbols[s - 2])
        return [a for a in (s, s - 1, s - 2)[: 2 + may_skip] if a >= 0]

    found, wanted = [], {T - 1: set(ends(symbols))}
    reached = [set(range(min(2, len(symbols))))]
    for _ in range(1, T):
        last = reached[-1]
        reached.append({s for s in range(len(symbols)) if last & set(before(s))})
    for t in range(T - 1, 0, -1):
        steps = [
            (t, a, b)
            for b in sorted(wanted[t] & reached[t])
            for a in before(b)
            if a in reached[t - 1]
        ]
        wanted[t - 1] = {a for _, a, _ in steps}
        found = steps + found
    return found


def forward(log_p: Tensor, symbols: list[int], graph: list) -> tuple[dict, int]:
    """Return the log-probability of arriving at each node, and how many paths end."""
    T = len(log_p)
    starts = {a for t, a, _ in graph if t == 1}
    alpha = {(0, s): float(log_p[0, symbols[s]]) for s in sorted(starts)}
    ways = dict.fromkeys(alpha, 1)
    for t, a, b in graph:
        here = alpha[t - 1, a] + float(log_p[t, symbols[b]])
        alpha[t, b] = _added(alpha.get((t, b)), here)
        ways[t, b] = ways.get((t, b), 0) + ways[t - 1, a]
    return alpha, sum(ways.get((T - 1, s), 0) for s in ends(symbols))


def backward(log_p: Tensor, symbols: list[int], graph: list) -> dict:
    """Return the log-probability of what comes after each node."""
    T = len(log_p)
    beta = {(T - 1, b): 0.0 for t, _, b in graph if t == T - 1}
    for t, a, b in reversed(graph):
        here = float(log_p[t, symbols[b]]) + beta[t, b]
        beta[t - 1, a] = _added(beta.get((t - 1, a)), here)
    return beta


def likeliest(log_p: Tensor, symbols: list[int], graph: list) -> tuple[list, float]:
    """Return the likeliest path, and its log-probability."""
    T = len(log_p)
    score = {(0, a): (float(log_p[0, symbols[a]]), [a]) for t, a, _ in graph if t == 1}
    for t, a, b in graph:
        before, path = score[t - 1, a]
        new = (before + float(log_p[t, symbols[b]]), [*path, b])
        score[t, b] = max(score.get((t, b), new), new)
    value, path = max(score[T - 1, s] for s in ends(symbols) if (T - 1, s) in score)
    return path, value


def _added(a: float | None, b: float) -> float:
    """Return the logarithm of a sum of two probabilities."""
    if a is None:
        return b
    return torch.logaddexp(*torch.tensor([a, b], dtype=torch.float64)).item()
