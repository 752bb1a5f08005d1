"""The layout of every lab: a place for each of its maps in any window, and no part that is both there and left out."""

from dataclasses import replace

import pytest

from latent_explorer.labs import LABS
from latent_explorer.scene.box_layout import Box
from tests.stage import begin


@pytest.mark.parametrize("lab", LABS)
@pytest.mark.parametrize("size", [(1, 1), (320, 240), (640, 480), (1920, 1080)])
def test_each_model_on_the_screen_has_a_map_and_a_part_is_placed_or_left_out(world, lab, size):
    state = begin(world, lab, size)
    layout = LABS[lab].get_layout(state)
    assert len(layout.maps) == LABS[lab].count_models(state)
    placed = {name for name, rect in layout.parts.items() if rect.width and rect.height}
    assert not placed & set(layout.left_out)
    assert all(layout.left_out.values()), "what is left out has a title to be named by"


def test_layouts_of_the_same_rectangles_are_one_layout_whatever_boxes_made_them(world):
    layout = LABS["explore"].get_layout(begin(world))
    assert replace(layout, content=Box("another")) == layout
    assert replace(layout, hint=layout.legend) != layout
