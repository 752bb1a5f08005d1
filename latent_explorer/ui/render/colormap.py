"""The colormap of heat maps: perceptually uniform from dark to bright, also without red or green vision.

The table is viridis of matplotlib (van der Walt and Smith 2015, CC0), sampled at nine values: matplotlib takes
long to import.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from latent_explorer.ui.render.theme import parse_rgb

VIRIDIS = (
    "#440154", "#472d7b", "#3b528b", "#2c728e", "#21908c", "#27ad81", "#5dc863", "#aadc32", "#fde725"
)  # fmt: skip
MIN_CLASS_SHARE = 0.12
"""Share of a class's colour that remains where its neighbours disagree."""
SHADES = 256


@lru_cache(maxsize=1)
def compute_table() -> NDArray[np.float32]:
    """Return the colours (256, 3), 0 to 255, from the lowest to the highest value."""
    colours = np.array([parse_rgb(code) for code in VIRIDIS], np.float32)
    at = np.linspace(0, 1, SHADES)
    places = np.linspace(0, 1, len(colours))
    return np.stack([np.interp(at, places, colours[:, i]) for i in range(3)], axis=1).astype(np.float32)


def to_colours(values: NDArray[np.float32], low: float, high: float) -> NDArray[np.float32]:
    """Return the colours (..., 3) of `values` (...); values outside `low` to `high` get the colour of the end."""
    share = np.clip((values - low) / (high - low), 0.0, 1.0)
    colours: NDArray[np.float32] = compute_table()[np.rint(share * (SHADES - 1)).astype(np.intp)]
    return colours
