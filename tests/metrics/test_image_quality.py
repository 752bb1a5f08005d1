import math

import numpy as np
import pytest

from latent_explorer.errors import InputError
from latent_explorer.metrics.image_quality import compute_psnr, compute_ssim

Y, X = np.mgrid[:28, :24]
WAVES = 0.5 + 0.5 * np.sin(0.9 * X + 0.3 * Y)
SPOILT = np.clip(WAVES + 0.2 * np.cos(1.7 * X * Y), 0, 1)


def test_known_values():
    """As scikit-image 0.26 gives them (gaussian_weights, sigma 1.5, use_sample_covariance False, data_range 1)."""
    assert compute_psnr(WAVES, SPOILT) == pytest.approx(17.829165901410136, abs=1e-9)
    assert compute_ssim(WAVES, SPOILT) == pytest.approx(0.9283817652188366, abs=1e-9)
    assert compute_ssim(WAVES, 1 - WAVES) == pytest.approx(-0.8725559936417955, abs=1e-9)
    first, second = np.stack([WAVES, SPOILT, WAVES]), np.stack([SPOILT, SPOILT, SPOILT])
    assert compute_ssim(first, second) == pytest.approx(0.9522545101458911, abs=1e-9)


def test_an_error_of_a_tenth_everywhere_is_20_decibels():
    assert compute_psnr(np.full((5, 7), 0.3), np.full((5, 7), 0.4)) == pytest.approx(20)


@pytest.mark.parametrize("shape", [(28, 28), (8, 8), (3, 12, 12), (1, 1)])
def test_equal_pictures(shape):
    x = np.random.default_rng(0).random(shape, np.float32)
    assert compute_psnr(x, x) == math.inf
    assert compute_ssim(x, x) == pytest.approx(1)


def test_flat_pictures_differ_by_brightness_alone():
    """Equation 6 of the paper: (2 a b + C1) / (a^2 + b^2 + C1), also where the window is larger than the picture."""
    expected = (2 * 0.3 * 0.6 + 1e-4) / (0.3**2 + 0.6**2 + 1e-4)
    for side in (8, 20):
        assert compute_ssim(np.full((side, side), 0.3), np.full((side, side), 0.6)) == pytest.approx(expected)


def test_more_noise_is_less_alike_and_either_may_come_first():
    draw = np.random.default_rng(1).normal(size=WAVES.shape)
    noisy = [np.clip(WAVES + level * draw, 0, 1) for level in (0.05, 0.1, 0.3, 0.8)]
    for measure in (compute_psnr, compute_ssim):
        found = [measure(WAVES, one) for one in noisy]
        assert found == sorted(found, reverse=True)
        assert measure(noisy[1], WAVES) == pytest.approx(found[1])


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        (np.zeros((8, 8)), np.zeros((8, 9)), r"\(8, 8\) and \(8, 9\) arrived"),
        (np.zeros(8), np.zeros(8), r"\(H, W\) or \(C, H, W\)"),
        (np.zeros((0, 8)), np.zeros((0, 8)), r"\(0, 8\)"),
        (np.full((8, 8), 255), np.zeros((8, 8)), "0 to 255 arrived; 0 to 1 is allowed"),
        (np.full((8, 8), np.nan), np.zeros((8, 8)), "nan"),
    ],
)
def test_what_cannot_be_compared_is_said(first, second, said):
    for measure in (compute_psnr, compute_ssim):
        with pytest.raises(InputError, match=said):
            measure(first, second)
