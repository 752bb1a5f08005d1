"""What is said of a curve of costs."""

import pytest

from tests.benchmarks import bends


def test_the_slope_of_a_power_is_its_exponent():
    values = [10, 100, 250, 4_000]
    for exponent in (0.0, 1.0, 2.5):
        assert bends.find_slopes(values, [7 * value**exponent for value in values]) == pytest.approx([exponent] * 3)
    assert bends.find_slopes([28, 64], [28**2, 64**2], power=2) == pytest.approx([1])


def test_a_curve_in_proportion_does_not_bend_and_one_that_turns_quadratic_says_where():
    assert bends.describe([1, 2, 4], [3, 6, 12]) == "no bend, steepest slope 1.0"
    assert bends.describe([10, 20, 1_000], [5, 5.5, 5.5 * 50**2]) == "bends from 20 to 1,000 (slope 2.0)"


def test_the_first_value_above_the_limit_is_named():
    said = bends.describe([1_000, 10_000, 100_000], [8, 17, 40], limit=16.7)
    assert said.endswith("; above 16.7 from 10,000")
