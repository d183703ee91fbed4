"""Networks without a memory, as large as those with one: rows of the one table.

A story is a text in three parts, as `cl.story` gives one. Rates, and for a window its
length k, are chosen by the perplexity on the second part, with seed 0; what is chosen
is then trained with every seed.
"""

from collections.abc import Callable

from torch import nn

import course_lib as cl

SEEDS = (0, 1, 2)
RATES = (0.006, 0.01, 0.02, 0.03)
PLACES = (3, 4, 5, 6, 8)


def row(name: str, layer: Callable[[int], nn.Module], lr: float, story) -> dict:
    """Train one kind of network with every seed; return its row of the table."""
    runs = [cl.train_on_story(layer, story, seed, lr=lr) for seed in SEEDS]
    return {
        "model": name,
        "lr": lr,
        "seeds": list(SEEDS),
        "epochs": [len(run.history) for run in runs],
        "valid": [min(run.history.valid_perplexity) for run in runs],
        "test": [run.test_perplexity for run in runs],
    }


def weights_of(model: nn.Module) -> int:
    """Return how many numbers a model has learned."""
    return sum(p.numel() for p in model.parameters())


def units_for(weights: int, V: int, k: int) -> int:
    """Return the most units with which a window of k has at most that many weights."""
    return (weights - V) // (k * V + 1 + V)


def tried(layer: Callable, story, rates=RATES, **said) -> list[dict]:
    """Train with seed 0 at every rate; return what the second part says of each."""
    rows = []
    for lr in rates:
        run = cl.train_on_story(layer, story, seed=0, lr=lr)
        rows.append({**said, "lr": lr, "valid": min(run.history.valid_perplexity)})
    return rows


def window_row(
    beside: str, weights: int, story, places=PLACES, rates=RATES
) -> tuple[dict, list]:
    """Return a window's row, with as many weights as a network, and all it tried."""
    V, rows = len(story.vocab), []
    for k in places:
        H = units_for(weights, V, k)
        rows += tried(_window(H, k), story, rates, beside=beside, k=k, units=H)
    best = min(rows, key=lambda tried: tried["valid"])
    k, H = best["k"], best["units"]
    name = f"window of {k}, {H} units"
    made = row(name, _window(H, k), best["lr"], story)
    return made | {"k": k, "weights": weights_of(_window(H, k)(V))}, rows


def _window(H: int, k: int) -> Callable[[int], nn.Module]:
    return lambda V: cl.WindowLM(V, H, k)


def story_windows() -> dict:
    """Return windows with the weights of the table's RNN and of its GRU."""
    story = cl.story()
    V = len(story.vocab)
    result: dict = {"networks": [], "tried": []}
    for name, kind in (("RNN, 64 units", cl.RNN), ("GRU, 64 units", cl.GRU)):
        weights = weights_of(cl.CharLM(kind(V, 64), V))
        made, rows = window_row(name, weights, story)
        result["networks"].append({**made, "part": "windows"})
        result["tried"] += [{**row, "part": "windows"} for row in rows]
    return result
