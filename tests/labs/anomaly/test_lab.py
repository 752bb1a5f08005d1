"""The lab of what is unusual: whose error is looked at, where the threshold stands, and what is said of it."""

import re
from dataclasses import replace

import numpy as np
import pytest

from latent_explorer.engine.dataset_downloader import DatasetMissing, DatasetOffer
from latent_explorer.engine.reconstruction_errors import NormalErrorsValue
from latent_explorer.engine.results import Failure, Results
from latent_explorer.engine.subject import Dot
from latent_explorer.errors import MissingDatasetError
from latent_explorer.labs import LABS
from latent_explorer.labs.anomaly import out_of_distribution
from latent_explorer.labs.anomaly import view as anomaly_view
from latent_explorer.labs.anomaly.out_of_distribution import MNIST, OUTLIER_NAMES, Outlier, list_outliers
from latent_explorer.labs.anomaly.queries import DotErrors, Score, ScoreValue
from latent_explorer.labs.anomaly.view import describe_rank, describe_ratio, describe_sample_count
from latent_explorer.scene import dataset_offer
from latent_explorer.scene.chart import ROW_HEIGHT, Chart
from latent_explorer.scene.events import Key, Leave, Move, Set
from latent_explorer.scene.items import ColourBar, FilmStrip, Image, Map, Marker, Panel, Text
from latent_explorer.shell import prediction_cover
from latent_explorer.user_image import OwnImage
from tests import stage
from tests.labs import shipped
from tests.stage import begin, click, dot_px, drag, of_kind, play, texts

LAB, NAME = LABS["anomaly"], "digits-anomaly"


@pytest.fixture
def digits():
    return shipped.world()


@pytest.fixture
def start(digits):
    return begin(digits, "anomaly", (1280, 800), models=(NAME, "digits-vae"))


def subject(state):
    return LAB.make_queries(state)["score"].subject


def shown(state):
    return LAB.make_view(state, shipped.answered(state))


def verdict(view) -> Text:
    (found,) = [one for one in of_kind(view, Text) if one.size == "title" and one.reveals_answer]
    return found


def at(rect, x, y=0.5):
    return rect.x + x * (rect.width - 1), rect.y + y * (rect.height - 1)


def test_a_picture_that_cannot_be_scored_is_given_no_other_one_s_verdict(start, digits):
    state = stage.change(start, image=OwnImage(bytes(64), (8, 8), 1))
    results = shipped.answered(start)
    before = LAB.make_view(start, results)
    results.put("score", Failure("blank.png: one even surface arrived"))
    view = LAB.make_view(state, results)
    assert verdict(before).text not in texts(view)
    assert len(of_kind(view, Image)) == len(of_kind(before, Image)) - 3


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


def cursor(view, label="threshold"):
    chart = of_kind(view, Chart)[0]
    return next(one.x for one in chart.cursors if one.label == label)


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


# -- what is said and shown ---------------------------------------------------------------------------


def test_the_verdict_is_about_the_threshold(start, digits):
    strict, lax = (play(start, Set("threshold", p)) for p in (60.0, 99.5))
    assert verdict(shown(strict)).colour == "warn"
    normal = play(lax, *click(dot_px(start, int(np.flatnonzero(digits[NAME].labels == 0)[0]))), Leave())
    assert verdict(shown(normal)).colour == "good"


@pytest.mark.parametrize(
    ("share", "said"),
    [
        (1.0, anomaly_view.HIGHEST_RANKS["picture"]),
        (0.0, anomaly_view.LEAST_RANKS["picture"]),
        (0.97, "error above 97% of normal pictures"),
        (0.9994, "error above 99.9% of normal pictures"),
    ],
)
def test_a_share_in_words(share, said):
    assert describe_rank(share) == said


def test_what_the_figures_say_can_be_covered_with_them(start):
    view = shown(start)
    covered = prediction_cover.cover_pictures(view)
    assert verdict(view).text not in texts(covered)
    assert not any(one.reveals_answer for one in of_kind(covered, Text))
    labels = [one.label for chart in of_kind(covered, Chart) for one in chart.cursors]
    assert "threshold" in labels
    assert "this picture" not in labels


