"""Where the parts of Interpolate stand: the map, beside it the picture of the moment and the chart, below all of it the
controls and the film, and which moment of the way a place on the film is."""

from functools import lru_cache

from latent_explorer.scene import map_panel
from latent_explorer.scene.lab import Layout
from latent_explorer.scene.rect import Rect

ROWS = 4
"""Of the film: three ways and the cross-fade."""
FEWEST, MOST = 5, 21
"""Pictures in a row."""


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
    """Pixels from a picture of the film to the next."""
    return max(2, round(4 * u))


def padding(u: float) -> int:
    return round(8 * u)


def rows(rect: Rect, u: float) -> list[Rect]:
    """The rows of the film, or their labels."""
    return rect.rows(ROWS, between(u))


def count(film: Rect, u: float) -> int:
    """Pictures in a row: as many as find room, an odd number, so that the middle of the way is one of them."""
    side = rows(film, u)[0].height
    most = (film.width + between(u)) // max(1, side + between(u))
    return max(FEWEST, min(MOST, most - 1 + most % 2))


def cells(film: Rect, u: float) -> list[Rect]:
    """The places of the pictures in the first row."""
    number = count(film, u)
    return [cell.square() for cell in rows(film, u)[0].columns(number, between(u))]


def share_at(film: Rect, u: float, across: float) -> float:
    """The moment, 0 to 1, at a place that is 0..1 across the film: a picture's own is in its middle."""
    first, *_, last = (cell.centre[0] for cell in cells(film, u))
    x = film.x + across * (film.width - 1)
    return min(max((x - first) / max(1.0, last - first), 0.0), 1.0)


def window(film: Rect, u: float, share: float) -> Rect:
    """What frames the pictures of a moment in all rows."""
    first, *_, last = cells(film, u)
    x = first.x + (last.x - first.x) * share
    reach = max(2, between(u) // 2 + 1)
    return Rect(round(x) - reach, film.y - reach, first.width + 2 * reach, film.height + 2 * reach)


NAME, LAMP, FIGURE = 28, 32, 24
"""Heights in design pixels: a picture's name, and below it its lamp and a line of figures."""
CHART, NARROW = 108, 250
"""The chart's least height below the pictures, and its least width beside them."""


def _place(room: Rect, parts: dict[str, Rect], u: float, gap: int, map_width: int) -> Rect:
    """Two pictures at the right, and the chart beside or below them, whichever leaves them larger; what is left of the
    width, at least `map_width`."""
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
