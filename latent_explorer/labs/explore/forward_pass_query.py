"""The query for one sample's forward pass: the original, its code, and what the decoder makes of it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats, to_unit
from latent_explorer.checkpoint import conditioning
from latent_explorer.engine.decode import draw_sample
from latent_explorer.engine.query import Query
from latent_explorer.engine.query_context import QueryContext
from latent_explorer.engine.subject import Dot, Picture, Subject
from latent_explorer.labs.explore.posterior_queries import encode_posterior

LANES = 6
"""Numbers of a sample that are shown on their way into the encoder, and out of the decoder."""


@dataclass(frozen=True, eq=False)
class ForwardPassValue:
    subject: Subject
    original: Picture | None
    note: str
    """Why there is no original."""
    inputs: tuple[float, ...]
    """`LANES` values of the original, evenly spaced; none without it."""
    z: Floats
    """(d,), with what was changed by hand."""
    sigma: Floats | None
    """(d,): the deviations of the posterior; None if the model has none, or the code was changed."""
    result: Picture
    outputs: tuple[float, ...]
    """`LANES` values of what the decoder makes."""
    dot: int
    """The sample, or the one with the code nearest to that of the user's picture; a conditional model is told its
    class."""


@dataclass(frozen=True)
class ForwardPass(Query[ForwardPassValue]):
    subject: Subject
    changes: tuple[tuple[int, float], ...] = ()
    """Dimensions changed by hand, and their values."""

    def answer(self, context: QueryContext) -> ForwardPassValue:
        checkpoint, note = context.get_checkpoint(self.model), ""
        given: NDArray[np.floating] | None
        original: Picture | None
        if isinstance(self.subject, Dot):
            dot = self.subject.dot
            image, note = context.find_original(self.model, dot)
            given = None if image is None else to_unit(image)
            original = None if image is None else draw_sample(checkpoint, image)
            z = np.array(checkpoint.latents[dot])
        else:
            given, original = context.fit_and_draw(self.model, self.subject)
            z = np.array(checkpoint.encode(given[None])[0])
            dot = int(checkpoint.neighbours.find_nearest(z, 1)[0][0])
        for dimension, value in self.changes:
            z[dimension] = value
        has_sigma = checkpoint.variational and not self.changes
        sigma = encode_posterior(context, self.model, self.subject)[1] if has_sigma else None
        labels = conditioning.get_labels(checkpoint, [dot])
        decoded = np.clip(np.nan_to_num(np.asarray(checkpoint.decode(z[None], labels))[0]), 0, 1)
        result = draw_sample(checkpoint, decoded.astype(np.float32))
        inputs = () if given is None else pick_values(given)
        return ForwardPassValue(
            self.subject, original=original, note=note, inputs=inputs, z=z, sigma=sigma, result=result,
            outputs=pick_values(decoded), dot=dot,
        )  # fmt: skip


def pick_values(sample: NDArray[np.floating]) -> tuple[float, ...]:
    """Return `LANES` values of a sample (C, H, W): down the middle of a picture, along a sample of one row."""
    line = sample[0][:, sample.shape[2] // 2] if sample.shape[1] > 1 else sample[0, 0]
    at = np.linspace(0, len(line) - 1, LANES + 2)[1:-1]
    return tuple(float(line[round(place)]) for place in at)
