"""Anchors of an interpolation path, named A, B, C ...: samples, positions on a map, and the user image."""

from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import Annotated

import numpy as np

from latent_explorer.cache import remember
from latent_explorer.config.limits import Within
from latent_explorer.engine.subject import Dot, MapPosition
from latent_explorer.labs.interpolate.queries import MAX_STOPS, Stop
from latent_explorer.scene import map_panel
from latent_explorer.scene.camera import Camera
from latent_explorer.scene.dots import Dots
from latent_explorer.scene.events import Px, Xy
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.state import State
from latent_explorer.texts import tr
from latent_explorer.user_image import OwnImage

LETTERS = "ABCDEFGHIJKL"
assert len(LETTERS) == MAX_STOPS
DOT_HIT_RADIUS = 6  # pixels: the mouse is on a dot up to this distance
ANCHOR_HIT_RADIUS = 12  # pixels: the same for an anchor


@dataclass(frozen=True)
class Anchor:
    """A sample, by its image in the data set, so that it means the same in every model of those images; a map position,
    which falls back to the sample nearest to it while another map is displayed; or the user image."""

    image: int = -1
    model: str = ""
    which: str = ""
    xy: Xy | None = None
    """Map position; None for a sample."""
    resolution: Annotated[float, Within(0)] | None = None
    """Map units that a screen pixel covered when the position was chosen; None: decoded exactly."""
    own: bool = False
    """Whether it is the user image."""


USER_IMAGE_ANCHOR = Anchor(own=True)


@dataclass(frozen=True)
class ResolvedAnchor:
    """An anchor resolved for the current model and map."""

    number: int
    """Index among all anchors."""
    stop: Stop
    xy: Xy | None
    """Position on the map; None for the user image, which is not projected yet."""

    @property
    def letter(self) -> str:
        return tr("You") if isinstance(self.stop, OwnImage) else LETTERS[self.number]


def make_anchor_at(state: State, xy: Xy, rect: Rect) -> Anchor:
    """Return an anchor at the sample under `xy`, or at the map position `xy` itself if no dot is there."""
    checkpoint, which = state.get_checkpoint(0), state.get_map_name(0)
    away, dot = map_panel.find_nearest_dot(state, 0, xy)
    image, pixel = int(checkpoint.indices[dot]), state.get_pixel(0, rect)
    if away <= DOT_HIT_RADIUS * state.marker_scale * pixel:
        return Anchor(image)
    return Anchor(image, state.models[0], which, xy, pixel)


def resolve_anchors(anchors: tuple[Anchor, ...], state: State) -> tuple[ResolvedAnchor, ...]:
    """Resolve the anchors for the current model and map; omit samples not on the map, and a missing user image."""
    dot_of, which = state.get_checkpoint(0).dot_of_image, state.get_map_name(0)
    stops: list[ResolvedAnchor] = []
    for number, anchor in enumerate(anchors[:MAX_STOPS]):
        if anchor.own:
            if state.drawing.image is not None:
                stops.append(ResolvedAnchor(number, state.drawing.image, None))
        elif anchor.xy is not None and (anchor.model, anchor.which) == (state.models[0], which):
            stops.append(ResolvedAnchor(number, MapPosition(anchor.xy, anchor.resolution, map_name=which), anchor.xy))
        elif anchor.image in dot_of:
            dot = dot_of[anchor.image]
            stops.append(ResolvedAnchor(number, Dot(dot), map_panel.get_dot_xy(state, 0, dot)))
    return tuple(stops)


def find_anchor_under_mouse(xy: Xy, anchors: tuple[ResolvedAnchor, ...], state: State, rect: Rect) -> int | None:
    """Return the number of the anchor at the map position `xy`, None if there is none; the last if several overlap."""
    reach = ANCHOR_HIT_RADIUS * state.marker_scale * state.get_pixel(0, rect)
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
        camera = state.view.cameras.get((anchor.model, anchor.which), Camera())
        x, y = camera.to_px(anchor.xy, rect)
        if np.hypot(x - px[0], y - px[1]) <= ANCHOR_HIT_RADIUS * state.marker_scale:
            return True
    return False


def choose_default_pair(state: State, number: int) -> tuple[Anchor, Anchor]:
    """Return the initial anchors: the middle dots of two classes. Pair 0 lies farthest apart on the model's first map,
    whichever map is displayed; `number` wraps around after the last pair."""
    checkpoint = state.get_checkpoint(0)
    ends = _list_pairs(Dots.of(checkpoint, checkpoint.atlas.method))
    first, second = (Anchor(int(checkpoint.indices[dot])) for dot in ends[number % len(ends)])
    return first, second


def find_coinciding_anchors(anchors: tuple[ResolvedAnchor, ...]) -> tuple[str, str] | None:
    """Return the letters of two consecutive anchors that coincide; None if none do."""
    for one, other in pairwise(anchors):
        if one.stop == other.stop:
            return one.letter, other.letter
    return None


@remember(8)
def _list_pairs(dots: Dots) -> tuple[tuple[int, int], ...]:
    middles, xy = [dot for label, dot in dots.median_dots.items() if label >= 0], dots.atlas.xy
    others = [ends for ends in combinations(middles, 2) if set(ends) != set(dots.farthest_dots)]
    others.sort(key=lambda ends: -float(np.hypot(*(xy[ends[0]] - xy[ends[1]]))))
    return dots.farthest_dots, *others
