"""The row look-up: pick a character, and see the one-hot vector select a row of W.

Shapes: V vocabulary size, D columns of W.
"""

import torch
import traitlets
from matplotlib.figure import Figure
from torch import Tensor

from .. import plots
from ..data.text import Vocab
from .carrier import Explorable, checked
from .payload import vocabulary

MOST_TOKENS, MOST_COLUMNS = 60, 8


class RowLookup(Explorable):
    """A one-hot vector times W, for the `token` that the reader picks.

    >>> W = torch.arange(6.0).view(3, 2)
    >>> explorable = widgets.RowLookup(cl.Vocab("abc"), W, token="b")
    >>> explorable.sentence().partition(", ")[2]
    'id 1, times W is row 1 of W: 2.00, 3.00.'

    vocab: of V characters, at most 60. W: (V, D), with at most 8 columns. Raises
    ValueError for others, TraitError for a token that is not in the vocabulary.
    """

    module = "row_lookup.js"
    carried = ("tokens", "W", "token")

    tokens = traitlets.List(traitlets.Unicode()).tag(sync=True)
    W = traitlets.List(traitlets.List(traitlets.Float())).tag(sync=True)
    token = traitlets.Unicode().tag(sync=True)

    def __init__(self, vocab: Vocab, W: Tensor, token: str | None = None):
        tokens = vocabulary(vocab)
        W, V = torch.as_tensor(W), len(tokens)
        fits = W.dim() == 2 and len(W) == V <= MOST_TOKENS
        if not fits or not 1 <= W.shape[1] <= MOST_COLUMNS:
            raise ValueError(
                f"W must be ({V}, D), with at most {MOST_TOKENS} rows and 1 to "
                f"{MOST_COLUMNS} columns, got {tuple(W.shape)}"
            )
        if not W.isfinite().all():
            raise ValueError("W must be finite, got NaN or infinity")
        rows = [[round(w, 4) for w in row] for row in W.detach().cpu().tolist()]
        token = tokens[0] if token is None else token
        super().__init__(tokens=tokens, W=rows, token=token)

    @traitlets.validate("token")
    @checked
    def _check_token(self, token: str) -> str:
        if token not in self.tokens:
            raise ValueError(f"token must be in the vocabulary, got {token!r}")
        return token

    def sentence(self) -> str:
        """Return which row is picked out, in words."""
        k = self.tokens.index(self.token)
        row = ", ".join(f"{w:.2f}" for w in self.W[k])
        return (
            f"Row look-up: the one-hot vector of “{self.token}”, id {k}, times W is "
            f"row {k} of W: {row}."
        )

    def figure(self) -> Figure:
        """Draw the vector, W with the row framed, and the product."""
        return plots.lookup(self.tokens, self.W, self.tokens.index(self.token))
