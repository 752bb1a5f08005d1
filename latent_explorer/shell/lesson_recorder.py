"""Recording a lesson: what the user does in the window becomes the steps of its pages.

A step is what has changed, not how: a key that chooses the next layer is `set: {layer: distance}`. The way of the mouse
between two places is left out, and so is what a lesson may not do.
"""

import math
from dataclasses import replace
from typing import Any

from latent_explorer.labs import LABS
from latent_explorer.scene import brush, legend, map_menu
from latent_explorer.scene.camera import Camera
from latent_explorer.scene.controls import Button, Choice, Control, Toggle, apply_key
from latent_explorer.scene.effects import Effect
from latent_explorer.scene.events import Action, DoubleClick, Key, Move, Press, Px, Release, Scroll, Set, TimePassed, Xy
from latent_explorer.scene.items import CornerNote, Item
from latent_explorer.scene.lesson_recording import RecordedStep, Steps, add_step, find_pointer, is_near, simplify
from latent_explorer.scene.state import State
from latent_explorer.scene.state_slices import LessonRecording
from latent_explorer.shell import mouse, toolbar
from latent_explorer.shell.keymap import find_binding, name_key
from latent_explorer.texts import mark, tr, tr_count

IN_LESSON = mark("A lesson is being given: end it first, then record one.")
SHARED_CONTROLS = ("map", "layer", "colour", "pad", "covered", "names", "smooth")
"""Controls of every lab that a page may set, beside the menus of models."""
SET_BY_KEY = {"map": "map", "layer": "layer", "colour": "colour", "names": "names", "smooth": "smooth"}
"""Commands of the keymap that set a control, and the control."""
RAW_COMMANDS = ("zoom", "pan", "fit", "undo", "redo", "quality", "all classes", "class")
"""Commands that are recorded as their key."""
ALWAYS_SAID = ("map", "layer", "colour")
"""Controls that the first page sets in any case."""
COUNT = "count"
"""The control of how many models a lab shows."""
DIGITS = 5
"""Decimals of a place."""


def toggle(state: State) -> State:
    """Return the state that records, or that asks the window to write what was recorded."""
    if state.recording.is_on:
        return finish(state).ask(Effect.WRITE_LESSON)
    if state.overlay.lesson is not None:
        return state.with_message(tr(IN_LESSON))
    return state.put(LessonRecording(True, (_describe_start(state),), shown_models=_list_models(state)))


def finish(state: State) -> State:
    """Return the state whose recording has ended, with the pointer where it is now."""
    if not state.recording.is_on:
        return state
    ended = _settle(state, state)
    return ended.put(replace(ended.recording, is_on=False))


def handle(state: State, action: Action) -> State | None:
    """Return the state after the key that begins the next page, which has uncovered pictures as every page of a lesson;
    None for every other action."""
    turns = isinstance(action, Key) and action.name == "page down" and not state.is_covered
    if not turns or not state.recording.is_on or state.overlay.lesson is not None:
        return None
    ended = _settle(state, state)
    overlay = replace(ended.overlay, pictures_hidden=False)
    return ended.put(replace(ended.recording, pages=(*ended.recording.pages, ())), overlay)


def note(before: State, action: Action, after: State) -> State:
    """Return the state `after` an action, with what the action did to `before` as a step."""
    recording = before.recording
    if not recording.is_on or not after.recording.is_on or after.overlay.lesson is not None or after is before:
        return after
    if before.map_task.form is not None or before.overlay.help or before.search.text is not None:
        return after
    if after.tally != before.tally:
        return after  # votes are of one class alone
    if after.status.pending_export != before.status.pending_export:
        return after  # a lesson writes no files
    after = after.put(replace(after.recording, shown_models=_join(recording.shown_models, _list_models(after))))
    match action:
        case Set(control="lab"):
            return _add(after, *_note_lab(before, after))
        case Set(control=control, value=value):
            return _add(after, _note_control(before, control, value, after))
        case Key(name=name):
            return _note_key(before, name, after)
        case Press() | Move() | Release():
            return _note_gesture(before, action, after)
        case DoubleClick(px=px):
            return _note_double_click(before, px, after)
        case Scroll(px=px, steps=steps):
            slot = mouse.find_slot_at(before, px, LABS[before.lab])
            if slot is not None:
                return _add(after, RecordedStep("scroll", (*_find_place(before, slot, px), steps), slot))
        case TimePassed(seconds=seconds) if _plays(before):
            return _add(after, RecordedStep("wait", seconds))
    return after


