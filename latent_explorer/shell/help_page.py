"""The help page (F1): its rows split into columns and pages. It knows sizes, and no font."""

import math
from dataclasses import dataclass

from latent_explorer.scene.rect import Rect

MIN_UI_SCALE = 0.74
"""Minimum UI scale of this page, which must be readable also if everything else has to be small."""
ROW_HEIGHT, HEADER_HEIGHT, FOOTER_HEIGHT, GAP, MARGIN = 31, 62, 34, 36, 30
"""Design pixels."""
MIN_COLUMN_WIDTH, MAX_COLUMN_WIDTH = 570, 720
"""Minimum and maximum width of a column in design pixels; the longest row fits without smaller text."""

HelpRow = tuple[str, str]
"""A key and its effect; with an empty effect, a heading."""


@dataclass(frozen=True)
class HelpGrid:
    """Size of the help page."""

    ui_scale: float
    columns: int
    rows: int
    """Rows of each column."""
    page: Rect
    """Rectangle of the page on the screen."""


def fit_grid(size: tuple[int, int], ui_scale: float, count: int) -> HelpGrid:
    """Return the grid for `count` rows in a window of `size`: as few columns and rows as fit."""
    width, height = size
    u = max(ui_scale, MIN_UI_SCALE * min(1.0, width / 560, height / 360))
    most = max(1, int((height - (HEADER_HEIGHT + FOOTER_HEIGHT + 20) * u) // (ROW_HEIGHT * u)))
    room = max(1, int((width - 16 - 2 * MARGIN * u + GAP * u) // ((MIN_COLUMN_WIDTH + GAP) * u)))
    columns = min(room, math.ceil(count / most), 3)
    rows = min(most, math.ceil(count / columns))
    wide = round(min(width - 16, (columns * (MAX_COLUMN_WIDTH + GAP) - GAP + 2 * MARGIN) * u))
    high = round(min(height - 8, (rows * ROW_HEIGHT + HEADER_HEIGHT + FOOTER_HEIGHT) * u))
    return HelpGrid(u, columns, rows, Rect((width - wide) // 2, (height - high) // 2, wide, high))


def split_pages(rows: tuple[HelpRow, ...], grid: HelpGrid) -> list[list[list[HelpRow]]]:
    """Return the rows of each column of each page; no heading is the last row of a column."""
    columns: list[list[HelpRow]] = [[]]
    for i, row in enumerate(rows):
        lonely = not row[1] and len(columns[-1]) == grid.rows - 1 and i + 1 < len(rows) and grid.rows > 1
        if len(columns[-1]) >= grid.rows or lonely:
            columns.append([])
        columns[-1].append(row)
    return [columns[i : i + grid.columns] for i in range(0, len(columns), grid.columns)]
