"""A picture that knows what it was drawn from, so that it is drawn again, sharp, at the size that it is shown at."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats
from latent_explorer.samples.sample_kind import Picture

Render = Callable[[tuple[int, int]], NDArray[np.uint8]]
"""Draws at a size (width, height): (H, W) or (H, W, 3)."""


class DrawnSample(np.ndarray[Any, np.dtype[np.uint8]]):
    """A small picture as bytes, as any other; what is cut or computed from it is an ordinary picture."""

    values: Floats | None
    """(C, H, W): the sample; None for a drawing of more than one."""
    render: Render | None

    @classmethod
    def of(cls, render: Render, size: tuple[int, int], values: Floats | None = None) -> "DrawnSample":
        """Draw at `size` (width, height), in pixels."""
        return cls.wrap(render(size), render, values)

    @classmethod
    def wrap(cls, picture: Picture, render: Render, values: Floats | None = None) -> "DrawnSample":
        """Return a small picture that is there already and that `render` draws at any size."""
        drawn = np.ascontiguousarray(picture).view(cls)
        drawn.values, drawn.render = values, render
        return drawn

    def __array_finalize__(self, source: object) -> None:
        self.values, self.render = None, None


def redraw(picture: Picture, size: tuple[int, int]) -> Picture | None:
    """Return a picture drawn anew at `size` (width, height); None for one of pixels, which can only be resampled."""
    render = picture.render if isinstance(picture, DrawnSample) else None
    return None if render is None else render(size)
