"""The export of films: a button for each format, whose key is the lab's to choose, and rows of one length."""

from dataclasses import replace

import pytest

from latent_explorer.labs import LABS
from latent_explorer.scene.events import Set
from latent_explorer.scene.film_export import FORMATS, FilmExport, make_controls
from latent_explorer.shell import toolbar
from tests import stage


def test_there_is_a_button_for_each_format_and_each_has_a_key_of_its_own():
    for buttons in (make_controls(), make_controls(png="x", gif="w")):
        assert {one.name for one in buttons} == set(FORMATS)
        assert len({one.key for one in buttons}) == len(FORMATS)
    keys = {one.name: one.key for one in make_controls(png="x", gif="w")}
    assert (keys["png"], keys["gif"]) == ("x", "w")


@pytest.mark.parametrize("lab", LABS)
def test_what_a_lab_offers_to_save_are_rows_of_equally_many_pictures_of_one_shape(world, lab):
    state = stage.begin(world, lab)
    offered = {one.name for one in toolbar.list_controls(state)} & set(FORMATS)
    assert offered in (set(), set(FORMATS))
    if not offered:
        return
    state = stage.play(state, Set("gif"))
    assert state.status.pending_export == "gif"
    light = state.put(replace(state.preferences, theme="light", smooth_pixels=False))
    for one in (state, light):
        film = LABS[lab].export_film(one, stage.answered(one))
        assert isinstance(film, FilmExport)
        assert len({(len(row.pictures), *(picture.shape for picture in row.pictures)) for row in film.rows}) == 1
        assert (film.dark, film.smooth) == (one is state, one is state)
        assert film.seconds > 0
