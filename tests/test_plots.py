"""Rows of pictures, and what is said without matplotlib."""

import sys

import numpy as np
import pytest
import torch
from matplotlib.figure import Figure

import latent_explorer
from latent_explorer import plots
from latent_explorer.errors import InputError


@pytest.mark.parametrize("channels", [1, 3])
def test_a_film_holds_each_picture_beside_the_one_before(channels):
    pictures = np.random.default_rng(0).random((4, channels, 5, 6)).astype(np.float32)
    ax = Figure().subplots()
    assert latent_explorer.plot_film(torch.from_numpy(pictures), ax) is ax
    film = np.asarray(ax.images[0].get_array())
    for k, picture in enumerate(pictures):
        shown = film[:, 6 * k : 6 * (k + 1)]
        assert shown == pytest.approx(picture[0] if channels == 1 else picture.transpose(1, 2, 0))
    assert ax.images[0].get_extent() == pytest.approx([0, 4, 0, 5 / 6])


@pytest.mark.parametrize("shape", [(4, 5, 6), (4, 2, 5, 6), (0, 1, 5, 6)])
def test_pictures_of_another_shape_are_refused(shape):
    with pytest.raises(InputError, match=r"pictures: shape \("):
        plots.plot_film(np.zeros(shape), Figure().subplots())


def test_without_axes_a_figure_is_made(monkeypatch):
    import matplotlib
    from matplotlib import pyplot

    monkeypatch.setattr(matplotlib, "rcParams", matplotlib.rcParams.copy())
    pyplot.switch_backend("agg")
    ax = plots.plot_film(np.zeros((2, 1, 4, 4)))
    assert ax.figure in [pyplot.figure(number) for number in pyplot.get_fignums()]
    pyplot.close(ax.figure)


def test_without_matplotlib_one_line_names_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(InputError, match=r"latent-explorer\[plot\]"):
        plots.make_axes()
