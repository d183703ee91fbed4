"""Wrong answers to the exercises of "The songwriter"."""

import math

import torch

RIGHT = [0.2, 1.0, 1.0]


def odds(p):
    return math.log(p / (1 - p))


def grams(song, n, step=1, end=0):
    return [song[k : k + n] for k in range(0, len(song) - n + 1 + end, step)]


def share(pieces, source, places=None):
    return sum(piece not in source for piece in pieces) / (places or len(pieces))


def sampler(low=-math.inf, before=True, after=False, times=False, masked=True):
    def probabilities(logits, temperature, k):
        kept = logits
        if masked:
            kept = logits.masked_fill(logits < logits.topk(k).values[-1], low)
        if before:
            kept = kept * temperature if times else kept / temperature
        p = torch.softmax(kept, dim=-1)
        return p / temperature if after else p

    return probabilities


def not_one(logits, temperature, k):
    p = torch.softmax(logits / temperature, dim=-1)
    return p * (logits >= logits.topk(k).values[-1])


def unigram(order=1, own=False):
    import course_lib as cl

    text = cl.lyrics(max_chars=3500)
    vocab = cl.Vocab(text[:2500])
    ids = vocab.encode(text[:2500])
    scored = ids if own else cl.known_part(text[2500:], vocab)[0]
    return cl.perplexity(cl.NGram(ids, len(vocab), order), cl.whole_text(scored))


U = unigram()
MISTAKES = [
    ("clipped_steps", "a list of three numbers", 1.0, "scratch"),
    ("clipped_steps", "the gradient's own norm", [0.002, 1.0, 1.0], "scratch"),
    ("clipped_steps", "clipped before", [0.2, 1.0, 500.0], "scratch"),
    ("clipped_steps", "what is the rate", [0.2, 1.0, 0.01], "scratch"),
    ("clipped_steps", "not lengthened", [1.0, 1.0, 1.0], "scratch"),
    ("clipped_steps", "what does Adam do", RIGHT, "torch"),
    ("temperature_wanted", "the wrong way round", lambda a, b, p: odds(p) / (a - b)),
    ("temperature_wanted", "the sign is turned", lambda a, b, p: (b - a) / odds(p)),
    (
        "temperature_wanted",
        "where is their logarithm",
        lambda a, b, p: (a - b) * (1 - p) / p,
    ),
    ("temperature_wanted", "is 1 - p, not 1", lambda a, b, p: (a - b) / math.log(p)),
    ("temperature_wanted", "is 1 - p; is it in", lambda a, b, p: (b - a) / math.log(p)),
    ("temperature_wanted", "difference of the logits", lambda a, b, p: a / odds(p)),
    ("new_n_grams", "that is copied", lambda s, t, n: 1 - share(grams(s, n), t)),
    ("new_n_grams", "met before", lambda s, t, n: share(set(grams(s, n)), t)),
    ("new_n_grams", "not N", lambda s, t, n: share(grams(s, n), t, len(s))),
    (
        "new_n_grams",
        "the last place",
        lambda s, t, n: share(grams(s, n)[:-1] or ["-"], t),
    ),
    ("new_n_grams", "not at every n-th", lambda s, t, n: share(grams(s, n, step=n), t)),
    ("new_n_grams", "shorter than n", lambda s, t, n: share(grams(s, n, end=n - 1), t)),
    ("drawn_among_k", "divides logits", sampler(before=False, after=True)),
    ("drawn_among_k", "a logit of 0 is no", sampler(low=0.0)),
    ("drawn_among_k", "is the temperature in it", sampler(before=False)),
    ("drawn_among_k", "not multiplied", sampler(times=True)),
    ("drawn_among_k", "add up to 1", not_one),
    ("drawn_among_k", "where is k", sampler(masked=False)),
    ("other_songs", "order 0 is uniform", 146.0, 5e3, unigram(0), "10 epochs"),
    ("other_songs", "order 2 is the bigram", 146.0, 5e3, unigram(2), "10 epochs"),
    ("other_songs", "that it counted", 146.0, 5e3, unigram(own=True), "10 epochs"),
    ("other_songs", "10 epochs: 5 is too small", 5.0, 5e3, U, "10 epochs"),
    ("other_songs", "by the recipe `torch`", 5e3, 146.0, U, "10 epochs"),
    ("other_songs", "60 epochs: 510 is too small", 146.0, 510.0, U, "10 epochs"),
    ("other_songs", "is the smallest", 146.0, 5e3, U, "unigram"),
    ("other_songs", "by heart; and this one", 146.0, 5e3, U, "60 epochs"),
]
