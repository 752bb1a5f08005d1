"""Draws a disc at each of very many positions at once, in numpy: a few passes over all dots, the rest over the pixels.

Dots whose centres fall on one pixel cover the same pixels, so that the last of them hides the others: a grid of the
last dot's kind on every pixel is all that a picture needs, and a million dots cost little more than their grid.
"""

from dataclasses import dataclass, replace
from typing import Any, cast

import numpy as np
import pygame
from numpy.typing import NDArray

from latent_explorer.ui.render.theme import CORE_SHARE, Colour, mix

Pixels = NDArray[np.float32]
Kinds = NDArray[np.integer[Any]]
BLOCK = 1 << 15
"""Dots at once: what is computed for them stays in the processor's cache."""
FEW_INSIDE = 0.5
"""Share of a block's dots inside of the map, below which only those are written."""
CROWDED = 0.04
"""Share of the pixels with a dot, from which whole pictures are combined in place of the pixels of each dot."""
MAX_CODES = 1 << 16
LARGEST_EXACT = 1 << 24
"""Whole numbers up to this are exact as float32."""


@dataclass(frozen=True)
class Projection:
    """How positions become pixels from the upper left corner: `(x - centre) * scale + middle`, with y upwards; pixels
    farther than `margin` from the surface are left out."""

    centre: tuple[float, float]
    scale: float
    size: tuple[int, int]
    margin: float


