"""A text on which a memory pays: the shouting language with silences between words.

What is shouted, and where in its sentence a word stands, must be kept through a silence
whose length is not known; a window must reach across it, and learn every place anew.
"""

import course_lib as cl
from course_lib.data.shouting import shouting
from tools.record.record_windows import row, tried, weights_of, window_row

TEXT = {"sentences": 450, "seed": 0, "silence": 12}
RATES = (0.01, 0.02)
PLACES = (4, 12, 18)
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


def silent_story() -> cl.Story:
    """Return the text, split 80/10/10 as the story is, as ids."""
    text = shouting(**TEXT)
    vocab = cl.Vocab(text)
    return cl.Story(vocab, *map(vocab.encode, cl.split(text)))


def silence() -> dict:
    """Score counting, windows and networks with a memory on the text with silences."""
    story = silent_story()
    V, networks, notes = len(story.vocab), [], []
    for name, layer in NETWORKS.items():
        rates = tried(layer, story, RATES, beside=name)
        lr = min(rates, key=lambda rate: rate["valid"])["lr"]
        weights = weights_of(cl.CharLM(layer(V), V))
        networks.append({**row(name, layer, lr, story), "weights": weights})
        notes += rates
        if name in WINDOWS:
            made, rates = window_row(name, weights, story, PLACES, RATES)
            networks.append(made)
            notes += rates
    counting = cl.counting_scores(story, ORDERS)
    return {"text": TEXT, "counting": counting, "networks": networks, "tried": notes}
