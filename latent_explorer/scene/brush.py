"""The brush: a range of an attribute's numbers, dragged on their colour scale. Dots outside of it are dimmed on every
map; it belongs to its attribute and is there again with it."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from latent_explorer.scene import colour_by, legend
from latent_explorer.scene.events import Px
from latent_explorer.scene.items import ColourBar
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.state import State

PART = "colour scale"
"""The pressed part while a range is dragged."""
MIN_DRAG = 4  # pixels between press and release below which it is a click
REACH = 6  # design pixels beside the scale that still belong to it

Brush = tuple[float, float]


def press(state: State, px: Px, row: Rect, model_count: int) -> State | None:
    """Return the state after a press on the colour scale in the legend's `row`; None if it is not under `px`."""
    bar, reach = _find_bar(state, row, model_count), round(REACH * state.ui_scale)
    if bar is None or not row.contains(px) or not bar.x - reach <= px[0] <= bar.right + reach:
        return None
    return state.put(replace(state.pointer, pressed_part=PART, brush_start=px[0], hover=None))


def drag(state: State, px: Px, row: Rect, model_count: int) -> State:
    """Return the state with the range between the press and `px`; a short way selects nothing yet."""
    bar, start = _find_bar(state, row, model_count), state.pointer.brush_start
    if bar is None or abs(px[0] - start) < MIN_DRAG:
        return state
    first, last = (_find_value(state, bar, x, model_count) for x in sorted((start, px[0])))
    return _put(state, {**state.view.brushes, colour_by.get_active(state, model_count): (first, last)})


def release(state: State, px: Px, row: Rect, model_count: int) -> State:
    """Return the state after the end of a drag; after a click without the range."""
    dragged = abs(px[0] - state.pointer.brush_start) >= MIN_DRAG
    state = drag(state, px, row, model_count).put(replace(state.pointer, pressed_part=""))
    return state if dragged else clear(state, colour_by.get_active(state, model_count))


def clear(state: State, name: str) -> State:
    """Return the state without the range of an attribute."""
    rest = {key: one for key, one in state.view.brushes.items() if key != name}
    return _put(state, rest) if name in state.view.brushes else state


# -- inside ---------------------------------------------------------------------------------------------


def _put(state: State, brushes: Mapping[str, Brush]) -> State:
    return state.put(replace(state.view, brushes=brushes))


def _find_bar(state: State, row: Rect, model_count: int) -> Rect | None:
    items = legend.make_items(state, row, model_count)
    return next((one.rect for one in items if isinstance(one, ColourBar)), None)


def _find_value(state: State, bar: Rect, x: float, model_count: int) -> float:
    """Return the value at a place of the scale; an end stands for what lies beyond it, too."""
    ends = colour_by.find_range(state, model_count)
    assert ends is not None, "a scale without numbers"
    share = (x - bar.x) / max(1, bar.width - 1)
    if 0 < share < 1:
        return ends[0] + share * (ends[1] - ends[0])
    attributes = (colour_by.find_attribute(state, slot, model_count) for slot in range(model_count))
    known = [one.values[np.isfinite(one.values)] for one in attributes if one is not None]
    extremes = [float(values.min() if share <= 0 else values.max()) for values in known if len(values)]
    return min(extremes, default=ends[0]) if share <= 0 else max(extremes, default=ends[1])
