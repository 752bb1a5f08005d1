"""Pictures at another size: the filter is the library's, and every picture stays in its own place."""

import numpy as np
import pygame
import pytest
from PIL import Image

from latent_explorer.ui.render.resample import compute_bicubic_weights, enlarge


def levels(surface: pygame.Surface) -> np.ndarray:
    """(H, W, 3) bytes."""
    return np.moveaxis(pygame.surfarray.array3d(surface), 0, 1)


def soft(shape: tuple[int, ...]) -> np.ndarray:
    """Noise without extremes, where the filter never overshoots the range of a byte."""
    return np.random.default_rng(0).integers(96, 160, shape, dtype=np.uint8)


@pytest.mark.parametrize("shape", [(20, 28), (150, 100)])  # the larger one is multiplied in bands
@pytest.mark.parametrize("size", [(90, 70), (28, 20), (17, 11), (300, 300)])
def test_the_filter_is_that_of_pillow(size, shape):
    picture = soft(shape)
    expected = np.asarray(Image.fromarray(picture).resize(size, Image.Resampling.BICUBIC)).astype(int)
    found = levels(enlarge([picture], size))[..., 0].astype(int)
    assert np.abs(found - expected).max() <= 1  # Pillow rounds between its two passes


@pytest.mark.parametrize("size", [(40, 40), (100, 100)])
def test_colours_stay_apart(size):
    picture = np.zeros((10, 10, 3), np.uint8)
    picture[..., 0], picture[:5, :, 2] = 200, 90
    found = levels(enlarge([picture], size)).astype(int)
    assert np.abs(found[..., 0] - 200).max() <= 1
    assert found[..., 1].max() == 0
    assert abs(found[2, 20, 2] - 90) <= 1
    assert found[-3, 20, 2] == 0


def test_weights_sum_to_one_and_the_same_size_changes_nothing():
    for before, after in ((28, 90), (28, 7), (28, 28), (1, 5)):
        assert compute_bicubic_weights(before, after).sum(axis=1) == pytest.approx(np.ones(after), abs=1e-6)
    assert np.array_equal(compute_bicubic_weights(28, 28), np.eye(28))


@pytest.mark.parametrize("smooth", [True, False])
def test_pictures_stand_below_each_other_and_do_not_mix(smooth):
    dark, bright = np.full((8, 8), 10, np.uint8), np.full((8, 8), 240, np.uint8)
    found = levels(enlarge([dark, bright, dark], (50, 30), smooth=smooth))[..., 0]
    assert found.shape == (90, 50)
    assert (found[:30] == 10).all()
    assert (found[30:60] == 240).all()
    assert (found[60:] == 10).all()


def test_hard_squares_are_the_pixels_themselves():
    picture = soft((4, 4))
    assert np.array_equal(levels(enlarge([picture], (12, 12), smooth=False))[..., 0], np.kron(picture, np.ones((3, 3))))


def test_overshoot_is_cut_to_a_byte():
    picture = np.zeros((8, 8), np.uint8)
    picture[:, 4:] = 255
    found = levels(enlarge([picture], (80, 80)))[..., 0].astype(int)
    assert (np.diff(found[40]) >= -12).all()  # no level wraps around
    assert found.min() == 0
    assert found.max() == 255
