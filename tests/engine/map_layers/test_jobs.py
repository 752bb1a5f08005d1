"""The layers' values against direct computation on the small world, and how they are worked out."""

import numpy as np
import pytest
import torch
from scipy.ndimage import map_coordinates
from scipy.stats import spearmanr

import latent_explorer
from latent_explorer.engine import map_tiles
from latent_explorer.engine.chunk_size import ChunkSize
from latent_explorer.engine.map_grid import NODES_PER_SIDE, STRIDES
from latent_explorer.engine.map_layer_query import HeatMap, HeatMapValue, Mosaic, MosaicValue
from latent_explorer.engine.map_layers import jobs as layers
from latent_explorer.engine.map_layers import quantities, tile_store
from latent_explorer.errors import InputError
from tests import stage

REACH = 0.08


@pytest.fixture
def xy(world):
    draw = np.random.default_rng(7)
    dots = world["first"].maps["tsne"].xy
    return (dots[:12] + draw.uniform(-0.02, 0.02, (12, 2))).astype(np.float32)


@pytest.fixture
def z(world, xy):
    return world["first"].maps["tsne"].inverse_transform(xy, quantities.VIEW_RESOLUTION)


def measured(world, kind, xy):
    return quantities.QUANTITIES[kind](world["first"], "tsne", xy)


def heat_values(world, kind="distance", store=None, **changes):
    request = HeatMap("first", "tsne", kind, REACH, **changes)
    return [one for one in layers.make_job(request, world, store or layers.LayerStore()) if one is not None]


# -- the quantities -------------------------------------------------------------------------------------


def test_distance_is_that_to_the_nearest_latent(world, xy, z):
    first = world["first"]
    apart = np.linalg.norm(z[:, None] - first.latents[None], axis=2).min(axis=1)
    assert measured(world, "distance", xy)[0] == pytest.approx(apart / first.neighbours.sample_spacing, abs=1e-3)


def test_cycle_error_is_the_way_back_through_decoder_and_encoder(world, xy, z):
    first = world["first"]
    moved = np.linalg.norm(first.encode(first.decode(z)) - z, axis=1)
    assert measured(world, "cycle", xy)[0] == pytest.approx(moved / first.neighbours.sample_spacing, rel=1e-3)


def compute_scales(checkpoint, map_name, count=20):
    """Each sample's mean distance to its nearest dots, in latent space over on the map; one by one."""
    xy, found = checkpoint.maps[map_name].xy.astype(float), []
    for at, z in zip(xy, checkpoint.latents, strict=True):
        away = np.linalg.norm(xy - at, axis=1)
        near = np.argsort(away)[1 : count + 1]
        found.append(np.linalg.norm(checkpoint.latents[near] - z, axis=1).mean() / away[near].mean())
    return np.array(found) / checkpoint.neighbours.sample_spacing / 100


def test_stretch_is_the_local_scale_of_the_nearest_dots(world, xy):
    first = world["first"]
    nearest = np.argsort(np.linalg.norm(first.maps["tsne"].xy - xy[:, None], axis=2), axis=1)[:, :3]
    expected = compute_scales(first, "tsne")[nearest].mean(axis=1)
    assert measured(world, "stretch", xy)[0] == pytest.approx(expected, rel=1e-3)


@pytest.mark.parametrize("map_name", ["tsne", "pca"])
def test_stretch_ranks_the_places_of_a_shipped_map_as_their_scale_does(map_name):
    digits = latent_explorer.load("digits-vae", "cpu")
    heat = list(layers.make_heat_map(HeatMap("digits-vae", map_name, "stretch", REACH), digits, layers.LayerStore()))[
        -1
    ]
    atlas, grid = digits.maps[map_name], heat.grid
    shown = map_coordinates(heat.values, (atlas.xy[:, ::-1] - [grid.bottom, grid.left]).T / grid.step, order=1)
    assert spearmanr(shown, compute_scales(digits, map_name)).statistic > 0.8


def test_prior_density_is_that_of_the_normal_distribution(tiny):
    xy = tiny.atlas.xy[:9]
    z = torch.from_numpy(tiny.atlas.inverse_transform(xy, quantities.VIEW_RESOLUTION))
    expected = torch.distributions.Normal(0.0, 1.0).log_prob(z).sum(dim=1).numpy()
    assert quantities.measure_prior(tiny, tiny.atlas.method, xy)[0] == pytest.approx(expected, rel=1e-4)


def test_a_plain_autoencoder_has_no_prior(world, xy):
    with pytest.raises(InputError, match="first has no prior"):
        measured(world, "prior", xy)


def test_the_class_decision_is_that_of_the_neighbours(world, xy, z):
    from sklearn.neighbors import KNeighborsClassifier

    first = world["first"]
    probe = KNeighborsClassifier(10).fit(first.latents, first.labels)
    share, classes = measured(world, "class", xy)
    assert (classes == probe.predict(z)).all()
    assert share == pytest.approx(probe.predict_proba(z).max(axis=1), abs=1e-5)
    assert quantities.decide_class(first, "tsne", first.maps["tsne"].xy)[0].min() < 1  # some are in doubt


