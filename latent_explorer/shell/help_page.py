"""The help page (F1): its rows split into columns and pages. It knows sizes, and no font."""

import math
from dataclasses import dataclass

from latent_explorer.scene.rect import Rect

LEAST = 0.74
"""Minimum UI scale of this page, which must be readable also if everything else has to be small."""
ROW, HEAD, FOOT, GAP, MARGIN = 31, 62, 34, 36, 30
"""Design pixels."""
COLUMN, WIDEST = 570, 720
"""Minimum and maximum width of a column in design pixels; the longest row fits without smaller text."""

Row = tuple[str, str]
"""A key and its effect; with an empty effect, a heading."""


@dataclass(frozen=True)
class Grid:
    """Size of the help page."""

    unit: float
    columns: int
    rows: int
    """Rows of each column."""
    page: Rect
    """Rectangle of the page on the screen."""


def grid(size: tuple[int, int], unit: float, count: int) -> Grid:
    """Return the grid for `count` rows in a window of `size`: as few columns and rows as fit."""
    width, height = size
    u = max(unit, LEAST * min(1.0, width / 560, height / 360))
    most = max(1, int((height - (HEAD + FOOT + 20) * u) // (ROW * u)))
    room = max(1, int((width - 16 - 2 * MARGIN * u + GAP * u) // ((COLUMN + GAP) * u)))
    columns = min(room, math.ceil(count / most), 3)
    rows = min(most, math.ceil(count / columns))
    wide = round(min(width - 16, (columns * (WIDEST + GAP) - GAP + 2 * MARGIN) * u))
    high = round(min(height - 8, (rows * ROW + HEAD + FOOT) * u))
    return Grid(u, columns, rows, Rect((width - wide) // 2, (height - high) // 2, wide, high))


def pages(rows: tuple[Row, ...], found: Grid) -> list[list[list[Row]]]:
    """Return the rows of each column of each page; no heading is the last row of a column."""
    columns: list[list[Row]] = [[]]
    for i, row in enumerate(rows):
        lonely = not row[1] and len(columns[-1]) == found.rows - 1 and i + 1 < len(rows) and found.rows > 1
        if len(columns[-1]) >= found.rows or lonely:
            columns.append([])
        columns[-1].append(row)
    return [columns[i : i + found.columns] for i in range(0, len(columns), found.columns)]
