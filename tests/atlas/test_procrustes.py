"""Planes of latents that change: they turn only where something was learnt."""

import numpy as np

from latent_explorer.atlas import procrustes
from latent_explorer.atlas.procrustes import PcaTracker
from latent_explorer.atlas.projection import PCA


def turned(latents: np.ndarray, seed: int) -> np.ndarray:
    """The same latents in a space that is turned and mirrored as a whole."""
    turn, _ = np.linalg.qr(np.random.default_rng(seed).normal(size=(latents.shape[1],) * 2))
    return (latents @ turn).astype(np.float32)


def test_a_follower_turns_back_what_only_turned(cloud):
    latents, _ = cloud(90, 4)
    follower = PcaTracker()
    maps = [follower.update(turned(latents, seed)) for seed in range(6)]
    for one in maps:
        np.testing.assert_allclose(one.xy, maps[0].xy, atol=2e-3)
        np.testing.assert_allclose(one.components @ one.components.T, np.eye(2), atol=1e-5)


def test_a_follower_ends_on_the_principal_plane_and_in_a_frame_that_holds_all(cloud):
    latents, _ = cloud(90, 6, seed=2)
    follower = PcaTracker()
    follower.update(np.random.default_rng(0).normal(size=latents.shape).astype(np.float32))
    for _ in range(150):
        last = follower.update(latents)
    own = PCA.fit(latents)
    np.testing.assert_allclose(sum(last.explained_variance_ratio), sum(own.explained_variance_ratio), atol=1e-3)
    assert last.xy.min() >= 0
    assert last.xy.max() <= 1
    np.testing.assert_allclose(last.transform(latents), last.xy, atol=1e-4)


def test_the_frame_of_a_follower_does_not_jump(cloud):
    latents, _ = cloud(90, 4)
    follower = PcaTracker()
    small, large = follower.update(latents), follower.update(latents * 4)
    assert small.frame.scale / 4 < large.frame.scale < small.frame.scale


def test_two_latent_dimensions_are_a_plane_too(cloud):
    latents, _ = cloud(60, 2)
    follower = PcaTracker()
    for t in range(4):
        made = follower.update(turned(latents, t))
    np.testing.assert_allclose(made.inverse_transform(made.xy), turned(latents, 3), atol=1e-3)


def test_maps_of_a_sweep_lie_alike_whatever_the_latent_space(cloud):
    latents, _ = cloud(90, 4)
    wider = np.pad(turned(latents, 5), ((0, 0), (0, 3)))
    first, second = procrustes.align_pca([latents, wider])
    np.testing.assert_allclose(first.xy, second.xy, atol=1e-3)
    np.testing.assert_allclose(second.transform(wider), second.xy, atol=1e-3)


def test_a_space_that_only_turns_stands_still_on_the_map():
    z = np.random.default_rng(0).normal(size=(200, 5)).astype(np.float32) * [5, 3, 1, 0.5, 0.2]
    found = procrustes.align_to_last([turned(z, step) + step for step in range(4)])
    for one in found[:-1]:
        np.testing.assert_allclose(one.xy, found[-1].xy, atol=1e-4)


def test_rotations_keep_distances_and_go_from_next_to_next():
    z = np.random.default_rng(1).normal(size=(50, 4)).astype(np.float32)
    turns = procrustes.chain_rotations([turned(z, 1), turned(z, 2), z])
    assert np.array_equal(turns[-1], np.eye(4))
    for turn, one in zip(turns, [turned(z, 1), turned(z, 2), z], strict=True):
        np.testing.assert_allclose(turn @ turn.T, np.eye(4), atol=1e-5)
        np.testing.assert_allclose(one @ turn, z, atol=1e-4)
