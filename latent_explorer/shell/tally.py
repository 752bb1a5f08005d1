"""Counting the votes of a class on a question that no lesson asks: a row below the lab, by key or by mouse."""

from dataclasses import replace

from latent_explorer.scene import quiz, tally
from latent_explorer.scene.events import Action, DoubleClick, Key, Press, Px, Scroll, Set
from latent_explorer.scene.items import Item, Panel
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.state import State
from latent_explorer.scene.tally import CHOICES
from latent_explorer.shell import lesson, toolbar
from latent_explorer.shell.keymap import get_keys, name_key


def toggle(state: State) -> State:
    """Return the state with the row shown or hidden; the votes stay."""
    return lesson.resize(state.put(replace(state.tally, open=not state.tally.open)), state.window_size)


def handle(state: State, action: Action) -> State | None:
    """Return the state after an action on the row; None for every other one."""
    if state.is_covered or state.presentation.blank or lesson.is_step(state, action):
        return None
    match action:
        case Set(control=toolbar.VIEW_MENU, value=tally.TALLY):
            return toggle(state)
        case Set(control=tally.TALLY, value=bool(shown)):
            return state if shown == state.tally.open else toggle(state)
        case Key(name=name) if name in get_keys("tally") and not _is_typing(state):
            return toggle(state)
    return _handle_open(state, action) if state.tally.open else None


def make_items(state: State) -> list[Item]:
    """Return the row between the lab and a lesson's page; nothing while it is closed."""
    if not state.tally.height:
        return []
    return tally.make_items(state.tally.votes, _get_row(state), state.ui_scale, name_key("tally"))


def restore_votes(state: State) -> State:
    """Return the state with votes as they can be counted: a session's file may hold anything."""
    votes = quiz.clamp(state.tally.votes)
    fits = len(votes) == len(CHOICES.choices)
    return state.put(replace(state.tally, votes=votes if fits else CHOICES.no_votes))


# -- inside -------------------------------------------------------------------------------------------


def _handle_open(state: State, action: Action) -> State | None:
    match action:
        case Set(control=tally.CLEAR):
            return state.put(replace(state.tally, votes=CHOICES.no_votes))
        case Set(control=tally.VOTE, value=int(choice)) if not isinstance(choice, bool):
            return _vote(state, choice, 1)
        case Key(name="escape") if not _is_typing(state):
            return toggle(state)
        case Key(name=name) if len(name) == 1 and name.upper() in CHOICES.letters and not _is_typing(state):
            return _vote(state, CHOICES.letters.index(name.upper()), -1 if name.isupper() else 1)
        case Press(px=px) | DoubleClick(px=px) if _get_row(state).contains(px):
            return _press(state, px, takes_back=isinstance(action, Press) and action.pan)
        case Scroll(px=px) if _get_row(state).contains(px):
            return state
    return None


def _vote(state: State, choice: int, by: int) -> State:
    return state.put(replace(state.tally, votes=quiz.count_vote(state.tally.votes, choice, by)))


def _press(state: State, px: Px, *, takes_back: bool) -> State:
    """Return the state after a press on the row: the right button takes a vote back."""
    panels = [one for one in make_items(state) if isinstance(one, Panel) and one.rect.contains(px)]
    action = panels[-1].action if panels else None
    if action is None or (takes_back and action.control != tally.VOTE):
        return state
    if takes_back and isinstance(action.value, int):
        return _vote(state, action.value, -1)
    return handle(state, action) or state


def _get_row(state: State) -> Rect:
    top = state.size[1] + state.presentation.strip_height
    return Rect(0, top, state.window_size[0], state.tally.height)


def _is_typing(state: State) -> bool:
    """Return whether letters are for a field, a form or the pad under the mouse."""
    pad = state.drawing.pad
    return state.search.text is not None or state.map_task.form is not None or (pad.open and bool(pad.hovered_part))
