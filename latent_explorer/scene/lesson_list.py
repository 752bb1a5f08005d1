"""The list of lessons over the lab: what can be given, how long it takes, what one learns, where one stopped.

It knows neither files nor the window's state; `shell.lesson_list` gives it both.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from latent_explorer.scene.events import Set
from latent_explorer.scene.items import Item, Panel, Text, Veil
from latent_explorer.scene.rect import Rect
from latent_explorer.texts import mark, tr, tr_count

WIDTH, ROW_HEIGHT, HEADER_HEIGHT, FOOTER_HEIGHT, MARGIN, PADDING = 960, 60, 54, 40, 20, 22
LENGTH_WIDTH, OWN_WIDTH, PLACE_WIDTH, AGAIN_WIDTH = 124, 300, 170, 88
"""Design pixels."""
FOOTER = mark("Enter begins a lesson, or goes on where you stopped. Shift+Enter begins it again.")
READING = mark("Looking for lessons")
BEGIN, BEGIN_ANEW = "lesson", "lesson anew"
"""Controls whose value is the name of a lesson: it begins where one stopped, or at its first page."""
FINISHED = 1_000_000
"""Where one stopped in a lesson that was given to its end."""


@dataclass(frozen=True)
class LessonPlace:
    """A page of a lesson that is to be given."""

    name: str
    """The name of a shipped lesson, or the path of a user's file."""
    page: int = 0
    resumes: bool = False
    """Whether it was being given: what the class voted for stays, on the first page too."""


@dataclass(frozen=True)
class LessonEntry:
    """A lesson of the list."""

    name: str
    title: str
    purpose: str = ""
    """What one learns, in one sentence."""
    minutes: int = 0
    """How long it takes; 0 if its file does not say."""
    page_count: int = 0
    own: bool = False
    """Whether it is a file of the current folder."""
    error: str = ""
    """Why it cannot be given, in one line; empty if it can."""

    @property
    def length(self) -> str:
        """How long it is, as the list says it: `10 min, 8 pages`."""
        pages = tr_count("{count} page", "{count} pages", self.page_count)
        return tr("{minutes} min, {pages}", minutes=self.minutes, pages=pages) if self.minutes else pages

    @property
    def remark(self) -> str:
        """Its length, and the name of a user's file."""
        return f"{PurePath(self.name).name}   ·   {self.length}" if self.own else self.length


@dataclass(frozen=True)
class ListLayout:
    """Rectangles of the list."""

    card: Rect
    title: Rect
    rows: tuple[Rect, ...]
    """Those of the entries that are shown."""
    footer: Rect


