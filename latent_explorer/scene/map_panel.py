"""A map on the screen: its dots with what is written beside them, places on it, and what the mouse is near to."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats
from latent_explorer.engine.animation.picture_animation import AnimationTarget
from latent_explorer.engine.queries.base import PointValue
from latent_explorer.engine.queries.explain import NearestSamplesValue
from latent_explorer.engine.queries.sample import SampleValue
from latent_explorer.scene import dot_texts, latent_axes, legend, map_notes
from latent_explorer.scene.dots import Dots
from latent_explorer.scene.events import Px, Xy
from latent_explorer.scene.items import DotColours, Item, Line, Map, Marker, Panel
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.state import State

FAR_GAPS = 12.0  # dot distances beyond which a position counts as far from every sample
FAR_SHARE = 0.012  # the same in map units, for maps with very dense dots
SNAP_SHARE = 0.2  # of the distance between dots: nearer than this, the mouse is on the dot


def make_map_items(
    state: State, slot: int, rect: Rect, links: NearestSamplesValue | None = None, dot_colours: DotColours | None = None
) -> list[Item]:
    """Return the map of a slot on its panel: dots in their class colours or in `dot_colours`; with `links`, a line from
    each dot to its nearest neighbour in latent space."""
    is_explained = map_notes.is_quality_hovered(state, slot, _find_note_place(state, slot, rect))
    return state.derive_at_rest(("map items", slot), _make_map_items, slot, rect, links, dot_colours, is_explained)


def _find_note_place(state: State, slot: int, rect: Rect) -> Rect:
    """Return the part of a map in whose corners its notes stand: beside the ticks, if it has any."""
    return state.derive_at_rest(("note place", slot), latent_axes.inset_notes, slot, rect)


def _make_map_items(
    state: State, slot: int, rect: Rect, links: NearestSamplesValue | None, dot_colours: DotColours | None,
    is_explained: bool,
) -> list[Item]:  # fmt: skip
    dots = Map(
        rect, state.get_model_name(slot), state.get_map_name(slot), state.get_camera(slot),
        legend.find_hidden_classes(state, slot), state.preferences.show_class_names, dot_colours=dot_colours,
    )  # fmt: skip
    before = state.get_transition_source(slot)
    if state.map_task.transition is None or not before:
        dots = replace(dots, links=links)
        axes = latent_axes.make_items(state, slot, rect)
        notes = map_notes.make_items(state, slot, _find_note_place(state, slot, rect), is_explained=is_explained)
        return [Panel(rect, "map"), dots, *dot_texts.make_items(state, slot, rect), *axes, *notes]
    progress = state.map_task.transition.progress
    first = state.put(replace(state.view, map_name=before)).get_camera(slot)
    between = first.interpolate(dots.camera, progress)
    return [Panel(rect, "map"), replace(dots, camera=between, previous_map=before, progress=progress)]


def make_dot_marker(state: State, slot: int, dot: int, rect: Rect, colour: str = "accent") -> Marker:
    """Return a ring around a dot."""
    return Marker(get_dot_px(state, slot, dot, rect), rect, colour, round(11 * state.marker_scale))


def make_place_items(state: State, slot: int, rect: Rect, xy: Xy, resolution: float | None) -> list[Item]:
    """Return a small cross at a decoded place, as `snap_to_dot` gives it, if nothing else marks it: a dot has its ring,
    and else the mouse is there, or a lesson's pointer."""
    is_marked = resolution is None or state.pointer.hover is not None
    if is_marked or state.map_task.transition is not None:
        return []
    (x, y), arm = state.get_camera(slot).to_px(xy, rect), round(7 * state.marker_scale)
    width = state.scale_line(2)
    return [Line(ends, rect, "accent", width) for ends in (((x - arm, y), (x + arm, y)), ((x, y - arm), (x, y + arm)))]


