"""Whose an event is: the bar's, a question's, the window's or the lab's."""

import sys
from dataclasses import replace

import pygame
import pytest

from latent_explorer.atlas.map_spec import MapSpec
from latent_explorer.scene.effects import Effect
from latent_explorer.scene.events import Replace
from latent_explorer.scene.new_map_state import MapInProgress
from tests import stage
from tests.stage import dot_px, map_rect, texts
from tests.ui.window.events import button, key, motion, pixels


@pytest.mark.parametrize(
    "kind",
    [pygame.WINDOWEXPOSED, pygame.WINDOWRESTORED, pygame.WINDOWSHOWN, pygame.WINDOWMAXIMIZED, pygame.VIDEOEXPOSE],
    ids=pygame.event.event_name,
)
def test_a_window_that_is_shown_again_is_drawn_anew(app, kind, monkeypatch):
    before, updated = pixels(app), []
    monkeypatch.setattr(pygame.display, "update", updated.append)
    app.surface.fill("black")  # what the screen has lost
    assert app.frame([pygame.event.Event(kind)])
    assert (pixels(app) == before).all()
    assert app.surface.get_rect() in updated[-1]
    assert not app.frame([])


def test_a_window_set_to_its_own_size_is_drawn_anew(app):
    before = pixels(app)
    app.surface = pygame.display.set_mode(stage.SIZE, pygame.RESIZABLE)
    app.surface.fill("black")
    app.frame([pygame.event.Event(pygame.VIDEORESIZE, w=stage.SIZE[0], h=stage.SIZE[1], size=stage.SIZE)])
    assert (pixels(app) == before).all()


def test_keys_pass_no_open_menu(app, monkeypatch):
    before = app.state
    monkeypatch.setattr(type(app.widgets), "menu_open", True)
    app.frame([key(pygame.K_t, "t"), key(pygame.K_RETURN, "\r"), key(pygame.K_ESCAPE, "\x1b")])
    assert app.state == before
    monkeypatch.undo()
    app.frame([key(pygame.K_t, "t")])
    assert app.state.preferences.theme == "light"


def test_the_question_whether_to_leave_stays_and_hides_the_bar(app):
    app.frame([key(pygame.K_ESCAPE)], 0.0)
    assert "Leave (Enter)" in texts(app.make_view())
    app.frame([], 9.0)
    tab = app.widgets.elements[1].rect.center
    app.frame([motion(tab), button(tab, True), button(tab, False)])
    assert app.state.lab == "explore"  # the click was beside the card: one stays, and the bar did not get it
    assert app.state.status.question is None
    app.frame([key(pygame.K_ESCAPE), key(pygame.K_RETURN)], 0.0)
    assert app.state.status.closing


def test_the_close_button_asks_only_if_something_would_be_lost(app):
    close, before = [pygame.event.Event(pygame.WINDOWCLOSE), pygame.event.Event(pygame.QUIT)], app.state
    making = MapInProgress(("first",), MapSpec("tsne", seed=7))
    app.act(Replace(before.put(replace(before.map_task, in_progress=making))))
    app.files.run_effect(Effect.OPEN_FILE, app.surface, 0.0)
    app.frame(close)
    assert not app.state.status.closing
    assert app.files.dialog is None  # it would lie over the question
    assert "is being made" in texts(app.make_view())
    app.frame(close)
    assert app.state.status.closing
    app.act(Replace(before))
    app.frame(close)
    assert app.state.status.closing


def test_the_system_is_not_asked(app):
    making = MapInProgress(("first",), MapSpec("tsne", seed=7))
    app.act(Replace(app.state.put(replace(app.state.map_task, in_progress=making))))
    app.frame([pygame.event.Event(pygame.QUIT)])  # as a signal or the end of a desktop's session sends it
    assert app.state.status.closing == (sys.platform != "darwin")


def test_the_mouse_over_the_bar_hovers_no_map(app):
    app.frame([motion(dot_px(app.state, 3))])
    app.frame([motion((40, 20))])
    assert app.state.pointer.hover is None


def test_a_click_on_a_button_of_the_bar_changes_the_lab(app, monkeypatch):
    (px,) = [one.rect.center for one in app.widgets.elements if getattr(one, "text", "") == "Compare"]
    monkeypatch.setattr(pygame.mouse, "get_pos", lambda: px)
    app.frame([motion(px)])
    app.frame([motion(px), button(px, True), button(px, False)])
    app.frame(pygame.event.get())
    assert app.state.lab == "compare"
    assert map_rect(app.state, 1).width > 0
