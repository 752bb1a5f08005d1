"""The numbers of a code as a grid of rows: where each one's name, bar and value lie, as large as they can be."""

import math
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

from latent_explorer.scene.rect import Rect

TEXT_HEIGHTS = {"lead": 25, "title": 21, "body": 17, "small": 14}
"""Heights of the texts, the largest first, in design pixels."""
LARGE_TEXTS, SMALL_TEXTS = ("lead", "title", "body"), ("small",)
LETTER_SHARE, LINE_SHARE = 0.6, 1.25
"""Of a text's height: the room of a letter, and of a line."""
VALUE_LETTERS, DEVIATION_LETTERS = 5, 7
"""Of a value such as −1.23, and of ± 0.123 behind it."""
BAR, SHORT_BAR, MAX_ROW, MIN_ROW = 80, 28, 64, 3
"""Least width of a bar, also where there is little room; largest and least height of a row; in design pixels."""
CHOICES = (
    (True, LARGE_TEXTS, BAR), (False, LARGE_TEXTS, BAR), (False, ("body",), SHORT_BAR), (True, SMALL_TEXTS, BAR),
    (False, SMALL_TEXTS, BAR), (False, SMALL_TEXTS, SHORT_BAR),
)  # fmt: skip
"""Whether deviations are written, the sizes to try, and the least width of a bar: the best first."""
MAX_COLUMNS, COLUMN_GAP = 6, 14


@dataclass(frozen=True)
class CodeGrid:
    columns: tuple[Rect, ...]
    """The columns, each with `rows` rows from its top."""
    rows: int
    row_height: float
    size: str = ""
    """Size of the texts; empty if there is no room for any."""
    name_width: int = 0
    value_width: int = 0
    has_deviations: bool = False
    """Whether there is room for the deviation behind each value."""

    def get_row(self, dimension: int) -> Rect:
        column, row = self.columns[dimension // self.rows], dimension % self.rows
        top, bottom = (round(column.y + k * self.row_height) for k in (row, row + 1))
        return Rect(column.x, top, column.width, max(1, bottom - top))

    def get_bars(self, column: int) -> Rect:
        """Return the place of the bars of a column, without names and values."""
        place = self.columns[column]
        return Rect(
            place.x + self.name_width, place.y, max(1, place.width - self.name_width - self.value_width),
            round(self.rows * self.row_height),
        )  # fmt: skip

    def find_dimension(self, px: tuple[float, float], count: int) -> int:
        """Return the dimension whose row is nearest to a pixel."""
        inside = [abs(px[0] - place.centre[0]) for place in self.columns]
        column = inside.index(min(inside))
        row = int((px[1] - self.columns[0].y) / self.row_height)
        return min(count - 1, column * self.rows + min(self.rows - 1, max(0, row)))


@lru_cache(maxsize=8)
def make_grid(place: Rect, ui_scale: float, count: int, has_deviations: bool) -> CodeGrid:
    """Return the grid of `count` numbers, with the largest texts and then the fewest columns that have room: rather
    without the deviations than with small texts, and with bars alone where there are too many."""
    for deviations, sizes, bar in CHOICES:
        if deviations and not has_deviations:
            continue
        for size, columns in product(sizes, range(1, min(MAX_COLUMNS, count) + 1)):
            grid = _try_columns(place, ui_scale, count, columns, size, bar, has_deviations=deviations)
            if grid is not None:
                return grid
    columns = max(1, math.ceil(count * MIN_ROW * ui_scale / max(1, place.height)))
    return CodeGrid(*_place(place, ui_scale, columns, math.ceil(count / columns)))


def _try_columns(
    place: Rect, ui_scale: float, count: int, columns: int, size: str, bar: float, *, has_deviations: bool
) -> CodeGrid | None:
    """Return the grid with so many columns, texts of a size and bars of at least `bar` design pixels; None if it has no
    room."""
    height, rows = TEXT_HEIGHTS[size] * ui_scale, math.ceil(count / columns)
    letters = VALUE_LETTERS + DEVIATION_LETTERS * has_deviations
    name, value = (math.ceil(one * LETTER_SHARE * height) for one in (len(str(count)) + 1.6, letters + 1))
    width = (place.width - (columns - 1) * COLUMN_GAP * ui_scale) / columns
    if rows * LINE_SHARE * height > place.height or name + value + bar * ui_scale > width:
        return None
    return CodeGrid(*_place(place, ui_scale, columns, rows), size, name, value, has_deviations)


def _place(place: Rect, ui_scale: float, columns: int, rows: int) -> tuple[tuple[Rect, ...], int, float]:
    """Return the columns in the middle of a place, and the number and height of their rows."""
    height = min(MAX_ROW * ui_scale, place.height / rows)
    used = round(height * rows)
    middle = Rect(place.x, place.y + (place.height - used) // 2, place.width, used)
    return tuple(middle.split_columns(columns, round(COLUMN_GAP * ui_scale))), rows, height
