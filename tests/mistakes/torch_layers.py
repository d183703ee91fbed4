"""Wrong answers to the exercises of "nn.RNN, nn.LSTM, nn.GRU"."""

import torch

OUTPUT, STATE = (4, 7, 40), (6, 4, 20)


def size(D, H, P):
    return 4 * H * (D + P + 2) + P * H


def ends(mask, gated=True):
    """Return an answer that goes on where `mask(t, lengths)` says so."""

    def last_states(layer, padded, lengths):
        state = tuple(torch.zeros(1, len(padded), layer.hidden_size) for _ in "hc")
        for t in range(padded.shape[1]):
            _, new = layer(padded[:, t : t + 1], state)
            going_on = mask(t, lengths)[None, :, None]
            kept = [
                torch.where(going_on, a, b) for a, b in zip(new, state, strict=True)
            ]
            state = tuple(kept) if gated else (kept[0], new[1])
        return state

    return last_states


def to_zeros(layer, padded, lengths):
    h, c = ends(lambda t, n: t < n)(layer, padded, lengths)
    going_on = (lengths == padded.shape[1])[None, :, None]
    return h * going_on, c * going_on


def ends_of(choose, turned=True):
    """Return an answer that takes `choose(output, h_n, layer)`."""

    def summary(layer, x):
        output, h_n = layer(x.transpose(0, 1) if turned else x)
        return choose(output, h_n, layer)

    return summary


def rows(*places):
    return lambda output, h_n, layer: torch.cat([h_n[k] for k in places], dim=1)


def by_direction(output, h_n, layer):
    L = layer.num_layers
    return torch.cat([h_n[L - 1], h_n[2 * L - 1]], dim=1)


def mixed(output, h_n, layer):
    return h_n[-2:].reshape(h_n.shape[1], -1)


def below(output, h_n, layer):
    return torch.cat([h_n[-2], h_n[-1]])


RATIOS = {
    (16, True): 2.1,
    (64, True): 1.4,
    (256, True): 1.17,
    (16, False): 0.53,
    (64, False): 0.65,
    (256, False): 0.86,
}
SECONDS = {key: value / 1000 for key, value in RATIOS.items()}
UPSIDE_DOWN = {key: 1 / value for key, value in RATIOS.items()}
NO_ONEDNN = {key: RATIOS[key[0], False] for key in RATIOS}
ENDLESS = {**RATIOS, (16, True): float("inf")}

