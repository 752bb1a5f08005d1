"""Tiles of decoded pictures: what is on them, and what is decoded."""

import numpy as np
import pytest

from latent_explorer.engine.map_layers import map_tiles, tile_store
from latent_explorer.engine.map_layers.chunk_size import ChunkSize
from latent_explorer.engine.map_layers.map_layer_query import Mosaic, MosaicValue

REACH = 0.08


def mosaics(world, request, store):
    return [one for one in tile_store.make_mosaic(request, world["first"], store, ChunkSize()) if one is not None]


def whole(level=4, **changes):
    return Mosaic("first", "tsne", map_tiles.find_span(level, (0, 0), (1, 1)), REACH, **changes)


def test_each_cell_is_the_decoded_picture_of_its_centre(world):
    request = whole(5)
    value = mosaics(world, request, tile_store.TileStore())[-1]
    key = next(key for key, tile in value.tiles.items() if tile.cover.max() == 1)
    tile = value.tiles[key]
    row, column = np.argwhere(tile.cover == 1)[0]
    side = map_tiles.compute_cell_side(key.level)
    x, y = key.corner[0] + (column + 0.5) * side, key.corner[1] + (map_tiles.CELLS_PER_SIDE - 1 - row + 0.5) * side
    first = world["first"]
    z = first.maps["tsne"].inverse_transform(np.array([[x, y]], np.float32), map_tiles.compute_resolution(key.level))
    expected = first.decode(z)[0, 0] * 255
    top, left = row * 10 + 1, column * 10 + 1  # within a rim of one pixel
    shown = tile.pictures[top : top + 8, left : left + 8]
    assert np.abs(shown - expected).max() <= 1


def test_a_coarser_tile_comes_first_and_all_are_there_at_the_end(world):
    store = tile_store.TileStore()
    values = mosaics(world, whole(6), store)
    assert values[0].tiles == {}
    assert min(values[1].tiles).level == 6 - tile_store.COARSE_FIRST_LEVELS
    assert values[-1].final
    assert set(values[-1].tiles) == set(whole(6).span.list_outwards())
    closer = mosaics(world, whole(7), store)[0]  # one level on, the coarser tiles stand in at once
    assert closer.tiles
    assert not closer.final


def test_nothing_is_decoded_twice_nor_over_empty_map(world, monkeypatch):
    decoded = []
    inner = tile_store.decode_pictures
    monkeypatch.setattr(tile_store, "decode_pictures", lambda *a: decoded.append(len(a[1])) or inner(*a))
    store = tile_store.TileStore()
    first = mosaics(world, whole(6), store)[-1]
    count = sum(decoded)
    assert 0 < count < sum(64 for _ in whole(6).span.list_outwards())
    again = mosaics(world, whole(6), store)
    assert len(again) == 1
    assert again[0].final
    hiding = mosaics(world, whole(6, hidden=frozenset({0})), store)[-1]
    assert sum(decoded) == count  # hiding a class decodes nothing
    painted, fewer = (sum(tile.cover.sum() for tile in one.tiles.values()) for one in (first, hiding))
    assert fewer < painted


def test_the_room_for_tiles_is_bounded(world):
    store = tile_store.TileStore(max_bytes=60_000)
    for level in (4, 5, 6, 7):
        (*_, last) = mosaics(world, whole(level), store)
        assert isinstance(last, MosaicValue)
        assert store.used_bytes <= 60_000


def test_large_pictures_are_kept_smaller():
    picture = np.arange(100 * 100 * 3, dtype=np.uint32).reshape(100, 100, 3).astype(np.uint8)
    assert tile_store.shrink_picture(picture).shape == (33, 33, 3)
    assert tile_store.shrink_picture(picture[:40, :40, 0]).shape == (40, 40)
    assert (tile_store.shrink_picture(np.full((96, 96), 7, np.uint8)) == 7).all()


@pytest.mark.parametrize(("shape", "expected"), [((1, 200), (1, 40)), ((300, 2, 3), (42, 1, 3)), ((20, 40), (20, 40))])
def test_a_large_picture_is_shrunk_until_each_side_is_small(shape, expected):
    picture = tile_store.shrink_picture(np.full(shape, 7, np.uint8))
    assert picture.shape == expected
    assert (picture == 7).all()


@pytest.mark.parametrize("shape", [(4, 10), (9, 3), (7, 7), (4, 10, 3)])
def test_a_tile_is_cut_into_cells_of_the_pictures_proportions(shape):
    rows, columns = map_tiles.count_cells(shape[1] / shape[0])
    assert (rows, columns) == (8, 8) or 48 <= rows * columns <= 80
    assert shape[0] != shape[1] or rows == columns
    rim = 2 * max(shape[:2]) * map_tiles.RIM_SHARE
    assert rows / columns == pytest.approx((shape[1] + rim) / (shape[0] + rim), rel=0.04)
    sheet = tile_store.arrange_sheet([np.full(shape, k + 1, np.uint8) for k in range(rows * columns)], columns)
    high, wide = sheet.shape[0] // rows, sheet.shape[1] // columns
    assert sheet.shape[:2] == (high * rows, wide * columns)
    assert sheet.shape[0] == pytest.approx(sheet.shape[1], rel=0.1)  # the square of the map
    assert high * wide <= 1.6 * (shape[0] + 2) * (shape[1] + 2)  # little of a cell is left dark
    cell = sheet[high : 2 * high, :wide]  # the first of the second row
    inked = np.argwhere(cell == columns + 1)
    assert tuple(np.ptp(inked[:, :2], axis=0) + 1) == shape[:2]
    assert np.abs(inked[:, :2].mean(axis=0) - (np.array([high, wide]) - 1) / 2).max() <= 0.5
