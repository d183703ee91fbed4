"""From one sequence to another of another length: encoder, decoder, attention.

Shapes: B texts, S symbols read, T symbols written, H hidden size, E embedding size,
V symbols that can be written.
"""

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from .. import validation
from ..data.text import Vocab
from ..devices import device_of
from ..nn.attention import AdditiveAttention, Memory
from .search import Found, beam_search, greedy_search
from .speller import mark_in

BROKEN_OFF = "…"
AT_ONCE = 250  # texts translated in one batch


def padded(texts: Sequence[str], vocab: Vocab) -> tuple[Tensor, Tensor]:
    """Return texts as a rectangle of ids, and how long each is.

    >>> ids, lengths = cl.padded(["no", "noon"], cl.Vocab("no"))
    >>> ids.tolist(), lengths.tolist()
    ([[0, 1, 0, 0], [0, 1, 1, 0]], [2, 4])

    Returns ids (B, S) int64, with 0 behind a text's end, and lengths (B,). Raises
    ValueError for no texts, for an empty one, and for a symbol that is not in the
    vocabulary, naming the text; TypeError for a bare string.
    """
    if isinstance(texts, str) or not isinstance(texts, Sequence):
        raise TypeError(f"texts must be a list of str, got {type(texts).__name__}")
    if not texts:
        raise ValueError("texts must hold at least one text, got none")
    rows = [_encoded(text, place, vocab) for place, text in enumerate(texts)]
    ids = nn.utils.rnn.pad_sequence(rows, batch_first=True)
    return ids, torch.tensor([len(row) for row in rows])


def _encoded(text: str, place: int, vocab: Vocab) -> Tensor:
    """Return the ids of one text of several, or raise naming it."""
    try:
        row = vocab.encode(text)
    except ValueError as error:
        raise ValueError(f"text {place}, {text!r}: {error}") from error
    if not len(row):
        raise ValueError(
            f"text {place} must hold at least one {vocab.unit}, got {text!r}"
        )
    return row


