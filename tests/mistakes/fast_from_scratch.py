"""Wrong answers to the exercises of "From scratch, and fast"."""

import torch
import torch.nn.functional as F


def back(slope=None, into_before=None, from_above=None, weights=None):
    """Return a way back with some of its four lines replaced."""
    slope = slope or (lambda h: (h > 0).to(h.dtype))
    into_before = into_before or (lambda da, W: da @ W.T)
    from_above = from_above or (lambda from_loss, t: from_loss[t])
    weights = weights or right_weights

    def relu_back(h, W, from_loss):
        da, dh, slopes = torch.empty_like(h), torch.zeros_like(h[0]), slope(h)
        for t in reversed(range(len(h))):
            da[t] = (from_above(from_loss, t) + dh) * slopes[t]
            dh = into_before(da[t], W)
        return da, weights(h, da, from_loss)

    return relu_back


def right_weights(h, da, from_loss):
    return h[:-1].flatten(0, 1).T @ da[1:].flatten(0, 1)


def shifted(h, da, from_loss):
    return h.flatten(0, 1).T @ da.flatten(0, 1)


def shifted_on(h, da, from_loss):
    return h[1:].flatten(0, 1).T @ da[:-1].flatten(0, 1)


def last_alone(h, da, from_loss):
    return h[-2].T @ da[-1] if len(h) > 1 else 0 * h[-1].T @ da[-1]


def mean(h, da, from_loss):
    return right_weights(h, da, from_loss) / max(len(h) - 1, 1)


def from_the_loss(h, da, from_loss):
    return right_weights(h, from_loss, None)


def last_step(from_loss, t):
    return from_loss[t] * (t == len(from_loss) - 1)


def around_the_slope(h, W, from_loss):
    da, dh = torch.empty_like(h), torch.zeros_like(h[0])
    for t in reversed(range(len(h))):
        da[t] = from_loss[t] * (h[t] > 0) + dh
        dh = da[t] @ W.T
    return da, right_weights(h, da, from_loss)


def hurried(turn=True, waits=True, biases=1, of_c=False, last=False):
    """Return an LSTM with the given faults, and with none as it stands."""

    def hasty(ids, p):
        W_x, W_h, b, W, d = p
        h = c = W.new_zeros(len(ids), len(W))
        states = []
        for a_t in F.embedding(ids.T, W_x) + biases * b:
            i, f, g, o = (a_t + h @ W_h if waits else a_t).chunk(4, dim=1)
            c = f.sigmoid() * c + i.sigmoid() * g.tanh()
            h = o.sigmoid() * c.tanh()
            states.append(c if of_c else h)
        if last:
            return states[-1] @ W + d
        return torch.stack(states, dim=0 if turn else 1) @ W + d

    return hasty


def head(H):
    return 4 * H + 1


def one_hot(H):
    return 12 * H // 5 + 1


MISTAKES = [
    ("relu_backward", "slope of tanh", back(slope=lambda h: 1 - h * h)),
    ("relu_backward", "no larger for a larger state", back(slope=lambda h: h)),
    ("relu_backward", "nothing comes back", back(into_before=lambda da, W: 0 * da)),
    ("relu_backward", "has to pass the slope, too", around_the_slope),
    ("relu_backward", "the slope is missing", back(slope=torch.ones_like)),
    ("relu_backward", "the other axis of W", back(into_before=lambda da, W: da @ W)),
    ("relu_backward", "at every step", back(from_above=last_step)),
    ("relu_backward", "it is shifted by a step", back(weights=shifted)),
    ("relu_backward", "shifted the wrong way", back(weights=shifted_on)),
    ("relu_backward", "transposed", back(weights=lambda *g: right_weights(*g).T)),
    ("relu_backward", "a sum over all", back(weights=last_alone)),
    ("relu_backward", "asks for the sum", back(weights=mean)),
    ("relu_backward", "not what came from the loss", back(weights=from_the_loss)),
    ("relu_backward", "expected a pair", lambda *given: back()(*given)[0]),
    ("dearest_product", "both are equal", lambda H: 4 * H, one_hot),
    ("dearest_product", "has four blocks", lambda H: H + 1, one_hot),
    ("dearest_product", "a GRU's", lambda H: 3 * H + 1, one_hot),
    ("dearest_product", "ids have no gradient", head, lambda H: 4 * H // 3 + 1),
    ("dearest_product", "the recurrence alone", head, lambda H: 3 * H // 2 + 1),
    ("dearest_product", "the head alone", head, lambda H: 1),
    ("dearest_product", "a whole number", head, lambda H: 2.4 * H + 0.1),
    ("dearest_product", "is not above the others", head, lambda H: 12 * H // 5),
    ("out_of_the_loop", "and more is wrong", hurried(turn=False, waits=False)),
    ("out_of_the_loop", "which product needs a state", hurried(waits=False)),
    ("out_of_the_loop", "in each other's place", hurried(turn=False)),
    ("out_of_the_loop", "these are the memories", hurried(of_c=True)),
    ("out_of_the_loop", "the bias comes in twice", hurried(biases=2)),
    ("out_of_the_loop", "one step came back", hurried(last=True)),
]
