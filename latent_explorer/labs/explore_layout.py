"""Where the parts of Explore stand: the map with its strip, and beside or below it the picture and its details."""

from functools import lru_cache

from latent_explorer.labs import frame
from latent_explorer.labs.lab import Layout
from latent_explorer.labs.rect import Rect

STRIP = 10
"""Pictures in the strip: as many pins as fit, or so many steps along a trace."""


@lru_cache(maxsize=8)
def layout(size: tuple[int, int], u: float, short: bool) -> Layout:
    """`short`: the strip is wanted, also where the map becomes short by it."""
    bar, legend, hint, body = frame.outline(size, u)
    gap = round(14 * u)
    parts: dict[str, Rect] = {}
    wide = body.width > body.height * 1.1
    if wide:
        side_width = round(min(body.width * 0.34, body.height * 0.54))
        map_rect, side = body.left(body.width - side_width - gap, gap)
    else:
        map_rect, side = body.top(round(body.height * 0.55), gap)
    least = 150 if short else 300
    if map_rect.height > least and map_rect.width > least:
        height = round(112 * u if short else min(112 * u, map_rect.width / STRIP + 28 * u))
        strip, map_rect = map_rect.below(height, round(8 * u))
        parts["strip"] = strip
    parts.update(_beside(side, u) if wide else _below(side, u))
    return Layout(bar, legend, (map_rect,), hint, parts)


def _beside(side: Rect, u: float) -> dict[str, Rect]:
    """A tall column: the picture on top, what fits of the details below it."""
    picture = min(side.width, round(side.height * 0.62))
    for details in _DETAILS:
        room = side.height - _height(details, u)
        if room >= picture * 0.85:
            picture = min(side.width, room)
            break
    place, rest = side.top(picture, round(8 * u))
    return {"picture": place.left(picture)[0], **_details(rest, details, u)}


def _below(side: Rect, u: float) -> dict[str, Rect]:
    """A wide row under the map: the picture on the left, what fits of the details beside it."""
    picture = min(side.height, side.width // 2)
    place, rest = side.left(picture, round(14 * u))
    details = next(names for names in _DETAILS if _height(names, u) <= rest.height)
    return {"picture": place.top(picture)[0], **_details(rest, details, u)}


_HEIGHTS = {
    "verdict": 30, "gauge": 8, "gauge text": 26, "sample text": 22, "sample": 122, "bars text": 20, "bars": 84
}  # fmt: skip
_DETAILS = (
    ("verdict", "gauge", "gauge text", "sample text", "sample", "bars text", "bars"),
    ("verdict", "gauge", "gauge text", "sample text", "sample"),
    ("verdict", "gauge", "gauge text"),
    (),
)


def _height(names: tuple[str, ...], u: float) -> int:
    return sum(round(_HEIGHTS[name] * u) for name in names) + (round(8 * u) * 3 if names else 0)


def _details(rest: Rect, names: tuple[str, ...], u: float) -> dict[str, Rect]:
    parts: dict[str, Rect] = {}
    gap = round(8 * u)
    for name in names:
        if name == "sample":
            row, rest = rest.top(min(round(_HEIGHTS[name] * u), (rest.width - gap) // 2), gap)
            parts["sample"], second = row.left(row.height, gap)
            parts["reconstruction"] = second.left(row.height)[0]
        elif name == "bars":
            parts[name] = rest.top(round(1.6 * _HEIGHTS[name] * u))[0]
        else:
            parts[name], rest = rest.top(round(_HEIGHTS[name] * u), gap // 4)
    return parts
