"""The normalisation of the digits: upright, of one size, and with lines of one width."""

import numpy as np
import pytest

from latent_explorer.user_image.nist_normalisation import adjust_line_width, deskew, normalise


def draw_line(lean: float, height: int = 40, width: int = 5) -> np.ndarray:
    """A thick line whose rows move by `lean` columns each, cropped."""
    ink = np.zeros((height, round(abs(lean) * height) + width + 1), np.float32)
    for row in range(height):
        start = round(lean * row if lean >= 0 else -lean * (height - 1 - row))
        ink[row, start : start + width] = 1
    return ink


@pytest.mark.parametrize("lean", [-0.7, -0.2, 0.0, 0.3, 0.8])
def test_a_leaning_line_becomes_upright(lean):
    upright = deskew(draw_line(lean))
    assert upright.shape[1] <= 8
    assert upright.sum() == pytest.approx(draw_line(lean).sum(), rel=0.1)


@pytest.mark.parametrize("share", [0.1, 0.2, 0.35])
def test_lines_are_thinned_or_thickened_to_the_share_of_ink(share):
    values = np.zeros((32, 32), np.float32)
    values[6:26, 12:20] = 1
    assert adjust_line_width(values, share).mean() == pytest.approx(share, abs=0.005)


def test_a_character_fills_its_box_in_the_middle_of_the_frame():
    frame = normalise(draw_line(0.5), (8, 8), (0.5, 1.0), 0.2)
    assert frame.shape == (8, 8)
    assert frame.mean() == pytest.approx(0.2, abs=0.01)
    assert frame[:, [0, -1]].max() == 0
    assert frame.sum(axis=1).min() > 0
