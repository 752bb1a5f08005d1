"""The query for a sample: its reconstruction, and its original image if the data set is on this machine."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from latent_explorer.engine.decode import as_shown, label_shares, pictures
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

    def answer(self, desk: QueryContext) -> SampleValue:
        checkpoint, dot = desk.checkpoint(self.model), self.dot
        z = checkpoint.latents[dot]
        (picture,) = pictures(checkpoint, z[None], label_shares(checkpoint, np.array([dot])))
        image, note = desk.original(self.model, dot)
        return SampleValue(dot, z, picture, None if image is None else as_shown(image), note)
