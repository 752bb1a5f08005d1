"""The laws that every kind of sample keeps."""

import numpy as np
import pytest

from latent_explorer.errors import InputError
from latent_explorer.samples import IMAGES, MAX_PROPORTION, Column, Curves, Tables, Texts, measure_aspect

KINDS = {
    "pictures": (IMAGES, (3, 5, 7)),
    "signals": (Curves((-2.0, 0.0), (3.0, 10.0)), (2, 1, 9)),
    "rows": (Tables(tuple(Column(f"c{k}", -k - 1.0, k + 2.0, 0.0, 1.0) for k in range(4))), (1, 1, 4)),
}


@pytest.fixture(params=KINDS)
def kind_and_values(request):
    kind, shape = KINDS[request.param]
    return kind, np.random.default_rng(0).random((3, *shape), np.float32)


def test_values_come_back_from_their_own_units(kind_and_values):
    kind, values = kind_and_values
    assert kind.scale_units(kind.restore_units(values)) == pytest.approx(values, abs=1e-6)


def test_values_come_back_from_their_pictures(kind_and_values):
    kind, values = kind_and_values
    pictures = kind.draw(values)
    assert len(pictures) == len(values)
    assert kind.read_pictures(pictures) == pytest.approx(values, abs=1 / 255)


def test_a_difference_grows_with_what_is_off(kind_and_values):
    kind, values = kind_and_values
    near, far = values[0] + np.float32(0.02), values[0] + np.float32(0.3)
    same, small, large = (kind.draw_difference(values[0], one).astype(int) for one in (values[0], near, far))
    assert np.abs(small - same).sum() < np.abs(large - same).sum()


def test_the_ends_are_those_of_the_shape_and_in_order(kind_and_values):
    kind, values = kind_and_values
    low, high = kind.find_ends(values.shape[1:])
    assert low.shape == high.shape == values.shape[1:]
    assert (low < high).all()


def test_what_cannot_be_drawn_by_hand_says_so(kind_and_values):
    kind, values = kind_and_values
    drawing = np.zeros((20, 20), np.uint8)
    for one in (kind, Texts()):
        if not one.can_be_drawn:
            with pytest.raises(InputError):
                one.read_drawing(drawing, values.shape[1:])


@pytest.mark.parametrize(("height", "width", "aspect"), [(10, 20, 2), (20, 10, 0.5), (1, 200, MAX_PROPORTION)])
def test_a_picture_is_as_wide_as_its_pixels_say_up_to_a_proportion(height, width, aspect):
    assert measure_aspect(np.zeros((height, width), np.uint8)) == pytest.approx(aspect)
    assert measure_aspect(np.zeros((width, height, 3), np.uint8)) == pytest.approx(1 / aspect)
