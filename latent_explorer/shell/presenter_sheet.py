"""What the presenter alone reads: notes, the answer, the next page, a clock and a timer; in a window of its own, or as
a strip above the lesson's card. Times are seconds of the window's clock."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from latent_explorer.scene import lesson_page
from latent_explorer.scene.events import Set
from latent_explorer.scene.items import Item, Panel, Text
from latent_explorer.scene.lesson import Lesson
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.state import State
from latent_explorer.shell import quiz
from latent_explorer.shell.keymap import name_key
from latent_explorer.texts import mark, tr

TIMER, TIMER_RESET, NOTES = "presenter timer", "presenter timer reset", "notes"
"""Controls of the sheet: start or pause, begin from zero, hide the sheet."""
STRIP_HEIGHT, MAX_STRIP_SHARE = 132, 0.22
"""Height of the strip in design pixels, and the largest share of the window's height."""
TEXT_SIZES = ("title", "body", "small")
STRIP_SIZES = (*TEXT_SIZES, "fine")
MIN_LETTERS, MAX_LETTERS = 90, 900
"""Letters that a section of the strip has room for at least, and letters in all beyond which it is without the next
page, which the presenter can do without."""
NO_LESSON = mark("No lesson is being given: {key} lists them.")
NO_NOTES, NONE = mark("This page has no notes."), mark("None on this page.")
LAST_PAGE = mark("This is the last page.")


@dataclass(frozen=True)
class Timer:
    passed: float = 0.0
    """Seconds until it was paused last."""
    running_since: float | None = None

    def toggle(self, clock: float) -> "Timer":
        return Timer(self.read(clock), clock if self.running_since is None else None)

    def reset(self, clock: float) -> "Timer":
        """Return the timer at zero; one that runs goes on."""
        return Timer(0.0, None if self.running_since is None else clock)

    def read(self, clock: float) -> float:
        """Return the seconds that it shows."""
        return self.passed + (0.0 if self.running_since is None else max(0.0, clock - self.running_since))

    def write(self, clock: float) -> str:
        hours, rest = divmod(int(self.read(clock)), 3600)
        minutes, seconds = divmod(rest, 60)
        return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


@dataclass(frozen=True)
class Moment:
    """The time that a sheet shows."""

    of_day: str
    passed: str
    runs: bool
    """Whether the timer runs."""


def compute_strip_height(window: tuple[int, int], ui_scale: float) -> int:
    return min(round(STRIP_HEIGHT * ui_scale), round(MAX_STRIP_SHARE * window[1]))


def make_window_items(state: State, size: tuple[int, int], ui_scale: float, moment: Moment) -> list[Item]:
    """Return the sheet that fills the window of the presenter."""
    gap, whole = round(16 * ui_scale), Rect(0, 0, *size)
    head, body = whole.inset(gap).split_top(round(78 * ui_scale), gap)
    left, right = body.split_left(round(0.58 * body.width), gap)
    given = state.overlay.lesson
    notes, now = left.split_top(round(0.68 * left.height), gap)
    question, rest = right.split_top(round(0.24 * right.height), gap)
    answer, following = rest.split_top(round(0.5 * rest.height), gap)
    items = [*_make_head(state, head, ui_scale, moment), *_make_boxes(_list_first(given), (notes, now), ui_scale)]
    return [*items, *_make_boxes(_list_second(state), (question, answer, following), ui_scale)]


