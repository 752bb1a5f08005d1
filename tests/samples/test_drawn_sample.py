"""A picture that remembers what it was drawn from, until something is computed from it."""

import numpy as np
import pytest

from latent_explorer.samples.drawn_sample import DrawnSample, redraw


def render(size: tuple[int, int]) -> np.ndarray:
    return np.full(size[::-1], 7, np.uint8)


def test_it_is_drawn_anew_at_the_size_it_is_shown_at():
    one = DrawnSample.of(render, (8, 6), np.ones((1, 1, 4), np.float32))
    again = redraw(one, (80, 60))
    assert one.shape == (6, 8)
    assert again is not None
    assert again.shape == (60, 80)


@pytest.mark.parametrize("change", [lambda one: one[:3], lambda one: one + 1, np.zeros_like, lambda one: one.copy()])
def test_what_is_computed_from_it_is_an_ordinary_picture(change):
    other = change(DrawnSample.of(render, (8, 6), np.ones((1, 1, 4), np.float32)))
    assert (other.values, redraw(other, (80, 60))) == (None, None)


def test_pixels_can_only_be_resampled():
    assert redraw(render((8, 6)), (80, 60)) is None
