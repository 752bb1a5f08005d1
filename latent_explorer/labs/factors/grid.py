"""Where the cells of the table lie, and the rows of sliders: the same for the view and for the mouse."""

import math
from dataclasses import dataclass
from functools import lru_cache

from latent_explorer.scene.rect import Rect

MIN_ROW, MAX_ROW = 15.0, 30.0
"""Height of a row of the table, in design pixels; with less, rows are left out."""
MIN_COLUMN, MAX_COLUMN = 13.0, 60.0
HEAD = 18.0
"""Height of the row with the numbers of the dimensions."""
NAME_SHARE, MAX_NAME = 0.3, 120.0
"""Width of the names of the attributes: largest share of the table, and in design pixels."""
MIN_SLIDER, MAX_SLIDER = 16.0, 26.0
"""Height of a slider."""
MIN_SLIDER_WIDTH = 160.0
"""Width of a slider's row from which there are several columns, where one is too low for all."""
LONG_NAME, SHORT_NAME, VALUE = (0.5, 112.0), (0.22, 40.0), (0.2, 52.0)
"""Widths within a slider's row, of its name and of its value: largest share, and in design pixels."""
REACH = 8.0
"""Design pixels beyond the ends of a track at which it is still grabbed."""


@dataclass(frozen=True)
class Grid:
    """Rows and columns of a table that find room, and where they lie."""

    head: Rect
    names: Rect
    body: Rect
    rows: int
    columns: int
    row_height: float
    column_width: float

    def place_cell(self, row: int, column: int) -> Rect:
        left, top = (round(column * self.column_width), round(row * self.row_height))
        right, bottom = round((column + 1) * self.column_width), round((row + 1) * self.row_height)
        return Rect(self.body.x + left, self.body.y + top, right - left, bottom - top)

    def place_name(self, row: int) -> Rect:
        cell = self.place_cell(row, 0)
        return Rect(self.names.x, cell.y, self.names.width, cell.height)

    def place_number(self, column: int) -> Rect:
        cell = self.place_cell(0, column)
        return Rect(cell.x, self.head.y, cell.width, self.head.height)

    def find_cell(self, px: tuple[float, float]) -> tuple[int, int] | None:
        """Return row and column at `px`; a name is its row's diagonal."""
        row = int((px[1] - self.body.y) / self.row_height) if px[1] >= self.body.y else self.rows
        column = int((px[0] - self.body.x) / self.column_width) if px[0] >= self.body.x else min(row, self.columns - 1)
        return (row, column) if row < self.rows and column < self.columns else None


@lru_cache(maxsize=32)
def make_grid(rect: Rect, rows: int, columns: int, ui_scale: float) -> Grid:
    head, rest = rect.split_top(round(HEAD * ui_scale))
    names, body = rest.split_left(round(min(NAME_SHARE * rect.width, MAX_NAME * ui_scale)), round(6 * ui_scale))
    row_height = min(max(body.height / max(1, rows), MIN_ROW * ui_scale), MAX_ROW * ui_scale)
    column_width = min(max(body.width / max(1, columns), MIN_COLUMN * ui_scale), MAX_COLUMN * ui_scale)
    return Grid(
        head=head, names=names, body=body, rows=min(rows, int(body.height / row_height + 1e-6)),
        columns=min(columns, int(body.width / column_width + 1e-6)), row_height=row_height, column_width=column_width,
    )  # fmt: skip


@dataclass(frozen=True)
class SliderRow:
    name: Rect
    track: Rect
    value: Rect


@lru_cache(maxsize=32)
def place_sliders(
    rect: Rect, count: int, ui_scale: float, name_width: tuple[float, float] = SHORT_NAME
) -> tuple[SliderRow, ...]:
    """Return the rows of at most `count` sliders, as many as find room, down one column after the other."""
    if not count or not rect.width or not rect.height:
        return ()
    gap = round(6 * ui_scale)
    room = int(rect.height / (MIN_SLIDER * ui_scale) + 1e-6)  # in a column
    wanted = math.ceil(count / max(1, room))
    columns = max(1, min(wanted, int((rect.width + 2 * gap) / (MIN_SLIDER_WIDTH * ui_scale + 2 * gap))))
    a_column = math.ceil(count / columns)
    height = min(max(rect.height / a_column, MIN_SLIDER * ui_scale), MAX_SLIDER * ui_scale)
    a_column = min(a_column, int(rect.height / height + 1e-6))
    rows: list[SliderRow] = []
    for column in rect.split_columns(columns, 2 * gap):
        for k in range(min(a_column, count - len(rows))):
            top, bottom = round(k * height), round((k + 1) * height)
            name, rest = Rect(column.x, column.y + top, column.width, bottom - top).split_left(
                round(min(name_width[0] * column.width, name_width[1] * ui_scale)), gap
            )
            value, track = rest.split_right(round(min(VALUE[0] * column.width, VALUE[1] * ui_scale)), gap)
            rows.append(SliderRow(name, track, value))
    return tuple(rows)


def find_slider(rows: tuple[SliderRow, ...], px: tuple[float, float], ui_scale: float) -> int | None:
    """Return the row whose track is at `px`, or ends close by; None on a name or a value."""
    for k, row in enumerate(rows):
        left, right = row.track.x - REACH * ui_scale, row.track.right + REACH * ui_scale
        if row.track.y <= px[1] < row.track.bottom and left <= px[0] <= right:
            return k
    return None


def find_share(row: SliderRow, px: tuple[float, float]) -> float:
    """Return the position along a slider, 0 to 1."""
    return min(max((px[0] - row.track.x) / max(1, row.track.width - 1), 0.0), 1.0)
