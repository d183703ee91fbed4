"""Wrong answers to the exercises of "Language models and perplexity"."""

import math

import torch

import course_lib as cl

STORY = cl.story()


def scored(n=2000, smoothing="kneser-ney", part="valid"):
    ids = {"valid": STORY.valid, "test": STORY.test, "own": STORY.train[:n]}[part]
    model = cl.NGram(STORY.train[:n], len(STORY.vocab), 5, smoothing)
    return cl.perplexity(model, cl.whole_text(ids))


FIRST = scored()
SCORES = [FIRST, FIRST / 1.2, FIRST / 1.2 / 1.15, FIRST / 1.2 / 1.15 / 1.1]


def of_text(function):
    return lambda batches: function(torch.cat(batches))


def bits_for_nats(batches):
    total = 0.0
    for p in batches:
        total += 2 ** (-p.log().mean())
    return total / len(batches)


def mean_of_perplexities(batches):
    total = 0.0
    for p in batches:
        total += torch.exp(-p.log().mean())
    return total / len(batches)


def mean_of_means(batches):
    return sum(-p.log().mean() for p in batches).div(len(batches)).exp()


def all_together(batches):
    return (sum(-p.log().sum() for p in batches) / len(batches)).exp()


def best_table(pairs):
    return pairs / pairs.sum(dim=1, keepdim=True).clamp(min=1)


def raised(pairs, p, weights=None):
    weights = pairs if weights is None else weights
    return (-torch.special.xlogy(weights, p).sum() / pairs.sum()).exp()


def in_bits(pairs):
    nats = -torch.special.xlogy(pairs, best_table(pairs)).sum() / pairs.sum()
    return (nats / math.log(2)).exp()


def kinds_only(pairs):
    return raised(pairs, best_table(pairs), (pairs > 0).double())


def contexts_alike(pairs):
    return raised(pairs, best_table(pairs), best_table(pairs))


def zero_times_infinity(pairs):
    p = best_table(pairs)
    return (-(pairs * p.log()).sum() / pairs.sum()).exp()


def counted(ids, V):
    counts = torch.zeros(V, V, V, dtype=torch.float64)
    one = torch.ones((), dtype=torch.float64)
    counts.index_put_((ids[:-2], ids[1:-1], ids[2:]), one, accumulate=True)
    return counts


def witten_bell(counts, below):
    kinds = (counts > 0).sum(dim=-1, keepdim=True)
    return (counts + kinds * below) / (counts.sum(dim=-1, keepdim=True) + kinds)


def or_else(counts, table, fallback):
    return torch.where(counts.sum(dim=-1, keepdim=True) == 0, fallback, table)


def never_asked(ids, V, bigram):
    return witten_bell(counted(ids, V), bigram)


def older_below(ids, V, bigram):
    counts = counted(ids, V)
    return or_else(counts, witten_bell(counts, bigram[:, None]), bigram[:, None])


def context_swapped(ids, V, bigram):
    counts = counted(ids, V).transpose(0, 1)
    return or_else(counts, witten_bell(counts, bigram), bigram)


def unsmoothed(ids, V, bigram):
    counts = counted(ids, V)
    return or_else(counts, counts / counts.sum(dim=-1, keepdim=True), bigram)


def triples_unseen(ids, V, bigram):
    counts = counted(ids, V)
    return torch.where(counts == 0, bigram, witten_bell(counts, bigram))


def uniform_below(ids, V, bigram):
    counts = counted(ids, V)
    uniform = torch.full_like(bigram, 1 / V)
    return or_else(counts, witten_bell(counts, bigram), uniform)


def nothing_below(ids, V, bigram):
    return witten_bell(counted(ids, V), bigram).nan_to_num()


MISTAKES = [
    ("half_certain", "a mean of another kind", 14, "rival"),
    ("half_certain", "a harmonic mean", 1.93, "rival"),
    ("half_certain", "mean surprise in nats", math.log(27) / 2, "rival"),
    ("half_certain", "nats, raised as if they were bits", 3.13, "rival"),
    ("half_certain", "bits, raised as if they were nats", 10.77, "rival"),
    ("half_certain", "the smaller is the better", 5.2, "half certain"),
    ("mended_perplexity", "not of one base", bits_for_nats),
    (
        "mended_perplexity",
        "have two bases",
        of_text(lambda p: (-p.log2().mean()).exp()),
    ),
    ("mended_perplexity", "which mean is perplexity", mean_of_perplexities),
    ("mended_perplexity", "as much as a long one", mean_of_means),
    ("mended_perplexity", "the arithmetic one", of_text(lambda p: (1 / p).mean())),
    ("mended_perplexity", "a harmonic mean", of_text(lambda p: 1 / p.mean())),
    (
        "mended_perplexity",
        "not a number of choices",
        of_text(lambda p: -p.log().mean()),
    ),
    (
        "mended_perplexity",
        "sign of the surprise",
        of_text(lambda p: p.log().mean().exp()),
    ),
    (
        "mended_perplexity",
        "is a long product taken",
        of_text(lambda p: (1 / p).prod() ** (1 / len(p))),
    ),
    ("mended_perplexity", "how much is each", all_together),
    ("mended_perplexity", "expected a number", of_text(lambda p: 1 / p)),
    (
        "lowest_perplexity",
        "p(next | previous)",
        lambda pairs: raised(pairs, pairs / pairs.sum(0).clamp(min=1)),
    ),
    (
        "lowest_perplexity",
        "which of them should",
        lambda pairs: raised(pairs, pairs / pairs.sum()),
    ),
    ("lowest_perplexity", "counted as often as it came", kinds_only),
    ("lowest_perplexity", "each context weighs the same", contexts_alike),
    ("lowest_perplexity", "two bases are mixed", in_bits),
    ("lowest_perplexity", "as it should be", lambda n: 1 / raised(n, best_table(n))),
    ("lowest_perplexity", "not a number", zero_times_infinity),
    ("trigrams", "a pair that was never seen", never_asked),
    ("trigrams", "the older of the two", older_below),
    ("trigrams", "have changed places", context_swapped),
    ("trigrams", "is it blended", unsmoothed),
    ("trigrams", "or triples", triples_unseen),
    ("trigrams", "what is known of it", uniform_below),
    ("trigrams", "nothing is possible", nothing_below),
    ("more_text", "a list of four perplexities", FIRST, 3.0),
    ("more_text", "which the model has counted", [scored(part="own"), 2, 3, 4], 3.0),
    ("more_text", "the other smoothing", [scored(smoothing="witten-bell"), 2, 3, 4], 3),
    ("more_text", "on the second part", [scored(part="test"), 2, 3, 4], 3.0),
    ("more_text", "made from more text", [FIRST] * 4, 3.0),
    ("more_text", "one more doubling", SCORES, SCORES[3] / 1.1),
    ("more_text", "eight times as much", SCORES, SCORES[3] / 1.1**3),
    ("more_text", "ten doublings", SCORES, SCORES[3] / 1.1**10),
    ("more_text", "the first doubling's", SCORES, SCORES[3] / 1.2 ** math.log2(10)),
    ("more_text", "that divides by ten", SCORES, SCORES[3] / 10),
    ("more_text", "that multiplies", SCORES, SCORES[3] * 1.1 ** math.log2(10)),
]
