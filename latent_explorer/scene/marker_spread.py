"""Moves lettered markers of a map apart where one would cover another. It does not know what they mark."""

import math
from collections.abc import Collection
from dataclasses import replace

from latent_explorer.scene.events import Px
from latent_explorer.scene.items import Line, Marker, View
from latent_explorer.scene.rect import Rect

LEGIBLE_SHARE = 0.8
"""Share of the sum of two radii by which two markers must be apart to be legible both."""
ANGLES = tuple(
    math.radians(angle) for angle in (-45, 45, -135, 135, 0, 180, -90, 90, -22, 22, -158, 158, -68, 68, -112, 112)
)
"""Directions in which a marker is moved, the first preferred: to the right and up."""
DISTANCES = (1.0, 1.8, 2.6, 3.4)
"""Distances by which it is moved, in sums of the two radii."""


def spread(view: View, maps: Collection[Rect]) -> View:
    """Return the view with lettered markers on `maps` apart from each other. Small ones keep their places, and of equal
    ones those drawn last; a line leads from one that is moved to its place."""
    lettered = {i: one for i, one in enumerate(view) if isinstance(one, Marker) and one.label and one.clip in maps}
    changed: dict[int, Marker] = {}
    placed: dict[Rect, list[Marker]] = {}
    for _, negative in sorted([(one.size, -i) for i, one in lettered.items()]):
        marker = lettered[-negative]
        near = placed.setdefault(marker.clip, [])
        moved = _find_free_place(marker, near) if near else marker.px
        if moved != marker.px:
            changed[-negative] = marker = replace(marker, px=moved)
        near.append(marker)
    if not changed:
        return view
    leaders = [_make_leader(lettered[i], moved) for i, moved in changed.items()]
    first = min(lettered)
    after = [changed.get(i, item) for i, item in enumerate(view[first:], first)]
    return (*view[:first], *leaders, *after)  # the lines lie below all markers


def _find_free_place(marker: Marker, others: list[Marker]) -> Px:
    """Return the place of the marker, else one beside it that is apart from all `others` and inside the map; its place
    again if there is none."""
    x, y = marker.px
    covering = [one for one in others if math.dist(marker.px, one.px) < LEGIBLE_SHARE * (marker.size + one.size)]
    if not covering:
        return marker.px
    step = max(marker.size + one.size for one in covering) + 3
    inside = marker.clip.inset(marker.size)
    for distance in DISTANCES:
        for angle in ANGLES:
            at = x + distance * step * math.cos(angle), y + distance * step * math.sin(angle)
            if inside.contains(at) and all(math.dist(at, one.px) >= marker.size + one.size for one in others):
                return at
    return marker.px


def _make_leader(marker: Marker, moved: Marker) -> Line:
    width = max(2, marker.size // 4)
    return Line((moved.px, marker.px), marker.clip, marker.colour, width, reveals_answer=marker.reveals_answer)
