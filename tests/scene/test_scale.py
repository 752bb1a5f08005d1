"""Screen pixels per design pixel: what a display says, and how wide lines are then."""

import pytest

from tests.stage import begin


@pytest.mark.parametrize(("size", "width"), [((800, 600), 2), ((1280, 840), 2), ((3840, 2160), 5)])
def test_lines_grow_with_the_rest_and_never_vanish(world, size, width):
    state = begin(world, "explore", size)
    assert state.scale_line(2) == width
    assert state.scale_line(0.1) == 1


def test_a_display_with_small_pixels_has_large_text_in_a_small_window(world):
    small = begin(world, "explore", (900, 600))
    assert begin(world, "explore", (900, 600), least_scale=1.2).ui_scale == 1.2 > small.ui_scale
    whole = begin(world, "explore", (3840, 2160), least_scale=1.2)
    assert whole.ui_scale == begin(world, "explore", (3840, 2160)).ui_scale
