"""From text to token ids to vectors, and back: the course's alphabet.

Shapes: N tokens of text, V tokens in the vocabulary.
"""

import re
from collections.abc import Sequence
from numbers import Integral

import torch
from torch import Tensor

from .. import validation

UNITS = ("char", "word")


def letters_only(text: str) -> str:
    """Keep the letters a to z: every run of others becomes one space; lower case.

    >>> cl.letters_only("The Lamp, at 9 o'clock!")
    'the lamp at o clock '

    The cleaning of The Time Machine in d2l since its release 1.0 (Zhang and others,
    Dive into Deep Learning); older ones clean line by line.
    """
    return re.sub("[^A-Za-z]+", " ", text).lower()


def split(sequence, shares: Sequence[float] = (0.8, 0.1, 0.1)) -> list:
    """Cut a text (or a tensor of ids) by position into consecutive parts.

    >>> cl.split("abcdefghij")
    ['abcdefgh', 'i', 'j']

    Nothing is shuffled: neighbouring characters are far from independent, so a random
    split would let the test part leak into training. Raises ValueError unless the
    shares are positive and add up to 1.
    """
    if not (min(shares, default=0) > 0 and abs(sum(shares) - 1) <= 1e-9):
        raise ValueError(f"shares must be positive and add up to 1, got {shares}")
    ends = [round(len(sequence) * sum(shares[: k + 1])) for k in range(len(shares))]
    return [
        sequence[start:end] for start, end in zip([0, *ends[:-1]], ends, strict=True)
    ]


class Vocab:
    """The tokens of a text, each with an id: its place in sorted order.

    >>> vocab = cl.Vocab("hello")
    >>> vocab.tokens, vocab.encode("hole").tolist()
    (('e', 'h', 'l', 'o'), [1, 3, 2, 0])
    >>> vocab.decode([1, 3, 2, 0])
    'hole'

    text: what the vocabulary is read from; build it on the training part.
    unit: "char", or "word" for what stands between white space.
    unknown: a token to which every token that is not in the vocabulary is mapped; it
    is added, with the last id, if the text does not hold it. With None, such a token
    is an error. Raises ValueError for a text with no token or an unknown unit.
    """

    def __init__(self, text: str, unit: str = "char", unknown: str | None = None):
        if not isinstance(text, str):
            raise TypeError(f"text must be a str, got {type(text).__name__}")
        if unit not in UNITS:
            raise ValueError(f"unit must be one of {UNITS}, got {unit!r}")
        if not isinstance(unknown, str | None):
            raise TypeError(f"unknown must be a str, got {type(unknown).__name__}")
        self.unit = unit
        self.unknown = unknown
        tokens = sorted(set(self._cut(text)))
        if not tokens:
            raise ValueError(f"text must hold at least one {unit}, got {text[:20]!r}")
        if unknown is not None and unknown not in tokens:
            tokens.append(unknown)
        self._number(tokens)

    def _number(self, tokens: Sequence[str]) -> None:
        self.tokens = tuple(tokens)
        self._ids = {token: place for place, token in enumerate(tokens)}

    @classmethod
    def from_tokens(
        cls, tokens: Sequence[str], unit: str = "char", unknown: str | None = None
    ) -> "Vocab":
        """Return the vocabulary with just these tokens, in this order."""
        vocab = cls(tokens[0] if tokens else "", unit, unknown)
        if len(set(tokens)) != len(tokens) or unknown not in (None, *tokens):
            raise ValueError("tokens must differ, and hold the unknown token")
        vocab._number(tokens)
        return vocab

    def _cut(self, text: str) -> Sequence[str]:
        return text if self.unit == "char" else text.split()

    def __len__(self) -> int:
        return len(self.tokens)

    def __contains__(self, token: str) -> bool:
        return token in self._ids

    def __repr__(self) -> str:
        return f"Vocab({len(self)} {self.unit}s, unknown={self.unknown!r})"

    def encode(self, text: str) -> Tensor:
        """Return the ids of a text, (N,) int64 on the CPU.

        Raises ValueError naming a token outside the vocabulary and its place, unless
        the vocabulary has an unknown token.
        """
        if not isinstance(text, str):
            raise TypeError(f"text must be a str, got {type(text).__name__}")
        spare = self._ids.get(self.unknown)
        ids = [self._ids.get(token, spare) for token in self._cut(text)]
        if None in ids:
            place = ids.index(None)
            raise ValueError(
                f"{self._cut(text)[place]!r} at place {place} is not among the "
                f"{len(self)} {self.unit}s of this vocabulary: clean the text, or "
                "ask for an unknown token with Vocab(..., unknown='<unk>')"
            )
        return torch.tensor(ids, dtype=torch.int64, device="cpu")

    def decode(self, ids: Tensor | Sequence[int]) -> str:
        """Return the text of ids, a (N,) tensor or a list.

        Words are joined by one space. Raises ValueError for an id outside 0 .. V - 1,
        naming it and its place, and for ids that are not one-dimensional.
        """
        if not isinstance(ids, Tensor):
            ids = _tensor_of(ids)
        if validation.ids(ids).dim() != 1:
            raise ValueError(f"ids must be (N,), got {tuple(ids.shape)}; decode a row")
        with torch.no_grad():
            validation.ids_below(ids, len(self))
        joint = "" if self.unit == "char" else " "
        return joint.join(self.tokens[k] for k in ids.tolist())


def _tensor_of(ids: Sequence[int]) -> Tensor:
    """Return a list of ints as a tensor; anything else in it is an error."""
    for place, number in enumerate(ids):
        if isinstance(number, bool) or not isinstance(number, Integral):
            raise TypeError(
                f"ids must be ints, got {number!r} ({type(number).__name__}) "
                f"at place {place}"
            )
    try:
        return torch.tensor([int(number) for number in ids], dtype=torch.int64)
    except (OverflowError, RuntimeError, ValueError) as error:
        raise ValueError(f"ids must be 64-bit ints, got {max(ids, key=abs)}") from error


def one_hot(ids: Tensor, V: int) -> Tensor:
    """Turn ids into one-hot rows: 1 at the id's place, 0 elsewhere.

    >>> cl.one_hot(torch.tensor([2, 0]), 3)
    tensor([[0., 0., 1.],
            [1., 0., 0.]])

    ids: (...) int64. Returns (..., V) floats on the same device. Raises ValueError for
    an id outside 0 .. V - 1, TypeError for anything but ids.
    """
    validation.ids(ids)
    validation.ids_below(ids, validation.whole(V, 1, "V"))
    rows = torch.zeros(*ids.shape, V, device=ids.device)
    return rows.scatter_(-1, ids.long().unsqueeze(-1), 1.0)  # (..., V)
