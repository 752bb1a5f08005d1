"""Numbers beside a drawing: as many decimals as its span makes visible, and no more."""

import math

import pytest

from latent_explorer.samples.number_text import format_value


@pytest.mark.parametrize(
    ("value", "span", "text"),
    [
        (0.12345, 1.0, "0.12"),
        (0.5, 1.0, "0.5"),
        (1234.5678, 1000.0, "1,235"),
        (0.001234, 0.01, "0.0012"),
        (-0.001, 1.0, "0"),  # not -0
        (-2.5, 10.0, "−2.5"),
        (0.0, 0.0, "0"),
        (1_234_567.0, 1.0, "1.23e+06"),
        (0.00001234, 0.00001, "1.23e−05"),
        (math.nan, 1.0, "?"),
        (math.inf, 1.0, "?"),
    ],
)
def test_a_hundredth_of_the_span_can_be_seen(value, span, text):
    assert format_value(value, span) == text
