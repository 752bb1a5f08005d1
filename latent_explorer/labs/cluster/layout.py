"""Where the parts of the Cluster lab lie."""

from functools import lru_cache

from latent_explorer.scene import map_panel
from latent_explorer.scene.lab import Layout
from latent_explorer.scene.rect import Rect

CROWDS = 12
"""Places on the wall for what DBSCAN finds, which nobody knows before."""
LINE = 18.0
"""Height of a line under a picture of the wall, in design pixels."""
LOW = 230.0
"""A wall that is lower has one line under each picture in place of two."""


@lru_cache(maxsize=16)
def layout(size: tuple[int, int], u: float, charted: bool) -> Layout:
    """`charted`: with a chart between the scores and the wall."""
    stage = map_panel.stage(size, u, side=0.42, strip=0, controls=3)
    gap, pad = round(10 * u), round(10 * u)
    rest = stage.side
    parts: dict[str, Rect] = {}
    parts["scores"], rest = rest.top(round(min(132 * u, rest.height * 0.42)), gap)
    inside = parts["scores"].inset(pad)
    numbers, said = inside.top(round(38 * u), round(2 * u))
    parts["ari"], parts["nmi"] = numbers.columns(2, gap)
    parts["said"] = said
    if charted and rest.height > 230 * u:
        parts["chart"], rest = rest.top(round(min(150 * u, rest.height * 0.4)), gap)
    if rest.height > 90 * u:
        parts["wall panel"] = rest
        inside = rest.inset(pad)
        parts["wall text"], parts["wall"] = inside.top(round(20 * u), round(4 * u))
    return Layout(stage.bar, stage.legend, (stage.map,), stage.hint, parts, stage.controls)


@lru_cache(maxsize=64)
def cells(wall: Rect, count: int, u: float) -> tuple[tuple[Rect, Rect], ...]:
    """A place for each of `count` pictures and for the words under it, as large as all of them can be."""
    gap, words = round(8 * u), round(LINE * u) * (1 if wall.height < LOW * u else 2)

    def side(columns: int) -> int:
        rows = -(-count // columns)
        return min((wall.width - gap * (columns - 1)) // columns, (wall.height - gap * (rows - 1)) // rows - words)

    columns = max(range(1, count + 1), key=side)
    edge = max(4, min(side(columns), round(110 * u)))
    wide = (wall.width - gap * (columns - 1)) // columns
    found = []
    for i in range(count):
        row, column = divmod(i, columns)
        x, y = wall.x + column * (wide + gap), wall.y + row * (edge + words + gap)
        found.append((Rect(x + (wide - edge) // 2, y, edge, edge), Rect(x, y + edge, wide, words)))
    return tuple(found)
