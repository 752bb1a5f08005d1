"""A lesson in the window: its page along the lower edge, its two buttons. Setting up the window is done elsewhere.

The page takes its height from the window, so that no lab needs to know of it.
"""

from dataclasses import dataclass, replace

from latent_explorer.scene.events import Px
from latent_explorer.scene.items import Item, Panel, Text
from latent_explorer.scene.rect import Rect

HEIGHT = 164
"""Height of a page in design pixels."""
SHARE = 0.36
"""Maximum share of the height of a low window."""
SMALLER = ("lead", "title", "body", "small")


@dataclass(frozen=True)
class Page:
    """One page of a lesson."""

    say: str
    """The text that is read out."""
    ask: str = ""
    """A question for the class."""


@dataclass(frozen=True)
class Lesson:
    """A running lesson with its current page."""

    title: str
    pages: tuple[Page, ...]
    page: int = 0

    @property
    def shown(self) -> Page:
        return self.pages[self.page]

    @property
    def is_last(self) -> bool:
        return self.page == len(self.pages) - 1

    def turned(self, by: int) -> "Lesson":
        return replace(self, page=min(max(self.page + by, 0), len(self.pages) - 1))


@dataclass(frozen=True)
class Places:
    """Rectangles of the parts of a page."""

    whole: Rect
    title: Rect
    say: Rect
    ask: Rect
    back: Rect
    next: Rect


def height(size: tuple[int, int], u: float) -> int:
    """Return the height in pixels that a page takes of a window of `size`."""
    return min(round(HEIGHT * u), round(SHARE * size[1]))


def places(window: tuple[int, int], foot: int, u: float, asks: bool) -> Places:
    """Return the layout of a page of `lesson_height` pixels; without a question the text takes its room."""
    width, full = window
    whole = Rect(0, full - foot, width, foot)
    inside = whole.inset(round(14 * u))
    buttons, text = inside.right_part(min(round(250 * u), inside.width // 3), round(26 * u))
    back, following = buttons.columns(2, round(8 * u))
    tall = min(inside.height, round(84 * u))
    middle = inside.y + (inside.height - tall) // 2
    back, following = (Rect(one.x, middle, one.width, tall) for one in (back, following))
    title, rest = text.top(min(round(20 * u), text.height // 4), round(5 * u))
    ask = Rect(rest.x, rest.bottom, rest.width, 0)
    if asks:
        ask, rest = rest.below(min(round(34 * u), round(rest.height * 0.36)), round(4 * u))
    return Places(whole, title, rest, ask, back, following)


def pressed(lesson: Lesson, px: Px, where: Places) -> Lesson | None:
    """Return the lesson after a press at `px`; None if no button is there."""
    if where.back.contains(px):
        return lesson.turned(-1)
    return lesson.turned(1) if where.next.contains(px) else None


def items(lesson: Lesson, where: Places, u: float) -> list[Item]:
    page, count = lesson.shown, len(lesson.pages)
    head = f"{lesson.title}   ·   {lesson.page + 1} of {count}   ·   Esc leaves the lesson"
    done = Rect(0, where.whole.y, round(where.whole.width * (lesson.page + 1) / count), max(2, round(3 * u)))
    found: list[Item] = [
        Panel(Rect(-round(20 * u), where.whole.y, where.whole.width + round(40 * u), where.whole.height * 2), "panel"),
        Panel(done, "accent"),
        Text(where.title, head, "small", "muted", short=f"{lesson.title}, {lesson.page + 1} of {count}"),
        Text(where.say, page.say, "large", wrap=True, smaller=SMALLER),
    ]
    if page.ask:
        found.append(Text(where.ask, page.ask, "lead", "accent", bold=True, smaller=SMALLER[1:]))
    found += _button(where.back, "Back", "Page Up", lesson.page > 0, False, u)
    found += _button(where.next, "The end" if lesson.is_last else "Next", "Page Down", not lesson.is_last, True, u)
    return found


def _button(rect: Rect, label: str, key: str, on: bool, leads: bool, u: float) -> list[Item]:
    fill = "accent" if on and leads else "background"
    colour = "on accent" if on and leads else "text" if on else "muted"
    upper, lower = rect.inset(round(6 * u)).top(round(rect.height * 0.48))
    found: list[Item] = [Panel(rect, fill, "line"), Text(upper, label, "title", colour, "centre", bold=True)]
    return [*found, Text(lower, key, "small", colour if on else "muted", "centre")]
