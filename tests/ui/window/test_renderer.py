"""A frame in which little has changed shows what a drawing of everything shows."""

from dataclasses import replace

import numpy as np
import pygame
import pytest

from latent_explorer.scene.items import Halo, Highlight, Text
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


def test_outlines_go_round_the_letters_of_a_new_scale_at_once(app):
    text = Text(Rect(100, 200, 300, 40), "letters", "title")
    view = (*app.make_view(), text, Highlight(Rect(90, 215, 320, 80), Rect(0, 0, *app.state.size)))
    larger = app.state.put(replace(app.state.preferences, text_scale=1.5))
    shown = []
    for state in (app.state, larger, larger):
        app.renderer.draw(app.surface, state, view, Moment(0.0, None, animated=True), dialog=None)
        shown.append([one for one in app.renderer.view if isinstance(one, Highlight)])
    assert shown[0] != shown[1]
    assert shown[1] == shown[2]
