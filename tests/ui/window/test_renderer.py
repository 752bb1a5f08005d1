"""A frame in which little has changed shows what a drawing of everything shows."""

import numpy as np
import pygame

from latent_explorer.scene.items import Halo
from latent_explorer.shell import toolbar
from latent_explorer.ui.window.renderer import Moment, Renderer


def test_a_presenter_s_halo_at_the_bar_stays_when_the_bar_is_drawn_again(app):
    view, bar = app.make_view(), toolbar.make_groups(app.state)[0].rect
    with_halo = (*view, Halo((bar.right - 1, bar.bottom - 1), 30))
    at, fresh = Moment(0.0, None, animated=False), Renderer(app.library, app.widgets, app.captures, app.focus)
    pictures = []
    for renderer in (app.renderer, fresh):
        renderer.draw(app.surface, app.state, with_halo, at, dialog=None)
        pictures.append(pygame.surfarray.array3d(app.surface))
    assert np.array_equal(*pictures)
