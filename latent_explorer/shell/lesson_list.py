"""The list of lessons (F3) over the lab: choosing one by the mouse or the keyboard. It begins none itself."""

from dataclasses import replace

from latent_explorer.scene import lesson_list
from latent_explorer.scene.events import Action, DoubleClick, Key, Move, Press, Px, Release, Scroll, Set
from latent_explorer.scene.items import Item, Panel
from latent_explorer.scene.lesson_list import LessonEntry, ListLayout
from latent_explorer.scene.lesson_page import LIST
from latent_explorer.scene.state import State
from latent_explorer.shell import lesson
from latent_explorer.shell.keymap import find_binding

VIEW_MENU = "view"
STEPS = {"up": -1, "down": 1, "page up": -5, "page down": 5, "home": -1_000_000, "end": 1_000_000}
"""Keys that choose another entry."""


def handle(state: State, action: Action) -> State | None:
    """Return the state after an action that the list handles; None for every other one."""
    if state.overlay.help or lesson.is_step(state, action):
        return None
    if action in (Set(LIST), Set(VIEW_MENU, LIST)) or (isinstance(action, Key) and _get_command(action.name) == LIST):
        return _close(state) if state.lessons.listed else open_list(state)
    if not state.lessons.listed:
        return None
    match action:
        case Set(control=lesson_list.BEGIN | lesson_list.BEGIN_ANEW):
            return None
        case Set():
            return state
        case Key(name=name):
            return _press_key(state, name)
        case Move(px=px):
            at = _find_entry_at(state, px)
            return state if at is None else _choose(state, at)
        case Press(px=px) | DoubleClick(px=px):
            return _press(state, px)
        case Scroll(steps=steps):
            return _scroll(state, -1 if steps > 0 else 1)
        case Release():
            return state
    return None


def open_list(state: State) -> State:
    """Return the state with the list, and in it the lesson chosen that one would most likely give."""
    return _choose(state.put(replace(state.lessons, listed=True)), _find_likely(state))


def put_entries(state: State, entries: tuple[LessonEntry, ...]) -> State:
    """Return the state with the lessons that were found; the choice stays, or is made if these are the first."""
    filled = state.put(replace(state.lessons, entries=entries))
    return _choose(filled, filled.lessons.chosen if state.lessons.entries else _find_likely(filled))


def make_items(state: State) -> list[Item]:
    """Return the list; nothing while it is closed."""
    if not state.lessons.listed:
        return []
    given = state.overlay.lesson
    return lesson_list.make_items(
        make_layout(state),
        state.window_size,
        state.ui_scale,
        entries=state.lessons.entries,
        first=_find_first(state),
        chosen=state.lessons.chosen,
        stopped={**state.lessons.stopped, **({given.name: given.page} if given is not None else {})},
        given="" if given is None else given.name,
        message=state.status.message,
    )


def make_layout(state: State) -> ListLayout:
    return lesson_list.make_layout(state.window_size, state.ui_scale, len(state.lessons.entries))


def _find_likely(state: State) -> int:
    """Return the lesson that is given, on its last page the one after it; without a lesson that in which one stopped
    last."""
    names = [one.name for one in state.lessons.entries]
    given, following = state.overlay.lesson, lesson.find_next(state)
    if given is None:
        wanted = next(reversed(tuple(state.lessons.stopped)), "")
    else:
        wanted = following.name if following is not None and given.is_last else given.name
    return names.index(wanted) if wanted in names else 0


def _close(state: State) -> State:
    return state.put(replace(state.lessons, listed=False))


def _get_command(key: str) -> str:
    binding = find_binding(key)
    return "" if binding is None else binding.command


def _press_key(state: State, name: str) -> State | None:
    """Return the state after a key; None for those that change how the window looks. The rest do nothing: one would not
    see what they do to the lab."""
    if name == "escape":
        return _close(state)
    if name in STEPS:
        return _choose(state, state.lessons.chosen + STEPS[name])
    if name in ("return", "shift return"):
        entry = _get_chosen(state)
        if entry is None or entry.error:
            return state
        return lesson.request(state, entry.name, anew=name == "shift return")
    binding = find_binding(name)
    if binding is not None and binding.with_help and binding.command not in ("lesson", "escape"):
        return None
    return state


def _press(state: State, px: Px) -> State:
    """Return the state after a press: on an entry or its button, or beside the card, which closes it."""
    if not make_layout(state).card.contains(px):
        return _close(state)
    panels = [one for one in make_items(state) if isinstance(one, Panel) and one.rect.contains(px)]
    action = panels[-1].action if panels else None
    return state if action is None else lesson.handle(state, action) or state


def _get_chosen(state: State) -> LessonEntry | None:
    entries, chosen = state.lessons.entries, state.lessons.chosen
    return entries[chosen] if chosen < len(entries) else None


def _find_entry_at(state: State, px: Px) -> int | None:
    rows, first = make_layout(state).rows, _find_first(state)
    return next((first + k for k, row in enumerate(rows) if row.contains(px)), None)


def _find_first(state: State) -> int:
    """Return the first entry that is shown; the window may have become smaller since it was chosen."""
    lessons = state.lessons
    return lesson_list.scroll_to(lessons.first, lessons.chosen, len(make_layout(state).rows), len(lessons.entries))


def _choose(state: State, at: int) -> State:
    chosen = min(max(at, 0), max(0, len(state.lessons.entries) - 1))
    state = state.put(replace(state.lessons, chosen=chosen))
    return state.put(replace(state.lessons, first=_find_first(state)))


def _scroll(state: State, by: int) -> State:
    """Return the state with other entries shown; the chosen one is among them."""
    count, shown = len(state.lessons.entries), len(make_layout(state).rows)
    first = min(max(_find_first(state) + by, 0), max(0, count - shown))
    chosen = min(max(state.lessons.chosen, first), max(first, first + shown - 1))
    return state.put(replace(state.lessons, first=first, chosen=chosen))
