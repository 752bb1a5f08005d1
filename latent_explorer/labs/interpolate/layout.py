"""Layout of Interpolate: the map, beside it the current pictures and the chart, below them the controls and the film
strip; and the position along the path that belongs to a position on the film strip."""

from dataclasses import replace
from functools import lru_cache

from latent_explorer.scene import window_layout
from latent_explorer.scene.box_layout import PRESENTED_SIDE, Box, at_least, at_most, columns, rows, wide_or_tall
from latent_explorer.scene.layout import Layout
from latent_explorer.scene.rect import Rect
from latent_explorer.texts import mark

FILM_ROWS = 4
"""Rows of the film strip: three paths and the cross-fade."""
MIN_PICTURES, MAX_PICTURES = 5, 21
"""Least and largest number of pictures in a row."""
CHART_TITLE = mark("chart")


@lru_cache(maxsize=8)
def make_layout(size: tuple[int, int], ui_scale: float) -> Layout:
    """Return the layout in which map and pictures are largest: with the chart beside the pictures, or below them."""
    lines = 1 if size[0] >= 1200 * ui_scale else 2
    film_height = FILM_ROWS * 56 + 12
    film = columns(
        Box("labels", width=at_most(186), share=0.24), Box("film"),
        name="panel", gap=10, pad=8, height=(film_height / 2, film_height), share=0.37,
        presented=(0, FILM_ROWS * PRESENTED_SIDE + 28), title=mark("films of the ways"),
    )  # fmt: skip
    controls = Box("controls", height=lines * window_layout.LAB_CONTROL_HEIGHT)
    both = [
        window_layout.fill_window(size, ui_scale, rows(top, controls, film, gap=6))
        for top in (_make_beside(), _make_below())
    ]
    return max(both, key=lambda one: one.parts["picture"].width + one.maps[0].shorter_side)


def _make_beside() -> Box:
    """Return the map and the two pictures, with the chart beside them."""
    pictures = columns(_make_cell("picture"), _make_cell("fade"), gap=12)
    wide = columns(Box("map 0"), replace(pictures, share=0.41), Box("chart", width=250, title=CHART_TITLE), gap=12)
    tall = rows(Box("map 0", share=0.5), columns(pictures, Box("chart", title=CHART_TITLE), gap=12), gap=12)
    return wide_or_tall(1.1, wide, tall)


def _make_below() -> Box:
    """Return the map and the two pictures, with the chart below them, which takes what they leave."""
    pictures = columns(_make_cell("picture"), _make_cell("fade"), gap=12)
    column = rows(
        pictures, Box("chart", height=at_least(108), weight=0.01, fills=True, priority=1, title=CHART_TITLE), gap=12
    )
    wide = columns(Box("map 0"), replace(column, share=0.41), gap=12)
    return wide_or_tall(1.1, wide, rows(Box("map 0", share=0.5), column, gap=12))


def _make_cell(name: str) -> Box:
    """Return a picture with its name above it, and its realism and a line of figures below it."""
    heights = {"name": 28, "lamp": 28, "said": 24}
    above, *below = (Box(f"{name} {part}", height=height, fills=True) for part, height in heights.items())
    return rows(above, Box(name, aspect=1), *below, gap=2, width=at_least(150), title=mark("pictures"))


def compute_gap(ui_scale: float) -> int:
    """Return the gap between two pictures of the film strip, in pixels."""
    return max(2, round(4 * ui_scale))


def split_rows(rect: Rect, ui_scale: float) -> list[Rect]:
    """Split the film strip, or its labels, into rows."""
    return rect.split_rows(FILM_ROWS, compute_gap(ui_scale))


def count_pictures(film: Rect, ui_scale: float, aspect: float = 1) -> int:
    """Return the number of pictures that fit in a row; an odd number, so that the middle of the path is one of them."""
    across = round(split_rows(film, ui_scale)[0].height * aspect)
    most = (film.width + compute_gap(ui_scale)) // max(1, across + compute_gap(ui_scale))
    return max(MIN_PICTURES, min(MAX_PICTURES, most - 1 + most % 2))


def place_cells(film: Rect, ui_scale: float, aspect: float = 1) -> list[Rect]:
    """Return the rectangles of the pictures in the first row."""
    number = count_pictures(film, ui_scale, aspect)
    return [cell.fit(aspect) for cell in split_rows(film, ui_scale)[0].split_columns(number, compute_gap(ui_scale))]


def find_share_at(film: Rect, ui_scale: float, across: float, aspect: float = 1) -> float:
    """Return the position along the path, 0 to 1, at `across` (0 to 1) of the film strip; exact at picture centres."""
    first, *_, last = (cell.centre[0] for cell in place_cells(film, ui_scale, aspect))
    x = film.x + across * (film.width - 1)
    return min(max((x - first) / max(1.0, last - first), 0.0), 1.0)


def place_window(film: Rect, ui_scale: float, share: float, aspect: float = 1) -> Rect:
    """Return the frame around the pictures of one position along the path, in all rows."""
    first, *_, last = place_cells(film, ui_scale, aspect)
    x = first.x + (last.x - first.x) * share
    reach = max(2, compute_gap(ui_scale) // 2 + 1)
    return Rect(round(x) - reach, film.y - reach, first.width + 2 * reach, film.height + 2 * reach)
