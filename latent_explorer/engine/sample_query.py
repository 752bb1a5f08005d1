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


@dataclass(frozen=True)
class Sample(Query[SampleValue]):
    """The reconstruction of a dot's sample, and its original image if the data set is on this machine."""

    dot: int

    def answer(self, context: QueryContext) -> SampleValue:
        checkpoint, dot = context.checkpoint(self.model), self.dot
        (picture,) = decode_dot_pictures(checkpoint, np.array([dot]))
        image, note = context.original_image(self.model, dot)
        original = None if image is None else draw_sample(checkpoint, image)
        return SampleValue(dot, checkpoint.latents[dot], picture, original, note)
