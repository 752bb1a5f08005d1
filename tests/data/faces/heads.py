"""The head in the middle of every factor, and what is painted on it."""

from collections.abc import Callable

import numpy as np
import torch

from latent_explorer.data.faces.canvas import Canvas
from latent_explorer.data.faces.factors import FACTORS, Continuous
from latent_explorer.data.faces.head import Head

MIDDLE = {
    name: np.array([(factor.low + factor.high) / 2 if isinstance(factor, Continuous) else 0])
    for name, factor in FACTORS.items()
}
SIZE = 96


def make_head(**changed: float) -> Head:
    """The middle head with some factors changed; it looks straight ahead."""
    return Head.make({**MIDDLE, **{name: np.array([value]) for name, value in changed.items()}})


def paint(how: Callable[[Canvas, Head], None], head: Head) -> torch.Tensor:
    """A blue picture (3, SIZE, SIZE) with this painted on it."""
    canvas = Canvas.make(1, SIZE)
    canvas.pixels[:, 2] = 1
    how(canvas, head)
    return canvas.pixels[0]


def find_painted(how: Callable[[Canvas, Head], None], head: Head) -> torch.Tensor:
    """The pixels (SIZE, SIZE) that were painted."""
    blue = torch.tensor([0.0, 0, 1])[:, None, None]
    return (paint(how, head) - blue).abs().amax(dim=0) > 0.1


def find_middle(mask: torch.Tensor) -> tuple[float, float]:
    """The mean x and y of some pixels, in units of the canvas."""
    canvas = Canvas.make(1, SIZE)
    rows, columns = mask.nonzero().T
    return float(canvas.x[0, 0, columns].mean()), float(canvas.y[0, rows, 0].mean())
