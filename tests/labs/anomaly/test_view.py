"""What the Anomaly lab says and shows: the verdict, the row, the charts, and the dots' errors."""

import re
from dataclasses import replace

import numpy as np
import pytest

from latent_explorer.engine.datasets.dataset_downloader import DatasetMissing, DatasetOffer
from latent_explorer.engine.measurements.reconstruction_errors import NormalErrorsValue
from latent_explorer.engine.results import Failure, Results
from latent_explorer.labs.anomaly import view as anomaly_view
from latent_explorer.labs.anomaly.out_of_distribution import MNIST, OUTLIER_NAMES
from latent_explorer.labs.anomaly.queries import DotErrors, Score, ScoreValue
from latent_explorer.labs.anomaly.view import describe_rank, describe_ratio, describe_sample_count
from latent_explorer.scene import dataset_offer
from latent_explorer.scene.chart import ROW_HEIGHT, Chart
from latent_explorer.scene.events import Key, Leave, Set
from latent_explorer.scene.items import Chip, ColourBar, FilmStrip, Image, Map, Marker, Panel, Text
from latent_explorer.shell import prediction_cover
from latent_explorer.user_image import OwnImage
from tests import stage
from tests.labs import shipped
from tests.labs.anomaly.on_screen import LAB, NAME, shown, subject
from tests.stage import begin, click, dot_px, of_kind, play, texts


def verdict(view) -> Text:
    (found,) = [one for one in of_kind(view, Text) if one.size == "title" and one.reveals_answer]
    return found


def test_a_picture_that_cannot_be_scored_is_given_no_other_one_s_verdict(start, digits):
    state = stage.change(start, image=OwnImage(bytes(64), (8, 8), 1))
    results = shipped.answered(start)
    before = LAB.make_view(start, results)
    results.put("score", Failure("blank.png: one even surface arrived"))
    view = LAB.make_view(state, results)
    assert verdict(before).text not in texts(view)
    assert len(of_kind(view, Image)) == len(of_kind(before, Image)) - 3


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
        (0.946, "error above 94.6% of normal pictures"),  # below a threshold of 95.0%
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
    assert {one.colour for one in of_kind(view, Chip)} == {None}  # no dot has the colour of its class
    plain = play(start, Key("e"))
    assert None not in {one.colour for one in of_kind(shown(plain), Chip)}
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


def test_the_ring_is_around_what_is_looked_at(start, digits):
    (ring,) = of_kind(shown(start), Marker)
    assert ring.px == pytest.approx(dot_px(start, subject(start).dot))
    assert isinstance(LAB.make_queries(start)["score"], Score)


def test_where_mnist_is_missing_its_place_in_the_row_offers_it(start, mnist_is_missing):
    state = play(start, DatasetMissing(DatasetOffer(MNIST, "MNIST", 11)))
    view = LAB.make_view(state, stage.answered(state))  # anew: an answer of another test may know of MNIST
    boxes = [one for one in of_kind(view, Panel) if one.action == Set(dataset_offer.CONTROL, MNIST)]
    assert len(boxes) == 1
    row = LAB.get_layout(state).parts["row"]
    assert row.x < boxes[0].rect.x
    assert boxes[0].rect.right <= row.right
    assert not any(one.action for one in of_kind(shown(start), Panel))