def say_is_on() -> str:
    """Return why no lesson can begin while one is recorded."""
    return tr(
        "A lesson is being recorded: {key} ends and writes it, then another can begin.", key=name_key("record lesson")
    )


def make_items(state: State) -> list[Item]:
    """Return the note that a lesson is being recorded, in a corner of the map."""
    recording = state.recording
    if not recording.is_on:
        return []
    count, steps = len(recording.pages), len(recording.pages[-1])
    lines = (
        tr_count(
            "Recording a lesson: page {page}, {count} step", "Recording a lesson: page {page}, {count} steps",
            steps, page=count,
        ),
        tr("Page Down: next page   {key}: end and write", key=name_key("record lesson")),
    )  # fmt: skip
    return [CornerNote(LABS[state.lab].get_layout(state).maps[0], lines, at_left=False, at_bottom=False)]


# -- the steps ------------------------------------------------------------------------------------------


def _note_lab(before: State, after: State) -> list[RecordedStep]:
    """Return the steps that open another lab, with as many models as it shows: by itself it shows all of a lesson."""
    if after.lab == before.lab:
        return []
    counts = [one for one in LABS[after.lab].make_controls(after) if one.name == COUNT and isinstance(one, Choice)]
    return [RecordedStep("lab", after.lab), *(RecordedStep("set", {COUNT: one.value}) for one in counts)]


def _note_control(before: State, control: str, value: Any, after: State) -> RecordedStep | None:
    """Return the step of a control that was set; None for one that is not a lesson's."""
    if control == toolbar.VIEW_MENU and value in ("names", "smooth"):
        return _compare_control(before, value, after)
    known = {one.name: one for one in _list_controls(before)}.get(control)
    if known is None or (control == "map" and value in (map_menu.NEW, map_menu.CANCEL)):
        return None
    return RecordedStep("set", {control: None if isinstance(known, Button) else _plain(value)})


def _note_key(before: State, name: str, after: State) -> State:
    """Return the state with the step of a key: what it set, else where it moved the pointer, else the key."""
    binding = find_binding(name)
    command = binding.command if binding is not None and binding.command != "pad" else ""  # off the pad the lab's
    if command == "lab":
        return _add(after, *_note_lab(before, after))
    if command in ("model", "model 2"):
        changed = [slot for slot, (a, b) in enumerate(zip(before.models, after.models, strict=False)) if a != b]
        names = [one.name for one in toolbar.make_model_menus(after)]
        steps = [RecordedStep("set", {names[slot]: after.models[slot]}) for slot in changed if slot < len(names)]
        return _add(after, *steps)
    if command in SET_BY_KEY:
        return _add(after, _compare_control(before, SET_BY_KEY[command], after))
    for control in toolbar.list_controls_with_keys(before):
        action = apply_key(control, name) if not command else None
        if action is not None:
            return _add(after, _note_control(before, action.control, action.value, after))
    hover = before.pointer.hover
    if command == "click" and hover is not None:
        return _add(after, RecordedStep("click", _round(hover.xy), hover.slot))
    if command in RAW_COMMANDS or (not command and after.lab_states != before.lab_states):
        needs_pointer = command in ("zoom", "pan", "fit") or not command
        return _add(_settle(after, before) if needs_pointer else after, RecordedStep("key", _spell(name)))
    return after


