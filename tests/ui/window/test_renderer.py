"""A frame in which little has changed shows what a drawing of everything shows."""

import numpy as np
import pygame
import pytest

from latent_explorer.scene.items import Halo, Highlight
from latent_explorer.scene.rect import Rect
from latent_explorer.shell import toolbar
from latent_explorer.ui.window.renderer import Moment, Renderer


@pytest.mark.parametrize("kind", ["halo", "outline"])
def test_what_is_translucent_at_the_bar_is_the_same_when_the_bar_is_drawn_again(app, kind):
    view, bar = app.make_view(), toolbar.make_groups(app.state)[0].rect
    below = Rect(40, bar.bottom, 200, 80)
    item = (
        Halo((bar.right - 1, bar.bottom - 1), 30) if kind == "halo" else Highlight(below, Rect(0, 0, *app.state.size))
    )
    fresh = Renderer(app.library, app.widgets, app.captures, app.focus)
    pictures = []
    for renderer, animated in ((app.renderer, False), (app.renderer, True), (fresh, False)):
        at = Moment(0.0, None, animated=animated)
        renderer.draw(app.surface, app.state, (*view, item), at, dialog=None)
        pictures.append(pygame.surfarray.array3d(app.surface))
    assert np.array_equal(pictures[0], pictures[2])
    assert np.array_equal(pictures[1], pictures[2])
