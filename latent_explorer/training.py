"""The training loop: `fit(model, images, config) -> history`.

Images stay in memory as one tensor and batches are cut from it, since a DataLoader that fetches sample by
sample costs more than a step of these networks. The loop knows neither data sets nor files.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor
from torch.optim import lr_scheduler

from latent_explorer import config
from latent_explorer.data import to_floats
from latent_explorer.models import Autoencoder

REPORT_EVERY = 0.2  # seconds between looks at the running loss; each look waits for the device


@dataclass(frozen=True)
class Epoch:
    number: int
    """Counts from 1."""
    parts: dict[str, float]
    """The loss's named parts, averaged over the epoch's pictures."""
    seconds: float


@dataclass
class History:
    epochs: list[Epoch] = field(default_factory=list)
    images_seen: int = 0
    seconds: float = 0.0
    stopped: bool = False
    """Asked to stop before the last epoch."""
    diverged_in: int | None = None
    """The epoch whose loss or weights became NaN or infinite; the weights are those of the epoch before."""

    @property
    def images_per_second(self) -> float:
        return self.images_seen / self.seconds if self.seconds else 0.0


@dataclass(frozen=True)
class Progress:
    epoch: int
    step: int
    steps: int
    """Steps an epoch."""
    parts: dict[str, float]


def fit(
    model: Autoencoder,
    images: Tensor,
    training: config.Training,
    *,
    progress: Callable[[Progress], None] = lambda _: None,
    stop: Callable[[], bool] = lambda: False,
) -> History:
    """Train `model` where it lies on uint8 (N, C, H, W) images, in place.

    The same seed, device and number of threads give the same weights. `stop` is asked before every step. A
    loss that is not finite ends the training with the weights of the last good epoch.
    """
    device = next(model.parameters()).device
    images = images.to(device)
    order = torch.Generator().manual_seed(training.seed)
    noise = torch.Generator(device).manual_seed(training.seed)
    steps = -(-len(images) // training.batch_size)
    optimizer = _optimizer(model, training)
    schedule = _schedule(optimizer, training, steps)
    autocast = torch.autocast(device.type, torch.bfloat16, enabled=training.precision == "bfloat16")

    history = History()
    good = _copy(model)
    model.train()
    began = reported = time.perf_counter()
    for number in range(1, training.epochs + 1):
        epoch_began = time.perf_counter()
        sums: dict[str, Tensor] = {}
        seen = 0
        shuffled = torch.randperm(len(images), generator=order)
        for step, index in enumerate(torch.split(shuffled, training.batch_size), 1):
            if stop():
                history.stopped = True
                break
            x = to_floats(images[index.to(device)])  # (B, C, H, W)
            with autocast:
                parts = model.loss(x, noise)
            optimizer.zero_grad(set_to_none=True)
            parts["loss"].backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            schedule.step()
            for name, value in parts.items():
                value = value.detach() * len(x)
                sums[name] = sums[name].add_(value) if name in sums else value
            seen += len(x)
            now = time.perf_counter()
            if step == 1 or step == steps or now - reported > REPORT_EVERY:
                reported = now
                means = {name: float(total) / seen for name, total in sums.items()}
                if not torch.isfinite(sums["loss"]):
                    break
                progress(Progress(number, step, steps, means))
        history.images_seen += seen
        if history.stopped and seen == 0:
            break
        if not _finite(model, sums):
            model.load_state_dict(good)
            history.diverged_in = number
            break
        good = _copy(model)
        means = {name: float(total) / seen for name, total in sums.items()}
        history.epochs.append(Epoch(number, means, time.perf_counter() - epoch_began))
        if history.stopped:
            break
    history.seconds = time.perf_counter() - began
    model.eval()
    return history


def _optimizer(model: Autoencoder, training: config.Training) -> torch.optim.Optimizer:
    if training.optimizer == "sgd":
        return torch.optim.SGD(
            model.parameters(),
            training.learning_rate,
            momentum=0.9,
            weight_decay=training.weight_decay,
            fused=True,
        )
    kind: type[torch.optim.Adam] = torch.optim.AdamW if training.optimizer == "adamw" else torch.optim.Adam
    # one kernel for all parameters: the loop over them costs as much as a small network's backward pass
    return kind(model.parameters(), training.learning_rate, weight_decay=training.weight_decay, fused=True)


def _schedule(optimizer: torch.optim.Optimizer, training: config.Training, steps: int) -> Any:
    total = training.epochs * steps
    if training.schedule == "onecycle":  # Smith and Topin 2017, arXiv:1708.07120
        return lr_scheduler.OneCycleLR(optimizer, training.learning_rate, total_steps=total + 1)
    if training.schedule == "cosine":  # Loshchilov and Hutter 2016, arXiv:1608.03983
        return lr_scheduler.CosineAnnealingLR(optimizer, total)
    return lr_scheduler.ConstantLR(optimizer, factor=1.0, total_iters=0)


def _copy(model: Autoencoder) -> dict[str, Tensor]:
    return {name: value.clone() for name, value in model.state_dict().items()}


def _finite(model: Autoencoder, sums: dict[str, Tensor]) -> bool:
    return bool(torch.isfinite(sums["loss"])) and all(bool(torch.isfinite(p).all()) for p in model.parameters())
