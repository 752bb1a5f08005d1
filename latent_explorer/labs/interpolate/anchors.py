"""The places that a way leads over, named A, B, C ...: samples, places on a map, and the user's own picture."""

from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, pairwise

import numpy as np

from latent_explorer.engine.subject import Dot
from latent_explorer.labs.interpolate.queries import MOST, Place, Stop
from latent_explorer.scene import map_panel
from latent_explorer.scene.camera import Camera
from latent_explorer.scene.dots import Dots
from latent_explorer.scene.events import Px, Xy
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.state import State, World
from latent_explorer.user_image import OwnImage

LETTERS = "ABCDEFGHIJKL"
assert len(LETTERS) == MOST
ON_DOT = 6  # pixels from a dot that count as on it
REACH = 12  # and from an anchor


@dataclass(frozen=True)
class Anchor:
    """A sample, by its image in the data set, so that it means the same in every model of those images. A place on a
    map is that place as long as its map is shown, and the sample nearest to it on another one."""

    image: int = -1
    model: str = ""
    which: str = ""
    xy: Xy | None = None
    """The place; None for a sample."""
    own: bool = False
    """Whether it is the user's own picture."""


OWN_PICTURE = Anchor(own=True)


@dataclass(frozen=True)
class Found:
    """An anchor of the model and the map that are shown."""

    number: int
    """Among all anchors."""
    stop: Stop
    xy: Xy | None
    """On the map; None for the user's own picture, which has yet to be placed."""

    @property
    def letter(self) -> str:
        return "You" if isinstance(self.stop, OwnImage) else LETTERS[self.number]


def at(state: State, xy: Xy, rect: Rect, world: World) -> Anchor:
    """The sample under a position of the map, or the place itself where there is none."""
    checkpoint, which = world[state.models[0]], state.map_of(0, world)
    away, dot = map_panel.nearest(state, 0, xy, world)
    image = int(checkpoint.indices[dot])
    if away * state.camera(0, world).pixels(rect) <= ON_DOT * state.mark:
        return Anchor(image)
    return Anchor(image, state.models[0], which, xy)


def found(anchors: tuple[Anchor, ...], state: State, world: World) -> tuple[Found, ...]:
    """Those that the model can show: a sample that is not on its map is left out."""
    dot_of, which = world[state.models[0]].dot_of, state.map_of(0, world)
    shown: list[Found] = []
    for number, anchor in enumerate(anchors[:MOST]):
        if anchor.own:
            if state.image is not None:
                shown.append(Found(number, state.image, None))
        elif anchor.xy is not None and (anchor.model, anchor.which) == (state.models[0], which):
            shown.append(Found(number, Place(which, anchor.xy), anchor.xy))
        elif anchor.image in dot_of:
            dot = dot_of[anchor.image]
            shown.append(Found(number, Dot(dot), map_panel.dot_xy(state, 0, dot, world)))
    return tuple(shown)


def under(xy: Xy, anchors: tuple[Found, ...], state: State, rect: Rect, world: World) -> int | None:
    """The number of the anchor under a position of the map; the last one where several lie on each other."""
    reach = REACH * state.mark / state.camera(0, world).pixels(rect)
    near = [
        (float(np.hypot(one.xy[0] - xy[0], one.xy[1] - xy[1])), -one.number) for one in anchors if one.xy is not None
    ]
    away, number = min(near, default=(np.inf, 0))
    return -number if away <= reach else None


def is_near(px: Px, anchors: tuple[Anchor, ...], state: State, rect: Rect) -> bool:
    """Whether a place, which no dot marks, lies under the mouse; samples lie under dots."""
    for anchor in anchors:
        if anchor.xy is None or anchor.model != state.models[0]:
            continue
        camera = state.cameras.get((anchor.model, anchor.which), Camera())
        x, y = camera.to_px(anchor.xy, rect)
        if np.hypot(x - px[0], y - px[1]) <= REACH * state.mark:
            return True
    return False


def pair(state: State, number: int, world: World) -> tuple[Anchor, Anchor]:
    """Ends to begin with: the middles of two classes, those that lie farthest apart on the model's first map first, so
    that they stay where another map is shown; once all pairs have had their turn, the first one again."""
    checkpoint = world[state.models[0]]
    ends = _pairs(Dots.of(checkpoint, checkpoint.atlas.which))
    first, second = (Anchor(int(checkpoint.indices[dot])) for dot in ends[number % len(ends)])
    return first, second


def same_spot(anchors: tuple[Found, ...]) -> str:
    """The letters of two anchors that follow each other on one spot; empty where all lie apart."""
    for one, other in pairwise(anchors):
        if one.stop == other.stop:
            return f"{one.letter} and {other.letter}"
    return ""


@lru_cache(maxsize=8)
def _pairs(dots: Dots) -> tuple[tuple[int, int], ...]:
    middles, xy = [dot for label, dot in dots.middles.items() if label >= 0], dots.atlas.xy
    others = [ends for ends in combinations(middles, 2) if set(ends) != set(dots.far_apart)]
    others.sort(key=lambda ends: -float(np.hypot(*(xy[ends[0]] - xy[ends[1]]))))
    return dots.far_apart, *others
