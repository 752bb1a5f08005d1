"""The live-training process: trains small models on the digits, one after the other, and sends a snapshot per moment.

Commands arrive and messages leave through one pipe; the process ends when the other end is closed. torch is imported
only in that process.
"""

import os
import signal
import time
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from latent_explorer import config as configuration
from latent_explorer.arrays import Floats, half
from latent_explorer.checkpoint.tensor_file import Arrays
from latent_explorer.config import Config
from latent_explorer.errors import LatentExplorerError

if TYPE_CHECKING:
    from latent_explorer.data.datasets import Dataset, Split
    from latent_explorer.models import Autoencoder

NICE = 10
EPOCHS = 80
MOMENTS = 180
PACE = 0.1  # minimum seconds between two moments: faster ones would not be noticed
MEASURED = 360  # images of each split that the loss is measured on


@dataclass(frozen=True)
class Settings:
    """Settings of a training; `noise_level` above 0 selects a denoising autoencoder, which has no KL and no beta."""

    beta: float = 1.0
    latent: int = 8
    noise: float = 0.0
    epochs: int = EPOCHS
    moments: int = MOMENTS
    pace: float = PACE

    @property
    def preset(self) -> str:
        return "digits-denoising" if self.noise > 0 else "digits-vae"

    def config(self) -> Config:
        """Return the full configuration. Raises `InputError` for invalid settings."""
        own = [f"objective.noise_level={self.noise}"] if self.noise > 0 else [f"objective.beta={self.beta}"]
        common = [f"model.latent_dim={self.latent}", f"training.epochs={self.epochs}", "training.device=cpu"]
        return configuration.load(self.preset, [*own, *common])

    def __str__(self) -> str:
        what = f"noise {self.noise:.0%}" if self.noise > 0 else f"beta {self.beta:g}"
        return f"{what}, latent size {self.latent}"


@dataclass(frozen=True, eq=False)
class Begun:
    config: Config
    class_names: tuple[str, ...]
    indices: NDArray[np.int64]
    labels: NDArray[np.int64]
    steps: int
    """Number of steps of the whole training."""
    steps_an_epoch: int


@dataclass(frozen=True, eq=False)
class Seen:
    """A moment of a training: the latents (M, d) of all images, the weights, and the named parts of the loss."""

    step: int
    epoch: float
    latents: Floats
    weights: Arrays
    parts: Mapping[str, float]
    """By "part" on held-out images, and by "train part" on training images; nats a picture."""
    images_per_second: float
    """Rate of the training steps alone, without measurements and pauses."""


@dataclass(frozen=True)
class Over:
    """The end of a training; `error` is empty if it succeeded."""

    trouble: str = ""


Told = Begun | Seen | Over
"""A message from the process; it is sent as a pair (run, message)."""


def serve(connection: Connection) -> None:
    """Run the training process at low priority until the other end of `connection` is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the window, which ends this
    if hasattr(os, "nice"):
        os.nice(NICE)
    warnings.simplefilter("ignore")  # there is no terminal to show them
    import torch

    torch.set_num_threads(1)
    teach(connection)


def teach(connection: Connection) -> None:
    """Run the requested trainings, one after the other, until the other end of `connection` is closed."""
    from latent_explorer import models, training
    from latent_explorer.metrics import reconstruction

    desk = _Desk(connection)
    _ = desk.dataset, reconstruction, models, training  # do slow loading before the first request
    try:
        while True:
            run, settings = desk.next_training()
            try:
                trouble = _train(desk, run, settings)
            except LatentExplorerError as error:
                trouble = " ".join(str(error).split())
            except (MemoryError, RuntimeError, ValueError, ArithmeticError) as error:
                trouble = f"{type(error).__name__}: {error}".splitlines()[0]
            desk.tell(run, Over(trouble))
    except (EOFError, ConnectionError):
        return  # the window is gone


class _Desk:
    """The pipe, and the state set by its commands."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._wanted: tuple[int, Settings] | None = None
        self._dataset: Dataset | None = None
        self.paused = False

    @property
    def dataset(self) -> "Dataset":
        if self._dataset is None:
            from latent_explorer.data import datasets

            self._dataset = datasets.load(configuration.load("digits-vae").data)
        return self._dataset

    @property
    def another(self) -> bool:
        """Whether another training was requested."""
        return self._wanted is not None

    def next_training(self) -> tuple[int, Settings]:
        while self._wanted is None:
            self._read()
        wanted, self._wanted = self._wanted, None
        return wanted

    def tell(self, run: int, told: Told) -> None:
        self._connection.send((run, told))

    def look(self, until: float = 0.0) -> None:
        """Handle commands until the time `until` of `perf_counter`, and for as long as the training is paused."""
        while not self.another:
            left = max(0.0, until - time.perf_counter())
            if self.paused or self._connection.poll(left):
                self._read()
            elif left <= 0:
                return

    def _read(self) -> None:
        asked, *rest = self._connection.recv()
        if asked == "train":
            self._wanted, self.paused = (rest[0], rest[1]), False
        else:
            self.paused = asked == "pause"


