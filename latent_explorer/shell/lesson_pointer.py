"""The pointer that a page of a lesson has set: it is drawn, and stays at its place until the user takes the mouse.

Until then movements of the mouse change nothing on the maps; buttons, menus and the parts beside the maps work.
"""

from dataclasses import replace

from latent_explorer.labs import LABS
from latent_explorer.scene.events import Action, DoubleClick, Leave, Move, Press, Px
from latent_explorer.scene.items import Item, Line
from latent_explorer.scene.lab import AnyLab
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.state import State
from latent_explorer.scene.state_slices import LessonPointer
from latent_explorer.shell import mouse
from latent_explorer.shell.keymap import name_key
from latent_explorer.texts import tr

GAP, REACH, WIDTH = 15, 31, 3
"""Design pixels of the crosshair: where its arms begin and end, so that the place itself is free, and their width."""


def begin(state: State) -> State:
    """Return the state while a page's steps move the pointer."""
    return state.put(replace(state.pointer, by_lesson=LessonPointer(moving=True)))


def hold(state: State, px: Px | None) -> State:
    """Return the state with the pointer held where a page's steps have left it; `px` is where the mouse was last."""
    hover, part = state.pointer.hover, state.pointer.hovered_part
    pointer = LessonPointer()
    if hover is not None:
        pointer = LessonPointer(hover.slot, hover.xy)
    elif part and px is not None and part in LABS[state.lab].get_layout(state).parts:
        pointer = LessonPointer(part=part, xy=mouse.to_part_position(state, part, px, LABS[state.lab]))
    return state.put(replace(state.pointer, by_lesson=pointer))


def take(state: State) -> State:
    """Return the state in which the user has the mouse again."""
    return state.put(replace(state.pointer, by_lesson=None))


def is_held(state: State) -> bool:
    """Return whether the pointer is a lesson's, and stays at its place."""
    pointer = state.pointer.by_lesson
    if pointer is None or pointer.moving or state.overlay.lesson is None:
        return False
    return pointer.slot is not None or bool(pointer.part)


def handle(state: State, action: Action, lab: AnyLab) -> State | None:
    """Return the state after an action on a lesson's pointer; None if the action is for others to handle.

    A click on a map takes the mouse and does nothing else: what it would pin or end is the next click's."""
    pointer, held = state.pointer.by_lesson, is_held(state)
    if pointer is None or pointer.moving:
        return None
    match action:
        case Move() | Leave() if held and state.pointer.press is None and not state.pointer.pressed_part:
            return state
        case Press(px=px, pan=False) | DoubleClick(px=px):
            if mouse.find_part(state, px, lab):
                return mouse.on_press(take(state), Press(px), lab)
            if mouse.find_slot_at(state, px, lab) is not None:
                return mouse.on_move(take(state), px, lab) if held else mouse.on_press(take(state), Press(px), lab)
    return None


def say_how_to_take() -> str:
    return tr("Click the map to take the mouse ({key})", key=name_key("take mouse"))


def follow(state: State) -> State:
    """Return the state after the pointer was moved by a key: it is held at the new place."""
    return hold(state, None) if is_held(state) and state.pointer.hover is not None else state


def keep(state: State) -> State:
    """Return the state with the held pointer over the same place, wherever that is on the screen now."""
    pointer, lab = state.pointer.by_lesson, LABS[state.lab]
    if pointer is None or not is_held(state) or state.pointer.press is not None or state.pointer.pressed_part:
        return state
    layout = lab.get_layout(state)
    if pointer.part:
        if pointer.part not in layout.parts:
            return take(state)
        if state.pointer.hovered_part == pointer.part:
            return state
        return mouse.hover_part(state, pointer.part, layout.parts[pointer.part].to_px(pointer.xy), lab)
    if pointer.slot is None or pointer.slot >= len(layout.maps):
        return take(state)
    px = state.get_camera(pointer.slot).to_px(pointer.xy, layout.maps[pointer.slot])
    hover = mouse.make_hover(state, pointer.slot, px, lab)
    return state if hover == state.pointer.hover else state.with_hover(hover)


def make_items(state: State) -> list[Item]:
    """Return a crosshair around the place of a lesson's pointer on a map; the place itself is free. A part of the lab
    shows by itself what was touched: a cursor, a frame, a bar."""
    pointer = state.pointer.by_lesson
    if pointer is None or pointer.part or state.map_task.transition is not None:
        return []
    hover, layout = state.pointer.hover, LABS[state.lab].get_layout(state)
    if hover is None or hover.slot >= len(layout.maps):
        return []
    return _draw_crosshair(hover.px, layout.maps[hover.slot], state.marker_scale)


def _draw_crosshair(px: Px, clip: Rect, scale: float) -> list[Item]:
    (x, y), near, far = px, GAP * scale, REACH * scale
    width = max(2, round(WIDTH * scale))
    directions = ((1, 0), (-1, 0), (0, 1), (0, -1))
    return [
        Line(((x + dx * near, y + dy * near), (x + dx * far, y + dy * far)), clip, "accent", width)
        for dx, dy in directions
    ]
