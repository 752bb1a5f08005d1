"""`latent_explorer.explore`: a window in a process of its own, on functions that stay in this one."""

import gc
import os
import sys
import tempfile
import threading
import time
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from latent_explorer import explore
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.commands import explore as explore_module
from latent_explorer.errors import InputError, WorkError
from latent_explorer.models.external_network import ExternalFunctions
from tests.stage import DISK_FULL, disk_full

SHAPE = (1, 4, 4)
IMAGES = np.random.default_rng(0).integers(0, 256, (60, 4, 4), np.uint8)
WEIGHT = np.linalg.qr(np.random.default_rng(1).normal(size=(16, 3)))[0].astype(np.float32)
QUICK = {"methods": ("pca",)}
PATIENCE = 60.0


def encode(x):
    return x.reshape(len(x), -1) @ WEIGHT


def decode(z):
    return (z @ WEIGHT.T).clip(0, 1).reshape(len(z), *SHAPE)


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr("platformdirs.user_cache_path", lambda *_: tmp_path / "cache")


@pytest.fixture
def start_no_window(monkeypatch):
    """Windows are made, not started; the arguments of each are kept."""
    made = []

    def make(checkpoint, options):
        made.append((checkpoint, list(options)))
        return SimpleNamespace(wait=lambda: made.append("waited"))

    monkeypatch.setattr(explore_module, "ExplorerWindow", make)
    return made


def test_functions_a_model_or_a_checkpoint(start_no_window):
    explore(IMAGES, encode, decode, name="mine", wait=False, **QUICK)
    both = SimpleNamespace(encode=encode, decode=decode)
    explore(IMAGES, model=both, wait=False, options=["--lab", "generate"], **QUICK)
    checkpoint = Checkpoint.from_model(both, IMAGES, fit_inverse=False, **QUICK)
    explore(checkpoint, wait=False)
    (first, _), (second, options), (third, _) = start_no_window
    np.testing.assert_array_equal(first.latents, second.latents)
    assert (first.name, options) == ("mine", ["--lab", "generate"])
    assert third is checkpoint


def test_a_script_waits_and_a_prompt_does_not(start_no_window, monkeypatch):
    checkpoint = Checkpoint.from_model(ExternalFunctions(encode, decode), IMAGES, fit_inverse=False, **QUICK)
    explore(checkpoint)
    assert start_no_window.pop() == "waited"
    monkeypatch.setattr(sys, "ps1", ">>> ", raising=False)
    explore(checkpoint)
    assert start_no_window[-1] != "waited"


@pytest.mark.parametrize(
    "given",
    [
        {"encode": encode},
        {"decode": decode},
        {},
        {"encode": encode, "model": object()},
        {"encode": encode, "decode": decode, "pixel_ragne": (0, 1)},
        {"encode": encode, "decode": decode, "labels": [1, 2]},
    ],
)
def test_what_does_not_fit_opens_nothing(start_no_window, given):
    with pytest.raises(InputError) as raised:
        explore(IMAGES, wait=False, **given)
    assert "\n" not in str(raised.value)
    assert not start_no_window


def list_folders():
    return set(Path(tempfile.gettempdir()).glob("latent-explorer-*"))


@pytest.fixture
def checkpoint():
    """A checkpoint of this process's functions; `called` holds the threads that called them."""
    called = []

    def watched(z):
        called.append(threading.current_thread().name)
        return decode(z)

    made = Checkpoint.from_model(ExternalFunctions(encode, watched), IMAGES, name="a/b: c", fit_inverse=False, **QUICK)
    called.clear()
    made.called = called
    return made


def test_a_window_that_fails_ends_with_its_last_line(checkpoint):
    before = list_folders()
    window = explore(checkpoint, wait=False, options=["--headless", "--lab", "kitchen"])
    with pytest.raises(WorkError, match="kitchen"):
        window.wait(PATIENCE)
    assert not window.running
    assert list_folders() == before
    window.close()


@pytest.mark.slow
def test_the_picture_is_decoded_by_the_functions_here(checkpoint, tmp_path):
    before, picture = list_folders(), tmp_path / "window.png"
    with explore(checkpoint, wait=False, options=["--headless", "--screenshot", str(picture)]) as window:
        assert window.running
        assert "open" in repr(window)
        window.wait(PATIENCE)
        assert not window.running
        assert "closed" in repr(window)
    assert picture.stat().st_size > 1000
    assert checkpoint.called
    assert set(checkpoint.called) == {"functions"}
    assert list_folders() == before


@pytest.mark.slow
def test_a_window_can_be_closed_from_here(checkpoint, tmp_path):
    script = tmp_path / "wait.yaml"
    script.write_text("- wait: 50\n")
    before = list_folders()
    window = explore(checkpoint, wait=False, options=["--headless", "--script", os.fspath(script)])
    window.wait(0.5)
    assert window.running
    window.close()
    assert not window.running
    assert list_folders() == before
    window.close()


@pytest.mark.slow
def test_a_window_of_which_nobody_keeps_hold_goes_on(checkpoint, tmp_path):
    before, picture = list_folders(), tmp_path / "window.png"
    explore(checkpoint, wait=False, options=["--headless", "--screenshot", str(picture)])
    gc.collect()
    deadline = time.monotonic() + PATIENCE
    while list_folders() != before and time.monotonic() < deadline:
        time.sleep(0.1)
    assert picture.stat().st_size > 1000
    assert list_folders() == before


def test_where_no_temporary_file_can_be_made_a_line_says_so(checkpoint, monkeypatch):
    monkeypatch.setattr(explore_module, "ScratchFolder", disk_full)
    with pytest.raises(WorkError, match=f"no temporary file can be written: {DISK_FULL}"):
        explore_module.ExplorerWindow(checkpoint, [])
