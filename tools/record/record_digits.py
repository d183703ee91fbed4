"""The recorded runs of "Reading and spelling digits"."""

import torch
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from torch import nn
from torch.optim.lr_scheduler import CosineAnnealingLR

import course_lib as cl

SEEDS = (0, 1, 2, 3, 4)
FRESH = (5, 6, 7, 8, 9)  # splits never looked at while the recipe for reading was made
NAMES = ("zero", "one", "two", "three", "four")
NAMES += ("five", "six", "seven", "eight", "nine")
THRESHOLDS = (0.5, 0.6, 0.7, 0.8, 0.9)
LAYERS = {
    "RNN, 2 layers": lambda: cl.RNN(8, 100, 2),
    "nn.RNN, 2 layers": lambda: nn.RNN(8, 100, 2, batch_first=True),
    "RNN, 1 layer": lambda: cl.RNN(8, 100),
    "RNN, 2 layers, both ways": lambda: cl.RNN(8, 100, 2, bidirectional=True),
    "GRU, 2 layers": lambda: cl.GRU(8, 100, 2),
    "LSTM, 2 layers": lambda: cl.LSTM(8, 100, 2),
}
MNIST_LAYERS = {  # name: (layer, learning rate, epochs)
    "RNN": (lambda: cl.RNN(28, 100, 2), 0.002, 25),
    "LSTM": (lambda: cl.LSTM(28, 100, 2), 0.003, 8),
    "GRU": (lambda: cl.GRU(28, 100, 2), 0.003, 8),
}


def device() -> torch.device:
    """Return the device to train on."""
    return cl.device()


def read(layer, parts, seed: int, lr: float = 0.003, epochs: int = 30) -> dict:
    """Train a reader of images; return what it reaches on the second and third part."""
    torch.manual_seed(seed)
    model = cl.ManyToOne(layer(), output_size=10).to(device())
    order = torch.Generator().manual_seed(seed)
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    rate = CosineAnnealingLR(optimizer, epochs)
    history = cl.fit(
        model,
        cl.batches(*parts.train, 64, order),
        epochs=epochs,
        optimizer=optimizer,
        on_epoch=lambda epoch, history: rate.step(),
    )
    scores = [cl.accuracy(model, cl.batches(*p, 256)) for p in parts[1:]]
    return {
        "epochs": len(history),
        "valid": scores[0],
        "test": scores[1],
        "parameters": sum(p.numel() for p in model.parameters()),
        "seconds": round(sum(history.seconds), 1),
    }


def gathered(name: str, runs: list[dict], seeds) -> dict:
    """Return one row of a table: the runs of all seeds under one name."""
    keys = runs[0]
    return {
        "model": name,
        "seeds": list(seeds),
        **{key: [run[key] for run in runs] for key in keys},
    }


def baselines(parts) -> dict:
    """Return what is reached without a network, or without reading."""
    flat = [(x.flatten(1).numpy(), y.numpy()) for x, y in parts]
    (x, y), _, (x_test, y_test) = flat
    commonest = torch.from_numpy(y).mode().values.item()
    regression = LogisticRegression(max_iter=1000).fit(x, y)
    neighbour = KNeighborsClassifier(1).fit(x, y)
    return {
        "the commonest digit": float((y_test == commonest).mean()),
        "logistic regression": float(regression.score(x_test, y_test)),
        "the nearest image": float(neighbour.score(x_test, y_test)),
    }


def spelled(parts, seed: int) -> dict:
    """Train a speller; return the shares of names that are right in every letter."""
    vocab = cl.Vocab("".join(NAMES) + ".")

    def data(part, size, order=None):
        ids, y = cl.spelling([NAMES[k] for k in part.y.tolist()], vocab, ".")
        return cl.batches((part.x, ids), y, size, order)

    torch.manual_seed(seed)
    model = cl.Speller((8, 8), vocab, mark=".").to(device())
    order = torch.Generator().manual_seed(seed)
    batches, valid = data(parts.train, 32, order), data(parts.valid, 256)
    cl.fit(model, batches, epochs=20, valid=valid, patience=8)
    exact = []
    for x, y in parts[1:]:
        words = [NAMES[k] for k in y.tolist()]
        right = sum(a == b for a, b in zip(model.spell(x), words, strict=True))
        exact.append(right / len(words))
    return {"valid": exact[0], "test": exact[1]}


