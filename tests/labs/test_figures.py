"""How numbers are written."""

import pytest

from latent_explorer.labs import figures


@pytest.mark.parametrize(
    ("how", "value", "said"),
    [
        (figures.decibels, 120.0, "exact"),
        (figures.decibels, 21.34, "21.3 dB"),
        (figures.percent, 0.5, "50 %"),
        (figures.percent, 0.9994, "99.9 %"),
        (figures.percent, 0.004, "0.4 %"),
        (figures.of_hundred, 0.25, "25"),
        (figures.of_hundred, 0.004, "0.4"),
        (figures.of_hundred, 0.0, "0"),
        (figures.of_hundred, 1.0, "100"),
        (figures.short, 0.0, "0"),
        (figures.short, 0.123, "0.12"),
        (figures.short, 1.26, "1.3"),
        (figures.short, 38.2, "38"),
        (figures.short, -45.7, "-46"),
        (figures.small, 0.00134, "0.0013"),
        (figures.small, 0.254, "0.25"),
    ],
)
def test_a_number_is_as_long_as_it_has_to_be(how, value, said):
    assert how(value) == said
