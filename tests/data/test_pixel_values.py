"""The numbers of an array as brightness: black and white stay what they are, whatever the range."""

import numpy as np
import pytest

from latent_explorer.data import pixel_values
from latent_explorer.errors import InputError


def to_bytes(numbers: np.ndarray) -> list[int]:
    return pixel_values.find_range(numbers.dtype, [numbers]).to_bytes(numbers).tolist()


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        (np.array([False, True]), [0, 255]),
        (np.array([0, 200, 255], np.uint8), [0, 200, 255]),
        (np.array([0, 1], np.uint8), [0, 255]),
        (np.array([0, 65_535], np.uint16), [0, 255]),
        (np.array([0.0, 0.5, 1.0]), [0, 128, 255]),
        (np.array([-1.0, 0.0, 1.0]), [0, 128, 255]),
        (np.array([-0.005, 1.005], np.float32), [0, 255]),  # as resizing overshoots
    ],
)
def test_black_and_white_are_found_in_every_range(numbers, expected):
    assert to_bytes(numbers) == expected


def test_bytes_are_taken_as_they_are():
    block = np.array([3, 250], np.uint8)
    found = pixel_values.find_range(block.dtype, [block])
    assert found.to_bytes(block) is block
    assert not found.remark


@pytest.mark.parametrize(("most", "dtype"), [(16, np.float64), (16, np.uint8), (4095, np.uint16), (200, np.uint8)])
def test_pictures_that_would_all_be_dark_are_told_so(most, dtype):
    block = np.array([0, most // 2, most], dtype)
    assert (f"divided by {most}" in pixel_values.find_range(block.dtype, [block]).remark) == (most != 200)


def test_the_range_is_that_of_all_blocks():
    dark, bright = np.array([0.0, 1.0]), np.array([0.0, 255.0])
    assert pixel_values.find_range(dark.dtype, [dark, bright]).white == 255


@pytest.mark.parametrize("numbers", [[0.0, np.nan], [0.0, np.inf], [-3.0, 1.0], [0.0, 70_000.0]])
def test_other_numbers_are_refused(numbers):
    with pytest.raises(InputError, match="allowed"):
        to_bytes(np.array(numbers))


@pytest.mark.parametrize("dtype", [complex, object, "U3", "datetime64[s]"])
def test_what_is_no_real_number_is_refused(dtype):
    with pytest.raises(InputError, match="allowed"):
        pixel_values.check_type(np.dtype(dtype))


def test_what_can_be_seen_through_lies_on_white():
    clear, half, opaque = [10, 20, 30, 0], [0, 0, 0, 128], [10, 20, 30, 255]
    pixels = np.array([clear, half, opaque], np.uint8).T[None, :, :, None]  # (1, 4, 3, 1)
    assert pixel_values.blend_on_white(pixels)[0, :, :, 0].T.tolist() == [[255] * 3, [127] * 3, [10, 20, 30]]
