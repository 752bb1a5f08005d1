"""Fonts for letters that the bundled one lacks: names of classes and files come in every script.

A font of the system draws the line if one has its letters; else several do, each what it has. Letters that none has
become boxes, never blanks.
"""

import contextlib
import unicodedata
from functools import lru_cache

import pygame

from latent_explorer.cache import remember
from latent_explorer.ui.render.mixed_font import MixedFont

AnyFont = pygame.font.Font | MixedFont
FAMILIES = (
    "notosans", "dejavusans", "segoeui", "arial", "liberationsans", "freesans", "notosanscjksc", "notosanscjkjp",
    "notosanscjkkr", "notosanscjktc", "sourcehansanssc", "wenquanyimicrohei", "wenquanyizenhei", "droidsansfallback",
    "microsoftyahei", "simsun", "msgothic", "yugothic", "malgungothic", "pingfangsc", "hiraginosansgb",
    "applesdgothicneo", "arialunicodems", "notosansarabic", "notonaskharabic", "geezapro", "tahoma", "notosanshebrew",
    "arialhebrew", "notosansthai", "thonburi", "leelawadeeui", "notosansdevanagari", "nirmalaui", "unifont",
)  # fmt: skip
"""Names of common fonts, as pygame writes them."""
SCRIPTS = {"ARABIC": "Arab", "HEBREW": "Hebr", "SYRIAC": "Syrc", "THAANA": "Thaa"}
"""Codes of scripts that run from right to left, by the first word of their letters' names."""
ABSENT = "\uffff"
"""A character that no font has: what a font draws for it, it draws for every other one that it lacks."""
BOX, PLAIN_BOX = "\u25a1", "?"


def has_letters(font: AnyFont, text: str) -> bool:
    """Return True if the font has a glyph for every character of `text`."""
    return (text.isascii() and text.isprintable()) or not _find_missing(font, text)


def make_visible(text: str, font: AnyFont) -> str:
    """Return `text` with a box for every character that `font` lacks."""
    if has_letters(font, text):
        return text
    missing = _find_missing(font, text)
    box = PLAIN_BOX if _find_missing(font, BOX) else BOX
    return "".join(box if letter in missing else letter for letter in text)


@remember(128)
def choose(text: str, font: pygame.font.Font, height: int) -> AnyFont:
    """Return `font` if it has the letters of `text`, else the first font of the system that has them, or several that
    have them together."""
    missing = _find_missing(font, text)
    fonts = [font]
    for path in list_system_fonts() if missing else ():
        other = pygame.font.Font(path, height)
        lacking = _find_missing(other, text)
        if not lacking:
            return _let_write(other, text, path, height)
        if missing - lacking:
            fonts.append(other)
            missing &= lacking
    return MixedFont(fonts, has_letters) if len(fonts) > 1 else font


def _let_write(font: pygame.font.Font, text: str, path: str, height: int) -> AnyFont:
    """Return a font that writes the letters of scripts from right to left in their direction, and joins them; beside
    letters and numbers of other scripts by a second one of the same file."""
    leftward = [letter for letter in text if _runs_leftward(letter)]
    if not leftward:
        return font
    beside = any(unicodedata.bidirectional(letter) in ("L", "EN", "AN") for letter in text)
    other = pygame.font.Font(path, height) if beside else font
    _set_direction(other, leftward[0])
    return MixedFont([font, other], lambda one, letter: _runs_leftward(letter) == (one is other)) if beside else font


def _runs_leftward(letter: str) -> bool:
    return unicodedata.bidirectional(letter) in ("R", "AL")


def _set_direction(font: pygame.font.Font, letter: str) -> None:
    """Let a font write from right to left, and join letters as the script of `letter` does."""
    with contextlib.suppress(pygame.error, AttributeError):  # of an SDL_ttf without HarfBuzz
        font.set_direction(pygame.DIRECTION_RTL)
        font.set_script(SCRIPTS.get(unicodedata.name(letter, "").split(" ")[0], "Arab"))


@lru_cache(maxsize=1)
def list_system_fonts() -> tuple[str, ...]:
    """Return the files of the common fonts that this machine has."""
    paths = (pygame.font.match_font(name) for name in FAMILIES)
    return tuple(dict.fromkeys(path for path in paths if path))


@remember(512)
def _find_missing(font: AnyFont, text: str) -> frozenset[str]:
    """Return the characters of `text` for which `font` has no glyph."""
    if isinstance(font, MixedFont):
        return frozenset.intersection(*(_find_missing(one, text) for one in font.fonts))
    nothing, metrics = _draw(font, ABSENT), font.metrics(ABSENT)
    return frozenset(
        letter
        for letter in set(text)
        if letter not in " \n" and (not letter.isprintable() or _lacks(font, letter, metrics, nothing))
    )


def _lacks(font: pygame.font.Font, letter: str, metrics: object, nothing: bytes) -> bool:
    own = font.metrics(letter)
    return own == [None] or (own == metrics and _draw(font, letter) == nothing)


def _draw(font: pygame.font.Font, text: str) -> bytes:
    return pygame.image.tobytes(font.render(text, False, "white", "black"), "RGB")
