"""Asking before something is lost: leaving the program, stopping what is made in the background.

Enter gives the marked answer, which is yes until Tab or an arrow marks the other one; Esc and a click beside the card
are no. Every other key does nothing, so that no stray one answers.
"""

from collections.abc import Iterator
from dataclasses import replace

from latent_explorer.labs import LABS
from latent_explorer.scene import question as card
from latent_explorer.scene.events import DoubleClick, HandledAction, Key, Leave, Move, Press, Release, Scroll, Set
from latent_explorer.scene.items import Item
from latent_explorer.scene.map_menu import CANCEL
from latent_explorer.scene.question import ANSWER, LEAVE, Question
from latent_explorer.scene.state import State
from latent_explorer.shell.keymap import find_binding
from latent_explorer.texts import tr

APPEARANCE = ("theme", "text size", "fullscreen")
"""Commands that work while a question is open."""
TURNS = ("tab", "shift tab", "left", "right", "up", "down")
"""Keys that mark the other answer."""


def ask(state: State, question: Question) -> State:
    return state.put(replace(state.status, question=question, asks_to_leave=False, notice=""))


def ask_to_leave(state: State) -> State:
    """Return the state that asks whether to leave the program, and says what would be lost."""
    return ask(
        state, Question(tr("Leave latent_explorer?"), tr("Leave"), tr("Stay"), LEAVE, " ".join(list_losses(state)))
    )


def close_window(state: State) -> State:
    """Return the state after the window's close button: it asks only if something would be lost, and only once."""
    asked = state.status.question is not None and state.status.question.action == LEAVE
    return _leave(state) if asked or not any(list_losses(state)) else ask_to_leave(state)


def ask_to_stop(state: State) -> State | None:
    """Return the state that asks whether to stop the map or the download in progress; None without one."""
    making, running = state.map_task.in_progress, state.downloads.running
    if making is not None:
        text = tr("{map} is begun: what is done of it would be lost.", map=making.spec.title)
        title = tr("Stop making the map?")
        return ask(state, Question(title, tr("Stop it"), tr("Go on"), Set("map", CANCEL), text))
    if running:
        text = tr("What has arrived would have to be fetched again.")
        title = tr("Stop getting {title}?", title=state.downloads.offers[running].title)
        return ask(state, Question(title, tr("Stop it"), tr("Go on"), Set("data", running), text))
    return None


def list_losses(state: State) -> Iterator[str]:
    """Yield a sentence on each thing that would be lost if the program ended now. What a session keeps is not, nor a
    file that is being written: the window waits for that."""
    if state.map_task.in_progress is not None:
        yield tr("The map {map} is being made.", map=state.map_task.in_progress.spec.title)
    if state.downloads.running:
        yield tr("{title} is being fetched.", title=state.downloads.offers[state.downloads.running].title)
    if state.gallery.tuning is not None:
        yield tr("{model} is being trained.", model=state.gallery.tuning.name)
    for name in sorted(state.gallery.unsaved):
        yield tr("{model} is not saved.", model=name)
    if state.recording.is_on:
        yield tr("A lesson is being recorded: leaving ends and writes it.")
    own = state.lessons.own_state  # what a lesson has put aside
    for lab in LABS.values():
        losses = [lab.name_loss(one) for one in (state, own) if one is not None]
        yield from dict.fromkeys(one for one in losses if one)


def handle(state: State, action: HandledAction) -> tuple[State, Set | None] | None:
    """Return the state after an action that answers the open question, and what is to be done then, if anything; None
    for every other action."""
    question = state.status.question
    if question is None:
        return None
    match action:
        case Key(name=name) if name in TURNS:
            return state.put(replace(state.status, question=replace(question, chosen=not question.chosen))), None
        case Key(name="return") if not question.chosen:
            return _close(state), None
        case Key(name="return") | Set(control="question", value=True):
            if question.action == LEAVE:
                return _leave(state), None
            return _close(state), question.action
        case Key(name="escape") | Set(control="question"):
            return _close(state), None
        case Key(name=name):
            binding = find_binding(name)
            return None if binding is not None and binding.command in APPEARANCE else (state, None)
        case Press(px=px) | DoubleClick(px=px):
            answer = card.find_answer(card.make_layout(question, state.window_size, state.ui_scale), px)
            return (state, None) if answer is None else handle(state, Set(ANSWER, answer))
        case Set():
            return _close(state), action
        case Move() | Scroll() | Leave():
            return state, None
        case Release():
            return None
    return None


def drop_moot(state: State) -> State:
    """Return the state without a question about something that has ended by itself."""
    question = state.status.question
    if question is None or question.action not in (Set("map", CANCEL), Set("data", question.action.value)):
        return state
    over = state.map_task.in_progress is None if question.action.control == "map" else not state.downloads.running
    return _close(state) if over else state


def make_items(state: State) -> list[Item]:
    question = state.status.question
    if question is None:
        return []
    layout = card.make_layout(question, state.window_size, state.ui_scale)
    return card.make_items(question, layout, state.window_size)


def _close(state: State) -> State:
    return state.put(replace(state.status, question=None))


def _leave(state: State) -> State:
    return state.put(replace(state.status, question=None, closing=True), replace(state.overlay, help=False))
