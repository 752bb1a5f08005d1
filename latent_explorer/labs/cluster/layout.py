"""Layout of the Cluster lab."""

from functools import lru_cache
from math import sqrt

from latent_explorer.scene import window_layout
from latent_explorer.scene.box_layout import Box, at_least, columns, rows
from latent_explorer.scene.layout import Layout
from latent_explorer.scene.rect import Rect
from latent_explorer.texts import mark

DBSCAN_CELLS = 12
"""Places in the wall for DBSCAN, whose number of clusters is unknown beforehand."""
LINE_HEIGHT = 18.0
"""Height of a text line under a picture of the wall, in design pixels."""
MIN_CELL = 4
"""Side of a picture of the wall at least, in pixels."""
MIN_TWO_LINE_HEIGHT = 230.0
"""Height of a wall, in design pixels, below which a picture has one text line instead of two."""


@lru_cache(maxsize=16)
def make_layout(size: tuple[int, int], ui_scale: float, has_chart: bool) -> Layout:
    """Compute the layout; `has_chart` adds a chart between the scores and the wall."""
    numbers = columns(Box("ari"), Box("nmi"), gap=10, height=38)
    said = Box("said", height=at_least(26))
    scores = rows(numbers, said, name="scores", pad=10, gap=2, height=(84, 132), share=0.42)
    chart = [Box("chart", height=(92, 150), share=0.3, priority=1, title=mark("chart"))] * has_chart
    wall = rows(
        Box("wall text", height=20),
        Box("wall", height=at_least(30)),
        name="wall panel",
        title=mark("means of the clusters"),
        pad=10,
        gap=4,
        height=at_least(90),
        priority=2,
    )
    column = rows(scores, *chart, wall, gap=10)
    return window_layout.fill_window(
        size, ui_scale, window_layout.make_single_map(column, column_share=0.42, control_rows=3)
    )


@lru_cache(maxsize=64)
def place_cells(wall: Rect, count: int, ui_scale: float, aspect: float = 1) -> tuple[tuple[Rect, Rect], ...]:
    """Place `count` pictures of an `aspect` and the text under each, as large as they fit in `wall`; fewer if there is
    no room."""
    gap, words = (
        round(8 * ui_scale),
        round(LINE_HEIGHT * ui_scale) * (1 if wall.height < MIN_TWO_LINE_HEIGHT * ui_scale else 2),
    )

    def find_height(column_count: int) -> int:
        row_count = -(-count // column_count)
        across = int((wall.width - gap * (column_count - 1)) // column_count / aspect)
        return min(across, (wall.height - gap * (row_count - 1)) // row_count - words)

    column_count = max(range(1, count + 1), key=find_height)
    high = min(find_height(column_count), round(110 * ui_scale / sqrt(aspect)))
    if min(high, high * aspect) < MIN_CELL:
        return place_cells(wall, count - 1, ui_scale, aspect) if count > 1 else ()
    across = int(high * aspect)
    wide = (wall.width - gap * (column_count - 1)) // column_count
    cells = []
    for i in range(count):
        row, column = divmod(i, column_count)
        x, y = wall.x + column * (wide + gap), wall.y + row * (high + words + gap)
        cells.append((Rect(x + (wide - across) // 2, y, across, high), Rect(x, y + high, wide, words)))
    return tuple(cells)
