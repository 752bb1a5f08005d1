"""Film strips: their cells take the proportions of the pictures."""

import numpy as np
import pytest

from latent_explorer.samples import texts
from latent_explorer.scene.items import FilmStrip
from latent_explorer.scene.rect import Rect


@pytest.mark.parametrize(("shape", "size"), [((16, 40), (75, 30)), ((40, 16), (40, 100)), ((8, 8), (100, 100))])
def test_a_picture_s_rectangle_has_its_proportions(shape, size):
    rect = Rect(0, 0, 4 * size[0], 30 if shape == (16, 40) else 100)
    film = FilmStrip(rect, (np.zeros(shape, np.uint8),) * 4, 4, 0)
    assert [(one.width, one.height) for one in film.picture_rects] == [size] * 4
    empty = FilmStrip(rect, (), 4, 0, aspect=shape[1] / shape[0])
    assert empty.picture_rects == film.picture_rects


def test_a_text_has_its_whole_cell():
    film = FilmStrip(Rect(0, 0, 300, 50), (texts.write("word"),), 2, 0)
    assert film.picture_rects[0] == Rect(0, 0, 150, 50)
