"""Checks of the exercises of "The songwriter"."""

import math

import torch

from ..data.corpus import load_corpus
from ..data.text import Vocab
from ..data.windows import whole_text
from ..models.ngrams import NGram
from ..training.metrics import perplexity
from .answers import answers_back, call
from .compare import choice, number, one_number, same
from .verdict import Wrong
from .words import brief


@answers_back
def clipped_steps(lengths, longer):
    """How far SGD at 100, clipped at 0.01, moves; and whom the limit matters to."""
    if not isinstance(lengths, list | tuple) or len(lengths) != 3:
        raise Wrong(f"expected a list of three numbers, came {brief(lengths)}")
    not_shorter = "a gradient shorter than the limit is not clipped, and not lengthened"
    for given, norm in zip(lengths, (0.002, 0.01, 5.0), strict=True):
        known = {
            "is that the gradient's own norm? It is still to be multiplied": norm,
            "is the rate right, and was the gradient clipped before?": 100 * norm,
            "that is the clipped gradient; what is the rate?": min(norm, 0.01),
            not_shorter: 1.0,
        }
        right = 100 * min(norm, 0.01)
        yield number(given, right, f"a gradient of norm {norm:g}", known)
    hints = {
        "torch": "what does Adam do to a gradient that is a hundred times as long, "
        "as all those before it are?"
    }
    yield choice(longer, "scratch", "whose steps grow with the limit", hints)


@answers_back
def temperature_wanted(temperature):
    """The temperature at which the likelier of two is drawn with probability p."""
    for a, b, p in ((2.0, 0.0, 0.75), (9.0, 4.0, 0.6), (-1.0, -1.5, 0.99)):
        given = call(temperature, a, b, p)
        odds = math.log(p / (1 - p))
        known = {
            "is it divided the wrong way round?": odds / (a - b),
            "the sign is turned: is it p to 1 - p, or the other way?": (b - a) / odds,
            "that is the odds; where is their logarithm?": (a - b) / (p / (1 - p)),
            "the other one's probability is 1 - p, not 1": (a - b) / math.log(p),
            "the other one's probability is 1 - p; is it in": (b - a) / math.log(p),
            "only the difference of the logits counts": a / odds,
        }
        yield number(given, (a - b) / odds, f"a = {a:g}, b = {b:g}, p = {p:g}", known)


@answers_back
def new_n_grams(new_share):
    """The share of a song's n-grams that its source does not have."""
    for song, source, n in (
        ("abcabdd", "xabcax", 2),
        ("分开不分开我不分", "我不分开你", 3),
        ("aaaa", "aa", 3),
        ("一件雨衣", "一件雨衣罩两个猴", 4),
        ("abc", "xyz", 1),
    ):
        given = call(new_share, song, source, n)
        what = f"{song!r} from {source!r}, n = {n}"
        yield number(given, share(song, source, n), what, slips(song, source, n))


def share(song: str, source: str, n: int) -> float:
    """Return the share of places in a song with n characters that are new."""
    grams = [song[k : k + n] for k in range(len(song) - n + 1)]
    return sum(gram not in source for gram in grams) / len(grams)


def slips(song: str, source: str, n: int) -> dict[str, float]:
    """Return what each usual mistake computes, a hint for each."""
    grams = [song[k : k + n] for k in range(len(song) - n + 1)]
    apart = [song[k : k + n] for k in range(0, len(song) - n + 1, n)]
    new = [gram not in source for gram in grams]
    early = new[:-1] or [True]
    return {
        "is that the share that is copied?": 1 - share(song, source, n),
        "every place counts, also if its characters were met before": sum(
            gram not in source for gram in set(grams)
        )
        / len(set(grams)),
        "there are N - n + 1 places, not N": sum(new) / len(song),
        "is the last place left out?": sum(early) / len(early),
        "they begin at every character, not at every n-th": sum(
            gram not in source for gram in apart
        )
        / len(apart),
        "are pieces shorter than n counted at the end?": sum(
            song[k : k + n] not in source for k in range(len(song))
        )
        / len(song),
    }


@answers_back
def drawn_among_k(probabilities):
    """Probabilities among the k likeliest, at a temperature."""
    for V, temperature, k in ((5, 1.0, 5), (5, 2.0, 5), (6, 1.0, 2), (8, 0.5, 3)):
        logits = 3 * torch.randn(V) - 4
        kept = logits >= logits.topk(k).values[-1]
        minus, zero = (logits.masked_fill(~kept, low) for low in (-math.inf, 0.0))
        known = {
            "the temperature divides logits, not probabilities": minus.softmax(0)
            / temperature,
            "a logit of 0 is no probability of 0": (zero / temperature).softmax(0),
            "is the temperature in it?": minus.softmax(0),
            "it is divided by the temperature, not multiplied": (
                minus * temperature
            ).softmax(0),
            "what is left does not add up to 1": (logits / temperature).softmax(0)
            * kept,
            "all may be drawn: where is k?": (logits / temperature).softmax(0),
        }
        given = call(probabilities, logits, temperature, k)
        what = f"V = {V}, temperature {temperature:g}, k = {k}"
        yield same(given, (minus / temperature).softmax(0), what, known)


@answers_back
def other_songs(after_10, after_60, unigram, trusted):
    """A network after 10 and 60 epochs and a unigram, on songs that none has read."""
    scores, own, V = counted()
    hints = {
        "order 0 is uniform: it counts nothing": scores[0],
        "order 2 is the bigram": scores[2],
        "that is its perplexity on the text that it counted": own,
    }
    yield number(unigram, scores[1], "the unigram", hints, tolerance=1e-4)
    early = one_number(after_10, "10 epochs")
    late = one_number(after_60, "60 epochs")
    if not 0.5 * scores[1] < early:
        raise Wrong(f"10 epochs: {early:.4g} is too small: is it from `following`?")
    if not early < scores[1]:
        raise Wrong("10 epochs: too large: was it trained by the recipe `torch`?")
    if not late > V:
        raise Wrong(f"60 epochs: {late:.4g} is too small: is it from `following`?")
    yield "the networks after 10 and after 60 epochs"
    hints = {
        "unigram": "which of your three numbers is the smallest?",
        "60 epochs": "it knows its own text by heart; and this one?",
    }
    yield choice(trusted, "10 epochs", "which one to trust", hints)


def counted() -> tuple[list[float], float, int]:
    """Return perplexities on songs not counted, by order; the unigram's own; and V."""
    text = load_corpus("songbook").replace("\n", " ")
    vocab = Vocab(text[:2500])
    new = vocab.encode("".join(c for c in text[2500:3500] if c in vocab))
    old = vocab.encode(text[:2500])
    models = [NGram(old, len(vocab), order) for order in range(3)]
    scores = [perplexity(model, whole_text(new)) for model in models]
    return scores, perplexity(models[1], whole_text(old)), len(vocab)
