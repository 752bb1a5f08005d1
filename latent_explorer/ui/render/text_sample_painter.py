"""Writes samples that are texts into the places of their pictures: as large as they fit, in the theme's colours."""

import math
import re
from collections.abc import Sequence

import pygame

from latent_explorer.cache import LeastRecentlyUsed
from latent_explorer.samples import WrittenSample
from latent_explorer.ui.render import fallback_font
from latent_explorer.ui.render.fallback_font import AnyFont
from latent_explorer.ui.render.theme import Theme, find_font_file

LARGEST_SHARE, LARGEST = 0.3, 54  # of the height of the place, and in design pixels
SMALLEST = 11  # design pixels, below which letters are not drawn
STEP = 0.85  # from one size of the letters to the next
LETTER_AREA = 0.4  # that a letter takes at least, as a share of the square of its height
MARGIN_SHARE = 0.07
PIECE = re.compile(r"[^\s\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]+\s*|\S\s*")
"""What stays in one line: a word, or a letter of a script without spaces."""
MAX_FITTED = 512
Lines = tuple[str, ...]


class TextSamplePainter:
    """Holds the fonts, which are opened once a size, and how texts were laid out last."""

    def __init__(self) -> None:
        self._fonts: dict[int, pygame.font.Font] = {}
        self._fitted: LeastRecentlyUsed[tuple[object, ...], tuple[AnyFont, Lines]]
        self._fitted = LeastRecentlyUsed(MAX_FITTED)

    def write(
        self, samples: Sequence[WrittenSample], size: tuple[int, int], theme: Theme, ui_scale: float
    ) -> pygame.Surface:
        """Return a surface with texts below each other, each at `size` (width, height), as `resample.enlarge` does."""
        width, height = size
        sheet = pygame.Surface((width, len(samples) * height))
        sheet.fill(theme["panel"])
        for k, sample in enumerate(samples):
            font, lines = self.fit(sample.text, size, ui_scale)
            step = font.get_linesize()
            top = k * height + (height - step * len(lines)) // 2
            for row, line in enumerate(lines):
                letters = font.render(line, True, theme["text"])
                sheet.blit(letters, ((width - letters.get_width()) // 2, top + row * step))
        return sheet

    def fit(self, text: str, size: tuple[int, int], ui_scale: float) -> tuple[AnyFont, Lines]:
        """Return the font and the lines of a text, in the largest letters in which it fits; cut in the smallest."""
        key = text, size, ui_scale
        return self._fitted.get(key) or self._fitted.put(key, self._fit(text, size, ui_scale))

    def _fit(self, text: str, size: tuple[int, int], ui_scale: float) -> tuple[AnyFont, Lines]:
        smallest = max(8, round(SMALLEST * ui_scale))
        fits_at_most = math.sqrt(size[0] * size[1] / (LETTER_AREA * max(1, len(text))))
        letters = max(smallest, round(min(LARGEST_SHARE * size[1], LARGEST * ui_scale, fits_at_most)))
        margin = round(MARGIN_SHARE * size[0])
        room = max(1, size[0] - 2 * margin), max(1, size[1] - margin)
        while True:
            font, shown = self._choose_font(letters, text)
            lines, is_whole = _wrap(shown, font, room)
            if is_whole or letters <= smallest:
                return font, lines
            letters = max(smallest, min(letters - 1, round(STEP * letters)))

    def _choose_font(self, letters: int, text: str) -> tuple[AnyFont, str]:
        """Return a font that has the letters of a text, and the text with boxes for those that none has."""
        if letters not in self._fonts:
            self._fonts[letters] = pygame.font.Font(find_font_file(), letters)
        font = self._fonts[letters]
        if fallback_font.has_letters(font, text):
            return font, text
        chosen = fallback_font.choose(text, font, letters)
        return chosen, fallback_font.make_visible(text, chosen)


def _wrap(text: str, font: AnyFont, room: tuple[int, int]) -> tuple[Lines, bool]:
    """Return a text in lines, and whether it fits into a width and a height without a word that is cut."""
    width, height = room
    most = max(1, height // font.get_linesize())
    pieces, lines, is_whole = PIECE.findall(text)[::-1], [""], True
    while pieces:
        piece = pieces.pop()
        if font.size((lines[-1] + piece).rstrip())[0] <= width:
            lines[-1] += piece
        elif lines[-1]:
            pieces.append(piece)
            lines.append("")
        else:  # a word that is wider than the place
            is_whole, count = False, 1
            while count < len(piece) and font.size(piece[: count + 1])[0] <= width:
                count += 1
            lines[-1] = piece[:count]
            if piece[count:]:
                pieces.append(piece[count:])
                lines.append("")
        if len(lines) > most:
            return (*lines[: most - 1], f"{lines[most - 1].rstrip()[:-1]}…"), False
    return tuple(line.rstrip() for line in lines), is_whole
