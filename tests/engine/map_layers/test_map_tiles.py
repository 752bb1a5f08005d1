import pytest
from hypothesis import given
from hypothesis import strategies as st

from latent_explorer.engine.map_layers import map_tiles
from latent_explorer.engine.map_layers.map_tiles import CELL_PX, CELLS_PER_SIDE, TileKey


@given(st.floats(40, 2_000_000))
def test_a_cell_is_about_as_large_on_the_screen_at_every_zoom(pixels):
    side = map_tiles.compute_cell_side(map_tiles.choose_level(pixels)) * pixels
    assert CELL_PX / 1.42 <= side <= CELL_PX * 1.42


def test_levels_go_by_powers_of_two_and_stop_somewhere():
    assert map_tiles.choose_level(1000 * 2) == map_tiles.choose_level(1000) + 1
    assert map_tiles.choose_level(1e30) == map_tiles.MAX_LEVEL
    assert map_tiles.choose_level(0) == 0
    assert map_tiles.compute_resolution(5) == map_tiles.compute_resolution(4) / 2


@given(st.integers(0, 12), st.floats(-0.5, 1), st.floats(-0.5, 1), st.floats(0.001, 0.5))
def test_a_span_covers_the_view_with_no_tile_too_many(level, x, y, side):
    span = map_tiles.find_span(level, (x, y), (x + side, y + side))
    size = CELLS_PER_SIDE * map_tiles.compute_cell_side(level)
    for (first, last), low in ((span.columns, x), (span.rows, y)):
        assert first * size <= low
        assert last * size >= low + side - 1e-9
        assert (last - 1) * size < low + side + 1e-9


def test_panning_moves_no_cell():
    before, after = (map_tiles.find_span(4, (x, 0.1), (x + 1.2, 0.6)) for x in (0.0, 0.3))
    assert set(before.list_outwards()) & set(after.list_outwards())


def test_the_middle_comes_first():
    keys = map_tiles.TileSpan(3, (0, 5), (0, 5)).list_outwards()
    assert keys[0] == TileKey(3, 2, 2)
    assert len(set(keys)) == 25
    assert keys[-1] in {TileKey(3, i, j) for i in (0, 4) for j in (0, 4)}


@pytest.mark.parametrize("key", [TileKey(5, 11, 6), TileKey(5, -3, 0)])
def test_a_tile_lies_where_its_parent_and_its_children_say(key):
    above = key.get_coarser()
    assert above.corner[0] <= key.corner[0] < above.corner[0] + above.side
    assert above.corner[1] <= key.corner[1] < above.corner[1] + above.side
    assert {one.get_coarser() for one in key.finer_tiles} == {key}


def place(part, wanted):
    """Where a part's source and its target lie on the map; both must be the same square."""
    squares = []
    for key, (x, y, share) in ((part.key, part.source), (wanted, part.target)):
        squares.append((key.corner[0] + x * key.side, key.corner[1] + y * key.side, share * key.side))
    return squares


def test_what_stands_in_lies_at_the_same_place():
    wanted = TileKey(6, 13, -6)
    for there in (
        {wanted},
        {wanted.get_coarser(1)},
        {wanted.get_coarser(3), wanted.finer_tiles[2]},
        set(wanted.finer_tiles),
    ):
        parts = list(map_tiles.list_parts(wanted, there))
        assert len(parts) == len(there)
        for part in parts:
            source, target = place(part, wanted)
            assert source == pytest.approx(target)


def test_the_own_tile_is_preferred_then_the_nearest_coarser_one():
    wanted = TileKey(6, 13, 21)
    coarse, coarser = wanted.get_coarser(1), wanted.get_coarser(2)
    assert [p.key for p in map_tiles.list_parts(wanted, {wanted, coarse})] == [wanted]
    assert [p.key for p in map_tiles.list_parts(wanted, {coarse, coarser})] == [coarse]
    assert list(map_tiles.list_parts(wanted, {wanted.get_coarser(map_tiles.COARSER_LEVELS + 1)})) == []
    assert set(map_tiles.list_useful(wanted)) >= {wanted, coarse, coarser, *wanted.finer_tiles}
