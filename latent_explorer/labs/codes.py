"""The codebook of a vector-quantised model on the map of Explore: every code in use, and those nearest the mouse."""

import numpy as np

from latent_explorer.engine.requests import CodesValue
from latent_explorer.labs import frame
from latent_explorer.labs.actions import Xy
from latent_explorer.labs.rect import Rect
from latent_explorer.labs.state import State, World
from latent_explorer.labs.view import Marker

NONE = "Only a vector-quantised model has a codebook, mnist-quantised for example."


def following(part: int, parts: int) -> int:
    """The part whose codes are shown next, from 1; 0 shows none."""
    return (part + 1) % (parts + 1)


def nearest(state: State, value: CodesValue, xy: Xy, count: int, world: World) -> tuple[int, ...]:
    """The codes whose places on the map are nearest to `xy`, the nearest first."""
    atlas = world[state.models[0]].maps[state.map_of(0, world)]
    away = np.hypot(*(atlas.xy[list(value.dots)] - np.asarray(xy)).T)
    return tuple(int(i) for i in np.argsort(away, kind="stable")[:count])


def markers(state: State, value: CodesValue, near: tuple[int, ...], rect: Rect, world: World) -> list[Marker]:
    """A ring for each code, and a number for those whose pictures are in the strip."""
    places = [frame.dot_px(state, 0, dot, rect, world) for dot in value.dots]
    small, large = round(3 * state.mark), round(9 * state.mark)
    rings = [Marker(px, rect, "text", small) for i, px in enumerate(places) if i not in near]
    # the nearest one is drawn last, over its neighbours
    return rings + [
        Marker(places[i], rect, "accent", large, str(number), filled=True)
        for number, i in reversed(list(enumerate(near, 1)))
    ]


def title(value: CodesValue, parts: int) -> str:
    where = f"part {value.part} of {parts}" if parts > 1 else "codebook"
    return f"{where.capitalize()}: the codes nearest the mouse, of {len(value.dots):,} in use"
