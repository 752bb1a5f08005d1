"""The same story of each model in numbers: how well it keeps a picture, what the picture costs, whether its code comes
back, and how near to the data the way from one sample to another stays."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.engine.base_queries import Interpolation
from latent_explorer.engine.query import Query
from latent_explorer.engine.query_context import QueryContext
from latent_explorer.engine.subject import Dot, Subject


@dataclass(frozen=True)
class AccountValue:
    subject: Subject
    error: float | None
    """Mean squared error a pixel between the picture and its reconstruction; None where the picture is not here."""
    kl: float | None
    """KL divergence of its posterior from the prior, in nats; None for a model that is not variational."""
    cycle: float
    """How far its code moves, decoded and encoded again, in sample gaps."""
    note: str
    """What stands in for the picture; empty where it is here."""


@dataclass(frozen=True)
class Account(Query[AccountValue]):
    """What a model makes of one picture, in numbers."""

    in_frame: ClassVar[bool] = False  # it is asked of four models at once
    rest: ClassVar[float] = 0.1
    subject: Subject

    def answer(self, desk: QueryContext) -> AccountValue:
        checkpoint, subject = desk.checkpoint(self.model), self.subject
        image, note = desk.image(self.model, subject)
        x = image[None]
        labels = None
        if isinstance(subject, Dot):
            labels = checkpoint.labels[[subject.dot]] if checkpoint.conditional else None
        # of a sample the map's own code counts, also where its image is not here
        z = checkpoint.latents[[subject.dot]] if isinstance(subject, Dot) else checkpoint.encode(x, labels)
        again = checkpoint.decode(z, labels)
        error = None if note else float(np.mean(np.square(again - x, dtype=np.float64)))
        back = checkpoint.encode(np.clip(again, 0, 1), labels)
        cycle = float(np.linalg.norm(back - z)) / checkpoint.neighbours.gap
        return AccountValue(subject, error, kl(checkpoint, x, labels), cycle, note)


@dataclass(frozen=True)
class Way(Interpolation):
    """The film from one dot to another, which the mouse does not wait for: it is asked of four models at once."""

    in_frame: ClassVar[bool] = False
    rest: ClassVar[float] = 0.05


@dataclass(frozen=True, eq=False)
class AlongValue:
    gaps: NDArray[np.float32]
    """(steps,): from each step to the nearest sample, in sample gaps; 0 at both ends, which are samples."""

    @property
    def mean(self) -> float:
        """Over the steps between the ends."""
        return float(self.gaps[1:-1].mean()) if len(self.gaps) > 2 else 0.0

    @property
    def most(self) -> float:
        """Where the way is least plausible."""
        return float(self.gaps.max(initial=0.0))


@dataclass(frozen=True)
class Along(Query[AlongValue]):
    """How near to the data the straight line in latent space from one dot to another stays."""

    in_frame: ClassVar[bool] = False
    rest: ClassVar[float] = 0.1
    start: int
    end: int
    steps: int

    def answer(self, desk: QueryContext) -> AlongValue:
        checkpoint = desk.checkpoint(self.model)
        share = np.linspace(0, 1, self.steps, dtype=np.float32)[:, None]
        line = (1 - share) * checkpoint.latents[self.start] + share * checkpoint.latents[self.end]
        known = checkpoint.neighbours
        return AlongValue(np.array([known.distance(z) / known.gap for z in line], np.float32))


def kl(checkpoint: Checkpoint, x: Floats, labels: NDArray[np.int64] | None = None) -> float | None:
    """KL(N(mean, sigma^2) || N(0, I)) of a picture (1, C, H, W) in nats (Kingma and Welling 2013, appendix B)."""
    if not checkpoint.variational:
        return None
    mean, sigma = (one.astype(np.float64) for one in checkpoint.posterior(x, labels))
    return float(0.5 * np.sum(np.square(mean) + np.square(sigma) - 1 - 2 * np.log(sigma)))
