"""How long the steps from mouse to picture take, with the shipped MNIST VAE and 10,000 dots.

Skipped in the ordinary run; `pytest --benchmark-only tests/benchmarks` measures.
"""

import os

os.environ["SDL_VIDEODRIVER"] = "dummy"

from collections.abc import Iterator
from itertools import cycle

import numpy as np
import pygame
import pytest

from latent_explorer.checkpoint import checkpoint_file
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.checkpoint.library import Library
from latent_explorer.labs import LABS
from latent_explorer.ui.window import window
from latent_explorer.ui.window.app import App

NAME = "mnist-vae"
SIZE = (1440, 900)


@pytest.fixture(scope="module")
def vae() -> Checkpoint:
    return checkpoint_file.load(NAME, "cpu")


@pytest.fixture
def app(request, tmp_path, monkeypatch) -> Iterator[App]:
    """The ready window with the lab that a test names."""
    monkeypatch.setenv("LATENT_EXPLORER_DATA", str(tmp_path))
    surface = window.open_window(SIZE, fullscreen=False, headless=True)
    app = App(surface, Library(("mnist-ae", NAME), "cpu"), lab=request.param, headless=True)
    while not app.ready:
        app.frame(pygame.event.get())
    yield app
    app.close()
    pygame.quit()


def places(app: App):
    """Positions on the first map that never come twice in a row, on and between dots."""
    rect = LABS[app.state.lab].get_layout(app.state).maps[0].inset(20)
    shares = np.random.default_rng(0).random((997, 2)).tolist()
    return cycle([(rect.x + round(a * rect.width), rect.y + round(b * rect.height)) for a, b in shares])


def test_inverse(benchmark, vae):
    xy = vae.atlas.xy[:1] + np.float32(0.001)
    benchmark(vae.atlas.inverse_transform, xy, 0.001)


def test_decode(benchmark, vae):
    benchmark(vae.decode, vae.latents[:1])


@pytest.mark.parametrize("app", ["explore", "compare"], indirect=True)
def test_hover_frame(benchmark, app):
    """A mouse move, from the event to the pixels."""
    way = places(app)

    def hover() -> None:
        event = pygame.event.Event(pygame.MOUSEMOTION, pos=next(way), rel=(1, 1), buttons=(0, 0, 0), touch=False)
        app.frame([event])

    benchmark(hover)


@pytest.mark.parametrize("app", ["explore", "compare"], indirect=True)
def test_zoom_frame(benchmark, app):
    """A turn of the wheel, which draws every dot anew."""
    steps = cycle([1] * 7 + [-1] * 7)
    rect = LABS[app.state.lab].get_layout(app.state).maps[0]
    app.frame([pygame.event.Event(pygame.MOUSEMOTION, pos=rect.centre, rel=(1, 1), buttons=(0, 0, 0), touch=False)])

    def zoom() -> None:
        wheel = {"x": 0, "y": next(steps), "flipped": False, "scripted": True}
        app.frame([pygame.event.Event(pygame.MOUSEWHEEL, **wheel)])

    benchmark(zoom)