def _note_gesture(before: State, action: Press | Move | Release, after: State) -> State:
    """Return the state with the step of a press, a drag or a stroke once the button is released."""
    press, part, recording = before.pointer.press, before.pointer.pressed_part, after.recording
    lab = LABS[before.lab]
    match action:
        case Press(px=px):
            began = after.pointer.press
            hidden = before.view.hidden ^ after.view.hidden
            if hidden:
                return _add(after, _find_class_step(after, next(iter(hidden))))
            at = after.pointer.pressed_part
            path: tuple[Xy, ...] = (began.xy,) if began is not None else ()
            if at and at != brush.PART and at in lab.get_layout(before).parts:
                path = (mouse.to_part_position(before, at, px, lab),)
            return after.put(replace(recording, path=path))
        case Move(px=px) if press is not None and not press.pans and press.slot < len(lab.get_layout(before).maps):
            return after.put(replace(recording, path=(*recording.path, _find_place(before, press.slot, px))))
        case Move(px=px) if part and part in lab.get_layout(before).parts:
            place = mouse.to_part_position(before, part, px, lab)
            return after.put(replace(recording, path=(*recording.path, place)))
        case Release(px=px) if press is not None:
            path = recording.path
            after = after.put(replace(recording, path=()))
            if not press.dragging:
                return _add(after, RecordedStep("click", _round(press.xy), press.slot))
            if press.pans:
                scale = before.get_camera(press.slot).compute_scale(lab.get_layout(before).maps[press.slot])
                x, y = _round(press.xy)
                moved = x + (px[0] - press.px[0]) / scale, y - (px[1] - press.px[1]) / scale
                return _add(after, RecordedStep("pan", ((x, y), _round(moved)), press.slot))
            way = simplify((*path, _find_place(before, press.slot, px)))
            return _add(after, RecordedStep("drag", tuple(map(_round, way)), press.slot))
        case Release() if part and recording.path:
            places = tuple(map(_round, simplify(recording.path)))
            after = after.put(replace(recording, path=()))
            is_press = len(places) == 1 or (len(places) == 2 and is_near(places[0], places[1]))
            return _add(after, RecordedStep("touch", (part, *(places[0] if is_press else places))))
        case Release() if before.drawing.pad.pressed_part and before.drawing.pad.strokes.strokes:
            stroke = before.drawing.pad.strokes.strokes[-1]
            if not stroke.erases:
                return _add(after, RecordedStep("draw", tuple(map(_round, simplify(stroke.spots)))))
    return after


def _note_double_click(before: State, px: Px, after: State) -> State:
    """Return the state with the step of a double-click on a map, in place of its first click."""
    slot = mouse.find_slot_at(before, px, LABS[before.lab])
    if slot is None:
        return after
    *pages, steps = after.recording.pages
    if steps and steps[-1].verb == "click":
        steps = steps[:-1]
    after = after.put(replace(after.recording, pages=(*pages, steps)))
    return _add(after, RecordedStep("double_click", _find_place(before, slot, px), slot))


def _find_class_step(state: State, name: str) -> RecordedStep | None:
    """Return the key that shows or hides a class; None if it has none."""
    keys = [key for key in "1234567890" if legend.find_class_of_key(key, state, state.model_count) == name]
    return RecordedStep("key", keys[0]) if keys else None


# -- pages ----------------------------------------------------------------------------------------------


def _describe_start(state: State) -> Steps:
    """Return the steps that choose the lab, the models and the settings that are there when the recording begins."""
    lab = LABS[state.lab]
    steps = [RecordedStep("lab", state.lab)]
    if lab.has_model_menus:
        steps += [RecordedStep("set", {one.name: one.value}) for one in toolbar.make_model_menus(state)]  # type: ignore[union-attr]
    fresh = state.with_lab_state(lab.name, lab.with_model_count(lab.make_initial_state(), len(set(state.models))))
    usual = {one.name: getattr(one, "value", None) for one in lab.make_controls(fresh)}
    usual |= {"covered": False, "pad": False, "names": True, "smooth": True}
    for one in _list_controls(state):
        if isinstance(one, Button) or one.name.startswith("model"):
            continue
        if one.name in (*ALWAYS_SAID, COUNT) or one.value != usual.get(one.name, one.value):
            steps.append(RecordedStep("set", {one.name: _plain(one.value)}))
    steps += [step for name in sorted(state.view.hidden) if (step := _find_class_step(state, name)) is not None]
    cameras = [_describe_camera(state.get_camera(slot), slot) for slot in range(len(lab.get_layout(state).maps))]
    return (*steps, *(step for step in cameras if step is not None))


