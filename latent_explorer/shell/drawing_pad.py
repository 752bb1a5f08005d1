"""The drawing pad: reactions of the user image to the mouse, keys and picture files."""

from dataclasses import replace

from latent_explorer.engine.queries.user_image import NearestToUserImage, PenSetup, TypicalErrors, UserImageQuery
from latent_explorer.engine.query import AnyQuery
from latent_explorer.labs import LABS
from latent_explorer.scene import drawing_pad
from latent_explorer.scene.controls import Button, Control, Toggle
from latent_explorer.scene.drawing_pad import Pad, PadLayout
from latent_explorer.scene.effects import Effect
from latent_explorer.scene.events import (
    Action,
    ImageLoaded,
    ImageLoading,
    ImageRejected,
    Key,
    Leave,
    Move,
    Press,
    Px,
    Release,
    Scroll,
    Set,
)
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.state import State
from latent_explorer.shell import gallery
from latent_explorer.shell.keymap import get_keys
from latent_explorer.texts import tr
from latent_explorer.user_image.strokes import Strokes

PAD_KEYS = dict(zip(get_keys("pad"), ("eraser", "undo stroke", "clear"), strict=True))
"""Keys that work while the mouse is over the pad, and their controls."""
HANDLED_KEYS = ("o", *get_keys("file", "paste", "remove", "escape", "pad"))


def make_controls(state: State) -> tuple[Control, ...]:
    """Return the controls of the pad; they are drawn with it, not as widgets of the window."""
    if not state.drawing.pad.open:
        return ()
    return (
        Toggle(
            "eraser",
            tr("Eraser"),
            state.drawing.pad.erasing,
            tr("Erase what was drawn (E on the pad, or the right button)"),
        ),
        Button("undo stroke", tr("Undo"), tr("Take the last stroke back (Backspace on the pad)")),
        Button("clear", tr("Clear"), tr("Remove your picture, drawn or from a file (C on the pad, or Delete)")),
        Button("paste", tr("Paste"), tr("A picture from the clipboard (Ctrl+V)")),
        *gallery.make_controls(state),
    )


def make_layout(state: State) -> PadLayout:
    """Return the pad's layout: at the right of the lab, below the toolbar and above the hint."""
    lab = LABS[state.lab]
    layout, margin = lab.get_layout(state), round(drawing_pad.MARGIN * state.ui_scale)
    left, top = state.lab_size[0], layout.toolbar.bottom
    bottom = layout.hint.y - margin // 2 if layout.hint.height else state.size[1] - margin
    room = Rect(left, top, max(0, state.size[0] - margin - left), max(0, bottom - top))
    return drawing_pad.make_layout(room, state.ui_scale, lab.count_models(state), gallery.get_needs(state))


def claims(state: State, action: Action) -> bool:
    """Return True if the pad alone handles `action`."""
    if gallery.claims(state, action):
        return True
    pad = state.drawing.pad
    match action:
        case ImageLoading() | ImageLoaded() | ImageRejected():
            return True
        case Set(control=control):
            names = ("pad", *(one.name for one in make_controls(state)))
            return control in names and state.map_task.form is None
        case Key(name=name) if name in HANDLED_KEYS and not state.overlay.help and state.map_task.form is None:
            if name in ("o", *get_keys("file", "paste")):
                return True
            if name == "delete":
                return state.drawing.image is not None
            if name == "escape":
                return pad.open and state.map_task.in_progress is None and not state.preferences.fullscreen
            return pad.open and bool(pad.hovered_part)
        case Press(px=px) | Scroll(px=px):
            return (
                pad.open
                and not state.overlay.help
                and state.pointer.press is None
                and make_layout(state).panel.contains(px)
            )
        case Move(px=px):
            busy = state.pointer.press is not None or bool(state.pointer.pressed_part)
            return pad.open and (bool(pad.pressed_part) or (not busy and make_layout(state).panel.contains(px)))
        case Release():
            return bool(pad.pressed_part)
    return False


def clear_hover(state: State, action: Action) -> State:
    """Return the state after an action that is not the pad's: the mouse is no longer over the pad."""
    gone = isinstance(action, Move | Leave | Press) and state.drawing.pad.hovered_part
    return state.with_pad(replace(state.drawing.pad, hovered_part="")) if gone else state


