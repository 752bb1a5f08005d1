"""The fit of the smooth part: faithful, repeatable, and refused where it cannot be."""

import numpy as np
import pytest
import torch

from latent_explorer.atlas import MIN_DOTS_TO_FIT, Atlas, distil_decoder, fit_smooth_network, projection
from latent_explorer.errors import InputError
from tests.atlas.conftest import decode


def test_the_smooth_field_is_near_the_data(atlas):
    """It explains most of the pictures at the dots, which the mean picture does not."""
    own = decode(torch.from_numpy(atlas.latents), atlas.xy).numpy()
    found = decode(torch.from_numpy(atlas.smooth_network(atlas.xy)), atlas.xy).numpy()
    assert np.square(found - own).mean() < 0.35 * np.square(own - own.mean(axis=0)).mean()


def test_the_same_seed_gives_the_same_field(atlas, monkeypatch):
    monkeypatch.setattr(fit_smooth_network, "MIN_STEPS", 30)
    monkeypatch.setattr(fit_smooth_network, "STEPS", 30)

    def fit(seed: int) -> np.ndarray:
        fitted = Atlas(atlas.projection, atlas.latents, atlas.labels).fit_inverse(decode, seed=seed)
        return fitted.smooth_network(atlas.xy)

    first = fit(0)
    assert np.array_equal(fit(0), first)
    assert not np.array_equal(fit(1), first)


@pytest.mark.slow
def test_a_decoder_without_gradient_is_distilled(cloud, monkeypatch):
    monkeypatch.setattr(distil_decoder, "STEPS", 120)
    monkeypatch.setattr(fit_smooth_network, "MIN_STEPS", 100)
    latents, labels = cloud(MIN_DOTS_TO_FIT)
    plain, distilled = (Atlas(projection.fit("pca", latents), latents, labels) for _ in range(2))
    plain.fit_inverse(decode)
    distilled.fit_inverse(lambda z, dots: decode(z.detach(), dots))
    assert plain.smooth_network is not None
    assert distilled.smooth_network is not None
    with torch.no_grad():
        wanted, arrived, nothing = (
            decode(torch.from_numpy(np.float32(z)), labels).numpy()
            for z in (plain.smooth_network(plain.xy), distilled.smooth_network(plain.xy), np.zeros_like(latents))
        )
    assert np.square(arrived - wanted).mean() < 0.25 * np.square(nothing - wanted).mean()


def test_one_without_gradient_that_depends_on_labels_is_refused(cloud):
    latents, labels = cloud(MIN_DOTS_TO_FIT)
    atlas = Atlas(projection.fit("pca", latents), latents, labels)
    with pytest.raises(InputError, match="passes no gradient"):
        atlas.fit_inverse(lambda z, dots: decode(z.detach() + torch.from_numpy(dots)[:, None], dots))
    assert atlas.smooth_network is None


def test_progress_is_told(cloud, monkeypatch):
    monkeypatch.setattr(fit_smooth_network, "MIN_STEPS", 20)
    monkeypatch.setattr(fit_smooth_network, "STEPS", 20)
    latents, labels = cloud(MIN_DOTS_TO_FIT)
    told: list[tuple[int, int]] = []
    Atlas(projection.fit("pca", latents), latents, labels).fit_inverse(decode, progress=lambda *at: told.append(at))
    assert told[0][0] == 0
    assert told[-1][0] == told[-1][1] == len(told) - 1
