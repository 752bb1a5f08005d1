"""Ticks of an axis: round, few, within its ends, and short."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from latent_explorer.scene import ticks


@given(st.floats(-1e6, 1e6), st.floats(1e-5, 1e6), st.integers(2, 9))
def test_ticks_are_round_and_not_too_many(low, span, most):
    found = ticks.choose_linear(low, low + span, most)
    assert len(found) <= most
    assert all(low - 1e-6 * span <= v <= low + span + 1e-6 * span for v in found)


def test_ticks_people_count_in():
    assert ticks.choose_linear(0, 1, 6) == (0, 0.2, 0.4, 0.6, 0.8, 1)
    assert ticks.choose_linear(0, 1, 3) == (0, 0.5, 1)
    assert ticks.choose_linear(3, 41, 5) == (10, 20, 30, 40)
    assert ticks.choose_logarithmic(0.001, 1, 4) == pytest.approx((0.001, 0.01, 0.1, 1))
    assert ticks.choose_logarithmic(1, 100, 9) == (1, 2, 5, 10, 20, 50, 100)
    assert len(ticks.choose_logarithmic(1e-9, 1e9, 5)) <= 5
    assert ticks.choose_logarithmic(4, 6, 3) == (4, 5, 6)


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (0.005, "0.005"), (20.0, "20"), (12000, "12,000"), (3e-5, "3e-5"), (-0.5, "−0.5"), (2e7, "2e7")],
)
def test_ticks_are_short(value, text):
    assert ticks.format_tick(value) == text
