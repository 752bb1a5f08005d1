"""Texts: a sample is a word or some sentences, which stand in the picture's place. Nothing decodes to them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from latent_explorer.arrays import Floats
from latent_explorer.samples.drawn_sample import DrawnSample
from latent_explorer.samples.sample_kind import Picture, SampleKind, Words
from latent_explorer.texts import mark

SIDE = 64  # of the picture that stands for a text, which is written at the size that it is shown at


class WrittenSample(DrawnSample):
    """A sample that is a text: the window writes it, in letters and colours of its own."""

    text: str

    def __array_finalize__(self, source: object) -> None:
        super().__array_finalize__(source)
        self.text = ""


@dataclass(frozen=True)
class Texts(SampleKind):
    words: ClassVar[Words] = Words(mark("text"), mark("texts"), mark("letter"))
    can_be_drawn: ClassVar[bool] = False
    has_neighbours: ClassVar[bool] = False

    def draw(self, values: Floats) -> tuple[Picture, ...]:
        """Draw nothing: no values stand for a text."""
        return tuple(write(" ") for _ in values)

    def draw_difference(self, sample: Floats, reconstruction: Floats) -> Picture:
        return write(" ")

    def read_pictures(self, pictures: Sequence[Picture]) -> Floats:
        return np.zeros((len(pictures), 1, 1, 1), np.float32)


def write(text: str) -> WrittenSample:
    """Return the picture of a text."""
    written = np.zeros((SIDE, SIDE), np.uint8).view(WrittenSample)
    written.text = text
    return written
