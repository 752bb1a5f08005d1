"""Where the parts of Explore stand."""

import pytest

from latent_explorer.labs.explore import layout as explore_layout


@pytest.mark.parametrize("size", [(1920, 1080), (1440, 900), (1280, 800), (1024, 768), (800, 600), (640, 480)])
def test_the_picture_is_as_wide_as_its_column_and_the_map_takes_the_rest(size):
    unit = max(0.6, min(size[0] / 1280, size[1] / 840))
    layout = explore_layout.make_layout(size, unit, False, False, 0)
    picture, margin = layout.parts["picture"], layout.maps[0].x
    assert picture.width == picture.height
    assert picture.right == size[0] - margin
    assert layout.parts["verdict"].x == layout.parts["bars"].x == picture.x
    assert layout.parts["verdict"].width == layout.parts["bars"].width == picture.width
    assert layout.parts["bars"].bottom <= layout.hint.y
    assert picture.x - layout.maps[0].right == round(14 * unit)
