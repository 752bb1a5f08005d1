"""Samples that are texts, written in the place of their pictures."""

import pygame
import pytest

from latent_explorer.samples.texts import write
from latent_explorer.ui.render.text_sample_painter import TextSamplePainter
from latent_explorer.ui.render.theme import make_theme

pytestmark = pytest.mark.usefixtures("surface")  # which opens pygame's fonts

LONG = "The quick brown fox jumps over the lazy dog, and the dog does not mind at all. " * 12


@pytest.mark.parametrize("text", ["cat", "", "supercalifragilisticexpialidocious", LONG, "человек", "中文" * 40])
@pytest.mark.parametrize("size", [(340, 340), (96, 56), (20, 12)])
def test_a_text_fits_into_its_place(text, size):
    font, lines = TextSamplePainter().fit(text, size, 1.0)
    smallest = font.get_height() <= pygame.font.Font(None, 11).get_height() + 8
    assert all(font.size(line)[0] <= size[0] for line in lines) or smallest
    assert font.get_linesize() * len(lines) <= size[1] or len(lines) == 1


def test_a_short_one_is_written_large_and_a_long_one_is_cut():
    painter = TextSamplePainter()
    short, _ = painter.fit("cat", (340, 340), 1.0)
    long, lines = painter.fit(LONG * 3, (340, 340), 1.0)
    assert short.get_height() > 2 * long.get_height()
    assert lines[-1].endswith("…")
    assert "".join(painter.fit(LONG[:70], (340, 340), 1.0)[1]).replace(" ", "") == LONG[:70].replace(" ", "")


@pytest.mark.parametrize("name", ["dark", "light"])
def test_each_is_written_in_its_own_place_in_the_themes_colours(name):
    theme = make_theme(name)
    sheet = TextSamplePainter().write([write("one"), write(""), write("two")], (80, 50), theme, 1.0)
    assert sheet.get_size() == (80, 150)
    written = [_count(sheet.subsurface((0, 50 * k, 80, 50)), theme["text"]) for k in range(3)]
    assert written[0] > 0 == written[1] < written[2]
    assert sheet.get_at((0, 0))[:3] == theme["panel"]


def _count(surface, colour):
    return pygame.mask.from_threshold(surface, colour, (60, 60, 60, 255)).count()
