"""Fonts for letters that the bundled one lacks: names of classes and files come in every script.

A font of the system draws the line if one has its letters; letters that none has become boxes, never blanks.
"""

import contextlib
import unicodedata
from functools import lru_cache

import pygame

from latent_explorer.cache import remember

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


def has_letters(font: pygame.font.Font, text: str) -> bool:
    """Return True if the font has a glyph for every character of `text`."""
    return (text.isascii() and text.isprintable()) or not _find_missing(font, text)


def make_visible(text: str, font: pygame.font.Font) -> str:
    """Return `text` with a box for every character that `font` lacks."""
    if has_letters(font, text):
        return text
    missing = _find_missing(font, text)
    box = PLAIN_BOX if _find_missing(font, BOX) else BOX
    return "".join(box if letter in missing else letter for letter in text)


def choose(text: str, font: pygame.font.Font, height: int) -> pygame.font.Font:
    """Return `font` if it has the letters of `text`, else the first font of the system that has them, or most."""
    best, fewest = font, len(_find_missing(font, text))
    for path in list_system_fonts() if fewest else ():
        other = pygame.font.Font(path, height)
        if (lacking := len(_find_missing(other, text))) < fewest:
            best, fewest = other, lacking
        if not fewest:
            break
    if best is not font:
        _set_direction(best, text)
    return best


def _set_direction(font: pygame.font.Font, text: str) -> None:
    """Let a font write from right to left, and join the letters, if all of `text` is in such a script."""
    kinds = {unicodedata.bidirectional(letter) for letter in text}
    if not kinds & {"R", "AL"} or kinds & {"L", "EN", "AN"}:
        return
    letter = next(one for one in text if unicodedata.bidirectional(one) in ("R", "AL"))
    with contextlib.suppress(pygame.error, AttributeError):  # of an SDL_ttf without HarfBuzz
        font.set_direction(pygame.DIRECTION_RTL)
        font.set_script(SCRIPTS.get(unicodedata.name(letter, "").split(" ")[0], "Arab"))


@lru_cache(maxsize=1)
def list_system_fonts() -> tuple[str, ...]:
    """Return the files of the common fonts that this machine has."""
    found = (pygame.font.match_font(name) for name in FAMILIES)
    return tuple(dict.fromkeys(path for path in found if path))


@remember(512)
def _find_missing(font: pygame.font.Font, text: str) -> frozenset[str]:
    """Return the characters of `text` for which `font` has no glyph."""
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
