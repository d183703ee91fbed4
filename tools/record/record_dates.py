"""The recorded runs of "Translation": dates, and the bottleneck."""

from collections.abc import Callable
from functools import partial

import torch

import course_lib as cl

SEEDS = (0, 1, 2)
MARK = "."
READS, WRITES = cl.date_vocabs(MARK)
# name: (attention, hidden size, batch size, learning rate, most epochs)
ONE_DATE = {
    "without attention": (False, 128, 32, 0.005, 24),
    "with attention": (True, 64, 64, 0.004, 12),
}
# name: (attention, hidden size, passes, so that the first two take about as long)
COPYING = {
    "with attention, H 64": (True, 64, 4),
    "without, H 64": (False, 64, 8),
    "without, H 128": (False, 128, 8),
}
LONGEST = 16  # digits, in training
ASKED = (2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 24)
WIDTHS = (1, 2, 5, 10)


def rows(pairs: cl.DatePairs, size: int, order: torch.Generator | None = None):
    """Return pairs in batches for `fit`."""
    told, targets = cl.spelling(pairs.iso, WRITES, MARK)
    return cl.batches((*cl.padded(pairs.words, READS), told), targets, size, order)


def exact(said: list[str], pairs: cl.DatePairs) -> float:
    """Return the share of texts that are right in every character."""
    right = [a == b for a, b in zip(said, pairs.iso, strict=True)]
    return sum(right) / len(right)


def learn(
    model: cl.Translator, data, lr: float, epochs: int, done: Callable[[], bool]
) -> cl.History:
    """Train a translator with a rate that falls to a tenth, until `done` says so."""
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    rate = torch.optim.lr_scheduler.ExponentialLR(optimizer, 0.1 ** (1 / epochs))

    def after(epoch, history):
        rate.step()
        return done()

    return cl.fit(model, data, epochs=epochs, optimizer=optimizer, on_epoch=after)


def one_date(name: str, seed: int) -> dict:
    """Train on single dates until 99 % of the second part are exact; score once."""
    attention, H, B, lr, epochs = ONE_DATE[name]
    parts = cl.load_dates(8000, generator=torch.Generator().manual_seed(seed))
    torch.manual_seed(seed)
    model = cl.Translator(READS, WRITES, MARK, H, attention).to(cl.device())
    batches = rows(parts.train, B, torch.Generator().manual_seed(seed))

    def done():
        return exact(model.translate(parts.valid.words), parts.valid) >= 0.99

    history = learn(model, batches, lr, epochs, done)
    said = model.translate(parts.test.words)
    return {
        "exact": exact(said, parts.test),
        "error_rate": cl.error_rate(said, parts.test.iso),
        "forced": cl.accuracy(model, rows(parts.test, 250)),
        "steps": len(history) * len(batches),
        "seconds": round(sum(history.seconds), 1),
        "parameters": sum(p.numel() for p in model.parameters()),
    }


def digits(count: int, least: int, most: int, made: torch.Generator) -> cl.DatePairs:
    """Return texts of random digits, of random lengths, to be copied."""
    lengths = torch.randint(least, most + 1, (count,), generator=made).tolist()
    drawn = [torch.randint(10, (n,), generator=made).tolist() for n in lengths]
    texts = ["".join(map(str, row)) for row in drawn]
    return cl.DatePairs(texts, texts)


def copying(name: str, seed: int) -> dict:
    """Train on copying up to 16 digits; score with texts of each length, new ones."""
    attention, H, passes = COPYING[name]
    made = torch.Generator().manual_seed(seed)
    train = digits(6400, 1, LONGEST, made)
    asked = {n: digits(200, n, n, made) for n in ASKED}
    torch.manual_seed(seed)
    model = cl.Translator(READS, WRITES, MARK, H, attention).to(cl.device())
    data = rows(train, 64, torch.Generator().manual_seed(seed))
    history = learn(model, data, 0.005, passes, lambda: False)
    said = {n: model.translate(pairs.words) for n, pairs in asked.items()}
    return {
        "steps": len(history) * len(data),
        "seconds": round(sum(history.seconds), 1),
        "exact": {n: exact(said[n], asked[n]) for n in ASKED},
        "error_rate": {n: cl.error_rate(said[n], asked[n].iso) for n in ASKED},
        "beams": beams(model, asked[8]),
    }


@torch.no_grad()
def beams(model: cl.Translator, pairs: cl.DatePairs) -> dict:
    """Return what each width of the beam gives: exact texts, and their mean log p."""
    found = {}
    x = [part.to(cl.device()) for part in cl.padded(pairs.words, READS)]
    model.eval()
    for width in WIDTHS:
        said = model.translate(pairs.words, width)
        log_p = model.search(*x, width, 100).log_p[:, 0]
        found[f"{width}"] = {"exact": exact(said, pairs), "log_p": float(log_p.mean())}
    return found


def over_seeds(run: Callable[[int], dict], name: str) -> dict:
    """Return one row of a table: the runs of all seeds under one name."""
    runs = []
    for seed in SEEDS:
        runs.append(run(seed))
        print(name, seed, runs[-1], flush=True)
    columns = {key: [run[key] for run in runs] for key in runs[0]}
    return {"model": name, "seeds": list(SEEDS), **columns}


def dates() -> dict:
    """Translate single dates with and without attention; three seeds."""
    return {"models": [over_seeds(partial(one_date, name), name) for name in ONE_DATE]}


def bottleneck() -> dict:
    """Copy digits, with and without attention; three seeds."""
    each = [over_seeds(partial(copying, name), name) for name in COPYING]
    return {"longest": LONGEST, "models": each}
