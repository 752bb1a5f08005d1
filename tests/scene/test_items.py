"""Items of a view: the cells of film strips, and when colours of dots are the same."""

from dataclasses import replace

import numpy as np
import pytest

from latent_explorer.samples import texts
from latent_explorer.scene.items import DotColours, FilmStrip
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


def test_the_picture_of_a_film_under_the_mouse_is_the_one_that_is_drawn_there():
    pictures = tuple(np.zeros((4, 4), np.uint8) for _ in range(10))
    film = FilmStrip(Rect(7, 9, 233, 170), pictures, cells=4, gap=5, rows=3)
    for number, place in enumerate(film.picture_rects[:10]):
        for px in ((place.x, place.y), place.centre, (place.right - 1, place.bottom - 1)):
            assert film.find_nearest_picture(px) == number
    assert film.find_nearest_picture(film.picture_rects[11].centre) == 7  # nothing is drawn there: the nearest one
    assert replace(film, pictures=()).find_nearest_picture(film.picture_rects[11].centre) == 11


def test_colours_of_dots_are_one_while_they_hold_the_same_arrays():
    indices, values = np.arange(3), np.linspace(0, 1, 3, dtype=np.float32)
    one = DotColours(indices, ("good", "warn"), values)
    assert one == DotColours(indices, ("good", "warn"), values)
    assert hash(one) == hash(DotColours(indices, ("good", "warn"), values))
    others = (
        replace(one, values=values.copy()),
        replace(one, palette=("warn", "good")),
        replace(one, brush=(0.0, 0.5)),
    )
    assert one not in (*others, replace(one, palette_indices=None), replace(one, high=2.0), None)
