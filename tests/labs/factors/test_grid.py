"""Cells and sliders: what is drawn at a place is what the mouse finds there."""

import pytest

from latent_explorer.labs.factors import grid
from latent_explorer.scene.rect import Rect

PLACE = Rect(100, 50, 413, 307)


@pytest.mark.parametrize(("rows", "columns"), [(1, 1), (7, 12), (15, 3), (40, 64)])
@pytest.mark.parametrize("scale", [0.6, 1.0, 2.0])
def test_each_cell_is_found_in_its_middle_and_its_name_is_the_diagonal(rows, columns, scale):
    table = grid.make_grid(PLACE, rows, columns, scale)
    assert 1 <= table.rows <= rows
    assert 1 <= table.columns <= columns
    for row in range(table.rows):
        for column in range(table.columns):
            cell = table.place_cell(row, column)
            assert table.find_cell(cell.centre) == (row, column)
            assert table.place_number(column).x == cell.x
            assert table.place_name(row).y == cell.y
        assert table.find_cell(table.place_name(row).centre) == (row, min(row, table.columns - 1))
    last = table.place_cell(table.rows - 1, table.columns - 1)
    assert last.right <= PLACE.right + 1
    assert last.bottom <= PLACE.bottom + 1
    assert table.find_cell(table.place_number(0).centre) is None
    assert table.find_cell((last.right + 2, last.y)) is table.find_cell((last.x, last.bottom + 2)) is None


@pytest.mark.parametrize(("rows", "columns"), [(3, 2), (9, 9), (40, 64)])
def test_in_a_place_twice_as_large_all_is_twice_as_large(rows, columns):
    """The largest and the smallest cells too, and those between."""
    twice = Rect(2 * PLACE.x, 2 * PLACE.y, 2 * PLACE.width, 2 * PLACE.height)
    small, large = grid.make_grid(PLACE, rows, columns, 1.0), grid.make_grid(twice, rows, columns, 2.0)
    assert (small.rows, small.columns) == (large.rows, large.columns)
    assert (large.row_height, large.column_width) == pytest.approx(
        (2 * small.row_height, 2 * small.column_width), rel=0.02
    )
    assert large.body.x == pytest.approx(2 * small.body.x, abs=2)
    for one, other in zip(grid.place_sliders(PLACE, rows, 1.0), grid.place_sliders(twice, rows, 2.0), strict=True):
        for part in ("name", "track", "value"):
            assert getattr(other, part).x == pytest.approx(2 * getattr(one, part).x, abs=2)
            assert getattr(other, part).size == pytest.approx([2 * side for side in getattr(one, part).size], abs=4)


def test_cells_leave_no_gap_between_them():
    table = grid.make_grid(PLACE, 11, 9, 1.0)
    for k in range(8):
        assert table.place_cell(k, k).right == table.place_cell(k, k + 1).x
        assert table.place_cell(k, k).bottom == table.place_cell(k + 1, k).y


@pytest.mark.parametrize("count", [1, 6, 15])
def test_a_slider_is_found_on_its_track_and_a_little_beyond_its_ends_alone(count):
    rows = grid.place_sliders(PLACE, count, 1.0)
    assert len(rows) == count
    for k, row in enumerate(rows):
        y = row.track.centre[1]
        assert row.name.right <= row.track.x < row.track.right <= row.value.x
        for share in (0.0, 0.3, 1.0):
            px = row.track.x + share * (row.track.width - 1), y
            assert grid.find_slider(rows, px, 1.0) == k
            assert grid.find_share(row, px) == pytest.approx(share)
        beyond = row.track.right + grid.REACH - 1, y
        assert (grid.find_slider(rows, beyond, 1.0), grid.find_share(row, beyond)) == (k, 1)
        for px in (row.name.centre, row.value.centre):
            assert grid.find_slider(rows, px, 1.0) is None
    assert grid.find_slider(rows, (rows[-1].track.centre[0], rows[-1].track.bottom + 1), 1.0) is None


def test_in_a_low_and_wide_place_all_sliders_stand_in_columns_and_each_is_found():
    place = Rect(10, 20, 480, 290)
    rows = grid.place_sliders(place, 32, 1.0)
    assert len(rows) == 32
    assert len({row.name.x for row in rows}) == 2
    for k, row in enumerate(rows):
        assert row.track.width >= 60
        assert row.value.right <= place.right
        assert row.track.bottom <= place.bottom
        assert grid.find_slider(rows, row.track.centre, 1.0) == k
    assert len({row.name.x for row in grid.place_sliders(Rect(10, 20, 480, 600), 32, 1.0)}) == 1


def test_in_a_low_place_there_are_fewer_sliders_and_in_none_there_is_none():
    low = grid.place_sliders(Rect(0, 0, 300, 50), 15, 1.0)
    assert 0 < len(low) < 15
    assert low[-1].track.bottom <= 50
    assert grid.place_sliders(Rect(0, 0, 300, 0), 15, 1.0) == grid.place_sliders(PLACE, 0, 1.0) == ()
