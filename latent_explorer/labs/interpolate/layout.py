"""Layout of Interpolate: the map, beside it the current pictures and the chart, below them the controls and the film
strip; and the position along the path that belongs to a position on the film strip."""

from functools import lru_cache

from latent_explorer.scene import map_panel
from latent_explorer.scene.lab import Layout
from latent_explorer.scene.rect import Rect

ROWS = 4
"""Rows of the film strip: three paths and the cross-fade."""
FEWEST, MOST = 5, 21
"""Least and largest number of pictures in a row."""


@lru_cache(maxsize=8)
def layout(size: tuple[int, int], u: float) -> Layout:
    bar, legend, hint, body = map_panel.outline(size, u)
    gap, parts = round(12 * u), dict[str, Rect]()
    row = max(16, min(round(52 * u), round(body.height * 0.084)))
    film, body = body.below(ROWS * row + (ROWS - 1) * between(u) + 2 * padding(u), round(6 * u))
    lines = 1 if size[0] >= 1200 * u else 2
    controls, body = body.below(round(lines * map_panel.CONTROL * u), round(6 * u))
    labels, rest = film.inset(padding(u)).left(round(min(186 * u, film.width * 0.24)), round(10 * u))
    parts |= {"panel": film, "labels": labels, "film": rest}
    if body.width > body.height * 1.1:
        map_rect = _place(body, parts, u, gap, round(1.2 * body.height))
    else:
        map_rect, column = body.top(round(body.height * 0.5), gap)
        _place(column, parts, u, gap, 0)
    return Layout(bar, legend, (map_rect,), hint, parts, controls)


def between(u: float) -> int:
    """Return the gap between two pictures of the film strip, in pixels."""
    return max(2, round(4 * u))


def padding(u: float) -> int:
    return round(8 * u)


def rows(rect: Rect, u: float) -> list[Rect]:
    """Split the film strip, or its labels, into rows."""
    return rect.rows(ROWS, between(u))


def count(film: Rect, u: float) -> int:
    """Return the number of pictures that fit in a row; an odd number, so that the middle of the path is one of them."""
    side = rows(film, u)[0].height
    most = (film.width + between(u)) // max(1, side + between(u))
    return max(FEWEST, min(MOST, most - 1 + most % 2))


def cells(film: Rect, u: float) -> list[Rect]:
    """Return the rectangles of the pictures in the first row."""
    number = count(film, u)
    return [cell.square() for cell in rows(film, u)[0].columns(number, between(u))]


def share_at(film: Rect, u: float, across: float) -> float:
    """Return the position along the path, 0 to 1, at `across` (0 to 1) of the film strip; exact at picture centres."""
    first, *_, last = (cell.centre[0] for cell in cells(film, u))
    x = film.x + across * (film.width - 1)
    return min(max((x - first) / max(1.0, last - first), 0.0), 1.0)


def window(film: Rect, u: float, share: float) -> Rect:
    """Return the frame around the pictures of one position along the path, in all rows."""
    first, *_, last = cells(film, u)
    x = first.x + (last.x - first.x) * share
    reach = max(2, between(u) // 2 + 1)
    return Rect(round(x) - reach, film.y - reach, first.width + 2 * reach, film.height + 2 * reach)


NAME, LAMP, FIGURE = 28, 32, 24
"""Heights in design pixels: the name of a picture, and below it its realism and a line of figures."""
CHART, NARROW = 108, 250
"""Least height of the chart below the pictures, and least width beside them, in design pixels."""


def _place(room: Rect, parts: dict[str, Rect], u: float, gap: int, map_width: int) -> Rect:
    """Place two pictures at the right, with the chart beside or below them, whichever makes them larger; return the
    rest of `room`, at least `map_width` wide."""
    said, low, narrow = round((NAME + LAMP + FIGURE) * u), round(CHART * u), round(NARROW * u)
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
        column, rest = room.right_part(columns + gap + chart, gap)
        pictures, parts["chart"] = column.left(columns, gap)
    else:
        pictures, rest = room.right_part(columns, gap)
        if charted:
            parts["chart"], pictures = pictures.below(pictures.height - said - side - gap, gap)
    for name, place in zip(("picture", "fade"), pictures.columns(2, gap), strict=True):
        parts[f"{name} name"], place = place.top(round(NAME * u))
        parts[name], place = place.top(side, round(4 * u))
        parts[f"{name} lamp"], place = place.top(round((LAMP - 4) * u))
        parts[f"{name} said"] = place.top(round(FIGURE * u))[0]
    return rest
