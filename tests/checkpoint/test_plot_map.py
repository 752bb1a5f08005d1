"""Maps of a checkpoint drawn with matplotlib: by class, by attribute, by numbers of one's own."""

import io

import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from latent_explorer.errors import InputError
from latent_explorer.palette import CLASS_COLOURS_ON_LIGHT
from tests import stage


@pytest.fixture
def ax():
    return Figure().subplots()


def draw(ax):
    ax.figure.savefig(io.BytesIO(), format="png")


def test_the_classes_have_the_colours_of_the_window_and_a_legend(ax):
    checkpoint = stage.make_model_with_attributes()
    assert checkpoint.plot(ax) is ax
    draw(ax)
    assert [text.get_text() for text in ax.get_legend().get_texts()] == list(checkpoint.class_names)
    for k, dots in enumerate(ax.collections[1:]):
        assert to_hex(dots.get_facecolors()[0]) == CLASS_COLOURS_ON_LIGHT[k]
        assert sorted(dots.get_offsets()[:, 0]) == pytest.approx(sorted(checkpoint.atlas.xy[checkpoint.labels == k, 0]))


def test_another_map_can_be_chosen(ax):
    checkpoint = stage.make_model_with_attributes()
    checkpoint.plot(ax, which="pca")
    every = np.concatenate([dots.get_offsets() for dots in ax.collections])
    assert sorted(every[:, 0]) == pytest.approx(sorted(checkpoint.maps["pca"].xy[:, 0]))


def test_an_attribute_of_numbers_has_a_colour_bar_and_one_of_categories_a_legend(ax):
    checkpoint = stage.make_model_with_attributes()
    checkpoint.plot(ax, "lean")
    draw(ax)
    assert ax.figure.axes[1].get_ylabel() == "lean, in degrees"
    other = checkpoint.plot(Figure().subplots(), color_by="ring")
    assert [text.get_text() for text in other.get_legend().get_texts()] == ["no", "yes"]


def test_numbers_of_ones_own_colour_the_dots(ax):
    checkpoint = stage.make_model_with_attributes()
    values = checkpoint.latents[:, 0].astype(np.float64)
    values[3] = np.nan
    checkpoint.plot(ax, values)
    assert np.asarray(ax.collections[1].get_array()) == pytest.approx(np.delete(values, 3))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [({"which": "umap"}, "which: 'umap'"), ({"color_by": "smile"}, "smile"), ({"color_by": np.zeros(3)}, "color_by")],
)
def test_what_cannot_be_drawn_is_named(ax, arguments, said):
    with pytest.raises(InputError, match=said):
        stage.make_model_with_attributes().plot(ax, **arguments)
