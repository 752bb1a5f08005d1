"""Predict, then reveal: what is covered, and what must not be."""

import numpy as np

from latent_explorer.scene.chart import Axis, Chart, Series, Spot
from latent_explorer.scene.events import Key
from latent_explorer.scene.items import Cover, FilmStrip, Gauge, Image, Line, Marker, Panel, StatusDot, Text
from latent_explorer.scene.rect import Rect
from latent_explorer.shell import prediction_cover
from tests import stage
from tests.stage import play

PICTURE = np.zeros((8, 8), np.uint8)
RECT = Rect(10, 20, 120, 100)


def film(**options) -> FilmStrip:
    return FilmStrip(RECT, (PICTURE,) * 4, 5, 4, reveals_answer=True, **options)


def test_a_decoded_picture_is_a_card_of_its_size():
    (found,) = prediction_cover.cover_pictures((Image(RECT, PICTURE, "warn", reveals_answer=True),))
    assert found == Cover((RECT.fit(1),))


def test_an_original_stays():
    image = Image(RECT, PICTURE)
    assert prediction_cover.cover_pictures((image,)) == (image,)


def test_every_picture_of_a_film_is_a_card_and_no_empty_cell():
    (found,) = prediction_cover.cover_pictures((film(rows=2),))
    assert found.rects == tuple(film(rows=2).picture_rects[:4])


def test_the_ends_of_a_way_stay():
    whole = FilmStrip(
        RECT, tuple(np.full((8, 8), i, np.uint8) for i in range(5)), 5, 4, outlined_ends=True, reveals_answer=True
    )
    cards, first, last = prediction_cover.cover_pictures((whole,))
    assert cards.rects == tuple(whole.picture_rects[1:4])
    assert (first.picture[0, 0], last.picture[0, 0]) == (0, 4)
    assert (first.rect, last.rect) == (whole.picture_rects[0], whole.picture_rects[4])


def test_words_that_give_it_away_are_covered_too():
    view = (
        Text(RECT, "A real sample", short="Real", colour="good", reveals_answer=True),
        StatusDot(RECT, "good", reveals_answer=True),
        Gauge(RECT, 0.8, "warn", reveals_answer=True),
        Text(RECT, "latent vector"),
        Panel(RECT),
    )
    words, light, gauge, *rest = prediction_cover.cover_pictures(view)
    assert (words.text, words.short, words.colour) == ("?", "", "muted")
    assert light.colour == "line"
    assert (gauge.share, gauge.colour) == (0.0, "line")
    assert tuple(rest) == view[3:]


def test_v_covers_and_reveals():
    world = stage.make_world()
    state = play(stage.begin(world), Key("v"))
    assert state.overlay.pictures_hidden
    assert not play(state, Key("v")).overlay.pictures_hidden


def test_marks_and_spots_that_give_it_away_are_left_out():
    kept, secret = Spot(1, 2, label="average"), Spot(1, 3, reveals_answer=True)
    chart = Chart(RECT, (), Axis("x", 0, 4), Axis("y", 0, 4), spots=(kept, secret))
    marks = Marker((1, 2), RECT, label="C"), Line(((1, 2), (3, 4)), RECT)
    hidden = Marker((1, 2), RECT, label="R", reveals_answer=True), Line(((1, 2), (3, 4)), RECT, reveals_answer=True)
    found = prediction_cover.cover_pictures((*marks, *hidden, chart))
    assert found[:2] == marks
    (left,) = found[2:]
    assert left.spots == (kept,)


def test_curves_that_give_it_away_are_left_out():
    kept, secret = (Series(np.arange(2.0), np.arange(2.0), reveals_answer=one) for one in (False, True))
    chart = Chart(RECT, (kept, secret), Axis("x", 0, 4), Axis("y", 0, 4))
    (left,) = prediction_cover.cover_pictures((chart,))
    assert left.series == (kept,)
