"""A line in several fonts."""

import pygame
import pytest

from latent_explorer.ui.render.mixed_font import MixedFont


@pytest.fixture(autouse=True)
def _fonts():
    pygame.font.init()


def test_each_letter_of_a_line_is_drawn_in_the_first_font_that_has_it():
    small, large = pygame.font.Font(None, 16), pygame.font.Font(None, 40)
    mixed = MixedFont([small, large], lambda font, letter: letter.isupper() == (font is large))
    assert mixed.size("ab CD")[0] == small.size("ab ")[0] + large.size("CD")[0]
    drawn = pygame.mask.from_surface(mixed.render("ab CD", True, (255, 255, 255)))
    parts = [small.render("ab ", True, (255, 255, 255)), large.render("CD", True, (255, 255, 255))]
    assert drawn.count() == sum(pygame.mask.from_surface(part).count() for part in parts)
    wrapped = mixed.render("ab CD ab CD", True, (255, 255, 255), None, mixed.size("ab CD")[0])
    assert wrapped.get_size() == (mixed.size("ab CD")[0], 2 * mixed.get_linesize())


def test_spaces_and_marks_stay_with_the_letter_before_them():
    small, large = pygame.font.Font(None, 16), pygame.font.Font(None, 40)
    mixed = MixedFont([small, large], lambda font, letter: letter.isascii() == (font is small))
    assert mixed.size("aé b")[0] == small.size("a")[0] + large.size("é ")[0] + small.size("b")[0]
    accent = "\u0301"
    assert mixed.size(f"é{accent}")[0] == large.size(f"é{accent}")[0]
    assert mixed.size(f"a{accent}")[0] == small.size(f"a{accent}")[0]


@pytest.mark.parametrize(("align", "side"), [(pygame.FONT_LEFT, 0), (pygame.FONT_CENTER, 0.5), (pygame.FONT_RIGHT, 1)])
def test_lines_of_a_wrapped_text_are_aligned_and_stand_on_one_base(align, side):
    small, large = pygame.font.Font(None, 16), pygame.font.Font(None, 40)
    mixed = MixedFont([small, large], lambda font, letter: letter.isupper() == (font is large))
    mixed.align = align
    mask = pygame.mask.from_surface(mixed.render("xxxxxxxx\nX", True, (255, 255, 255)))
    height, width = mixed.get_linesize(), mask.get_size()[0]
    second = [x for x in range(width) if any(mask.get_at((x, y)) for y in range(height, 2 * height))]
    room = width - large.size("X")[0]
    assert min(second) == pytest.approx(side * room, abs=3)
    both = pygame.mask.from_surface(mixed.render("xX", True, (255, 255, 255)))
    columns = small.size("x")[0] // 2, small.size("x")[0] + 3
    bottoms = [max(y for y in range(height) if both.get_at((x, y))) for x in columns]
    assert abs(bottoms[0] - bottoms[1]) <= 1


def test_a_line_break_and_a_wide_word_begin_a_line():
    font = pygame.font.Font(None, 20)
    mixed = MixedFont([font], lambda font, letter: True)
    assert mixed.render("a\nb", True, (0, 0, 0)).get_height() == 2 * mixed.get_linesize()
    assert mixed.render("word wooooooord", True, (0, 0, 0), None, 30).get_height() == 2 * mixed.get_linesize()
