"""Curves as shares of ink."""

import numpy as np
import pytest

from latent_explorer.samples import curve_raster
from latent_explorer.samples.curve_raster import MARGIN, compute_heights, draw_curves, fill_between


def ink(curve: np.ndarray, size: tuple[int, int] = (120, 90)) -> np.ndarray:
    """The ink (H, W) of one curve (T,)."""
    return draw_curves(np.asarray(curve, np.float32)[None], size)[0]


def centres(drawn: np.ndarray) -> np.ndarray:
    """The mean row of the ink in each column, as a share of the height from below."""
    rows = (drawn * np.arange(len(drawn))[:, None]).sum(axis=0) / drawn.sum(axis=0)
    return 1 - (rows + 0.5) / len(drawn)


@pytest.mark.parametrize("height", [0.0, 0.25, 0.5, 1.0])
def test_a_level_curve_lies_at_its_height(height):
    assert centres(ink(np.full(50, height))) == pytest.approx(MARGIN + height * (1 - 2 * MARGIN), abs=0.01)


def test_a_drawing_follows_the_curve_and_not_the_number_of_its_points():
    long, short = (np.sin(np.linspace(0, 5, n)) / 2 + 0.5 for n in (4000, 60))
    assert np.abs(ink(long) - ink(short)).mean() < 0.012
    assert np.abs(ink(long) - ink(1 - short)).mean() > 0.02


@pytest.mark.parametrize("sign", [1, -1])
def test_a_single_peak_is_not_lost_among_many_points(sign):
    curve = np.full(5000, 0.5)
    curve[2500] += sign * 0.5
    heights = compute_heights(curve[None].astype(np.float32), 60)[0]
    assert (heights.max(), heights.min()) == ((1, 0.5) if sign > 0 else (0.5, 0))


def test_a_straight_line_stays_straight_and_one_point_is_level():
    assert compute_heights(np.float32([[0, 1]]), 4)[0] == pytest.approx([0, 0.25, 0.5, 0.75, 1])
    assert compute_heights(np.float32([[0.3]]), 4)[0] == pytest.approx(0.3)


@pytest.mark.parametrize("width", [1.6, 4.0])
def test_steep_and_level_lines_are_equally_thick(width):
    curves = np.float32([np.repeat([0.0, 1.0], 25), np.full(50, 0.5)])
    steep, level = draw_curves(curves, (120, 120), width=width)
    assert steep[60].sum() == pytest.approx(level[:, 60].sum(), abs=1.5)
    assert level[:, 60].sum() == pytest.approx(width, rel=0.05)


def test_what_lies_between_two_curves_is_filled_whichever_is_above():
    low, high = np.float32([[0.25] * 9]), np.float32([[0.75] * 9])
    filled = fill_between(low, high, (30, 100))
    assert np.array_equal(filled, fill_between(high, low, (30, 100)))
    assert filled.sum(axis=1) == pytest.approx(0.5 * (1 - 2 * MARGIN) * 100, abs=0.01)
    assert fill_between(low, low, (30, 100)).max() == 0


def test_a_pixel_that_is_crossed_in_part_is_covered_in_part():
    covered = curve_raster.cover_rows(np.float32([[1.25]]), np.float32([[3.5]]), 5)
    assert covered[0, :, 0].tolist() == [0, 0.75, 1, 0.5, 0]
