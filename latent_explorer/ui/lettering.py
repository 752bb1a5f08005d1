"""Text on surfaces: fonts by role, a cache of rendered lines, shortening to a width."""

from collections import OrderedDict

import pygame

from latent_explorer.ui.theme import SIZES, Colour, font_file

KEPT = 400
SMALLEST = 8


class Lettering:
    """Fonts at one unit; `line` gives a rendered line, from the cache where it was drawn before."""

    def __init__(self, unit: float) -> None:
        self.unit = unit
        self._fonts: dict[tuple[str, bool], pygame.font.Font] = {}
        self._lines: OrderedDict[tuple[object, ...], pygame.Surface] = OrderedDict()

    def font(self, size: str, bold: bool = False) -> pygame.font.Font:
        if (size, bold) not in self._fonts:
            height = max(SMALLEST, round(SIZES[size] * self.unit))
            self._fonts[size, bold] = pygame.font.Font(font_file(bold), height)
        return self._fonts[size, bold]

    def line(
        self,
        text: str,
        size: str,
        colour: Colour,
        *,
        bold: bool = False,
        width: int = 0,
        wrap: bool = False,
        align: str = "left",
    ) -> pygame.Surface:
        """`text` rendered, shortened with an ellipsis or wrapped where it is wider than `width` pixels."""
        key = (text, size, colour, bold, width, wrap, align)
        if key in self._lines:
            self._lines.move_to_end(key)
            return self._lines[key]
        font = self.font(size, bold)
        if wrap and width:
            font.align = {"left": pygame.FONT_LEFT, "centre": pygame.FONT_CENTER, "right": pygame.FONT_RIGHT}[align]
            surface = font.render(text, True, colour, None, width)
        else:
            surface = font.render(_shortened(text, font, width) if width else text, True, colour)
        self._lines[key] = surface
        if len(self._lines) > KEPT:
            self._lines.popitem(last=False)
        return surface


def _shortened(text: str, font: pygame.font.Font, width: int) -> str:
    if font.size(text)[0] <= width:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if font.size(text[:middle].rstrip() + "…")[0] <= width:
            low = middle
        else:
            high = middle - 1
    return text[:low].rstrip() + "…" if low else ""
