"""Undo and redo in every lab: steps of a lab's state and of the user image with its strokes."""

from dataclasses import replace
from typing import Any

from latent_explorer.scene.events import Action, DoubleClick, Leave, Move, Pass, Press, Release, Set, Tick
from latent_explorer.scene.state import State, Step

MOST = 200
BACK, ON = ("z", "ctrl z"), ("Z", "ctrl y", "ctrl Z")


def kept(before: State, after: State, action: Action) -> State:
    """Push `before` onto the undo stack of `after` if `action` changed an undoable value; merge steps of a gesture."""
    if isinstance(action, Tick | Pass | Leave) or before.lab != after.lab or after.past is not before.past:
        return after  # the action was an undo or a redo, or emptied the stack
    grip = _grip(action, before)
    begins, ends = isinstance(action, Press), isinstance(action, Release)
    step = _change(before, after)
    if step is None:
        return after if isinstance(action, Move) else replace(after, grip="" if begins or ends else grip and after.grip)
    if isinstance(action, DoubleClick) and after.past and _now(after, after.past[-1]) == after.past[-1]:
        return replace(after, past=after.past[:-1])  # drop the step of its first click
    goes_on = grip and grip == before.grip and not begins
    past = after.past if goes_on else (*after.past[1 - MOST :], step)
    return replace(after, past=past, future=(), grip="" if ends else grip)


def back(state: State) -> State:
    place = _latest(state, state.past)
    if place is None:
        return replace(state, message="There is nothing to undo in this lab.")
    step, past = state.past[place], state.past[:place] + state.past[place + 1 :]
    return replace(_at(state, step), past=past, future=(*state.future, _now(state, step)))


def on(state: State) -> State:
    place = _latest(state, state.future)
    if place is None:
        return replace(state, message="There is nothing to do again in this lab.")
    step, future = state.future[place], state.future[:place] + state.future[place + 1 :]
    return replace(_at(state, step), future=future, past=(*state.past, _now(state, step)))


def _latest(state: State, steps: tuple[Step, ...]) -> int | None:
    """Return the index of the last step of the current lab, or of the user image, which all labs share."""
    return next((i for i in reversed(range(len(steps))) if steps[i].lab in ("", state.lab)), None)


def _grip(action: Action, state: State) -> str:
    """Return the name of the gesture that `action` is part of; empty if it is a single action."""
    match action:
        case Press():
            return "drag"
        case Move() | Release() if state.held is not None or state.touching or state.pad.held:
            return "drag"
        case Set(control=control, value=float()):
            return f"set {control}"
    return ""


def _change(before: State, after: State) -> Step | None:
    """Return the step that restores the undoable values that changed; None if none did."""
    lab = "" if before.own is after.own or _own(before, before.lab) == _own(after, before.lab) else before.lab
    picture = before.picture if before.picture != after.picture else None
    return Step(lab, _own(before, lab) if lab else None, picture) if lab or picture else None


def _now(state: State, step: Step) -> Step:
    """Return a step with the current values of those that `step` restores."""
    own = _own(state, step.lab) if step.lab else None
    return Step(step.lab, own, state.picture if step.picture is not None else None)


def _own(state: State, lab: str) -> Any:
    """Return a lab's state without its transient part."""
    own: Any = state.own.get(lab)
    return replace(own, passing=None) if hasattr(own, "passing") else own


def _at(state: State, step: Step) -> State:
    if step.picture is not None:
        image, strokes = step.picture
        state = replace(state, image=image, pad=replace(state.pad, strokes=strokes))
    own: Any = step.own
    if hasattr(own, "passing"):
        own = replace(own, passing=state.own[step.lab].passing)
    return replace(state, own={**state.own, step.lab: own} if step.lab else state.own, grip="")
