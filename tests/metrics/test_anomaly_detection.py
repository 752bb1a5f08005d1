"""Errors, their quantiles, and how well a threshold on them tells unusual from normal."""

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from latent_explorer.metrics import anomaly_detection

DRAW = np.random.default_rng(0)
NORMAL, UNUSUAL = DRAW.gamma(4, 0.01, 500).astype(np.float32), DRAW.gamma(8, 0.01, 80).astype(np.float32)


def test_an_error_is_the_mean_square_of_each_picture():
    images = DRAW.random((3, 1, 4, 4), dtype=np.float32)
    again = images.copy()
    again[1] += np.where(images[1] > 0.5, -0.1, 0.1)
    again[2, 0, 0, 0] = 7.0  # brighter than white is white
    found = anomaly_detection.compute_errors(images, again)
    assert found[0] == 0
    assert found[1] == pytest.approx(0.01, rel=1e-4)
    assert found[2] == pytest.approx((1 - images[2, 0, 0, 0]) ** 2 / 16, rel=1e-4)


def test_the_area_is_that_of_scikit_learn():
    truth = np.r_[np.zeros(len(NORMAL)), np.ones(len(UNUSUAL))]
    curve = anomaly_detection.compute_roc(NORMAL, UNUSUAL)
    assert curve.auc == pytest.approx(roc_auc_score(truth, np.r_[NORMAL, UNUSUAL]), abs=1e-9)
    assert (
        curve.false_positive_rate[0],
        curve.true_positive_rate[0],
        curve.false_positive_rate[-1],
        curve.true_positive_rate[-1],
    ) == (0, 0, 1, 1)
    assert (np.diff(curve.false_positive_rate) >= 0).all()
    assert (np.diff(curve.true_positive_rate) >= 0).all()


def test_equal_errors_are_chance_and_far_ones_perfect():
    same = np.ones(5, np.float32)
    assert anomaly_detection.compute_roc(same, same).auc == pytest.approx(0.5)
    assert anomaly_detection.compute_roc(same, same + 1).auc == pytest.approx(1)
    assert anomaly_detection.compute_roc(same, same - 1).auc == pytest.approx(0)


def test_the_curve_passes_through_the_rates_of_a_threshold():
    curve = anomaly_detection.compute_roc(NORMAL, UNUSUAL)
    alarms, found = anomaly_detection.compute_rates(NORMAL, UNUSUAL, 0.05)
    assert 0 < alarms < found < 1
    assert np.interp(alarms, curve.false_positive_rate, curve.true_positive_rate) == pytest.approx(found, abs=0.02)


def test_quantiles_keep_the_distribution():
    kept = np.array(anomaly_detection.compute_quantiles(NORMAL), np.float32)
    assert len(kept) == anomaly_detection.QUANTILES
    assert (np.diff(kept) >= 0).all()
    for error in (0.02, 0.04, 0.08):
        assert anomaly_detection.compute_rank(kept, error) == pytest.approx(np.less(NORMAL, error).mean(), abs=0.02)


def test_a_rank_is_above_that_of_a_threshold_just_where_the_error_is():
    """Counted alone, 309 of 326 errors are below one that is just above the quantile of 95%: 94.8%."""
    normal = np.sort(NORMAL[:326])
    threshold = float(np.quantile(normal, 0.95))
    errors = np.r_[threshold + np.linspace(-1e-3, 1e-3, 20), DRAW.gamma(4, 0.01, 40), normal[0], normal[-1]]
    for error in errors.tolist():
        assert (anomaly_detection.compute_rank(normal, error) > 0.95) == (error > threshold)
        assert (anomaly_detection.compute_rank(normal, error) == 1) == (error > normal[-1])
    assert anomaly_detection.compute_rank(normal, 0.0) == 0


@pytest.mark.parametrize("normal", [[5], [1, 2, 3, 4, 5], [1, 2, 2, 3], [0, 0, 0, 1], [1, 3, 3, 3]])
def test_so_it_is_of_few_errors_and_of_equal_ones(normal):
    errors = np.array(normal, np.float32)
    for share in (0.5, 0.9, 0.95):
        for error in (*normal, 1.5, 2.9, 4.9):
            rank = anomaly_detection.compute_rank(errors, error)
            assert (rank > share) == (error > np.quantile(errors.astype(float), share))
            assert (rank == 0) == (error < min(normal))
