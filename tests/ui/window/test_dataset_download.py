"""A data set that is not here, from the click on its box to its pictures, with a stand-in for the network."""

import gzip
import hashlib
import io
import threading
import time
from dataclasses import replace
from urllib.error import URLError

import numpy as np
import pygame
import pytest

from latent_explorer import config
from latent_explorer.data import download, torchvision_sets
from latent_explorer.data.download import RemoteFile
from latent_explorer.labs import LABS
from latent_explorer.scene.events import Report, Set
from tests import stage
from tests.stage import texts
from tests.ui.conftest import settle

PATIENCE = 30.0
COUNTS = 60, 60, 10, 10


def idx(values: np.ndarray) -> bytes:
    head = bytes([0, 0, 8, values.ndim]) + np.array(values.shape, ">i4").tobytes()
    return gzip.compress(head + values.astype(np.uint8).tobytes())


@pytest.fixture
def network(monkeypatch):
    """What each address answers: nothing until a test puts the files there."""
    shapes = [(count, 28, 28) if k % 2 == 0 else (count,) for k, count in enumerate(COUNTS)]
    whole = {f"{name}.gz": idx(np.ones(shape)) for name, shape in zip(torchvision_sets.IDX_FILES, shapes, strict=True)}
    known: dict[str, bytes] = {}

    def open_url(url):
        if url not in known:
            raise URLError(OSError(-3, "no network here"))
        return io.BytesIO(known[url])

    def list_files(wanted):
        sums = {name: hashlib.md5(one).hexdigest() for name, one in whole.items()}
        return [RemoteFile(name, (f"http://a.example/{name}",), md5) for name, md5 in sums.items()]

    monkeypatch.setattr(download, "open_url", open_url)
    monkeypatch.setattr(torchvision_sets, "list_remote_files", list_files)
    return known, {f"http://a.example/{name}": one for name, one in whole.items()}


def press_box(app) -> None:
    px = LABS["explore"].get_layout(app.state).parts["sample"].centre
    settle(app)
    for kind in (pygame.MOUSEBUTTONDOWN, pygame.MOUSEBUTTONUP):
        app.frame([pygame.event.Event(kind, pos=px, button=1, touch=False)])


def wait_until(app, condition) -> None:
    until = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < until
        app.frame(pygame.event.get())
        time.sleep(0.005)


def has_offer(app) -> bool:
    return "MNIST" in texts(app.make_view())


@pytest.fixture
def small(world):
    data = config.Data(name="mnist", size=8)
    first = replace(world["first"], config=replace(world["first"].config, data=data))
    shelf = stage.World(world)
    shelf["first"] = first
    shelf.requested = ("first",)
    return shelf


def test_the_network_says_no_then_yes_and_the_originals_appear(apps, small, network, tmp_path):
    known, whole = network
    app = apps(library=small)
    settle(app)
    assert app.state.downloads.running == ""
    press_box(app)
    wait_until(app, lambda: app.state.status.message)
    assert "no network here" in app.state.status.message
    assert len(app.state.status.message) <= 300
    folder = tmp_path / "no data" / "MNIST" / "raw"
    assert list(folder.iterdir()) == []
    known.update(whole)
    press_box(app)
    wait_until(app, lambda: app.state.downloads.offers == {})
    settle(app)
    assert sorted(one.name for one in folder.iterdir()) == sorted(f"{name}.gz" for name in torchvision_sets.IDX_FILES)
    app.act(Report())
    wait_until(app, lambda: not has_offer(app))


def test_a_stopped_one_leaves_nothing_and_the_window_goes_on(apps, small, network, tmp_path):
    known, whole = network
    known.update({url: one[:-1] for url, one in whole.items()})
    app = apps(library=small)
    settle(app)
    app.act(Set("data", "mnist"))
    app.frame([])
    app.act(Set("data", "mnist"))
    app.frame([])
    for thread in threading.enumerate():
        if thread.name == "download":
            thread.join(PATIENCE)
    app.frame([])
    assert app.state.status.message == ""
    assert not any((tmp_path / "no data").rglob("*.gz*"))
    assert has_offer(app)
