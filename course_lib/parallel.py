"""Data-parallel training: several processes, one model, a share of every batch each.

`fit` asks this room at a few places, and what it asks is answered by one process alone
as if nobody had asked. Processes are started by torchrun, and meet in `start`.
"""

import os
import subprocess
import sys
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import NamedTuple

import torch
import torch.distributed as dist
from torch import Tensor, nn

from . import guard
from .devices import device

TIMEOUT = 50.0  # seconds that one process waits for the others
LAST_WORDS = "last words"  # under which a process leaves its error to the others


class Place(NamedTuple):
    """Which of the processes this is, and where it computes.

    >>> parallel.Place(rank=0, of=2, device=torch.device("cpu")).first
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

    >>> with parallel.start("cpu") as place:
    ...     place.rank, place.of
    (0, 1)

    where: "cpu", on which they talk by gloo, or "cuda", by nccl, where each takes the
    device of its LOCAL_RANK; None is CUDA if there is any. timeout: seconds to wait for
    another process before this one ends with an error. If the body fails in one
    process, the others end with a RuntimeError that says which one it was and why.
    Raises ValueError for more processes than CUDA devices, another place, or a timeout
    of 0.
    """
    if not guard.number(timeout, "timeout"):
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

    >>> parallel.place()
    (0, 1)
    """
    if dist.is_available() and dist.is_initialized():
        return dist.get_rank(), dist.get_world_size()
    return 0, 1


class Shared:
    """One process's rows of every batch; made by `share`."""

    def __init__(self, data: Iterable[tuple]):
        self.data = data
        self.adjacent = getattr(data, "adjacent", False)
        self.generator = getattr(data, "generator", None)

    def __len__(self) -> int:
        return len(self.data)

    def __iter__(self) -> Iterator[tuple]:
        rank, of = place()
        for step, (x, y) in enumerate(self.data):
            if step == 0:
                _check_alike(y)
            yield _rows(x, rank, of), _rows(y, rank, of)

    def __repr__(self) -> str:
        rank, of = place()
        return f"Shared(process {rank} of {of}, of {self.data!r})"


def share(data: Iterable[tuple]) -> Iterable[tuple]:
    """Return the rows of every batch that are this process's; alone, all of them.

    >>> data = cl.windows(torch.arange(100), batch_size=4, num_steps=5)
    >>> parallel.share(data) is data  # one process alone
    True

    data: batches (x, y) as for `fit`, the same in every process: of generators that
    began with the same seed. Rows stay where they are from batch to batch, so that a
    state can be carried. If their number cannot be divided evenly, the first processes
    have one more, and `fit` weighs them by their tokens. While the data is read, raises
    ValueError for a batch with fewer rows than processes, or if the processes see
    different batches.
    """
    return data if place()[1] == 1 else Shared(data)


def _rows(part, rank: int, of: int):
    """Return the rows of one process, of a tensor or of each in a tuple."""
    if isinstance(part, tuple):
        return tuple(_rows(each, rank, of) for each in part)
    if len(part) < of:
        raise ValueError(
            f"a batch of {len(part)} rows cannot be shared among {of} processes: "
            "choose a batch size that leaves each of them a row in every batch"
        )
    return part.tensor_split(of)[rank]


def _check_alike(y) -> None:
    """Raise ValueError in every process unless all have the same targets."""
    parts = y if isinstance(y, tuple) else (y,)
    mark = 0
    for part in parts:
        values = part.detach().cpu().flatten().view(torch.uint8)
        mark = zlib.crc32(values.numpy().tobytes(), mark)
    if len(set(gathered(mark))) > 1:
        raise ValueError(
            "the processes see different batches, so no row is read by exactly one of "
            "them: give the data a generator, with the same seed in every process"
        )


def same_start(model: nn.Module, done: int) -> None:
    """Give every process the weights of the first one.

    done: epochs that this process has resumed. Raises ValueError if they differ.
    """
    if place()[1] == 1:
        return
    epochs = gathered(done)
    if len(set(epochs)) > 1:
        raise ValueError(
            f"the processes would go on after different epochs, {epochs}: each must "
            "be able to read the checkpoint that process 0 writes"
        )
    for tensor in model.state_dict().values():
        dist.broadcast(tensor, src=0)


@torch.no_grad()
def average(model: nn.Module, loss: Tensor, count: int) -> tuple[Tensor, int]:
    """Make gradients those of the global batch; return its loss and token count.

    The mean over all tokens is the mean of the processes' means, each weighted by its
    share of the tokens. One process alone keeps what it has, to the last bit. A
    parameter that no process has used stays without a gradient.
    """
    if place()[1] == 1:
        return loss, count
    total = int(_sum(torch.tensor(count, device=loss.device)))
    own = [p for p in model.parameters() if p.requires_grad]
    weight = count / total if total else float("nan")
    parts = [_gradient(p, weight if count else 0.0) for p in own]
    used = loss.new_tensor([p.grad is not None for p in own])
    mean = loss.detach() * weight if count else torch.zeros_like(loss)
    flat = _sum(torch.cat([*parts, used, mean.reshape(1)]))
    sizes = [*(p.numel() for p in own), len(own), 1]
    *sums, used, mean = flat.split(sizes)
    for p, value, processes in zip(own, sums, used.tolist(), strict=True):
        p.grad = value.view_as(p).to(p.dtype) if processes else None
    return mean[0], total


def _gradient(p: nn.Parameter, weight: float) -> Tensor:
    """Return a parameter's gradient, weighted and flat; zeros if it has none."""
    if p.grad is None or weight == 0:
        return torch.zeros_like(p).flatten()
    return p.grad.flatten() * weight


def mean(total: float, tokens: int) -> float:
    """Return a total over the tokens of all processes as their mean."""
    if place()[1] == 1:
        return total / tokens
    device = "cuda" if dist.get_backend() == "nccl" else "cpu"
    total, tokens = _sum(
        torch.tensor([total, tokens], dtype=torch.double, device=device)
    )
    return float(total / tokens)


def gathered(value) -> list:
    """Return one value of every process, in the order of ranks."""
    values: list = [value] * place()[1]
    if len(values) > 1:
        dist.all_gather_object(values, value)
    return values


def _sum(value: Tensor) -> Tensor:
    """Add a tensor up over all processes, in place."""
    dist.all_reduce(value)
    return value


def launch(
    arguments: Sequence[str], processes: int = 2, timeout: float = 300.0
) -> subprocess.CompletedProcess:
    """Run a program in several processes of this machine by torchrun; wait for them.

    >>> done = parallel.launch(["-m", "this"], processes=2)
    >>> done.returncode, done.stdout.count("Beautiful is better than ugly.")
    (0, 2)

    It is `torchrun --standalone --nproc-per-node=2 ...` with this Python. arguments: a
    script and what it is given, or "-m", a module and what it is given. Returns what it
    said, as text, and its exit status: not 0 if a process has failed. timeout: seconds
    until all are ended. Raises ValueError for fewer than one process,
    subprocess.TimeoutExpired after the timeout.
    """
    guard.whole(processes, 1, "processes")
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
