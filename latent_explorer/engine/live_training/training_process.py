"""A live training in its process: trains a small model and sends a snapshot per moment.

Commands arrive and messages leave through one pipe. torch is imported only in that process.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from latent_explorer import config as configuration
from latent_explorer.arrays import Floats, as_float16_if_safe
from latent_explorer.checkpoint.tensor_file import Arrays
from latent_explorer.config import Config
from latent_explorer.engine.live_training.settings import AnySettings, Settings
from latent_explorer.texts import mark

if TYPE_CHECKING:
    from latent_explorer.data.dataset import Dataset
    from latent_explorer.data.split import Split
    from latent_explorer.models import Autoencoder

LOSS_IMAGES = 360  # images of each split that the loss is measured on


@dataclass(frozen=True, eq=False)
class Started:
    config: Config
    class_names: tuple[str, ...]
    indices: NDArray[np.int64]
    labels: NDArray[np.int64]
    steps: int
    """Number of steps of the whole training."""
    steps_per_epoch: int
    partner: Config | None = None
    """Configuration of the second model, if two are trained side by side."""


@dataclass(frozen=True, eq=False)
class Snapshot:
    """A moment of a training: the latents (M, d) of all images, the weights, and the named parts of the loss."""

    step: int
    epoch: float
    latents: Floats
    weights: Arrays
    loss_parts: Mapping[str, float]
    """By "part" on held-out images, and by "train part" on training images; nats a picture."""
    images_per_second: float
    """Rate of the training steps alone, without measurements and pauses."""
    kl_by_dimension: Floats | None = None
    """(d,): the KL of each dimension in nats a picture, on the held-out images of the loss; only of a pair's VAE."""
    partner: "Snapshot | None" = None
    """The same moment of the second model, if two are trained side by side."""


@dataclass(frozen=True)
class Ended:
    """The end of a training; `error` is empty if it succeeded."""

    error: str = ""


Message = Started | Snapshot | Ended
"""A message from the process; it is sent as a pair (run, message)."""


