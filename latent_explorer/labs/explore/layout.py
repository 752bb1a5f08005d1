"""Layout of Explore: the map with its strip, traversals and bookmarks beside it, and beside or below it the picture
and its details."""

from functools import lru_cache

from latent_explorer.scene import map_panel
from latent_explorer.scene.lab import Layout
from latent_explorer.scene.rect import Rect

STRIP_LENGTH = 10
"""Number of pictures in the strip: the largest number of pins, and the number of steps along a trace."""
THUMBNAIL_SIDE = 58
"""Side of a bookmark's thumbnail, in design pixels."""


@lru_cache(maxsize=16)
def make_layout(
    size: tuple[int, int], u: float, strip_required: bool, show_traversals: bool, bookmark_count: int
) -> Layout:
    """Return the layout. `strip_required`: keep the strip even if the map becomes low; `show_traversals`: make room for
    the traversals beside the map; `bookmark_count`: number of thumbnails."""
    bar, legend, hint, body = map_panel.split_window(size, u)
    gap = round(14 * u)
    parts: dict[str, Rect] = {}
    wide = body.width > body.height * 1.1
    if wide:
        # the column is no wider than the picture that fits into it
        picture, details = _fit_picture(round(min(body.width * 0.34, body.height * 0.56)), body.height, u)
        map_rect, side = body.split_left(body.width - picture - gap, gap)
    else:
        picture, details = 0, ()
        map_rect, side = body.split_top(round(body.height * 0.55), gap)
    least = 150 if strip_required else 300
    if not show_traversals and map_rect.height > least and map_rect.width > least:
        height = round(112 * u if strip_required else min(112 * u, map_rect.width / STRIP_LENGTH + 28 * u))
        strip, map_rect = map_rect.split_bottom(height, round(8 * u))
        parts["strip"] = strip
    if show_traversals:
        # seven pictures a row beside their names, and no larger than needed to read them
        room = round(min(map_rect.width * 0.52, 7 * 66 * u + 90 * u))
        map_rect, parts["films"] = map_rect.split_left(map_rect.width - room - gap, gap)
    if bookmark_count:
        column, map_rect = _split_thumbnails(map_rect, bookmark_count, u)
        parts["bookmarks"] = column
    parts.update(_place_beside(side, picture, details, u) if wide else _place_below(side, u))
    return Layout(bar, legend, (map_rect,), hint, parts)


def _split_thumbnails(rect: Rect, count: int, u: float) -> tuple[Rect, Rect]:
    """Split a column for `count` thumbnails off the left of the map; return it and the rest."""
    side = min(round(THUMBNAIL_SIDE * u), rect.height // max(1, count))
    column, rest = rect.split_left(side, round(6 * u))
    return column.split_top(side * count)[0], rest


def _place_beside(side: Rect, picture: int, details: tuple[str, ...], u: float) -> dict[str, Rect]:
    """Place the picture at the top of a tall column, and the details below it."""
    place, rest = side.split_top(picture, round(8 * u))
    return {"picture": place.split_left(picture)[0], **_place_details(rest, details, u)}


def _fit_picture(width: int, height: int, u: float) -> tuple[int, tuple[str, ...]]:
    """Return the side of the picture in a column of at most this size, and the details that fit below it."""
    wanted = min(width, round(height * 0.6))
    for details in _DETAILS:
        room = height - _compute_height(details, u)
        if room >= wanted * 0.8:
            return min(width, room), details
    return wanted, ()


def _place_below(side: Rect, u: float) -> dict[str, Rect]:
    """Place the picture at the left of a wide row under the map, and the details that fit beside it."""
    picture = min(side.height, side.width // 2)
    place, rest = side.split_left(picture, round(14 * u))
    details = next(names for names in _DETAILS if _compute_height(names, u) <= rest.height)
    return {"picture": place.split_top(picture)[0], **_place_details(rest, details, u)}


_HEIGHTS = {
    "verdict": 30, "gauge": 8, "gauge text": 24, "sample text": 22, "sample": 88, "bars text": 22, "bars": 112
}  # fmt: skip
_DETAILS = (
    ("verdict", "gauge", "gauge text", "sample text", "sample", "bars text", "bars"),
    ("verdict", "gauge", "gauge text", "bars text", "bars"),
    ("verdict", "bars text", "bars"),
    ("verdict", "gauge", "gauge text"),
    (),
)
"""Sets of details, tried in this order: the bars, which can be dragged, are preferred to the nearest sample."""


def _compute_height(names: tuple[str, ...], u: float) -> int:
    return sum(round(_HEIGHTS[name] * u) for name in names) + (round(8 * u) * 3 if names else 0)


def _place_details(rest: Rect, names: tuple[str, ...], u: float) -> dict[str, Rect]:
    parts: dict[str, Rect] = {}
    gap = round(8 * u)
    for name in names:
        if name == "sample":
            row, rest = rest.split_top(min(round(_HEIGHTS[name] * u), (rest.width - gap) // 2), gap)
            parts["sample"], second = row.split_left(row.height, gap)
            parts["reconstruction"] = second.split_left(row.height)[0]
        elif name == "bars":
            parts[name] = rest.split_top(round(1.6 * _HEIGHTS[name] * u))[0]
        else:
            parts[name], rest = rest.split_top(round(_HEIGHTS[name] * u), gap // 4)
    return parts
