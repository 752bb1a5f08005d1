"""The card of a lesson's page along the lower edge of the window: its layout, and what is drawn on it.

It takes its height from the window, so that no lab needs to know of it. Setting up the window is done elsewhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from latent_explorer.scene import quiz
from latent_explorer.scene.events import Set
from latent_explorer.scene.items import Item, Panel, Text
from latent_explorer.scene.lesson import NO_REPLY, Lesson, Page, Reply
from latent_explorer.scene.rect import Rect
from latent_explorer.texts import tr

PAGE_HEIGHT = 164
"""Height of a page in design pixels."""
CHOICES_GAP = 7
"""Design pixels above the row of choices, which makes a page that has one higher."""
MAX_HEIGHT_SHARE, MAX_SHARE_WITH_CHOICES = 0.36, 0.44
"""Maximum share of the height of a low window."""
NOTE_LETTER_WIDTH, MIN_NOTE_LETTERS = 7.8, 14
"""Design pixels kept for a letter of the note, and for how many at least: those of a word may all be wide."""
PLACE_WIDTH = 64
"""Design pixels that the number of the page keeps beside the note, with the gap between them."""
FALLBACK_SIZES = ("lead", "title", "body", "small")
LIST, GO_TO, RESET, END, FOLLOWING = "lessons", "lesson page", "reset page", "end lesson", "next lesson"
"""Controls of a page's card: the list of lessons, a page by its number from 0, the page as it was set up, the end, and
the lesson after this one."""
MIN_REVEAL_WIDTH, REVEAL_MARGIN = 138, 16
"""Width in design pixels of the button that shows the answer, and of what is beside its words."""
KEY_LETTERS = 6
"""Letters of a small button beside its words: its key, and the room around both."""
MIN_TURN_HEIGHT = 36
"""Height in design pixels from which a button has room for a second line."""
MIN_CELL_WIDTH, MAX_CELL_WIDTH = 15, 44
"""Width in design pixels from which the cell of a page has room for its number, and up to which it grows."""


@dataclass(frozen=True, kw_only=True)
class PageLayout:
    """Rectangles of the parts of a page."""

    whole: Rect
    title: Rect
    text: Rect
    question: Rect
    reveal: Rect
    """The button beside the question that shows its answer."""
    choices: Rect
    pages: Rect
    """The row of cells, one a page."""
    back: Rect
    next: Rect
    reset: Rect
    lessons: Rect
    end: Rect


def compute_height(size: tuple[int, int], ui_scale: float, *, has_choices: bool = False) -> int:
    """Return the height in pixels that a page takes of a window of `size`."""
    if not has_choices:
        return min(round(PAGE_HEIGHT * ui_scale), round(MAX_HEIGHT_SHARE * size[1]))
    height = PAGE_HEIGHT + quiz.ROW_HEIGHT + CHOICES_GAP
    return min(round(height * ui_scale), round(MAX_SHARE_WITH_CHOICES * size[1]))


def make_layout(
    window: tuple[int, int], lesson_height: int, ui_scale: float, has_question: bool, *, names_next: bool = False,
    has_choices: bool = False, reveal_words: str = "",
) -> PageLayout:  # fmt: skip
    """Return the layout of a page of `lesson_height` pixels; without a question the text takes its room. `names_next`:
    the button to the next page has the title of the next lesson, and more room; `reveal_words`: those of the button
    that shows the answer, which it has room for; without any there is no button."""
    width, full = window
    whole = Rect(0, full - lesson_height, width, lesson_height)
    inside = whole.inset(round(14 * ui_scale))
    buttons, text = inside.split_right(min(round(300 * ui_scale), inside.width // 3), round(26 * ui_scale))
    gap = round(8 * ui_scale)
    pages, rest = buttons.split_top(min(round(22 * ui_scale), round(0.16 * buttons.height)), gap)
    tools, turns = rest.split_bottom(min(round(28 * ui_scale), round(0.22 * buttons.height)), gap)
    back, following = turns.split_left(round((0.28 if names_next else 0.5) * turns.width - gap / 2), gap)
    reset, lessons, end = _split_tools(tools, gap)
    title, rest = text.split_top(min(round(20 * ui_scale), text.height // 4), round(5 * ui_scale))
    choices = ask = Rect(rest.x, rest.bottom, rest.width, 0)
    if has_choices:
        room = min(round(quiz.ROW_HEIGHT * ui_scale), round(rest.height * 0.34))
        choices, rest = rest.split_bottom(room, round(CHOICES_GAP * ui_scale))
    if has_question:
        ask, rest = rest.split_bottom(min(round(34 * ui_scale), round(rest.height * 0.36)), round(4 * ui_scale))
    words = max(MIN_REVEAL_WIDTH, NOTE_LETTER_WIDTH * len(reveal_words) + REVEAL_MARGIN)
    button = min(round(words * ui_scale), ask.width // 3) if reveal_words else 0
    reveal, ask = ask.split_right(button, gap if reveal_words else 0)
    return PageLayout(
        whole=whole, title=title, text=rest, question=ask, reveal=reveal, choices=choices, pages=pages, back=back,
        next=following, reset=reset, lessons=lessons, end=end,
    )  # fmt: skip


def make_items(
    lesson: Lesson, layout: PageLayout, ui_scale: float, *, next_title: str = "", typed: str = "",
    keys: Mapping[str, str] | None = None, note: str = "", reply: Reply = NO_REPLY,
) -> list[Item]:  # fmt: skip
    """Return the card of the lesson's page; `next_title` is that of the lesson after it, `typed` the number of a page
    as far as it is typed, `keys` are those of its buttons by their controls, `note` is a line about the window, `reply`
    what came of the question."""
    page, keys, whole = lesson.current_page.translated, keys or {}, layout.whole
    beside = round(20 * ui_scale)  # the round corners of the card lie outside the window
    ground = Rect(-beside, whole.y, whole.width + 2 * beside, 2 * whole.height)
    words = page.answer if reply.revealed and page.answer else page.text
    items: list[Item] = [
        Panel(ground, "panel"),
        *_make_head(lesson, layout.title, ui_scale, typed, note, reply),
        Text(layout.text, words, "large", wrap=True, fallback_sizes=FALLBACK_SIZES),
        *_make_question(page, layout, ui_scale, keys, reply),
        *_make_page_cells(lesson, layout.pages, ui_scale),
        *_make_turn(layout.back, tr("Back"), tr("Page Up"), Set(GO_TO, lesson.page - 1), lesson.page > 0, ui_scale),
        *_make_next(lesson, layout.next, next_title, ui_scale),
    ]
    places = zip((layout.reset, layout.lessons, layout.end), list_tool_labels(), (RESET, LIST, END), strict=True)
    for rect, label, control in places:
        items += _make_button(rect, label, control, keys, ui_scale)
    return items


def _make_head(lesson: Lesson, rect: Rect, ui_scale: float, typed: str, note: str, reply: Reply) -> list[Item]:
    """Return the line over the text, and at its right end how many have voted, and the note."""
    choices = lesson.current_page.translated.quiz
    if choices is not None and not reply.revealed:
        note = "   ·   ".join(one for one in (quiz.describe_voting(choices, reply.votes), note) if one)
    if typed:
        place = tr("Go to page {typed}_   ·   Enter", typed=typed)
    else:
        place = tr("{page} of {count}", page=lesson.page + 1, count=len(lesson.pages))
    letters = max(len(note), MIN_NOTE_LETTERS) if note else 0
    wide = min(round(NOTE_LETTER_WIDTH * letters * ui_scale), rect.width - round(PLACE_WIDTH * ui_scale))
    noted, title = rect.split_right(max(0, wide), round(14 * ui_scale))
    return [
        Text(noted, note, "small", "accent", "right"),
        _make_title(title, lesson, place, reply, is_typed=bool(typed)),
    ]


def _make_question(
    page: Page, layout: PageLayout, ui_scale: float, keys: Mapping[str, str], reply: Reply
) -> list[Item]:
    """Return the question, the button that shows its answer, and the choices."""
    items: list[Item] = []
    if page.question:
        smaller = FALLBACK_SIZES[1:]
        items.append(
            Text(layout.question, page.question, "lead", "accent", bold=True, wrap=True, fallback_sizes=smaller)
        )
        if page.can_reveal:
            label = list_reveal_labels()[reply.revealed]
            items += _make_button(layout.reveal, label, quiz.REVEAL, keys, ui_scale)
    if page.quiz is not None:
        votes = reply.votes or page.quiz.no_votes
        items += quiz.make_items(page.quiz, votes, layout.choices, ui_scale, revealed=reply.revealed)
    return items


def _split_tools(row: Rect, gap: int) -> list[Rect]:
    """Return the places of the small buttons, each as wide as its words and its key need beside the others."""
    letters = [len(label) + KEY_LETTERS for label in list_tool_labels()]
    room, places = row.width - gap * (len(letters) - 1), list[Rect]()
    for count in letters:
        place, row = row.split_left(round(room * count / sum(letters)), gap)
        places.append(place)
    return places


def list_tool_labels() -> tuple[str, str, str]:
    """Return what the small buttons say."""
    return tr("Reset"), tr("Lessons"), tr("End")


def list_reveal_labels() -> tuple[str, str]:
    """Return what the button says that shows the answer, and that hides it again."""
    return tr("Answer"), tr("Hide")


def write_label(label: str, key: str) -> str:
    """Return what a button says, with its key if it has one."""
    return f"{label}  {key}".rstrip()


def _make_title(rect: Rect, lesson: Lesson, place: str, reply: Reply, *, is_typed: bool) -> Text:
    """Return the line over the text: the lesson and its page; over an answer the right choice, and its votes."""
    if reply.revealed and not is_typed:
        choices = lesson.current_page.quiz
        result = quiz.write_result(choices, reply.votes) if choices is not None else ""
        words = tr("Answer: {result}", result=result) if result else tr("Answer")
        return Text(rect, words, "body", "good", bold=True, fallback_sizes=("small",))
    return Text(rect, f"{tr(lesson.title)}   ·   {place}", "small", "accent" if is_typed else "muted", short=place)


def _make_button(rect: Rect, label: str, control: str, keys: Mapping[str, str], ui_scale: float) -> list[Item]:
    """Return a small button with its key."""
    words = write_label(label, keys.get(control, ""))
    return [
        Panel(rect, "background", "line", Set(control)),
        Text(rect.inset(round(3 * ui_scale)), words, "small", "text", "centre", short=label),
    ]


def _make_page_cells(lesson: Lesson, row: Rect, ui_scale: float) -> list[Item]:
    """Return a cell for each page: a click goes there."""
    count = len(lesson.pages)
    row = Rect(row.x, row.y, min(row.width, round(count * MAX_CELL_WIDTH * ui_scale)), row.height)
    cells = row.split_columns(count, min(round(3 * ui_scale), max(1, row.width // (4 * count))))
    items: list[Item] = []
    for k, cell in enumerate(cells):
        fill = "accent" if k == lesson.page else "line" if k < lesson.page else "background"
        items.append(Panel(cell, fill, "line", Set(GO_TO, k)))
        if cell.width >= MIN_CELL_WIDTH * ui_scale:
            colour = "on accent" if k == lesson.page else "text"
            items.append(Text(cell, str(k + 1), "small", colour, "centre"))
    return items


def _make_next(lesson: Lesson, rect: Rect, next_title: str, ui_scale: float) -> list[Item]:
    """Return the button to the next page; on the last one it leads to the next lesson, or ends this one."""
    if not lesson.is_last:
        return _make_turn(
            rect, tr("Next"), tr("Page Down"), Set(GO_TO, lesson.page + 1), True, ui_scale, is_primary=True
        )
    if not next_title:
        return _make_turn(rect, tr("The end"), tr("Click to close"), Set(END), True, ui_scale, is_primary=True)
    inside = rect.inset(round(5 * ui_scale))
    upper, lower = inside.split_top(round(16 * ui_scale) if inside.height >= MIN_TURN_HEIGHT * ui_scale else 0)
    return [
        Panel(rect, "accent", "line", Set(FOLLOWING)),
        Text(upper, tr("Next lesson"), "small", "on accent", "centre"),
        Text(lower, tr(next_title), "body", "on accent", "centre", bold=True, wrap=True, fallback_sizes=("small",)),
    ]


def _make_turn(
    rect: Rect, label: str, key: str, action: Set, enabled: bool, ui_scale: float, *, is_primary: bool = False
) -> list[Item]:
    fill = "accent" if enabled and is_primary else "background"
    colour = "on accent" if enabled and is_primary else "text" if enabled else "muted"
    inside = rect.inset(round(6 * ui_scale))
    has_key = inside.height >= MIN_TURN_HEIGHT * ui_scale
    upper, lower = inside.split_top(round(rect.height * 0.48) if has_key else inside.height)
    return [
        Panel(rect, fill, "line", action if enabled else None),
        Text(upper, label, "title", colour, "centre", bold=True, fallback_sizes=("body", "small")),
        Text(lower, key, "small", colour if enabled else "muted", "centre"),
    ]
