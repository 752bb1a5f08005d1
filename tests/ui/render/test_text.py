"""Lines that are wider than their place."""

import pygame
import pytest

from latent_explorer.ui.render.text import Lettering, shorten

SAID = "Saved in ~/documents/lectures/representation learning/winter/week 7/pictures: interpolate-20260504-030201.png"


@pytest.fixture
def font(surface) -> pygame.font.Font:
    return Lettering(0.6).get_font("body")


@pytest.mark.parametrize("width", [250, 330, 420])
def test_the_name_of_a_file_stays_whole_and_its_folder_is_cut(font, width):
    line = shorten(SAID, font, width, middle=True)
    assert font.size(line)[0] <= width
    assert line.endswith("interpolate-20260504-030201.png")
    assert line.startswith("Sav")
    assert "…" in line


def test_where_not_even_the_name_fits_its_end_is_kept(font):
    line = shorten(SAID, font, 90, middle=True)
    assert line.startswith("…")
    assert line.endswith("030201.png")


def test_a_name_alone_loses_its_middle(font):
    line = shorten("mnist-variational-with-a-long-name-seed-7", font, 110, middle=True)
    assert line.startswith("mnist")
    assert line.endswith("seed-7")
