"""The window's loop, unseen: real events in, pixels out."""

import random
import threading
import time
from dataclasses import replace

import numpy as np
import pygame
import pytest

from latent_explorer.engine import scheduler as engine_module
from latent_explorer.engine.queries.base import Point
from latent_explorer.engine.queries.sample import Sample
from latent_explorer.errors import InputError
from latent_explorer.labs import LABS
from latent_explorer.scene.events import Replace, Set
from latent_explorer.scene.items import HelpPage, Panel
from latent_explorer.scene.rect import Rect
from latent_explorer.ui.window import event_handler, frame_clock
from latent_explorer.ui.window.app import App
from tests import stage
from tests.stage import BROKEN, dot_px, of_kind, px_of, texts
from tests.ui.conftest import settle
from tests.ui.window.events import PATIENCE, button, key, motion, pixels, wheel


def picture(app: App) -> np.ndarray:
    """The pixels of the large picture of "explore", inside its frame."""
    rect = LABS["explore"].get_layout(app.state).parts["picture"].inset(6)
    return pixels(app)[rect.x : rect.right, rect.y : rect.bottom]


# -- drawing ------------------------------------------------------------------------------------------


def test_the_picture_follows_the_mouse(app):
    shown = []
    for dot in (3, 31):
        assert app.frame([motion(dot_px(app.state, dot))])
        assert app.state.pointer.hover.dot == dot
        shown.append(picture(app))
    assert np.abs(shown[0].astype(int) - shown[1]).mean() > 5
    app.frame([motion(dot_px(app.state, 3))])
    assert (picture(app) == shown[0]).all()


def test_nothing_is_drawn_while_nothing_happens(app):
    for _ in range(5):
        assert not app.frame([])


def test_an_event_that_changes_nothing_draws_nothing(app):
    px = dot_px(app.state, 3)
    app.frame([motion(px)])
    assert not app.frame([motion(px)])
    assert not app.frame([pygame.event.Event(pygame.USEREVENT)])


@pytest.mark.slow
@pytest.mark.parametrize("lab", sorted(LABS))
def test_after_any_events_the_window_is_as_if_drawn_at_once(apps, lab, monkeypatch):
    app = apps(lab)
    monkeypatch.setattr(frame_clock, "AWAKE_SECONDS", 0.0)  # widgets that glow for a while would tell the time
    draw = random.Random(lab)
    for _ in range(40):
        rect = draw.choice(LABS[app.state.lab].get_layout(app.state).maps)
        px = dot_px(app.state, draw.randrange(60))
        if draw.random() < 0.6:
            px = (draw.uniform(rect.x, rect.right), draw.uniform(rect.y, rect.bottom))
        events = draw.choice(
            [
                [motion(px)],
                [motion(px), button(px, True), button(px, False)],
                [motion(px), button(px, True), motion(rect.centre, (1, 0, 0))],
                [button(px, False)],
                [motion(px), wheel(draw.choice([-2, 1, 4]))],
                [key(pygame.K_p, "p")],
                [key(pygame.K_n, "n")],
                [key(pygame.K_1, "1")],
                [key(pygame.K_t, "t")],
            ]
        )
        app.frame(events)
        shown = pixels(app)
        app.renderer.invalidate(whole=True)  # forget what is on the screen
        app.frame([])
        below = LABS[app.state.lab].get_layout(app.state).toolbar.bottom
        wrong = np.argwhere((shown != pixels(app)).any(axis=2)[:, below:])
        assert len(wrong) == 0, f"{wrong[0]} to {wrong[-1]} after {events}"


@pytest.mark.parametrize("lab", ["arithmetic", "cluster"])
def test_what_changes_on_all_sides_of_the_controls_leaves_them_there(apps, lab):
    app = apps(lab)
    app.engine.settle()
    settle(app)
    rect = LABS[lab].get_layout(app.state).controls.inset(4)
    before = pixels(app)[rect.x : rect.right, rect.y : rect.bottom]
    whole = Panel(Rect(0, 0, *stage.SIZE), "background")  # as wide a change as there can be
    view = app.make_view
    app.make_view = lambda: (whole, *view())
    app.frame([motion(px_of(app.state, stage.EMPTY))])
    assert (pixels(app)[rect.x : rect.right, rect.y : rect.bottom] == before).all()
    assert len(np.unique(before.reshape(-1, 3), axis=0)) > 5


