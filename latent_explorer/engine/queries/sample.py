"""The query for a sample: its reconstruction, and its original image if the data set is on this machine."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from latent_explorer.engine.decode import decode_dot_pictures, draw_sample
from latent_explorer.engine.query import Query
from latent_explorer.engine.query_context import QueryContext
from latent_explorer.engine.subject import Picture


@dataclass(frozen=True)
class SampleValue:
    dot: int
    z: NDArray[np.float32]
    reconstruction: Picture
    original: Picture | None
    note: str
    """Reason why there is no original; empty if there is one."""
    error: float | None = None
    """Mean squared error of the reconstruction, of values from 0 to 1 in steps of 1/255 for pictures; None without the
    original."""


@dataclass(frozen=True)
class Sample(Query[SampleValue]):
    """The reconstruction of a dot's sample, and its original image if the data set is on this machine."""

    dot: int

    def answer(self, context: QueryContext) -> SampleValue:
        checkpoint, dot = context.get_checkpoint(self.model), self.dot
        (picture,) = decode_dot_pictures(checkpoint, np.array([dot]))
        image, note = context.find_original(self.model, dot)
        original = None if image is None else draw_sample(checkpoint, image)
        error = None
        if original is not None and checkpoint.can_decode:
            there, copy = checkpoint.sample_kind.read_pictures((original, picture))
            error = float(np.mean(np.square(copy - there), dtype=np.float64))
        return SampleValue(dot, checkpoint.latents[dot], picture, original, note, error)
