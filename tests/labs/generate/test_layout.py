"""The wall of new pictures: as large as it can be."""

import pytest

from latent_explorer.labs.generate import layout
from latent_explorer.labs.generate.queries import PICTURE_COUNT


@pytest.mark.parametrize(("width", "height"), [(600, 250), (300, 400), (1500, 90), (90, 1500), (5, 5)])
def test_the_wall_s_cells_are_nearly_as_large_as_they_can_be(width, height):
    _, (_, side) = layout.fit_grid(width, height, 3)
    ways = [(n, -(-PICTURE_COUNT // n)) for n in range(1, PICTURE_COUNT + 1)]
    best = max(min((width - 3 * (n - 1)) // n, (height - 3 * (rows - 1)) // rows) for n, rows in ways)
    assert side >= min(1, best)
    assert side >= layout.MIN_CELL_SHARE * best


@pytest.mark.parametrize("aspect", [0.4, 2.5])
def test_the_wall_s_cells_have_the_pictures_proportions(aspect):
    cells, (across, high) = layout.fit_grid(618, 300, 3, aspect)
    rows = -(-PICTURE_COUNT // cells)
    assert across / high == pytest.approx(aspect, rel=0.1)
    assert cells * across + 3 * (cells - 1) <= 618
    assert rows * high + 3 * (rows - 1) <= 300
    assert cells * rows * across * high > 0.6 * 618 * 300


def test_a_low_wall_is_as_wide_as_its_room():
    cells, (side, _) = layout.fit_grid(618, 175, 3)
    assert (cells, -(-PICTURE_COUNT // cells)) == (14, 3)
    assert cells * side + 3 * (cells - 1) > 0.95 * 618
