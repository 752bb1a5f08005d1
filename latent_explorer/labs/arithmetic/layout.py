"""Layout of the Arithmetic lab."""

from functools import lru_cache
from itertools import chain

from latent_explorer.labs.arithmetic.queries import MAX_AMOUNT
from latent_explorer.scene import map_panel
from latent_explorer.scene.box_layout import Box, at_least, at_most, columns, rows
from latent_explorer.scene.layout import Layout

STEPS = 13
"""Number of pictures along the direction, both ends included."""
NEAREST_COUNT = 5
"""Number of nearest samples displayed."""
FILM_WIDTH = 852
"""Largest width of the film strip in design pixels: its pictures are squares then."""
SIGN_WIDTH = 30
"""Width between two pictures of the equation, in design pixels."""


@lru_cache(maxsize=8)
def make_layout(size: tuple[int, int], u: float) -> Layout:
    near = rows(Box("near text", height=20), Box("near", height=(74, 74)), gap=2, priority=2, title="nearest samples")
    column = rows(
        _make_equation(), Box("verdict", height=26, priority=3, title="verdict"), near, _make_direction(), gap=10
    )
    film, ticks = Box("film", width=at_most(FILM_WIDTH)), Box("ticks", width=at_most(FILM_WIDTH), height=18)
    strip = rows(
        Box("strip text", height=20),
        rows(film, ticks, gap=2, align=0.5),
        name="strip",
        title="strip",
        height=118,
        gap=2,
        pad=8,
    )
    content = map_panel.make_single_map(column, column_share=0.46, strip=strip, control_rows=3)
    return map_panel.fill_window(size, u, content)


def to_amount(share: float) -> float:
    """Return the amount at `share` (0 to 1 from the left) of the film strip; at its centre each picture has its own."""
    amount = ((share * STEPS - 0.5) / (STEPS - 1) * 2 - 1) * MAX_AMOUNT
    return round(min(max(amount, -MAX_AMOUNT), MAX_AMOUNT), 2)


def to_share(amount: float) -> float:
    """Return the position on the film strip, 0 to 1 from the left, of an amount."""
    return ((amount / MAX_AMOUNT + 1) / 2 * (STEPS - 1) + 0.5) / STEPS


def _make_equation() -> Box:
    """Return four pictures with signs between them, and two lines under each."""
    names, half = ("a", "b", "c", "result"), Box(width=SIGN_WIDTH / 2, height=0)
    cells = [columns(Box(name, aspect=1), even=True, align=0.5) for name in names]
    signs = [Box(f"sign {i}", width=SIGN_WIDTH, fills=True) for i in range(3)]
    pictures = columns(half, *chain(*zip(cells, [*signs, half], strict=True)), gap=0, align=0.5, height=at_least(70))
    texts = columns(*(Box(f"{name} text", height=40) for name in names), gap=0)
    return rows(pictures, texts, name="equation", gap=4, pad=8, share=0.55)


def _make_direction() -> Box:
    """Return a picture before and after the shift, and the separation of the groups along the direction."""
    before, after = Box("before", aspect=1), Box("after", aspect=1)
    arrow = Box("arrow", width=30, height=at_most(60))
    pair = columns(before, arrow, after, gap=0, align=0.5, share=0.56, height=at_least(70))
    chart = Box("chart", width=at_least(120), height=at_least(60), priority=1, title="chart of the groups")
    pictures = columns(pair, chart, gap=16, align=0.5)
    text, separation = (
        Box("direction text", height=22),
        Box("separation", height=(22, 42), weight=0.2, priority=1, title="separation"),
    )
    return rows(text, pictures, separation, name="direction", gap=4, pad=8, priority=1, title="direction A − B")
