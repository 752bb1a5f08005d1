"""Layout of Interpolate: the map, beside it the current pictures and the chart, below them the controls and the film
strip; and the position along the path that belongs to a position on the film strip."""

from functools import lru_cache

from latent_explorer.scene import map_panel
from latent_explorer.scene.lab import Layout
from latent_explorer.scene.rect import Rect

FILM_ROWS = 4
"""Rows of the film strip: three paths and the cross-fade."""
MIN_PICTURES, MAX_PICTURES = 5, 21
"""Least and largest number of pictures in a row."""


@lru_cache(maxsize=8)
def make_layout(size: tuple[int, int], u: float) -> Layout:
    bar, legend, hint, body = map_panel.split_window(size, u)
    gap, parts = round(12 * u), dict[str, Rect]()
    row = max(16, min(round(52 * u), round(body.height * 0.084)))
    film, body = body.split_bottom(
        FILM_ROWS * row + (FILM_ROWS - 1) * compute_gap(u) + 2 * compute_padding(u), round(6 * u)
    )
    lines = 1 if size[0] >= 1200 * u else 2
    controls, body = body.split_bottom(round(lines * map_panel.LAB_CONTROL_HEIGHT * u), round(6 * u))
    labels, rest = film.inset(compute_padding(u)).split_left(round(min(186 * u, film.width * 0.24)), round(10 * u))
    parts |= {"panel": film, "labels": labels, "film": rest}
    if body.width > body.height * 1.1:
        map_rect = _place_pictures_and_chart(body, parts, u, gap, round(1.2 * body.height))
    else:
        map_rect, column = body.split_top(round(body.height * 0.5), gap)
        _place_pictures_and_chart(column, parts, u, gap, 0)
    return Layout(bar, legend, (map_rect,), hint, parts, controls)


def compute_gap(u: float) -> int:
    """Return the gap between two pictures of the film strip, in pixels."""
    return max(2, round(4 * u))


def compute_padding(u: float) -> int:
    return round(8 * u)


def split_rows(rect: Rect, u: float) -> list[Rect]:
    """Split the film strip, or its labels, into rows."""
    return rect.split_rows(FILM_ROWS, compute_gap(u))


def count_pictures(film: Rect, u: float) -> int:
    """Return the number of pictures that fit in a row; an odd number, so that the middle of the path is one of them."""
    side = split_rows(film, u)[0].height
    most = (film.width + compute_gap(u)) // max(1, side + compute_gap(u))
    return max(MIN_PICTURES, min(MAX_PICTURES, most - 1 + most % 2))


def place_cells(film: Rect, u: float) -> list[Rect]:
    """Return the rectangles of the pictures in the first row."""
    number = count_pictures(film, u)
    return [cell.fit_square() for cell in split_rows(film, u)[0].split_columns(number, compute_gap(u))]


def find_share_at(film: Rect, u: float, across: float) -> float:
    """Return the position along the path, 0 to 1, at `across` (0 to 1) of the film strip; exact at picture centres."""
    first, *_, last = (cell.centre[0] for cell in place_cells(film, u))
    x = film.x + across * (film.width - 1)
    return min(max((x - first) / max(1.0, last - first), 0.0), 1.0)


def place_window(film: Rect, u: float, share: float) -> Rect:
    """Return the frame around the pictures of one position along the path, in all rows."""
    first, *_, last = place_cells(film, u)
    x = first.x + (last.x - first.x) * share
    reach = max(2, compute_gap(u) // 2 + 1)
    return Rect(round(x) - reach, film.y - reach, first.width + 2 * reach, film.height + 2 * reach)


NAME_HEIGHT, VERDICT_HEIGHT, FIGURES_HEIGHT = 28, 32, 24
"""Heights in design pixels: the name of a picture, and below it its realism and a line of figures."""
MIN_CHART_HEIGHT, MIN_CHART_WIDTH = 108, 250
"""Least height of the chart below the pictures, and least width beside them, in design pixels."""


def _place_pictures_and_chart(room: Rect, parts: dict[str, Rect], u: float, gap: int, map_width: int) -> Rect:
    """Place two pictures at the right, with the chart beside or below them, whichever makes them larger; return the
    rest of `room`, at least `map_width` wide."""
    said, low, narrow = (
        round((NAME_HEIGHT + VERDICT_HEIGHT + FIGURES_HEIGHT) * u),
        round(MIN_CHART_HEIGHT * u),
        round(MIN_CHART_WIDTH * u),
    )
    width = room.width - map_width - gap * (map_width > 0)
    charted = room.height >= said + low + round(100 * u)
    beside = min(room.height - said, (width - narrow - 2 * gap) // 2)
    below = min(room.height - said - (low + gap) * charted, (width - gap) // 2, round(room.width * 0.5))
    if map_width and beside < below:
        below = min(below, max(beside, round(room.width * 0.2)))
    side = max(24, beside, below)
    columns = 2 * side + gap
    if beside >= below:
        chart = narrow if map_width else room.width - columns - gap
        column, rest = room.split_right(columns + gap + chart, gap)
        pictures, parts["chart"] = column.split_left(columns, gap)
    else:
        pictures, rest = room.split_right(columns, gap)
        if charted:
            parts["chart"], pictures = pictures.split_bottom(pictures.height - said - side - gap, gap)
    for name, place in zip(("picture", "fade"), pictures.split_columns(2, gap), strict=True):
        parts[f"{name} name"], place = place.split_top(round(NAME_HEIGHT * u))
        parts[name], place = place.split_top(side, round(4 * u))
        parts[f"{name} lamp"], place = place.split_top(round((VERDICT_HEIGHT - 4) * u))
        parts[f"{name} said"] = place.split_top(round(FIGURES_HEIGHT * u))[0]
    return rest