class DotRaster:
    """A surface with a margin for dots of `radius`, and the kind of the last dot on each of its pixels."""

    def __init__(self, size: tuple[int, int], radius: float, background: Colour, kinds: int) -> None:
        self.radius, self.background, self.coverage = radius, background, compute_coverage(radius)
        half = len(self.coverage) // 2
        # a margin as wide as a dot, so that no write needs a bounds check
        self.sheet = pygame.Surface((size[0] + 4 * half + 2, size[1] + 4 * half + 2), 0, 32)
        self.sheet.fill(background)
        self.surface = self.sheet.subsurface((2 * half, 2 * half, *size))
        self.pitch = self.sheet.get_pitch() // 4
        self._corner = half * (self.pitch + 1)
        """The first pixel of the square of a dot at the surface's upper left pixel."""
        codes: type[np.unsignedinteger[Any]] = np.uint8 if kinds < 255 else np.uint16 if kinds < 65535 else np.uint32
        self.grid = np.zeros(self.pitch * self.sheet.get_height(), codes)
        """The kind, plus 2, of the last dot on each pixel, at the first pixel of its square; 0 for none."""
        self._cells: list[NDArray[np.intp]] = []
        """Where in the grid the dots are; a pixel with several of them more than once."""

    def add(self, x: Pixels, y: Pixels, kinds: Kinds, projection: Projection) -> None:
        """Add dots at positions (N,) of kinds (N,) from -1, later ones over earlier ones."""
        number = np.float32 if len(self.grid) < LARGEST_EXACT else np.float64
        # what is farther outside than a dot's half is not on the surface
        projection = replace(projection, margin=min(projection.margin, len(self.coverage) // 2))
        for first in range(0, len(x), BLOCK):
            some = slice(first, first + BLOCK)
            codes = kinds[some]
            across, down, inside = _project(x[some], y[some], projection)
            whole = True
            if (count := int(np.count_nonzero(inside))) < len(inside):
                whole = count < FEW_INSIDE * len(inside)
                if whole:
                    at = np.flatnonzero(inside)
                    across, down, codes = across[at], down[at], codes[at]
            cells = np.floor(down, dtype=number)
            cells *= self.pitch
            cells += np.floor(across)
            cells += self._corner
            if not whole:
                cells[~inside] = -1  # the last pixel, at which no dot's square begins
            places = cells.astype(np.intp)
            self.grid[places] = np.add(codes, 2, dtype=self.grid.dtype, casting="unsafe")
            self._cells.append(places)
        self.grid[-1] = 0

    def paint(self, colours: list[Colour], cores: list[Colour | None] | None = None) -> pygame.Surface:
        """Draw the dots, those of kind k as an antialiased disc of `colours[k + 1]`, with a small disc of
        `cores[k + 1]` within it if that is not None, and return the surface.

        The rim is mixed with the background and written first, so that it never cuts into a neighbour.
        """
        inner = CORE_SHARE * self.radius if cores is not None else -1.0
        middle = (len(self.coverage) - 1) / 2
        centres = [colour if core is None else core for colour, core in zip(colours, cores or colours, strict=True)]
        distinct = {colour: number for number, colour in enumerate(dict.fromkeys(colours))}
        numbers = np.array([distinct[colour] for colour in colours], np.intp)  # many classes share few colours
        offsets, levels, tables = [], [], [np.array([self.sheet.map_rgb(one) for one in centres], np.uint32)]
        before = -1.0
        for share, x, y in sorted((c, x, y) for (y, x), c in np.ndenumerate(self.coverage) if c > 0):
            if share != before:
                rims = [self.sheet.map_rgb(mix(self.background, c, share)) for c in distinct]
                tables.append(np.array(rims, np.uint32)[numbers])
                before = share
            offsets.append(y * self.pitch + x)
            levels.append(0 if np.hypot(x - middle, y - middle) <= inner else len(tables) - 1)
        pixels = self._open_pixels()
        cells = self._find_cells() if self._is_sparse(len(tables) * len(colours)) else None
        if cells is None:
            self._combine(pixels, offsets, levels, tables)
        else:
            own = self.grid[cells] - 1
            values = [table[own] for table in tables]
            for offset, level in zip(offsets, levels, strict=True):
                pixels[offset:][cells] = values[level]  # which saves a sum of all of them each time
        return self.surface

    def _find_cells(self) -> NDArray[np.intp]:
        """Return where in the grid dots are. Few dots are known without a search; one may be there twice, and is drawn
        twice alike."""
        if sum(map(len, self._cells)) < CROWDED * len(self.grid):
            cells: NDArray[np.intp] = np.concatenate([*self._cells, np.zeros(0, np.intp)])
            return cells[np.flatnonzero(self.grid[cells])]
        return np.flatnonzero(self.grid != 0)  # of a mask the search is several times faster

    def _is_sparse(self, codes: int) -> bool:
        return codes >= MAX_CODES - 1 or int(np.count_nonzero(self.grid)) < CROWDED * len(self.grid)

    def _combine(
        self, pixels: NDArray[np.uint32], offsets: list[int], levels: list[int], tables: list[NDArray[np.uint32]]
    ) -> None:
        """Write all dots as a picture of codes, moved by each of `offsets`, the later over the earlier; a code is a
        level and a kind, and `tables[level][kind]` its colour."""
        kinds, last = len(tables[0]), len(self.grid) - max(offsets)
        codes = np.zeros(len(self.grid), np.uint16)
        grid = self.grid[:last].astype(np.uint16)
        free = (grid == 0).astype(np.uint16)
        taken = 1 - free
        shown = {level: grid + taken * np.uint16(level * kinds) for level in set(levels)}
        for offset, level in zip(offsets, levels, strict=True):
            part = codes[offset : offset + last]
            part *= free
            part += shown[level]
        background = np.array([self.sheet.map_rgb(self.background)], np.uint32)
        np.concatenate([background, *tables]).take(codes, out=pixels, mode="clip")

    def lighten(self) -> pygame.Surface:
        """Draw the dots half transparent in white, which is visible on all colours but the last, and return the
        surface."""
        pixels, cells = self._open_pixels(), self._find_cells()
        below = pixels.copy()
        # the rim first, so that it never cuts into a neighbour
        for (y, x), share in sorted(np.ndenumerate(self.coverage), key=lambda one: one[1]):
            if share > 0:
                at = cells + (y * self.pitch + x)
                old = below[at]
                lit = (old >> 1 & 0x7F7F7F) + 0x7F7F7F if share > 0.6 else old - (old >> 2 & 0x3F3F3F) + 0x3F3F3F
                pixels[at] = lit
        return self.surface

    def _open_pixels(self) -> NDArray[np.uint32]:
        return np.frombuffer(memoryview(cast(Any, self.sheet.get_buffer())), np.uint32)


def _project(x: Pixels, y: Pixels, to: Projection) -> tuple[Pixels, Pixels, NDArray[np.bool_]]:
    """Return the pixels of positions, and the mask of those on the surface or its margin."""
    (width, height), scale, margin = to.size, np.float32(to.scale), to.margin
    across, down = x - np.float32(to.centre[0]), np.float32(to.centre[1]) - y
    across *= scale
    across += np.float32(width / 2)
    down *= scale
    down += np.float32(height / 2)
    inside = across > -margin
    inside &= across < width + margin
    inside &= down > -margin
    inside &= down < height + margin
    return across, down, inside


def compute_coverage(radius: float) -> NDArray[np.float64]:
    """Return the share of each pixel that a centred disc covers, from four samples per pixel and axis."""
    side = int(np.ceil(radius)) * 2 + 1
    at = (np.arange(side * 4) + 0.5) / 4 - side / 2
    covered = np.hypot(at[:, None], at[None, :]) <= radius
    shares: NDArray[np.float64] = covered.reshape(side, 4, side, 4).mean(axis=(1, 3))
    return shares
