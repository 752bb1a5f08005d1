"""What the tests share: a tiny trained model, a small cloud of latents, and the marks' conditions.

No test needs a network, a display or a file from outside, but those marked `mnist`.
"""

import gc
import hashlib
import os
import socket
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import settings

from latent_explorer import config, texts
from latent_explorer.arrays import Floats
from latent_explorer.atlas import map_quality
from latent_explorer.atlas.map_quality import MapQuality
from latent_explorer.checkpoint import checkpoint_file, map_cache
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.commands import training_run
from latent_explorer.data import datasets, torchvision_sets
from latent_explorer.data.dataset import Dataset
from latent_explorer.engine.map_making import map_maker
from latent_explorer.engine.measurements import dataset_framing
from latent_explorer.labs.anomaly import out_of_distribution
from latent_explorer.ui.window import engine_loader, session_file
from tests import stage

os.environ["TQDM_DISABLE"] = "1"
torch.set_num_threads(1)  # sums in one order, and no fight over the cores
settings.register_profile("steady", derandomize=True, deadline=None, database=None)
settings.load_profile("steady")

TINY = [
    "training.epochs=2", "training.device=cpu", "model.hidden=[24]", "model.latent_dim=4",
    "map.points=120", "map.perplexity=10",
]  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    mnist = torchvision_sets.SETS["mnist"]
    folder = datasets.resolve_data_dir() / mnist.folder
    if not all((folder / file).is_file() for file in mnist.files):
        reason = f"no MNIST files in {folder}; name their folder with LATENT_EXPLORER_DATA"
        skip = pytest.mark.skip(reason=reason)
        for item in items:
            if item.get_closest_marker("mnist"):
                item.add_marker(skip)


def pytest_collection_finish() -> None:
    """Keep torch and thousands of tests from the collector, which would walk them again and again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def _windows_leave_the_collector_alone() -> Iterator[None]:
    """A window has its own objects walked when it opens, and unfreezes them all when it closes: once a run, not once
    a test."""
    idle = SimpleNamespace(freeze=lambda: None, unfreeze=lambda: None, enable=lambda: None)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine_loader, "gc", idle)
        yield


@pytest.fixture(scope="session", autouse=True)
def _maps_are_measured_once() -> Iterator[None]:
    """Each window measures the maps that it opens, most of a second each, since it finds no cache of another test."""
    known: dict[tuple[bytes, ...], MapQuality] = {}

    def measure(*arrays: np.ndarray | None) -> MapQuality:
        key = tuple(b"" if array is None else hashlib.sha256(array.tobytes()).digest() for array in arrays)
        if key not in known:
            known[key] = map_quality.measure(*arrays)
        return known[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(map_maker, "map_quality", SimpleNamespace(measure=measure))
        yield


@pytest.fixture(autouse=True)
def _english_again() -> Iterator[None]:
    """Whatever language a test speaks, the next one begins in English."""
    yield
    texts.use(texts.ENGLISH)


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    connect = socket.socket.connect

    def refuse(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6):
            raise AssertionError(f"a test asked for the network: {address}")
        connect(self, address)  # to another process of this machine

    monkeypatch.setattr(socket.socket, "connect", refuse)


@pytest.fixture(autouse=True)
def _no_cache_of_the_users(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """What is kept of one test is not found by another, and nothing is left on the machine.

    The folder is made where a test asks for it: one for each of thousands of tests would cost them seconds.
    """
    cache = lru_cache(lambda: tmp_path_factory.mktemp("cache"))
    monkeypatch.setattr(map_cache, "get_cache_folder", cache)
    monkeypatch.setattr(session_file, "get_last_session_path", lambda: cache() / "last-session.json")


@pytest.fixture(autouse=True)
def _no_memory_of_another_test() -> None:
    """What a module remembers of the data on this machine is looked for anew: a test may have moved them."""
    out_of_distribution.load_mnist.cache_clear()
    dataset_framing.known_framings.clear()


@pytest.fixture(scope="session")
def tiny_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a VAE that saw the digits for two epochs."""
    out = tmp_path_factory.mktemp("tiny") / "tiny.safetensors"
    training_run.run(config.load("digits-vae", TINY), preset="digits-vae", out=out, data_dir=None, say=lambda _: None)
    return out


@pytest.fixture
def tiny(tiny_path: Path) -> Checkpoint:
    return checkpoint_file.load(tiny_path, "cpu")


@pytest.fixture(scope="session")
def digits() -> Dataset:
    return datasets.load(config.Data())


@pytest.fixture(scope="session")
def cloud() -> Callable[..., tuple[Floats, np.ndarray]]:
    """`cloud(count, d, classes)`: latents (count, d) in separate clusters, and the cluster of each."""

    def make(count: int = 150, d: int = 6, classes: int = 3, seed: int = 0) -> tuple[Floats, np.ndarray]:
        draw = np.random.default_rng(seed)
        labels = np.arange(count) % classes
        centres = draw.normal(size=(classes, d)) * 6
        return (centres[labels] + draw.normal(size=(count, d))).astype(np.float32), labels.astype(np.int64)

    return make


@pytest.fixture(scope="session")
def world() -> stage.World:
    """Small made-up checkpoints, by name; nothing was trained for them."""
    return stage.make_world()
