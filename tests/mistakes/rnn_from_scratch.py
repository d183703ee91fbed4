"""Wrong answers to the exercises of "An RNN from scratch"."""

import torch
import torch.nn.functional as F
from torch.nn.utils import clip_grad_norm_, clip_grad_value_

import course_lib as cl


def count(V, H, L):
    return 2 * V * H + V + L * (H * H + 2 * H) + (L - 1) * H * H


def one_bias(V, H, L):
    return count(V, H, L) - L * H


def no_bias(V, H, L):
    return count(V, H, L) - 2 * L * H - V


def no_head(V, H, L):
    return count(V, H, L) - V * H - V


def no_head_bias(V, H, L):
    return count(V, H, L) - V


def layers_read_ids(V, H, L):
    return count(V, H, L) + (L - 1) * (V * H - H * H)


def one_layer(V, H, L):
    return count(V, H, 1)


def nothing_from_below(V, H, L):
    return count(V, H, L) - (L - 1) * H * H


def reading(cell, x, h, steps=None, carried=True):
    states, first = {}, h
    for t in steps or reversed(range(x.shape[1])):
        h = cell(x[:, t], h if carried else first)
        states[t] = h
    return [states[t] for t in sorted(states)]


def not_carried(cell, x, h):
    return torch.stack(reading(cell, x, h, carried=False), dim=1)


def zero_each_time(cell, x, h):
    return not_carried(cell, x, torch.zeros_like(h))


def in_reading_order(cell, x, h):
    return torch.stack(reading(cell, x, h)[::-1], dim=1)


def from_the_beginning(cell, x, h):
    return torch.stack(reading(cell, x, h, range(x.shape[1])), dim=1)


def from_zeros(cell, x, h):
    return torch.stack(reading(cell, x, torch.zeros_like(h)), dim=1)


def stacked_first(cell, x, h):
    return torch.stack(reading(cell, x, h))


def time_first(cell, x, h):
    return torch.stack(reading(cell, x.transpose(0, 1), h))


def across_the_batch(cell, x, h):
    return torch.stack(reading(cell, x.transpose(0, 1), h), dim=1)


def same(tensor):
    return tensor


def cuts(state):
    return state.detach()


def training(
    on=lambda logits: logits,
    read=lambda x: x.T,
    targets=lambda y: y.T,
    clip=clip_grad_norm_,
    carried=True,
    cut=cuts,
    forget=True,
    reduction="mean",
    backward=None,
):
    """Return a function that trains on windows, with a fault."""

    def train(model, batches, optimizer, limit):
        losses, state = [], None
        for x, y in batches:
            logits, state = model(read(x), state if carried else None)
            state = cut(state)
            flat, y = on(logits).flatten(0, 1), targets(y).flatten()
            loss = F.cross_entropy(flat, y, reduction=reduction)
            if forget:
                optimizer.zero_grad()
            loss.backward(**(backward or {}))
            clip(model.parameters(), limit)
            optimizer.step()
            losses.append(loss.item())
        return losses

    return train


def no_clip(parameters, limit):
    return None


def clip_each(parameters, limit):
    for parameter in parameters:
        clip_grad_norm_([parameter], limit)


def last_loss(model, batches, optimizer, limit):
    return training()(model, batches, optimizer, limit)[-1]


def listed_losses(model, batches, optimizer, limit):
    return [[loss] for loss in training()(model, batches, optimizer, limit)]


def drawing(p, ids=None):
    """Return a function that draws from p(logits, temperature)."""

    def draw(logits, temperature, generator):
        return torch.multinomial(p(logits, temperature), 1, generator=generator)[:, 0]

    return draw


def right(logits, temperature):
    return torch.softmax(logits / temperature, dim=-1)


def likeliest(logits, temperature, generator):
    return (logits / temperature).argmax(dim=-1)


def a_column(logits, temperature, generator):
    return torch.multinomial(right(logits, temperature), 1, generator=generator)


def as_floats(logits, temperature, generator):
    return drawing(right)(logits, temperature, generator).float()


def counted_from_1(logits, temperature, generator):
    return drawing(right)(logits, temperature, generator) + 1


def of_its_own(logits, temperature, generator):
    return torch.multinomial(right(logits, temperature), 1)[:, 0]


def set_back(logits, temperature, generator):
    return drawing(right)(logits, temperature, generator.manual_seed(0))


