"""Letters that the bundled font lacks are seen."""

import pygame
import pytest

from latent_explorer.ui.render import fallback_font
from latent_explorer.ui.render.text import Lettering

NAMES = (
    "\u043a\u043e\u0442",
    "\u732b",
    "\u05d7\u05ea\u05d5\u05dc",
    "\u0642\u0637",
    "\u0e41\u0e21\u0e27",
    "\ud55c\uad6d",
    "\u0950",
    "\x00",
    "\x07",
    "\ue123",
    "cat \u732b",
)


@pytest.fixture(autouse=True)
def _fonts():
    pygame.font.init()


def ink(name: str, **options) -> int:
    return pygame.mask.from_surface(Lettering(1.0).render_line(name, "title", (255, 255, 255), **options)).count()


@pytest.mark.parametrize("system", [True, False], ids=["fonts of the system", "no other font"])
@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_no_name_is_blank(name, system, monkeypatch):
    if not system:
        monkeypatch.setattr(fallback_font, "list_system_fonts", tuple)
    assert ink(name) > ink("cat") * name.startswith("cat") + 10
    assert ink(name, width=200, wrap=True) > 10


def test_a_number_stands_beside_a_script_from_right_to_left():
    hebrew = "\u05d7\u05ea\u05d5\u05dc"
    here = Lettering(1.0).get_font("title")
    font = fallback_font.choose(f"{hebrew} 5", here, 20)
    if fallback_font.make_visible(hebrew, font) != hebrew:
        pytest.skip("this machine has no font of that script")
    alone, marks = (pygame.mask.from_surface(one.render(hebrew, True, (255, 255, 255)))
                    for one in (fallback_font.choose(hebrew, here, 20), font))  # fmt: skip
    assert alone.overlap_area(marks, (0, 0)) == alone.count() == marks.count()  # as it is written without one
    assert fallback_font.has_letters(font, f"{hebrew} 5")


def test_several_fonts_are_taken_only_if_none_has_all(monkeypatch):
    here = Lettering(1.0).get_font("title")
    lacking = {here: "BC", "one": "AB", "two": "AC", "all": ""}
    monkeypatch.setattr(pygame.font, "Font", lambda path, height: path)
    monkeypatch.setattr(fallback_font, "_find_missing", lambda font, text: frozenset(text) & frozenset(lacking[font]))
    monkeypatch.setattr(fallback_font, "list_system_fonts", lambda: ("one", "two"))
    assert fallback_font.choose.__wrapped__("ABC", here, 20).fonts == (here, "one", "two")
    monkeypatch.setattr(fallback_font, "list_system_fonts", lambda: ("one", "two", "all"))
    assert fallback_font.choose.__wrapped__("ABC", here, 20) == "all"


@pytest.mark.parametrize("name", ["x" * 200, "\u732b" * 200, "\u043a" * 5000])
def test_a_long_name_ends_in_an_ellipsis(name):
    assert 60 < Lettering(1.0).render_line(name, "title", (255, 255, 255), width=100).get_width() <= 100


def test_what_the_bundled_font_has_stays_in_it():
    font = Lettering(1.0).get_font("body")
    for text in ("A \u2212 B + C", "caf\xe9", "\u03b1 \u03b2", "one\ntwo", "\u2026 \xb7 \u2013"):
        assert fallback_font.has_letters(font, text)
