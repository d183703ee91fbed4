"""Which way a layer goes: compiled loops, a pass by hand, or autograd's record.

Shapes: B batch, H hidden size, K blocks of H rows in the weights.
"""

import functools

import torch
from torch import Tensor

from .. import validation
from .bptt import GRUThroughTime, LSTMThroughTime, RNNThroughTime
from .cells import GRUCell, LSTMCell, RecurrentCell, RNNCell

WAYS_BACK = ("auto", "compiled", "hand", "autograd")
# The cells whose backward pass is written by hand; any other takes autograd's.
BY_HAND = {
    RNNCell: RNNThroughTime,
    LSTMCell: LSTMThroughTime,
    GRUCell: GRUThroughTime,
}
# A compiled loop has one thread. Beside one or two threads of torch's it was ahead at
# every size that was measured, up to 2**26 multiplications a step; beside more, a large
# step, B * K * H * H, is left to torch's products, which share it out.
FEW_THREADS = 2
LARGE_STEP = 2**22


@functools.cache
def compiled():
    """Return the module of the compiled passes, or why there is none."""
    try:
        from .compiled import passes
    except ImportError as error:  # not installed, or not made for this numpy
        return str(error)
    return passes


def loops_for(W: Tensor):
    """Return the module of the compiled passes if one can read a weight, else None.

    It reads plain float32 and float64 on the CPU, outside autocast and tracing.
    """
    cpu = W.device.type == "cpu" and W.dtype in (torch.float32, torch.float64)
    narrowed = W.dtype == torch.float32 and validation.autocast(W.device)
    if not cpu or narrowed or not validation.readable(W) or isinstance(compiled(), str):
        return None
    return compiled()


def check_way(backward: object) -> str:
    """Return the name of a way that can be gone here; raise ValueError if not."""
    if backward not in WAYS_BACK:
        raise ValueError(
            f"backward must be one of {', '.join(WAYS_BACK)}, got {backward!r}"
        )
    if backward == "compiled" and isinstance(compiled(), str):
        raise ValueError(
            f'backward="compiled" needs numba, and there is none ({compiled()}): '
            'install it with pip install numba, or take "auto" or "hand"'
        )
    return backward


def pass_of(backward: str, cell: type[RecurrentCell], W_hh: Tensor, x: Tensor):
    """Return the pass that a layer takes for a call, None for autograd's record.

    >>> from course_lib.nn.passes import pass_of
    >>> layer, x = cl.LSTM(3, 5), torch.rand(2, 4, 3)
    >>> pass_of("hand", cl.LSTMCell, layer.weight_hh_l0, x).__name__
    'LSTMThroughTime'

    backward: the way that the layer was asked for; cell: the class of its cell; W_hh:
    (K * H, H), its weight; x: (B, T, ...), what it reads. A cell without a pass of its
    own takes autograd's record, and so does every cell while torch compiles, exports or
    traces the call. Where no compiled loop can read the weight, "compiled" and "auto"
    are "hand".
    """
    if backward == "autograd" or cell not in BY_HAND or validation.traced():
        return None
    large = backward == "auto" and len(x) * W_hh.numel() >= LARGE_STEP
    shared = large and torch.get_num_threads() > FEW_THREADS
    loops = None if backward == "hand" or shared else loops_for(W_hh)
    return BY_HAND[cell] if loops is None else loops.COMPILED[cell]
