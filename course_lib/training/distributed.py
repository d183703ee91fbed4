"""Data-parallel training: several processes, one model, a share of every batch each.

`fit` asks `processes` at a few places, and one process alone answers as if nobody had
asked. Processes are started by torchrun, and meet in `start`.
"""

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import NamedTuple

import torch
import torch.distributed as dist
from torch import Tensor, nn

from .. import validation
from ..devices import device

TIMEOUT = 50.0  # seconds that one process waits for the others
LAST_WORDS = "last words"  # under which a process leaves its error to the others


class Place(NamedTuple):
    """Which of the processes this is, and where it computes.

    >>> distributed.Place(rank=0, of=2, device=torch.device("cpu")).first
    True

    rank: 0 to of - 1; of: how many there are. `first` is true in the one that may
    write files and print.
    """

    rank: int
    of: int
    device: torch.device

    @property
    def first(self) -> bool:
        """Say whether this is the process that may write files and print."""
        return self.rank == 0


@contextmanager
def start(where: str | None = None, timeout: float = TIMEOUT) -> Iterator[Place]:
    """Meet the processes that torchrun has started; without torchrun, be the only one.

    >>> with distributed.start("cpu") as place:
    ...     place.rank, place.of
    (0, 1)

    where: "cpu", on which they talk by gloo, or "cuda", by nccl, where each takes the
    device of its LOCAL_RANK; None is CUDA if there is any. timeout: seconds to wait for
    another process before this one ends with an error. If the body fails in one
    process, the others end with a RuntimeError that says which one it was and why.
    Raises ValueError for more processes than CUDA devices, another place, or a timeout
    of 0.
    """
    if not validation.number(timeout, "timeout"):
        raise ValueError("timeout must be above 0 seconds, got 0")
    if where not in (None, "cpu", "cuda"):
        raise ValueError(f"where must be 'cpu', 'cuda' or None, got {where!r}")
    if "RANK" not in os.environ:
        yield Place(0, 1, torch.device(where) if where else device())
        return
    own = _device(where, int(os.environ["LOCAL_RANK"]))
    store, rank, of = next(dist.rendezvous("env://"))
    backend = "nccl" if own.type == "cuda" else "gloo"
    wait = timedelta(seconds=timeout)
    dist.init_process_group(
        backend, store=store, rank=rank, world_size=of, timeout=wait
    )
    try:
        yield Place(rank, of, own)
    except Exception as error:
        _say_last_words(store, rank, of, error)
        raise
    dist.destroy_process_group()


def _device(where: str | None, local_rank: int) -> torch.device:
    """Return the device of one process of this machine."""
    if where == "cpu" or (where is None and not torch.cuda.is_available()):
        return torch.device("cpu")
    if local_rank >= torch.cuda.device_count():
        raise ValueError(
            f"there are {torch.cuda.device_count()} CUDA devices, too few for process "
            f"{local_rank} of this machine: start one process a device"
        )
    torch.cuda.set_device(local_rank)
    return torch.device("cuda", local_rank)


def _say_last_words(store, rank: int, of: int, error: Exception) -> None:
    """Leave an error to the other processes, or raise the one that another has left."""
    said = f"process {rank} of {of}: {type(error).__name__}: {error}"
    first = store.compare_set(LAST_WORDS, "", said).decode()  # who comes first, says it
    if first != said and isinstance(error, RuntimeError):
        raise RuntimeError(f"another process has ended, {first}") from error


def place() -> tuple[int, int]:
    """Return (rank, how many processes); (0, 1) where there is one alone.

    >>> distributed.place()
    (0, 1)
    """
    if dist.is_available() and dist.is_initialized():
        return dist.get_rank(), dist.get_world_size()
    return 0, 1


class Alone:
    """What `fit` asks of its processes, where it is the only one.

    >>> distributed.processes().gathered("a"), distributed.processes().first
    (['a'], True)

    Nothing is averaged or waited for: each answer is what was given, to the last bit.
    """

    rank, first = 0, True

    def same_start(self, model: nn.Module, done: int) -> None:
        """Leave the weights as they are."""

    def average(self, model: nn.Module, loss: Tensor, count: int) -> tuple[Tensor, int]:
        """Leave the gradients as they are; return the loss and its token count."""
        return loss, count

    def mean(self, total: float, tokens: int) -> float:
        """Return a total over the tokens as their mean."""
        return total / tokens

    def gathered(self, value) -> list:
        """Return the values of all processes: this one."""
        return [value]


