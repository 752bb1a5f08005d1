"""A film of three moments, the folder of a sweep of three models, and files that somebody forged."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from latent_explorer import config
from latent_explorer.checkpoint import checkpoint_file, tensor_file, trained_model
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.checkpoint.snapshots import Moment, Snapshots
from latent_explorer.errors import InputError
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


Change = Callable[[dict[str, Any], dict[str, np.ndarray]], None]


@pytest.fixture
def forged(tiny: Checkpoint, tmp_path: Path) -> Callable[[Change], Path]:
    """The tiny checkpoint changed by someone who can also compute its digest."""

    def make(change: Change) -> Path:
        header, tensors = trained_model.make_header(tiny), trained_model.make_tensors(tiny)
        change(header, tensors)
        path = tmp_path / "forged.safetensors"
        path.write_bytes(tensor_file.to_bytes(header, tensors))
        return path

    return make


def refused(path: Path, *said: str) -> None:
    with pytest.raises(InputError) as caught:
        checkpoint_file.load(path, "cpu")
    message = str(caught.value)
    assert all(part in message for part in (*said, path.stem)), message
    assert "\n" not in message


@pytest.fixture
def own_cache(tmp_path_factory, monkeypatch) -> Path:
    """An empty folder in place of the user's cache."""
    place = tmp_path_factory.mktemp("cache")
    monkeypatch.setattr("platformdirs.user_cache_path", lambda *_: place)
    return place
