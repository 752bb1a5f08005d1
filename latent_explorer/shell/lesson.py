"""Running a lesson: begin, pages, end. What the user had before it comes back at its end.

Reading a lesson and setting up the window for a page is done in `ui`; the list of lessons is in `shell.lesson_list`.
"""

from collections.abc import Mapping
from dataclasses import replace

from latent_explorer.scene import lesson_page, tally
from latent_explorer.scene.effects import Effect
from latent_explorer.scene.events import Action, DoubleClick, Key, Press, Px, Scroll, Set
from latent_explorer.scene.items import Item, Panel
from latent_explorer.scene.lesson import Lesson
from latent_explorer.scene.lesson_list import BEGIN, BEGIN_ANEW, FINISHED, LessonEntry, LessonPlace
from latent_explorer.scene.lesson_page import PageLayout
from latent_explorer.scene.quiz import REVEAL
from latent_explorer.scene.state import State
from latent_explorer.scene.state_slices import Search
from latent_explorer.shell import lesson_pointer, presenter_sheet, quiz
from latent_explorer.shell.keymap import find_binding, get_keys, name_key
from latent_explorer.texts import mark, tr

PAGE_STEPS = dict(zip(get_keys("lesson"), (1, -1), strict=True))
MAX_DIGITS = 3
ENDS_TEXT = mark("Esc again ends the lesson; it goes on here next time.")
LAST_TEXT = mark("Esc again ends the lesson. This is its last page.")


# -- begin and end ------------------------------------------------------------------------------------


def request(state: State, name: str, *, anew: bool = False) -> State:
    """Return the state that asks the window for a lesson, at the page where one stopped unless `anew`."""
    page = 0 if anew else state.lessons.stopped.get(name, 0)
    return state.put(replace(state.lessons, requested=LessonPlace(name, page, resumes=0 < page < FINISHED)))


def prepare(state: State, fresh: State) -> State:
    """Return the state in which a lesson begins: that of the window when it opens, `fresh`, with the user's theme and
    size. What the user had is kept for the end of the lesson."""
    own = state.lessons.own_state or replace(_close_list(state), effects=())
    card = state.overlay.first_start
    shut = None if card is None else replace(card, is_open=False)
    turned = state.turn_to(fresh)
    return resize(
        turned.put(
            replace(turned.lessons, own_state=own, listed=False, requested=None, typed="", asks_next=False),
            replace(turned.overlay, lesson=None, pictures_hidden=False, help=False, first_start=shut),
        ),
        state.window_size,
    )


def start_lesson(state: State, lesson: Lesson, *, resumes: bool = False) -> State:
    """Return the state with the card of a lesson's page; without votes unless the lesson `resumes`."""
    own = state.lessons.own_state or _close_list(state)
    state = quiz.hide_answer(state) if resumes else quiz.clear(state, lesson.name)
    state = state.put(
        replace(state.overlay, lesson=lesson, offer_last_session=False),
        replace(state.status, notice=""),
        replace(_remember(state, lesson.name, lesson.page).lessons, own_state=own, listed=False),
    )
    return resize(state, state.window_size)


def begin_steps(state: State) -> State:
    """Return the state in which the steps of a page are played, and their mouse is the lesson's."""
    begun = lesson_pointer.begin(state)
    return begun.put(replace(begun.lessons, sets_up=True))


def end_steps(state: State, mouse: Px | None) -> State:
    """Return the state after the steps of a page; what the lesson points at stays, wherever the real `mouse` is."""
    held = lesson_pointer.hold(state, mouse)
    return held.put(replace(held.lessons, sets_up=False))


def end_lesson(state: State, *, finished: bool = False) -> State:
    """Return the state without the lesson, with the lab, the models and the view that the user had before it; one goes
    on at its page next time, or anew after it is `finished`."""
    given, own = state.overlay.lesson, state.lessons.own_state
    if given is None:
        return state
    state = _remember(state, given.name, FINISHED if finished else given.page)
    if own is not None:
        turned = state.turn_to(own).put(own.history)
        state = turned.put(replace(turned.overlay, pictures_hidden=own.overlay.pictures_hidden))
    voted = quiz.clear(state, given.name) if finished or not given.name else quiz.hide_answer(state)
    lessons = replace(voted.lessons, own_state=None, sets_up=False, typed="", asks_next=False)
    return resize(state.put(replace(state.overlay, lesson=None), lessons), state.window_size)


