"""Anchors of an interpolation path, named A, B, C ...: samples, positions on a map, and the user image."""

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
ON_DOT = 6  # pixels: the mouse is on a dot up to this distance
REACH = 12  # pixels: the same for an anchor


@dataclass(frozen=True)
class Anchor:
    """A sample, by its image in the data set, so that it means the same in every model of those images; a map position,
    which falls back to the sample nearest to it while another map is displayed; or the user image."""

    image: int = -1
    model: str = ""
    which: str = ""
    xy: Xy | None = None
    """Map position; None for a sample."""
    own: bool = False
    """Whether it is the user image."""


OWN_PICTURE = Anchor(own=True)


@dataclass(frozen=True)
class Found:
    """An anchor resolved for the current model and map."""

    number: int
    """Index among all anchors."""
    stop: Stop
    xy: Xy | None
    """Position on the map; None for the user image, which is not projected yet."""

    @property
    def letter(self) -> str:
        return "You" if isinstance(self.stop, OwnImage) else LETTERS[self.number]


def at(state: State, xy: Xy, rect: Rect, world: World) -> Anchor:
    """Return an anchor at the sample under `xy`, or at the map position `xy` itself if no dot is there."""
    checkpoint, which = world[state.models[0]], state.map_of(0, world)
    away, dot = map_panel.nearest(state, 0, xy, world)
    image = int(checkpoint.indices[dot])
    if away * state.camera(0, world).pixels(rect) <= ON_DOT * state.mark:
        return Anchor(image)
    return Anchor(image, state.models[0], which, xy)


def found(anchors: tuple[Anchor, ...], state: State, world: World) -> tuple[Found, ...]:
    """Resolve the anchors for the current model and map; omit samples not on the map, and a missing user image."""
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
    """Return the number of the anchor at the map position `xy`, None if there is none; the last if several overlap."""
    reach = REACH * state.mark / state.camera(0, world).pixels(rect)
    near = [
        (float(np.hypot(one.xy[0] - xy[0], one.xy[1] - xy[1])), -one.number) for one in anchors if one.xy is not None
    ]
    away, number = min(near, default=(np.inf, 0))
    return -number if away <= reach else None


def is_near(px: Px, anchors: tuple[Anchor, ...], state: State, rect: Rect) -> bool:
    """Return True if an anchor at a map position lies under the mouse. Anchors at samples lie under dots."""
    for anchor in anchors:
        if anchor.xy is None or anchor.model != state.models[0]:
            continue
        camera = state.cameras.get((anchor.model, anchor.which), Camera())
        x, y = camera.to_px(anchor.xy, rect)
        if np.hypot(x - px[0], y - px[1]) <= REACH * state.mark:
            return True
    return False


def pair(state: State, number: int, world: World) -> tuple[Anchor, Anchor]:
    """Return the initial anchors: the middle dots of two classes. Pair 0 lies farthest apart on the model's first map,
    whichever map is displayed; `number` wraps around after the last pair."""
    checkpoint = world[state.models[0]]
    ends = _pairs(Dots.of(checkpoint, checkpoint.atlas.which))
    first, second = (Anchor(int(checkpoint.indices[dot])) for dot in ends[number % len(ends)])
    return first, second


def same_spot(anchors: tuple[Found, ...]) -> str:
    """Return the letters of two consecutive anchors that coincide, as a text; empty if none do."""
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
