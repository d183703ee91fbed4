"""Texts on which a memory pays: the shouting language, with silences and without.

What is shouted, and where in its sentence a word stands, must be kept through a silence
whose length is not known; a window must reach across it, and learn every place anew.
"""

import course_lib as cl
from course_lib.data.shouting import shouting
from tools.record.record_windows import row, tried, weights_of, window_row

SILENT = {"sentences": 450, "seed": 0, "silence": 12}
PLAIN = {"sentences": 700, "seed": 0, "silence": 0}
RATES = (0.01, 0.02)
PLACES = (4, 12, 18)  # of the silent text, whose gaps are 7 to 13 long
PLAIN_PLACES = (3, 4, 6)
ORDERS = (0, 1, 2, 3, 4, 6, 8, 12, 16, 20)
UNITS = 32
NETWORKS = {
    f"RNN, {UNITS} units": lambda V: cl.RNN(V, UNITS),
    f"GRU, {UNITS} units": lambda V: cl.GRU(V, UNITS),
    f"LSTM, {UNITS} units, forget bias 1": lambda V: cl.forget_bias(
        cl.LSTM(V, UNITS), 1.0
    ),
}
WINDOWS = list(NETWORKS)[:2]  # beside the RNN and the GRU


def silence() -> dict:
    """Make the table of the text with silences."""
    return table(SILENT, PLACES)


def plain() -> dict:
    """Make the table of the text without them, where a letter two back is near."""
    return table(PLAIN, PLAIN_PLACES)


def table(text: dict, places: tuple[int, ...]) -> dict:
    """Score counting, windows and networks with a memory on a text of the language."""
    story = in_parts(text)
    V, networks, notes = len(story.vocab), [], []
    for name, layer in NETWORKS.items():
        rates = tried(layer, story, RATES, beside=name)
        lr = min(rates, key=lambda rate: rate["valid"])["lr"]
        weights = weights_of(cl.CharLM(layer(V), V))
        networks.append({**row(name, layer, lr, story), "weights": weights})
        notes += rates
        if name in WINDOWS:
            made, rates = window_row(name, weights, story, places, RATES)
            networks.append(made)
            notes += rates
    counting = cl.counting_scores(story, ORDERS)
    return {"text": text, "counting": counting, "networks": networks, "tried": notes}


def in_parts(text: dict) -> cl.Story:
    """Return a text of the language, split 80/10/10 as the story is, as ids."""
    made = shouting(**text)
    vocab = cl.Vocab(made)
    return cl.Story(vocab, *map(vocab.encode, cl.split(made)))
