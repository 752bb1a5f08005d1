import math

import numpy as np
import pytest

from latent_explorer.data.attributes import Attribute
from latent_explorer.metrics import mutual_information as mi
from tests.metrics import codes


def test_a_table_by_hand():
    """Of four equal values, the first dimension tells which half (1 of 2 bits), the second all, the third nothing."""
    truth = np.tile(np.arange(4.0), 5000)
    z = np.stack([truth >= 2, 3 - truth, np.zeros(len(truth))], axis=1).astype(np.float32)
    for attribute in (Attribute(truth), Attribute(truth, tuple("abcd"))):
        table = mi.measure_table(z, [attribute])
        assert table[0] == pytest.approx([0.5, 1.0, 0.0], abs=1e-3)
        assert mi.compute_gap(table) == pytest.approx(0.5, abs=1e-3)


@pytest.mark.parametrize("kind", [codes.numbers, codes.categories])
def test_perfect_turned_and_random_codes(kind):
    truth = codes.factors()
    attributes = kind(truth)
    perfect = mi.measure_table(truth, attributes)
    assert np.diag(perfect) == pytest.approx([1, 1], abs=0.05)  # a bin may lie across two categories
    assert mi.compute_gap(perfect) > 0.94
    assert mi.compute_gap(mi.measure_table(codes.turned(truth), attributes)) < 0.03
    assert mi.measure_table(codes.noise(), attributes).max() < 0.02


def test_it_sees_what_no_line_sees():
    """The code is the factor squared: there is no correlation."""
    truth = codes.factors()[:, :1]
    table = mi.measure_table(truth**2, codes.numbers(truth))
    assert abs(np.corrcoef(truth[:, 0], truth[:, 0] ** 2)[0, 1]) < 0.05
    assert table[0, 0] > 0.6


def test_it_does_not_depend_on_how_the_codes_are_written():
    truth = codes.factors()
    z = truth + 0.3 * codes.noise()
    table = mi.measure_table(z, codes.numbers(truth))
    gap = mi.compute_gap(table)
    assert gap > 0.1
    for what, other in codes.changed(z).items():
        assert mi.compute_gap(mi.measure_table(other, codes.numbers(truth))) == pytest.approx(gap, abs=1e-3), what
    bent = mi.measure_table(np.exp(3 * z), codes.numbers(truth))
    assert bent == pytest.approx(table, abs=0.01)


def test_it_hardly_depends_on_the_number_of_samples():
    gaps = []
    for count in (1000, 8000):
        truth = codes.factors(count)
        gaps.append(mi.compute_gap(mi.measure_table(truth + 0.3 * codes.noise(count), codes.numbers(truth))))
    assert gaps[0] == pytest.approx(gaps[1], abs=0.04)
    few = codes.factors(1000)
    assert mi.measure_table(codes.noise(1000), codes.numbers(few)).mean() < 0.02  # 0.07 without the correction


def test_unknown_values_and_what_is_the_same_everywhere_are_left_out():
    truth = codes.factors()
    half = truth[:, 0].copy()
    half[::2] = np.nan
    same = Attribute(np.zeros(codes.COUNT, np.float32), ("only",))
    table = mi.measure_table(truth, [Attribute(half), same])
    assert table[0] == pytest.approx([1, 0], abs=0.03)
    assert np.isnan(table[1]).all()
    assert mi.compute_gap(table) > 0.95
    assert math.isnan(mi.compute_gap(table[1:]))


def test_with_one_dimension_the_gap_is_what_it_tells():
    truth = codes.factors()[:, :1]
    assert mi.compute_gap(mi.measure_table(truth, codes.numbers(truth))) == pytest.approx(1)


def test_bins_hold_equally_many_and_equal_numbers_share_one():
    numbers = np.random.default_rng(0).normal(size=4000)
    assert set(np.bincount(mi.discretise(numbers))) == {200}
    assert (mi.discretise(-numbers) == mi.BINS - 1 - mi.discretise(numbers)).all()
    assert mi.discretise(np.array([7.0, -1.0, 7.0, 2.0])).tolist() == [2, 0, 2, 1]


@pytest.mark.parametrize("count", [100, 178, 400, 1500])
def test_independent_numbers_tell_next_to_nothing_of_each_other_however_few(count):
    draw = np.random.default_rng(0)
    codes = draw.normal(size=(count, 8)).astype(np.float32)
    attributes = [Attribute(draw.normal(size=count).astype(np.float32)) for _ in range(8)]
    assert mi.measure_table(codes, attributes).mean() < 0.04


def test_many_samples_have_all_bins():
    assert mi.count_bins(2000) == mi.count_bins(10**6) == mi.BINS
