"""The lab of what is unusual: whose error is looked at, where the threshold stands, and what is said of it."""

import re

import numpy as np
import pytest

from latent_explorer.engine.datasets.dataset_downloader import DatasetMissing, DatasetOffer
from latent_explorer.engine.measurements.reconstruction_errors import NormalErrorsValue
from latent_explorer.engine.results import Results
from latent_explorer.engine.subject import Dot
from latent_explorer.labs.anomaly import view as anomaly_view
from latent_explorer.labs.anomaly.out_of_distribution import MNIST, Outlier, list_outliers
from latent_explorer.scene.chart import Chart
from latent_explorer.scene.events import Key, Leave, Move, Set
from latent_explorer.scene.items import Text
from latent_explorer.user_image import OwnImage
from tests import stage
from tests.labs import shipped
from tests.labs.anomaly.on_screen import LAB, NAME, shown, subject
from tests.stage import begin, click, dot_px, drag, of_kind, play, texts


def at(rect, x, y=0.5):
    return rect.x + x * (rect.width - 1), rect.y + y * (rect.height - 1)


def cursor(view, label="threshold"):
    chart = of_kind(view, Chart)[0]
    return next(one.x for one in chart.cursors if one.label == label)


# -- what is looked at --------------------------------------------------------------------------------


def test_at_first_it_is_a_picture_that_the_model_never_learnt(start, digits):
    dot = subject(start).dot
    assert digits[NAME].labels[dot] == 6
    assert "6, never learnt" in texts(shown(start))


def test_the_sample_under_the_mouse_is_scored_and_the_clicked_one_stays(start, digits):
    state = play(start, *click(dot_px(start, 33)), Move(dot_px(start, 70)))
    assert subject(state) == Dot(70)
    assert subject(play(state, Leave())) == Dot(33)


def test_the_clicked_sample_is_the_same_image_in_another_model(start, digits):
    state = play(start, *click(dot_px(start, 33)), Leave(), Set("model", "digits-vae"))
    there = subject(state).dot
    assert digits["digits-vae"].indices[there] == digits[NAME].indices[33]


def test_one_s_own_picture_stands_before_the_sample(start, digits):
    mine = OwnImage(bytes([0, 255] * 32), (8, 8), 1)
    state = stage.change(start, image=mine)
    assert subject(state) == mine
    assert "your picture" in texts(shown(state))
    assert subject(play(state, Set("foreign", "inverted"))) == Outlier("inverted", mine)


def test_a_foreign_picture_of_the_row_is_scored_while_the_mouse_is_over_it_and_kept_by_a_click(start, digits):
    names, row = list_outliers(digits[NAME]), LAB.get_layout(start).parts["row"]
    place = at(row, (names.index("noise") + 0.5) / len(names))
    over = play(start, Move(place))
    assert subject(over).kind == "noise"
    assert subject(play(over, Move((5, 5)))) == subject(start)
    kept = play(start, *click(place), Move((5, 5)))
    assert subject(kept).kind == "noise"
    again = play(kept, *click(place), Move((5, 5)))
    assert subject(again) == subject(start), "a second click lets it go"


def test_keys_go_through_the_foreign_pictures_and_back(start, digits):
    state = play(start, Key("x"))
    assert subject(state).kind == list_outliers(digits[NAME])[0]
    assert subject(play(state, Key("X"))) == subject(start)
    assert subject(play(state, Key("c"))) == subject(start)


# -- the threshold ------------------------------------------------------------------------------------


def test_the_slider_puts_it_at_a_percentile_of_normal_errors(start, digits):
    normal: NormalErrorsValue = shipped.answered(start).get_value("normal", NormalErrorsValue)
    for percentile in (60.0, 99.0):
        view = shown(play(start, Set("threshold", percentile)))
        assert np.mean(normal.errors < cursor(view)) == pytest.approx(percentile / 100, abs=0.01)
        assert of_kind(view, Chart)[1].spots[0].x == pytest.approx(1 - percentile / 100, abs=0.01)


def test_a_drag_in_the_histogram_puts_it_where_the_mouse_is(start, digits):
    rect = LAB.get_layout(start).parts["histogram"]
    state = play(start, *drag(at(rect, 0.4), at(rect, 0.6)))
    view = shown(state)
    chart = of_kind(view, Chart)[0]
    assert chart.to_px(cursor(view), 0)[0] == pytest.approx(at(rect, 0.6)[0], abs=1.5)
    assert LAB.make_controls(state)[0].value_text != LAB.make_controls(start)[0].value_text
    back = play(state, Set("threshold", 90.0))
    assert back.lab_states["anomaly"].line is None


def test_a_drag_is_one_step_to_undo(start, digits):
    rect = LAB.get_layout(start).parts["histogram"]
    state = play(start, *drag(at(rect, 0.4), at(rect, 0.6)), Key("z"))
    assert state.lab_states["anomaly"] == start.lab_states["anomaly"]


def test_a_drag_on_the_roc_curve_chooses_the_false_alarms(start, digits):
    chart = anomaly_view.make_roc_chart(LAB.get_layout(start).parts["roc"], start)
    end = chart.to_px(0.2, 0.5)
    state = play(start, *drag(chart.to_px(0.4, 0.5), end))
    assert state.lab_states["anomaly"].percentile == pytest.approx(80, abs=1)
    spot = of_kind(shown(state), Chart)[1].spots[0]
    assert spot.x == pytest.approx(0.2, abs=0.02)


def test_another_model_has_another_threshold(start, digits):
    rect = LAB.get_layout(start).parts["histogram"]
    state = play(start, *drag(at(rect, 0.4), at(rect, 0.6)), Set("model", "digits-vae"))
    assert state.lab_states["anomaly"].line is None


# -- models, and what is missing ----------------------------------------------------------------------


def test_another_model_in_the_place_of_the_chosen_one_is_named_with_it(start, digits):
    assert LAB.hint in texts(shown(start))
    state = play(begin(digits, "explore", models=("digits-vae",)), Set("lab", "anomaly"))
    hint = next(one.text for one in of_kind(LAB.make_view(state, Results()), Text) if NAME in one.text)
    assert re.search(r"\bdigits-vae\b.*\b6\b", hint)
    chosen = play(state, Set("model", "digits-vae"))
    assert LAB.hint in texts(LAB.make_view(chosen, Results()))


def test_entering_it_shows_a_model_with_a_class_left_out(digits, world):
    assert LAB.choose_models(("digits-vae", "digits-vae"), digits)[0] == NAME
    assert LAB.choose_models((NAME, "digits-vae"), digits)[0] == NAME
    assert LAB.choose_models(("first", "second"), world) == ("first", "second")
    both = stage.World({**world, **digits})
    assert LAB.choose_models(("first", "second"), both)[0] == NAME, "the one that ships"


def test_a_missing_picture_is_not_scored(start, digits):
    state = play(start, DatasetMissing(DatasetOffer(MNIST, "MNIST", 11)))
    last = list_outliers(digits[NAME])[-1]
    assert last == MNIST
    state = play(state, Set("foreign", MNIST))
    assert not isinstance(subject(state), Outlier)
    menu = next(one for one in LAB.make_controls(state) if one.name == "foreign")
    assert MNIST not in dict(menu.options)
