"""The panel of directions: a click on a picture walks there."""

import numpy as np
import pytest

from latent_explorer.engine.queries.latent_edit import compute_latent
from latent_explorer.labs.explore import directions_view
from latent_explorer.labs.explore.directions import STEPS, find_directions
from latent_explorer.labs.explore.state import find_resting_point
from latent_explorer.scene.events import Key, Move, Press, Release
from latent_explorer.scene.items import FilmStrip, Image
from latent_explorer.scene.rect import Rect
from tests.labs.explore.on_screen import LAB, opened, shown
from tests.stage import of_kind, play


def test_a_click_on_a_picture_walks_there_and_the_map_follows(planes):
    state = opened(planes, "directions", "first")
    before, _ = compute_latent(planes["first"], find_resting_point(state))
    strips = [one for one in of_kind(shown(state), FilmStrip) if len(one.pictures) == len(STEPS)]
    place = strips[0].picture_rects[-1].centre
    walked = play(state, Move(place), Press(place), Release(place))
    after, _ = compute_latent(planes["first"], find_resting_point(walked))
    found = find_directions(planes["first"].neighbours, before)
    assert after == pytest.approx(found.step(before, 0, STEPS[-1]), abs=1e-5)
    assert np.array_equal(strips[0].pictures[-1], of_kind(shown(walked), Image)[0].picture)
    assert LAB.make_queries(walked)["moved"].latent_ref == find_resting_point(walked)
    assert find_resting_point(play(walked, Key("z"))) == find_resting_point(state)
    middle = strips[0].picture_rects[2].centre
    assert find_resting_point(play(state, Move(middle), Press(middle), Release(middle))) == find_resting_point(state)


@pytest.mark.parametrize("latent_dim", [2, 64])
@pytest.mark.parametrize(("width", "height"), [(540, 500), (300, 200), (200, 90)])
def test_the_mouse_finds_the_picture_that_is_drawn_there(planes, width, height, latent_dim, monkeypatch):
    monkeypatch.setattr(type(planes["first"]), "latent_dim", property(lambda _: latent_dim))
    state, rect = opened(planes, "directions", "first"), Rect(40, 30, width, height)
    _, labels, films = directions_view.place_pictures(rect, state.ui_scale, latent_dim)
    assert len(labels) == len(films) <= min(latent_dim, directions_view.MAX_ROWS)
    for row, film in enumerate(films):
        strip = FilmStrip(film, (), len(STEPS), round(5 * state.ui_scale))
        for column, place in enumerate(strip.picture_rects):
            x, y = place.centre
            at = (x - rect.x) / (rect.width - 1), (y - rect.y) / (rect.height - 1)
            assert directions_view.find_cell_at(at, state, rect) == (row, column)
        assert labels[row].right <= film.x
    assert directions_view.find_cell_at((0.0, 0.5), state, rect) is None, "on a label"
