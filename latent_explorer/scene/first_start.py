"""The card of the first start: what a dot, the map and the picture are. It knows its place and no model."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from latent_explorer.scene.events import Px, Set
from latent_explorer.scene.items import Item, Panel, StatusDot, Text
from latent_explorer.scene.rect import Rect
from latent_explorer.texts import mark, tr

CONTROL = "first start"
"""Name under which the buttons of the card, and scripts, answer it."""
SHOW, EXPLORE, AGAIN = "show", "explore", "again"
"""The answers: begin the first lesson, go without, tick or clear the box."""
TITLE = mark("What you see here")
SHOW_LABEL, EXPLORE_LABEL, BOX_LABEL = mark("Show me"), mark("Just explore"), mark("Do not show again")
WIDTH, PADDING, GAP = 500, 18, 10
TITLE_HEIGHT, LINE_HEIGHT, ICON_SIDE, BUTTON_HEIGHT = 28, 23, 22, 36
LETTER_WIDTH = 8.4
"""Room that is kept for a letter."""
NOTE_HEIGHT = 22
"""Of the line at the lower edge of a map; all in design pixels."""
SHOW_WIDTH, EXPLORE_WIDTH, BOX_SIDE = 110, 130, 22


@dataclass(frozen=True)
class FirstStart:
    """The card of the first start, once it was shown."""

    lesson: str
    """The lesson that *Show me* begins."""
    is_open: bool = True
    shows_again: bool = False
    """Whether the next start shows it too."""


@dataclass(frozen=True, kw_only=True)
class CardLayout:
    card: Rect
    title: Rect
    icons: tuple[Rect, ...]
    sentences: tuple[Rect, ...]
    show: Rect
    explore: Rect
    box: Rect
    """The box to tick, with its label."""


def make_layout(
    place: Rect, ui_scale: float, sentences: Sequence[str], dots: Sequence[Px] | NDArray[Any] = ()
) -> CardLayout:
    """Return the card in the corner of a map where it hides the fewest `dots`, rather a lower one, as high as its
    sentences need."""
    u = ui_scale
    gap, pad = round(GAP * u), round(PADDING * u)
    width = min(round(WIDTH * u), place.width - 2 * gap)
    icon = round(ICON_SIDE * u)
    inner = max(1, width - 2 * pad - icon - gap)
    heights = [round(LINE_HEIGHT * u * math.ceil(LETTER_WIDTH * u * len(one) / inner)) for one in sentences]
    title, button = round(TITLE_HEIGHT * u), round(BUTTON_HEIGHT * u)
    height = min(2 * pad + title + sum(one + gap for one in heights) + gap + button, place.height - 2 * gap)
    bottom = max(place.y + gap, place.bottom - round(NOTE_HEIGHT * u) - height)
    corners = [Rect(x, y, width, height) for y in (bottom, place.y + gap)
               for x in (place.x + gap, place.right - gap - width)]  # fmt: skip
    card = min(corners, key=lambda one: _count_inside(one, np.asarray(dots, np.float32).reshape(-1, 2)))
    inside = card.inset(pad)
    head, rest = inside.split_top(title)
    icons, texts = list[Rect](), list[Rect]()
    for one in heights:
        rest = rest.split_top(0, gap)[1]
        row, rest = rest.split_top(one)
        square, text = row.split_left(icon, gap)
        icons.append(Rect(square.x, square.y + round((LINE_HEIGHT * u - icon) / 2), icon, min(icon, square.height)))
        texts.append(text)
    foot, _ = inside.split_bottom(button)
    show, rest = foot.split_left(round(SHOW_WIDTH * u), gap)
    explore, box = rest.split_left(round(EXPLORE_WIDTH * u), round(1.4 * gap))
    return CardLayout(
        card=card, title=head, icons=tuple(icons), sentences=tuple(texts), show=show, explore=explore, box=box
    )


def make_items(card: FirstStart, layout: CardLayout, sentences: Sequence[str], ui_scale: float) -> list[Item]:
    items: list[Item] = [
        Panel(layout.card, "panel", "line", Set(CONTROL)),
        Text(layout.title, tr(TITLE), "title", bold=True),
    ]
    for one, place in zip(sentences, layout.sentences, strict=True):
        items.append(Text(place, one, wrap=True, at_top=True))
    for draw, icon in zip((_draw_dot, _draw_map, _draw_picture), layout.icons, strict=True):
        items += draw(icon)
    side = round(BOX_SIDE * ui_scale)
    box, label = layout.box.split_left(side, round(8 * ui_scale))
    square = Rect(box.x, round(box.centre[1]) - side // 2, side, side)
    items += [
        Panel(layout.show, "accent", None, Set(CONTROL, SHOW)),
        Text(layout.show, tr(SHOW_LABEL), "body", "on accent", "centre", bold=True, fallback_sizes=("small",)),
        Panel(layout.explore, "button", "line", Set(CONTROL, EXPLORE)),
        Text(layout.explore, tr(EXPLORE_LABEL), "body", "text", "centre", fallback_sizes=("small",)),
        Panel(layout.box, "panel", None, Set(CONTROL, AGAIN)),
        Panel(square, "background", "muted", Set(CONTROL, AGAIN)),
        Text(label, tr(BOX_LABEL), "small", "muted"),
    ]
    if not card.shows_again:
        items.append(Text(square, "✓", "body", "accent", "centre", bold=True))
    return items


def _count_inside(rect: Rect, px: NDArray[np.float32]) -> int:
    x, y = px[:, 0], px[:, 1]
    return int(np.count_nonzero((x >= rect.x) & (x <= rect.right) & (y >= rect.y) & (y <= rect.bottom)))


def _draw_dot(icon: Rect) -> list[Item]:
    return [StatusDot(icon.inset(round(0.22 * icon.width)), "class 0")]


def _draw_map(icon: Rect) -> list[Item]:
    side = max(3, round(0.26 * icon.width))
    places = ((0.2, 0.22, 0), (0.6, 0.3, 1), (0.34, 0.62, 2))
    dots = [
        StatusDot(Rect(icon.x + round(x * icon.width), icon.y + round(y * icon.height), side, side), f"class {k}")
        for x, y, k in places
    ]
    return [Panel(icon, "map", "muted"), *dots]


def _draw_picture(icon: Rect) -> list[Item]:
    return [Panel(icon, "map", "accent"), Panel(icon.inset(round(0.32 * icon.width)), "text")]
