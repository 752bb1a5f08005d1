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
RINGS = 256  # codes that get a ring on the map, those used most: more cannot be told apart by eye


def following(part: int, parts: int) -> int:
    """Return the part (from 1) whose codes are displayed after `part`; 0 displays none."""
    return (part + 1) % (parts + 1)


def nearest(state: State, value: CodesValue, xy: Xy, count: int, world: World) -> tuple[int, ...]:
    """Return the `count` visible codes that lie nearest to `xy` on the map, the nearest first."""
    visible = _visible(state, value, world)
    atlas = world[state.models[0]].maps[state.map_of(0, world)]
    away = np.hypot(*(atlas.xy[value.dots[visible]] - np.asarray(xy)).T)
    return tuple(int(i) for i in visible[np.argsort(away, kind="stable")[:count]])


def markers(state: State, value: CodesValue, near: tuple[int, ...], rect: Rect, world: World) -> list[Marker]:
    """Return a ring for each visible code, and a numbered marker for the codes `near`, which are in the strip."""
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
    """Return the pictures of the codes `near`. Cached: an unchanged strip gets the same tuple, not redrawn."""
    return tuple(value.pictures[i] for i in near)


def _visible(state: State, value: CodesValue, world: World) -> NDArray[np.intp]:
    """Return the codes that lie at a dot of a visible class."""
    hidden = legend.hidden(state, 0, world)
    return np.flatnonzero(~np.isin(world[state.models[0]].labels[value.dots], list(hidden)))


def title(value: CodesValue, parts: int) -> str:
    where = f"part {value.part} of {parts}" if parts > 1 else "codebook"
    return f"{where.capitalize()}: the codes nearest the mouse, of {len(value.dots):,} in use"
