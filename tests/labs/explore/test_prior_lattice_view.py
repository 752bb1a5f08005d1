"""The panel of the grid over the prior: a click on a picture walks there."""

import numpy as np
import pytest

from latent_explorer.engine.queries.latent_edit import compute_latent
from latent_explorer.engine.query_context import QueryContext
from latent_explorer.labs.explore import prior_lattice, prior_lattice_view
from latent_explorer.labs.explore.state import find_resting_point
from latent_explorer.scene.rect import Rect
from tests import stage
from tests.labs.explore.on_screen import LAB, opened, press


def test_a_click_on_the_grid_goes_to_the_code_whose_picture_it_is(planes):
    state = opened(planes, "lattice")
    side = prior_lattice_view.count_side(LAB.get_layout(state).parts["lattice"], state.ui_scale)
    there = press(state, "lattice", 0.999, 0.001)  # the upper right one
    z, _ = compute_latent(planes["plane"], find_resting_point(there))
    assert z == pytest.approx((1.95996, 1.95996), abs=1e-3)
    plane = planes["plane"].atlas.projection
    assert prior_lattice.find_cell(side, plane.frame.to_raw(np.array(find_resting_point(there).xy))) == (
        0,
        side - 1,
    )
    value = prior_lattice.PriorLattice("plane", "latent", side).answer(QueryContext(planes, {}))
    cell = value.picture[:8, -8:]
    picture = stage.answered(there).get_value("point", object).picture
    assert np.abs(cell.astype(int) - picture.astype(int)).max() <= 1


@pytest.mark.parametrize("scale", [0.6, 1.0, 2.5])
@pytest.mark.parametrize("side", [10, 300, 417, 5000])
def test_one_picture_is_that_of_the_middle_and_none_smaller_than_can_be_seen(side, scale):
    count = prior_lattice_view.count_side(Rect(0, 0, side, side + 50), scale)
    least, most = prior_lattice_view.SIDES
    assert count % 2 == 1
    assert least <= count <= most
    assert count == least or side / count >= prior_lattice_view.CELL_SIDE * scale
