"""The codebook of a vector-quantised model on the map of Explore: every code in use, and those nearest the mouse."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from latent_explorer.engine.base_queries import CodesValue
from latent_explorer.engine.subject import Picture
from latent_explorer.scene import legend, map_panel
from latent_explorer.scene.events import Xy
from latent_explorer.scene.items import Marker
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.state import State, World

NONE = "Only a vector-quantised model has a codebook, mnist-quantised for example."
RINGS = 256  # as many codes, those used most, as the eye still tells apart


def following(part: int, parts: int) -> int:
    """The part whose codes are shown next, from 1; 0 shows none."""
    return (part + 1) % (parts + 1)


def nearest(state: State, value: CodesValue, xy: Xy, count: int, world: World) -> tuple[int, ...]:
    """The codes that lie nearest to `xy` on the map, the nearest first."""
    visible = _visible(state, value, world)
    atlas = world[state.models[0]].maps[state.map_of(0, world)]
    away = np.hypot(*(atlas.xy[value.dots[visible]] - np.asarray(xy)).T)
    return tuple(int(i) for i in visible[np.argsort(away, kind="stable")[:count]])


def markers(state: State, value: CodesValue, near: tuple[int, ...], rect: Rect, world: World) -> list[Marker]:
    """A ring for each code, and a number for those whose pictures are in the strip."""
    small, large = round(3 * state.mark), round(9 * state.mark)
    rings = [
        Marker(map_panel.dot_px(state, 0, int(value.dots[i]), rect, world), rect, "text", small)
        for i in _visible(state, value, world)[:RINGS]
        if i not in near
    ]
    # the nearest one is drawn last, over its neighbours
    return rings + [
        Marker(
            map_panel.dot_px(state, 0, int(value.dots[i]), rect, world), rect, "accent", large, str(number), filled=True
        )
        for number, i in reversed(list(enumerate(near, 1)))
    ]


@lru_cache(maxsize=8)
def row(value: CodesValue, near: tuple[int, ...]) -> tuple[Picture, ...]:
    """The pictures of some codes; the same tuple for the same ones, so that a strip that stays is not drawn again."""
    return tuple(value.pictures[i] for i in near)


def _visible(state: State, value: CodesValue, world: World) -> NDArray[np.intp]:
    """The codes that lie at a sample of a class that is shown."""
    hidden = legend.hidden(state, 0, world)
    return np.flatnonzero(~np.isin(world[state.models[0]].labels[value.dots], list(hidden)))


def title(value: CodesValue, parts: int) -> str:
    where = f"part {value.part} of {parts}" if parts > 1 else "codebook"
    return f"{where.capitalize()}: the codes nearest the mouse, of {len(value.dots):,} in use"
