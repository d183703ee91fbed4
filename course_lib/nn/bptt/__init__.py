"""Backpropagation through time, written by hand: forward and backward in two loops.

Shapes: B batch, T time steps, D input size, H hidden size; K blocks of H rows in the
weights, 1 for an RNN, 3 for a GRU, 4 for an LSTM. Inside this package time comes first,
(T, B, ...), so that a step is one piece of memory.

Each pass is a `torch.autograd.Function` of

    x, reverse, W_ih, W_hh, b_ih, b_hh, h_0 (and c_0)

and returns h_t of every step, (T, B, H), and the last state. Going back, only the
gradients of the states wait for each other. The local derivatives do not, and are
taken for all steps before the loop; the gradients of the weights do not, and are
products over all steps after it. Rumelhart, Hinton & Williams 1986; Werbos 1990.
"""

from .apply import by_hand
from .gru import GRUThroughTime
from .lstm import LSTMThroughTime
from .rnn import RNNThroughTime

__all__ = ["GRUThroughTime", "LSTMThroughTime", "RNNThroughTime", "by_hand"]
