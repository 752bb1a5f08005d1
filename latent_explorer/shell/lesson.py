"""Running a lesson: start, turn of pages, end. Setting up the window for a page is done in `ui`."""

from dataclasses import replace

from latent_explorer.scene import lesson_page
from latent_explorer.scene.events import Action, DoubleClick, Key, Press
from latent_explorer.scene.items import Item
from latent_explorer.scene.lesson_page import Lesson, Places
from latent_explorer.scene.state import State

KEYS = (("Page Down, Page Up", "next page of the lesson, the one before"),)
TURNS = {"page down": 1, "page up": -1}


def begun(state: State, given: Lesson) -> State:
    return sized(replace(state, lesson=given, notice="", offer=False), state.window)


def left(state: State) -> State:
    return sized(replace(state, lesson=None), state.window)


def sized(state: State, window: tuple[int, int]) -> State:
    """Return the state in a window of another size: a lesson's page is at the lower edge, the lab has the rest."""
    width, full = max(1, window[0]), max(1, window[1])
    state = replace(state, size=(width, full), foot=0, hover=None)
    foot = lesson_page.height(window, state.unit) if state.lesson is not None else 0
    return replace(state, size=(width, max(1, full - foot)), foot=foot)


def answered(state: State, action: Action) -> State | None:
    """Return the state after an action that the lesson handles; None for every other one."""
    given = state.lesson
    if given is None or state.help:
        return None
    match action:
        case Key(name=name) if name in TURNS:
            return _turned(state, given.turned(TURNS[name]))
        case Press(px=px) | DoubleClick(px=px) if px[1] >= state.size[1]:
            found = lesson_page.pressed(given, px, places(state, given))
            return state if found is None else _turned(state, found)
    return None


def items(state: State) -> list[Item]:
    if state.lesson is None:
        return []
    return lesson_page.items(state.lesson, places(state, state.lesson), state.unit)


def places(state: State, given: Lesson) -> Places:
    return lesson_page.places(state.window, state.foot, state.unit, bool(given.shown.ask))


def _turned(state: State, given: Lesson) -> State:
    """Return the state with another page of the lesson, which starts with uncovered pictures."""
    return state if given == state.lesson else replace(state, lesson=given, covered=False)
