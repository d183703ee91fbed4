"""Wrong answers to the exercises of "Translation"."""

import torch


def attend(weigh, mix=None):
    """Return an answer to the second exercise with weights and context of its own."""

    def attend(scores, values, lengths):
        places = torch.arange(scores.shape[1])
        weights = weigh(scores, places, lengths[:, None])
        context = torch.einsum("bs,bsk->bk", weights, values)
        return mix(context, values) if mix else context, weights

    return attend


def hidden(scores, places, n):
    return scores.masked_fill(places >= n, -torch.inf)


def right_weights(scores, places, n):
    return hidden(scores, places, n).softmax(dim=1)


def prepared(told="late", behind=lambda places, n: places > n, late_targets=False):
    """Return an answer to the third exercise."""

    def prepared(rows, lengths, mark):
        marks = torch.full((len(rows), 1), mark)
        late, soon = torch.cat([marks, rows], 1), torch.cat([rows, marks], 1)
        targets = (late if late_targets else soon).clone()
        places = torch.arange(targets.shape[1])
        targets[behind(places, lengths[:, None])] = -100
        seen = {"late": late, "soon": soon, "marks": marks.expand_as(late)}
        return seen[told], targets

    return prepared


def nowhere(places, n):
    return (places > n) & (places < 0)


def free_mean(context, values):
    return values.mean(dim=1)


LOG_P = {1: -2.0, 2: -1.8, 4: -1.75}
EXACT = {1: 0.2, 2: 0.22, 4: 0.23}

MISTAKES = [
    ("additive_weights", "A too few", lambda Q, K, A: A * (Q + K + 1)),
    ("additive_weights", "2 A too few", lambda Q, K, A: A * (Q + K)),
    ("additive_weights", "only W has", lambda Q, K, A: A * (Q + K + 3)),
    ("additive_weights", "which of the two", lambda Q, K, A: A * (Q + 2)),
    ("additive_weights", "not multiplied", lambda Q, K, A: A * Q * K + 2 * A),
    ("masked_attention", "expected a pair", lambda scores, values, lengths: scores),
    (
        "masked_attention",
        "where do the lengths",
        attend(lambda scores, places, n: scores.softmax(dim=1)),
    ),
    (
        "masked_attention",
        "do the others still",
        attend(lambda s, places, n: s.softmax(dim=1).masked_fill(places >= n, 0)),
    ),
    (
        "masked_attention",
        "a score like any other",
        attend(lambda s, places, n: s.masked_fill(places >= n, 0).softmax(dim=1)),
    ),
    (
        "masked_attention",
        "one place too many",
        attend(
            lambda s, places, n: s.masked_fill(places > n, -torch.inf).softmax(dim=1)
        ),
    ),
    (
        "masked_attention",
        "hidden from end to end",
        attend(
            lambda s, places, n: s.masked_fill(places < n, -torch.inf).softmax(dim=1)
        ),
    ),
    (
        "masked_attention",
        "along which axis",
        attend(lambda s, places, n: hidden(s, places, n).softmax(dim=0)),
    ),
    (
        "masked_attention",
        "divided once more",
        attend(right_weights, lambda context, values: context / values.shape[1]),
    ),
    ("masked_attention", "the plain mean", attend(right_weights, free_mean)),
    ("told_and_targets", "expected a pair", lambda rows, lengths, mark: rows),
    ("told_and_targets", "what came before", prepared("soon")),
    ("told_and_targets", "nothing of the text", prepared("marks")),
    (
        "told_and_targets",
        "who then teaches it to end",
        prepared(behind=lambda places, n: places >= n),
    ),
    ("told_and_targets", "is padding, and counts", prepared(behind=nowhere)),
    (
        "told_and_targets",
        "the targets are a step late",
        prepared(behind=nowhere, late_targets=True),
    ),
    ("without_a_teacher", "not of single symbols", 0.9**11, 1, 11),
    ("without_a_teacher", "no step of its own", 0.9**10, 1, 11),
    ("without_a_teacher", "between 0 and 1", 90, 1, 11),
    ("without_a_teacher", "with a mistake", 0.1, 1, 11),
    ("without_a_teacher", "also right without", 0, 1, 11),
    ("without_a_teacher", "must it wait", 0.9, 11, 11),
    ("without_a_teacher", "for every symbol", 0.9, 10, 11),
    ("without_a_teacher", "before the next can be read", 0.9, 1, 1),
    ("without_a_teacher", "that it has finished", 0.9, 1, 10),
    ("without_a_teacher", "nobody has to say it", 0.9, 1, 12),
    ("wider_beams", "an entry for each width", {1: -2.0}, EXACT, "log p"),
    ("wider_beams", "no mean of the log", LOG_P | {4: 0.2}, EXACT, "log p"),
    ("wider_beams", "no share between", LOG_P, EXACT | {2: 22}, "log p"),
    ("wider_beams", "the first of each", LOG_P | {4: -3.0}, EXACT, "log p"),
    ("wider_beams", "far more than in our runs", LOG_P, EXACT | {4: 0.9}, "log p"),
    ("wider_beams", "does the search know the", LOG_P, EXACT, "exact"),
    ("wider_beams", "one of the two needs", LOG_P, EXACT, "both"),
]