def test_resizing_the_window(app):
    for size in ((640, 400), (1, 1), (320, 240), (1200, 800)):
        app.surface = pygame.display.set_mode(size, pygame.RESIZABLE)
        app.frame([pygame.event.Event(pygame.VIDEORESIZE, w=size[0], h=size[1], size=size)])
        assert app.state.size == size
        assert pixels(app).shape[:2] == size
    app.frame([motion(dot_px(app.state, 3))])
    assert app.state.pointer.hover.dot == 3


def test_help_lists_the_keys_and_closes(app):
    before = pixels(app)
    app.frame([key(pygame.K_F1)])
    (sheet,) = of_kind(app.make_view(), HelpPage)
    assert {what for what, _ in LABS["explore"].keys} <= {what for what, _ in sheet.rows}
    assert np.abs(pixels(app).astype(int) - before).mean() > 5
    app.frame([key(pygame.K_t, "t")])
    assert app.state.preferences.theme == "light"
    app.frame([key(pygame.K_t, "t"), key(pygame.K_ESCAPE, "\x1b")])
    settle(app)
    assert not app.state.overlay.help
    assert not app.state.status.closing
    below = LABS["explore"].get_layout(app.state).toolbar.bottom
    assert (pixels(app)[:, below:] == before[:, below:]).all()


@pytest.mark.parametrize(
    "events",
    [
        [pygame.event.Event(pygame.QUIT)],
        [pygame.event.Event(pygame.WINDOWCLOSE), pygame.event.Event(pygame.QUIT)],
        [key(pygame.K_ESCAPE, "\x1b"), key(pygame.K_RETURN, "\r")],
    ],
)
def test_the_window_can_be_left(app, events):
    for event in events:
        pygame.event.post(event)
    app.run()
    assert app.state.status.closing


def test_a_window_closes_at_once_whatever_still_computes(apps, monkeypatch):
    app, gate, begun = apps(headless=False), threading.Event(), threading.Event()
    monkeypatch.setattr(engine_module, "FRAME_BUDGET", 0.0)  # everything goes to the background
    monkeypatch.setattr(app.engine, "_answer", lambda query, context: begun.set() or gate.wait(PATIENCE))
    app.frame([motion(dot_px(app.state, 3))])
    assert begun.wait(PATIENCE)
    began = time.monotonic()
    assert not app.close()
    assert time.monotonic() - began < PATIENCE / 4
    assert not pygame.display.get_init()
    gate.set()


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::UserWarning")  # of a label without room
@pytest.mark.parametrize("lab", ["arithmetic", "explore", "interpolate", "compress"])
@pytest.mark.parametrize("size", [(64, 64), (64, 500), (200, 200)])
def test_every_press_in_a_tiny_window_is_harmless(apps, lab, size):
    app = apps(lab)
    app.surface = pygame.display.set_mode(size, pygame.RESIZABLE)
    app.frame([pygame.event.Event(pygame.VIDEORESIZE, w=size[0], h=size[1], size=size)])
    for x in range(2, size[0], 12):
        for y in range(2, size[1], 24):
            app.frame([motion((x, y)), button((x, y), True), motion((x + 3, y), (1, 0, 0)), *pygame.event.get()])
            app.frame([button((x + 3, y), False), *pygame.event.get()])


def test_full_screen_and_back(app):
    app.frame([key(pygame.K_F11)])
    assert app.state.preferences.fullscreen
    assert app.state.size == app.surface.get_size()
    app.frame([key(pygame.K_F11)])
    assert not app.state.preferences.fullscreen
    assert app.surface.get_size() == app.state.size == stage.SIZE


# -- what glides --------------------------------------------------------------------------------------


def test_a_picture_glides_then_rests_and_nothing_is_drawn_any_more(app):
    app.frame([motion(dot_px(app.state, 31))])
    end = picture(app)
    app.frame([motion(dot_px(app.state, 3))])
    shown = [picture(app)]
    assert app.frame([motion(dot_px(app.state, 31))], 1 / 60)
    while app.gliding:
        shown.append(picture(app))
        assert app.frame([], 1 / 60)
        assert len(shown) < 16  # a quarter of a second
    assert len(shown) > 5
    assert (picture(app) == end).all()
    away = [np.abs(one.astype(int) - end).mean() for one in shown]
    assert away[0] > away[1] > away[4] > away[-1]
    for _ in range(5):
        assert not app.frame([], 1 / 60)