class Translator(nn.Module):
    """Read a text to its end, then write another.

    >>> reads, writes = cl.date_vocabs(".")
    >>> model = cl.Translator(reads, writes, mark=".", attention=True, hidden_size=16)
    >>> ids, lengths = cl.padded(["3 March 1987", "May 1, 2001"], reads)
    >>> told, _ = cl.spelling(["1987-03-03", "2001-05-01"], writes, ".")
    >>> tuple(model(ids, lengths, told).shape)  # (B, T, V)
    (2, 11, 13)
    >>> len(model.translate(["3 March 1987"]))  # untrained: any symbols
    1

    A GRU reads in both directions and leaves h_s, (2H,), at every symbol. What it
    holds at both ends becomes, through a linear layer and tanh, the first state of a
    second GRU, which writes: without attention that is all it gets. With attention it
    gets at each step a context as well, of the h_s that `AdditiveAttention` picks.

        without:  s_t = GRU(y_{t-1}, s_{t-1}),  logits = W s_t + b
        with:     s_t = GRU([y_{t-1}, c_t], s_{t-1}),  logits = W [s_t, c_t] + b

    reads, writes: the vocabularies; mark: the symbol of `writes` that begins a text
    and ends it. Sutskever, Vinyals & Le 2014; Cho et al. 2014; Bahdanau, Cho & Bengio
    2015. Raises ValueError if the mark is not in the vocabulary.
    """

    def __init__(
        self,
        reads: Vocab,
        writes: Vocab,
        mark: str,
        hidden_size: int = 64,
        attention: bool = False,
        embedding_size: int = 32,
    ):
        super().__init__()
        self.reads, self.writes = reads, writes
        self.mark = mark_in(writes, mark)
        H, E = validation.whole(hidden_size, 1, "hidden_size"), embedding_size
        seen = 2 * H if attention else 0
        self.embed_read = nn.Embedding(len(reads), E)
        self.embed_written = nn.Embedding(len(writes), E)
        self.encoder = nn.GRU(E, H, batch_first=True, bidirectional=True)
        self.bridge = nn.Linear(2 * H, H)
        self.attention = AdditiveAttention(H, 2 * H, H) if attention else None
        self.decoder = nn.GRU(E + seen, H, batch_first=True)
        self.head = nn.Linear(H + seen, len(writes))

    def encode(self, ids: Tensor, lengths: Tensor) -> tuple[Tensor, Tensor]:
        """Return h at every symbol, (B, S, 2H), and the decoder's first state (B, H).

        The texts are packed, so that padding is never read; h is 0 there. On a GPU the
        lengths come back to the host once a batch, since packing happens there.
        """
        self.check_inputs(ids, lengths)
        validation.like(ids, self.head.weight, "ids")
        packed = pack_padded_sequence(
            self.embed_read(ids), lengths.cpu(), batch_first=True, enforce_sorted=False
        )
        output, h_n = self.encoder(packed)
        output, _ = pad_packed_sequence(
            output, batch_first=True, total_length=ids.shape[1]
        )
        ends = torch.cat([h_n[0], h_n[1]], dim=-1)  # (B, 2H)
        return output, torch.tanh(self.bridge(ends))

    def check_inputs(
        self, ids: Tensor, lengths: Tensor, told: Tensor | None = None
    ) -> None:
        """Raise unless ids (B, S), lengths (B,) and told (B, T) fit each other."""
        if validation.ids(ids).dim() != 2 or 0 in ids.shape:
            raise ValueError(
                f"ids must be (B, S) with no size 0, got {tuple(ids.shape)}"
            )
        validation.ids_below(ids, len(self.reads))
        validation.lengths(lengths, *ids.shape)
        if told is None:
            return
        fits = validation.ids(told, "told").dim() == 2 and len(told) == len(ids)
        if not fits or 0 in told.shape:
            raise ValueError(
                f"told must be (B, T) with a row for each of {len(ids)} texts, T at "
                f"least 1, got {tuple(told.shape)}"
            )
        validation.ids_below(told, len(self.writes), "told")

    def forward(self, ids: Tensor, lengths: Tensor, told: Tensor) -> Tensor:
        """Return logits (B, T, V) of the symbol after each that it is told.

        ids (B, S) and lengths (B,) as from `padded`; told: (B, T) ids as from
        `spelling`, the right text one step late (teacher forcing). Raises ValueError
        for another shape or an id outside its vocabulary.
        """
        self.check_inputs(ids, lengths, validation.ids(told, "told"))
        memory, state = self.begin(ids, lengths)
        validation.like(told, self.head.weight, "told")
        rows = self.embed_written(told)  # (B, T, E)
        if memory is None:
            output, _ = self.decoder(rows, state[None])
            return self.head(output)
        steps = []
        for row in rows.unbind(dim=1):
            context, _ = self.attention(state, memory)
            state = self._write(row, state, context)
            steps.append(torch.cat([state, context], dim=-1))
        return self.head(torch.stack(steps, dim=1))

    def begin(self, ids: Tensor, lengths: Tensor) -> tuple[Memory | None, Tensor]:
        """Return what can be looked at, if anything, and the decoder's first state."""
        values, state = self.encode(ids, lengths)
        if self.attention is None:
            return None, state
        return self.attention.remember(values, lengths), state

    def _write(self, row: Tensor, state: Tensor, context: Tensor | None) -> Tensor:
        """Return the decoder's next state (B, H), from a row (B, E) and a context."""
        x_t = row if context is None else torch.cat([row, context], dim=-1)
        return self.decoder(x_t[:, None], state[None])[1][0]

    def step(self, ids: Tensor, state: tuple) -> tuple[Tensor, tuple]:
        """Return logits (N, V) after ids (N,), and the state that goes with them.

        state: a tuple of the decoder's state and the parts of the memory, as a search
        takes it.
        """
        h, *looked_at = state
        context = None
        if looked_at:
            context, _ = self.attention(h, Memory(*looked_at))
        h = self._write(self.embed_written(ids), h, context)
        seen = h if context is None else torch.cat([h, context], dim=-1)
        return self.head(seen), (h, *looked_at)

    @torch.no_grad()
    def search(self, ids: Tensor, lengths: Tensor, width: int, longest: int) -> Found:
        """Return what `greedy_search` finds, or `beam_search` for a width above 1."""
        memory, h = self.begin(ids, lengths)
        state = (h, *(memory or ()))
        marks = {"start": self.mark, "end": self.mark, "longest": longest}
        if width == 1:
            return greedy_search(self.step, state, **marks)
        return beam_search(self.step, state, width=width, **marks)

    def translate(
        self, texts: Sequence[str], width: int = 1, longest: int = 100
    ) -> list[str]:
        """Return the translation of each text, found by greedy or by beam search.

        Any length may be read; of one longer than any in training nothing is cut, but
        nobody has taught it, either. longest: after how many symbols a translation is
        broken off; it then ends with "…". Raises ValueError for no texts, an empty one,
        or a symbol that is not in the vocabulary.
        """
        ids, lengths = (each.to(device_of(self)) for each in padded(texts, self.reads))
        validation.whole(width, 1, "width")
        said, was_training = [], self.training
        self.eval()
        try:
            for each in zip(ids.split(AT_ONCE), lengths.split(AT_ONCE), strict=True):
                found = self.search(*each, width, longest)
                said += [self._text(row) for row in found.ids[:, 0].tolist()]
        finally:
            self.train(was_training)
        return said

    def _text(self, row: list[int]) -> str:
        """Return what stands before the first mark, or all of it, marked as such."""
        if self.mark not in row:
            return self.writes.decode(row) + BROKEN_OFF
        return self.writes.decode(row[: row.index(self.mark)])

    @torch.no_grad()
    def alignment(self, text: str, longest: int = 100) -> tuple[str, Tensor]:
        """Return what is written for a text, and where each symbol came from.

        Returns the translation with its mark and weights (T, S): row t holds how much
        was looked at each symbol of the text when symbol t was written. Raises
        ValueError without attention, and as `translate`.
        """
        if self.attention is None:
            raise ValueError("model must have attention to be aligned, has none")
        ids, lengths = (each.to(device_of(self)) for each in padded([text], self.reads))
        memory, state = self.begin(ids, lengths)
        rows = self.search(ids, lengths, 1, longest).ids[0, 0]
        told = torch.cat([rows.new_tensor([self.mark]), rows[:-1]])
        weights = []
        for row in self.embed_written(told)[:, None]:
            context, looked = self.attention(state, memory)
            weights.append(looked[0])
            state = self._write(row, state, context)
        return self.writes.decode(rows), torch.stack(weights).cpu()
