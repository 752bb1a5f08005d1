"""How numbers are written."""

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
        (number_format.format_percent_number, 0.25, "25"),
        (number_format.format_percent_number, 0.004, "0.4"),
        (number_format.format_percent_number, 0.0, "0"),
        (number_format.format_percent_number, 1.0, "100"),
        (number_format.format_mse, 0.01234, "0.0123"),
        (number_format.format_mse, 0.0000984, "9.8e-5"),
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
