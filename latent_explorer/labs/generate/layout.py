"""Where the parts of Generate stand: two columns, each with a map, the picture that is looked at, and a wall."""

from dataclasses import dataclass
from functools import lru_cache

from latent_explorer.labs.generate.queries import COUNT
from latent_explorer.scene import map_panel
from latent_explorer.scene.lab import Layout
from latent_explorer.scene.rect import Rect

GENEROUS = 0.85  # of the largest cells: fewer rows leave the map more room
STEPS = 10
"""Pictures of a way out of noise."""


@dataclass(frozen=True)
class Places:
    layout: Layout
    cells: int
    """Pictures in a row of the wall."""
    gap: int
    """Between them."""

    @property
    def rows(self) -> int:
        return -(-COUNT // self.cells)


@lru_cache(maxsize=8)
def places(size: tuple[int, int], u: float, film: bool) -> Places:
    """`film`: with a row for the way out of noise."""
    bar, legend, hint, body = map_panel.outline(size, u)
    gap, small = round(8 * u), max(2, round(3 * u))
    parts: dict[str, Rect] = {}
    controls: Rect | None = None
    if body.height > 200:
        rows = 1 if body.width > 860 * u else 2
        controls, body = body.top(round(rows * map_panel.CONTROL * u), gap // 2)
    maps: list[Rect] = []
    cells = COUNT
    for slot, column in enumerate(body.columns(2, round(18 * u))):
        if column.height > 150:
            parts[f"title {slot}"], column = column.top(round(26 * u), gap // 4)
        if column.height > 380 * u:
            parts[f"source {slot}"], column = column.top(round(20 * u), gap // 2)
        cells, side = grid(column.width, round(column.height * 0.46), small)
        rows = -(-COUNT // cells)
        wall, column = column.below(rows * side + (rows - 1) * small, gap)
        parts[f"wall {slot}"] = wall.left(cells * side + (cells - 1) * small)[0]
        if film and column.height > 190 * u:
            parts[f"film {slot}"], column = column.below(round(54 * u), gap)
        if column.height > 170 * u:
            parts[f"words {slot}"], column = column.below(round(22 * u), gap // 2)
        caption = round(20 * u) if column.height > 170 * u else 0
        picture = min((column.height - gap) // 2 - caption, round(column.width * 0.34))
        map_rect, beside = column.left(column.width - picture - gap, gap)
        for name in ("new", "real"):
            if caption:
                parts[f"{name} text {slot}"], beside = beside.top(caption)
            parts[f"{name} {slot}"], beside = beside.top(picture, gap)
        maps.append(map_rect)
    return Places(Layout(bar, legend, tuple(maps), hint, parts, controls), cells, small)


def grid(width: int, height: int, gap: int) -> tuple[int, int]:
    """Cells in a row, and the side of a cell: as large as can be, or nearly, in as few rows as that allows."""

    def side(cells: int) -> int:
        rows = -(-COUNT // cells)
        return max(1, min((width - gap * (cells - 1)) // cells, (height - gap * (rows - 1)) // rows))

    ways = {-(-COUNT // rows) for rows in range(1, COUNT + 1)}  # of each number of rows the fullest
    best = max(side(n) for n in ways)
    cells = max(n for n in ways if side(n) >= GENEROUS * best)
    return cells, side(cells)