def net():
    torch.manual_seed(0)
    story = cl.story()
    model = cl.CharLM(cl.RNN(len(story.vocab), 16), len(story.vocab))
    cl.fit(model, cl.windows(story.train, 32, 35), epochs=4, progress=False)
    return model.eval()


NET = net()
LENGTHS = (1, 2, 4, 8, 16, 32)
WINDOWS = {T: cl.windows(cl.story().valid, 16, T) for T in LENGTHS}
CARRIED = {T: cl.perplexity(NET, batches) for T, batches in WINDOWS.items()}
DROPPED = {T: cl.perplexity(NET, list(batches)) for T, batches in WINDOWS.items()}

MISTAKES = [
    ("parameter_count", "a bias for the input and one for the state", one_bias, 57),
    ("parameter_count", "every bias is a parameter", no_bias, 57),
    ("parameter_count", "the head has parameters", no_head, 57),
    ("parameter_count", "the head has a bias", no_head_bias, 57),
    ("parameter_count", "what does an upper layer read", layers_read_ids, 57),
    ("parameter_count", "are not counted", one_layer, 57),
    ("parameter_count", "what comes from below", nothing_from_below, 57),
    ("parameter_count", "still a little larger", count, 56),
    ("parameter_count", "the head belongs to it", count, 30),
    ("parameter_count", "too small", count, 56.5),
    ("read_from_the_end", "is the state carried", not_carried),
    ("read_from_the_end", "each step begins from zero", zero_each_time),
    ("read_from_the_end", "in the order of reading", in_reading_order),
    ("read_from_the_end", "reads from the beginning", from_the_beginning),
    ("read_from_the_end", "a state of zeros", from_zeros),
    ("read_from_the_end", "batch and time have changed places", stacked_first),
    ("read_from_the_end", "batch and time swapped", time_first),
    ("read_from_the_end", "which axis is time", across_the_batch),
    ("mended_training", "become something else", training(on=lambda z: z.softmax(-1))),
    ("mended_training", "in which order are the targets", training(targets=same)),
    ("mended_training", "across the batch", training(read=same, targets=same)),
    (
        "mended_training",
        "the targets stand in another order",
        training(on=lambda z: z.softmax(-1), targets=same),
    ),
    ("mended_training", "the mean of the tokens' losses", training(reduction="sum")),
    ("mended_training", "its direction changes", training(clip=clip_grad_value_)),
    ("mended_training", "has its full length", training(clip=no_clip)),
    ("mended_training", "each parameter is clipped", training(clip=clip_each)),
    ("mended_training", "is the state carried", training(carried=False)),
    ("mended_training", "the first one's gradient", training(forget=False)),
    ("mended_training", "into the window before", training(cut=same)),
    (
        "mended_training",
        "into the window before",
        training(cut=same, backward={"retain_graph": True}),
    ),
    ("mended_training", "a number, for each window", last_loss),
    ("mended_training", "a loss, a number, for each", listed_losses),
    ("next_characters", "is anything drawn", likeliest),
    (
        "next_characters",
        "are those probabilities",
        drawing(lambda z, t: z.clamp(min=0)),
    ),
    ("next_characters", "element < 0", drawing(lambda z, t: (z / t).log_softmax(-1))),
    (
        "next_characters",
        "runs over the batch",
        drawing(lambda z, t: (z / t).softmax(0)),
    ),
    ("next_characters", "here it is tamer", drawing(lambda z, t: (z * t).softmax(-1))),
    ("next_characters", "changes nothing", drawing(lambda z, t: z.softmax(-1))),
    ("next_characters", "no token were likelier", drawing(lambda z, t: 0 * z + 1)),
    ("next_characters", "of shape (10000,), came (10000, 1)", a_column),
    ("next_characters", "expected whole numbers", as_floats),
    ("next_characters", "an id is outside 0 .. 3", counted_from_1),
    ("next_characters", "is it used to draw them", of_its_own),
    ("next_characters", "is it set back each time", set_back),
    ("dropped_state", "a dict with a perplexity for each T", NET, [1.0], 8),
    ("dropped_state", "was carried after all", NET, CARRIED, 8),
    ("dropped_state", "is too large", NET, dict.fromkeys(LENGTHS, 100.0), 8),
    ("dropped_state", "there it costs a factor", NET, DROPPED, 1),
    ("dropped_state", "expected one of", NET, DROPPED, 3),
]
