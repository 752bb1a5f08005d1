"""The mouse over a lab: the part or dot under it, and the effects of a movement, a press, a release and the wheel.

A press on a dot belongs to the lab (pin, trace, interpolate); a press on empty map pans, and so does any other
button than the left one. A press that does not move is a click. Keys move the same point.
"""

from dataclasses import replace

import numpy as np

from latent_explorer.labs import LABS
from latent_explorer.scene import legend, map_panel
from latent_explorer.scene.camera import Camera
from latent_explorer.scene.events import MapClick, MapDrag, MapDrop, Press, Px, Touch
from latent_explorer.scene.lab import Lab
from latent_explorer.scene.state import Held, Hover, State, World

CLICK = 4  # pixels the mouse may move between press and release of a click
GRAB = 9  # pixels around a dot in which a press is on the dot
ZOOM_STEP = 1.2
POINT_STEP = 8  # pixels that an arrow key moves the point


def slot_at(state: State, px: Px, lab: Lab) -> int | None:
    """Return the slot whose map is under `px`."""
    for slot, rect in enumerate(lab.layout(state).maps):
        if rect.contains(px):
            return slot
    return None


def _part(state: State, px: Px, lab: Lab) -> str:
    """Return the interactive part of the lab under `px`; empty if there is none."""
    parts = lab.layout(state).parts
    return next((name for name in lab.touches(state) if name in parts and parts[name].contains(px)), "")


def _within(state: State, part: str, px: Px, lab: Lab) -> tuple[float, float]:
    rect = lab.layout(state).parts[part]
    x, y = (px[0] - rect.x) / max(1, rect.width - 1), (px[1] - rect.y) / max(1, rect.height - 1)
    return min(max(x, 0.0), 1.0), min(max(y, 0.0), 1.0)


def _over(state: State, part: str, px: Px, lab: Lab, world: World) -> State:
    """Return the state with the mouse over a part of the lab, or over none."""
    if state.over and state.over != part:
        state = lab.update(replace(state, over=""), Touch(state.over, (0.0, 0.0), "leave"), world)
    if not part:
        return state
    return lab.update(replace(state, over=part), Touch(part, _within(state, part, px, lab), "hover"), world)


def _hover(state: State, slot: int, px: Px, lab: Lab, world: World) -> Hover:
    rect = lab.layout(state).maps[slot]
    camera = state.camera(slot, world)
    xy = camera.to_xy(px, rect)
    distance, dot = map_panel.nearest(state, slot, xy, world)
    return Hover(slot, px, xy, dot, distance * camera.pixels(rect))


def again(before: State, state: State, world: World) -> State:
    """Return `state` with the mouse where it was in `before`, over the dot that is there now."""
    if before.hover is None:
        return state
    lab = LABS[state.lab]
    slot = slot_at(state, before.hover.px, lab)
    return replace(state, hover=None if slot is None else _hover(state, slot, before.hover.px, lab, world))


def left(state: State, lab: Lab, world: World) -> State:
    """Return the state after the mouse left the window."""
    return replace(_over(state, "", (0.0, 0.0), lab, world), hover=None)


def moved(state: State, px: Px, lab: Lab, world: World) -> State:
    """Return the state after the mouse moved: over a part or a map, or with a button down."""
    held = state.held
    if state.touching:
        if state.touching not in lab.layout(state).parts:
            return replace(state, touching="")  # it is gone while the button is down
        return lab.update(state, Touch(state.touching, _within(state, state.touching, px, lab), "drag"), world)
    if held is None:
        part = _part(state, px, lab)
        state = _over(state, part, px, lab, world)
        slot = None if part else slot_at(state, px, lab)
        return replace(state, hover=None if slot is None else _hover(state, slot, px, lab, world))
    if not held.dragging and np.hypot(px[0] - held.px[0], px[1] - held.px[1]) <= CLICK:
        return state
    if held.pan:
        rect = lab.layout(state).maps[held.slot]
        camera = state.camera(held.slot, world).panned(px[0] - held.last[0], px[1] - held.last[1], rect)
        return replace(
            state.with_camera(held.slot, world, camera),
            held=replace(held, last=px, dragging=True),
            hover=None,
        )
    hover = _hover(state, held.slot, px, lab, world)
    drag = MapDrag(held.slot, hover.xy, hover.dot, not held.dragging, held.xy, held.dot)
    dragged = replace(state, hover=hover, held=replace(held, last=px, dragging=True))
    return lab.update(dragged, drag, world)


def pressed(state: State, press: Press, lab: Lab, world: World) -> State:
    """Return the state after a press, which goes to a part of the lab first, then to the legend, then to a map."""
    part = "" if press.pan else _part(state, press.px, lab)
    if part:
        state = replace(_over(state, part, press.px, lab, world), touching=part, hover=None)
        return lab.update(state, Touch(part, _within(state, part, press.px, lab), "press", press.twice), world)
    switched = legend.clicked(state, press.px, lab.layout(state).legend, world, lab.slots(state))
    if switched is not None:
        return switched
    slot = slot_at(state, press.px, lab)
    if slot is None:
        return state
    hover = _hover(state, slot, press.px, lab, world)
    pan = press.pan or (hover.dot_px > GRAB * state.mark and not lab.grabs(state))
    held = Held(slot, press.px, press.px, pan, False, hover.xy, hover.dot)
    return replace(state, held=held, hover=hover)


def released(state: State, px: Px, lab: Lab, world: World) -> State:
    """Return the state after a release: a click on the map if the mouse did not move."""
    if state.touching:
        part = state.touching
        state = replace(state, touching="")
        if part not in lab.layout(state).parts:
            return state
        state = lab.update(state, Touch(part, _within(state, part, px, lab), "release"), world)
        return moved(state, px, lab, world)
    held = state.held
    if held is None:
        return state
    hover = _hover(state, held.slot, px, lab, world)
    state = replace(state, held=None, hover=hover if lab.layout(state).maps[held.slot].contains(px) else None)
    if not held.dragging:
        clicked = replace(state, before_click=state.own)
        return lab.update(clicked, MapClick(held.slot, held.xy, held.dot), world)
    return state if held.pan else lab.update(state, MapDrop(held.slot, hover.xy, hover.dot), world)


def zoomed(state: State, px: Px, steps: float, lab: Lab, world: World) -> State:
    """Return the state with the map under `px` zoomed in by `steps` of the wheel; negative steps zoom out."""
    slot = slot_at(state, px, lab)
    if slot is None:
        return state
    camera = state.camera(slot, world).zoomed(ZOOM_STEP**steps, px, lab.layout(state).maps[slot])
    state = state.with_camera(slot, world, camera)
    return replace(state, hover=_hover(state, slot, px, lab, world))


def fitted(state: State, slot: int | None, world: World) -> State:
    """Return the state with the whole map of a slot in view."""
    if slot is None:
        return state
    return again(state, replace(state.with_camera(slot, world, Camera()), held=None), world)


def stepped(state: State, direction: tuple[int, int], lab: Lab, world: World) -> State:
    """Return the state with the decoded point moved by a key; at the edge of a map it jumps to the next one."""
    rects = lab.layout(state).maps
    step = POINT_STEP * state.mark
    x, y = state.hover.px if state.hover is not None else rects[0].centre
    for _ in range(round(max(state.size) / step)):
        x, y = x + direction[0] * step, y + direction[1] * step
        if slot_at(state, (x, y), lab) is not None:
            return moved(state, (x, y), lab, world)
    return state
