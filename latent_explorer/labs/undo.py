"""Undo and redo in every lab: what a lab keeps of its own, and the user's picture, a step back and on again."""

from dataclasses import replace
from typing import Any

from latent_explorer.labs.actions import Action, DoubleClick, Leave, Move, Pass, Press, Release, Set, Tick
from latent_explorer.labs.state import State, Step

MOST = 200


def kept(before: State, after: State, action: Action) -> State:
    """`after`, which remembers what was before if the action changed something that can be undone."""
    if isinstance(action, Tick | Pass | Leave) or before.lab != after.lab or after.past is not before.past:
        return after  # what changes the past by itself has gone back in it, or emptied it
    grip = _grip(action, before)
    begins, ends = isinstance(action, Press), isinstance(action, Release)
    if _same(before, after):
        return after if isinstance(action, Move) else replace(after, grip="" if begins or ends else grip and after.grip)
    if isinstance(action, DoubleClick) and after.past and _step(after) == after.past[-1]:
        return replace(after, past=after.past[:-1])  # its first click is taken back
    goes_on = grip and grip == before.grip and not begins
    past = after.past if goes_on else (*after.past[1 - MOST :], _step(before))
    return replace(after, past=past, future=(), grip="" if ends else grip)


def back(state: State) -> State:
    place = next((i for i in reversed(range(len(state.past))) if state.past[i].lab == state.lab), None)
    if place is None:
        return replace(state, message="There is nothing to undo in this lab.")
    past = state.past[:place] + state.past[place + 1 :]
    return replace(_at(state, state.past[place]), past=past, future=(*state.future, _step(state)))


def on(state: State) -> State:
    place = next((i for i in reversed(range(len(state.future))) if state.future[i].lab == state.lab), None)
    if place is None:
        return replace(state, message="There is nothing to do again in this lab.")
    future = state.future[:place] + state.future[place + 1 :]
    return replace(_at(state, state.future[place]), future=future, past=(*state.past, _step(state)))


def _grip(action: Action, state: State) -> str:
    """The name of the gesture that an action is part of; empty where it is one by itself."""
    match action:
        case Press():
            return "drag"
        case Move() | Release() if state.held is not None or state.touching:
            return "drag"
        case Set(control=control, value=float()):
            return f"set {control}"
    return ""


def _same(before: State, after: State) -> bool:
    if before.own is after.own and before.image is after.image:
        return True
    return _step(before) == _step(after)


def _step(state: State) -> Step:
    own: Any = state.own.get(state.lab)
    return Step(state.lab, replace(own, passing=None) if hasattr(own, "passing") else own, state.image)


def _at(state: State, step: Step) -> State:
    own: Any = step.own
    if hasattr(own, "passing"):
        own = replace(own, passing=state.own[step.lab].passing)
    return replace(state, own={**state.own, step.lab: own}, image=step.image, grip="")
