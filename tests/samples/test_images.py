"""Samples that are pictures."""

import numpy as np
import pytest

from latent_explorer.samples import IMAGES
from latent_explorer.samples.images import DIMMED_BRIGHTNESS, MAX_DIFFERENCE, to_channels_last
from latent_explorer.samples.inferno import INFERNO


@pytest.mark.parametrize("channels", [1, 3])
def test_pictures_go_to_bytes_and_back(channels):
    values = np.random.default_rng(0).integers(0, 256, (4, channels, 5, 7)) / np.float32(255)
    pictures = IMAGES.draw(values)
    assert pictures[0].shape == ((5, 7) if channels == 1 else (5, 7, 3))
    assert IMAGES.read_pictures(pictures) == pytest.approx(values)
    if channels == 3:
        assert pictures[0][2, 3].tolist() == np.rint(values[0, :, 2, 3] * 255).tolist()


def test_what_is_beyond_black_and_white_is_drawn_as_them_and_nan_as_black():
    values = np.float32([-1, 0, 0.5, 2, np.nan]).reshape(1, 1, 1, 5)
    assert IMAGES.draw(values)[0].tolist() == [[0, 0, 128, 255, 0]]


def test_bytes_are_kept_and_more_channels_than_colours_are_not_shown():
    given = np.arange(2 * 5 * 2 * 3, dtype=np.uint8).reshape(2, 5, 2, 3)
    assert np.array_equal(IMAGES.draw(given)[1], np.moveaxis(given[1, :3], 0, -1))
    assert to_channels_last(given[0, :1]).shape == (2, 3)


@pytest.mark.parametrize("channels", [1, 3])
def test_a_difference_shows_the_dimmed_picture_where_both_agree_and_bright_where_not(channels):
    sample = np.full((channels, 1, 3), 0.5, np.float32)
    other = sample + np.float32([0, MAX_DIFFERENCE, -0.4])
    same, most, less = IMAGES.draw_difference(sample, other)[0].astype(int)
    assert same.tolist() == [round(255 * DIMMED_BRIGHTNESS * 0.5)] * 3
    assert most.tolist() == list(INFERNO[-1])
    assert same.sum() < less.sum() < most.sum()