def _describe_camera(camera: Camera, slot: int) -> RecordedStep | None:
    """Return the step that shows what a camera shows, from the whole map; None if one turn of the wheel cannot."""
    middle, (x, y), zoom = Camera().centre, camera.centre, camera.zoom
    if math.isclose(zoom, 1):
        return None if is_near((x, y), middle) else RecordedStep("pan", (_round((x, y)), middle), slot)
    # the place that stays where it is while the map is zoomed
    at = (x * zoom - middle[0]) / (zoom - 1), (y * zoom - middle[1]) / (zoom - 1)
    if not all(0 <= one <= 1 for one in at):
        return None
    return RecordedStep("scroll", (*_round(at), round(math.log(zoom, mouse.ZOOM_STEP), 3)), slot)


def _settle(state: State, there: State) -> State:
    """Return the state with a step that moves the pointer where it is in `there`, if the steps leave it elsewhere."""
    hover = there.pointer.hover
    if hover is None:
        return state
    known = find_pointer(state.recording.pages)
    if known is not None and known[0] == hover.slot and is_near(known[1], hover.xy):
        return state
    return _add(state, RecordedStep("move", _round(hover.xy), hover.slot))


def _add(state: State, *steps: RecordedStep | None) -> State:
    *pages, last = state.recording.pages
    for step in steps:
        last = last if step is None else add_step(last, step)
    return state.put(replace(state.recording, pages=(*pages, last)))


# -- inside ---------------------------------------------------------------------------------------------


def _list_controls(state: State) -> list[Control]:
    """Return the controls that a page may set."""
    own = {one.name for one in LABS[state.lab].make_controls(state)}
    menus = {one.name for one in toolbar.make_model_menus(state)} if LABS[state.lab].has_model_menus else set()
    return [one for one in toolbar.list_controls(state) if one.name in own | menus or one.name in SHARED_CONTROLS]


def _plays(state: State) -> bool:
    """Return whether the lab plays what a page has to wait for; other movements end by themselves."""
    return any(
        one.name == "play" and isinstance(one, Toggle) and one.value for one in LABS[state.lab].make_controls(state)
    )


def _compare_control(before: State, name: str, after: State) -> RecordedStep | None:
    """Return the step that sets a control to its value in `after`; None if it did not change."""
    values = [
        next((getattr(one, "value", None) for one in toolbar.list_controls(state) if one.name == name), None)
        for state in (before, after)
    ]
    return None if values[0] == values[1] or values[1] is None else RecordedStep("set", {name: _plain(values[1])})


def _list_models(state: State) -> tuple[str, ...]:
    """Return the models of the lab that are in its menus."""
    return tuple(dict.fromkeys(state.models[: state.model_count])) if LABS[state.lab].has_model_menus else ()


def _join(first: tuple[str, ...], second: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*first, *second)))


def _find_place(state: State, slot: int, px: Px) -> Xy:
    return _round(state.get_camera(slot).to_xy(px, LABS[state.lab].get_layout(state).maps[slot]))


def _round(xy: Xy) -> Xy:
    """Return a place as a step writes it, which is within the map."""
    return tuple(round(min(max(float(one), 0.0), 1.0), DIGITS) for one in xy)  # type: ignore[return-value]


def _plain(value: Any) -> Any:
    return round(value, 4) if isinstance(value, float) else value


def _spell(name: str) -> str:
    """Return a key as a step names it: ctrl Z is ctrl shift z."""
    *modifiers, last = name.split(" ")
    if modifiers[:1] == ["ctrl"] and last.isupper():
        return f"ctrl shift {last.lower()}"
    return name
