"""Draws thousands of thin lines on the surface of a map at once, in numpy without a call per line."""

import numpy as np
import pygame
from numpy.typing import NDArray

from latent_explorer.arrays import Floats
from latent_explorer.ui.render.theme import Colour

MAX_PIXELS = 120_000  # pixels of all lines together; beyond it only every second line is drawn, every third, ...
FADE_PIXELS = 150_000
"""Pixels of lines per million pixels of the map, beyond which lines fade, so that dots show through."""
MIN_OPACITY = 0.12


def draw_lines(surface: pygame.Surface, starts: Floats, ends: Floats, colour: Colour, opacity: float) -> None:
    """Draw antialiased lines from `starts` (N, 2) to `ends` (N, 2), in pixels, darker where they overlap."""
    starts, ends = clip_lines(starts, ends, surface.get_size())
    length = np.ceil(np.abs(ends - starts).max(axis=1, initial=0)).astype(np.int64) + 1
    ink = int(length.sum())
    width, height = surface.get_size()
    opacity = max(MIN_OPACITY, opacity * min(1.0, FADE_PIXELS * width * height / 1e6 / max(ink, 1)))
    thin = ink // MAX_PIXELS + 1
    starts, ends, length = starts[::thin], ends[::thin], length[::thin]
    if len(length) == 0:
        return
    flat = np.arange(int(length.sum()), dtype=np.int32)
    step = (flat - np.repeat((np.cumsum(length) - length).astype(np.int32), length)).astype(np.float32)
    slope = (ends - starts) / np.maximum(length - 1, 1)[:, None].astype(np.float32)  # of one step: one pixel at most
    steep = np.abs(slope[:, 1]) > np.abs(slope[:, 0])
    major, minor = (
        np.repeat(np.where(steep, starts[:, j], starts[:, i]), length)
        + step * np.repeat(np.where(steep, slope[:, j], slope[:, i]), length)
        for i, j in ((0, 1), (1, 0))
    )  # pixel centres lie at whole numbers
    # a margin of one pixel, so that no write needs a bounds check
    low = np.floor(minor)
    pitch = height + 2
    across = np.repeat(np.where(steep, 1, pitch), length)  # index step along the line; `beside`: across it
    beside = np.where(across == 1, pitch, 1)
    first = (np.rint(major).astype(np.intp) + 1) * across + (low.astype(np.intp) + 1) * beside
    weight = minor - low
    places, weights = np.concatenate([first, first + beside]), np.concatenate([1 - weight, weight])
    times = np.bincount(places, weights)
    touched = np.flatnonzero(times > 0)
    x, y = touched // pitch - 1, touched % pitch - 1
    inside = (x >= 0) & (x < width) & (y >= 0) & (y < height)
    touched, x, y = touched[inside], x[inside], y[inside]
    cover = (1 - (1 - opacity) ** times[touched].astype(np.float32))[:, None]
    pixels = pygame.surfarray.pixels3d(surface)
    below = pixels[x, y].astype(np.float32)
    pixels[x, y] = (below + (np.asarray(colour, np.float32) - below) * cover + 0.5).astype(np.uint8)


def clip_lines(starts: Floats, ends: Floats, size: tuple[int, int]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the lines clipped to a surface of `size` (Liang and Barsky 1984), without those that lie outside."""
    start, step = starts.astype(np.float64), ends.astype(np.float64) - starts
    first, last = np.zeros(len(start)), np.ones(len(start))
    with np.errstate(divide="ignore", invalid="ignore"):
        for axis in (0, 1):
            one, other = (-start[:, axis] / step[:, axis], (size[axis] - 1 - start[:, axis]) / step[:, axis])
            still = step[:, axis] == 0
            beside = still & ((start[:, axis] < 0) | (start[:, axis] > size[axis] - 1))
            first = np.maximum(first, np.where(still, 0, np.minimum(one, other)))
            last = np.minimum(last, np.where(still, 1, np.maximum(one, other)))
            last[beside] = -1
    inside = first <= last
    start, step, first, last = start[inside], step[inside], first[inside, None], last[inside, None]
    return (start + first * step).astype(np.float32), (start + last * step).astype(np.float32)
