"""The details beside the map of Explore: the picture, its verdict, the nearest sample, and the bars."""

from dataclasses import replace

import numpy as np
import pytest

from latent_explorer.engine.measurements import judge_pictures
from latent_explorer.engine.queries.base import PointValue, TransitionFrameValue
from latent_explorer.engine.queries.sample import SampleValue
from latent_explorer.scene import realism
from latent_explorer.scene.events import Key, Move, Scroll
from latent_explorer.scene.items import Bars, Gauge, Image, Map, Marker
from tests import stage
from tests.labs.explore.on_screen import LAB, shown
from tests.stage import begin, dot_px, map_rect, of_kind, play, texts


def test_the_mouse_on_a_hidden_dot_finds_nothing_there(world):
    state = begin(world, size=(1440, 900))
    dot = 5
    k = int(world["first"].labels[dot])
    names = world["first"].class_names
    over = play(state, Move(dot_px(state, dot)))
    assert f"nearest: {names[k]}" in texts(shown(over))
    hidden = play(over, Key(str(k + 1)))
    assert LAB.make_queries(hidden)["point"].resolution is not None
    assert f"nearest: {names[k]}" not in texts(shown(hidden))


def test_the_view_shows_map_picture_ring_and_latent_vector(world):
    state = begin(world, size=(1440, 900))
    state = play(state, Move(dot_px(state, 8)))
    view = shown(state)
    (chart,) = of_kind(view, Bars)
    assert (chart.values == world["first"].latents[8]).all()
    assert of_kind(view, Map)[0].model == "first"
    (ring,) = of_kind(view, Marker)
    assert ring.px == pytest.approx(dot_px(state, 8), abs=1e-3)
    picture = max(of_kind(view, Image), key=lambda image: image.rect.width)
    assert picture.rect.width > 250


def test_far_out_the_view_says_so(world):
    state = begin(world, size=(1440, 900))
    far = play(state, Scroll(map_rect(state).centre, -4))
    far = play(far, Move((map_rect(far).x + 3, map_rect(far).y + 3)))
    assert realism.OFF_THE_MAP.words in texts(shown(far)).lower()
    near = play(state, Move(dot_px(state, 8)))
    assert realism.SAMPLE_CODE.words in texts(shown(near)).lower()
    (far_gauge,), (near_gauge,) = of_kind(shown(far), Gauge), of_kind(shown(near), Gauge)
    assert far_gauge.colour != near_gauge.colour
    assert near_gauge.share == pytest.approx(0, abs=1e-3)


def test_the_view_says_that_the_data_set_is_not_here(world):
    state = begin(world, size=(1440, 900))
    note = stage.answered(state).get_value("sample", SampleValue).note
    assert note
    assert note in texts(shown(state))


def test_the_error_of_the_sample_stands_beside_its_reconstruction(world):
    state = begin(world, size=(1440, 900))
    results = stage.answered(state)
    assert "error" not in texts(LAB.make_view(state, results))
    results.put("sample", replace(results.get_value("sample", SampleValue), error=0.02714))
    assert "error 0.0271" in texts(LAB.make_view(state, results))


def test_the_lamp_judges_the_picture_that_is_on_the_screen(world):
    judged = stage.with_judge(world)
    start = begin(judged, size=(1440, 900))
    state = play(start, Move(dot_px(start, 8)))
    results = stage.answered(state)
    point = results.get_value("point", PointValue)
    assert point.plausibility == pytest.approx(point.picture.mean() / 255, abs=1e-6)
    gliding = TransitionFrameValue(np.zeros(4, np.float32), np.zeros((8, 8), np.uint8), (), plausibility=0.0)
    results.show_transitions({"point": gliding})
    assert realism.UNUSUAL.words in texts(LAB.make_view(state, results)).lower()
    results.show_transitions({"point": replace(gliding, plausibility=1.0)})
    assert realism.USUAL.words in texts(LAB.make_view(state, results)).lower()


def test_where_too_few_copies_pass_the_lamp_judges_the_code_and_says_so(world, monkeypatch):
    start = begin(stage.with_judge(world), size=(1440, 900))
    state = play(start, Move(dot_px(start, 8)))
    assert "copies pass" not in texts(shown(state))
    monkeypatch.setattr(judge_pictures, "MIN_COPY_SHARE", 1.1)
    said = texts(shown(state))
    assert realism.SAMPLE_CODE.words in said.lower()
    assert "copies pass" in said
