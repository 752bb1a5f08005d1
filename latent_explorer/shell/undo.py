"""Undo and redo in every lab: steps of a lab's state, of the user image with its strokes, gallery and brush."""

from dataclasses import replace
from typing import Any

from latent_explorer.scene.events import Action, DoubleClick, Leave, Move, Press, Release, Set, Tick, TimePassed
from latent_explorer.scene.state import State
from latent_explorer.scene.state_slices import History, UndoStep
from latent_explorer.texts import mark, tr

MAX_STEPS = 200
NOTHING_TO_UNDO = mark("There is nothing to undo in this lab.")
NOTHING_TO_REDO = mark("There is nothing to do again in this lab.")


def record(before: State, after: State, action: Action) -> State:
    """Push `before` onto the undo stack of `after` if `action` changed an undoable value; merge steps of a gesture."""
    if (
        isinstance(action, Tick | TimePassed | Leave)
        or before.lab != after.lab
        or after.history.undo_stack is not before.history.undo_stack
    ):
        return after  # the action was an undo or a redo, or emptied the stack
    grip = _name_gesture(action, before)
    begins, ends = isinstance(action, Press), isinstance(action, Release)
    step = _find_change(before, after)
    if step is None:
        gesture = "" if begins or ends else grip and after.pointer.gesture
        return after if isinstance(action, Move) else after.put(replace(after.pointer, gesture=gesture))
    past = after.history.undo_stack
    if isinstance(action, DoubleClick) and past and _capture_current(after, past[-1]) == past[-1]:
        return after.put(replace(after.history, undo_stack=past[:-1]))  # drop the step of its first click
    goes_on = grip and grip == before.pointer.gesture and not begins
    past = past if goes_on else (*past[1 - MAX_STEPS :], step)
    return after.put(History(past), replace(after.pointer, gesture="" if ends else grip))


def undo(state: State) -> State:
    place = _find_latest(state, state.history.undo_stack)
    if place is None:
        return state.with_message(tr(NOTHING_TO_UNDO))
    past, future = state.history.undo_stack, state.history.redo_stack
    step, rest = past[place], past[:place] + past[place + 1 :]
    return _apply_step(state, step).put(History(rest, (*future, _capture_current(state, step))))


def redo(state: State) -> State:
    place = _find_latest(state, state.history.redo_stack)
    if place is None:
        return state.with_message(tr(NOTHING_TO_REDO))
    past, future = state.history.undo_stack, state.history.redo_stack
    step, rest = future[place], future[:place] + future[place + 1 :]
    return _apply_step(state, step).put(History((*past, _capture_current(state, step)), rest))


def _find_latest(state: State, steps: tuple[UndoStep, ...]) -> int | None:
    """Return the index of the last step of the current lab, or of the user image, which all labs share."""
    return next((i for i in reversed(range(len(steps))) if steps[i].lab in ("", state.lab)), None)


def _name_gesture(action: Action, state: State) -> str:
    """Return the name of the gesture that `action` is part of; empty if it is a single action."""
    match action:
        case Press():
            return "drag"
        case Move() | Release() if (
            state.pointer.press is not None or state.pointer.pressed_part or state.drawing.pad.pressed_part
        ):
            return "drag"
        case Set(control=control, value=float()):
            return f"set {control}"
    return ""


def _find_change(before: State, after: State) -> UndoStep | None:
    """Return the step that restores the undoable values that changed; None if none did."""
    lab = before.lab
    if before.lab_states is after.lab_states or _get_lab_state(before, lab) == _get_lab_state(after, lab):
        lab = ""
    picture = before.image_and_strokes if before.image_and_strokes != after.image_and_strokes else None
    brushes = before.view.brushes if before.view.brushes != after.view.brushes else None
    gallery = before.gallery.content if before.gallery.content is not after.gallery.content else None
    if not lab and picture is None and brushes is None and gallery is None:
        return None
    return UndoStep(lab, _get_lab_state(before, lab) if lab else None, picture, brushes, gallery)


def _capture_current(state: State, step: UndoStep) -> UndoStep:
    """Return a step with the current values of those that `step` restores."""
    own = _get_lab_state(state, step.lab) if step.lab else None
    picture = state.image_and_strokes if step.image_and_strokes is not None else None
    gallery = state.gallery.content if step.gallery is not None else None
    return UndoStep(step.lab, own, picture, state.view.brushes if step.brushes is not None else None, gallery)


def _get_lab_state(state: State, lab: str) -> Any:
    """Return a lab's state without its transient part."""
    own: Any = state.lab_states.get(lab)
    return replace(own, passing=None) if hasattr(own, "passing") else own


def _apply_step(state: State, step: UndoStep) -> State:
    if step.image_and_strokes is not None:
        image, strokes = step.image_and_strokes
        state = state.put(replace(state.drawing, image=image, pad=replace(state.drawing.pad, strokes=strokes)))
    if step.brushes is not None:
        state = state.put(replace(state.view, brushes=step.brushes))
    if step.gallery is not None:
        state = state.put(replace(state.gallery, content=step.gallery))
    own: Any = step.lab_state
    if hasattr(own, "passing"):
        own = replace(own, passing=state.lab_states[step.lab].passing)
    state = state.with_lab_state(step.lab, own) if step.lab else state
    return state.put(replace(state.pointer, gesture=""))
