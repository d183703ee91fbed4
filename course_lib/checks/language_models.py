"""The checks of "Language models and perplexity"."""

import math

import torch
from torch import Tensor

from ..data.windows import whole_text
from ..experiments.story import story
from ..models.ngrams import NGram
from ..training.metrics import perplexity
from .answers import answers_back, call
from .compare import choice, number, one_number, ordinary, same
from .verdict import Wrong

LN_2 = math.log(2)


@answers_back
def half_certain(value, better):
    """A model that is certain half of the time: its perplexity, and a rival's."""
    V, nats = 27, math.log(27) / 2
    mistakes = {
        "that is the mean of 1 / p; perplexity is a mean of another kind": (1 + V) / 2,
        "that is 1 over the mean of p, a harmonic mean, which hardly notices what is "
        "improbable": 2 / (1 + 1 / V),
        "that is the mean surprise in nats; a perplexity counts choices": nats,
        "those are nats, raised as if they were bits": 2**nats,
        "those are bits, raised as if they were nats": math.exp(nats / LN_2),
    }
    yield number(value, V**0.5, "its perplexity", mistakes, tolerance=0.01)
    hints = {"half certain": "compare two perplexities; the smaller is the better"}
    yield choice(better, "rival", "the better of the two", hints)


@answers_back
def mended_perplexity(text_perplexity):
    """The perplexity of a text whose probabilities come in batches."""
    for lengths in ((3,), (1,), (4, 4), (6, 1), (2000, 900)):
        batches = [0.05 + 0.9 * torch.rand(n).double() for n in lengths]
        p = torch.cat(batches)
        right, mistakes = _text_perplexity(p, batches)
        what = f"tokens in each batch: {', '.join(map(str, lengths))}"
        given = one_number(call(text_perplexity, batches), what)
        if math.isinf(given):
            raise Wrong(f"{what}: infinite: is a long product taken, of 1 / p or of p?")
        yield number(given, right, what, mistakes)


def _text_perplexity(p: Tensor, batches: list[Tensor]) -> tuple[float, dict]:
    """Return the perplexity of probabilities (N,), and what its mistakes give."""
    nats = -p.log().mean()
    of_batches = torch.stack([-part.log().mean() for part in batches])
    mistakes = {
        "the logarithm and the power are not of one base": 2**nats,
        "the power and the logarithm have two bases": (nats / LN_2).exp(),
        "results of batches are averaged; which mean is perplexity?": (
            of_batches.exp().mean()
        ),
        "a short batch counts as much as a long one": of_batches.mean().exp(),
        "that is the mean of 1 / p, the arithmetic one": (1 / p).mean(),
        "that is 1 over the mean of p, a harmonic mean": 1 / p.mean(),
        "that is the mean surprise, not a number of choices": nats,
        "below 1: is the sign of the surprise right?": (-nats).exp(),
        "that is what all tokens together are worth; how much is each?": (
            (len(p) * nats / len(batches)).exp()
        ),
    }
    return float(nats.exp()), {hint: float(v) for hint, v in mistakes.items()}


@answers_back
def lowest_perplexity(lowest):
    """The lowest perplexity that any table p(w | u) can have on the text it counted."""
    some = torch.randint(1, 9, (3, 3))
    gaps = torch.tensor([[0, 3, 1], [5, 0, 0], [0, 2, 2]])
    lonely = torch.tensor([[4, 1, 3], [2, 2, 0], [0, 0, 0]])
    for what, pairs in (
        ("every pair was seen", some.double()),
        ("some pairs were not seen", gaps.double()),
        ("the last token was never followed by any", lonely.double()),
    ):
        of = pairs.sum(dim=1, keepdim=True).clamp(min=1)
        right = _raised(pairs, pairs / of)
        yield number(call(lowest, pairs), right, what, _not_lowest(pairs, pairs / of))


def _not_lowest(pairs: Tensor, p: Tensor) -> dict[str, float]:
    """Return what mistakes in the lowest perplexity give."""
    kinds, total = (pairs > 0).double(), pairs.sum()
    return {
        "is it the table of p(next | previous), each row a distribution?": _raised(
            pairs, pairs / pairs.sum(0).clamp(min=1)
        ),
        "all cells together add up to 1; which of them should?": _raised(
            pairs, pairs / total
        ),
        "is each kind of pair counted as often as it came?": _raised(kinds, p, total),
        "each context weighs the same, however often it came": _raised(p, p, total),
        "below 1: is the sign of the surprise as it should be?": 1 / _raised(pairs, p),
        "two bases are mixed: bits are raised as nats": (
            _raised(pairs, p) ** (1 / LN_2)
        ),
    }


def _raised(counts: Tensor, p: Tensor, total: Tensor | None = None) -> float:
    """Return exp(-sum of counts * ln p, over the total)."""
    nats = -torch.special.xlogy(counts, p.clamp(min=1e-300)).sum()
    return float((nats / (counts.sum() if total is None else total)).exp())