@pytest.mark.parametrize("lab", stage.GLIDING)
def test_at_the_end_everything_is_as_if_it_had_jumped(apps, lab):
    app = apps(lab)
    shown = []
    for glide in (True, False):
        app.act(Set("glide", glide))
        app.frame([motion(dot_px(app.state, 3))], 0.0)
        app.frame([motion(dot_px(app.state, 31))], 0.0)
        assert app.gliding == glide
        for _ in range(13):
            app.frame([], 1 / 60)
        assert not app.gliding
        below = LABS[lab].get_layout(app.state).toolbar.bottom
        shown.append(pixels(app)[:, below:])
    assert (shown[0] == shown[1]).all()


def test_switched_off_the_picture_is_there_at_once(app):
    app.frame([motion(dot_px(app.state, 31))])
    end = picture(app)
    app.frame([key(pygame.K_j, "j")])
    assert not app.state.preferences.animate_pictures
    app.frame([motion(dot_px(app.state, 3))], 0.0)
    app.frame([motion(dot_px(app.state, 31))], 0.0)
    assert (picture(app) == end).all()
    assert not app.gliding


def test_switched_off_on_its_way_it_is_there_too(app):
    app.frame([motion(dot_px(app.state, 3))])
    app.frame([motion(dot_px(app.state, 31))], 0.02)
    assert app.gliding
    app.frame([key(pygame.K_j, "j")], 0.02)
    assert not app.gliding


@pytest.mark.parametrize(
    "elsewhere",
    [Set("model", "second"), Set("map", "pca"), Set("lab", "compare")],
    ids=["model", "map", "lab"],
)
def test_to_another_model_map_or_lab_it_cuts(app, elsewhere):
    app.frame([motion(dot_px(app.state, 3))])
    app.frame([motion(dot_px(app.state, 31))], 0.01)
    assert app.gliding
    app.act(elsewhere)
    app.frame([], 0.01)
    assert not app.gliding


def test_the_first_picture_under_the_mouse_cuts(app):
    app.frame([motion((40, 20))])
    app.frame([motion(dot_px(app.state, 3))], 0.0)
    assert not app.gliding
    app.frame([motion(dot_px(app.state, 31))], 0.0)
    assert app.gliding
    app.frame([motion((40, 20))], 0.0)
    assert not app.gliding


def test_a_window_that_is_seen_draws_frame_by_frame_until_it_rests(apps, monkeypatch):
    """By its own clock, without an event: the loop itself must go on, and then sleep."""

    class Watcher:
        wants_frame_now = False
        drawn = idle = steps = 0

        def step(self, app) -> bool:
            self.steps += 1
            self.idle += not app.gliding
            if self.idle == 1:
                pygame.event.post(motion(dot_px(app.state, 3)))
            elif self.idle == 2:
                pygame.event.post(motion(dot_px(app.state, 31)))
            return self.idle < 8 and self.steps < 5000

        def on_frame_drawn(self, app, events, seconds) -> None:
            self.drawn += app.gliding

    monkeypatch.setattr(frame_clock, "MAX_EVENT_WAIT", 0.001)
    monkeypatch.setattr(engine_module, "FRAME_BUDGET", PATIENCE)
    watcher = Watcher()
    app = apps(ready=False, headless=False, player=watcher)
    app.run()
    assert watcher.drawn > 0  # a dozen, but on a busy machine
    assert not app.gliding
    before = watcher.drawn
    assert not app.frame([])
    assert watcher.drawn == before


def test_after_a_long_sleep_a_glide_begins_at_its_beginning(apps, monkeypatch):
    app = apps(headless=False)
    monkeypatch.setattr(engine_module, "FRAME_BUDGET", PATIENCE)
    app.frame([motion(dot_px(app.state, 3))])
    now = time.perf_counter
    monkeypatch.setattr(time, "perf_counter", lambda: now() + 3600)
    app.frame([motion(dot_px(app.state, 31))])
    assert app.gliding


# -- starting -----------------------------------------------------------------------------------------


