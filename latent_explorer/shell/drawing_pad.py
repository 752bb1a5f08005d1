"""The drawing pad: reactions of the user image to the mouse, keys and picture files."""

from dataclasses import replace

from latent_explorer.engine.query import Wanted
from latent_explorer.engine.user_image_query import Near, Placed, Usual
from latent_explorer.labs import LABS
from latent_explorer.scene import drawing_pad
from latent_explorer.scene.controls import Button, Control, Toggle
from latent_explorer.scene.drawing_pad import Pad, Places
from latent_explorer.scene.events import (
    Action,
    Dropped,
    Key,
    Leave,
    Move,
    Opening,
    Press,
    Px,
    Refused,
    Release,
    Scroll,
    Set,
)
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.state import State, World
from latent_explorer.user_image.strokes import Strokes

KEYS = (
    ("Shift+O, Ctrl+O", "a picture of your own from a file; or drop it here"),
    ("Ctrl+V", "your own picture from the clipboard"),
    ("Delete", "remove your own picture"),
    ("Pad: E, Backspace, C", "eraser or pen, take the last stroke back, clear"),
    ("Pad: right button", "erase"),
)
OWN_KEYS = {"e": "eraser", "backspace": "undo stroke", "c": "clear"}
"""Keys that work while the mouse is over the pad, and their controls."""
FREE = ("o", "O", "ctrl o", "ctrl v", "delete", "escape", *OWN_KEYS)


def controls(state: State) -> tuple[Control, ...]:
    """Return the controls of the pad; they are drawn with it, not as widgets of the window."""
    if not state.pad.open:
        return ()
    return (
        Toggle("eraser", "Eraser", state.pad.erases, "Erase what was drawn (E on the pad, or the right button)"),
        Button("undo stroke", "Undo", "Take the last stroke back (Backspace on the pad)"),
        Button("clear", "Clear", "Remove your picture, drawn or from a file (C on the pad, or Delete)"),
        Button("paste", "Paste", "A picture from the clipboard (Ctrl+V)"),
    )


