"""Layout of the Arithmetic lab."""

from dataclasses import replace
from functools import lru_cache
from itertools import chain
from math import inf

from latent_explorer.labs.arithmetic.queries import MAX_AMOUNT
from latent_explorer.scene import window_layout
from latent_explorer.scene.box_layout import Box, at_least, at_most, columns, make_film_size, rows
from latent_explorer.scene.layout import Layout
from latent_explorer.scene.rect import Rect
from latent_explorer.texts import mark

STEPS = 13
"""Number of pictures along the direction, both ends included."""
NEAREST_COUNT = 5
"""Number of nearest samples displayed."""
FILM_WIDTH = 852
"""Largest width of the film strip in design pixels: its pictures are squares then."""
ROW_HEIGHT, CHANGE_WIDTH = 22, 270
"""Height of the row of a change, and the width that it needs, in design pixels."""
ONE_ROW_WIDTH = 1150
"""Width of a window, in design pixels, in whose column both controls of an attribute's direction stand in a row."""
SIGN_WIDTH = 30
"""Width between two pictures of the equation, in design pixels."""


@lru_cache(maxsize=8)
def make_layout(size: tuple[int, int], ui_scale: float) -> Layout:
    near = rows(
        Box("near text", height=20), Box("near", height=(74, 74)), gap=2, priority=2, title=mark("nearest samples")
    )
    column = rows(
        _make_equation(), Box("verdict", height=26, priority=3, title=mark("verdict")), near, _make_direction(), gap=10
    )
    return _fill(size, ui_scale, column, 3)


@lru_cache(maxsize=8)
def make_attribute_layout(size: tuple[int, int], ui_scale: float) -> Layout:
    """Return the layout for the direction of an attribute: no equation, but what else changes."""
    verdict = Box("verdict", height=26, priority=2, title=mark("verdict"))
    changes = rows(
        Box("changes text", height=22),
        Box("changes", height=at_least(ROW_HEIGHT)),
        Box("unread", height=40, priority=1, title=mark("what cannot be read")),
        name="changes panel", gap=4, pad=8, priority=3, title=mark("what else changed"),
    )  # fmt: skip
    direction = replace(_make_direction(separation_height=44), priority=inf, share=0.5)
    return _fill(
        size, ui_scale, rows(direction, verdict, changes, gap=10), 1 if size[0] >= ONE_ROW_WIDTH * ui_scale else 2
    )


def place_changes(rect: Rect, count: int, ui_scale: float) -> list[Rect]:
    """Return the rows of as many of `count` changes as find room, side by side in a wide place."""
    column_count = 2 if rect.width >= 2 * CHANGE_WIDTH * ui_scale and count > 1 else 1
    gap, height = round(16 * ui_scale), round(ROW_HEIGHT * ui_scale)
    fit = max(0, min(rect.height // max(1, height), -(-count // column_count)))
    places = [
        Rect(column.x, rect.y + k * height, column.width, height)
        for column in rect.split_columns(column_count, gap)
        for k in range(fit)
    ]
    return places[:count]


def _fill(size: tuple[int, int], ui_scale: float, column: Box, control_rows: int) -> Layout:
    film = Box("film", width=at_most(FILM_WIDTH), presented=make_film_size(STEPS, 6))
    ticks = Box("ticks", width=at_most(FILM_WIDTH), height=18)
    strip = rows(
        Box("strip text", height=20),
        rows(film, ticks, gap=2, align=0.5),
        name="strip",
        title=mark("strip"),
        height=118,
        gap=2,
        pad=8,
    )
    content = window_layout.make_single_map(column, column_share=0.46, strip=strip, control_rows=control_rows)
    return window_layout.fill_window(size, ui_scale, content)


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


def _make_direction(separation_height: float | tuple[float, float] = (22, 42)) -> Box:
    """Return a picture before and after the shift, and the separation of the groups along the direction."""
    before, after = Box("before", aspect=1), Box("after", aspect=1)
    arrow = Box("arrow", width=30, height=at_most(60))
    pair = columns(before, arrow, after, gap=0, align=0.5, share=0.56, height=at_least(70))
    chart = Box("chart", width=at_least(120), height=at_least(60), priority=1, title=mark("chart of the groups"))
    pictures = columns(pair, chart, gap=16, align=0.5)
    text, separation = (
        Box("direction text", height=22),
        Box("separation", height=separation_height, weight=0.2, priority=1, title=mark("separation")),
    )
    return rows(text, pictures, separation, name="direction", gap=4, pad=8, priority=1, title=mark("direction A − B"))
