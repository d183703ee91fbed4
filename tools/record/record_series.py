"""The recorded run "series": every network and baseline on Mackey-Glass, two ways."""

import torch

import course_lib as cl

SEEDS = (0, 1, 2)
RATES = (0.003, 0.01, 0.03, 0.1)
KINDS = {"LSTM": cl.LSTM, "GRU": cl.GRU, "RNN": cl.RNN}
SIZE, UNITS, EPOCHS = 20, 64, 20
PARTS = (0.5, 0.2, 0.3)  # to train on, to choose on, to score on
AHEAD = {6.0: 200, 1.0: 600}  # seconds between samples -> steps run free


def series() -> dict:
    """Score networks of three seeds and linear models, at a sample each 6 s and 1 s."""
    return {f"{sample:.0f} s": at_sample(sample) for sample in AHEAD}


def at_sample(sample: float) -> dict:
    """Score all models on one series; whatever is chosen is chosen on `valid`."""
    raw = cl.split(cl.mackey_glass(5000, sample), PARTS)
    scale = cl.Scale.fit(raw[0])
    parts = [scale.apply(part).float() for part in raw]
    fitted = [cl.AutoRegression(scale.apply(raw[0]), p=p) for p in range(1, SIZE + 1)]
    linear = min(fitted, key=lambda model: one_step(model, parts[1]))
    rows = [
        {"model": "persistence", **scores([lambda x: x[:, -1]], parts, sample)},
        {"model": f"AR({linear.p})", **scores([linear], parts, sample)},
    ]
    for name, kind in KINDS.items():
        rows.append({"model": name, **networks(kind, parts, sample)})
        print(sample, rows[-1], flush=True)
    return {"steps": AHEAD[sample], "rows": rows}


def networks(kind, parts: list, sample: float) -> dict:
    """Score one kind of network, its rate chosen by one step and by running free."""
    tried = {lr: train(kind, parts, SEEDS[0], lr) for lr in RATES}
    valid = {lr: one_step(model, parts[1]) for lr, model in tried.items()}
    lasts = {lr: run_free(model, parts[1], 200) for lr, model in tried.items()}
    chosen = {"one step": min(valid, key=valid.get), "free": max(lasts, key=lasts.get)}
    row: dict = {
        "seeds": list(SEEDS),
        "rates": list(RATES),
        "valid nrmse": list(valid.values()),
        "valid horizon": list(lasts.values()),
    }
    for goal, lr in chosen.items():
        models = [tried[lr], *(train(kind, parts, seed, lr) for seed in SEEDS[1:])]
        row[goal] = {"lr": lr, **scores(models, parts, sample)}
    return row


def train(kind, parts: list, seed: int, lr: float):
    """Train one network by the recipe of the library."""
    settings = {"size": SIZE, "epochs": EPOCHS, "lr": lr}
    return cl.train_forecaster(lambda: kind(1, UNITS), *parts[:2], seed, **settings)[0]


def one_step(model, part: torch.Tensor) -> float:
    """Return the NRMSE of one step ahead on a part."""
    x, y = cl.series_windows(part, SIZE)
    with torch.no_grad():
        return cl.nrmse(model(x), y)


def run_free(model, part: torch.Tensor, steps: int) -> int:
    """Return the median horizon over starts of a part, ten values apart."""
    x, y = cl.series_windows(part, SIZE, ahead=steps, every=10)
    return int(cl.horizon(cl.free_run(model, x, steps), y).median())


def scores(models: list, parts: list, sample: float) -> dict:
    """Return NRMSE and median horizon on the test part, a number for each model."""
    return {
        "nrmse": [one_step(model, parts[2]) for model in models],
        "horizon": [run_free(model, parts[2], AHEAD[sample]) for model in models],
    }
