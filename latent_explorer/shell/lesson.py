"""Running a lesson: start, turn of pages, end. Setting up the window for a page is done in `ui`."""

from dataclasses import replace

from latent_explorer.scene import lesson_page
from latent_explorer.scene.events import Action, DoubleClick, Key, Press
from latent_explorer.scene.items import Item
from latent_explorer.scene.lesson_page import Lesson, PageLayout
from latent_explorer.scene.state import State
from latent_explorer.scene.state_slices import Search
from latent_explorer.shell.keymap import get_keys

PAGE_STEPS = dict(zip(get_keys("lesson"), (1, -1), strict=True))


def start_lesson(state: State, lesson: Lesson) -> State:
    return resize(
        state.put(replace(state.overlay, lesson=lesson, offer_last_session=False), replace(state.status, notice="")),
        state.window_size,
    )


def end_lesson(state: State) -> State:
    return resize(state.put(replace(state.overlay, lesson=None)), state.window_size)


def resize(state: State, window: tuple[int, int]) -> State:
    """Return the state in a window of another size: a lesson's page is at the lower edge, the lab has the rest."""
    width, full = max(1, window[0]), max(1, window[1])
    state = replace(state, size=(width, full)).put(
        replace(state.overlay, lesson_height=0), replace(state.pointer, hover=None)
    )
    foot = lesson_page.compute_height(window, state.ui_scale) if state.overlay.lesson is not None else 0
    return replace(state, size=(width, max(1, full - foot))).put(replace(state.overlay, lesson_height=foot))


def handle(state: State, action: Action) -> State | None:
    """Return the state after an action that the lesson handles; None for every other one."""
    given = state.overlay.lesson
    if given is None or state.overlay.help:
        return None
    match action:
        case Key(name=name) if name in PAGE_STEPS:
            return _show_page(state, given.turn_page(PAGE_STEPS[name]))
        case Press(px=px) | DoubleClick(px=px) if px[1] >= state.size[1]:
            page = lesson_page.handle_press(given, px, make_layout(state, given))
            return state if page is None else _show_page(state, page)
    return None


def make_items(state: State) -> list[Item]:
    if state.overlay.lesson is None:
        return []
    return lesson_page.make_items(state.overlay.lesson, make_layout(state, state.overlay.lesson), state.ui_scale)


def make_layout(state: State, lesson: Lesson) -> PageLayout:
    return lesson_page.make_layout(
        state.window_size, state.overlay.lesson_height, state.ui_scale, bool(lesson.current_page.question)
    )


def _show_page(state: State, lesson: Lesson) -> State:
    """Return the state with another page of the lesson, which starts with uncovered pictures."""
    return (
        state
        if lesson == state.overlay.lesson
        else state.put(replace(state.overlay, lesson=lesson, pictures_hidden=False), Search())
    )
