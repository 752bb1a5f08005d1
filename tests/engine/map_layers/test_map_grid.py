import numpy as np
import pytest

from latent_explorer.engine.map_layers import map_grid
from latent_explorer.engine.map_layers.map_grid import NODES_PER_SIDE, STRIDES, Grid


def test_the_strides_visit_every_node_once_and_the_coarse_ones_first():
    parts = [map_grid.list_nodes(stride) for stride in STRIDES]
    every = np.concatenate(parts)
    assert len(every) == len(set(every.tolist())) == NODES_PER_SIDE * NODES_PER_SIDE
    assert [len(part) for part in parts] == sorted(len(part) for part in parts)
    for number, stride in enumerate(STRIDES):  # up to a stride its whole grid is known
        known = np.zeros(NODES_PER_SIDE * NODES_PER_SIDE, bool)
        known[np.concatenate(parts[: number + 1])] = True
        known = known.reshape(NODES_PER_SIDE, NODES_PER_SIDE)
        assert known[::stride, ::stride].all()
        assert known.sum() == len(range(0, NODES_PER_SIDE, stride)) ** 2


def test_a_grid_reaches_around_the_dots_and_rows_count_upwards():
    dots = np.array([[0.2, 0.1], [0.6, 0.9]], np.float32)
    around = Grid.from_dots(dots, 0.05)
    first, second, above, last = around.to_xy(np.array([0, 1, NODES_PER_SIDE, NODES_PER_SIDE * NODES_PER_SIDE - 1]))
    assert first == pytest.approx([0.4 - 0.45, 0.5 - 0.45], abs=1e-6)
    assert last == pytest.approx([0.4 + 0.45, 0.5 + 0.45], abs=1e-6)
    assert second[0] > first[0]
    assert second[1] == first[1]
    assert above[1] > first[1]


def test_the_cover_fades_from_the_dots_to_empty_map():
    at = map_grid.compute_cover(np.array([0.0, 0.4, 0.75, 0.9, 1.0, 5.0, np.inf]), 1.0)
    assert at[0] == at[1] == 1
    assert (np.diff(at) <= 0).all()
    assert 0 < at[3] < at[2] < 1
    assert (at[4:] == 0).all()


def test_unknown_nodes_take_the_nearest_known_value():
    values = np.full((5, 5), np.nan, np.float32)
    values[0, 0], values[4, 4] = 1, 2
    found = map_grid.fill_missing(values)
    assert found[0, 1] == 1
    assert found[4, 3] == 2
    assert np.isfinite(found).all()
    assert (map_grid.fill_missing(np.full((3, 3), np.nan, np.float32)) == 0).all()


def test_smoothing_averages_what_is_known_and_invents_nothing():
    values = np.full((21, 21), 3.0, np.float32)
    values[:, 12:] = np.nan
    assert np.nanmax(np.abs(map_grid.smooth(values, 1.5) - 3)) < 1e-4
    assert (np.isnan(map_grid.smooth(values, 1.5)) == np.isnan(values)).all()
    values[10, 5] = 30
    assert 3 < map_grid.smooth(values, 1.5)[10, 5] < 10
    assert map_grid.smooth(values, 0.2)[10, 5] == 30