def put_aside(state: State) -> State:
    """Return the state as a session keeps it: what the user had before the lesson, the page to go on at, and what the
    class voted for."""
    given = state.overlay.lesson
    ended = end_lesson(state)
    if given is None or not given.name:
        return ended.put(replace(ended.lessons, votes={}))
    votes = {name: one for name, one in ended.lessons.votes.items() if name == given.name}
    place = LessonPlace(given.name, given.page, resumes=True)
    return ended.put(replace(ended.lessons, requested=place, votes=votes))


def leave(state: State) -> State:
    """Return the state after Esc in a lesson: asked once, then ended."""
    if not state.status.asks_to_leave:
        at_end = state.overlay.lesson is not None and state.overlay.lesson.is_last
        return state.put(replace(state.status, asks_to_leave=True, notice=tr(LAST_TEXT if at_end else ENDS_TEXT)))
    return _put_away(state.put(replace(state.status, asks_to_leave=False)))


def find_next(state: State) -> LessonEntry | None:
    """Return the lesson that follows the running one in the list; None for the last one of its kind."""
    given = state.overlay.lesson
    entries = [one for one in state.lessons.entries if not one.error]
    names = [one.name for one in entries]
    if given is None or given.name not in names:
        return None
    at = names.index(given.name)
    following = entries[at + 1] if at + 1 < len(entries) else None
    return following if following is not None and following.own == entries[at].own else None


def resize(state: State, window: tuple[int, int]) -> State:
    """Return the state in a window of another size: a lesson's page is at the lower edge, with the row of votes and the
    presenter's strip above it if they are shown, and the lab has the rest."""
    width, full = max(1, window[0]), max(1, window[1])
    state = replace(state, size=(width, full)).put(
        replace(state.overlay, lesson_height=0),
        replace(state.presentation, strip_height=0),
        replace(state.tally, height=0),
        replace(state.pointer, hover=None),
    )
    foot = _compute_height(state, window) if state.overlay.lesson is not None else 0
    strip = presenter_sheet.compute_strip_height(window, state.ui_scale) if state.presentation.strip else 0
    votes = tally.compute_height(window, state.ui_scale) if state.tally.open else 0
    return replace(state, size=(width, max(1, full - foot - strip - votes))).put(
        replace(state.overlay, lesson_height=foot), replace(state.presentation, strip_height=strip),
        replace(state.tally, height=votes),
    )  # fmt: skip


# -- keys and mouse -----------------------------------------------------------------------------------


def handle(state: State, action: Action) -> State | None:
    """Return the state after an action that the lesson handles; None for every other one."""
    given = state.overlay.lesson
    if isinstance(action, Set) and action.control in (BEGIN, BEGIN_ANEW) and isinstance(action.value, str):
        return request(state, action.value, anew=action.control == BEGIN_ANEW)
    if given is None or state.is_covered or is_step(state, action):
        return None
    match action:
        case Set(control=control, value=value):
            return _set(state, given, control, value)
        case Key(name=name) if name in PAGE_STEPS:
            return _turn_page(state, given, PAGE_STEPS[name])
        case Key():
            return _press_key(state, given, action.name)
        case Press(px=px) | DoubleClick(px=px) if px[1] >= state.size[1]:
            return _press(state, given, px, takes_back=isinstance(action, Press) and action.pan)
        case Scroll(px=px) if px[1] >= state.size[1]:
            return state
    return None


def is_step(state: State, action: Action) -> bool:
    """Return whether a key is that of a page's own steps: none of them turns the page or sets it up again."""
    return state.lessons.sets_up and isinstance(action, Key) and action.scripted


