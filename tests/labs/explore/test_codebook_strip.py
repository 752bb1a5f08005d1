"""The codes of a vector-quantised model on the map of Explore and in its strip."""

import re
from dataclasses import replace

import numpy as np
import pytest

from latent_explorer import config
from latent_explorer.engine.queries.base import CodebookEntries, CodebookEntriesValue
from latent_explorer.engine.results import Results
from latent_explorer.labs.explore import codebook_strip
from latent_explorer.labs.explore.layout import STRIP_LENGTH
from latent_explorer.scene.events import Key, Move
from latent_explorer.scene.items import FilmStrip, Marker
from tests import stage
from tests.labs.explore.on_screen import LAB
from tests.stage import answered, begin, click, dot_px, drag, marks, of_kind, play, px_of, texts, written


@pytest.fixture(scope="module")
def quantised():
    objective = config.Objective(name="quantised", codes=60, groups=2)
    return stage.make_checkpoint("q", seed=7, objective=objective)


@pytest.fixture
def start(quantised):
    return begin(stage.World(q=quantised), size=(1440, 900), models=("q",))


def test_k_shows_the_codes_part_by_part_until_something_else_is_done(quantised, start):
    state = start
    shown = [state := play(state, Key("k")) for _ in range(quantised.codebook.part_count)]
    for part, one in enumerate(shown, 1):
        assert LAB.make_queries(one)["strip"] == CodebookEntries("q", part)
    assert marks(play(shown[-1], Key("k"))).part == 0
    assert written(LAB.make_view(shown[1], Results()), LAB.get_layout(shown[1]).parts["strip"])
    x, y = quantised.atlas.xy[3]
    for ending in (
        click(px_of(state, (0.5, 0.5))),
        drag(px_of(state, (x, y)), px_of(state, (0.9, 0.9))),
        (Key("c"),),
        (Key("backspace"),),
    ):
        assert marks(play(shown[1], *ending)).part == 0


def test_the_codes_nearest_to_the_mouse_are_numbered_and_stand_in_the_strip(quantised, start):
    dot = 7
    state = play(start, Key("k"), Key("k"), Move(dot_px(start, dot)))
    results = answered(state)
    value = results.get_value("strip", CodebookEntriesValue)
    view = LAB.make_view(state, results)
    assert re.search(rf"\b2 of {quantised.codebook.part_count}: .* {len(value.dots)} in use", texts(view))
    rect = LAB.get_layout(state).maps[0]
    on_map = [one for one in of_kind(view, Marker) if one.clip == rect]
    assert len(value.dots) > STRIP_LENGTH
    assert len(on_map) == len(value.dots) + 1  # and the ring of the nearest sample
    away = np.hypot(*(quantised.atlas.xy[value.dots] - quantised.atlas.xy[dot]).T)
    near = np.argsort(away, kind="stable")[:STRIP_LENGTH]
    numbers = {one.label: one.px for one in on_map if one.label}
    assert numbers == {
        str(number): pytest.approx(dot_px(state, int(value.dots[code]))) for number, code in enumerate(near, 1)
    }
    (film,) = of_kind(view, FilmStrip)
    for picture, code in zip(film.pictures, near, strict=True):
        assert np.array_equal(picture, value.pictures[code])
    assert of_kind(LAB.make_view(state, results), FilmStrip)[0].pictures is film.pictures


def test_codes_of_a_hidden_class_are_not_shown(quantised, start):
    state = play(start, Key("k"), Move(dot_px(start, 7)))
    results = answered(state)
    value = results.get_value("strip", CodebookEntriesValue)
    label = quantised.labels[7]
    hidden = state.put(replace(state.view, hidden=frozenset({quantised.class_names[label]})))
    rect = LAB.get_layout(state).maps[0]
    shown = [one for one in of_kind(LAB.make_view(hidden, results), Marker) if one.clip == rect]
    assert len(shown) == np.count_nonzero(quantised.labels[value.dots] != label) + 1


def test_pins_wait_unseen_while_codes_are_shown(start):
    state, places = start, [(0.1 + 0.08 * i, 0.5) for i in range(3)]
    for place in places:
        state = play(state, *click(px_of(state, place)))
    pins = marks(state).pins
    assert len(pins) == 3
    coded = play(state, Key("k"))
    assert marks(coded).pins == pins
    back = marks(play(coded, Key("backspace")))
    assert (back.pins, back.part) == (pins, 0)
    one_more = marks(play(coded, *click(px_of(coded, places[1]))))
    assert (one_more.pins[:3], len(one_more.pins), one_more.part) == (pins, 4, 0)


def test_another_model_says_that_it_has_none(world):
    state = begin(world)
    said = play(state, Key("k"))
    assert said.status.message == codebook_strip.NO_CODEBOOK
    assert said.lab_states == state.lab_states
