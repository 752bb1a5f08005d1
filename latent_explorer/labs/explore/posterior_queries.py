"""The posterior q(z|x) of one image: its mean and deviations, codes drawn from it, and one number of it turned by hand.

A variational encoder returns a Gaussian N(mu, diag(sigma^2)), and a code is drawn by the reparameterisation
z = mu + sigma * epsilon, epsilon ~ N(0, I) (Kingma and Welling 2013, section 2.4).
"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from latent_explorer.arrays import Floats
from latent_explorer.atlas import jacobian
from latent_explorer.engine.decode import decode_pictures, make_one_hot_labels
from latent_explorer.engine.query import MapQuery, Query
from latent_explorer.engine.query_context import QueryContext
from latent_explorer.engine.subject import Dot, Picture, Subject
from latent_explorer.labs.explore.panels import DRAW_COUNT


@dataclass(frozen=True, eq=False)
class DrawsValue:
    subject: Subject
    mean: Floats
    """(d,)"""
    sigma: Floats
    """(d,)"""
    pictures: tuple[Picture, ...]
    """Of `DRAW_COUNT` codes."""
    places: tuple[tuple[float, float], ...]
    """Map positions of the codes; none on a map that is not linear, where a small step may lead anywhere."""
    note: str
    """Whose image was encoded, if it is not the original."""


@dataclass(frozen=True, eq=False)
class TurnedCodeValue:
    z: float
    """The number that was turned."""
    picture: Picture


@dataclass(frozen=True)
class Draws(MapQuery[DrawsValue]):
    """The posterior of an image, and `DRAW_COUNT` codes drawn from it; `turn` counts how often they were redrawn."""

    slow: ClassVar[bool] = True  # no picture under the mouse waits for it
    subject: Subject
    turn: int = 0

    def answer(self, context: QueryContext) -> DrawsValue:
        checkpoint, atlas = context.get_checkpoint(self.model), context.get_checkpoint(self.model).maps[self.map_name]
        mean, sigma, label, note = encode_posterior(context, self.model, self.subject)
        seed = self.turn, self.subject.dot if isinstance(self.subject, Dot) else 0
        noise = np.random.default_rng(seed).standard_normal((DRAW_COUNT, len(mean)), dtype=np.float32)
        z = mean + sigma * noise
        pictures = decode_pictures(checkpoint, z, np.repeat(label, len(z), axis=0))
        places = atlas.transform(z).tolist() if jacobian.compute_jacobian(atlas) is not None else []
        return DrawsValue(self.subject, mean, sigma, pictures, tuple((x, y) for x, y in places), note)


@dataclass(frozen=True)
class TurnedCode(Query[TurnedCodeValue]):
    """The mean of a posterior, one number of it moved by `epsilon` of its standard deviations."""

    subject: Subject
    dimension: int
    epsilon: float

    def answer(self, context: QueryContext) -> TurnedCodeValue:
        mean, sigma, label, _ = encode_posterior(context, self.model, self.subject)
        z = mean.copy()
        z[self.dimension] += np.float32(self.epsilon) * sigma[self.dimension]
        (picture,) = decode_pictures(context.get_checkpoint(self.model), z[None], label)
        return TurnedCodeValue(float(z[self.dimension]), picture)


def encode_posterior(context: QueryContext, model: str, subject: Subject) -> tuple[Floats, Floats, Floats, str]:
    """Return mean and deviation (d,) of the posterior of an image, the label (1, K) that it is decoded with by a
    conditional model, and a note for the user, which may be empty."""
    checkpoint = context.get_checkpoint(model)
    x, note = context.find_image(model, subject)
    known = checkpoint.conditional and isinstance(subject, Dot)
    labels = checkpoint.labels[[subject.dot]] if known and isinstance(subject, Dot) else None
    mean, sigma = checkpoint.posterior(x[None], labels)
    dot = subject.dot if isinstance(subject, Dot) else int(checkpoint.neighbours.find_nearest(mean[0], 1)[0][0])
    return mean[0], sigma[0], make_one_hot_labels(checkpoint, np.array([dot])), note
