"""The texts of samples beside their dots: where few enough are in sight, as many as have room."""

import unicodedata

import numpy as np

from latent_explorer.cache import remember
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.scene import legend
from latent_explorer.scene.camera import Camera
from latent_explorer.scene.dots import Dots
from latent_explorer.scene.items import Text
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.said_names import say_name
from latent_explorer.scene.state import State

MAX_IN_SIGHT = 150
"""Dots in sight up to which their texts are written."""
LETTER, HEIGHT, WIDEST, AWAY = 8.0, 18, 150, 9
"""Width of a letter, height and largest width of a text, and its distance from the dot, in design pixels."""
NAME_LETTER, NAME_HEIGHT = 12.0, 28
"""Width of a letter and height of the name of a class."""


def make_items(state: State, slot: int, rect: Rect) -> list[Text]:
    """Return the texts beside the dots of a map; none if they would hide each other, or names are switched off."""
    checkpoint = state.get_checkpoint(slot)
    if not checkpoint.kept.texts or not state.preferences.show_class_names or rect.shorter_side <= 0:
        return []
    hidden, camera = legend.find_hidden_classes(state, slot), state.get_camera(slot)
    names = tuple(map(say_name, checkpoint.class_names))
    map_name, scale = state.get_map_name(slot), state.ui_scale
    return list(_place(checkpoint, map_name, names=names, hidden=hidden, camera=camera, rect=rect, ui_scale=scale))


@remember(4)
def _place(
    checkpoint: Checkpoint,
    map_name: str,
    *,
    names: tuple[str, ...],
    hidden: frozenset[int],
    camera: Camera,
    rect: Rect,
    ui_scale: float,
) -> tuple[Text, ...]:
    dots = Dots.of(checkpoint, map_name)
    (left, bottom), (right, top) = camera.to_xy((rect.x, rect.bottom), rect), camera.to_xy((rect.right, rect.y), rect)
    xy = dots.atlas.xy
    inside = (xy[:, 0] > left) & (xy[:, 0] < right) & (xy[:, 1] > bottom) & (xy[:, 1] < top)
    if hidden:
        inside &= dots.get_visible_mask(hidden)
    seen = np.flatnonzero(inside)
    if len(seen) > MAX_IN_SIGHT:
        return ()
    taken = _list_class_names(names, dots, hidden, camera, rect, ui_scale)
    texts: list[Text] = []
    for dot in seen.tolist():
        text = checkpoint.kept.texts[dot]
        x, y = camera.to_px((float(xy[dot, 0]), float(xy[dot, 1])), rect)
        width, height = round(min(_measure(text), WIDEST) * ui_scale), round(HEIGHT * ui_scale)
        place = Rect(round(x + AWAY * ui_scale), round(y) - height // 2, width, height)
        fits = place.right <= rect.right and place.y >= rect.y and place.bottom <= rect.bottom
        if text and fits and not any(_overlap(place, other) for other in taken):
            taken.append(place)
            texts.append(Text(place, text, "small", "text"))
    return tuple(texts)


def _list_class_names(
    names: tuple[str, ...], dots: Dots, hidden: frozenset[int], camera: Camera, rect: Rect, ui_scale: float
) -> list[Rect]:
    """Return about where the names of the classes are written."""
    places = []
    for label, dot in dots.median_dots.items():
        if label >= 0 and label not in hidden:
            x, y = camera.to_px((float(dots.atlas.xy[dot, 0]), float(dots.atlas.xy[dot, 1])), rect)
            width, height = round(NAME_LETTER * len(names[label]) * ui_scale), round(NAME_HEIGHT * ui_scale)
            places.append(Rect(round(x) - width // 2, round(y) - height // 2, width, height))
    return places


def _measure(text: str) -> float:
    """Return about how wide a text is, in design pixels."""
    wide = sum(unicodedata.east_asian_width(letter) in "WF" for letter in text[:WIDEST])
    return LETTER * (len(text[:WIDEST]) + wide) + LETTER


def _overlap(a: Rect, b: Rect) -> bool:
    return a.x < b.right and b.x < a.right and a.y < b.bottom and b.y < a.bottom