# -- heat maps --------------------------------------------------------------------------------------------


def test_a_heat_map_comes_coarse_first_and_keeps_what_it_had(world, monkeypatch):
    asked = []
    inner = quantities.QUANTITIES["distance"]

    def watched(checkpoint, which, xy):
        asked.extend(map(tuple, xy.tolist()))
        return inner(checkpoint, which, xy)

    monkeypatch.setitem(quantities.QUANTITIES, "distance", watched)
    values = heat_values(world)
    assert [len(one.values) for one in values] == [len(range(0, NODES_PER_SIDE, stride)) for stride in STRIDES]
    assert [one.final for one in values] == [False, False, False, True]
    assert len(asked) == len(set(asked))  # no node twice
    away = world["first"].maps["tsne"].tree.query(np.array(asked))[0]
    assert away.max() <= REACH + 1e-6  # and none over empty map
    assert len(asked) < NODES_PER_SIDE * NODES_PER_SIDE / 2


def test_a_heat_map_holds_the_measured_values_at_its_nodes(world):
    coarse = heat_values(world)[0]  # not smoothed: its nodes lie farther apart than the average reaches
    n = len(coarse.values)
    row, column = np.argwhere(coarse.cover[:: STRIDES[0], :: STRIDES[0]] == 1)[3]
    at = coarse.grid.to_xy(np.array([(row * NODES_PER_SIDE + column) * STRIDES[0]]))
    assert coarse.values.shape == (n, n)
    assert coarse.values[row, column] == pytest.approx(measured(world, "distance", at)[0][0], rel=1e-4)


def test_far_from_every_dot_a_layer_is_blank_and_hidden_classes_count_as_none(world):
    shown, hiding = heat_values(world)[-1], heat_values(world, hidden=frozenset({0}))[-1]
    every = shown.grid.to_xy(np.arange(NODES_PER_SIDE * NODES_PER_SIDE))

    def cover(value, place):
        return value.cover.ravel()[np.argmin(np.square(every - np.asarray(place)).sum(axis=1))]

    assert cover(shown, stage.EMPTY) == cover(hiding, stage.EMPTY) == 0
    assert [cover(shown, centre) for centre in stage.CENTRES] == [1, 1, 1]
    assert [cover(hiding, centre) for centre in stage.CENTRES] == [0, 1, 1]
    # pieces are as large as the machine is fast, and a product of other size is rounded another way
    assert hiding.values == pytest.approx(shown.values, rel=1e-4)
    assert heat_values(world, hidden=frozenset({0, 1, 2}))[-1].cover.max() == 0


def test_what_was_worked_out_is_not_worked_out_again(world, monkeypatch):
    store = layers.LayerStore()
    (*_, before) = heat_values(world, store=store)
    monkeypatch.setitem(quantities.QUANTITIES, "distance", None)
    again = heat_values(world, store=store)
    assert [one.final for one in again] == [True]
    assert (again[0].values == before.values).all()


def test_a_job_that_was_given_up_is_gone_on_with(world):
    store, request = layers.LayerStore(), HeatMap("first", "tsne", "cycle", REACH)
    job = layers.make_job(request, world, store)
    while not isinstance(next(job), HeatMapValue):
        pass
    job.close()
    sizes = [len(one.values) for one in heat_values(world, "cycle", store)]
    assert sizes == [len(range(0, NODES_PER_SIDE, stride)) for stride in STRIDES]
    fresh = heat_values(world, "cycle")[-1]
    assert heat_values(world, "cycle", store)[-1].values == pytest.approx(fresh.values, rel=1e-4)


def test_two_jobs_on_one_quantity_share_the_work(world):
    store = layers.LayerStore()
    jobs = [
        layers.make_job(HeatMap("first", "tsne", "distance", REACH), world, store),
        layers.make_job(HeatMap("first", "tsne", "distance", REACH, hidden=frozenset({1})), world, store),
    ]
    found = []
    while jobs:
        for job in list(jobs):
            try:
                found.append(next(job))
            except StopIteration:
                jobs.remove(job)
    final = [one for one in found if isinstance(one, HeatMapValue)][-1]
    assert final.final
    assert final.values == pytest.approx(heat_values(world)[-1].values, rel=1e-4)


# -- tiles of pictures --------------------------------------------------------------------------------------


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


def test_a_piece_grows_where_the_work_is_quick_and_shrinks_where_it_is_slow():
    pace = ChunkSize(16, chunk_seconds=0.002)
    pace.record(16, 0.0001)
    assert pace.batch_size == 32
    pace.record(32, 0.064)
    assert pace.batch_size == 4


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
