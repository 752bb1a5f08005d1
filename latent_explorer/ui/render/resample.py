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
GREY_PALETTE = [pygame.Color(level, level, level) for level in range(256)]
BAND = 32
"""Pixels of the old picture whose part of a product is computed at once: most weights are 0."""
Band = tuple[slice, slice, Floats]
"""New pixels, the old ones that they are made of, and the weights (new, old) among these."""


def enlarge(pictures: Sequence[Picture], size: tuple[int, int], *, smooth: bool = True) -> pygame.Surface:
    """Return a surface with pictures of one shape below each other, each at `size` (width, height).

    `smooth`: bicubic; otherwise nearest neighbour. Samples that are no pictures are drawn again at that size.
    """
    drawn = [again for one in pictures if (again := samples.redraw(one, size)) is not None]
    if len(drawn) == len(pictures):
        return _make_surface(np.concatenate(drawn))
    stack = pictures[0][None] if len(pictures) == 1 else np.stack(pictures)  # (N, H, W) or (N, H, W, 3)
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
    values = planes.astype(np.float32, order="C")  # in the order in which BLAS multiplies
    wide = np.empty((*values.shape[:-1], size[0]), np.float32)
    for new, old, weights in _split_into_bands(values.shape[-1], size[0]):
        np.matmul(values[..., old], weights.T, out=wide[..., new])
    filtered = np.empty((*values.shape[:-2], size[1], size[0]), np.float32)
    for new, old, weights in _split_into_bands(values.shape[-2], size[1]):
        np.matmul(weights, wide[..., old, :], out=filtered[..., new, :])
    filtered += 0.5
    levels = filtered.clip(0, 255, out=filtered).astype(np.uint8)
    return np.moveaxis(levels, 1, -1) if stack.ndim == 4 else levels


@lru_cache(maxsize=64)
def _split_into_bands(before: int, after: int) -> tuple[Band, ...]:
    """Return the weights of `compute_bicubic_weights` without most of those that are 0, in bands of new pixels."""
    weights = compute_bicubic_weights(before, after)
    bands: list[Band] = []
    for new in np.array_split(np.arange(after), min(after, max(1, before // BAND))):
        used = np.flatnonzero(weights[new].any(axis=0))
        old = slice(int(used[0]), int(used[-1]) + 1)
        bands.append((slice(int(new[0]), int(new[-1]) + 1), old, np.ascontiguousarray(weights[new, old])))
    return tuple(bands)


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
