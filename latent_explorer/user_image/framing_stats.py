"""How the pictures of a data set stand in their frame: on an even ground or not, how large, and around which middle.

What was published of a data set is in `KNOWN`; of all others it is measured on pictures.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

EVEN = 0.12
"""How far the pixels of an even ground may lie from black or from white."""
MOSTLY = 0.9
"""The share of pictures, or of their borders, that must be so."""


@dataclass(frozen=True)
class Frame:
    """`fitting` places a drawing in it."""

    ground: float | None
    """How bright the even ground is: 0 black, 1 white. None: there is none, the pictures are photographs."""
    box: tuple[float, float] = (1.0, 1.0)
    """What a drawing fits into, as shares of the frame's (width, height)."""
    mass: bool = False
    """Whether its centre of mass stands in the middle, or the middle of its box."""
    ink: float | None = None
    """Where given, a character is set upright, drawn out to fill the box, and its lines are made so thick that this
    share of the frame is ink; see `nist`. Else it keeps its proportions."""


PHOTOGRAPH = Frame(ground=None)

KNOWN = {
    # NIST's digits in a box of 20x20 pixels, the centre of mass in the middle of 28x28 (LeCun et al. 1998)
    "mnist": Frame(0.0, (20 / 28, 20 / 28), mass=True),
    # a border of 2 pixels around the box (Cohen et al. 2017, EMNIST, section II)
    "emnist": Frame(0.0, (24 / 28, 24 / 28)),
    # the longest edge fills the frame (Xiao et al. 2017, Fashion-MNIST, section 2)
    "fashion_mnist": Frame(0.0),
    # 20x32 of 32x32 pixels; the share of ink was measured on scikit-learn's copy
    "digits": Frame(0.0, (20 / 32, 1.0), ink=0.305),
}


def of(name: str, pictures: NDArray[np.floating] | None = None) -> Frame:
    """Of the data set `name`, measured on `pictures` (N, C, H, W) in 0..1 where nothing is published."""
    if name in KNOWN:
        return KNOWN[name]
    return PHOTOGRAPH if pictures is None else measured(pictures)


def measured(pictures: NDArray[np.floating]) -> Frame:
    """An even ground is one on which nearly all pictures end: black or white all around. The box is what most of
    them fit into."""
    grey = pictures.mean(axis=1)  # (N, H, W)
    border = np.concatenate([grey[:, 0], grey[:, -1], grey[:, :, 0], grey[:, :, -1]], axis=1)  # (N, 2 (H + W))
    for ground in (0.0, 1.0):
        even = (np.abs(border - ground) <= EVEN).mean(axis=1) >= MOSTLY
        if even.mean() >= MOSTLY:
            return Frame(ground, _box(np.abs(grey - ground)))
    return PHOTOGRAPH


def _box(ink: NDArray[np.floating]) -> tuple[float, float]:
    """The median extent of what differs from the ground, as shares of the frame; one for both sides, as nothing says
    which of them was fitted."""
    shares = [float(np.median((ink.max(axis=axis) > 2 * EVEN).sum(axis=1)) / ink.shape[3 - axis]) for axis in (1, 2)]
    side = min(1.0, max(*shares, 0.25))
    return side, side
