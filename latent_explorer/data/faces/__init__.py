"""Faces drawn from known factors: a data set whose truth is known, and which nobody has to download."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from latent_explorer.data.faces.factors import FACTORS, HAIR_STYLES, check_factors, sample
from latent_explorer.errors import InputError

__all__ = ["FACTORS", "HAIR_STYLES", "draw", "sample"]

MIN_SIZE, MAX_SIZE = 16, 512
BLOCK_PIXELS = 2**17  # pixels drawn at once: their layers stay in the processor's cache


def draw(factors: Mapping[str, Any], size: int = 64) -> NDArray[np.uint8]:
    """Draw faces, (n, 3, size, size) uint8, from factors as `sample` returns them.

    Raises `InputError` if a factor is missing, unknown or out of its range, or the size is.
    """
    from latent_explorer.data.faces.drawing import draw_block

    if not isinstance(size, int | np.integer) or not MIN_SIZE <= size <= MAX_SIZE:
        raise InputError(f"size: {size!r:.40} arrived; {MIN_SIZE} to {MAX_SIZE} pixels are allowed")
    arrays = check_factors(factors)
    count, step = len(arrays["hair"]), max(1, BLOCK_PIXELS // size**2)
    images = np.empty((count, 3, size, size), np.uint8)
    for first in range(0, count, step):
        block = {name: values[first : first + step] for name, values in arrays.items()}
        images[first : first + step] = draw_block(block, size).numpy()
    return images
