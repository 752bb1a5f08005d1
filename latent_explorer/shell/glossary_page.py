"""The glossary (F2): its terms over the window, found by typing. It knows letters by an estimate of their width."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from latent_explorer.scene import glossary
from latent_explorer.scene.events import Action, DoubleClick, Key, Leave, Move, Press, Release, Scroll, Set
from latent_explorer.scene.glossary import Term
from latent_explorer.scene.items import Item, Panel, Text, Veil
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.state import State
from latent_explorer.shell.help_page import FOOTER_HEIGHT, GAP, HEADER_HEIGHT, MARGIN
from latent_explorer.shell.keymap import get_keys
from latent_explorer.shell.toolbar import GLOSSARY, VIEW_MENU
from latent_explorer.texts import mark, tr

MAX_TEXT = 40
TERM_WIDTH, LINE_HEIGHT, ROW_GAP = 172, 23, 8
MIN_COLUMN_WIDTH, MAX_COLUMN_WIDTH = 500, 860
"""Design pixels."""
LETTER_WIDTH = 8.9
"""Room that is kept for a letter, in design pixels."""
SEARCH = mark("Type to search")
NOTHING = mark("Nothing matches. Backspace takes letters away.")
TAKEN = Move | Leave | Release | Set | DoubleClick
"""What reaches nothing below the page."""

Row = Term | str
"""A term, or the heading of a group."""


@dataclass(frozen=True)
class Page:
    """The place of the page and of its columns, and the rows of each column with their heights in pixels."""

    rect: Rect
    places: tuple[Rect, ...]
    columns: tuple[tuple[tuple[Row, int], ...], ...]
    number: int
    count: int


def handle(state: State, action: Action) -> State | None:
    """Return the state after an action while the glossary is open, or one that opens it; None for every other one."""
    typed = state.overlay.glossary
    if typed is None:
        opens = action == Set(VIEW_MENU, GLOSSARY) or (isinstance(action, Key) and action.name in get_keys(GLOSSARY))
        return _put(state, "") if opens else None
    match action:
        case Key(name=name) if name in ("escape", *get_keys(GLOSSARY)):
            return _close(state)
        case Key(name="f1"):
            return state.put(replace(_close(state).overlay, help=True, help_page=0))
        case Key(name="backspace"):
            return _put(state, typed[:-1])
        case Key(name=name) if name in ("page down", "page up", "down", "up", "right", "left", "return"):
            return _turn(state, -1 if name in ("page up", "up", "left") else 1)
        case Key(name=name, text=text):
            letter = " " if name == "space" else text or (name if len(name) == 1 else "")
            return _put(state, (typed + letter)[:MAX_TEXT]) if letter.isprintable() and letter else state
        case Scroll(steps=steps):
            return _turn(state, -1 if steps > 0 else 1)
        case Press():
            page = lay_out(state)
            return _close(state) if page.number == page.count - 1 else _turn(state, 1)
        case _ if isinstance(action, TAKEN):
            return state
    return None


def make_items(state: State) -> list[Item]:
    if state.overlay.glossary is None:
        return []
    page, u = lay_out(state), state.ui_scale
    inside = page.rect.inset(round(MARGIN * u))
    head = Rect(inside.x, page.rect.y, inside.width, round(HEADER_HEIGHT * u))
    title, rest = head.split_left(round(150 * u))
    field, foot = rest.split_left(round(0.42 * rest.width), round(14 * u))
    box = Rect(field.x, field.y + round(0.2 * field.height), field.width, round(0.6 * field.height))
    typed = state.overlay.glossary
    end = tr("Esc closes")
    if page.count > 1:
        number = tr("{page} of {count}", page=page.number + 1, count=page.count)
        end = f"{number}  ·  {tr('Page Down, or a click, turns')}  ·  {end}"
    items: list[Item] = [
        Veil(Rect(0, 0, *state.window_size)),
        Panel(page.rect, "panel", "line"),
        Text(title, tr("Glossary"), "title", bold=True),
        Panel(box, "background", "accent"),
        Text(box.inset(round(8 * u)), f"{typed or tr(SEARCH)}|", "body", "text" if typed else "muted"),
        Text(foot, end, "small", "muted", "right", short=tr("Esc closes")),
    ]
    if not any(page.columns):
        return [*items, Text(page.places[0], tr(NOTHING), "body", "muted", at_top=True)]
    for column, place in zip(page.columns, page.places, strict=False):
        y = place.y
        for row, height in column:
            items += _make_row(row, Rect(place.x, y, place.width, height), u)
            y += height
    return items


def lay_out(state: State) -> Page:
    """Return the page that is shown; turned beyond the last it is the first again."""
    width, height = state.window_size
    u = state.ui_scale
    margin, gap = round(MARGIN * u), round(GAP * u)
    count = max(1, min(2, int((width - 16 - 2 * margin + gap) // ((MIN_COLUMN_WIDTH + GAP) * u))))
    wide = round(min(width - 16, (count * (MAX_COLUMN_WIDTH + GAP) - GAP + 2 * MARGIN) * u))
    rect = Rect((width - wide) // 2, 8, wide, max(1, height - 16))
    body = rect.inset(margin)
    _, body = Rect(body.x, rect.y, body.width, rect.height).split_top(round(HEADER_HEIGHT * u))
    places = tuple(body.split_columns(count, gap))
    rows = list[Row]()
    for group in glossary.search(state.overlay.glossary or ""):
        rows += [group.group, *group.terms]
    room = rect.height - round((HEADER_HEIGHT + FOOTER_HEIGHT) * u)
    columns = _fill_columns([(row, _measure(row, places[0].width, u)) for row in rows], room)
    pages = [columns[i : i + count] for i in range(0, len(columns), count)] or [[]]
    number = state.overlay.glossary_page % len(pages)
    return Page(rect, places, tuple(tuple(one) for one in pages[number]), number, len(pages))


def _fill_columns(rows: Sequence[tuple[Row, int]], room: int) -> list[list[tuple[Row, int]]]:
    """Return the rows in columns of a height of `room` pixels; no heading is the last row of one."""
    columns: list[list[tuple[Row, int]]] = []
    used = room + 1
    for i, (row, height) in enumerate(rows):
        following = rows[i + 1][1] if isinstance(row, str) and i + 1 < len(rows) else 0
        if used + height + following > room:
            columns.append([])
            used = 0
        columns[-1].append((row, height))
        used += height
    return columns


def _measure(row: Row, width: int, ui_scale: float) -> int:
    """Return the height of a row in pixels."""
    if isinstance(row, str):
        return round((LINE_HEIGHT + 2 * ROW_GAP) * ui_scale)
    lines = math.ceil(LETTER_WIDTH * ui_scale * len(row.says) / max(1, width - round(TERM_WIDTH * ui_scale)))
    return round((lines * LINE_HEIGHT + ROW_GAP) * ui_scale)


def _make_row(row: Row, place: Rect, ui_scale: float) -> list[Item]:
    if isinstance(row, str):
        line = place.split_top(max(1, round(ui_scale)))[0]
        under = Rect(line.x, place.bottom - round(ROW_GAP * ui_scale / 2), line.width, line.height)
        return [Text(place, row, "body", "muted", bold=True), Panel(under, "line")]
    name, says = place.split_top(place.height - round(ROW_GAP * ui_scale))[0].split_left(round(TERM_WIDTH * ui_scale))
    first, _ = name.split_top(round(LINE_HEIGHT * ui_scale))
    return [
        Text(first, row.term, "body", "accent", bold=True, fallback_sizes=("small",)),
        Text(says, row.says, "body", wrap=True, fallback_sizes=("small",), at_top=True),
    ]


def _turn(state: State, by: int) -> State:
    return state.put(replace(state.overlay, glossary_page=state.overlay.glossary_page + by))


def _put(state: State, typed: str) -> State:
    return state.put(replace(state.overlay, glossary=typed, glossary_page=0, help=False))


def _close(state: State) -> State:
    return state.put(replace(state.overlay, glossary=None, glossary_page=0))
