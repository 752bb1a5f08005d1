"""Renders text: fonts by role, a cache of rendered lines, shortening to a width."""

import pygame

from latent_explorer.cache import LeastRecentlyUsed
from latent_explorer.ui.render import fallback_font
from latent_explorer.ui.render.fallback_font import AnyFont
from latent_explorer.ui.render.theme import FONT_SIZES, Colour, find_font_file

MAX_CACHED_LINES = 400
MIN_FONT_HEIGHT = 8


class Lettering:
    """Fonts at one UI scale and a cache of rendered lines."""

    def __init__(self, ui_scale: float) -> None:
        self.ui_scale = ui_scale
        self._fonts: dict[tuple[str, bool], pygame.font.Font] = {}
        self._lines: LeastRecentlyUsed[tuple[object, ...], pygame.Surface] = LeastRecentlyUsed(MAX_CACHED_LINES)

    def get_font(self, size: str, bold: bool = False) -> pygame.font.Font:
        if (size, bold) not in self._fonts:
            self._fonts[size, bold] = pygame.font.Font(find_font_file(bold), self._compute_height(size))
        return self._fonts[size, bold]

    def _compute_height(self, size: str) -> int:
        return max(MIN_FONT_HEIGHT, round(FONT_SIZES[size] * self.ui_scale))

    def render_mark(self, text: str, height: int, colour: Colour) -> pygame.Surface:
        """Return bold text rendered at a font height of `height` pixels."""
        key = (text, height, colour)
        cached = self._lines.get(key)
        return cached or self._lines.put(key, pygame.font.Font(find_font_file(True), height).render(text, True, colour))

    def measure(self, text: str, size: str, *, bold: bool = False, width: int = 0) -> tuple[int, int]:
        """Return width and height of `text` in pixels, in one line or wrapped to `width`."""
        if not width:
            font, text = self._make_visible(text, size, bold)
            return font.size(text)
        return self.render_line(text, size, (0, 0, 0), bold=bold, width=width, wrap=True).get_size()

    def render_line(
        self, text: str, size: str, colour: Colour, *, bold: bool = False, width: int = 0, wrap: bool = False,
        align: str = "left", middle: bool = False,
    ) -> pygame.Surface:  # fmt: skip
        """Return rendered `text`, shortened by an ellipsis or wrapped if it is wider than `width` pixels."""
        key = (text, size, colour, bold, width, wrap, align, middle)
        cached = self._lines.get(key)
        if cached is not None:
            return cached
        font, text = self._make_visible(text, size, bold)
        if wrap and width:
            font.align = {"left": pygame.FONT_LEFT, "centre": pygame.FONT_CENTER, "right": pygame.FONT_RIGHT}[align]
            return self._lines.put(key, font.render(text, True, colour, None, width))
        shortened = shorten(text, font, width, middle=middle) if width else text
        return self._lines.put(key, font.render(shortened, True, colour))

    def _make_visible(self, text: str, size: str, bold: bool) -> tuple[AnyFont, str]:
        """Return a font that has the letters of `text`, and the text with boxes for those that no font has."""
        font = self._fonts.get((size, bold)) or self.get_font(size, bold)
        if (text.isascii() and text.isprintable()) or fallback_font.has_letters(font, text):
            return font, text
        chosen = fallback_font.choose(text, font, self._compute_height(size))
        return chosen, fallback_font.make_visible(text, chosen)


def shorten(text: str, font: AnyFont, width: int, *, middle: bool = False) -> str:
    """Return `text` with an ellipsis at its end, or in its `middle`, if it is wider than `width` pixels. In the middle,
    the part after the last colon (a file name after its folder) stays whole as long as possible."""
    if font.size(text)[0] <= width:
        return text
    low, high = 0, len(text)
    while low < high:
        length = (low + high + 1) // 2
        if font.size(_cut_out(text, length, middle))[0] <= width:
            low = length
        else:
            high = length - 1
    return _cut_out(text, low, middle) if low else ""


def _cut_out(text: str, length: int, middle: bool) -> str:
    named = text.rpartition(": ")
    end = min(length, max(length // 2, len(named[2]) if named[0] else 0)) if middle else 0
    return text[: length - end].rstrip() + "…" + text[len(text) - end :].lstrip()
