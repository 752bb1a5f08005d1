"""Resamples pictures. It knows no layout and caches no picture.

The bicubic filter is separable, so resampling is two matrix products: `rows @ picture @ columns`.
For pictures as small as a decoder's that is several times as fast as a library's general resize.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, cast

import numpy as np
import pygame
from numpy.typing import NDArray

from latent_explorer import samples
from latent_explorer.arrays import Floats
from latent_explorer.engine.subject import Picture

MAX_BICUBIC_SCALE = 4  # largest factor by which a colour picture is enlarged bicubically
GREY_PALETTE = [(level, level, level) for level in range(256)]


def enlarge(pictures: Sequence[Picture], size: tuple[int, int], *, smooth: bool = True) -> pygame.Surface:
    """Return a surface with pictures of one shape below each other, each at `size` (width, height).

    `smooth`: bicubic; otherwise nearest neighbour. Samples that are no pictures are drawn anew at that size.
    """
    drawn = [again for one in pictures if (again := samples.redraw(one, size)) is not None]
    if len(drawn) == len(pictures):
        return _make_surface(np.concatenate(drawn))
    stack = np.stack(pictures)  # (N, H, W) or (N, H, W, 3)
    colour = stack.ndim == 4
    reach = size
    if smooth:
        # colour is slow in numpy: bicubic up to a factor, then bilinear by pygame
        if colour and size[0] > MAX_BICUBIC_SCALE * stack.shape[2]:
            reach = (MAX_BICUBIC_SCALE * stack.shape[2], MAX_BICUBIC_SCALE * stack.shape[1])
        stack = _filter_bicubic(stack, reach)
    else:
        rows, columns = (_compute_nearest_indices(stack.shape[1 + i], size[1 - i]) for i in (0, 1))
        stack = stack[:, rows[:, None], columns]
    surface = _make_surface(stack.reshape(-1, *stack.shape[2:]))
    return surface if reach == size else pygame.transform.smoothscale(surface, (size[0], len(pictures) * size[1]))


def _make_surface(levels: Picture) -> pygame.Surface:
    """Return bytes (H, W) or (H, W, 3) as a surface that shares their memory."""
    size, colour = (levels.shape[1], levels.shape[0]), levels.ndim == 3
    surface = pygame.image.frombuffer(cast(Any, np.ascontiguousarray(levels)), size, "RGB" if colour else "P")
    if not colour:
        surface.set_palette(GREY_PALETTE)
    return surface


def _filter_bicubic(stack: Picture, size: tuple[int, int]) -> Picture:
    planes = np.moveaxis(stack, -1, 1) if stack.ndim == 4 else stack  # (N, [3,] H, W)
    rows = compute_bicubic_weights(planes.shape[-2], size[1])
    columns = compute_bicubic_weights(planes.shape[-1], size[0])
    filtered = rows @ (planes.astype(np.float32) @ columns.T)
    filtered += 0.5
    levels = np.clip(filtered, 0, 255, out=filtered).astype(np.uint8)
    return np.moveaxis(levels, 1, -1) if stack.ndim == 4 else levels


@lru_cache(maxsize=64)
def compute_bicubic_weights(before: int, after: int) -> Floats:
    """Return weights (after, before): each row holds the weights of the old pixels in a new one, by cubic convolution
    with a = -1/2 (Keys 1981, IEEE Trans. ASSP 29:1153). When shrinking, the filter widens so that no pixel is skipped.
    """
    step = before / after
    reach = max(1.0, step)
    at = (np.arange(after) + 0.5) * step - 0.5
    t = np.abs(at[:, None] - np.arange(before)) / reach
    weights = np.where(t < 1, (1.5 * t - 2.5) * t * t + 1, np.where(t < 2, ((-0.5 * t + 2.5) * t - 4) * t + 2, 0.0))
    shares: Floats = (weights / weights.sum(axis=1, keepdims=True)).astype(np.float32)
    return shares


@lru_cache(maxsize=64)
def _compute_nearest_indices(before: int, after: int) -> NDArray[np.intp]:
    return ((np.arange(after) + 0.5) * before / after).astype(np.intp)
