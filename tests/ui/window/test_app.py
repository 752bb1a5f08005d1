"""The window's loop, unseen: real events in, pixels out."""

import random
import shutil
import sys
import threading
import time
from dataclasses import replace

import numpy as np
import pygame
import pytest

from latent_explorer.atlas.map_spec import MapSpec
from latent_explorer.checkpoint import checkpoint_paths, timelines
from latent_explorer.checkpoint.library import Library
from latent_explorer.engine import scheduler as engine_module
from latent_explorer.engine.base_queries import Point
from latent_explorer.engine.sample_query import Sample
from latent_explorer.errors import InputError
from latent_explorer.labs import LABS
from latent_explorer.scene.effects import Effect
from latent_explorer.scene.events import Key, Replace, Set
from latent_explorer.scene.items import HelpPage, Panel
from latent_explorer.scene.new_map_state import MapInProgress
from latent_explorer.scene.rect import Rect
from latent_explorer.ui.window import event_handler, frame_clock
from latent_explorer.ui.window.app import App
from tests import stage
from tests.stage import BROKEN, dot_px, map_rect, of_kind, px_of, texts
from tests.ui.conftest import settle

PATIENCE = 20.0


def motion(px, buttons=(0, 0, 0)) -> pygame.event.Event:
    return pygame.event.Event(pygame.MOUSEMOTION, pos=px, rel=(0, 0), buttons=buttons, touch=False)


def button(px, down: bool, number: int = 1) -> pygame.event.Event:
    kind = pygame.MOUSEBUTTONDOWN if down else pygame.MOUSEBUTTONUP
    return pygame.event.Event(kind, pos=px, button=number, touch=False)


def key(code: int, unicode: str = "", mod: int = 0) -> pygame.event.Event:
    return pygame.event.Event(pygame.KEYDOWN, key=code, unicode=unicode, mod=mod)


def wheel(steps: int) -> pygame.event.Event:
    return pygame.event.Event(
        pygame.MOUSEWHEEL, x=0, y=steps, precise_x=0.0, precise_y=float(steps), flipped=False, scripted=True
    )


def pixels(app: App) -> np.ndarray:
    return pygame.surfarray.array3d(app.surface)


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


def test_the_open_dialog_follows_the_window(app):
    app.frame([key(pygame.K_o, mod=pygame.KMOD_CTRL)])
    for size in ((400, 380), (900, 600), (64, 64)):  # a shadow may lie outside
        app.surface = pygame.display.set_mode(size, pygame.RESIZABLE)
        app.frame([pygame.event.Event(pygame.VIDEORESIZE, w=size[0], h=size[1], size=size)])
        if size[0] > 64:
            assert app.surface.get_rect().inflate(8, 8).contains(app.files.dialog.window.rect)
            assert app.files.dialog.window.rect.center == pytest.approx(app.surface.get_rect().center, abs=4)
    assert app.files.dialog is None
    assert "64x64" in app.state.status.message


def test_a_path_that_cannot_be_opened_keeps_the_window(app):
    app.frame([key(pygame.K_o, mod=pygame.KMOD_CTRL)])
    app.files.dialog.window.file_path_text_line.set_text("x" * 300)
    app.frame([key(pygame.K_RETURN)])
    assert "xxx" in app.state.status.message
    assert app.files.dialog is not None
    app.frame([key(pygame.K_ESCAPE)])
    assert app.files.dialog is None


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


def test_keys_pass_no_open_menu(app, monkeypatch):
    before = app.state
    monkeypatch.setattr(type(app.widgets), "menu_open", True)
    app.frame([key(pygame.K_t, "t"), key(pygame.K_RETURN, "\r"), key(pygame.K_ESCAPE, "\x1b")])
    assert app.state == before
    monkeypatch.undo()
    app.frame([key(pygame.K_t, "t")])
    assert app.state.preferences.theme == "light"


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


def test_a_screenshot_has_no_message_of_the_key_before(app, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    app.frame([key(pygame.K_F12)])
    app.frame([])
    assert app.state.status.notice
    app.frame([key(pygame.K_F12)])
    first, second = (pygame.surfarray.array3d(pygame.image.load(path)) for path in sorted(tmp_path.glob("*.png")))
    assert (first == second).all()


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


@pytest.fixture
def shelf(tmp_path, tiny_path, monkeypatch):
    """Two small checkpoints and a broken one in the current folder, and none that ship."""
    for name in ("tiny", "twin"):
        shutil.copy(tiny_path, tmp_path / f"{name}.safetensors")
    (tmp_path / "torn.safetensors").write_bytes(tiny_path.read_bytes()[:5000])
    monkeypatch.setattr(checkpoint_paths, "list_shipped", list)
    monkeypatch.setattr(timelines, "list_shipped", list)
    monkeypatch.chdir(tmp_path)
    return Library(("tiny.safetensors",), "cpu")


def test_an_unreadable_checkpoint_in_the_menu_is_a_message_and_the_state_is_kept(apps, shelf):
    app = apps(library=shelf)
    before = app.state
    app.act(Set("model", "torn"))
    app.frame([])
    assert app.state == before.with_message(app.state.status.message)
    assert "torn.safetensors" in texts(app.make_view())
    assert "truncated" in texts(app.make_view())
    app.act(Set("model", "twin"))
    app.frame([])
    assert app.state.models[0] == "twin"
    assert app.state.status.message == ""


def test_a_dropped_checkpoint_is_opened(apps, shelf, tmp_path):
    app = apps(library=shelf)
    (tmp_path / "elsewhere").mkdir()
    shutil.copy("twin.safetensors", "elsewhere/brought.safetensors")
    app.frame([pygame.event.Event(pygame.DROPFILE, file=str(tmp_path / "elsewhere" / "brought.safetensors"))])
    assert app.state.models[0] == "brought"
    assert app.state.status.notice == "Opened brought.safetensors"
    before = app.state.models
    for name in ("torn.safetensors", "gone.safetensors", "gone.snapshots", "notes.txt"):
        app.frame([pygame.event.Event(pygame.DROPFILE, file=str(tmp_path / name))])
        app.frame([])
        assert name in app.state.status.message
        assert app.state.models == before


@pytest.mark.parametrize("name", ["m", "M"])
def test_an_unreadable_checkpoint_met_by_key_is_a_message_too(apps, shelf, name):
    app = apps(library=shelf)
    app.act(Replace(replace(app.state, lab="compare")))
    said = ""
    for _ in range(len(shelf) + 1):
        app.act(Key(name))
        app.frame([])
        said += app.state.status.message
        assert "torn" not in app.state.models
    assert "torn.safetensors" in said


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


def test_the_mouse_over_the_bar_hovers_no_map(app):
    app.frame([motion(dot_px(app.state, 3))])
    app.frame([motion((40, 20))])
    assert app.state.pointer.hover is None


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


def test_a_click_on_a_button_of_the_bar_changes_the_lab(app, monkeypatch):
    (px,) = [one.rect.center for one in app.widgets.elements if getattr(one, "text", "") == "Compare"]
    monkeypatch.setattr(pygame.mouse, "get_pos", lambda: px)
    app.frame([motion(px)])
    app.frame([motion(px), button(px, True), button(px, False)])
    app.frame(pygame.event.get())
    assert app.state.lab == "compare"
    assert map_rect(app.state, 1).width > 0


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
