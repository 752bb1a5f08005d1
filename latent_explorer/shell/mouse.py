"""The mouse over a lab: the part or dot under it, and the effects of a movement, a press, a release and the wheel.

A press on a dot belongs to the lab (pin, trace, interpolate); a press on empty map pans, and so does any other
button than the left one. A press that does not move is a click. Keys move the same point.
"""

from dataclasses import replace

import numpy as np

from latent_explorer.labs import LABS
from latent_explorer.scene import brush, legend, map_panel
from latent_explorer.scene.camera import Camera
from latent_explorer.scene.events import MapClick, MapDrag, MapDrop, PartEvent, Press, Px
from latent_explorer.scene.lab import AnyLab
from latent_explorer.scene.state import State
from latent_explorer.scene.state_slices import Hover, MousePress

CLICK_DISTANCE = 4  # pixels the mouse may move between press and release of a click
GRAB_RADIUS = 9  # pixels around a dot in which a press is on the dot
ZOOM_STEP = 1.2
POINT_STEP = 8  # pixels that an arrow key moves the point


def find_slot_at(state: State, px: Px, lab: AnyLab) -> int | None:
    """Return the slot whose map is under `px`."""
    for slot, rect in enumerate(lab.get_layout(state).maps):
        if rect.contains(px):
            return slot
    return None


def find_part(state: State, px: Px, lab: AnyLab) -> str:
    """Return the interactive part of the lab under `px`; empty if there is none."""
    parts = lab.get_layout(state).parts
    for name in lab.list_interactive_parts(state):
        if name in parts and parts[name].contains(px):
            return name
    return ""


def to_part_position(state: State, part: str, px: Px, lab: AnyLab) -> tuple[float, float]:
    rect = lab.get_layout(state).parts[part]
    x, y = (px[0] - rect.x) / max(1, rect.width - 1), (px[1] - rect.y) / max(1, rect.height - 1)
    return min(max(x, 0.0), 1.0), min(max(y, 0.0), 1.0)


def hover_part(state: State, part: str, px: Px, lab: AnyLab) -> State:
    """Return the state with the mouse over a part of the lab, or over none."""
    before = state.pointer.hovered_part
    if before and before != part:
        leaving = PartEvent(before, (0.0, 0.0), "leave")
        state = lab.update(state.put(replace(state.pointer, hovered_part="")), leaving)
    if not part:
        return state
    entered = PartEvent(part, to_part_position(state, part, px, lab), "hover")
    return lab.update(state.put(replace(state.pointer, hovered_part=part)), entered)


def make_hover(state: State, slot: int, px: Px, lab: AnyLab) -> Hover:
    rect = lab.get_layout(state).maps[slot]
    camera = state.get_camera(slot)
    xy = camera.to_xy(px, rect)
    distance, dot = map_panel.find_nearest_dot(state, slot, xy)
    return Hover(slot, px, xy, dot, distance * camera.compute_scale(rect))


def _find_hover(state: State, px: Px, lab: AnyLab) -> Hover | None:
    """Return the mouse at `px` over the map that is there; None beside the maps."""
    slot = find_slot_at(state, px, lab)
    return None if slot is None else make_hover(state, slot, px, lab)


def refresh_hover(before: State, state: State) -> State:
    """Return `state` with the mouse where it was in `before`, over the dot that is there now."""
    if before.pointer.hover is None:
        return state
    return state.with_hover(_find_hover(state, before.pointer.hover.px, LABS[state.lab]))


def on_leave(state: State, lab: AnyLab) -> State:
    """Return the state after the mouse left the window."""
    return hover_part(state, "", (0.0, 0.0), lab).with_hover(None)


def on_move(state: State, px: Px, lab: AnyLab) -> State:
    """Return the state after the mouse moved: over a part or a map, or with a button down."""
    press, pressed = state.pointer.press, state.pointer.pressed_part
    if pressed == brush.PART:
        return brush.drag(state, px, lab.get_layout(state).legend, lab.count_models(state))
    if pressed:
        if pressed not in lab.get_layout(state).parts:
            return state.put(replace(state.pointer, pressed_part=""))  # it is gone while the button is down
        return lab.update(state, PartEvent(pressed, to_part_position(state, pressed, px, lab), "drag"))
    if press is None:
        part = find_part(state, px, lab)
        state = hover_part(state, part, px, lab)
        return state.with_hover(None if part else _find_hover(state, px, lab))
    if not press.dragging and np.hypot(px[0] - press.px[0], px[1] - press.px[1]) <= CLICK_DISTANCE:
        return state
    if press.pans:
        rect = lab.get_layout(state).maps[press.slot]
        camera = state.get_camera(press.slot).pan_by(px[0] - press.last_px[0], px[1] - press.last_px[1], rect)
        pointer = replace(state.pointer, press=replace(press, last_px=px, dragging=True), hover=None)
        return state.with_camera(press.slot, camera).put(pointer)
    hover = make_hover(state, press.slot, px, lab)
    drag = MapDrag(press.slot, hover.xy, hover.dot, not press.dragging, press.xy, press.dot)
    dragged = state.put(replace(state.pointer, hover=hover, press=replace(press, last_px=px, dragging=True)))
    return lab.update(dragged, drag)


