"""The way through the data: it follows bends, prefers small steps, and is always there."""

import numpy as np
import pytest

from latent_explorer.atlas import LatentNeighbours
from latent_explorer.atlas.geodesic import NeighbourGraph, find_nearest


def horseshoe(count: int = 200) -> np.ndarray:
    """Samples on three quarters of a circle of radius 1, in the order of their angles."""
    angle = np.linspace(0, 1.5 * np.pi, count)
    return np.stack([np.cos(angle), np.sin(angle)], axis=1).astype(np.float32)


def test_it_follows_the_bend_of_a_line_of_samples():
    z = horseshoe()
    ((corners, dots),) = NeighbourGraph(z).find_shortest_paths(z[[0, -1]])
    assert len(dots) > 10
    assert (np.diff(dots) > 0).all(), "along the line, never back"
    assert np.abs(np.linalg.norm(corners, axis=1) - 1).max() < 1e-5
    way = np.linalg.norm(np.diff(corners, axis=0), axis=1).sum()
    assert way == pytest.approx(1.5 * np.pi, rel=0.02)


def test_many_small_steps_are_shorter_than_one_leap():
    """A row of samples goes round by a detour of a fifth; straight over there is nothing."""
    leap = np.array([[0, 0], [1, 0]], np.float32)
    x = np.linspace(0, 1, 30)
    detour = np.stack([x, 0.3 * np.sin(np.pi * x)], axis=1).astype(np.float32)
    others = np.random.default_rng(0).normal(5, 0.1, (8, 2)).astype(np.float32)
    ((_, dots),) = NeighbourGraph(np.concatenate([detour, others])).find_shortest_paths(leap)
    assert len(dots) > 8


def test_both_ends_are_met_and_what_lies_between_are_samples():
    z = np.random.default_rng(1).normal(size=(300, 5)).astype(np.float32)
    stops = np.random.default_rng(2).normal(size=(4, 5)).astype(np.float32)
    ways = NeighbourGraph(z).find_shortest_paths(stops)
    assert len(ways) == 3
    for (corners, dots), start, end in zip(ways, stops, stops[1:], strict=False):
        assert (corners[0] == start).all()
        assert (corners[-1] == end).all()
        assert (corners[1:-1] == z[dots]).all()


def test_islands_are_joined_where_they_are_nearest():
    draw = np.random.default_rng(3)
    islands = [draw.normal(centre, 0.1, (30, 2)) for centre in ((0, 0), (10, 0), (20, 0))]
    z = np.concatenate(islands).astype(np.float32)
    ((_, dots),) = NeighbourGraph(z).find_shortest_paths(np.array([[0, 0], [20, 0]], np.float32))
    assert {int(dot) // 30 for dot in dots} == {0, 1, 2}


def test_twins_do_not_hold_each_other_back():
    """Codes that many samples share, as a codebook makes them, are one place."""
    z = np.repeat(horseshoe(40), 50, axis=0)
    ((corners, _),) = NeighbourGraph(z).find_shortest_paths(z[[0, -1]])
    assert np.abs(np.linalg.norm(corners, axis=1) - 1).max() < 1e-5


@pytest.mark.parametrize("count", [1, 2, 5])
def test_few_samples_have_a_way_too(count):
    z = np.arange(3 * count, dtype=np.float32).reshape(count, 3)
    ((corners, _),) = NeighbourGraph(z).find_shortest_paths(np.array([[0, 0, 0], [9, 9, 9]], np.float32))
    assert len(corners) >= 2


def test_stops_on_one_spot_have_no_detour_between_them():
    z = horseshoe()
    ((corners, dots),) = NeighbourGraph(z).find_shortest_paths(np.array([[0.5, 0.5], [0.5, 0.5]], np.float32))
    assert len(dots) == 0
    assert np.linalg.norm(np.diff(corners, axis=0)) == 0


def test_stops_beside_each_other_are_tied():
    z = horseshoe()
    ((_, dots),) = NeighbourGraph(z).find_shortest_paths(np.array([[0, 0], [0.1, 0]], np.float32))
    assert len(dots) == 0


def test_the_nearest_are_those_of_brute_force_in_order():
    z = np.random.default_rng(4).normal(size=(50, 3)).astype(np.float32)
    asked = np.random.default_rng(5).normal(size=(7, 3)).astype(np.float32)
    index, away = find_nearest(z, asked, 6)
    apart = np.linalg.norm(asked[:, None] - z[None], axis=2)
    assert (index == np.argsort(apart, axis=1)[:, :6]).all()
    assert away == pytest.approx(np.sort(apart, axis=1)[:, :6], abs=1e-5)


def test_the_graph_is_made_once():
    neighbours = LatentNeighbours(horseshoe())
    assert neighbours.neighbour_graph is neighbours.neighbour_graph