MISTAKES = [
    ("stacked_shapes", "B comes first", (7, 4, 40), STATE, 3, (60, 40)),
    ("stacked_shapes", "B comes first", (7, 4, 20), STATE, 3, (60, 40)),
    ("stacked_shapes", "two are joined", (4, 7, 20), STATE, 3, (60, 40)),
    ("stacked_shapes", "not to all three", (4, 7, 120), STATE, 3, (60, 40)),
    ("stacked_shapes", "output has them all", [4, 40], STATE, 3, (60, 40)),
    ("stacked_shapes", "(4, 8, 40) is not it", (4, 8, 40), STATE, 3, (60, 40)),
    ("stacked_shapes", "expected a tuple", 40, STATE, 3, (60, 40)),
    ("stacked_shapes", "axes of a state", OUTPUT, (4, 6, 20), 3, (60, 40)),
    ("stacked_shapes", "each of them an end", OUTPUT, (3, 4, 20), 3, (60, 40)),
    ("stacked_shapes", "how many layers", OUTPUT, (2, 4, 20), 3, (60, 40)),
    ("stacked_shapes", "joined in output only", OUTPUT, (3, 4, 40), 3, (60, 40)),
    ("stacked_shapes", "an end of its own", OUTPUT, (1, 4, 20), 3, (60, 40)),
    ("stacked_shapes", "if all forward rows", OUTPUT, STATE, 4, (60, 40)),
    ("stacked_shapes", "forward or backward", OUTPUT, STATE, 2, (60, 40)),
    ("stacked_shapes", "count from 0", OUTPUT, STATE, 1, (60, 40)),
    ("stacked_shapes", "the top layer", OUTPUT, STATE, 5, (60, 40)),
    ("stacked_shapes", "counted from the end", OUTPUT, STATE, -3, (60, 40)),
    ("stacked_shapes", "expected a number", OUTPUT, STATE, "3", (60, 40)),
    ("stacked_shapes", "does the top layer read", OUTPUT, STATE, 3, (60, 20)),
    ("stacked_shapes", "only the bottom layer", OUTPUT, STATE, 3, (60, 10)),
    ("stacked_shapes", "more than one block", OUTPUT, STATE, 3, (20, 40)),
    ("stacked_shapes", "an LSTM's", OUTPUT, STATE, 3, (80, 40)),
    ("stacked_shapes", "rows are what comes out", OUTPUT, STATE, 3, (40, 60)),
    (
        "projected_size",
        "two biases",
        lambda D, H, P: size(D, H, P) - 4 * H,
        lambda H: (4 * H - 1) // 5,
    ),
    (
        "projected_size",
        "own matrix is missing",
        lambda D, H, P: 4 * H * (D + P + 2),
        lambda H: (4 * H - 1) // 5,
    ),
    (
        "projected_size",
        "which state does the recurrent matrix read",
        lambda D, H, P: 4 * H * (D + H + 2) + P * H,
        lambda H: (4 * H - 1) // 5,
    ),
    (
        "projected_size",
        "no bias",
        lambda D, H, P: size(D, H, P) + P,
        lambda H: (4 * H - 1) // 5,
    ),
    (
        "projected_size",
        "how many does an LSTM stack",
        lambda D, H, P: 3 * H * (D + P + 2) + P * H,
        lambda H: (4 * H - 1) // 5,
    ),
    ("projected_size", "it saves nothing", size, lambda H: 4 * H // 5),
    ("projected_size", "costs a matrix", size, lambda H: H - 1),
    (
        "states_at_the_end",
        "the padding was read",
        lambda layer, padded, lengths: layer(padded)[1],
    ),
    ("states_at_the_end", "a step too early", ends(lambda t, n: t < n - 1)),
    ("states_at_the_end", "one step of its padding", ends(lambda t, n: t <= n)),
    (
        "states_at_the_end",
        "where the shortest does",
        ends(lambda t, n: t < n.min() + 0 * n),
    ),
    ("states_at_the_end", "upside down", ends(lambda t, n: t >= n)),
    ("states_at_the_end", "is set to zeros", to_zeros),
    ("states_at_the_end", "c for lengths", ends(lambda t, n: t < n, gated=False)),
    (
        "states_at_the_end",
        "a pair of states",
        lambda *given: ends(lambda t, n: t < n)(*given)[0],
    ),
    (
        "both_ends",
        "which axis does it want in front",
        ends_of(lambda output, h_n, layer: output[:, -1], turned=False),
    ),
    ("both_ends", "a row for each step", ends_of(rows(-2, -1), turned=False)),
    ("both_ends", "output, too", ends_of(lambda output, h_n, layer: output[:, -1])),
    ("both_ends", "its second half", ends_of(lambda output, h_n, layer: output[-1])),
    ("both_ends", "its first half", ends_of(lambda output, h_n, layer: output[0])),
    ("both_ends", "the bottom layer", ends_of(rows(0, 1))),
    ("both_ends", "layer by layer", ends_of(by_direction)),
    ("both_ends", "in each other's place", ends_of(rows(-1, -2))),
    ("both_ends", "the sequences are mixed up", ends_of(mixed)),
    ("both_ends", "one direction alone", ends_of(rows(-1))),
    ("both_ends", "the forward one", ends_of(rows(-2))),
    ("both_ends", "one below the other", ends_of(below)),
    ("onednn_ratios", "should have the keys", {(16, True): 1.0}, "closes", "nn.LSTM"),
    ("onednn_ratios", "no plausible ratio", ENDLESS, "closes", "nn.LSTM"),
    ("onednn_ratios", "look like seconds", SECONDS, "closes", "nn.LSTM"),
    ("onednn_ratios", "upside down", UPSIDE_DOWN, "closes", "nn.LSTM"),
    ("onednn_ratios", "how far the ratios are from 1", RATIOS, "widens", "nn.LSTM"),
    ("onednn_ratios", "expected one of the two words", RATIOS, "decay", "nn.LSTM"),
    ("onednn_ratios", "would be the smaller one", RATIOS, "closes", "cl.LSTM"),
    ("onednn_ratios", "4.0 times what it is without", RATIOS, "closes", "neither"),
    ("onednn_ratios", "hardly different", NO_ONEDNN, "closes", "nn.LSTM"),
    ("onednn_ratios", "made_faster: expected", RATIOS, "closes", "LSTM"),
]
