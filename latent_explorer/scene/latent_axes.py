"""Axes of a latent plane: ticks along its edges, and the circles of the prior N(0, I)."""

import math

import numpy as np

from latent_explorer.atlas.projection import LatentPlane
from latent_explorer.scene import ticks
from latent_explorer.scene.events import Px
from latent_explorer.scene.items import Item, Line, Text
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.state import State

MIN_SIDE = 200
"""Side of a map below which it has no axes, in design pixels."""
TICK_EVERY = 64
"""Pixels for a tick and its label, in design pixels."""
TICK_LENGTH, LABEL_HEIGHT, LABEL_WIDTH = 5, 16, 44
SIGMAS = (1, 2, 3)
UNIT_CIRCLE = tuple((math.cos(math.tau * k / 120), math.sin(math.tau * k / 120)) for k in range(121))


def make_items(state: State, slot: int, rect: Rect) -> list[Item]:
    """Return the ticks of a map of two latent dimensions, and the prior's circles if the model has a prior; nothing
    for other maps."""
    plane = find_plane(state, slot)
    if plane is None or rect.shorter_side < MIN_SIDE * state.ui_scale:
        return []
    return [*_make_circles(state, slot, plane, rect), *_make_ticks(state, slot, plane, rect)]


def find_plane(state: State, slot: int) -> LatentPlane | None:
    """Return the projection of the map of a slot if it is a latent plane."""
    projection = state.get_checkpoint(slot).maps[state.get_map_name(slot)].projection
    return projection if isinstance(projection, LatentPlane) else None


def inset_notes(state: State, slot: int, rect: Rect) -> Rect:
    """Return the part of a map that its ticks leave to notes in its corners."""
    if find_plane(state, slot) is None or rect.shorter_side < MIN_SIDE * state.ui_scale:
        return rect
    above = rect.split_bottom(round((LABEL_HEIGHT + TICK_LENGTH) * state.ui_scale))[1]
    return above.split_left(round(LABEL_WIDTH * state.ui_scale))[1]


def _make_ticks(state: State, slot: int, plane: LatentPlane, rect: Rect) -> list[Item]:
    camera, u = state.get_camera(slot), state.ui_scale
    left, bottom = plane.frame.to_raw(np.array(camera.to_xy((rect.x, rect.bottom), rect)))
    right, top = plane.frame.to_raw(np.array(camera.to_xy((rect.right, rect.y), rect)))
    length, height, width = round(TICK_LENGTH * u), round(LABEL_HEIGHT * u), round(LABEL_WIDTH * u)
    items = list[Item]()
    for value in ticks.choose_linear(left, right, int(rect.width / (TICK_EVERY * u))):
        x = _to_px(state, slot, plane, (value, bottom), rect)[0]
        if rect.x + width < x < rect.right - width / 2:
            items.append(Line(((x, rect.bottom - length), (x, rect.bottom)), rect, "muted", state.scale_line(1)))
            place = Rect(round(x - width / 2), rect.bottom - length - height, width, height)
            items.append(Text(place, ticks.format_tick(value), "small", "muted", "centre"))
    for value in ticks.choose_linear(bottom, top, int(rect.height / (TICK_EVERY * u))):
        y = _to_px(state, slot, plane, (left, value), rect)[1]
        if rect.y + 2 * height < y < rect.bottom - 2 * height:
            items.append(Line(((rect.x, y), (rect.x + length, y)), rect, "muted", state.scale_line(1)))
            place = Rect(rect.x + 2 * length, round(y - height / 2), width - 2 * length, height)
            items.append(Text(place, ticks.format_tick(value), "small", "muted"))
    return items


def _make_circles(state: State, slot: int, plane: LatentPlane, rect: Rect) -> list[Item]:
    """Return circles of 1, 2 and 3 standard deviations: two numbers drawn from the prior lie within them in 39%, 86%
    and 99% of cases."""
    if not state.get_checkpoint(slot).traits.has_prior_density or plane.dimensions < 2:
        return []
    items, height = list[Item](), round(LABEL_HEIGHT * state.ui_scale)
    middle_x, middle_y = _to_px(state, slot, plane, (0, 0), rect)
    for sigma in SIGMAS:
        radius = sigma * plane.frame.scale * state.get_camera(slot).compute_scale(rect)
        circle = tuple([(middle_x + radius * x, middle_y + radius * y) for x, y in UNIT_CIRCLE])
        items.append(Line(circle, rect, "muted", state.scale_line(1), dashed=True))
        aside = radius * math.sqrt(0.5)  # the label stands at the lower right of its circle
        place = Rect(round(middle_x + aside), round(middle_y + aside), 2 * height, height)
        if rect.contains((place.x, place.y)) and rect.contains((place.right - 1, place.bottom - 1)):
            items.append(Text(place, f"{sigma} σ", "small", "muted"))
    return items


def _to_px(state: State, slot: int, plane: LatentPlane, z: tuple[float, float], rect: Rect) -> Px:
    x, y = (z - plane.frame.centre) * plane.frame.scale + 0.5
    return state.get_camera(slot).to_px((float(x), float(y)), rect)
