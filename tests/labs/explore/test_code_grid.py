"""The grid of the numbers of a code."""

import pytest

from latent_explorer.labs.explore.code_grid import make_grid
from latent_explorer.scene.rect import Rect


@pytest.mark.parametrize("count", [2, 8, 32, 64, 128, 512])
@pytest.mark.parametrize("deviations", [False, True])
def test_the_numbers_of_any_code_lie_within_their_place_and_are_found_under_the_mouse(count, deviations):
    place = Rect(500, 200, 372, 520)
    grid = make_grid(place, 0.914, count, deviations)
    assert len(grid.columns) * grid.rows >= count
    seen = [grid.get_row(dimension) for dimension in range(count)]
    assert all(place.x <= one.x and one.right <= place.right and one.bottom <= place.bottom + 1 for one in seen)
    if count <= 128:
        assert [grid.find_dimension(one.centre, count) for one in seen] == list(range(count))
    assert bool(grid.size) == (count <= 64)
    assert all(grid.get_bars(k).width > 0 for k in range(len(grid.columns)))
