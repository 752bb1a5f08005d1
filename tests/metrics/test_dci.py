import math

import numpy as np
import pytest

from latent_explorer.data.attributes import Attribute
from latent_explorer.metrics import dci
from tests.metrics import codes


def test_disentanglement_and_completeness_of_importances_by_hand():
    """Rows are dimensions, columns attributes."""
    own = np.eye(3)
    assert dci.compute_disentanglement(own) == dci.compute_completeness(own) == 1
    assert dci.compute_disentanglement(np.ones((3, 2))) == pytest.approx(0)
    assert dci.compute_completeness(np.ones((3, 2))) == pytest.approx(0)
    # two dimensions for the first attribute, one for the second: each serves one, but the first attribute needs two
    split = np.array([[0.5, 0], [0.5, 0], [0, 1]])
    assert dci.compute_disentanglement(split) == pytest.approx(1)
    assert dci.compute_completeness(split) == pytest.approx((1 - math.log(2) / math.log(3) + 1) / 2)
    # one dimension serves both: its weight, two thirds of all, counts for nothing
    shared = np.array([[1.0, 1.0], [1.0, 0.0]])
    assert dci.compute_disentanglement(shared) == pytest.approx(1 / 3)
    assert dci.compute_completeness(shared) == pytest.approx(0.5)


def test_what_matters_to_nothing_does_not_count():
    useful = np.array([[1.0, 0.0], [0.0, 1.0]])
    assert dci.compute_disentanglement(np.vstack([useful, np.zeros((1, 2))])) == 1
    assert dci.compute_disentanglement(np.zeros((2, 2))) == dci.compute_completeness(np.zeros((2, 2))) == 0
    assert math.isnan(dci.compute_disentanglement(np.ones((2, 1))))
    assert math.isnan(dci.compute_completeness(np.ones((1, 2))))


@pytest.mark.parametrize("kind", [codes.numbers, codes.categories])
def test_perfect_turned_and_random_codes(kind):
    truth = codes.factors()
    perfect = dci.measure(truth, kind(truth))
    assert min(perfect.as_tuple) > 0.95
    turned = dci.measure(codes.turned(truth), kind(truth))
    assert max(turned.disentanglement, turned.completeness) < 0.05
    assert turned.informativeness > 0.85  # it is all there, only nobody has a dimension to himself
    random = dci.measure(codes.noise(), kind(truth))
    assert max(random.as_tuple) < 0.1


@pytest.mark.parametrize("kind", [codes.numbers, codes.categories])
def test_it_does_not_depend_on_how_the_codes_are_written(kind):
    truth = codes.factors()
    z = truth + 0.3 * codes.noise()
    scores = dci.measure(z, kind(truth)).as_tuple
    for what, other in codes.changed(z).items():
        assert dci.measure(other, kind(truth)).as_tuple == pytest.approx(scores, abs=0.03), what
    more = codes.factors(6000)
    assert dci.measure(more + 0.3 * codes.noise(6000), kind(more)).as_tuple == pytest.approx(scores, abs=0.1)


def test_many_categories_and_unknown_values_are_bounded_and_left_out():
    truth = codes.factors(600)
    many = Attribute(np.arange(600, dtype=np.float32) % 40, tuple(f"kind {k}" for k in range(40)))
    unknown = truth[:, 1].copy()
    unknown[::3] = np.nan
    found = dci.measure(truth, [Attribute(truth[:, 0]), Attribute(unknown), many])
    assert all(0 <= one <= 1 for one in found.as_tuple)
    assert all(math.isnan(one) for one in dci.measure(truth, []).as_tuple)
    assert all(math.isnan(one) for one in dci.measure(np.zeros((600, 2), np.float32), [many]).as_tuple)


def test_many_columns_of_categories_share_what_is_told_apart():
    """Each category costs trees: twenty wide columns may take no longer than some."""
    wide = Attribute(np.arange(600, dtype=np.float32) % 12, tuple(f"kind {k}" for k in range(12)))
    number = Attribute(np.arange(600, dtype=np.float32))
    assert dci.count_classes([wide, *[number] * 30]) == dci.MAX_CLASSES
    for count in (7, 20, 30):
        assert 2 * count <= count * dci.count_classes([wide] * count) <= dci.MAX_CLASSES_IN_ALL
    chosen = dci._choose_samples(wide, 4, 3, 0)
    assert len(np.unique(wide.values[chosen])) == 3
