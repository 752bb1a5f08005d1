"""Tiles of decoded pictures, as in a street map: which ones a view needs, and which can replace a missing one.

Level L cuts the map into cells of 2**-L map units, anchored at the origin, so that panning never moves a cell; a tile
is a square of `CELLS_PER_SIDE` x `CELLS_PER_SIDE` cells. Pure arithmetic: no model, no torch.
"""

import math
from collections.abc import Container, Iterator
from dataclasses import dataclass
from functools import lru_cache

CELLS_PER_SIDE = 8
"""Cells a side of a tile of square pictures: 64 pictures are one batch for the decoder."""
CELL_PX = 34.0
"""Target side of a cell in screen pixels, for the choice of the level; the real side is 0.71 to 1.41 times as large."""
MAX_LEVEL = 22
"""Deepest level: beyond it float32 has no positions between two cells."""
RIM_SHARE = 1 / 24
"""Width of the dark rim around a picture, as a share of its longer side."""
COARSER_LEVELS = 5
"""Number of coarser levels whose tiles may replace a missing one; of the finer ones the next may."""


@lru_cache(maxsize=64)
def count_cells(aspect: float) -> tuple[int, int]:
    """Return the rows and columns of cells of a tile, about 64, for pictures of the proportions `aspect`, width by
    height, with a rim of the same width on all sides."""
    rim = 2 * RIM_SHARE * max(aspect, 1.0)
    wanted, cells = (aspect + rim) / (1 + rim), CELLS_PER_SIDE**2
    least, most = math.ceil(0.75 * cells), math.floor(1.25 * cells)
    ways = [(rows, columns) for rows in range(1, most + 1) for columns in range(-(-least // rows), most // rows + 1)]
    return min(ways, key=lambda way: (abs(math.log(way[0] / way[1] / wanted)), abs(way[0] * way[1] - cells)))


@dataclass(frozen=True, order=True)
class TileKey:
    """Tile (column, row) of a level; rows count upwards, as y does."""

    level: int
    column: int
    row: int

    @property
    def side(self) -> float:
        """Side of the tile in map units."""
        return CELLS_PER_SIDE * compute_cell_side(self.level)

    @property
    def corner(self) -> tuple[float, float]:
        """Lower left corner in map units."""
        return self.column * self.side, self.row * self.side

    def get_coarser(self, levels: int = 1) -> "TileKey":
        """Return the tile `levels` coarser that contains this one."""
        return TileKey(self.level - levels, self.column >> levels, self.row >> levels)

    @property
    def finer_tiles(self) -> tuple["TileKey", ...]:
        """The four tiles of the next finer level inside this one."""
        return tuple(TileKey(self.level + 1, 2 * self.column + i, 2 * self.row + j) for j in (0, 1) for i in (0, 1))


@dataclass(frozen=True)
class TileSpan:
    """The tiles of a level that a view needs: half-open ranges of columns and rows."""

    level: int
    columns: tuple[int, int]
    rows: tuple[int, int]

    def list_outwards(self) -> list[TileKey]:
        """Return the tiles from the middle outwards, since users look at the middle."""
        middle = (sum(self.columns) - 1) / 2, (sum(self.rows) - 1) / 2
        every = [TileKey(self.level, i, j) for j in range(*self.rows) for i in range(*self.columns)]
        return sorted(every, key=lambda one: (math.hypot(one.column - middle[0], one.row - middle[1]), one))


@dataclass(frozen=True)
class TilePart:
    """One drawing step for a wanted tile: the square `source` of the available tile `key`, drawn at square `target`.

    Both squares are (x, y, side) in shares of their tile, from its lower left corner.
    """

    key: TileKey
    source: tuple[float, float, float]
    target: tuple[float, float, float]


def compute_cell_side(level: int) -> float:
    """Return the side of a cell in map units."""
    return math.ldexp(1.0, -level)


def choose_level(pixels: float) -> int:
    """Return the level for a scale of `pixels` screen pixels per map unit."""
    return max(0, min(MAX_LEVEL, round(math.log2(max(pixels, 1e-6) / CELL_PX))))


def compute_resolution(level: int) -> float:
    """Return the resolution at which pictures of a level are decoded: about a pixel of the view at any zoom, in map
    units."""
    return compute_cell_side(level) / CELL_PX


def find_span(level: int, low: tuple[float, float], high: tuple[float, float]) -> TileSpan:
    """Return the tiles of `level` that cover the map rectangle from `low` to `high`."""
    side = CELLS_PER_SIDE * compute_cell_side(level)
    left, bottom = (math.floor(end / side) for end in low)
    right, top = (math.ceil(end / side) for end in high)
    return TileSpan(level, (left, max(left + 1, right)), (bottom, max(bottom + 1, top)))


def list_parts(wanted: TileKey, available: Container[TileKey]) -> Iterator[TilePart]:
    """Yield the parts that draw `wanted` from the available tiles, in drawing order; none if no tile can replace it."""
    whole = (0.0, 0.0, 1.0)
    if wanted in available:
        yield TilePart(wanted, whole, whole)
        return
    for levels in range(1, COARSER_LEVELS + 1):
        coarse = wanted.get_coarser(levels)
        if coarse in available:
            share = 0.5**levels
            x, y = (wanted.column * share) % 1.0, (wanted.row * share) % 1.0
            yield TilePart(coarse, (x, y, share), whole)
            break
    for fine in wanted.finer_tiles:
        if fine in available:
            yield TilePart(fine, whole, (0.5 * (fine.column % 2), 0.5 * (fine.row % 2), 0.5))


def list_useful(wanted: TileKey) -> Iterator[TileKey]:
    """Yield the tiles that `list_parts` may use to draw `wanted`."""
    yield wanted
    for levels in range(1, COARSER_LEVELS + 1):
        yield wanted.get_coarser(levels)
    yield from wanted.finer_tiles
