"""The recorded runs of "Translation": dates in words, with and without attention."""

from collections.abc import Callable
from functools import partial

import torch

import course_lib as cl

SEEDS = (0, 1, 2)
MARK = "."
READS, WRITES = cl.Vocab(cl.DATE_LETTERS), cl.Vocab(cl.ISO_LETTERS + MARK)
# name: (attention, hidden size, batch size, learning rate, most epochs)
ONE_DATE = {
    "without attention": (False, 128, 32, 0.005, 24),
    "with attention": (True, 64, 64, 0.004, 12),
}
TRAINED_ON = (1, 2, 3)  # dates in an input, for the bottleneck
ASKED = (1, 2, 3, 4, 5)
PASSES = {False: 12, True: 4}  # so that both train for about as many seconds
WIDTHS = (1, 2, 5, 10)


def rows(pairs: cl.DatePairs, size: int, order: torch.Generator | None = None):
    """Return pairs in batches for `fit`."""
    told, targets = cl.spelling(pairs.iso, WRITES, MARK)
    return cl.batches((*cl.padded(pairs.words, READS), told), targets, size, order)


def exact(said: list[str], pairs: cl.DatePairs) -> float:
    """Return the share of texts that are right in every character."""
    right = [a == b for a, b in zip(said, pairs.iso, strict=True)]
    return sum(right) / len(right)


def dates_right(said: list[str], pairs: cl.DatePairs) -> float:
    """Return the share of single dates that are right, each at its own place."""
    right = wanted = 0
    for text, truth in zip(said, pairs.iso, strict=True):
        given = text.rstrip("…").split(";")
        dates = truth.split(";")
        wanted += len(dates)
        right += sum(a == b for a, b in zip(given, dates, strict=False))
    return right / wanted


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
    """Train on single dates until 99.5 % of the second part are exact; score once."""
    attention, H, B, lr, epochs = ONE_DATE[name]
    parts = cl.load_dates(8000, generator=torch.Generator().manual_seed(seed))
    torch.manual_seed(seed)
    model = cl.Translator(READS, WRITES, MARK, H, attention).to(cl.device())
    batches = rows(parts.train, B, torch.Generator().manual_seed(seed))

    def done():
        return exact(model.translate(parts.valid.words), parts.valid) >= 0.995

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


def taking_turns(parts: cl.DateParts, seed: int) -> list:
    """Return batches with one, two and three dates in an input, taking turns."""
    each = []
    for count in TRAINED_ON:
        order = torch.Generator().manual_seed(seed)
        few = cl.DatePairs(*(part[: 2000 * count] for part in parts.train))
        each.append(list(rows(cl.in_rows(few, count), 50, order)))
    return [batch for turn in zip(*each, strict=True) for batch in turn]


def several_dates(attention: bool, seed: int) -> dict:
    """Train on up to three dates in an input, with H = 64; score with up to five."""
    parts = cl.load_dates(6000, 100, 1000, torch.Generator().manual_seed(seed))
    torch.manual_seed(seed)
    model = cl.Translator(READS, WRITES, MARK, 64, attention).to(cl.device())
    data = taking_turns(parts, seed)
    history = learn(model, data, 0.004, PASSES[attention], lambda: False)
    found = {"steps": len(history) * len(data), "seconds": sum(history.seconds)}
    for count in ASKED:
        asked = cl.in_rows(parts.test, count)
        said = model.translate(asked.words)
        found[f"{count}"] = dates_right(said, asked)
        found[f"{count} in all"] = exact(said, asked)
        found[f"{count} length"] = sum(map(len, asked.words)) / len(asked.words)
        if count == 3:
            found["beams"] = beams(model, asked)
    return found


@torch.no_grad()
def beams(model: cl.Translator, pairs: cl.DatePairs) -> dict:
    """Return what each width of the beam gives: exact texts, and their mean log p."""
    found = {}
    x = [part.to(cl.device()) for part in cl.padded(pairs.words, READS)]
    model.eval()
    for width in WIDTHS:
        said = model.translate(pairs.words, width)
        log_p = model.search(*x, width, 100).log_p[:, 0]
        found[f"{width}"] = {
            "exact": exact(said, pairs),
            "log_p": float(log_p.mean()),
        }
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
    """Translate single dates with and without attention."""
    return {
        "one_date": [over_seeds(partial(one_date, name), name) for name in ONE_DATE]
    }


def many_dates() -> dict:
    """Translate several dates at once: the bottleneck, with H = 64."""
    ways = {"without attention": False, "with attention": True}
    return {
        "trained_on": TRAINED_ON,
        "asked": ASKED,
        "many_dates": [
            over_seeds(partial(several_dates, way), name) for name, way in ways.items()
        ],
    }
