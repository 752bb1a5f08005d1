"""Data-parallel training by several processes, started by `torchrun`: each takes its share of every batch.

Gradients are averaged by torch's DistributedDataParallel. In a single process every function here is a no-op without
cost.
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
LossFunction = Callable[[Tensor, torch.Generator, Tensor | None], dict[str, Tensor]]


def get_world_size() -> int:
    """Return the number of processes."""
    return distributed.get_world_size() if distributed.is_available() and distributed.is_initialized() else 1


def get_rank() -> int:
    """Return the number of this process, from 0."""
    return distributed.get_rank() if get_world_size() > 1 else 0


def is_leader() -> bool:
    """Return True in the process that prints, measures and writes files (rank 0)."""
    return get_rank() == 0


@contextmanager
def join_process_group(device: torch.device) -> Iterator[torch.device]:
    """Join the process group if torchrun started several processes; yield the device of this process."""
    if int(os.environ.get("WORLD_SIZE", "1")) == 1:
        yield device
        return
    if device.type not in ("cpu", "cuda"):
        raise InputError(f"training.device: {device.type} arrived for several processes; cpu or cuda is allowed")
    if device.type == "cuda":
        device = torch.device("cuda", int(os.environ.get("LOCAL_RANK", "0")) % torch.cuda.device_count())
        torch.cuda.set_device(device)
    distributed.init_process_group("nccl" if device.type == "cuda" else "gloo")
    try:
        yield device
    except BaseException:
        if is_leader():  # lets another process report its error before the leader, cut off, ends
            distributed.destroy_process_group()
        raise
    distributed.destroy_process_group()


@contextmanager
def run_leader_first() -> Iterator[None]:
    """Run the `with` block in the leader first, then in the others (for a download)."""
    if get_world_size() > 1 and not is_leader():
        distributed.barrier()
    try:
        yield
    finally:
        if get_world_size() > 1 and is_leader():
            distributed.barrier()


def broadcast(value: T) -> T:
    """Return the leader's `value` in every process."""
    if get_world_size() == 1:
        return value
    box = [value]
    distributed.broadcast_object_list(box)
    return box[0]


def wrap_loss(model: Autoencoder) -> LossFunction:
    """Return `model.loss` with a backward pass that averages the gradients over the processes."""
    if get_world_size() == 1:
        return model.loss
    parallel: LossFunction = nn.parallel.DistributedDataParallel(_LossModule(model))
    return parallel


def split_batch(index: Tensor) -> tuple[Tensor, float]:
    """Return this process's share of a batch and its loss weight, so that the mean over processes is the batch's."""
    if get_world_size() == 1:
        return index, 1.0
    mine = torch.tensor_split(index, get_world_size())[get_rank()]
    if len(mine) == 0:  # fewer images than processes: one is computed with weight 0
        return index[:1], 0.0
    return mine, len(mine) * get_world_size() / len(index)


def is_true_in_any(flag: bool, device: torch.device) -> bool:
    """Return True if `flag` is true in any process."""
    if get_world_size() == 1:
        return flag
    value = torch.tensor(float(flag), device=device)
    distributed.all_reduce(value, distributed.ReduceOp.MAX)
    return bool(value)


def sum_over_processes(values: dict[str, Tensor], count: int, device: torch.device) -> tuple[dict[str, Tensor], int]:
    """Return `values` and `count`, each summed over all processes."""
    if get_world_size() == 1:
        return values, count
    together = torch.stack([*(value.to(torch.float64) for value in values.values()),
                            torch.tensor(float(count), dtype=torch.float64, device=device)])  # fmt: skip
    distributed.all_reduce(together)
    return dict(zip(values, together[:-1].float(), strict=True)), round(float(together[-1]))


class _LossModule(nn.Module):
    """Module with `model.loss` as its forward pass, as DistributedDataParallel requires."""

    def __init__(self, model: Autoencoder) -> None:
        super().__init__()
        self.model = model

    def forward(self, x: Tensor, noise: torch.Generator, labels: Tensor | None) -> Any:
        return self.model.loss(x, noise, labels)