def get_dot_px(state: State, slot: int, dot: int, rect: Rect) -> Px:
    """Return where a dot is on the screen, during a transition on its way between the two maps."""
    xy, camera = get_dot_xy(state, slot, dot), state.get_camera(slot)
    before = state.get_transition_source(slot)
    if state.map_task.transition is None or not before:
        return camera.to_px(xy, rect)
    old, share = state.put(replace(state.view, map_name=before)), state.map_task.transition.progress
    x, y = get_dot_xy(old, slot, dot)
    between = (x + (xy[0] - x) * share, y + (xy[1] - y) * share)
    return old.get_camera(slot).interpolate(camera, share).to_px(between, rect)


def get_dot_xy(state: State, slot: int, dot: int) -> Xy:
    """Return the position of a dot on the map of a slot, in map units."""
    x, y = state.get_checkpoint(slot).maps[state.get_map_name(slot)].xy[dot]
    return float(x), float(y)


def find_nearest_dot(state: State, slot: int, xy: Xy) -> tuple[float, int]:
    """Return distance in map units and number of the nearest visible dot."""
    dots, hidden = state.derive_at_rest(("dots", slot), _find_dots, slot)
    return dots.find_nearest(xy, hidden)


def _find_dots(state: State, slot: int) -> tuple[Dots, frozenset[int]]:
    """Return the dots of a slot, and which classes of them are hidden."""
    return Dots.of(state.get_checkpoint(slot), state.get_map_name(slot)), legend.find_hidden_classes(state, slot)


def snap_to_dot(state: State, slot: int, xy: Xy, pixel: float) -> tuple[Xy, float | None]:
    """Return position and resolution to decode for a mouse at `xy` while a pixel covers `pixel` map units; the exact
    dot and None if the mouse is on one. Without a decoder there is nothing between the dots: the nearest one is it."""
    return _snap(state, slot, xy, pixel, *find_nearest_dot(state, slot, xy))


def snap_each_to_dot(state: State, slot: int, positions: Sequence[Xy], pixel: float) -> list[tuple[Xy, float | None]]:
    """Return what `snap_to_dot` does for each of many positions."""
    dots, hidden = state.derive_at_rest(("dots", slot), _find_dots, slot)
    nearest = dots.find_nearest_of_each(positions, hidden)
    return [_snap(state, slot, xy, pixel, *found) for xy, found in zip(positions, nearest, strict=True)]


def _snap(state: State, slot: int, xy: Xy, pixel: float, distance: float, dot: int) -> tuple[Xy, float | None]:
    """Return position and resolution to decode for a mouse at `xy`, whose nearest dot is `distance` away."""
    checkpoint = state.get_checkpoint(slot)
    atlas = checkpoint.maps[state.get_map_name(slot)]
    if not checkpoint.can_decode or distance <= max(pixel, SNAP_SHARE * min(atlas.dot_spacing, 40 * pixel)):
        x, y = atlas.xy[dot]
        return (float(x), float(y)), None
    return xy, pixel


def make_animation_target(
    state: State, slot: int, value: PointValue | SampleValue, variants: int = 0
) -> AnimationTarget:
    """Return the animation target of the large picture of a slot. The picture is animated while the mouse moves on one
    map of one model in one lab; it jumps when the mouse enters or leaves."""
    model = state.models[slot]
    subject = (state.lab, model, state.get_map_name(slot), state.pointer.hover is not None)
    return AnimationTarget(model, subject, value.z, value.dot, variants)


def is_far(map_gaps: float, gap: float) -> bool:
    """Return True if a position is far from every sample: `map_gaps` distances `gap` between neighbouring dots."""
    return map_gaps > FAR_GAPS and map_gaps * gap > FAR_SHARE


def are_far(distances: Floats, gap: float) -> NDArray[np.bool_]:
    """Return which positions are far from every sample, by their `distances` in map units, (N,)."""
    return distances > max(FAR_GAPS * gap, FAR_SHARE)