def make_layout(window: tuple[int, int], ui_scale: float, count: int) -> ListLayout:
    """Return the layout of a list of `count` entries: as many rows as the window has room for."""
    width, height = window
    margin, head, foot = (round(part * ui_scale) for part in (MARGIN, HEADER_HEIGHT, FOOTER_HEIGHT))
    wide, row = min(width - 2 * margin, round(WIDTH * ui_scale)), max(1, round(ROW_HEIGHT * ui_scale))
    shown = min(max(count, 1), max(1, (height - 2 * margin - head - foot) // row))
    tall = min(height, head + shown * row + foot)
    card = Rect((width - wide) // 2, max(0, (height - tall) // 2), max(1, wide), tall)
    title, rest = card.split_top(head)
    footer, body = rest.split_bottom(foot)
    beside = round(10 * ui_scale)
    rows = tuple(Rect(body.x + beside, body.y + k * row, max(1, body.width - 2 * beside), row) for k in range(shown))
    return ListLayout(card, title, rows[:count], footer)


def scroll_to(first: int, chosen: int, shown: int, count: int) -> int:
    """Return the first entry to show so that the chosen one is among the `shown` ones."""
    first = min(max(first, chosen - shown + 1), chosen)
    return max(0, min(first, count - shown))


def make_items(
    layout: ListLayout, window: tuple[int, int], ui_scale: float, *, entries: Sequence[LessonEntry], first: int,
    chosen: int, stopped: Mapping[str, int], given: str, message: str,
) -> list[Item]:  # fmt: skip
    """Return the list over the whole window; `given` is the name of the lesson that is given now."""
    pad = round(PADDING * ui_scale)
    title = Rect(layout.title.x + pad, layout.title.y, max(0, layout.title.width - 2 * pad), layout.title.height)
    name, close = title.split_left(title.width // 2)
    items: list[Item] = [
        Veil(Rect(0, 0, *window)),
        Panel(layout.card, "panel", "line"),
        Text(name, tr("Lessons"), "title", bold=True),
        Text(close, tr("Esc closes"), "small", "muted", "right"),
    ]
    shown = entries[first : first + len(layout.rows)]
    for k, (entry, row) in enumerate(zip(shown, layout.rows, strict=True), start=first):
        items += _make_row(entry, row, ui_scale, is_chosen=k == chosen, stopped=stopped, given=given)
    foot = Rect(title.x, layout.footer.y, title.width, layout.footer.height)
    more = ""
    if len(shown) < len(entries):
        more = tr("{first} to {last} of {count}", first=first + 1, last=first + len(shown), count=len(entries))
    words = message or tr(FOOTER if entries else READING)
    left, right = foot.split_left(round(foot.width * (0.82 if more else 1)))
    items.append(Text(left, words, "small", "warn" if message else "muted", short=words))
    return [*items, Text(right, more, "small", "muted", "right")]


def describe_place(entry: LessonEntry, stopped: Mapping[str, int], given: str) -> str:
    """Return where one stopped in a lesson: `page 4 of 8`; empty if one did not begin it."""
    page = stopped.get(entry.name, 0)
    if entry.name == given:
        running = min(page, entry.page_count - 1) + 1
        return tr("running, page {page} of {count}", page=running, count=entry.page_count)
    if page >= entry.page_count:
        return tr("given to its end") if page else ""
    return tr("page {page} of {count}", page=page + 1, count=entry.page_count) if page else ""


def _make_row(
    entry: LessonEntry, row: Rect, ui_scale: float, *, is_chosen: bool, stopped: Mapping[str, int], given: str
) -> list[Item]:
    pad = round((PADDING - 10) * ui_scale)
    action = None if entry.error else Set(BEGIN, entry.name)
    items: list[Item] = [Panel(row, "chosen" if is_chosen else "panel", action=action)]
    inner = Rect(row.x + pad, row.y + round(5 * ui_scale), max(0, row.width - 2 * pad), row.height)
    upper, lower = inner.split_top(round(28 * ui_scale))
    lower = Rect(lower.x, lower.y, lower.width, round(20 * ui_scale))
    place = describe_place(entry, stopped, given)
    gap = round(12 * ui_scale)
    length, rest = upper.split_right(round((OWN_WIDTH if entry.own else LENGTH_WIDTH) * ui_scale), gap)
    where, name = rest.split_right(round(PLACE_WIDTH * ui_scale) if place else 0, gap)
    colour = "muted" if entry.error else "text"
    items.append(Text(name, tr(entry.title), "title", colour, bold=True, fallback_sizes=("body", "small")))
    if entry.error:
        return [*items, Text(lower, entry.error, "small", "warn", shorten_middle=True)]
    again, about = lower.split_right(round(AGAIN_WIDTH * ui_scale) if place else 0, gap)
    items += [
        Text(length, entry.remark, "small", "muted", "right"),
        Text(where, place, "small", "accent", "right"),
        Text(about, tr(entry.purpose), "small", "muted"),
    ]
    if place:
        items += [
            Panel(again, "background", "line", Set(BEGIN_ANEW, entry.name)),
            Text(again, tr("Start again"), "small", "text", "centre", short=tr("Again")),
        ]
    return items
