"""A loss that compares every output with every target, by mistake.

An output (B, 1) beside a target (B,) broadcasts to (B, B), and the mean over these is
no error at all, yet it falls while the model learns to say the mean.
"""

import torch
from torch import Tensor
from torch.overrides import TorchFunctionMode


class NoStretching(TorchFunctionMode):
    """While a loss is computed, refuse to stretch an output and a target to more.

    >>> from course_lib.training.stretching import NoStretching
    >>> output, y = torch.rand(32, 1), torch.rand(32)
    >>> with NoStretching(output, y):
    ...     torch.nn.functional.mse_loss(output.squeeze(-1), y).dim()
    0
    >>> try:
    ...     with NoStretching(output, y):
    ...         (output - y).square().mean()
    ... except ValueError as error:
    ...     print(str(error).partition(":")[0])
    the loss stretches the output (32, 1) and y (32,) to (32, 32)
    """

    def __init__(self, output: Tensor, y: Tensor):
        super().__init__()
        self.output, self.y, self.wide = output, y, _wide(output, y)

    def __enter__(self):
        return super().__enter__() if self.wide else self

    def __exit__(self, *error):
        return super().__exit__(*error) if self.wide else None

    def __torch_function__(self, func, types, args=(), kwargs=None):
        kwargs = kwargs or {}
        tensors = [a for a in (*args, *kwargs.values()) if isinstance(a, Tensor)]
        both = len(tensors) == 2 and self._are_output_and_y(*tensors)
        if both and getattr(func, "__name__", "").endswith(("loss", "kl_div")):
            raise self._refusal()
        result = func(*args, **kwargs)
        if both and isinstance(result, Tensor) and result.shape == self.wide:
            raise self._refusal()
        return result

    def _are_output_and_y(self, a: Tensor, b: Tensor) -> bool:
        """Say whether two tensors are the output and the target, or made from them."""
        if a is self.y or b is self.output:
            a, b = b, a
        if (a.shape, b.shape) != (self.output.shape, self.y.shape):
            return False
        learns = a.requires_grad and not b.requires_grad
        return learns or (a is self.output and b is self.y)

    def _refusal(self) -> ValueError:
        output, y = tuple(self.output.shape), tuple(self.y.shape)
        return ValueError(
            f"the loss stretches the output {output} and y {y} to {tuple(self.wide)}: "
            "give y the shape of the output, as with y[:, None], or let the loss "
            "take an axis from the output, as with output.squeeze(-1)"
        )


def _wide(output, y) -> torch.Size | None:
    """Return what two tensors stretch to, if it is more than either of them."""
    if not (isinstance(output, Tensor) and isinstance(y, Tensor)):
        return None
    if not y.is_floating_point():  # a class or a token, which is looked up
        return None
    try:
        wide = torch.broadcast_shapes(output.shape, y.shape)
    except RuntimeError:  # they do not fit at all, which torch will say
        return None
    return None if wide in (output.shape, y.shape) else wide
