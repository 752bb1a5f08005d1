"""A film of three moments, and the folder of a sweep of three models."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from latent_explorer import config
from latent_explorer.checkpoint.snapshots import Moment, Snapshots
from tests.atlas.test_procrustes import turned

SETTINGS = config.from_dict({"model": {"latent_dim": 4, "hidden": [8]}})


@pytest.fixture
def film(cloud) -> Snapshots:
    latents, labels = cloud(90, 4)
    moments = tuple(Moment(10 * t, turned(latents, t) * (t + 1), {}) for t in range(3))
    return Snapshots(SETTINGS, ("a", "b", "c"), np.arange(90), labels, 10, moments)


@pytest.fixture
def sweep(tiny, tmp_path) -> Path:
    folder = tmp_path / "digits-vae-beta"
    folder.mkdir()
    for beta in (4.0, 0.5, 1.0):
        objective = replace(tiny.config.objective, beta=beta)
        one = replace(tiny, config=replace(tiny.config, objective=objective))
        one.save(folder / f"digits-vae-beta-{beta:g}.safetensors")
    return folder
