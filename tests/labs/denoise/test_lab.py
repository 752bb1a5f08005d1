"""The Denoise lab: which models it begins with, and whose picture gets which noise."""

import re
from dataclasses import replace

import numpy as np
import pytest

from latent_explorer.engine.query_context import QueryContext
from latent_explorer.engine.subject import Dot
from latent_explorer.labs.denoise import view
from latent_explorer.labs.denoise.queries import Denoising, DenoisingValue, NoiseCurve
from latent_explorer.scene.chart import Chart
from latent_explorer.scene.events import Key, MapDrag, Press, Release, Set
from latent_explorer.user_image import OwnImage
from tests import stage
from tests.labs.denoise.on_screen import LAB, opened, shown
from tests.stage import answered, begin, click, dot_px, of_kind, play, texts

DRAWN = OwnImage(bytes(range(0, 256, 4)), (8, 8), 1, drawn=True)


# -- which models -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (("first", "third"), ("first", "calm")),
        (("third", "first"), ("third", "calm")),  # what was shown stays, as far as it suits
        (("calm", "calm"), ("first", "calm")),
        (("calm", "third"), ("third", "calm")),
    ],
)
def test_it_begins_with_a_plain_and_a_denoising_model_of_the_same_images(shelf, before, after):
    assert LAB.choose_models(before, shelf) == after


def test_without_a_denoising_model_it_says_what_to_train(shelf):
    state = begin(shelf, "denoise", models=("other", "other"))
    assert state.models == ("other", "other")
    assert "digits-denoising" in texts(shown(state))


# -- the picture and its noise ------------------------------------------------------------------------


def test_both_models_are_asked_for_the_same_picture_and_noise(shelf):
    wanted = LAB.make_queries(play(opened(shelf), Set("level", 0.25), Set("noise", "masking")))
    first, second = wanted["cleaning 0"], wanted["cleaning 1"]
    assert replace(second, model="first") == first
    assert (first.source_model, first.noise, first.level) == ("first", "masking", 0.25)
    assert wanted["curve 1"] == NoiseCurve("calm", "first", "masking")


@pytest.mark.parametrize("slot", [0, 1])
def test_a_click_on_a_dot_of_either_map_takes_its_sample(shelf, slot):
    """As the first model's, so that what stands in for its original does not depend on the map that was clicked."""
    state = opened(shelf)
    state = play(state, *click(dot_px(state, 9, slot)))
    request = LAB.make_queries(state)["cleaning 0"]
    image = shelf[state.models[slot]].indices[9]
    assert (request.source_model, request.subject) == ("first", Dot(shelf["first"].dot_of_image[int(image)]))


def test_a_sample_that_the_first_model_lacks_is_the_second_one_s(shelf):
    few = stage.World({**shelf, "calm": stage.make_checkpoint("calm", seed=2, shift=50)})
    state = begin(few, "denoise", models=("first", "calm"))
    dot = int(np.argmax(few["calm"].indices))
    state = LAB.update(state, MapDrag(1, (0.5, 0.5), dot, True, (0.4, 0.5), 6))
    request = LAB.make_queries(state)["cleaning 0"]
    assert (request.source_model, request.subject) == ("calm", Dot(dot))


def test_a_drag_over_dots_takes_one_after_the_other(shelf):
    state = opened(shelf)
    state = LAB.update(state, MapDrag(0, (0.5, 0.5), 7, True, (0.4, 0.5), 6))
    state = LAB.update(state, MapDrag(0, (0.6, 0.5), 8, False, (0.4, 0.5), 6))
    assert LAB.make_queries(state)["cleaning 0"].subject == Dot(8)


def test_the_user_s_own_picture_is_the_clean_one_until_a_dot_is_clicked(shelf):
    state = opened(shelf, image=DRAWN)
    assert LAB.make_queries(state)["cleaning 1"].subject == DRAWN
    assert "Clean (yours)" in texts(shown(state))
    state = play(state, *click(dot_px(state, 9)))
    assert state.drawing.image is None
    assert "undo" in state.status.message
    assert LAB.make_queries(state)["cleaning 1"].subject == Dot(9)
    back = play(state, Key("z"))
    assert back.drawing.image == DRAWN


def test_new_noise_is_new_and_the_old_comes_back(shelf):
    state = opened(shelf)
    again = play(state, Key("r"))
    first, second = (LAB.make_queries(one)["cleaning 0"].seed for one in (state, again))
    assert first != second
    assert LAB.make_queries(play(again, Key("z")))["cleaning 0"].seed == first


def test_keys_change_strength_and_kind(shelf):
    state = play(opened(shelf), Key("h"), Key("k"))
    request = LAB.make_queries(state)["cleaning 0"]
    assert (request.level, request.noise) == (pytest.approx(0.45), "salt_and_pepper")
    assert LAB.make_queries(play(state, Key("K"), Key("H"), Key("H")))["cleaning 0"].level == 0.35


def test_what_is_no_strength_or_kind_changes_nothing(shelf):
    state = opened(shelf)
    for odd in (Set("level", 2.0), Set("level", "much"), Set("noise", "fog"), Set("noise", 3)):
        assert play(state, odd).lab_states == state.lab_states


def test_samples_of_other_images_are_forgotten():
    own = replace(LAB.make_initial_state(), sample=(0, 5), level=0.7)
    assert LAB.on_model_changed(own, same_dataset=True) == own
    assert LAB.on_model_changed(own, same_dataset=False) == replace(own, sample=None)


# -- the chart ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("level", [0.1, 0.5, 0.85])
def test_a_press_on_the_chart_sets_the_strength_under_it(shelf, level):
    state = opened(shelf)
    (chart,) = of_kind(shown(state), Chart)
    px = chart.to_px(level, 10)
    state = play(state, Press(px), Release(px))
    assert LAB.make_queries(state)["cleaning 0"].level == pytest.approx(level, abs=0.01)
    (chart,) = of_kind(shown(state), Chart)
    assert chart.cursors[0].x == pytest.approx(level, abs=0.01)


# -- what is shown ------------------------------------------------------------------------------------


def test_noise_that_the_model_has_not_learnt_is_said(shelf):
    state = play(opened(shelf), Set("noise", "masking"))
    learnt, asked = (view.NOISE_PHRASES[kind] for kind in ("gaussian", "masking"))
    hint = stage.written(shown(state), LAB.get_layout(state).hint)
    assert re.search(rf"\bcalm\b.* {learnt}, .* {asked}\b", hint)
    assert stage.written(shown(opened(shelf)), LAB.get_layout(opened(shelf)).hint) == LAB.hint


def test_answers_are_those_of_the_engine(shelf):
    state = opened(shelf)
    results = answered(state)
    found = results.get_value("cleaning 1", DenoisingValue)
    assert np.array_equal(
        found.restored, LAB.make_queries(state)["cleaning 1"].answer(QueryContext(shelf, {})).restored
    )
    assert isinstance(LAB.make_queries(state)["cleaning 1"], Denoising)
    view = LAB.make_view(state, results)
    assert f"{found.noise_shift:.2f} gaps" in texts(view)
