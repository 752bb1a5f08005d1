"""A sample as the window shows it: its own reconstruction, and its original where the data set is on this machine."""

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
    """Why there is no original; empty where there is one."""


@dataclass(frozen=True)
class Sample(Query[SampleValue]):
    """A dot: its own reconstruction, and its original where the data set is here."""

    dot: int

    def answer(self, desk: QueryContext) -> SampleValue:
        checkpoint, dot = desk.checkpoint(self.model), self.dot
        z = checkpoint.latents[dot]
        (picture,) = pictures(checkpoint, z[None], label_shares(checkpoint, np.array([dot])))
        image, note = desk.original(self.model, dot)
        return SampleValue(dot, z, picture, None if image is None else as_shown(image), note)
