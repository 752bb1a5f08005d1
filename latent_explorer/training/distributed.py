"""One training by several processes, as `torchrun` starts them: each takes its share of every batch.

Gradients are averaged by torch's DistributedDataParallel. A process alone needs nothing of this and pays nothing
for it: every function here is then the plain thing.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import torch
from torch import Tensor, distributed, nn

from latent_explorer.errors import InputError
from latent_explorer.models import Autoencoder

T = TypeVar("T")
Loss = Callable[[Tensor, torch.Generator, Tensor | None], dict[str, Tensor]]


def size() -> int:
    return distributed.get_world_size() if distributed.is_available() and distributed.is_initialized() else 1


def rank() -> int:
    return distributed.get_rank() if size() > 1 else 0


def is_leader() -> bool:
    """Whether this process is the one that speaks, measures and writes."""
    return rank() == 0


@contextmanager
def joined(device: torch.device) -> Iterator[torch.device]:
    """In a process group where torchrun has started several of us; the device of this process."""
    if int(os.environ.get("WORLD_SIZE", "1")) == 1:
        yield device
        return
    if device.type == "mps":
        raise InputError("training.device: mps arrived for several processes; cpu or cuda is allowed")
    if device.type == "cuda":
        device = torch.device("cuda", int(os.environ.get("LOCAL_RANK", "0")) % torch.cuda.device_count())
        torch.cuda.set_device(device)
    distributed.init_process_group("nccl" if device.type == "cuda" else "gloo")
    try:
        yield device
    except BaseException:
        if is_leader():  # another process has its mistake to say first; the leader, cut off, would end before that
            distributed.destroy_process_group()
        raise
    distributed.destroy_process_group()


@contextmanager
def leader_first() -> Iterator[None]:
    """What must not be done by all at once (a download) is done by the leader, then by the others."""
    if size() > 1 and not is_leader():
        distributed.barrier()
    try:
        yield
    finally:
        if size() > 1 and is_leader():
            distributed.barrier()


def shared(value: T) -> T:
    """The leader's value in every process."""
    if size() == 1:
        return value
    box = [value]
    distributed.broadcast_object_list(box)
    return box[0]


def loss(model: Autoencoder) -> Loss:
    """`model.loss`, whose backward pass averages the gradients over the processes."""
    if size() == 1:
        return model.loss
    parallel: Loss = nn.parallel.DistributedDataParallel(_Loss(model))
    return parallel


def part(index: Tensor) -> tuple[Tensor, float]:
    """This process's share of a batch, and the weight of its loss: their average is that of the whole batch."""
    if size() == 1:
        return index, 1.0
    mine = torch.tensor_split(index, size())[rank()]
    if len(mine) == 0:  # fewer pictures than processes: one is looked at without counting
        return index[:1], 0.0
    return mine, len(mine) * size() / len(index)


def any_of(flag: bool, device: torch.device) -> bool:
    """Whether it is true in any process."""
    if size() == 1:
        return flag
    found = torch.tensor(float(flag), device=device)
    distributed.all_reduce(found, distributed.ReduceOp.MAX)
    return bool(found)


def summed(values: dict[str, Tensor], count: int, device: torch.device) -> tuple[dict[str, Tensor], int]:
    """The sums over all processes."""
    if size() == 1:
        return values, count
    together = torch.stack([*(value.to(torch.float64) for value in values.values()),
                            torch.tensor(float(count), dtype=torch.float64, device=device)])  # fmt: skip
    distributed.all_reduce(together)
    return dict(zip(values, together[:-1].float(), strict=True)), round(float(together[-1]))


class _Loss(nn.Module):
    """The loss as the forward pass that DistributedDataParallel wraps."""

    def __init__(self, model: Autoencoder) -> None:
        super().__init__()
        self.model = model

    def forward(self, x: Tensor, noise: torch.Generator, labels: Tensor | None) -> Any:
        return self.model.loss(x, noise, labels)
