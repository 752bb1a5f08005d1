"""The axes of an array as pictures: read the likelier way, said where another was possible."""

import numpy as np
import pytest

from latent_explorer.data.array_layout import MAX_SIDE, find_layout
from latent_explorer.errors import InputError


@pytest.mark.parametrize(
    ("shape", "image_shape", "remarked"),
    [
        ((9, 8, 6), (1, 8, 6), False),
        ((9, 8, 6, 3), (3, 8, 6), False),
        ((9, 3, 8, 6), (3, 8, 6), False),
        ((9, 3, 8, 3), (3, 3, 8), True),  # as square either way: channels last
        ((9, 3, 8, 1), (1, 3, 8), True),  # squarer than 8 x 1
        ((9, 8, 3), (1, 8, 3), True),  # or one picture with three channels
    ],
)
def test_the_likelier_reading_is_taken_and_said(shape, image_shape, remarked):
    found = find_layout(shape)
    assert (found.count, found.image_shape, bool(found.remark)) == (9, image_shape, remarked)
    assert found.arrange(np.zeros(shape)).shape == (9, *image_shape)


def test_the_shape_that_a_model_wants_decides():
    found = find_layout((9, 3, 8, 1), wanted=(3, 8, 1))
    assert (found.image_shape, found.remark) == ((3, 8, 1), "")


@pytest.mark.parametrize("shape", [(9,), (9, 4), (9, 8, 0), (9, 5, 8, 6), (9, 8, MAX_SIDE + 1), (1,) * 9])
def test_what_holds_no_pictures_is_refused_in_one_line(shape):
    with pytest.raises(InputError, match=r"arrived.*allowed$|table$") as raised:
        find_layout(shape)
    assert "\n" not in str(raised.value)