def on_press(state: State, press: Press, lab: AnyLab) -> State:
    """Return the state after a press, which goes to a part of the lab first, then to the legend, then to a map."""
    part = "" if press.pan else find_part(state, press.px, lab)
    if part:
        state = hover_part(state, part, press.px, lab)
        state = state.put(replace(state.pointer, pressed_part=part, hover=None))
        position = to_part_position(state, part, press.px, lab)
        return lab.update(state, PartEvent(part, position, "press", press.is_second_press))
    switched = legend.handle_click(state, press.px, lab.get_layout(state).legend, lab.count_models(state))
    if switched is not None:
        return switched
    brushed = brush.press(state, press.px, lab.get_layout(state).legend, lab.count_models(state))
    if brushed is not None and not press.pan:
        return brushed
    slot = find_slot_at(state, press.px, lab)
    if slot is None:
        return state
    hover = make_hover(state, slot, press.px, lab)
    pan = press.pan or (hover.dot_px > GRAB_RADIUS * state.marker_scale and not lab.captures_drag(state))
    begun = MousePress(slot, press.px, last_px=press.px, pans=pan, dragging=False, xy=hover.xy, dot=hover.dot)
    return state.put(replace(state.pointer, press=begun, hover=hover))


def on_release(state: State, px: Px, lab: AnyLab) -> State:
    """Return the state after a release: a click on the map if the mouse did not move."""
    if state.pointer.pressed_part == brush.PART:
        return brush.release(state, px, lab.get_layout(state).legend, lab.count_models(state))
    if state.pointer.pressed_part:
        part = state.pointer.pressed_part
        state = state.put(replace(state.pointer, pressed_part=""))
        if part not in lab.get_layout(state).parts:
            return state
        state = lab.update(state, PartEvent(part, to_part_position(state, part, px, lab), "release"))
        return on_move(state, px, lab)
    press = state.pointer.press
    if press is None:
        return state
    hover = make_hover(state, press.slot, px, lab)
    inside = lab.get_layout(state).maps[press.slot].contains(px)
    state = state.put(replace(state.pointer, press=None, hover=hover if inside else None))
    if not press.dragging:
        clicked = state.put(replace(state.pointer, lab_states_before_click=state.lab_states))
        return lab.update(clicked, MapClick(press.slot, press.xy, press.dot))
    return state if press.pans else lab.update(state, MapDrop(press.slot, hover.xy, hover.dot))


def zoom_at(state: State, px: Px, steps: float, lab: AnyLab) -> State:
    """Return the state with the map under `px` zoomed in by `steps` of the wheel; negative steps zoom out."""
    slot = find_slot_at(state, px, lab)
    if slot is None:
        return state
    camera = state.get_camera(slot).zoom_at(ZOOM_STEP**steps, px, lab.get_layout(state).maps[slot])
    state = state.with_camera(slot, camera)
    return state.with_hover(make_hover(state, slot, px, lab))


def fit_view(state: State, slot: int | None) -> State:
    """Return the state with the whole map of a slot in view."""
    if slot is None:
        return state
    return refresh_hover(state, state.with_camera(slot, Camera()).put(replace(state.pointer, press=None)))


def move_by_key(state: State, direction: tuple[int, int], lab: AnyLab) -> State:
    """Return the state with the decoded point moved by a key; at the edge of a map it jumps to the next one."""
    rects = lab.get_layout(state).maps
    step = POINT_STEP * state.marker_scale
    x, y = state.pointer.hover.px if state.pointer.hover is not None else rects[0].centre
    for _ in range(round(max(state.size) / step)):
        x, y = x + direction[0] * step, y + direction[1] * step
        if find_slot_at(state, (x, y), lab) is not None:
            return on_move(state, (x, y), lab)
    return state