def places(state: State) -> Places:
    """Return the pad's layout: below toolbar and legend, above the hint, beside the lab's own widgets."""
    lab = LABS[state.lab]
    layout = lab.layout(state)
    margin = layout.hint.x
    top = layout.legend.bottom if layout.legend.height else layout.bar.bottom
    bottom = layout.hint.y if layout.hint.height else state.size[1]
    room = Rect(margin, top + margin // 2, max(1, state.size[0] - 2 * margin), max(1, bottom - top - margin))
    if layout.controls is not None and layout.controls.height:
        room = _beside(room, layout.controls)
    return drawing_pad.places(room, state.unit, lab.slots(state), state.pad.at)


def takes(state: State, action: Action) -> bool:
    """Return True if the pad alone handles `action`."""
    one = state.pad
    match action:
        case Opening() | Dropped() | Refused():
            return True
        case Set(control=control):
            known = ("pad", *(shown.name for shown in controls(state)))
            return control in known and state.form is None
        case Key(name=name) if name in FREE and not state.help and state.form is None:
            if name in ("o", "O", "ctrl o", "ctrl v"):
                return True
            if name == "delete":
                return state.image is not None
            if name == "escape":
                return one.open and state.making is None and not state.fullscreen
            return one.open and bool(one.over)
        case Press(px=px) | Scroll(px=px):
            return one.open and not state.help and state.held is None and places(state).panel.contains(px)
        case Move(px=px):
            busy = state.held is not None or bool(state.touching)
            return one.open and (bool(one.held) or (not busy and places(state).panel.contains(px)))
        case Release():
            return bool(one.held)
    return False


def left(state: State, action: Action) -> State:
    """Return the state after an action that is not the pad's: the mouse is no longer over the pad."""
    gone = isinstance(action, Move | Leave | Press) and state.pad.over
    return replace(state, pad=replace(state.pad, over="")) if gone else state


def update(state: State, action: Action) -> State:
    """Return the state after an action that the pad claims."""
    one = state.pad
    match action:
        case Opening(name=name):
            return replace(state, pad=replace(one, open=True, reading=name))
        case Refused(message=message):
            return replace(state, pad=replace(one, reading=""), message=message)
        case Dropped(image=image, note=note):
            shown = replace(one, open=True, reading="", strokes=Strokes(), held="")
            return replace(state, pad=shown, image=image, message=note)
        case Set(control=name, value=value):
            return _pressed(state, name, value)
        case Key(name="o"):
            return _pressed(state, "pad", not one.open)
        case Key(name="O" | "ctrl o"):
            return _pressed(state, "file", None)
        case Key(name="ctrl v"):
            return _pressed(state, "paste", None)
        case Key(name="escape"):
            return _pressed(state, "pad", False)
        case Key(name="delete"):
            return _pressed(state, "clear", None)
        case Key(name=name):
            return _pressed(state, OWN_KEYS[name], not one.erases if name == "e" else None)
        case Press(px=px, pan=pan):
            return _press(state, px, pan)
        case Move(px=px, passing=passing):
            return _move(state, px, passing)
        case Release(px=px):
            return _release(state, px)
    return state


def requests(state: State, world: World) -> dict[str, Wanted]:
    """Return the queries about the user image in every slot; if the pad is open, also the typical errors."""
    wanted: dict[str, Wanted] = {}
    for slot in range(LABS[state.lab].slots(state)):
        model, which = state.model(slot), state.map_of(slot, world)
        if state.image is not None or state.pad.open:
            wanted[f"usual {slot}"] = Usual(model, which)
        if state.image is not None:
            wanted[f"own {slot}"] = Placed(model, which, state.image)
            if state.pad.open:
                wanted[f"near {slot}"] = Near(model, state.image, drawing_pad.NEIGHBOURS)
    return wanted


# -- inside -------------------------------------------------------------------------------------------


def _pressed(state: State, name: str, value: object) -> State:
    one = state.pad
    match name:
        case "pad":
            return replace(state, pad=replace(one, open=bool(value), held="", over=""))
        case "close":
            return replace(state, pad=replace(one, open=False, held="", over=""))
        case "pen":
            return replace(state, pad=replace(one, erases=False))
        case "eraser":
            return replace(state, pad=replace(one, erases=value if isinstance(value, bool) else True))
        case "undo" | "undo stroke":
            return _drawn(state, one, one.strokes.undone()) if one.strokes.strokes else state
        case "clear":
            return replace(state, pad=replace(one, strokes=Strokes()), image=None)
        case "file" | "paste":
            return replace(state, pad=replace(one, asks=name))
    return state


def _press(state: State, px: Px, pan: bool) -> State:
    one, stand = state.pad, places(state)
    part = stand.part(px)
    grabbed = (px[0] - stand.panel.x, px[1] - stand.panel.y)
    held = replace(one, held=part, over=part, grabbed=grabbed)
    if part == "ink":
        return _drawn(state, held, one.strokes.begun(stand.spot(px), erases=one.erases or pan))
    return replace(state, pad=held)


def _move(state: State, px: Px, passing: bool) -> State:
    one, stand = state.pad, places(state)
    if one.held == "ink":
        strokes = one.strokes.drawn_to(stand.spot(px))
        if passing:  # the stroke takes every position, the picture is made at the last one of a frame
            return replace(state, pad=replace(one, strokes=strokes))
        image = strokes.image()
        return replace(state, pad=replace(one, strokes=strokes), image=state.image if image == state.image else image)
    if one.held == "head":
        room, panel = stand.room, stand.panel
        at = (
            _share(px[0] - one.grabbed[0] - room.x, room.width - panel.width),
            _share(px[1] - one.grabbed[1] - room.y, room.height - panel.height),
        )
        return replace(state, pad=replace(one, at=at))
    return replace(state, pad=replace(one, over=stand.part(px)))


def _release(state: State, px: Px) -> State:
    """Return the state after the mouse button was released; a control of the pad acts if it was pressed there, too."""
    one, part = state.pad, places(state).part(px)
    let_go = replace(state, pad=replace(one, held="", over=part))
    return _pressed(let_go, part, None) if part == one.held and part not in ("ink", "head", "panel") else let_go


def _drawn(state: State, one: Pad, strokes: Strokes) -> State:
    """Return the state with these strokes; the first one replaces a picture from a file."""
    if strokes is one.strokes:
        return replace(state, pad=one)
    return replace(state, pad=replace(one, strokes=strokes), image=strokes.image())


def _beside(room: Rect, widgets: Rect) -> Rect:
    """Return the largest part of `room` without a lab's own widgets, which are drawn over everything."""
    left, right = max(room.x, widgets.x), min(room.right, widgets.right)
    top, bottom = max(room.y, widgets.y), min(room.bottom, widgets.bottom)
    if left >= right or top >= bottom:
        return room
    parts = (
        Rect(room.x, room.y, room.width, top - room.y),
        Rect(room.x, bottom, room.width, room.bottom - bottom),
        Rect(room.x, room.y, left - room.x, room.height),
        Rect(right, room.y, room.right - right, room.height),
    )
    return max(parts, key=lambda part: part.width * part.height)


def _share(of: float, free: int) -> float:
    return min(max(of / free, 0.0), 1.0) if free > 0 else 0.0
