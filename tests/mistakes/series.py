"""Wrong answers to the exercises of "Time series"."""

import math

import torch

import course_lib as cl


def root(inside):
    return lambda rho: math.sqrt(inside(rho))


PERSISTENCE = root(lambda rho: 2 * (1 - rho))


def run(move):
    """Make a free run in which the window moves as told."""

    def run_free(model, start, steps):
        window, said = start, []
        for _ in range(steps):
            y = model(window)
            window = move(window, y[:, :, None])
            said.append(y)
        return torch.cat(said, dim=1)

    return run_free


def too_early(model, start, steps):
    window, said = start, []
    for _ in range(steps):
        window = torch.cat([window[:, 1:], model(window)[:, None]], dim=1)
        said.append(model(window))
    return torch.cat(said, dim=1)


def leaky(series, size):
    train, _ = cl.split(series, (0.8, 0.2))
    scale = cl.Scale.fit(series)
    x, y = cl.series_windows(scale.apply(series), size)
    n = len(train)
    return (x[:n], y[:n]), (x[n:], y[n:])


def cut(fitted_on, first, rest):
    """Make an answer: what the scale is fitted on, and where either part is cut."""

    def prepared(series, size):
        n = round(0.8 * len(series))
        scaled = cl.Scale.fit(fitted_on(series, n)).apply(series)
        parts = first(scaled, n, size), rest(scaled, n, size)
        return [cl.series_windows(part, size) for part in parts]

    return prepared


def head(s, n, size=None):
    return s[:n]


def tail(s, n, size=None):
    return s[n:]


def cat(*parts):
    return torch.cat(parts, dim=1)


UNTIL, MORE = 112.1, 21.07
GROWING = {2: 3, 3: 19, 4: 43, 20: 40}

MISTAKES = [
    *[
        ("from_autocorrelation", words, persistence, root(lambda rho: 1 - rho**2))
        for words, persistence in (
            ("the root is missing", lambda rho: 2 * (1 - rho)),
            ("how many variances", root(lambda rho: 1 - rho)),
            ("neither the root nor", lambda rho: 1 - rho),
            ("if its parts go together", root(lambda rho: 2 * (1 + rho))),
        )
    ],
    *[
        ("from_autocorrelation", words, PERSISTENCE, weighted)
        for words, weighted in (
            ("its square", lambda rho: 1 - rho**2),
            ("persistence again", PERSISTENCE),
            ("multiply out", root(lambda rho: 1 - abs(rho))),
            ("what is explained", abs),
        )
    ],
    *[
        ("runs_free", words, run(move))
        for words, move in (
            ("from the same window", lambda w, y: w),
            ("the window grows", lambda w, y: cat(w, y)),
            ("at the wrong end", lambda w, y: cat(y, w[:, :-1])),
            ("the newest value drops out", lambda w, y: cat(w[:, :-1], y)),
            ("count twice", lambda w, y: cat(w[:, 2:], y, y)),
        )
    ],
    ("runs_free", "before the first prediction", too_early),
    ("no_leak", "and windows straddle the cut", leaky),
    *[
        ("no_leak", words, cut(*how))
        for words, how in (
            ("has seen more than the first part", (lambda s, n: s, head, tail)),
            ("hold values of the rest", (head, lambda s, n, T: s[: n + T], tail)),
            ("hold values of the first", (head, head, lambda s, n, T: s[n - T :])),
            ("has the scale of its own", (tail, head, tail)),
        )
    ],
    ("no_leak", "expected two pairs", lambda series, size: (series, size)),
    ("price_of_steps", "to base 10", 70 * math.log(40), MORE, 0.00025),
    ("price_of_steps", "but by equal factors", 280, MORE, 0.00025),
    ("price_of_steps", "from an error of 1", -70 * math.log10(0.4), MORE, 0.00025),
    ("price_of_steps", "twice the steps", UNTIL, UNTIL, 0.00025),
    ("price_of_steps", "to base 10", UNTIL, 70 * math.log(2), 0.00025),
    ("price_of_steps", "a tenth of the error buys", UNTIL, 70, 0.00025),
    ("price_of_steps", "what comes on top", UNTIL, UNTIL + MORE, 0.00025),
    ("price_of_steps", "lasts longer, not shorter", UNTIL, -MORE, 0.00025),
    ("price_of_steps", "but by equal factors", UNTIL, 35, 0.00025),
    ("price_of_steps", "buys 21 steps", UNTIL, MORE, 0.005),
    ("price_of_steps", "that is the factor", UNTIL, MORE, 40),
    ("price_of_steps", "the wrong side", UNTIL, MORE, 0.4),
    ("price_of_steps", "as a tenth always does", UNTIL, MORE, 0.001),
    ("window_enough", "an entry for each window", {2: 3, 3: 19}, 4),
    ("window_enough", "far from the 22 to 90", {**GROWING, 20: 150}, 4),
    ("window_enough", "the median over", {**GROWING, 2: 43}, 4),
    ("window_enough", "longer than the one before", {2: 10, 3: 8, 4: 43, 20: 40}, 4),
    ("window_enough", "can 2 then be enough", GROWING, 2),
    ("window_enough", "in seconds", GROWING, 3),
    ("window_enough", "with the one before it", GROWING, 20),
]
