"""Colours of differences: brighter is more, for any colour vision."""

import numpy as np
from numpy.typing import NDArray

INFERNO = (
    (0, 0, 4), (31, 12, 72), (85, 15, 109), (136, 34, 106), (186, 54, 85), (227, 89, 51), (249, 140, 10),
    (249, 201, 50), (252, 255, 164),
)  # fmt: skip
"""matplotlib's inferno (Smith and van der Walt 2015, CC0) at nine points."""


def to_colours(values: NDArray[np.floating]) -> NDArray[np.float64]:
    """Map `values` from 0 to 1 to colours (..., 3) from 0 to 255."""
    at, table = np.linspace(0, 1, len(INFERNO)), np.array(INFERNO, np.float64)
    return np.stack([np.interp(values, at, table[:, i]) for i in range(3)], axis=-1)
