"""A window that nobody sees, and the small world of `tests.stage`."""

import os

os.environ["SDL_VIDEODRIVER"] = "dummy"

from collections.abc import Callable, Iterator

import pygame
import pytest

from latent_explorer.ui.window import window
from latent_explorer.ui.window.app import App
from tests import stage


@pytest.fixture
def surface() -> Iterator[pygame.Surface]:
    """The unseen window, 1000x700."""
    opened = window.open_window(stage.SIZE, fullscreen=False, headless=True)
    pygame.event.clear()
    yield opened
    pygame.quit()


@pytest.fixture
def apps(surface, world, tmp_path, monkeypatch) -> Iterator[Callable[..., App]]:
    """Makes apps over the small world; they are closed at the end. MNIST is not here."""
    monkeypatch.setenv("LATENT_EXPLORER_DATA", str(tmp_path / "no data"))
    made = []

    def make(lab: str = "explore", *, library=None, ready: bool = True, **options) -> App:
        options.setdefault("headless", True)
        app = App(surface, world if library is None else library, lab=lab, **options)
        made.append(app)
        if ready:
            settle(app)
        return app

    yield make
    for app in made:
        app.loader.join(20)
        app.close()


def settle(app: App) -> None:
    """Frames until the decoder is there and nothing is left to draw."""
    app.loader.join(30)
    assert app.loader.failure is None, app.loader.failure
    for _ in range(20):
        if not app.frame(pygame.event.get()) and app.ready:
            return


@pytest.fixture
def app(apps) -> App:
    return apps()
