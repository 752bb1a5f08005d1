"""The labs as they look, against reference pictures in `tests/golden/`.

After a change that is meant to show: `LATENT_EXPLORER_RENEW_GOLDEN=1 pytest tests/ui/test_golden.py`, look at each
picture, and commit them with the change. The comparison has a tolerance, since fonts are not rasterised alike
everywhere. No data set is on the machine in these tests, so no picture shows an image of one.
"""

import os
from pathlib import Path

import numpy as np
import pygame
import pytest
from PIL import Image

from latent_explorer.checkpoint.library import Library
from latent_explorer.ui.automation import script_steps
from latent_explorer.ui.automation.script import Script
from latent_explorer.ui.window import window
from latent_explorer.ui.window.app import App
from tests.stage import ROOT

GOLDEN = ROOT / "tests" / "golden"
RENEW = os.environ.get("LATENT_EXPLORER_RENEW_GOLDEN") == "1"
SIZE = (640, 560)
MEAN, BLOCK, SIDE = 1.5, 25.0, 20
"""Grey levels that the whole picture may differ by on average, and every square of so many pixels."""
LARGEST = 120_000  # bytes

SCENES = {
    "explore": ("explore", ["mnist-vae"], "- move: [0.42, 0.55]"),
    "explore-way": ("explore", ["faces-vae"], "- click: [0.5, 0.8]\n- set: {panel: way}"),
    "explore-trace": ("explore", ["mnist-vae"], "- set: {theme: light}\n- drag: [[0.80, 0.75], [0.42, 0.55]]"),
    "explore-pictures": ("explore", ["mnist-vae"], "- set: {layer: pictures}\n- scroll: [0.5, 0.5, 3]"),
    "compare-distance": ("compare", ["mnist-ae", "mnist-vae"], "- set: {theme: light}\n- set: {layer: distance}"),
    "explore-why": (
        "explore",
        ["mnist-vae"],
        "\n".join(f"- key: {k}" for k in [*"02356849", "w", "e", "p"])
        + "\n- scroll: [0.66, 0.6, 6]\n- move: [0.68, 0.6]",
    ),
    "generate": ("generate", ["mnist-ae", "mnist-vae"], "- touch: [wall 1, 0.35, 0.4]"),
    "denoise": ("denoise", ["mnist-ae", "mnist-denoising"], "- set: {theme: light}\n- set: {level: 0.5}"),
    "interpolate": ("interpolate", ["mnist-vae"], "- set: {shown: data}"),
    "anomaly": ("anomaly", ["digits-anomaly"], "- set: {threshold: 90}\n- wait: 2"),
    "compress": ("compress", ["digits-vae"], "- set: {theme: light}\n- set: {bits: 2}\n- set: {bits: 3}\n- wait: 3"),
    "arithmetic": ("arithmetic", ["mnist-vae"], "- set: {amount: 0.5}"),
    "cluster": ("cluster", ["mnist-vae"], "- set: {theme: light}\n- touch: [wall, 0.1, 0.1]"),
    "factors": ("factors", ["digits-vae", "digits-anomaly"], "- touch: [table 0, 0.45, 0.3]"),
    "explore-dimensions": (
        "explore",
        ["mnist-vae"],
        "- click: [0.62, 0.35]\n- key: h\n- touch: [bars, [0.6, 0.5], [0.6, 0.2]]\n- key: b",
    ),
    "compare-four": (
        "compare",
        ["mnist-ae", "mnist-vae", "mnist-cnn-ae", "mnist-cnn-vae"],
        "- set: {theme: light}\n- touch: [head, 0.1, 0.5]",
    ),
    "pad": ("explore", ["mnist-vae"], "- draw: [[[0.3, 0.2], [0.7, 0.2], [0.55, 0.5], [0.45, 0.85]]]"),
    "gallery": (
        "explore",
        ["mnist-vae"],
        "- set: {theme: light}\n- draw: [[[0.3, 0.2], [0.7, 0.2], [0.55, 0.5], [0.45, 0.85]]]\n"
        "- set: {gallery label: '7'}\n- set: {add to gallery: null}\n"
        "- draw: [[[0.5, 0.1], [0.5, 0.9]]]\n- set: {add to gallery: null}",
    ),
    "learn": ("learn", ["digits-vae"], "- touch: [chart, 0.5, 0.5]\n- move: [0.62, 0.45]"),
    "compare": ("compare", ["mnist-ae", "mnist-vae"], "- drag: [[0.12, 0.5], [0.62, 0.74]]"),
}

