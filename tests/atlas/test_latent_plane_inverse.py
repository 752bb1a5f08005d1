import numpy as np
import pytest
import torch

from latent_explorer.atlas import Atlas, fit_smooth_network, projection


@pytest.fixture
def atlas(cloud):
    latents, labels = cloud(300, 6)
    return Atlas(projection.fit("latent", latents, axes=(5, 2)), latents, labels)


@pytest.mark.parametrize("resolution", [None, 0.002, 0.05])
def test_the_two_dimensions_are_exactly_what_the_position_says(atlas, resolution):
    xy = np.random.default_rng(0).uniform(-0.2, 1.2, size=(60, 2)).astype(np.float32)
    z = atlas.inverse_transform(xy, resolution)
    np.testing.assert_allclose(atlas.transform(z), xy, atol=1e-5)


def test_the_other_dimensions_are_those_of_the_dots(atlas):
    np.testing.assert_allclose(atlas.inverse_transform(atlas.xy), atlas.latents, atol=1e-3)
    between = atlas.inverse_transform((atlas.xy[:40] + atlas.xy[40:80]) / 2)
    assert between.std(axis=0).min() > 0


def test_a_smooth_part_is_fitted_for_the_others_alone(atlas, monkeypatch):
    monkeypatch.setattr(fit_smooth_network, "MIN_STEPS", 60)
    monkeypatch.setattr(fit_smooth_network, "STEPS", 60)
    seen = []

    def decode(z, dots):
        seen.append(z.detach())
        return torch.tanh(z)[:, None, None, :]

    atlas.fit_inverse(decode)
    last = seen[-1]
    on_map = atlas.transform(last.numpy())
    assert on_map.min() > -0.1  # positions on the map, whatever the network says of these two dimensions
    assert on_map.max() < 1.1
    xy = np.random.default_rng(0).uniform(size=(60, 2)).astype(np.float32)
    np.testing.assert_allclose(atlas.transform(atlas.inverse_transform(xy, 0.002)), xy, atol=1e-5)
    np.testing.assert_allclose(atlas.inverse_transform(atlas.xy), atlas.latents, atol=1e-3)
