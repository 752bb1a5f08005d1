"""How numbers are written."""

from functools import partial

import pytest

from latent_explorer.scene import number_format


@pytest.mark.parametrize(
    ("how", "value", "said"),
    [
        (number_format.format_decibels, 120.0, "exact"),
        (number_format.format_decibels, 21.34, "21.3 dB"),
        (number_format.format_percent, 0.5, "50%"),
        (number_format.format_percent, 0.9994, "99.9%"),
        (number_format.format_percent, 0.004, "0.4%"),
        (number_format.format_percent, 0.99996, "99.9%"),
        (number_format.format_percent, 0.0001, "0.1%"),
        (number_format.format_percent, 0.0, "0.0%"),
        (number_format.format_percent_number, 0.25, "25"),
        (number_format.format_percent_number, 0.004, "0.4"),
        (number_format.format_percent_number, 0.0, "0"),
        (number_format.format_percent_number, 1.0, "100"),
        (number_format.format_percent_number, 0.99995, "99.9"),
        (partial(number_format.format_percent, to_tenth=True), 0.946, "94.6%"),
        (partial(number_format.format_percent, to_tenth=True), 0.9499, "94.9%"),
        (partial(number_format.format_percent, to_tenth=True), 0.0004, "0.1%"),
        (partial(number_format.format_percent, to_tenth=True), 0.0, "0.0%"),
        (number_format.format_auc, 0.972, "0.97"),
        (number_format.format_auc, 0.9986, "0.999"),
        (number_format.format_auc, 0.99995, "0.999"),
        (number_format.format_auc, 1.0, "1.00"),
        (number_format.format_mse, 0.01234, "0.0123"),
        (number_format.format_mse, 0.0000984, "9.8e-5"),
        (number_format.format_mse, 0.0001034, "0.00010"),
        (number_format.format_short, 0.0, "0"),
        (number_format.format_short, 0.123, "0.12"),
        (number_format.format_short, 1.26, "1.3"),
        (number_format.format_short, 38.2, "38"),
        (number_format.format_short, -45.7, "−46"),
        (number_format.format_error, 0.00134, "0.0013"),
        (number_format.format_error, 0.254, "0.25"),
    ],
)
def test_a_number_is_as_long_as_it_has_to_be(how, value, said):
    assert how(value) == said


@pytest.mark.parametrize(
    ("shares", "percents"),
    [
        ([0.59, 0.217, 0.113, 0.067, 0.013], [59, 22, 11, 7, 1]),
        ([0.585, 0.216, 0.114, 0.066, 0.019], [58, 22, 11, 7, 2]),
        ([0.216, 0.127, 0.113, 0.097, 0.092, 0.075], [22, 13, 11, 10, 9, 7]),
        ([1.0], [100]),
        ([], []),
    ],
)
def test_shares_in_whole_percents_sum_to_what_they_are_together(shares, percents):
    assert number_format.round_shares(shares) == percents
    assert sum(percents) == round(100 * sum(shares))


@pytest.mark.parametrize(("one", "other"), [(3.7e-5, 2.6e-5), (0.0012, 0.0013), (0.00012, 0.00013)])
def test_errors_that_read_unlike_are_unlike(one, other):
    assert (number_format.round_mse(one) == number_format.round_mse(other)) is False
    assert number_format.round_mse(one) == number_format.round_mse(one * 1.0001)
    assert float(number_format.format_mse(one)) == number_format.round_mse(one)