def test_reconstruction_and_difference_can_be_covered_and_the_original_not(start):
    pictures = of_kind(shown(start), Image)[:3]
    assert [one.reveals_answer for one in pictures] == [False, True, True]
    assert pictures[2].picture.ndim == 3


def test_dots_are_coloured_by_their_errors_and_the_colours_are_explained(start, digits):
    view = shown(start)
    (dots,) = of_kind(view, Map)
    assert dots.dot_colours is not None
    assert len(dots.dot_colours.values) == len(digits[NAME].latents)
    assert of_kind(view, ColourBar)
    plain = play(start, Key("e"))
    assert of_kind(shown(plain), Map)[0].dot_colours is None
    assert not of_kind(shown(plain), ColourBar)
    assert not any(isinstance(one, DotErrors) for one in LAB.make_queries(plain).values())


def test_the_row_is_named_and_coloured_by_its_verdicts(start):
    view = shown(start)
    (row,) = of_kind(view, FilmStrip)
    assert len(row.pictures) >= 7
    names = [one for one in of_kind(view, Text) if one.text.removeprefix("× ") in OUTLIER_NAMES.values()]
    assert OUTLIER_NAMES["noise"] in [one.text.removeprefix("× ") for one in names if one.colour == "warn"]
    assert all(one.text.startswith("× ") == (one.colour == "warn") for one in names)  # never colour alone


def test_a_name_that_is_longer_than_its_picture_is_said_shorter(world):
    state = begin(world, "anomaly", (1280, 800))
    (named,) = [one for one in of_kind(LAB.make_view(state, stage.answered(state)), Text) if one.text == "× 8×8 digit"]
    assert named.short == "× 8×8"


def test_the_curve_is_only_there_where_a_class_was_left_out(start, digits):
    assert len(of_kind(shown(start), Chart)) == 2
    assert anomaly_view.NO_ROC not in texts(shown(start))
    without = play(start, Set("model", "digits-vae"))
    view = LAB.make_view(without, shipped.answered(without))
    assert len(of_kind(view, Chart)) == 1
    assert anomaly_view.NO_ROC in texts(view)


def test_without_the_data_set_it_says_what_stands_in(world):
    state = begin(world, "anomaly", (1280, 800))
    results = stage.answered(state)
    view = LAB.make_view(state, results)
    assert results.get_value("score", ScoreValue).note.casefold() in texts(view).casefold()
    assert of_kind(view, Chart)


def test_of_a_stand_in_no_percentile_is_made_up(world):
    """Neither the picture nor the distribution that it is compared with is a real one."""
    state = begin(world, "anomaly", (1280, 800))
    results = stage.answered(state)
    normal, score = results.get_value("normal", NormalErrorsValue), results.get_value("score", ScoreValue)
    assert (normal.source, bool(score.note)) == ("stand-in", True)

    def judged(error: float):
        results.put("score", replace(score, error=error))
        return LAB.make_view(state, results)

    flattered = judged(1e-6)
    assert verdict(flattered).colour == "muted"
    assert "threshold about" in texts(flattered)
    histogram = of_kind(flattered, Chart)[0]
    assert histogram.y.label != anomaly_view.make_errors_chart(histogram.rect, state).y.label
    assert [one.label for one in histogram.cursors] == ["threshold", "stand-in"]
    beyond = judged(20 * float(normal.errors.mean()))
    assert verdict(beyond).colour == "warn"
    assert describe_ratio(20) in texts(beyond)
    place = LAB.get_layout(state).parts["verdict"]
    assert "%" not in stage.written(beyond, place) + stage.written(flattered, place)


def test_an_error_beside_the_mean_in_words():
    assert [re.findall(r"[\d.]+", describe_ratio(ratio)) for ratio in (0.31, 57.4)] == [["0.3"], ["57"]]


