"""Presenting on a projector: begin and leave, black screen, the pages of a lab's parts, the keys of clickers.

Clickers send F5 and Esc, Page Down and Page Up or arrows, and B or a full stop: these keys do here what a presenter
expects, whatever they do in a lab otherwise.
"""

from collections.abc import Sequence
from dataclasses import replace

from latent_explorer.labs import LABS
from latent_explorer.scene.events import Action, DoubleClick, Key, Press, Scroll, Set
from latent_explorer.scene.presentation import NEXT_PAGE_KEY
from latent_explorer.scene.state import State
from latent_explorer.shell import drawing_pad, lesson, mouse, quiz
from latent_explorer.shell.keymap import get_keys, name_key
from latent_explorer.shell.presenter_sheet import NOTES
from latent_explorer.texts import tr

BLACK_KEYS = (".", "b", "B")
FORWARD, BACKWARD = ("page down", "right", "down"), ("page up", "left", "up")
NEXT_PAGE = get_keys("next parts")[0]


def make_help_rows() -> tuple[tuple[str, str], ...]:
    """Return the rows of the help page on what keys and mouse do in a presentation and not elsewhere."""
    return (
        (tr("In a presentation"), ""),
        (tr("{key}, Esc", key=name_key("present")), tr("leave it; Esc closes first what is open")),
        (tr("Page keys, arrows"), tr("next page of the lesson, the one before")),
        (NEXT_PAGE_KEY, tr("the lab's other parts; without a lesson Page Down too")),
        (tr(". or B"), tr("black screen, no step of a film; B unless it is a vote")),
        (tr("Ctrl or wheel held"), tr("laser: a trail that fades; the point stays where it is")),
        (tr("Shift+drag"), tr("marker: a line that fades after some seconds")),
    )


def toggle(state: State) -> State:
    """Return the state that presents, or no longer does: laid out again, with the lesson's page at its new height."""
    on = not state.presentation.on
    state = state.put(replace(state.presentation, on=on, blank=False, parts_page=0))
    state = lesson.resize(state, state.window_size)
    if not on:
        return state
    keys = {"present": name_key("present"), "help": name_key("help")}
    return state.with_notice(tr("Presentation: {present} leaves it, {help} lists its keys.", **keys))


def toggle_notes(state: State) -> State:
    """Return the state with the presenter's notes shown or hidden; where they are is for the window to say."""
    if state.presentation.notes:
        return hide_notes(state)
    return state.put(replace(state.presentation, notes=True))


def hide_notes(state: State) -> State:
    hidden = state.put(replace(state.presentation, notes=False, strip=False))
    return lesson.resize(hidden, hidden.window_size)


def show_strip(state: State) -> State:
    """Return the state with the notes in a strip of the window."""
    shown = state.put(replace(state.presentation, notes=True, strip=True))
    return lesson.resize(shown, shown.window_size)


def put_strip_away(state: State) -> State:
    """Return the state with the notes in a window of their own."""
    kept = state.put(replace(state.presentation, strip=False))
    return lesson.resize(kept, kept.window_size)


def handle(state: State, action: Action) -> tuple[State, bool]:
    """Return the state after an action, and whether the action is handled completely."""
    if isinstance(action, Key | Set) and not state.is_covered:
        if isinstance(action, Key) and action.name in get_keys("present"):
            return toggle(state), True
        if action in (Set(NOTES), *map(Key, get_keys("notes"))):
            return toggle_notes(state), True
    if not state.presentation.on:
        return state, False
    if state.presentation.blank:
        return _wake(state, action)
    if not isinstance(action, Key) or _is_elsewhere(state):
        return state, False
    return _press(state, action.name)


def follow(before: State, state: State) -> State:
    """Return the state with the page of parts that another lab begins with, or that a lesson's page points at, also
    where the presentation begins on such a page."""
    if not state.presents:
        return state
    given, was = state.overlay.lesson, before.overlay.lesson
    turned = given is not None and (was is None or given.page != was.page)
    is_ready = before.lessons.sets_up and not state.lessons.sets_up
    if state.lab == before.lab and before.presents and not turned and not is_ready:
        return state
    page = _find_page(state, [one.name for one in given.current_page.point_at if one.kind == "part"] if given else [])
    return state if page == state.presentation.parts_page else state.put(replace(state.presentation, parts_page=page))


# -- inside -------------------------------------------------------------------------------------------


def _is_elsewhere(state: State) -> bool:
    """Return whether keys are for something that is open, or are the steps of a lesson's page."""
    busy = state.search.text is not None or state.map_task.form is not None
    return state.is_covered or busy or state.lessons.sets_up


def _wake(state: State, action: Action) -> tuple[State, bool]:
    """Return the state after an action on a black screen: whatever is pressed shows the window, and a key that turns
    a page turns it too."""
    if not isinstance(action, Key | Press | DoubleClick | Scroll):
        return state, False
    shown = state.put(replace(state.presentation, blank=False))
    if isinstance(action, Key) and action.name in (*FORWARD, *BACKWARD) and shown.overlay.lesson is not None:
        return _press(shown, action.name)
    return shown, True


def _press(state: State, name: str) -> tuple[State, bool]:
    has_lesson = state.overlay.lesson is not None
    if name in BLACK_KEYS and not quiz.claims(state, name):
        return state.put(replace(state.presentation, blank=True)), True
    if name == "escape" and not state.lessons.typed:
        return _leave(state), True
    if name == NEXT_PAGE or (name in ("page down", "page up") and not has_lesson):
        return _turn_parts(state, -1 if name == "page up" else 1), True
    if has_lesson and name in (*FORWARD, *BACKWARD):
        after = lesson.handle(state, Key("page down" if name in FORWARD else "page up"))
        return (state, True) if after is None else (after, True)
    return state, False


def _leave(state: State) -> State:
    """Return the state without what is open over the lab, the pad or what the lab has opened; else without the
    presentation. A lesson's page has opened what it shows: that stays."""
    lab = LABS[state.lab]
    if state.drawing.pad.open:
        return mouse.on_leave(drawing_pad.update(state, Set("pad", False)), lab)
    closed = state if state.overlay.lesson is not None else lab.update(state, Key("escape"))
    return toggle(state) if closed == state else closed


def _find_page(state: State, parts: Sequence[str]) -> int:
    """Return the page that shows the first of some parts; the first page without any."""
    lab, width = LABS[state.lab], state.window_size[0]
    count = lab.get_layout(state).page_count if parts else 0
    pages = [lab.get_layout(state.put(replace(state.presentation, parts_page=number))).parts for number in range(count)]
    for name in parts:
        for number, shown in enumerate(pages):
            if name in shown and 0 <= shown[name].x < width:
                return number
    return 0


def _turn_parts(state: State, by: int) -> State:
    """Return the state with the next page of the lab's parts; after the last one comes the first."""
    count = LABS[state.lab].get_layout(state).page_count
    if count < 2:
        return state.with_notice(tr("This page holds all parts of the lab."))
    shown = min(state.presentation.parts_page, count - 1)
    turned = state.put(replace(state.presentation, parts_page=(shown + by) % count))
    return lesson.resize(turned, turned.window_size)
