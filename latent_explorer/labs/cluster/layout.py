"""Layout of the Cluster lab."""

from functools import lru_cache

from latent_explorer.scene import map_panel
from latent_explorer.scene.lab import Layout
from latent_explorer.scene.rect import Rect

DBSCAN_CELLS = 12
"""Places in the wall for DBSCAN, whose number of clusters is unknown beforehand."""
LINE_HEIGHT = 18.0
"""Height of a text line under a picture of the wall, in design pixels."""
MIN_TWO_LINE_HEIGHT = 230.0
"""Height of a wall, in design pixels, below which a picture has one text line instead of two."""


@lru_cache(maxsize=16)
def make_layout(size: tuple[int, int], ui_scale: float, has_chart: bool) -> Layout:
    """Compute the layout; `has_chart` adds a chart between the scores and the wall."""
    stage = map_panel.single_map_layout(size, ui_scale, column_share=0.42, strip_height=0, control_rows=3)
    gap, pad = round(10 * ui_scale), round(10 * ui_scale)
    rest = stage.column
    parts: dict[str, Rect] = {}
    parts["scores"], rest = rest.split_top(round(min(132 * ui_scale, rest.height * 0.42)), gap)
    inside = parts["scores"].inset(pad)
    numbers, said = inside.split_top(round(38 * ui_scale), round(2 * ui_scale))
    parts["ari"], parts["nmi"] = numbers.split_columns(2, gap)
    parts["said"] = said
    if has_chart and rest.height > 230 * ui_scale:
        parts["chart"], rest = rest.split_top(round(min(150 * ui_scale, rest.height * 0.4)), gap)
    if rest.height > 90 * ui_scale:
        parts["wall panel"] = rest
        inside = rest.inset(pad)
        parts["wall text"], parts["wall"] = inside.split_top(round(20 * ui_scale), round(4 * ui_scale))
    return Layout(stage.toolbar, stage.legend, (stage.map,), stage.hint, parts, stage.controls)


@lru_cache(maxsize=64)
def place_cells(wall: Rect, count: int, ui_scale: float) -> tuple[tuple[Rect, Rect], ...]:
    """Place `count` pictures and the text under each, as large as they fit in `wall`."""
    gap, words = (
        round(8 * ui_scale),
        round(LINE_HEIGHT * ui_scale) * (1 if wall.height < MIN_TWO_LINE_HEIGHT * ui_scale else 2),
    )

    def side(columns: int) -> int:
        rows = -(-count // columns)
        return min((wall.width - gap * (columns - 1)) // columns, (wall.height - gap * (rows - 1)) // rows - words)

    columns = max(range(1, count + 1), key=side)
    edge = max(4, min(side(columns), round(110 * ui_scale)))
    wide = (wall.width - gap * (columns - 1)) // columns
    found = []
    for i in range(count):
        row, column = divmod(i, columns)
        x, y = wall.x + column * (wide + gap), wall.y + row * (edge + words + gap)
        found.append((Rect(x + (wide - edge) // 2, y, edge, edge), Rect(x, y + edge, wide, words)))
    return tuple(found)
