"""Settings of live trainings: of one model, and of an autoencoder and a VAE that are trained side by side.

They are plain values, sent to the training process; torch is not imported.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

from latent_explorer import config as configuration
from latent_explorer.config import Config
from latent_explorer.texts import mark

EPOCHS = 80
MOMENT_COUNT = 180
MOMENT_INTERVAL = 0.1  # minimum seconds between two moments: faster ones would not be noticed


@dataclass(frozen=True)
class Settings:
    """Settings of a training; `noise_level` above 0 selects a denoising autoencoder, which has no KL and no beta."""

    beta: float = 1.0
    latent_dim: int = 8
    noise_level: float = 0.0
    epochs: int = EPOCHS
    moments: int = MOMENT_COUNT
    moment_interval: float = MOMENT_INTERVAL

    @property
    def preset(self) -> str:
        return "digits-denoising" if self.noise_level > 0 else "digits-vae"

    def make_config(self) -> Config:
        """Return the full configuration. Raises `InputError` for invalid settings."""
        own = [f"objective.noise_level={self.noise_level}"] if self.noise_level > 0 else [f"objective.beta={self.beta}"]
        common = [f"model.latent_dim={self.latent_dim}", f"training.epochs={self.epochs}", "training.device=cpu"]
        return configuration.load(self.preset, [*own, *common])

    def describe(self) -> str:
        """Return the settings as a text, which `tr` translates."""
        if self.noise_level > 0:
            return mark("noise {noise:.0%}, latent size {size}", noise=self.noise_level, size=self.latent_dim)
        return mark("beta {beta:g}, latent size {size}", beta=self.beta, size=self.latent_dim)

    def __str__(self) -> str:
        return str(self.describe())


@dataclass(frozen=True)
class PairData:
    """What a pair of models is trained on, and how: small enough to be watched on two cores."""

    title: str
    settings: str
    """Settings of a training, a template of beta and the latent size."""
    description: str
    """Images and networks, in a few words."""
    betas: tuple[float, ...]
    """Weights of the KL to choose from."""
    default_beta: float
    epochs: int
    overrides: tuple[str, ...]
    """What differs from the presets NAME-ae and NAME-vae."""
    training_images: int | None = None
    """Number of images to learn from; None: all of the data set, and all held-out ones."""
    held_out_images: int = 0


# A constant learning rate: with a rate that falls to nothing, a late change of beta would have no effect.
PAIR_DATA: Mapping[str, PairData] = {
    "digits": PairData(
        title=mark("Digits"), settings=mark("AE and VAE, digits, beta {beta:g}, latent size {size}"),
        description=mark("1,438 digits of 8x8 pixels, dense layers of 256 and 128 units"),
        betas=(0.0, 0.1, 0.25, 0.5, 1.0, 2.0, 4.0), default_beta=1.0, epochs=60,
        overrides=("training.learning_rate=2e-3",),
    ),
    "faces": PairData(
        title=mark("Faces"), settings=mark("AE and VAE, faces, beta {beta:g}, latent size {size}"),
        description=mark("1,200 drawn faces of 64x64 pixels, three convolutions of 16, 32 and 48 channels"),
        betas=(0.0, 0.02, 0.05, 0.1, 0.2, 0.5, 2.0), default_beta=0.05, epochs=30,
        overrides=(
            "model.channels=[16, 32, 48]", "model.hidden=[64]", "training.learning_rate=2e-3",
            "training.precision=float32",
        ),
        training_images=1200, held_out_images=300,
    ),
}  # fmt: skip
PAIR_MOMENTS, PAIR_MOMENT_INTERVAL = 90, 0.15
"""Moments of a pair after its last change of beta, and the least seconds between two."""


@dataclass(frozen=True)
class PairSettings:
    """Settings of an autoencoder and a VAE that are trained side by side.

    `betas` says the whole course: pairs of an epoch and the weight of the KL from there on. So the training that goes
    on from a moment with another beta is a course with one more pair, whatever was trained before.
    """

    data: str = "digits"
    latent_dim: int = 8
    betas: tuple[tuple[float, float], ...] = ((0.0, 1.0),)
    moments: int = PAIR_MOMENTS
    moment_interval: float = PAIR_MOMENT_INTERVAL
    epochs_after_change: int = 0
    """Number of epochs after the last change of beta; 0: that of the data."""

    @property
    def beta(self) -> float:
        """The weight of the KL after the last change."""
        return self.betas[-1][1]

    @property
    def start(self) -> float:
        """The epoch of the last change: what comes before it is known from another training."""
        return self.betas[-1][0]

    @property
    def epochs(self) -> int:
        """Number of epochs from the first one to the end."""
        return math.ceil(self.start) + (self.epochs_after_change or PAIR_DATA[self.data].epochs)

    def find_beta(self, epoch: float) -> float:
        """Return the weight of the KL in the step that begins at `epoch`."""
        return next(beta for start, beta in reversed(self.betas) if start <= epoch)

    def find_course(self, epoch: float) -> tuple[object, ...]:
        """Return what the weights at `epoch` depend on: trainings with equal courses have the same weights there."""
        course = list[tuple[float, float]]()
        for start, beta in self.betas:
            if (start < epoch or start == 0) and not (course and course[-1][1] == beta):
                course.append((start, beta))
        return (self.data, self.latent_dim, *course)

    def continue_with(self, beta: float, epoch: float) -> "PairSettings":
        """Return the settings of a training that is this one up to `epoch` and goes on with `beta`."""
        before = tuple(one for one in self.betas if one[0] < epoch)
        return replace(self, betas=(*before, (epoch if before else 0.0, beta)))

    def continues(self, other: "AnySettings | None") -> bool:
        """Return whether this training goes on from a moment of `other`."""
        if not isinstance(other, PairSettings):
            return False
        return self.start > 0 and self.find_course(self.start) == other.find_course(self.start)

    def make_configs(self) -> tuple[Config, Config]:
        """Return the configurations of the autoencoder and of the VAE. Raises `InputError` for invalid settings."""
        common = [
            *PAIR_DATA[self.data].overrides, f"model.latent_dim={self.latent_dim}", f"training.epochs={self.epochs}",
            "training.device=cpu", "training.schedule=constant",
        ]  # fmt: skip
        own = [f"objective.beta={self.beta}", "objective.warm_up=0"]
        return (
            configuration.load(f"{self.data}-ae", common),
            configuration.load(f"{self.data}-vae", [*common, *own]),
        )

    def describe(self) -> str:
        """Return the settings as a text, which `tr` translates."""
        return mark(PAIR_DATA[self.data].settings, beta=self.beta, size=self.latent_dim)

    def __str__(self) -> str:
        return str(self.describe())


AnySettings = Settings | PairSettings
