"""The codebook of a vector-quantised model on the map of Explore: every code in use, and those nearest the mouse."""

import numpy as np
from numpy.typing import NDArray

from latent_explorer.cache import remember
from latent_explorer.engine.queries.base import CodebookEntriesValue
from latent_explorer.engine.subject import Picture
from latent_explorer.scene import legend, map_panel
from latent_explorer.scene.events import Px, Xy
from latent_explorer.scene.items import Marker
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.state import State
from latent_explorer.texts import mark, tr

NO_CODEBOOK = mark("Only a vector-quantised model has a codebook, mnist-quantised for example.")
MAX_RINGS = 256  # codes that get a ring on the map, those used most: more cannot be told apart by eye


def find_next_part(part: int, parts: int) -> int:
    """Return the part (from 1) whose codes are displayed after `part`; 0 displays none."""
    return (part + 1) % (parts + 1)


def find_nearest(state: State, value: CodebookEntriesValue, xy: Xy, count: int) -> tuple[int, ...]:
    """Return the `count` visible codes that lie nearest to `xy` on the map, the nearest first."""
    visible = _find_visible(state, value)
    atlas = state.get_checkpoint(0).maps[state.get_map_name(0)]
    away = np.hypot(*(atlas.xy[value.dots[visible]] - np.asarray(xy)).T)
    return tuple(int(i) for i in visible[np.argsort(away, kind="stable")[:count]])


def make_markers(state: State, value: CodebookEntriesValue, near: tuple[int, ...], rect: Rect) -> list[Marker]:
    """Return a ring for each visible code, and a numbered marker for the codes `near`, which are in the strip."""
    small, large = round(3 * state.marker_scale), round(9 * state.marker_scale)

    def place(code: int) -> Px:
        return map_panel.get_dot_px(state, 0, int(value.dots[code]), rect)

    visible = _find_visible(state, value)[:MAX_RINGS]
    rings = [Marker(place(code), rect, "text", small) for code in visible if code not in near]
    # the nearest one is drawn last, over its neighbours
    numbered = reversed(list(enumerate(near, 1)))
    return rings + [Marker(place(code), rect, "accent", large, str(number), filled=True) for number, code in numbered]


@remember(8)
def select_pictures(value: CodebookEntriesValue, near: tuple[int, ...]) -> tuple[Picture, ...]:
    """Return the pictures of the codes `near`. Cached: an unchanged strip gets the same tuple, not redrawn."""
    return tuple(value.pictures[i] for i in near)


def _find_visible(state: State, value: CodebookEntriesValue) -> NDArray[np.intp]:
    """Return the codes that lie at a dot of a visible class."""
    hidden = legend.find_hidden_classes(state, 0)
    return np.flatnonzero(~np.isin(state.get_checkpoint(0).labels[value.dots], list(hidden)))


def make_title(value: CodebookEntriesValue, parts: int) -> str:
    used = len(value.dots)
    if parts > 1:
        return tr(
            "Part {part} of {parts}: the codes nearest the mouse, of {used:,} in use",
            part=value.part, parts=parts, used=used,
        )  # fmt: skip
    return tr("Codebook: the codes nearest the mouse, of {used:,} in use", used=used)
