"""The field of section "inverse projection": exact at the dots, continuous between them, smooth at a resolution."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from latent_explorer.atlas import Atlas, projection
from latent_explorer.atlas.shepard import NEIGHBOURS, Shepard, compute_shepard_weights

COUNTS = [1, 2, 3, 5, 16, 17, 18, 60]


def scattered(count: int, d: int = 5, seed: int = 0):
    draw = np.random.default_rng(seed)
    return draw.random((count, 2)).astype(np.float32), draw.normal(size=(count, d)).astype(np.float32)


def path(seed: int, steps: int) -> np.ndarray:
    """A straight line across the map and a little beyond."""
    ends = np.random.default_rng(seed).uniform(-0.2, 1.2, size=(2, 2))
    return (ends[0] + np.linspace(0, 1, steps)[:, None] * (ends[1] - ends[0])).astype(np.float32)


def largest_jump(field: np.ndarray) -> float:
    return float(np.linalg.norm(np.diff(field, axis=0), axis=1).max())


@given(count=st.sampled_from(COUNTS), seed=st.integers(0, 1000))
def test_at_a_dot_stands_that_dots_own_latent(count, seed):
    xy, z = scattered(count, seed=seed)
    assert np.array_equal(Shepard().fit(xy, z).inverse_transform(xy), z)


@given(
    grid=st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=1, max_size=40, unique=True),
    seed=st.integers(0, 100),
)
def test_dots_at_equal_distances_are_exact_too(grid, seed):
    xy = np.asarray(grid, np.float32) / 6
    z = np.random.default_rng(seed).normal(size=(len(xy), 3)).astype(np.float32)
    field = Shepard().fit(xy, z)
    assert np.array_equal(field.inverse_transform(xy), z)
    between = field.inverse_transform(xy + np.float32(1 / 12))
    assert (between <= z.max(axis=0) + 1e-5).all()  # a mean of neighbours leaves their range nowhere
    assert (between >= z.min(axis=0) - 1e-5).all()


@pytest.mark.parametrize("count", COUNTS)
@pytest.mark.parametrize("seed", range(3))
def test_between_dots_the_field_is_continuous(count, seed):
    """The largest jump along a line shrinks with the step; a field of nearest dots would keep its jumps."""
    field = Shepard().fit(*scattered(count, seed=seed))
    coarse, fine = (largest_jump(field.inverse_transform(path(seed, steps))) for steps in (2_000, 32_000))
    assert fine <= coarse / 4


@pytest.mark.parametrize("side", [-1, 1])
def test_two_dots_blend_halfway(side):
    field = Shepard().fit(np.float32([[0, 0], [1, 0]]), np.float32([[0], [1]]))
    beside = field.inverse_transform(np.float32([[0.5 + side * 1e-4, 0]]))
    assert beside[0, 0] == pytest.approx(0.5, abs=1e-2)


def test_one_dot_is_everywhere():
    field = Shepard().fit(np.float32([[0.5, 0.5]]), np.float32([[3, -4]]))
    assert field.inverse_transform(np.float32([[0.5, 0.5], [0, 9]])).tolist() == [[3, -4], [3, -4]]


def test_of_dots_on_one_spot_the_first_counts():
    xy, z = scattered(30)
    xy[7] = xy[20] = xy[3]
    found = Shepard().fit(xy, z).inverse_transform(xy)
    assert np.array_equal(found[[3, 7, 20]], z[[3, 3, 3]])
    rest = np.setdiff1d(np.arange(30), [7, 20])
    assert np.array_equal(found[rest], z[rest])


def test_all_dots_on_one_spot_are_the_first():
    _, z = scattered(30)
    found = Shepard().fit(np.full((30, 2), 0.5, np.float32), z).inverse_transform(np.float32([[0.5, 0.5], [0, 1]]))
    assert np.array_equal(found, z[[0, 0]])


def test_only_neighbours_count():
    xy, z = scattered(200)
    far = np.argsort(np.linalg.norm(xy - 0.5, axis=1))[NEIGHBOURS + 1 :]
    changed = z.copy()
    changed[far] += 100
    at = np.float32([[0.5, 0.5]])
    assert np.array_equal(Shepard().fit(xy, z).inverse_transform(at), Shepard().fit(xy, changed).inverse_transform(at))


@given(
    distances=st.lists(st.floats(0, 1e30), min_size=2, max_size=17).map(sorted),
    resolution=st.sampled_from([0.0, 1e-300, 1e-3, 1.0, 1e30]),
)
def test_weights_are_shares_that_fall_with_distance(distances, resolution):
    weights = compute_shepard_weights(np.asarray([distances]), resolution)[0]
    assert weights.sum() == pytest.approx(1, abs=1e-5)
    assert (weights >= 0).all()
    assert (np.diff(weights) <= 1e-6).all()


def test_a_neighbour_fades_out_where_it_stops_being_one():
    weights = compute_shepard_weights(np.array([[0.1, 0.5, 0.999999, 1.0]]), 0.0)[0]
    assert weights[2] < 1e-9 < weights[1] < weights[0]


# -- seen at a resolution -----------------------------------------------------------------------------


def test_a_finer_resolution_comes_closer_to_the_exact_field():
    xy, z = scattered(300)
    field = Shepard().fit(xy, z)
    at = path(0, 500)
    exact = field.inverse_transform(at)
    gaps = [float(np.abs(field.inverse_transform(at, r) - exact).mean()) for r in (0.1, 0.01, 0.001, 1e-6)]
    assert gaps == sorted(gaps, reverse=True)
    assert gaps[-1] < 1e-5 < gaps[0]


@pytest.mark.parametrize("resolution", [0.0, 1e-300, 1e-9])
def test_a_resolution_that_vanishes_is_exact_at_the_dots(resolution):
    xy, z = scattered(60)
    np.testing.assert_allclose(Shepard().fit(xy, z).inverse_transform(xy, resolution), z, atol=1e-5)


def test_at_a_resolution_the_field_glides():
    """One step of a pixel moves the latent less than it moves in the exact field, in the worst place by far."""
    field = Shepard().fit(*scattered(2_000))
    at = path(3, 1_000)
    pixel = float(np.linalg.norm(at[1] - at[0]))
    exact, seen = (np.linalg.norm(np.diff(field.inverse_transform(at, r), axis=0), axis=1) for r in (None, 8 * pixel))
    assert seen.max() < exact.max() / 1.5
    assert seen.mean() < exact.mean()


# -- through the atlas --------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["pca", "tsne"])
@pytest.mark.parametrize("count", [16, 17, 90])
def test_every_map_is_exact_at_its_dots_and_continuous(cloud, method, count):
    latents, labels = cloud(count)
    atlas = Atlas(projection.fit(method, latents, perplexity=4), latents, labels)
    np.testing.assert_allclose(atlas.inverse_transform(atlas.xy), latents, atol=2e-5)
    coarse, fine = (largest_jump(atlas.inverse_transform(path(1, steps))) for steps in (2_000, 32_000))
    assert fine <= coarse / 4


def test_far_from_all_dots_pca_keeps_its_plane(cloud):
    latents, labels = cloud(60)
    atlas = Atlas(projection.fit("pca", latents), latents, labels)
    far = np.float32([[3, 3], [-2, 0.5]])
    np.testing.assert_allclose(atlas.transform(atlas.inverse_transform(far)), far, atol=0.6)
    found = atlas.inverse_transform(far) - atlas.projection.inverse_transform(far)
    assert np.abs(found).max() <= np.abs(latents - atlas.projection.inverse_transform(atlas.xy)).max() + 1e-4


# -- what a latent leans on ---------------------------------------------------------------------------