class CommandPipe:
    """The pipe, and the state set by its commands."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._requested: tuple[int, AnySettings] | None = None
        self._dataset: Dataset | None = None
        self.paused = False

    @property
    def dataset(self) -> "Dataset":
        """The digits, loaded on first access."""
        if self._dataset is None:
            from latent_explorer.data import datasets

            self._dataset = datasets.load(configuration.load("digits-vae").data)
        return self._dataset

    @property
    def has_new_request(self) -> bool:
        """Whether another training was requested."""
        return self._requested is not None

    def wait_for_training(self) -> tuple[int, AnySettings]:
        """Wait until a training is requested; return its number and settings."""
        while self._requested is None:
            self._read_command()
        wanted, self._requested = self._requested, None
        return wanted

    def send(self, run: int, message: Message) -> None:
        self._connection.send((run, message))

    def handle_commands(self, until: float = 0.0) -> None:
        """Handle commands until the time `until` of `perf_counter`, and for as long as the training is paused."""
        while not self.has_new_request:
            seconds = max(0.0, until - time.perf_counter())
            if self.paused or self._connection.poll(seconds):
                self._read_command()
            elif seconds <= 0:
                return

    def _read_command(self) -> None:
        asked, *rest = self._connection.recv()
        if asked == "train":
            self._requested, self.paused = (rest[0], rest[1]), False
        else:
            self.paused = asked == "pause"


def train(pipe: CommandPipe, run: int, settings: Settings) -> str:
    """Train until the end or until another training is requested; return an error message, or ""."""
    import torch

    from latent_explorer import models, training
    from latent_explorer.checkpoint import snapshots

    config, dataset = settings.make_config(), pipe.dataset
    config = replace(config, data=dataset.complete(config.data))
    torch.manual_seed(config.training.seed)
    model = models.build(config.model, config.objective, config.data.image_shape)
    steps_per_epoch = -(-len(dataset.train) // config.training.batch_size)
    steps = steps_per_epoch * config.training.epochs
    every = dataset.train + dataset.test
    started = Started(
        config, dataset.class_names, indices=np.arange(len(every)), labels=every.labels.numpy(), steps=steps,
        steps_per_epoch=steps_per_epoch,
    )  # fmt: skip
    pipe.send(run, started)
    moments = set(snapshots.choose_steps(steps, settings.moments))
    taker = SnapshotTaker(
        pipe, run, moment_interval=settings.moment_interval, dataset=dataset, all_images=every,
        snapshot_steps=moments, started=started,
    )  # fmt: skip
    history = training.fit(
        model, dataset.train.images, config.training, labels=dataset.train.labels, before_step=taker.before_step,
        stop=lambda: pipe.has_new_request,
    )  # fmt: skip
    if history.diverged_in is not None:
        epoch = history.diverged_in
        return mark("the loss became NaN or infinite in epoch {epoch}; other settings may help", epoch=epoch)
    if not history.stopped:
        taker.before_step(model, steps)
    return ""


@dataclass
class SnapshotTaker:
    """Takes the snapshots of a training, and waits between them."""

    pipe: CommandPipe
    run: int
    moment_interval: float
    dataset: "Dataset"
    all_images: "Split"
    snapshot_steps: set[int]
    started: Started
    step_seconds: float = 0.0
    """Seconds spent in training steps."""
    steps_made: int = 0
    step_start: float = 0.0
    last_snapshot_at: float = 0.0

    def before_step(self, model: "Autoencoder", step: int) -> None:
        """Handle commands, and send the snapshot of this step if one is due, `moment_interval` after the last one."""
        now = time.perf_counter()
        if self.step_start:
            self.step_seconds += now - self.step_start
            self.steps_made += 1
        self.pipe.handle_commands()
        if step in self.snapshot_steps and not self.pipe.has_new_request:
            self.pipe.handle_commands(self.last_snapshot_at + self.moment_interval)
            self.last_snapshot_at = time.perf_counter()
            self.pipe.send(self.run, self.take(model, step))
        self.step_start = time.perf_counter()

    def take(self, model: "Autoencoder", step: int) -> Snapshot:
        """Return the snapshot of `model` after `step` steps. Raises `ArithmeticError` if its latents are not finite."""
        from latent_explorer.metrics import reconstruction

        latents = reconstruction.encode_all(model, self.all_images.images).numpy()
        if not np.isfinite(latents).all():
            raise ArithmeticError("the latents became NaN or infinite")
        weights = {name: as_float16_if_safe(value.numpy()) for name, value in model.state_dict().items()}
        training = self.started.config.training
        batch = min(training.batch_size, len(self.dataset.train))
        held_out = measure_loss_parts(model, self.dataset.test, training.seed)
        train = measure_loss_parts(model, self.dataset.train, training.seed)
        return Snapshot(
            step, step / self.started.steps_per_epoch, latents=as_float16_if_safe(latents).astype(np.float32),
            weights=weights, loss_parts={**held_out, **{f"train {name}": value for name, value in train.items()}},
            images_per_second=self.steps_made * batch / self.step_seconds if self.step_seconds else 0.0,
        )  # fmt: skip


def measure_loss_parts(model: "Autoencoder", split: "Split", seed: int) -> dict[str, float]:
    """Return the named parts of the loss on the first images of `split`, in nats a picture, with a fixed noise."""
    import torch

    from latent_explorer.data.datasets import to_floats

    device = model.device
    before, model.progress = model.progress, 1.0
    with torch.no_grad():
        x = model.compute_loss_inputs(to_floats(split.images[:LOSS_IMAGES].to(device)))
        labels = split.labels[:LOSS_IMAGES].to(device)
        parts = model.eval().loss(x, torch.Generator(device).manual_seed(seed), labels)
    model.progress = before
    return {name: float(value) for name, value in parts.items()}