def drop_pending(state: State, action: Action) -> State:
    """Return the state without a half-typed number of a page and without the question for the next lesson, if `action`
    is about something else."""
    lessons = state.lessons
    if not (lessons.typed or lessons.asks_next) or not isinstance(action, Press | DoubleClick | Key | Set | Scroll):
        return state
    name = action.name if isinstance(action, Key) else ""
    types = name in ("backspace", "return", "escape") or (len(name) == 1 and name.isdecimal())
    kept = replace(lessons, typed=lessons.typed if types else "", asks_next=lessons.asks_next and name == "page down")
    return state.put(kept)


def make_items(state: State) -> list[Item]:
    if state.overlay.lesson is None:
        return []
    given = state.overlay.lesson
    following = find_next(state)
    return lesson_page.make_items(
        given,
        make_layout(state, given),
        state.ui_scale,
        next_title="" if following is None else following.title,
        typed=state.lessons.typed,
        keys=_name_card_keys(state),
        reply=quiz.get_reply(state, given),
        note=lesson_pointer.say_how_to_take() if lesson_pointer.is_held(state) else "",
    )


def _name_card_keys(state: State) -> dict[str, str]:
    """Return the keys of the card's buttons by their controls."""
    keys = {lesson_page.RESET: "reset", lesson_page.LIST: "lessons", REVEAL: "reveal"}
    named = {control: name_key(command) for control, command in keys.items()}
    return {**named, lesson_page.END: "" if _is_esc_taken(state) else tr("Esc")}


def _is_esc_taken(state: State) -> bool:
    """Return whether Esc leaves something else before it ends the lesson."""
    return state.presentation.on or state.preferences.fullscreen


def make_layout(state: State, lesson: Lesson) -> PageLayout:
    return lesson_page.make_layout(
        state.window_size,
        state.overlay.lesson_height,
        state.ui_scale,
        bool(lesson.current_page.question),
        names_next=lesson.is_last and find_next(state) is not None,
        has_choices=lesson.current_page.quiz is not None,
        reveal_words=_find_longest_reveal() if lesson.current_page.can_reveal else "",
    )


# -- inside -------------------------------------------------------------------------------------------


def _find_longest_reveal() -> str:
    """Return the longest words of the button that shows the answer, so that it does not move when it is pressed."""
    key = name_key("reveal")
    return max((lesson_page.write_label(label, key) for label in lesson_page.list_reveal_labels()), key=len)


def _set(state: State, given: Lesson, control: str, value: object) -> State | None:
    match control:
        case lesson_page.END:
            return _put_away(state)
        case lesson_page.GO_TO if isinstance(value, int) and not isinstance(value, bool):
            return _show_page(state, given.go_to(value))
        case lesson_page.RESET:
            return _reset_page(state, given)
        case lesson_page.FOLLOWING:
            return _begin_next(state, given)
    return quiz.apply(state, given, control, value)


def _put_away(state: State) -> State:
    """Return the state after the end of the lesson, which is finished if this was its last page; where it goes on
    otherwise is said."""
    given = state.overlay.lesson
    if given is None or given.is_last or not given.name:
        return end_lesson(state, finished=True)
    ended = end_lesson(state)
    page, count = given.page + 1, len(given.pages)
    if any(one.name == given.name for one in state.lessons.entries):
        key = name_key("lessons")
        return ended.with_notice(
            tr("Put aside at page {page} of {count}: {key} goes on.", page=page, count=count, key=key)
        )
    return ended.with_notice(tr("Put aside at page {page} of {count}.", page=page, count=count))


def _reset_page(state: State, given: Lesson) -> State:
    """Return the state that asks for the page as it was set up, whatever was tried since, and without votes."""
    state = quiz.clear_page(state, given)
    state = state.put(replace(state.overlay, pictures_hidden=False), replace(state.lessons, typed=""), Search())
    return state.ask(Effect.RESET_PAGE)


