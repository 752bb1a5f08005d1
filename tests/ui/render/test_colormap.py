"""The colours of heat maps."""

import numpy as np
import pytest

from latent_explorer.ui.render import colormap


def lightness(colours: np.ndarray) -> np.ndarray:
    """CIE L* of sRGB colours 0 to 255."""
    linear = np.where(colours / 255 <= 0.04045, colours / 255 / 12.92, ((colours / 255 + 0.055) / 1.055) ** 2.4)
    y = linear @ np.array([0.2126, 0.7152, 0.0722])
    return np.where(y > 0.008856, 116 * np.cbrt(y) - 16, 903.3 * y)


def test_the_ramp_grows_evenly_lighter():
    steps = np.diff(lightness(colormap.compute_table().astype(float)))
    assert (steps > 0).all()
    assert steps.max() < 3 * steps.mean()
    assert lightness(colormap.compute_table()[[0, -1]].astype(float)) == pytest.approx([14, 91], abs=3)


def test_beyond_its_ends_the_ramp_has_the_end_s_colour():
    found = colormap.to_colours(np.array([-5, 0, 1, 7], np.float32), 0, 1)
    assert (found[0] == found[1]).all()
    assert (found[2] == found[3]).all()
    assert (found[0] != found[2]).any()


def test_it_is_matplotlibs():
    matplotlib = pytest.importorskip("matplotlib")
    theirs = matplotlib.colormaps["viridis"](np.linspace(0, 1, 9))[:, :3] * 255
    ours = colormap.compute_table()[np.rint(np.linspace(0, colormap.SHADES - 1, 9)).astype(int)]
    assert np.abs(ours - theirs).max() < 4  # its table has 256 entries


def test_each_value_has_the_shade_of_its_share_of_the_range():
    values = np.linspace(-3, 5, 9, dtype=np.float32).reshape(3, 3)
    found = colormap.to_colours(values, -3, 5)
    assert found.shape == (3, 3, 3)
    shades = np.rint(np.linspace(0, 255, 9)).astype(int)
    np.testing.assert_array_equal(found.reshape(-1, 3), colormap.compute_table()[shades])
