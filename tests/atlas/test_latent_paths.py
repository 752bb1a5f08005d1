"""Ways through latent space meet their ends, and are what their names say."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from latent_explorer.atlas import LatentNeighbours, latent_paths

SEEDS = st.integers(0, 200)


def ends(seed: int, d: int = 8) -> tuple[np.ndarray, np.ndarray]:
    a, b = np.random.default_rng(seed).normal(size=(2, d)).astype(np.float32)
    return a, b


@given(seed=SEEDS, steps=st.integers(2, 40))
def test_a_line_has_equal_steps(seed, steps):
    a, b = ends(seed)
    line = latent_paths.lerp(a, b, steps)
    lengths = np.linalg.norm(np.diff(line, axis=0), axis=1)
    assert lengths == pytest.approx(np.linalg.norm(b - a) / (steps - 1), rel=1e-3)


@given(seed=SEEDS, steps=st.integers(2, 40))
def test_ways_meet_both_ends_exactly(seed, steps):
    a, b = ends(seed)
    middle = np.full(8, 0.3, np.float32)
    corners = np.stack([a, b + 1, a - 1, b])
    for way in (
        latent_paths.lerp(a, b, steps),
        latent_paths.slerp(a, b, steps),
        latent_paths.slerp(a, b, steps, middle),
        latent_paths.round_corners(corners, steps),
    ):
        assert way.shape == (steps, 8)
        assert way.dtype == np.float32
        assert (way[0] == a).all()
        assert (way[-1] == b).all()


@given(seed=SEEDS)
def test_an_arc_keeps_a_norm_that_both_ends_have(seed):
    a, b = ends(seed)
    b *= np.linalg.norm(a) / np.linalg.norm(b)
    arc = latent_paths.slerp(a, b, 21)
    assert np.linalg.norm(arc, axis=1) == pytest.approx(np.linalg.norm(a), rel=1e-5)
    angles = (arc[1:] * arc[:-1]).sum(axis=1)
    assert angles == pytest.approx(angles[0], abs=1e-4), "in equal angles"
    assert np.linalg.norm(latent_paths.lerp(a, b, 21)[10]) < np.linalg.norm(a)


def test_an_arc_goes_around_its_centre():
    centre = np.array([5, 5], np.float32)
    arc = latent_paths.slerp(np.array([7, 5], np.float32), np.array([5, 7], np.float32), 9, centre)
    assert np.linalg.norm(arc - centre, axis=1) == pytest.approx(2)


@pytest.mark.parametrize(
    ("a", "b"),
    [((1, 2, 3), (2, 4, 6)), ((1, 2, 3), (-2, -4, -6)), ((0, 0, 0), (1, 2, 3)), ((0, 0, 0), (0, 0, 0)),
     ((1, 2, 3), (1, 2, 3))],
)  # fmt: skip
def test_where_there_is_no_arc_the_line_is_straight(a, b):
    a, b = np.array(a, np.float32), np.array(b, np.float32)
    assert (latent_paths.slerp(a, b, 7) == latent_paths.lerp(a, b, 7)).all()


def test_a_tiny_angle_is_an_arc_still():
    a = np.array([1, 0], np.float32)
    b = np.array([np.cos(1e-3), np.sin(1e-3)], np.float32)
    assert np.linalg.norm(latent_paths.slerp(a, b, 5), axis=1) == pytest.approx(1, abs=1e-6)


def test_equal_steps_over_corners():
    corners = np.array([[0, 0], [3, 0], [3, 0], [3, 1]], np.float32)
    assert latent_paths.resample_evenly(corners, 5) == pytest.approx(np.array([[0, 0], [1, 0], [2, 0], [3, 0], [3, 1]]))


def test_corners_on_one_spot_are_one_place():
    assert (latent_paths.resample_evenly(np.ones((3, 2), np.float32), 4) == 1).all()
    assert (latent_paths.round_corners(np.ones((2, 2), np.float32), 4) == 1).all()


def test_a_straight_way_stays_straight_and_a_corner_is_cut():
    straight = latent_paths.round_corners(np.array([[0, 0], [1, 1], [4, 4]], np.float32), 30)
    assert straight == pytest.approx(latent_paths.lerp(straight[0], straight[-1], 30), abs=1e-4)
    bent = latent_paths.round_corners(np.array([[0, 0], [1, 0], [1, 1]], np.float32), 101)
    assert 0.01 < np.linalg.norm(bent - [1, 0], axis=1).min() < 0.1


def test_the_way_through_the_data_follows_their_bend():
    angle = np.linspace(0, 1.5 * np.pi, 200)
    z = np.stack([np.cos(angle), np.sin(angle)], axis=1).astype(np.float32)
    (way,), (dots,) = latent_paths.follow_data(z[[0, -1]], 61, LatentNeighbours(z))
    assert np.abs(np.linalg.norm(way, axis=1) - 1).max() < 0.03, "a straight line would come within 0.7"
    assert len(dots) > 5


def test_ways_that_follow_each_other_meet_once():
    a, b, c = np.eye(3, dtype=np.float32)
    both = latent_paths.join_paths([latent_paths.lerp(a, b, 5), latent_paths.lerp(b, c, 5)])
    assert len(both) == 9
    assert (both[4] == b).all()
    assert latent_paths.compute_length(both) == pytest.approx(2 * np.sqrt(2))