def test_it_says_of_how_many_pictures_the_figures_are(start, digits):
    value = shipped.answered(start).get_value("normal", NormalErrorsValue)
    assert describe_sample_count(value) in texts(shown(start))
    counts = [len(value.errors), len(value.left_out_errors)]
    assert re.findall(r"\d+", describe_sample_count(value)) == [str(count) for count in counts]
    assert "of 100" not in texts(shown(start))


def test_another_model_in_the_place_of_the_chosen_one_is_named_with_it(start, digits):
    assert LAB.hint in texts(shown(start))
    state = play(begin(digits, "explore", models=("digits-vae",)), Set("lab", "anomaly"))
    hint = next(one.text for one in of_kind(LAB.make_view(state, Results()), Text) if NAME in one.text)
    assert re.search(r"\bdigits-vae\b.*\b6\b", hint)
    chosen = play(state, Set("model", "digits-vae"))
    assert LAB.hint in texts(LAB.make_view(chosen, Results()))


def test_above_the_highest_bar_there_is_room_for_the_names_of_the_lines(start):
    errors = of_kind(shown(start), Chart)[0]
    highest = max(float(series.y.max()) for series in errors.series)
    assert errors.to_px(errors.x.ends[0], highest)[1] >= errors.plot.y + ROW_HEIGHT * start.ui_scale - 1


def test_before_anything_is_measured_nothing_breaks(start, digits):
    view = LAB.make_view(start, Results())
    assert [one.colour for one in of_kind(view, Text) if one.rect == LAB.get_layout(start).parts["verdict"]] == [
        "muted"
    ]
    assert not of_kind(view, Chart)


@pytest.mark.parametrize("size", [(1440, 900), (1280, 800), (800, 600), (640, 480), (480, 800), (320, 240)])
def test_with_its_roc_curve_it_can_be_drawn_in_every_window(start, size):
    assert shown(replace(start, size=size))


def test_entering_it_shows_a_model_with_a_class_left_out(digits, world):
    assert LAB.choose_models(("digits-vae", "digits-vae"), digits)[0] == NAME
    assert LAB.choose_models((NAME, "digits-vae"), digits)[0] == NAME
    assert LAB.choose_models(("first", "second"), world) == ("first", "second")
    both = stage.World({**world, **digits})
    assert LAB.choose_models(("first", "second"), both)[0] == NAME, "the one that ships"


def test_the_ring_is_around_what_is_looked_at(start, digits):
    (ring,) = of_kind(shown(start), Marker)
    assert ring.px == pytest.approx(dot_px(start, subject(start).dot))
    assert isinstance(LAB.make_queries(start)["score"], Score)


def test_where_mnist_is_missing_its_place_in_the_row_offers_it(start, monkeypatch):
    def missing(data_dir):
        raise MissingDatasetError(str(data_dir))

    monkeypatch.setattr(out_of_distribution, "load_mnist", missing)
    state = play(start, DatasetMissing(DatasetOffer(MNIST, "MNIST", 11)))
    view = LAB.make_view(state, stage.answered(state))  # anew: an answer of another test may know of MNIST
    boxes = [one for one in of_kind(view, Panel) if one.action == Set(dataset_offer.CONTROL, MNIST)]
    assert len(boxes) == 1
    row = LAB.get_layout(state).parts["row"]
    assert row.x < boxes[0].rect.x
    assert boxes[0].rect.right <= row.right
    assert not any(one.action for one in of_kind(shown(start), Panel))


def test_a_missing_picture_is_not_scored(start, digits):
    state = play(start, DatasetMissing(DatasetOffer(MNIST, "MNIST", 11)))
    last = list_outliers(digits[NAME])[-1]
    assert last == MNIST
    state = play(state, Set("foreign", MNIST))
    assert not isinstance(subject(state), Outlier)
    menu = next(one for one in LAB.make_controls(state) if one.name == "foreign")
    assert MNIST not in dict(menu.options)
