"""Types of the pictures that labs work on."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from latent_explorer.user_image import OwnImage

Picture = NDArray[np.uint8]
"""(H, W) grey or (H, W, 3) colour."""


@dataclass(frozen=True)
class Dot:
    """A sample by its dot on the map."""

    dot: int


Subject = Dot | OwnImage
"""A sample by its dot, or the user image."""