class Tagging:
    """The story without capitals and punctuation, in three parts."""

    def __init__(self):
        text = " ".join(cl.load_corpus("lighthouse").split())
        plain, tags = cl.take_marks(text)
        self.plain, self.tags = cl.split(plain), cl.split(tags)
        self.vocab = cl.Vocab(self.plain[0])
        self.kinds = cl.Vocab(" ".join(self.tags[0]), unit="word", unknown="?")
        self.ids = [self.vocab.encode(part) for part in self.plain]
        self.y = [self.kinds.encode(" ".join(part)) for part in self.tags]

    def learn(self, both_ways: bool, seed: int, epochs: int = 8) -> nn.Module:
        """Train a tagger, stopped on the second part."""
        torch.manual_seed(seed)
        layer = cl.GRU(len(self.vocab), 128, bidirectional=both_ways)
        model = cl.EveryStep(layer, len(self.kinds), dropout=0.5).to(device())
        x, y = (ids.unfold(0, 100, 25) for ids in (self.ids[0], self.y[0]))
        cl.fit(
            model,
            cl.batches(x, y, 16, torch.Generator().manual_seed(seed)),
            epochs=epochs,
            optimizer=torch.optim.Adam(model.parameters(), lr=0.01),
            valid=[(self.ids[1][None], self.y[1][None])],
            patience=3,
        )
        return model

    @torch.no_grad()
    def say(self, model, part: int, threshold: float) -> list[str]:
        """Return a tag for every character; nothing only if it is likely enough."""
        model.eval()
        p = model(self.ids[part][None].to(device()))[0][0].softmax(dim=-1).cpu()
        nothing = self.kinds.tokens.index("_")
        sure = p[:, nothing] >= threshold
        p[:, nothing] = 0
        best = p.argmax(dim=-1).masked_fill(sure, nothing)
        return [self.kinds.tokens[k] for k in best.tolist()]

    def score(self, both_ways: bool, seed: int) -> dict:
        """Train once; return F1 on the third part, at the threshold best on the second.

        "plain" is F1 where the likeliest tag is taken instead.
        """
        model = self.learn(both_ways, seed)
        marks = {t: self.f1(model, 1, t) for t in THRESHOLDS}
        best = max(marks, key=lambda t: sum(marks[t].values()))
        return {
            "threshold": best,
            "valid": marks[best],
            "test": self.f1(model, 2, best),
            "plain": self.f1(model, 2, 0.5),
        }

    def f1(self, model, part: int, threshold: float) -> dict:
        """Return F1 of capitals and of punctuation."""
        scores = cl.mark_scores(self.say(model, part, threshold), self.tags[part])
        return {kind: scores[kind].f1 for kind in ("capitals", "punctuation")}


def digits() -> dict:
    """Read and spell scikit-learn's digits, and tag the story, over several seeds."""
    drawn = torch.Generator().manual_seed
    fresh = [(cl.load_digits(drawn(seed)), seed) for seed in FRESH]
    splits = [(cl.load_digits(drawn(seed)), seed) for seed in SEEDS]
    reading = [
        gathered(name, [read(layer, *each) for each in fresh], FRESH)
        for name, layer in LAYERS.items()
    ]
    story = Tagging()
    ways = {"forwards": False, "both ways": True}
    return {
        "reading": reading,
        "baselines": [baselines(parts) for parts, _ in fresh],
        "spelling": gathered("Speller", [spelled(*each) for each in splits], SEEDS),
        "tagging": [
            gathered(name, [story.score(way, s) for s in SEEDS[:3]], SEEDS[:3])
            for name, way in ways.items()
        ],
    }


def mnist() -> dict:
    """Read MNIST, 8,000 images to learn from and 2,000 to score with; three seeds."""
    parts = cl.load_mnist(train=8000, valid=2000, test=2000)
    rows = []
    for name, (layer, lr, epochs) in MNIST_LAYERS.items():
        runs = [read(layer, parts, seed, lr, epochs) for seed in SEEDS[:3]]
        rows.append({"lr": lr, **gathered(name, runs, SEEDS[:3])})
    return {"reading": rows}
