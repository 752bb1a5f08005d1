"""Layout of the Compare lab: a cell per model with its map and pictures, and below a row per model with its film from A
to B and its metrics."""

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from typing import Any

from latent_explorer.labs.compare.metrics_table import MAX_WIDTH
from latent_explorer.scene import window_layout
from latent_explorer.scene.box_layout import Box, at_least, at_most, columns, make_film_size, rows
from latent_explorer.scene.layout import Layout
from latent_explorer.scene.rect import Rect
from latent_explorer.texts import mark

STRIP_LENGTH = 11
"""Pictures of a film, both ends included."""
NAME_WIDTH = 140
"""Width of a model's name before its row of the table, where no film names it, in design pixels."""
FILM_HEIGHTS = {2: 84, 3: 76, 4: 64}
"""Height of a film row in design pixels, by the number of models."""


@lru_cache(maxsize=16)
def make_layout(size: tuple[int, int], ui_scale: float, model_count: int) -> Layout:
    films = _make_films(model_count)
    layouts = [
        window_layout.fill_window(size, ui_scale, rows(_make_grid(model_count, column_count, make_cell), films))
        for column_count in (model_count, (model_count + 1) // 2)
        for make_cell in (_make_cell_below, _make_cell_beside)
    ]
    layout = max(layouts, key=lambda one: one.maps[0].shorter_side)
    legend = layout.legend
    if legend.height and legend.width > 420 * ui_scale:  # four models' menus leave no room in the toolbar
        place, legend = legend.split_right(round(152 * ui_scale), round(8 * ui_scale))
        high = round(window_layout.LAB_CONTROL_HEIGHT * ui_scale)
        place = Rect(place.x, place.y - (high - place.height) // 2, place.width, high)
        layout = replace(layout, legend=legend, controls=place)
    return layout


def _make_films(model_count: int) -> Box:
    """Return the films on the left, the table on the right, and a header over both."""
    width, height = make_film_size(STRIP_LENGTH, 5, beside=160)
    large, high = (width, height + 10), FILM_HEIGHTS[model_count]
    films, numbers = (
        [Box(f"{name} {slot}", height=at_most(high), presented=size) for slot in range(model_count)]
        for name, size in (("strip", large), ("numbers", (0, 0)))
    )
    left = rows(Box("note", height=32), *films, gap=5, title=mark("films"))
    table = rows(
        Box("head", height=32), *numbers, gap=5, width=at_most(MAX_WIDTH), share=0.46,
        presented=(NAME_WIDTH + MAX_WIDTH, 0), priority=1, title=mark("table"),
    )  # fmt: skip
    return columns(left, table, gap=10, share=0.46, width=at_least(660), priority=1, title=mark("film and table"))


def _make_grid(model_count: int, column_count: int, make_cell: Callable[[int], Box]) -> Box:
    """Return a cell for each model, in rows of `column_count`."""
    places = [
        rows(Box(f"title {slot}", height=26, priority=1, title=mark("names")), make_cell(slot), gap=4)
        if slot < model_count
        else Box()
        for slot in range(-(-model_count // column_count) * column_count)
    ]
    starts = range(0, len(places), column_count)
    return rows(*(columns(*places[i : i + column_count], gap=16, even=True) for i in starts), even=True)


def _make_cell_beside(slot: int) -> Box:
    """Return a map, and in a column beside it the large picture, its verdict and, if there is room, the sample."""
    verdict = Box(f"verdict {slot}", height=24, fills=True, priority=2, title=mark("verdicts"))
    text = Box(f"original text {slot}", height=38)
    sample = rows(text, _make_pair(slot, height=at_least(44)), gap=4, fills=True, priority=1, title=mark("originals"))
    column = rows(
        Box(f"picture {slot}", aspect=1, height=at_least(80), share=0.5),
        verdict,
        sample,
        gap=6,
        width=at_least(130),
        share=0.32,
    )
    return columns(Box(f"map {slot}", height=at_least(90)), column)


def _make_cell_below(slot: int) -> Box:
    """Return a map, and the same parts in a row under it."""
    text = Box(f"original text {slot}", height=18, priority=1, title=mark("captions"))
    sample = _make_pair(slot, height=at_least(24), width=at_least(48), priority=2, title=mark("originals"))
    words = rows(Box(f"verdict {slot}", height=22), text, sample, gap=4, fills=True)
    row = columns(Box(f"picture {slot}", aspect=1, share=0.33), words, share=0.3)
    return rows(Box(f"map {slot}", height=at_least(90)), row)


def _make_pair(slot: int, **options: Any) -> Box:
    """Return an original and its reconstruction side by side."""
    return columns(Box(f"original {slot}", aspect=1), Box(f"reconstruction {slot}", aspect=1), **options)