def test_while_the_decoder_is_being_loaded_the_maps_are_there(apps, monkeypatch):
    gate, make = threading.Event(), engine_module.Engine
    monkeypatch.setattr(
        engine_module, "Engine", lambda *args, **options: gate.wait(PATIENCE) and make(*args, **options)
    )
    app = apps(ready=False)
    app.frame([])
    said = app.state.status.loading
    assert said
    assert said in texts(app.make_view())
    assert pixels(app).std() > 5
    assert not app.ready
    gate.set()
    settle(app)
    assert app.ready
    assert said not in texts(app.make_view())


def test_what_fails_while_loading_ends_the_window(apps, monkeypatch):
    def broken(*arguments, **options):
        raise InputError("device 'cuda' is not available here")

    monkeypatch.setattr(engine_module, "Engine", broken)
    app = apps(ready=False)
    with pytest.raises(InputError, match="cuda"):
        app.run()


# -- what goes wrong ----------------------------------------------------------------------------------


def test_a_broken_decoder_is_said_and_never_blanks_the_picture(app, monkeypatch):
    app.frame([motion(dot_px(app.state, 3))])
    before = picture(app)

    def broken(*arguments):
        raise RuntimeError(BROKEN)

    for kind in (Point, Sample):
        monkeypatch.setattr(kind, "answer", broken)
    for place in ((0.5, 0.45), (0.1, 0.9), (0.9, 0.9)):
        app.frame([motion(px_of(app.state, place))])
        assert (picture(app) == before).all()
    assert BROKEN in texts(app.make_view())
    monkeypatch.undo()
    app.frame([motion(px_of(app.state, (0.15, 0.85)))])
    assert (picture(app) != before).any()
    assert BROKEN not in texts(app.make_view())


def test_a_slow_decoder_leaves_the_last_picture_until_the_next_one_is_ready(apps, monkeypatch):
    app = apps(headless=False)
    app.frame([motion(dot_px(app.state, 3))])
    assert app.engine.finish(PATIENCE)
    app.frame([])
    before = picture(app)
    monkeypatch.setattr(engine_module, "FRAME_BUDGET", 0.0)  # everything goes to the background
    gate = threading.Event()
    for kind in (Point, Sample):
        answer = kind.answer
        monkeypatch.setattr(kind, "answer", lambda *given, answer=answer: gate.wait(PATIENCE) and answer(*given))
    app.frame([motion(dot_px(app.state, 31))])
    assert app.state.pointer.hover.dot == 31  # the window answers meanwhile
    assert (picture(app) == before).all()
    pygame.event.clear()
    gate.set()
    assert app.engine.finish(PATIENCE)
    woken = pygame.event.wait(int(PATIENCE * 1000))
    assert woken.type == event_handler.WAKE
    app.frame([woken])
    assert (picture(app) != before).any()


def test_a_button_made_again_under_the_mouse_is_left_plain(app, monkeypatch):
    def links():
        (found,) = [one for one in app.widgets.elements if getattr(one, "text", "") == "Links"]
        return found

    px = links().rect.center
    monkeypatch.setattr(pygame.mouse, "get_pos", lambda: px)
    app.frame([motion(px)])
    for _ in range(2):
        app.frame([key(pygame.K_e, "e")])
    assert links().hovered
    monkeypatch.setattr(pygame.mouse, "get_pos", lambda: (400, 400))
    app.frame([motion((400, 400))])
    assert not links().hovered


@pytest.mark.parametrize("restored", [True, False])
def test_what_a_session_brought_and_its_lab_cannot_show_begins_anew(app, monkeypatch, restored):
    lab = LABS["explore"]
    odd, inner = replace(app.state.lab_states["explore"], page=77), type(lab).make_view

    def make_view(self, state, results):
        if state.lab_states["explore"] is odd:
            raise IndexError("page 77")
        return inner(self, state, results)

    monkeypatch.setattr(type(lab), "make_view", make_view)
    app.files.restored = restored
    app.act(Replace(app.state.with_lab_state("explore", odd)))
    if not restored:  # a mistake of ours is not to be hidden
        with pytest.raises(IndexError):
            app.frame([])
        app.act(Replace(app.state.with_lab_state("explore", lab.make_initial_state())))
        return
    app.frame([])
    assert app.state.lab_states["explore"] == lab.make_initial_state()
    app.frame([])
    assert LABS["explore"].title in app.state.status.message
    assert app.state.status.message in texts(app.make_view())
