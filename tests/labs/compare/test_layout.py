"""Where the parts of the Compare lab stand."""

import pytest

from tests.labs.compare.on_screen import LAB, many
from tests.stage import begin


@pytest.mark.parametrize("size", [(700, 450), (640, 480), (1440, 900)])
def test_the_film_strips_are_there_in_small_windows_too(world, size):
    parts = LAB.get_layout(begin(world, "compare", size=size)).parts
    assert parts["strip 0"].height >= 40
    assert parts["strip 0"].bottom <= parts["strip 1"].y


@pytest.mark.parametrize("size", [(1440, 900), (1280, 800), (800, 600), (640, 480), (600, 900)])
@pytest.mark.parametrize("count", [2, 3, 4])
def test_maps_of_equal_size_at_every_size_of_the_window(four, count, size):
    state = many(four, count, size=size)
    maps = LAB.get_layout(state).maps
    assert len({(one.width, one.height) for one in maps}) == 1
    assert maps[0].shorter_side >= 90
