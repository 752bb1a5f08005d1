"""A lesson in the window: its page along the lower edge, its two buttons. Setting up the window is done elsewhere.

The page takes its height from the window, so that no lab needs to know of it.
"""

from dataclasses import dataclass, replace

from latent_explorer.scene.events import Px
from latent_explorer.scene.items import Item, Panel, Text
from latent_explorer.scene.rect import Rect

PAGE_HEIGHT = 164
"""Height of a page in design pixels."""
MAX_HEIGHT_SHARE = 0.36
"""Maximum share of the height of a low window."""
FALLBACK_SIZES = ("lead", "title", "body", "small")


@dataclass(frozen=True)
class Page:
    """One page of a lesson."""

    text: str
    """The text that is read out."""
    question: str = ""
    """A question for the class."""
    answer: str = ""
    """The answer to the question: for the teacher, and for the end of a hand-out."""
    notes: str = ""
    """What the teacher alone reads."""


@dataclass(frozen=True)
class Lesson:
    """A running lesson with its current page."""

    title: str
    pages: tuple[Page, ...]
    page: int = 0
    name: str = ""
    """The name of a shipped lesson, or the path of a user's file."""
    purpose: str = ""
    """What one learns, in one sentence."""
    minutes: int = 0
    """How long it takes; 0 if its file does not say."""

    @property
    def current_page(self) -> Page:
        return self.pages[self.page]

    @property
    def is_last(self) -> bool:
        return self.page == len(self.pages) - 1

    def turn_page(self, by: int) -> "Lesson":
        return replace(self, page=min(max(self.page + by, 0), len(self.pages) - 1))


@dataclass(frozen=True)
class PageLayout:
    """Rectangles of the parts of a page."""

    whole: Rect
    title: Rect
    text: Rect
    question: Rect
    back: Rect
    next: Rect


def compute_height(size: tuple[int, int], ui_scale: float) -> int:
    """Return the height in pixels that a page takes of a window of `size`."""
    return min(round(PAGE_HEIGHT * ui_scale), round(MAX_HEIGHT_SHARE * size[1]))


def make_layout(window: tuple[int, int], lesson_height: int, ui_scale: float, has_question: bool) -> PageLayout:
    """Return the layout of a page of `lesson_height` pixels; without a question the text takes its room."""
    width, full = window
    whole = Rect(0, full - lesson_height, width, lesson_height)
    inside = whole.inset(round(14 * ui_scale))
    buttons, text = inside.split_right(min(round(250 * ui_scale), inside.width // 3), round(26 * ui_scale))
    back, following = buttons.split_columns(2, round(8 * ui_scale))
    tall = min(inside.height, round(84 * ui_scale))
    middle = inside.y + (inside.height - tall) // 2
    back, following = (Rect(one.x, middle, one.width, tall) for one in (back, following))
    title, rest = text.split_top(min(round(20 * ui_scale), text.height // 4), round(5 * ui_scale))
    ask = Rect(rest.x, rest.bottom, rest.width, 0)
    if has_question:
        ask, rest = rest.split_bottom(min(round(34 * ui_scale), round(rest.height * 0.36)), round(4 * ui_scale))
    return PageLayout(whole, title, rest, ask, back, following)


def handle_press(lesson: Lesson, px: Px, layout: PageLayout) -> Lesson | None:
    """Return the lesson after a press at `px`; None if no button is there."""
    if layout.back.contains(px):
        return lesson.turn_page(-1)
    return lesson.turn_page(1) if layout.next.contains(px) else None


def make_items(lesson: Lesson, layout: PageLayout, ui_scale: float) -> list[Item]:
    page, count = lesson.current_page, len(lesson.pages)
    head = f"{lesson.title}   ·   {lesson.page + 1} of {count}   ·   Esc twice leaves the lesson"
    done = Rect(0, layout.whole.y, round(layout.whole.width * (lesson.page + 1) / count), max(2, round(3 * ui_scale)))
    items: list[Item] = [
        Panel(
            Rect(
                -round(20 * ui_scale),
                layout.whole.y,
                layout.whole.width + round(40 * ui_scale),
                layout.whole.height * 2,
            ),
            "panel",
        ),
        Panel(done, "accent"),
        Text(layout.title, head, "small", "muted", short=f"{lesson.title}, {lesson.page + 1} of {count}"),
        Text(layout.text, page.text, "large", wrap=True, fallback_sizes=FALLBACK_SIZES),
    ]
    if page.question:
        items.append(
            Text(layout.question, page.question, "lead", "accent", bold=True, fallback_sizes=FALLBACK_SIZES[1:])
        )
    items += _make_button(layout.back, "Back", "Page Up", lesson.page > 0, False, ui_scale)
    items += _make_button(
        layout.next, "The end" if lesson.is_last else "Next", "Page Down", not lesson.is_last, True, ui_scale
    )
    return items


def _make_button(rect: Rect, label: str, key: str, enabled: bool, is_primary: bool, ui_scale: float) -> list[Item]:
    fill = "accent" if enabled and is_primary else "background"
    colour = "on accent" if enabled and is_primary else "text" if enabled else "muted"
    upper, lower = rect.inset(round(6 * ui_scale)).split_top(round(rect.height * 0.48))
    items: list[Item] = [Panel(rect, fill, "line"), Text(upper, label, "title", colour, "centre", bold=True)]
    return [*items, Text(lower, key, "small", colour if enabled else "muted", "centre")]
