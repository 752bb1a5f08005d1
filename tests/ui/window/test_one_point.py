"""A model whose latents are one point: every lab shows it, and whatever the mouse does ends within a moment."""

from dataclasses import replace

import numpy as np
import pygame
import pytest

from latent_explorer.atlas import Atlas, projection
from latent_explorer.labs import LABS
from latent_explorer.scene.events import Key, Move, Press, Release, Set
from tests import stage


@pytest.fixture(scope="module")
def one_point() -> stage.World:
    shelf = stage.make_world()
    for name in ("first", "second"):
        model = shelf[name]
        latents = np.ones_like(model.latents)
        maps = {
            method: Atlas(projection.fit(method, latents, perplexity=10.0), latents, model.labels)
            for method in ("pca", "tsne")
        }
        shelf[name] = replace(model, maps=maps)
    return shelf


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("lab", sorted(LABS))
def test_the_window_shows_it_in_every_lab(apps, one_point, lab, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # where the keys save films
    app = apps(lab, library=one_point)
    app.act(Set("glide", False))
    layout = LABS[lab].get_layout(app.state)
    dot = stage.dot_px(app.state, 3)
    places = [dot, *(rect.centre for rect in (*layout.maps, *layout.parts.values()))]
    for px, end in zip(places, [*places[1:], places[0]], strict=True):
        for action in (Move(px), Press(px), Move(end), Release(end)):
            app.act(action)
        app.frame([])
    for key in ("h", "w", "g", "e", "i", "l", "l", "l", "l", "l", "p", "+", "+", "space", "return"):
        app.act(Key(key))
        app.frame([])
    assert pygame.surfarray.array3d(app.surface).std() > 1