def make_strip_items(state: State, ui_scale: float, moment: Moment) -> list[Item]:
    """Return the sheet in the strip between the lab and the lesson's card."""
    rect = Rect(0, state.size[1], state.window_size[0], state.presentation.strip_height)
    if not rect.height:
        return []
    gap, given = round(8 * ui_scale), state.overlay.lesson
    inside = rect.inset(gap)
    times, rest = inside.split_left(min(round(210 * ui_scale), inside.width // 4), gap)
    _, answer, following = _list_second(state)
    sections = [one for one in (_list_first(given)[0], answer, following) if one[1] not in ("", tr(NONE))]
    if len(sections) > 1 and sum(len(text) for _, text, _ in sections) > MAX_LETTERS:
        sections = sections[:-1]
    head = _make_times(times, ui_scale, moment, hides=True)
    places = _split_by_length(rest, [len(text) for _, text, _ in sections], gap)
    return [Panel(rect, "background"), *head, *_make_boxes(sections, places, ui_scale, STRIP_SIZES)]


# -- inside -------------------------------------------------------------------------------------------

Section = tuple[str, str, str]
"""Heading, text and colour of the text."""


def _list_first(given: Lesson | None) -> tuple[Section, Section]:
    if given is None:
        text = tr(NO_LESSON, key=name_key("lessons"))
        return (tr("Notes"), text, "muted"), (tr("On the screen"), "", "muted")
    page = given.current_page.translated
    notes = (tr("Notes"), page.notes or tr(NO_NOTES), "text" if page.notes else "muted")
    return notes, (tr("On the screen"), page.text, "muted")


def _list_second(state: State) -> tuple[Section, Section, Section]:
    given = state.overlay.lesson
    if given is None:
        return (tr("Question"), "", "muted"), (tr("Answer"), "", "muted"), (tr("Next page"), "", "muted")
    page = given.current_page.translated
    following = tr(LAST_PAGE) if given.is_last else given.pages[given.page + 1].translated.text
    asked = "   ".join(one for one in (page.question, quiz.list_choices(state, given)) if one)
    answered = quiz.write_answer(state, given)
    question = (tr("Question"), asked or tr(NONE), "text" if asked else "muted")
    answer = (tr("Answer"), answered or tr(NONE), "good" if answered else "muted")
    return question, answer, (tr("Next page"), following, "muted")


def _split_by_length(rect: Rect, lengths: Sequence[int], gap: int) -> list[Rect]:
    """Return columns whose widths follow the `lengths` of their texts."""
    weights = [max(MIN_LETTERS, length) for length in lengths]
    room, places = rect.width - gap * (len(weights) - 1), list[Rect]()
    for weight in weights:
        place, rect = rect.split_left(round(room * weight / sum(weights)), gap)
        places.append(place)
    return places


def _make_boxes(
    sections: Sequence[Section], rects: Sequence[Rect], ui_scale: float, sizes: tuple[str, ...] = TEXT_SIZES
) -> list[Item]:
    """Return a panel for each section that has a text; one without it stays an empty panel, so that the others keep
    their places."""
    items: list[Item] = []
    for (heading, text, colour), rect in zip(sections, rects, strict=True):
        head, rest = rect.inset(round(8 * ui_scale)).split_top(round(20 * ui_scale), round(2 * ui_scale))
        items.append(Panel(rect, "panel"))
        if text:
            items.append(Text(head, heading, "small", "muted", bold=True))
            items.append(Text(rest, text, "lead", colour, wrap=True, fallback_sizes=sizes))
    return items


def _make_head(state: State, rect: Rect, ui_scale: float, moment: Moment) -> list[Item]:
    gap, given = round(10 * ui_scale), state.overlay.lesson
    times, rest = rect.split_left(round(0.52 * rect.width), gap)
    back, following = rest.split_right(round(0.42 * rest.width), gap)[0].split_columns(2, gap)
    title, rest = rest.split_right(round(0.42 * rest.width), gap)[1].split_top(rect.height // 2)
    items = _make_times(times, ui_scale, moment, hides=False)
    if given is None:
        return items
    count = tr("page {page} of {count}", page=given.page + 1, count=len(given.pages))
    length = f"   ·   {tr('{minutes} min planned', minutes=given.minutes)}" if given.minutes else ""
    items.append(Text(title, tr(given.title), "title", bold=True, fallback_sizes=("body", "small")))
    items.append(Text(rest, count + length, "body", "muted", short=count, fallback_sizes=("small",)))
    to = lesson_page.GO_TO
    items += _make_button(back, tr("Back"), Set(to, given.page - 1) if given.page else None, ui_scale)
    items += _make_button(following, tr("Next"), None if given.is_last else Set(to, given.page + 1), ui_scale)
    return items


def _make_times(rect: Rect, ui_scale: float, moment: Moment, *, hides: bool) -> list[Item]:
    """Return the clock, the timer and the timer's buttons; in the strip one that hides it, below them."""
    gap = round(8 * ui_scale)
    is_low = rect.width < 4 * rect.height
    figures, buttons = rect.split_top(rect.height // 2, gap) if is_low else rect.split_left(rect.width // 2, gap)
    clock, timer = figures.split_columns(2, gap)
    colour = "accent" if moment.runs else "muted"
    items: list[Item] = [
        Text(clock, moment.of_day, "large", "text", "centre", bold=True, fallback_sizes=("lead", *TEXT_SIZES)),
        Text(timer, moment.passed, "large", colour, "centre", bold=True, fallback_sizes=("lead", *TEXT_SIZES)),
    ]
    labels = [(tr("Pause") if moment.runs else tr("Start"), Set(TIMER)), (tr("Reset"), Set(TIMER_RESET))]
    labels += [(tr("Hide {key}", key=name_key("notes")), Set(NOTES))] if hides else []
    for place, (label, action) in zip(buttons.split_columns(len(labels), gap), labels, strict=True):
        items += _make_button(place, label, action, ui_scale)
    return items


def _make_button(rect: Rect, label: str, action: Set | None, ui_scale: float) -> list[Item]:
    inside = rect.inset(round(4 * ui_scale))
    colour = "text" if action is not None else "muted"
    text = Text(inside, label, "body", colour, "centre", fallback_sizes=("small",))
    return [Panel(rect, "background", "line", action), replace(text, short=label.split()[0])]