QUICK = ("explore",)
"""Scenes that every run draws; each takes seconds."""


def difference(first: np.ndarray, second: np.ndarray) -> tuple[float, float]:
    """Mean absolute difference of two (H, W, 3) pictures, and that of the square that differs most."""
    apart = np.abs(first.astype(np.float32) - second).mean(axis=2)
    height, width = (side // SIDE * SIDE for side in apart.shape)
    blocks = apart[:height, :width].reshape(height // SIDE, SIDE, width // SIDE, SIDE).mean(axis=(1, 3))
    return float(apart.mean()), float(blocks.max())


def alike(first: np.ndarray, second: np.ndarray) -> bool:
    mean, block = difference(first, second)
    return first.shape == second.shape and mean <= MEAN and block <= BLOCK


@pytest.fixture(scope="module")
def draw(tmp_path_factory):
    """`draw(lab, models, steps)`: the pixels (H, W, 3) after the steps of a script, drawn by shipped checkpoints."""
    patch = pytest.MonkeyPatch()
    empty = tmp_path_factory.mktemp("no data")
    patch.setenv("LATENT_EXPLORER_DATA", str(empty))
    patch.chdir(empty)
    seen: dict[tuple[str, str], np.ndarray] = {}

    def draw(lab: str, models: list[str], steps: str) -> np.ndarray:
        if (lab, steps) not in seen:
            path = empty / "steps.yaml"
            path.write_text(f"{steps}\n- screenshot: shot.png\n")
            surface = window.open_window(SIZE, fullscreen=False, headless=True)
            pygame.event.clear()
            player = Script(script_steps.read(path), empty)
            App(surface, Library(tuple(models), "cpu"), lab=lab, headless=True, player=player).run()
            pygame.quit()
            seen[lab, steps] = load(empty / "shot.png")
        return seen[lab, steps]

    yield draw
    patch.undo()


def load(path: Path) -> np.ndarray:
    return np.asarray(Image.open(path).convert("RGB"))


@pytest.mark.parametrize(
    "name", [name if name in QUICK else pytest.param(name, marks=pytest.mark.slow) for name in SCENES]
)
def test_looks_as_it_did(draw, name):
    shown = draw(*SCENES[name])
    path = GOLDEN / f"{name}.png"
    if RENEW:
        small = Image.fromarray(shown).quantize(128, dither=Image.Dither.NONE)
        small.save(path, optimize=True)
    assert path.is_file(), "not there yet: LATENT_EXPLORER_RENEW_GOLDEN=1 makes it"
    assert path.stat().st_size < LARGEST
    golden = load(path)
    mean, block = difference(golden, shown) if golden.shape == shown.shape else (255.0, 255.0)
    said = f"{path.name}: differs by {mean:.2f} on average (at most {MEAN}), {block:.1f} somewhere (at most {BLOCK})"
    assert alike(golden, shown), said


@pytest.mark.slow
def test_what_looks_different_is_noticed(draw):
    """The tolerance lets fonts pass, not another picture, an empty place or another colour."""
    lab, models, _ = SCENES["explore"]
    there, elsewhere = (draw(lab, models, f"- move: {place}") for place in ("[0.42, 0.55]", "[0.80, 0.75]"))
    assert not alike(there, elsewhere)
    hole = there.copy()
    hole[200:260, 180:240] = hole[80, 20]  # a piece of the map without its dots
    assert not alike(there, hole)
    assert not alike(there, 255 - there)
    assert alike(there, np.clip(there + np.random.default_rng(0).normal(0, 1, there.shape), 0, 255))