class Group:
    """What `fit` asks of its processes, where there are several; see `processes`."""

    def __init__(self):
        self.rank, self.of = place()
        self.first = self.rank == 0

    def same_start(self, model: nn.Module, done: int) -> None:
        """Give every process the weights of the first one.

        done: epochs that this process has resumed. Raises ValueError if they differ.
        """
        epochs = self.gathered(done)
        if len(set(epochs)) > 1:
            raise ValueError(
                f"the processes would go on after different epochs, {epochs}: each "
                "must be able to read the checkpoint that process 0 writes"
            )
        for tensor in model.state_dict().values():
            dist.broadcast(tensor, src=0)

    @torch.no_grad()
    def average(self, model: nn.Module, loss: Tensor, count: int) -> tuple[Tensor, int]:
        """Make gradients those of the global batch; return its loss and token count.

        The mean over all tokens is the mean of the processes' means, each weighted by
        its share of the tokens. A parameter that no process has used stays without a
        gradient.
        """
        total = int(_sum(torch.tensor(count, device=loss.device)))
        own = [p for p in model.parameters() if p.requires_grad]
        weight = count / total if total else float("nan")
        parts = [_gradient(p, weight if count else 0.0) for p in own]
        used = loss.new_tensor([p.grad is not None for p in own])
        mean = loss.detach() * weight if count else torch.zeros_like(loss)
        flat = _sum(torch.cat([*parts, used, mean.reshape(1)]))
        sizes = [*(p.numel() for p in own), len(own), 1]
        *sums, used, mean = flat.split(sizes)
        for p, value, users in zip(own, sums, used.tolist(), strict=True):
            p.grad = value.view_as(p).to(p.dtype) if users else None
        return mean[0], total

    def mean(self, total: float, tokens: int) -> float:
        """Return a total over the tokens of all processes as their mean."""
        device = "cuda" if dist.get_backend() == "nccl" else "cpu"
        sums = torch.tensor([total, tokens], dtype=torch.double, device=device)
        total, tokens = _sum(sums)
        return float(total / tokens)

    def gathered(self, value) -> list:
        """Return one value of every process, in the order of ranks."""
        values: list = [value] * self.of
        dist.all_gather_object(values, value)
        return values


def processes() -> Alone | Group:
    """Return what speaks for all processes of this run: many, or one alone.

    >>> type(distributed.processes()).__name__
    'Alone'
    """
    return Alone() if place()[1] == 1 else Group()


def _gradient(p: nn.Parameter, weight: float) -> Tensor:
    """Return a parameter's gradient, weighted and flat; zeros if it has none."""
    if p.grad is None or weight == 0:
        return torch.zeros_like(p).flatten()
    return p.grad.flatten() * weight


def _sum(value: Tensor) -> Tensor:
    """Add a tensor up over all processes, in place."""
    dist.all_reduce(value)
    return value


def launch(
    arguments: Sequence[str], processes: int = 2, timeout: float = 300.0
) -> subprocess.CompletedProcess:
    """Run a program in several processes of this machine by torchrun; wait for them.

    >>> done = distributed.launch(["-m", "this"], processes=2)
    >>> done.returncode, done.stdout.count("Beautiful is better than ugly.")
    (0, 2)

    It is `torchrun --standalone --nproc-per-node=2 ...` with this Python. arguments: a
    script and what it is given, or "-m", a module and what it is given. Returns what it
    said, as text, and its exit status: not 0 if a process has failed. timeout: seconds
    until all are ended. Raises ValueError for fewer than one process,
    subprocess.TimeoutExpired after the timeout.
    """
    validation.whole(processes, 1, "processes")
    torchrun = [sys.executable, "-m", "torch.distributed.run", "--standalone"]
    command = [*torchrun, f"--nproc-per-node={processes}", *arguments]
    env = {"OMP_NUM_THREADS": "1", **os.environ}  # torchrun warns where it is not set
    if sys.platform == "win32":
        env.setdefault("USE_LIBUV", "0")  # torch for Windows comes without that library
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, env=env, **pipes) as run:
        try:
            out, err = run.communicate(timeout=timeout)
        except BaseException:
            run.terminate()  # torchrun then ends the processes that it has started
            raise
    return subprocess.CompletedProcess(command, run.returncode, out, err)
