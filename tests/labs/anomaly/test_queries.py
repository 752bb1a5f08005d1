"""Errors of normal pictures, and of one picture beside them."""

from dataclasses import replace

import numpy as np
import pytest

from latent_explorer.engine.measurements.reconstruction_errors import NormalErrors, find_error_range
from latent_explorer.engine.query_context import QueryContext
from latent_explorer.engine.subject import Dot
from latent_explorer.labs.anomaly.out_of_distribution import Outlier
from latent_explorer.labs.anomaly.queries import DotErrors, OutlierScores, Score
from latent_explorer.samples.images import DIMMED_BRIGHTNESS, Images
from latent_explorer.user_image import OwnImage
from tests.labs.anomaly.on_screen import NAME
from tests.stage import AWAY


def test_held_out_pictures_are_normal_and_the_class_left_out_is_not(digits_at_hand):
    value = NormalErrors(NAME).answer(QueryContext(*digits_at_hand))
    made = digits_at_hand[0][NAME]
    assert (value.source, value.note, value.left_out_classes) == ("held out", "", ("6",))
    assert value.errors.mean() == pytest.approx(made.metrics["test"]["mse"], rel=0.02)
    assert np.median(value.left_out_errors) > 2 * np.median(value.errors)
    assert value.roc.auc == pytest.approx(made.metrics["test"]["auc"], abs=0.01)


def test_the_histogram_is_of_all_pictures(digits_at_hand):
    value = NormalErrors(NAME).answer(QueryContext(*digits_at_hand))
    assert value.percentages.sum() == pytest.approx(100)
    assert value.left_out_percentages.sum() == pytest.approx(100)
    low, high = find_error_range(digits_at_hand[0][NAME])
    assert low < value.errors.min() * 1.3
    assert high > max(value.errors.max(), value.left_out_errors.max())
    assert np.allclose(np.diff(np.log(value.bin_centres)), np.log(high / low) / len(value.bin_centres))


def test_without_the_data_set_the_file_says_how_errors_are_distributed(digits_at_hand):
    here = NormalErrors(NAME).answer(QueryContext(*digits_at_hand))
    value = NormalErrors(NAME).answer(QueryContext(digits_at_hand[0], {digits_at_hand[0][NAME].data_key: AWAY}))
    assert value.source == "file"
    assert value.note.startswith(f"{AWAY}: ")
    for share in (0.1, 0.5, 0.95):
        assert np.quantile(value.errors, share) == pytest.approx(np.quantile(here.errors, share), rel=0.02)
    assert value.roc.auc == pytest.approx(here.roc.auc, abs=0.01)


def test_every_dot_has_the_error_of_its_image(digits_at_hand):
    value = DotErrors(NAME).answer(QueryContext(*digits_at_hand))
    assert len(value.errors) == len(digits_at_hand[0][NAME].latents)
    for dot in (0, 7, 1500):
        assert value.errors[dot] == pytest.approx(
            Score(NAME, Dot(dot)).answer(QueryContext(*digits_at_hand)).error, rel=1e-4
        )
    sixes = digits_at_hand[0][NAME].labels == 6
    assert np.median(value.errors[sixes]) > 2 * np.median(value.errors[~sixes])
    assert 0 < value.low < value.high


def test_an_image_that_is_not_in_the_data_set_has_no_error(digits_at_hand):
    made = digits_at_hand[0][NAME]
    odd = replace(made, indices=made.indices + 1)  # the last one is beyond the end
    value = DotErrors(NAME).answer(QueryContext({NAME: odd}, digits_at_hand[1]))
    assert np.flatnonzero(np.isnan(value.errors)).tolist() == np.flatnonzero(odd.indices >= 1797).tolist()


def test_a_score_shows_the_picture_what_became_of_it_and_where_they_differ(digits_at_hand):
    value = Score(NAME, Dot(3)).answer(QueryContext(*digits_at_hand))
    off = value.original.astype(float) / 255 - value.reconstruction.astype(float) / 255
    assert value.error == pytest.approx(np.square(off).mean(), abs=1e-3)
    assert value.difference_map.shape == (*value.original.shape, 3)
    bright = value.difference_map.astype(int).sum(axis=2)
    assert bright.ravel()[np.abs(off).argmax()] > np.median(bright)


def test_one_s_own_picture_is_scored(digits_at_hand):
    comb = OwnImage(bytes([0, 255] * 32), (8, 8), 1)
    value = Score(NAME, comb).answer(QueryContext(*digits_at_hand))
    assert value.error > np.quantile(NormalErrors(NAME).answer(QueryContext(*digits_at_hand)).errors, 0.99)


def test_where_pictures_agree_the_heat_is_the_dimmed_picture():
    image = np.full((1, 2, 2), 0.5, np.float32)
    again = image.copy()
    again[0, 1, 1] = 0.0
    found = Images().draw_difference(image, again)
    assert (found[0, 0] == round(255 * DIMMED_BRIGHTNESS * 0.5)).all()
    assert found[1, 1].sum() > 2 * found[0, 0].sum()
    assert Images().draw_difference(np.zeros((3, 4, 5), np.float32), np.ones((3, 4, 5), np.float32)).shape == (4, 5, 3)


def test_a_row_scores_as_each_picture_alone_does(digits_at_hand, mnist_is_missing):
    value = OutlierScores(NAME, Dot(3)).answer(QueryContext(*digits_at_hand))
    for kind, error in zip(value.kinds, value.errors, strict=True):
        alone = Score(NAME, Outlier(kind, Dot(3))).answer(QueryContext(*digits_at_hand))
        assert alone.error == pytest.approx(float(error), rel=1e-3)
    assert min(value.errors[value.kinds.index(k)] for k in ("noise", "inverted")) > 0.1
