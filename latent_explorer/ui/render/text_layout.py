"""Where each letter of a text item lies: the size and the lines that it is drawn in, and the letter at a pixel."""

from dataclasses import dataclass, replace

import pygame

from latent_explorer.scene.chart import Chart
from latent_explorer.scene.events import Px
from latent_explorer.scene.items import Chip, CornerNote, FilmStrip, Image, Item, Panel, Text, View
from latent_explorer.ui.render.boxes import to_box
from latent_explorer.ui.render.text import Lettering

OPAQUE = (Panel, Image, FilmStrip, Chart, Chip)
"""What hides the texts below it."""
SPARE_ABOVE, SPARE_BELOW, SPARE_BELOW_TAILS = 0.16, 0.22, 0.04
"""Shares of a line's height above its capitals, below its letters, and below tails, where nothing is drawn."""
TAILED = frozenset("gjpqyµQ,;()[]{}|/")
"""Letters with a part below the line."""


@dataclass(frozen=True)
class SettledText:
    """A text as it fits into its rectangle: whole or its short form, in one line or wrapped."""

    text: str
    size: str
    wraps: bool


def settle(item: Text, lettering: Lettering) -> SettledText:
    """Return the size and the words that are drawn of a text."""
    while item.fallback_sizes and not _fits(item, item.text, lettering, slack=0):
        item = replace(item, size=item.fallback_sizes[0], fallback_sizes=item.fallback_sizes[1:])
    fits = _fits(item, item.text, lettering)
    text = item.text if fits or not item.short else item.short
    return SettledText(text, item.size, item.wrap and (fits or _fits(item, text, lettering)))


def is_cut(item: Text, lettering: Lettering) -> bool:
    """Return whether a text loses words: none of its sizes has room for it, nor for its short form."""
    settled = settle(item, lettering)
    return not _fits(replace(item, size=settled.size), settled.text, lettering)


def measure_letters(item: Text, lettering: Lettering) -> pygame.Rect:
    """Return what the letters of a text cover on the screen: without the room above capitals and below tails."""
    settled = settle(item, lettering)
    font = lettering.get_font(settled.size, item.bold)
    width, height = lettering.measure(
        settled.text, settled.size, bold=item.bold, width=item.rect.width if settled.wraps else 0
    )
    place = place_lines(item, (min(width, item.rect.width), height))
    spare = SPARE_BELOW if TAILED.isdisjoint(settled.text) else SPARE_BELOW_TAILS
    above, below = round(SPARE_ABOVE * font.get_linesize()), round(spare * font.get_linesize())
    return pygame.Rect(place.x, place.y + above, place.width, max(0, place.height - above - below))


def place_lines(item: Text, size: tuple[int, int]) -> pygame.Rect:
    """Return where lines of `size` pixels lie in the box of a text, at its top if they are higher than it."""
    place = pygame.Rect((0, 0), size)
    place.midleft = (item.rect.x, round(item.rect.centre[1]))
    if item.align == "right":
        place.right = item.rect.right
    elif item.align == "centre":
        place.centerx = round(item.rect.centre[0])
    if item.at_top or (item.wrap and place.height > item.rect.height):
        place.top = item.rect.y
    return place


def find_text_at(view: View, px: Px, lettering: Lettering) -> tuple[str, int | None] | None:
    """Return the text that lies on top at a pixel and the number of its letter there; None for the number where a text
    has no letters that are known, as those of a chart. None if no text lies there."""
    for item in reversed(view):
        rect = getattr(item, "rect", None)
        if rect is None or not rect.contains(px):
            continue
        place_in_text = _find_in(item, px, lettering)
        if place_in_text is not None or isinstance(item, OPAQUE):
            return place_in_text
    return None


def _find_in(item: Item, px: Px, lettering: Lettering) -> tuple[str, int | None] | None:
    match item:
        case Text():
            return _find_in_text(item, px, lettering)
        case CornerNote():
            for line, box in place_note(item, lettering):
                if box.collidepoint(px):
                    return line, _find_letter(line, px[0] - box.x, lettering.get_font(item.size))
        case Chart() if not item.curves_only:
            plot = to_box(item.plot)
            if px[1] > plot.bottom:
                return item.x.label, None
            if px[1] < plot.y:
                return ", ".join((item.title, item.y.label, *(one.label for one in item.series))), None
        case Chip():
            return item.text, None
    return None


def _find_in_text(item: Text, px: Px, lettering: Lettering) -> tuple[str, int | None] | None:
    settled = settle(item, lettering)
    font = lettering.get_font(settled.size, item.bold)
    lines = _wrap(settled.text, font, item.rect.width) if settled.wraps else [settled.text]
    height = font.get_linesize()
    top = item.rect.centre[1] - height * len(lines) / 2
    if item.at_top or height * len(lines) > item.rect.height:
        top = item.rect.y
    number = int((px[1] - top) // height)
    if not 0 <= number < len(lines):
        return None
    width = font.size(lines[number])[0]
    spare = max(0, item.rect.width - width)
    left = item.rect.x + {"right": spare, "centre": spare / 2}.get(item.align, 0)
    letter = _find_letter(lines[number], px[0] - left, font)
    return None if letter is None else (lines[number], letter)


def place_note(item: CornerNote, lettering: Lettering) -> list[tuple[str, pygame.Rect]]:
    """Return each line of a note in the corner of a map with its place."""
    margin = round(6 * lettering.ui_scale)
    width = item.rect.width - 4 * margin
    sizes = [lettering.render_line(text, item.size, (0, 0, 0), width=width).get_size() for text in item.lines]
    if not sizes:
        return []
    step = max([height for _, height in sizes])
    box = pygame.Rect(0, 0, max([wide for wide, _ in sizes]) + 2 * margin, step * len(sizes) + margin)
    whole = to_box(item.rect).inflate(-2, -2)
    box.bottomleft = whole.bottomleft
    if not item.at_left:
        box.right = whole.right
    if not item.at_bottom:
        box.top = whole.top
    places = [pygame.Rect(box.x + margin, box.y + margin // 2 + i * step, *size) for i, size in enumerate(sizes)]
    return list(zip(item.lines, places, strict=True))


def _fits(item: Text, text: str, lettering: Lettering, slack: int = 4) -> bool:
    """Return whether a text has room; `slack`: pixels that may be missing below it, where a smaller size does not offer
    itself, at the cost of the tails of its last line."""
    width, height = lettering.measure(text, item.size, bold=item.bold, width=item.rect.width * item.wrap)
    return width <= item.rect.width and (not item.wrap or height <= item.rect.height + slack)


def _wrap(text: str, font: pygame.font.Font, width: int) -> list[str]:
    """Return the lines of a text, each with as many words as fit."""
    lines = []
    for paragraph in text.split("\n"):
        line = ""
        for word in paragraph.split(" "):
            longer = f"{line} {word}" if line else word
            if line and font.size(longer)[0] > width:
                lines.append(line)
                longer = word
            line = longer
        lines.append(line)
    return lines


def _find_letter(line: str, x: float, font: pygame.font.Font) -> int | None:
    """Return the number of the letter of a line that lies `x` pixels from its left end; None beside it."""
    if x < 0:
        return None
    low, high = 0, len(line)
    while low < high:
        middle = (low + high) // 2
        if font.size(line[: middle + 1])[0] <= x:
            low = middle + 1
        else:
            high = middle
    return low if low < len(line) else None