def _train(desk: _Desk, run: int, settings: Settings) -> str:
    """Train until the end or until another training is requested; return an error message, or ""."""
    import torch

    from latent_explorer import models, training
    from latent_explorer.checkpoint import snapshots
    from latent_explorer.data.datasets import Split

    config = settings.config()
    dataset = desk.dataset
    torch.manual_seed(config.training.seed)
    model = models.build(config.model, config.objective, config.data.image_shape)
    steps_an_epoch = -(-len(dataset.train) // config.training.batch_size)
    steps = steps_an_epoch * config.training.epochs
    every = Split(*(torch.cat([getattr(part, name) for part in (dataset.train, dataset.test)]) for name in _FIELDS))
    begun = Begun(config, dataset.class_names, np.arange(len(every)), every.labels.numpy(), steps, steps_an_epoch)
    desk.tell(run, begun)
    clock = _Clock(desk, run, settings, dataset, every, set(snapshots.wanted_steps(steps, settings.moments)), begun)
    history = training.fit(
        model, dataset.train.images, config.training, labels=dataset.train.labels, before_step=clock.before_step,
        stop=lambda: desk.another,
    )  # fmt: skip
    if history.diverged_in is not None:
        return f"the loss became NaN or infinite in epoch {history.diverged_in}; other settings may help"
    if not history.stopped:
        clock.before_step(model, steps)
    return ""


_FIELDS = ("images", "labels")


@dataclass
class _Clock:
    """Takes the snapshots of a training, and waits between them."""

    desk: _Desk
    run: int
    settings: Settings
    dataset: "Dataset"
    every: "Split"
    wanted: set[int]
    begun: Begun
    spent: float = 0.0
    """Seconds spent in training steps."""
    left_at: float = 0.0
    shown_at: float = 0.0

    def before_step(self, model: "Autoencoder", step: int) -> None:
        now = time.perf_counter()
        if step:
            self.spent += now - self.left_at
        self.desk.look()
        if step in self.wanted and not self.desk.another:
            self.desk.look(self.shown_at + self.settings.pace)
            self.shown_at = time.perf_counter()
            self.desk.tell(self.run, self._seen(model, step))
        self.left_at = time.perf_counter()

    def _seen(self, model: "Autoencoder", step: int) -> Seen:
        from latent_explorer.metrics import reconstruction

        latents = reconstruction.encode_all(model, self.every.images).numpy()
        if not np.isfinite(latents).all():
            raise ArithmeticError("the latents became NaN or infinite")
        weights = {name: half(value.numpy()) for name, value in model.state_dict().items()}
        batch = min(self.begun.config.training.batch_size, len(self.dataset.train))
        held_out = parts(model, self.dataset.test, self.begun.config.training.seed)
        train = parts(model, self.dataset.train, self.begun.config.training.seed)
        return Seen(
            step, step / self.begun.steps_an_epoch, half(latents).astype(np.float32), weights,
            {**held_out, **{f"train {name}": value for name, value in train.items()}},
            step * batch / self.spent if self.spent else 0.0,
        )  # fmt: skip


def parts(model: "Autoencoder", split: "Split", seed: int) -> dict[str, float]:
    """Return the named parts of the loss on the first images of `split`, in nats a picture, with a fixed noise."""
    import torch

    from latent_explorer.data.datasets import to_floats

    device = next(model.parameters()).device
    before, model.progress = model.progress, 1.0
    with torch.no_grad():
        x = to_floats(split.images[:MEASURED].to(device))
        labels = split.labels[:MEASURED].to(device)
        found = model.eval().loss(x, torch.Generator(device).manual_seed(seed), labels)
    model.progress = before
    return {name: float(value) for name, value in found.items()}
