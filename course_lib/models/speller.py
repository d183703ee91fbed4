"""One to many: from an image, a word, letter by letter.

Shapes: B images of R rows and D pixels, T letters, V letters in the vocabulary.
"""

from collections.abc import Sequence
from math import prod

import torch
from torch import Tensor, nn

from .. import validation
from ..data.padding import PADDING
from ..data.text import Vocab, one_hot
from ..devices import device_of
from ..nn.layers import LSTM


def spelling(words: Sequence[str], vocab: Vocab, mark: str) -> tuple[Tensor, Tensor]:
    """Return what a speller reads and what it is to say next, for each word.

    >>> vocab = cl.Vocab("on.")
    >>> ids, targets = cl.spelling(["no", "o"], vocab, mark=".")
    >>> [vocab.decode(row) for row in ids]
    ['.no', '.o.']
    >>> targets.tolist()  # n, o, mark; o, mark, and nothing that counts
    [[1, 2, 0], [2, 0, -100]]

    words: N strings; mark: the token before every word and after it. Returns ids and
    targets, each (N, T) int64 with T one more than the longest word has letters; after
    a word's end ids are the mark, and targets -100, which no loss counts.
    Raises ValueError for no words, an empty word, or one in which the mark occurs.
    """
    if isinstance(words, str):
        raise TypeError(f"words must be a list of words, got the one str {words!r}")
    end, words = mark_in(vocab, mark), list(words)
    if not words:
        raise ValueError("there must be at least one word, got none")
    for word in words:
        if not validation.text(word, "a word") or mark in word:
            raise ValueError(f"a word must have letters and no {mark!r}, got {word!r}")
    T = max(map(len, words)) + 1
    ids = torch.full((len(words), T), end)
    targets = torch.full((len(words), T), PADDING)
    for row, word in enumerate(words):
        letters = vocab.encode(word)
        ids[row, 1 : 1 + len(letters)] = letters
        targets[row, : len(letters)] = letters
        targets[row, len(letters)] = end
    return ids, targets


def mark_in(vocab: Vocab, mark: str) -> int:
    """Return the id of a mark, which must be one token of a vocabulary."""
    if not isinstance(vocab, Vocab):
        raise TypeError(f"vocab must be a Vocab, got {type(vocab).__name__}")
    ids = vocab.encode(validation.text(mark, "mark"))
    if len(ids) != 1 or mark not in vocab:  # nor what stands for the unknown
        raise ValueError(
            f"mark must be one {vocab.unit} of the vocabulary, got {mark!r}"
        )
    return int(ids)


class Speller(nn.Module):
    """A network that looks at an image and writes a word.

    >>> vocab = cl.Vocab("on.")
    >>> model = cl.Speller((8, 8), vocab, mark=".", hidden_size=16)
    >>> images = torch.rand(5, 8, 8)
    >>> ids, _ = cl.spelling(["no"] * 5, vocab, ".")
    >>> tuple(model(images, ids).shape)  # (B, T, V)
    (5, 3, 3)
    >>> len(model.spell(images, longest=4))  # untrained: any letters
    5

    (h_0, c_0) = W pixels + b, and from there an LSTM over letters with a linear head.
    size: (R, D) of an image; vocab: the letters and the mark, which begins and ends
    every word. Called with images and with ids as `spelling` makes them, it is told
    each right letter before it has to give the next (teacher forcing, Williams and
    Zipser 1989); `spell` lets it run on its own. The form is that of Vinyals et al.
    2015, who describe photographs in this way. Raises ValueError if the mark is not in
    the vocabulary.
    """

    def __init__(
        self, size: tuple[int, int], vocab: Vocab, mark: str, hidden_size: int = 128
    ):
        super().__init__()
        self.size, self.vocab = validation.sizes(size, "size"), vocab
        self.mark = mark_in(vocab, mark)
        validation.whole(hidden_size, 1, "hidden_size")
        pixels = prod(self.size)
        self.from_image = nn.Linear(pixels, 2 * hidden_size)
        self.layer = LSTM(len(vocab), hidden_size)
        self.head = nn.Linear(hidden_size, len(vocab))

    def start(self, images: Tensor) -> tuple[Tensor, Tensor]:
        """Return the state (h, c), each (1, B, H), in which an image is spelled.

        Raises ValueError for images that are not (B, R, D) floats of the weights' type.
        """
        pixels = validation.shape(images, ("B", *self.size), "images").flatten(1)
        validation.like(pixels, self.from_image.weight, "images")
        h, c = self.from_image(pixels).unsqueeze(0).chunk(2, dim=-1)
        return torch.tanh(h), c

    def forward(self, images: Tensor, ids: Tensor) -> Tensor:
        """Return logits (B, T, V) of the letter after each of ids (B, T).

        Raises ValueError for another shape or an id outside the vocabulary.
        """
        validation.tensor(images, "images")
        if validation.ids(ids).dim() != 2 or len(ids) != len(images):
            raise ValueError(
                f"ids must be (B, T) with a row for each of {len(images)} images, "
                f"got {tuple(ids.shape)}"
            )
        output, _ = self.layer(one_hot(ids, len(self.vocab)), self.start(images))
        return self.head(output)

    @torch.no_grad()
    def spell(self, images: Tensor, longest: int = 20) -> list[str]:
        """Write a word for each image, always the likeliest letter, up to the mark.

        longest: where a word is broken off that has not come to its end. Raises
        ValueError for images of another size.
        """
        images = validation.tensor(images, "images").to(device_of(self))
        state, columns = self.start(images), []
        ids = torch.full((len(images), 1), self.mark, device=images.device)
        for _ in range(validation.whole(longest, 1, "longest")):
            output, state = self.layer(one_hot(ids, len(self.vocab)), state)
            ids = self.head(output).argmax(dim=-1)  # (B, 1)
            columns.append(ids)
        rows = torch.cat(columns, dim=1).tolist()
        return [self._word(row) for row in rows]

    def _word(self, row: list[int]) -> str:
        """Return the letters before the first mark."""
        end = row.index(self.mark) if self.mark in row else len(row)
        return self.vocab.decode(row[:end])