def update(state: State, action: Action) -> State:
    """Return the state after an action that the pad claims."""
    if gallery.claims(state, action):
        return gallery.update(state, action)
    pad = state.drawing.pad
    match action:
        case ImageLoading(name=name):
            return state.with_pad(replace(pad, open=True, loading_name=name))
        case ImageRejected(message=message):
            return state.put(
                replace(state.drawing, pad=replace(pad, loading_name="")), replace(state.status, message=message)
            )
        case ImageLoaded(image=image, note=note):
            opened = replace(pad, open=True, loading_name="", strokes=Strokes(), pressed_part="")
            return state.put(replace(state.drawing, pad=opened, image=image), replace(state.status, message=note))
        case Set(control=name, value=value):
            return _handle_control(state, name, value)
        case Key(name="o"):
            return _handle_control(state, "pad", not pad.open)
        case Key(name="O" | "ctrl o"):
            return _handle_control(state, "file", None)
        case Key(name="ctrl v"):
            return _handle_control(state, "paste", None)
        case Key(name="escape"):
            return _handle_control(state, "pad", False)
        case Key(name="delete"):
            return _handle_control(state, "clear", None)
        case Key(name=name):
            return _handle_control(state, PAD_KEYS[name], not pad.erasing if name == "e" else None)
        case Press(px=px, pan=pan):
            return _handle_press(state, px, pan)
        case Move(px=px, superseded=passing):
            return _handle_move(state, px, passing)
        case Release(px=px):
            return _handle_release(state, px)
        case Scroll(steps=steps) if pad.pressed_part == "":
            return gallery.turn_page(state, make_layout(state).gallery, -1 if steps > 0 else 1)
    return state


def make_queries(state: State) -> dict[str, AnyQuery]:
    """Return the queries about the user image and the gallery in every slot; if the pad is open, also the typical
    errors, and what the pen's first stroke would wait for."""
    wanted = gallery.make_queries(state)
    for slot in range(LABS[state.lab].count_models(state)):
        model, which = state.get_model_name(slot), state.get_map_name(slot)
        if not state.get_checkpoint(slot).can_decode:
            continue  # nothing encodes it either
        if state.drawing.image is not None or state.drawing.pad.open:
            wanted[f"pen {slot}"] = PenSetup(model, which)
            wanted[f"usual {slot}"] = TypicalErrors(model)
        if state.drawing.image is not None:
            wanted[f"own {slot}"] = UserImageQuery(model, which, state.drawing.image)
            if state.drawing.pad.open:
                wanted[f"near {slot}"] = NearestToUserImage(model, state.drawing.image, drawing_pad.NEIGHBOUR_COUNT)
    return wanted


# -- inside -------------------------------------------------------------------------------------------


def _handle_control(state: State, name: str, value: object) -> State:
    pad = state.drawing.pad
    match name:
        case "pad":
            return state.with_pad(replace(pad, open=bool(value), pressed_part="", hovered_part=""))
        case "close":
            return state.with_pad(replace(pad, open=False, pressed_part="", hovered_part=""))
        case "pen":
            return state.with_pad(replace(pad, erasing=False))
        case "eraser":
            return state.with_pad(replace(pad, erasing=value if isinstance(value, bool) else True))
        case "undo" | "undo stroke":
            return _set_strokes(state, pad, pad.strokes.remove_last_stroke()) if pad.strokes.strokes else state
        case "clear":
            return state.put(replace(state.drawing, pad=replace(pad, strokes=Strokes()), image=None))
        case "file" | "paste":
            return state.ask(Effect.OPEN_FILE if name == "file" else Effect.PASTE)
    return state


def _handle_press(state: State, px: Px, pan: bool) -> State:
    pad, layout = state.drawing.pad, make_layout(state)
    part = layout.find_part(px)
    pressed = replace(pad, pressed_part=part, hovered_part=part)
    if part == "ink":
        is_fine, erases = not state.get_checkpoint(0).sample_kind.has_pixels, pad.erasing or pan
        begun = pad.strokes.begin_stroke(layout.to_ink_position(px), erases=erases, is_fine=is_fine)
        return _set_strokes(state, pressed, begun)
    return state.with_pad(pressed)


def _handle_move(state: State, px: Px, superseded: bool) -> State:
    pad, layout = state.drawing.pad, make_layout(state)
    if pad.pressed_part == "ink":
        strokes = pad.strokes.extend_stroke(layout.to_ink_position(px))
        if superseded:  # the stroke takes every position, the picture is made at the last one of a frame
            return state.with_pad(replace(pad, strokes=strokes))
        image = strokes.to_image()
        return state.put(
            replace(
                state.drawing,
                pad=replace(pad, strokes=strokes),
                image=state.drawing.image if image == state.drawing.image else image,
            )
        )
    return state.with_pad(replace(pad, hovered_part=layout.find_part(px)))


def _handle_release(state: State, px: Px) -> State:
    """Return the state after the mouse button was released; a control of the pad acts if it was pressed there, too."""
    pad, part = state.drawing.pad, make_layout(state).find_part(px)
    let_go = state.with_pad(replace(pad, pressed_part="", hovered_part=part))
    return _handle_control(let_go, part, None) if part == pad.pressed_part and part not in ("ink", "panel") else let_go


def _set_strokes(state: State, pad: Pad, strokes: Strokes) -> State:
    """Return the state with these strokes; the first one replaces a picture from a file."""
    if strokes is pad.strokes:
        return state.with_pad(pad)
    return state.put(replace(state.drawing, pad=replace(pad, strokes=strokes), image=strokes.to_image()))