@answers_back
def trigrams(trigram_table):
    """A Witten-Bell table with two characters of context, against the library's."""
    for N, V in ((300, 3), (30, 5), (12, 4)):
        ids = torch.randint(V, (N,))
        ids[-2:] = torch.tensor([V - 1, V - 1])
        bigram = _table(NGram(ids, V, 2), [[a] for a in range(V)])
        pairs = [[a, b] for a in range(V) for b in range(V)]
        right = _table(NGram(ids, V, 3), pairs).view(V, V, V)
        what = f"{N} ids, V = {V}"
        given = ordinary(call(trigram_table, ids, V, bigram), what)
        if given.isnan().any():
            raise Wrong(f"{what}: nan: what follows a pair that was never seen?")
        mistakes = _trigrams(ids, V, bigram)
        yield same(given, right, what, mistakes, tolerance=1e-9)


def _table(model: NGram, contexts: list[list[int]]) -> Tensor:
    """Return what a counting model expects after each context, a row each."""
    return torch.stack([model.distribution(context) for context in contexts])


def _trigrams(ids: Tensor, V: int, bigram: Tensor) -> dict[str, Tensor]:
    """Return what the mistakes in a table of trigrams give."""
    counts = torch.zeros(V, V, V, dtype=torch.float64)
    one = torch.ones((), dtype=torch.float64)
    counts.index_put_((ids[:-2], ids[1:-1], ids[2:]), one, accumulate=True)
    seen = counts.sum(dim=-1, keepdim=True)
    bare = torch.where(seen == 0, bigram, counts / seen.clamp(min=1))
    uniform, older = torch.full_like(bigram, 1 / V), bigram[:, None]
    return {
        "the model below sees the older of the two characters": _blend(
            counts, older, older
        ),
        "the two characters of the context have changed places": _blend(
            counts.transpose(0, 1), bigram, bigram
        ),
        "nothing is left for what was not seen: is it blended?": bare,
        "rows do not add up to 1: are pairs unseen here, or triples?": torch.where(
            counts == 0, bigram, _blend(counts, bigram, bigram)
        ),
        "after an unseen pair every token is as likely; what is known of it?": _blend(
            counts, bigram, uniform
        ),
        "after an unseen pair nothing is possible": _blend(counts, bigram, 0 * bigram),
    }


def _blend(counts: Tensor, below: Tensor, fallback: Tensor) -> Tensor:
    """Blend counts with the model below; take the fallback where nothing was seen."""
    seen = counts.sum(dim=-1, keepdim=True)
    kinds = (counts > 0).sum(dim=-1, keepdim=True)
    blended = (counts + kinds * below) / (seen + kinds).clamp(min=1)
    return torch.where(seen == 0, fallback, blended)


@answers_back
def more_text(scores, at_best):
    """Perplexities by size of the training text, and a bound for ten times as much."""
    if not isinstance(scores, list | tuple) or len(scores) != 4:
        raise Wrong("scores: expected a list of four perplexities, one for each size")
    part = story()
    first, *others = values = [one_number(score, "scores") for score in scores]
    right = _score(part)
    if not math.isclose(first, right, rel_tol=1e-6):
        raise Wrong(f"2,000 characters: {_why(part, first, right)}")
    yield "2,000 characters: the perplexity on the second part"
    factors = [a / max(b, 1e-9) for a, b in zip(values, others, strict=False)]
    if not 1 < factors[2] < factors[1] < factors[0] < 1.5:
        raise Wrong("the others: was each model made from more text than the last?")
    yield f"doublings divide it by {', '.join(f'{f:.2f}' for f in factors)}"
    right, mistakes = _ten_times(values[3], factors)
    what = "at best, with ten times as much"
    yield number(at_best, right, what, mistakes, tolerance=0.02)


def _ten_times(last: float, factors: list[float]) -> tuple[float, dict[str, float]]:
    """Return the bound for ten times as much text, and what mistakes make of it."""
    factor, doublings = factors[2], math.log2(10)
    return last / factor**doublings, {
        "that is one more doubling; how many make ten times?": last / factor,
        "that is three doublings, eight times as much text": last / factor**3,
        "that is ten doublings, a thousand times as much text": last / factor**10,
        "that takes the first doubling's factor, not the last one's": (
            last / factors[0] ** doublings
        ),
        "that divides by ten; what does a doubling divide by?": last / 10,
        "that multiplies; more text makes perplexity smaller": last * factor**doublings,
    }


def _score(part, smoothing: str = "kneser-ney") -> float:
    """Return the second part's perplexity after 2,000 characters."""
    model = NGram(part.train[:2000], len(part.vocab), 5, smoothing)
    return perplexity(model, whole_text(part.valid))


def _why(part, given: float, right: float) -> str:
    """Say what a wrong perplexity looks like; the costly ones are tried last."""
    model = NGram(part.train[:2000], len(part.vocab), 5, "kneser-ney")
    on_its_own = perplexity(model, whole_text(part.train[:2000]))
    if math.isclose(given, on_its_own, rel_tol=1e-6):
        return "that is scored on the text which the model has counted"
    if math.isclose(given, _score(part, smoothing="witten-bell"), rel_tol=1e-6):
        return "that is the other smoothing"
    side = "too large" if given > right else "too small"
    return f"{given:.6g} is {side}: is it scored on the second part?"
