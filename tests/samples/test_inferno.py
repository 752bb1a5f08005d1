"""Colours of differences."""

import numpy as np
import pytest

from latent_explorer.samples.inferno import INFERNO, to_colours


def test_more_is_brighter_all_along():
    colours = to_colours(np.linspace(0, 1, 200))
    brightness = colours @ [0.2126, 0.7152, 0.0722]
    assert (np.diff(brightness) > 0).all()
    assert np.array_equal(colours[[0, -1]], np.array(INFERNO)[[0, -1]])


def test_it_is_matplotlibs():
    matplotlib = pytest.importorskip("matplotlib")
    at = np.linspace(0, 1, len(INFERNO))
    theirs = matplotlib.colormaps["inferno"](at)[:, :3] * 255
    assert np.abs(to_colours(at) - theirs).max() < 4  # its table has 256 entries


def test_values_of_any_shape_have_three_numbers_each_and_stay_within_the_ends():
    colours = to_colours(np.array([[-1.0, 0.5], [2.0, 1.0]]))
    assert colours.shape == (2, 2, 3)
    assert colours[0, 0].tolist() == list(INFERNO[0])
    assert colours[1].tolist() == [list(INFERNO[-1])] * 2
