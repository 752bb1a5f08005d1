"""A line in several fonts: each letter in the first one that has it."""

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby

import pygame

from latent_explorer.ui.render.theme import Colour

HasLetter = Callable[[pygame.font.Font, str], bool]


class MixedFont:
    """Answers like a `pygame.font.Font` to what is asked of one here."""

    def __init__(self, fonts: Sequence[pygame.font.Font], has_letter: HasLetter) -> None:
        self.fonts, self._has_letter = tuple(fonts), has_letter
        self.align = pygame.FONT_LEFT

    def get_linesize(self) -> int:
        return max(font.get_linesize() for font in self.fonts)

    def size(self, text: str) -> tuple[int, int]:
        """Return the width and the height of a line."""
        return sum(font.size(part)[0] for font, part in self._split(text)), self.get_linesize()

    def render(
        self, text: str, antialias: bool, colour: Colour, background: Colour | None = None, width: int = 0
    ) -> pygame.Surface:
        """Return the drawn text, wrapped to `width` pixels if that is given."""
        lines = [one for line in text.split("\n") for one in (self._wrap(line, width) if width else [line])]
        step, widths = self.get_linesize(), [self.size(line)[0] for line in lines]
        surface = pygame.Surface((max(*widths, 1), step * len(lines)), pygame.SRCALPHA)
        if background is not None:
            surface.fill(background)
        base = max(font.get_ascent() for font in self.fonts)
        for row, line in enumerate(lines):
            room = surface.get_width() - widths[row]
            x = {pygame.FONT_CENTER: room // 2, pygame.FONT_RIGHT: room}.get(self.align, 0)
            for font, part in self._split(line):
                drawn = font.render(part, antialias, colour)
                surface.blit(drawn, (x, row * step + base - font.get_ascent()))
                x += font.size(part)[0]
        return surface

    def _split(self, line: str) -> Iterator[tuple[pygame.font.Font, str]]:
        """Yield the parts of a line with their fonts; spaces and marks on a letter stay with what is before them."""
        chosen, at = list[int](), 0
        for letter in line:
            if letter != " " and not unicodedata.combining(letter):
                at = next((k for k, font in enumerate(self.fonts) if self._has_letter(font, letter)), 0)
            chosen.append(at)
        for at, part in groupby(zip(chosen, line, strict=True), key=lambda one: one[0]):
            yield self.fonts[at], "".join(letter for _, letter in part)

    def _wrap(self, line: str, width: int) -> list[str]:
        lines = [""]
        for word in line.split(" "):
            longer = f"{lines[-1]} {word}" if lines[-1] else word
            if lines[-1] and self.size(longer)[0] > width:
                lines.append(word)
            else:
                lines[-1] = longer
        return lines
