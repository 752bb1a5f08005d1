"""The atlas's own inverse projection: a smooth field, and detail that follows the zoom."""

import numpy as np
import pytest
import torch

from latent_explorer.atlas import MIN_DOTS_TO_FIT, Atlas, fit_smooth_network, projection
from latent_explorer.atlas.inverse_field import BLUR_PIXELS, InverseField, compute_residual_weight
from latent_explorer.atlas.shepard import Shepard
from latent_explorer.errors import InputError
from tests.atlas.conftest import decode


def between(atlas: Atlas, steps: int = 400) -> np.ndarray:
    """Positions on a line from one dot to another, across the map."""
    ends = atlas.xy[[atlas.xy[:, 0].argmin(), atlas.xy[:, 0].argmax()]]
    return (ends[0] + np.linspace(0, 1, steps, dtype=np.float32)[:, None] * (ends[1] - ends[0])).astype(np.float32)


def longest_step(z: np.ndarray) -> float:
    return float(np.linalg.norm(np.diff(z, axis=0), axis=1).max())


def test_at_a_dot_stands_that_dots_own_latent(atlas):
    np.testing.assert_allclose(atlas.inverse_transform(atlas.xy), atlas.latents, atol=1e-5)


def test_between_dots_the_field_is_continuous(atlas):
    coarse, fine = (longest_step(atlas.inverse_transform(between(atlas, steps))) for steps in (1_000, 32_000))
    assert fine < coarse / 4


def test_detail_follows_the_zoom(atlas):
    """From the smooth field over the whole map, to the exact one from near."""
    at = atlas.xy + np.float32(1e-4)
    exact, smooth = atlas.inverse_transform(at), atlas.smooth_network(at)
    apart = np.abs(exact - smooth).mean()
    steps = [np.abs(atlas.inverse_transform(at, r) - smooth).mean() / apart for r in (1.0, 0.01, 0.001, 1e-5, 0.0)]
    assert steps == sorted(steps)
    assert steps[0] < 1e-3
    assert steps[-1] == pytest.approx(1)


def test_seen_from_afar_the_picture_glides(atlas):
    """A step over the whole map changes the picture less than in the interpolation of the same dots."""
    pixel = 1 / 900
    lines = between(atlas, 900)
    shown = atlas.inverse_transform(lines, pixel)
    plain = Shepard().fit(atlas.xy, atlas.latents).inverse_transform(lines, pixel)
    pictures = [decode(torch.from_numpy(z), lines).flatten(1).numpy() for z in (shown, plain)]
    assert longest_step(pictures[0]) < 0.7 * longest_step(pictures[1])


def test_many_positions_are_as_one_by_one(atlas):
    at = np.random.default_rng(0).random((9_000, 2)).astype(np.float32)
    together = atlas.inverse_transform(at, 0.001)
    np.testing.assert_allclose(atlas.inverse_transform(at[8_500:8_510], 0.001), together[8_500:8_510], atol=1e-4)
    assert np.isfinite(atlas.inverse_transform(np.float32([[-50, 90]]), 0.001)).all()


@pytest.mark.parametrize("resolution", [None, 1e-3, 0.1])
def test_one_position_alone_is_as_among_many(atlas, resolution):
    at = np.concatenate([atlas.xy[:2], [[0.5, 0.5], [-50, 90]]]).astype(np.float32)  # dots, between them, and far away
    alone = [atlas.inverse_transform(at[k : k + 1], resolution) for k in range(len(at))]
    np.testing.assert_allclose(np.concatenate(alone), atlas.inverse_transform(at, resolution), atol=1e-5)


def test_detail_is_half_seen_where_so_many_pixels_cover_the_distance_between_dots():
    k = 14
    spacing = 0.01
    reach = np.full((1, k + 1), spacing / np.sqrt(np.pi / k))
    assert compute_residual_weight(reach, spacing / BLUR_PIXELS) == pytest.approx(0.5)
    assert compute_residual_weight(reach, spacing / BLUR_PIXELS / 16) > 0.999
    assert compute_residual_weight(reach, 0.0) == 1


def test_few_dots_and_the_latent_plane_need_no_smooth_field(cloud):
    latents, labels = cloud(MIN_DOTS_TO_FIT - 1)
    few = Atlas(projection.fit("pca", latents), latents, labels).fit_inverse(decode)
    plane = Atlas(projection.fit("latent", latents[:, :2]), latents[:, :2], labels).fit_inverse(decode)
    assert few.smooth_network is None
    assert plane.smooth_network is None
    assert isinstance(few.inverse, Shepard)


def test_the_field_takes_the_place_of_plain_interpolation(cloud, monkeypatch):
    monkeypatch.setattr(fit_smooth_network, "MIN_STEPS", 20)
    latents, labels = cloud(MIN_DOTS_TO_FIT)
    atlas = Atlas(projection.fit("pca", latents), latents, labels)
    assert isinstance(atlas.inverse, Shepard)
    assert isinstance(atlas.fit_inverse(decode).inverse, InverseField)


def test_duplicates_and_lines_have_a_field_too(cloud, monkeypatch):
    monkeypatch.setattr(fit_smooth_network, "MIN_STEPS", 20)  # exact at the dots however little was fitted
    latents, labels = cloud(MIN_DOTS_TO_FIT)
    latents[100:] = latents[:100]
    one = Atlas(projection.fit("pca", latents), latents, labels).fit_inverse(decode)
    np.testing.assert_allclose(one.inverse_transform(one.xy), latents, atol=1e-4)
    line = np.linspace(0, 1, MIN_DOTS_TO_FIT, dtype=np.float32)[:, None] * np.float32([[3, -1, 2, 0]])
    flat = Atlas(projection.fit("pca", line), line, labels).fit_inverse(decode)
    np.testing.assert_allclose(flat.inverse_transform(flat.xy), line, atol=1e-4)


def test_a_method_of_the_literature_is_asked_by_name(atlas):
    exact = atlas.inverse_transform(atlas.xy[:3], method="nearest")
    assert np.array_equal(exact, atlas.latents[:3])
    with pytest.raises(InputError, match="method: 'spline' arrived; allowed: field, nearest, distance, delaunay"):
        atlas.inverse_transform(atlas.xy[:3], method="spline")