def _press(state: State, given: Lesson, px: Px, *, takes_back: bool) -> State:
    """Return the state after a press on the page's card; between its buttons nothing happens. With `takes_back`, as by
    the right button, a choice has a vote less."""
    panels = [one for one in make_items(state) if isinstance(one, Panel) and one.rect.contains(px)]
    action = panels[-1].action if panels else None
    if action is None:
        return state
    if takes_back:
        return quiz.apply(state, given, action.control, action.value, by=-1) or state
    after = _set(state, given, action.control, action.value)
    return state if after is None else after


def _press_key(state: State, given: Lesson, name: str) -> State | None:
    """Return the state after a key: a number and Enter go to a page, Home and End to the first and the last. In a
    field, in a form and with the mouse on the pad such keys are not the lesson's."""
    lessons = state.lessons
    binding = find_binding(name)
    if binding is not None and binding.command == "reset":
        return _reset_page(state, given)
    pad = state.drawing.pad
    if state.search.text is not None or state.map_task.form is not None or (pad.open and pad.hovered_part):
        return None
    answered = quiz.press_key(state, given, name)
    if answered is not None:
        return answered
    if len(name) == 1 and name.isdecimal():
        return state.put(replace(lessons, typed=(lessons.typed + name)[-MAX_DIGITS:], asks_next=False))
    if lessons.typed and name == "backspace":
        return state.put(replace(lessons, typed=lessons.typed[:-1]))
    if lessons.typed and name == "escape":
        return state.put(replace(lessons, typed=""))
    if lessons.typed and name == "return":
        return _go_to_typed(state, given, int(lessons.typed))
    if name in ("home", "end"):
        return _show_page(state, given.go_to(0 if name == "home" else len(given.pages) - 1))
    works = binding is not None and binding.with_help
    return state if lessons.sets_up and not works else None


def _go_to_typed(state: State, given: Lesson, number: int) -> State:
    state = state.put(replace(state.lessons, typed=""))
    if 1 <= number <= len(given.pages):
        return _show_page(state, given.go_to(number - 1))
    return state.with_message(tr("Page {page} arrived; 1 to {last} are allowed.", page=number, last=len(given.pages)))


def _turn_page(state: State, given: Lesson, by: int) -> State:
    """Return the state with the next page or the one before. A clicker that is pressed once too often must not begin
    another lesson: on the last page it is asked once."""
    following = find_next(state)
    if by < 0 or not given.is_last or following is None:
        return _show_page(state, given.turn_page(by))
    if state.lessons.asks_next:
        return _begin_next(state, given)
    asked = state.put(replace(state.lessons, asks_next=True, typed=""))
    return asked.with_notice(
        tr("The last page. Page Down again begins the next lesson: {title}", title=tr(following.title))
    )


def _begin_next(state: State, given: Lesson) -> State:
    following = find_next(state)
    return state if following is None else request(_remember(state, given.name, FINISHED), following.name)


def _show_page(state: State, lesson: Lesson) -> State:
    """Return the state with another page of the lesson, which starts with uncovered pictures."""
    state = state.put(replace(state.lessons, typed="", asks_next=False))
    if lesson == state.overlay.lesson:
        return state
    state = quiz.hide_answer(_remember(state, lesson.name, lesson.page))
    state = state.put(replace(state.overlay, lesson=lesson, pictures_hidden=False), Search())
    fits = state.overlay.lesson_height == _compute_height(state, state.window_size)
    return state if fits else resize(state, state.window_size)


def _compute_height(state: State, window: tuple[int, int]) -> int:
    """Return the height of the page's card in a window: more if it has choices."""
    given = state.overlay.lesson
    has_choices = given is not None and given.current_page.quiz is not None
    return lesson_page.compute_height(window, state.ui_scale, has_choices=has_choices)


def _remember(state: State, name: str, page: int) -> State:
    """Return the state that knows where one stopped in a lesson; its first page is as good as nowhere."""
    if not name:
        return state
    others: Mapping[str, int] = {key: value for key, value in state.lessons.stopped.items() if key != name}
    return state.put(replace(state.lessons, stopped={**others, name: page} if page else others))


def _close_list(state: State) -> State:
    return state.put(replace(state.lessons, listed=False, requested=None))
