"""A lesson in the window: how its pages set it up, in any order, and what is said of what does not hold."""

from dataclasses import replace

import pygame
import pytest

from latent_explorer.engine.datasets.dataset_downloader import DatasetMissing, DatasetOffer
from latent_explorer.engine.results import Results
from latent_explorer.scene import lesson_page
from latent_explorer.scene.effects import Effect
from latent_explorer.scene.events import Key, Leave, Replace, Set
from latent_explorer.scene.items import Text
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.state_slices import MapView
from latent_explorer.shell import lesson, lesson_pointer
from latent_explorer.ui.automation import lesson_driver, lesson_files
from latent_explorer.ui.automation.lesson_driver import LessonDriver
from latent_explorer.ui.automation.script import Script
from latent_explorer.ui.window import file_effects
from latent_explorer.ui.window.app import App
from tests.stage import marks, of_kind
from tests.ui.conftest import settle

THREE = """
title: Digits
models: [first, second]
pages:
  - say: One.
    do:
      - click: [0.2, 0.25]
  - say: Two.
    ask: Why?
    do:
      - set: {covered: true, theme: light}
      - click: [0.8, 0.3]
  - say: Three.
"""


class Waiting:
    """Nobody drives the window."""

    wants_frame_now = True

    def step(self, app) -> bool:
        return False

    def on_frame_drawn(self, app, events, seconds) -> None: ...


@pytest.fixture
def given(apps, write):
    def give(text: str = THREE) -> App:
        app = apps(player=Waiting(), classroom=LessonDriver(lesson_files.read(write(text))), ready=False)
        app.run()
        return app

    return give


def turn(app: App, code: int = pygame.K_PAGEDOWN) -> None:
    pygame.event.post(pygame.event.Event(pygame.KEYDOWN, key=code, mod=0, unicode=""))
    app.frame(pygame.event.get())
    while app.classroom.step(app):
        app.frame(pygame.event.get())
    settle(app)


def test_a_page_sets_the_window_up(given):
    app = given()
    assert app.state.overlay.lesson.page == 0
    assert len(marks(app.state).pins) == 1
    turn(app)
    assert len(marks(app.state).pins) == 2
    assert app.state.overlay.pictures_hidden
    assert "Two." in [item.text for item in of_kind(app.make_view(), Text)]


def test_what_was_tried_in_between_does_not_change_the_next_page(given):
    app = given()
    app.act(Set("lab", "compare"))
    settle(app)
    assert app.state.lab == "compare"
    turn(app)
    assert app.state.lab == "explore"
    assert len(marks(app.state).pins) == 2


def test_a_page_that_moves_nowhere_looks_at_the_place_of_the_page_before(given):
    app = given()
    turn(app)
    place = app.state.pointer.hover
    assert place is not None
    app.act(Leave())
    turn(app)
    assert app.state.pointer.hover == place


def test_back_shows_a_page_as_it_was_and_leaves_the_theme(given):
    app = given()
    turn(app)
    turn(app)
    assert app.state.preferences.theme == "light"
    turn(app, pygame.K_PAGEUP)
    assert (app.state.overlay.lesson.page, len(marks(app.state).pins), app.state.overlay.pictures_hidden) == (
        1,
        2,
        True,
    )
    turn(app, pygame.K_PAGEUP)
    assert (app.state.overlay.lesson.page, len(marks(app.state).pins), app.state.overlay.pictures_hidden) == (
        0,
        1,
        False,
    )
    assert app.state.preferences.theme == "light"


def test_escape_leaves_the_lesson_and_the_window_goes_on(given):
    app = given()
    escape = pygame.event.Event(pygame.KEYDOWN, key=pygame.K_ESCAPE, mod=0, unicode="\x1b")
    app.frame([escape])
    assert app.state.overlay.lesson is not None
    assert app.state.status.notice in (lesson.ENDS_TEXT, lesson.LAST_TEXT)
    app.frame([escape])
    assert not app.classroom.step(app)
    assert app.state.overlay.lesson is None
    assert app.state.size == app.surface.get_size()
    assert len(marks(app.state).pins) == 0  # as it was before the lesson


def test_a_step_that_does_not_fit_the_window_is_a_line(given):
    app = given(THREE.replace("theme: light", "colour: red"))
    turn(app)
    assert "line 11: set: {'covered': True, 'colour': 'red'}" in app.state.status.message
    assert not app.classroom.wants_frame_now
    assert app.state.overlay.lesson.page == 1


@pytest.mark.parametrize("effect", list(Effect))
def test_however_a_page_asks_for_it_no_file_is_written_or_opened(given, tmp_path, monkeypatch, effect):
    """A gesture or a control may ask for what the keys may not."""
    monkeypatch.chdir(tmp_path)
    app = given()
    before = sorted(tmp_path.rglob("*"))
    app.classroom.script = Script([])
    app.files.run_effect(effect, app.surface, 0.0)
    assert app.state.status.message == file_effects.LOCKED_MESSAGE
    assert app.files.dialog is None
    assert not app.files.captures.recording
    app.act(Replace(app.state.put(replace(app.state.status, pending_export="png"))))
    app.files.export(Results())
    assert app.state.status.pending_export == ""
    assert sorted(tmp_path.rglob("*")) == before
    app.classroom.script = None
    app.files.run_effect(Effect.TAKE_SCREENSHOT, app.surface, 0.0)
    assert len(sorted(tmp_path.rglob("*"))) == len(before) + 1


@pytest.mark.parametrize("step", ["set: {keep: true}", "key: w"])
def test_a_page_keeps_no_model_as_a_file(given, tmp_path, monkeypatch, step):
    monkeypatch.chdir(tmp_path)
    steps = f"lab: learn\n      - set: {{source: live}}\n      - {step}"
    app = given(THREE.replace("set: {covered: true, theme: light}", steps))
    turn(app)
    assert "without the control keep, which writes a file" in app.state.status.message
    assert not list(tmp_path.glob("*.safetensors"))


def test_a_page_fetches_no_data_set(given):
    app = given(THREE.replace("set: {covered: true, theme: light}", "set: {view: mnist}"))
    app.act(DatasetMissing(DatasetOffer("mnist", "MNIST", 11)))
    fetched = []
    app.background.downloads._fetch = lambda name, report, is_stopped: fetched.append(name)
    turn(app)
    assert not app.state.downloads.running
    assert not app.background.downloads.name
    app.act(Set("view", "mnist"))  # whoever sits at the window may
    app.frame([])
    assert app.background.downloads.name == "mnist"
    app.close()
    assert fetched == ["mnist"]


def test_a_page_turned_from_learn_shows_the_models_of_its_own_lab(given):
    app = given()
    app.act(Set("lab", "learn"))
    assert app.state.displayed_models != ()
    turn(app)
    assert app.state.lab != "learn"
    assert app.state.displayed_models == ()
    assert app.state.get_checkpoint(0) is app.library[app.state.models[0]]


# -- in any order -------------------------------------------------------------------------------------


def set_up(app: App) -> None:
    """Frames until the page is set up and checked."""
    while app.classroom.step(app):
        app.frame(pygame.event.get())
    settle(app)


def get_page(app: App) -> tuple[int, int, bool]:
    return app.state.overlay.lesson.page, len(marks(app.state).pins), app.state.overlay.pictures_hidden


def test_a_page_that_is_jumped_to_is_as_if_all_before_it_had_been_shown(apps, write):
    driver = LessonDriver(lesson_files.read(write(THREE)), page=2)
    app = apps(player=Waiting(), classroom=driver, ready=False)
    app.run()
    assert get_page(app) == (2, 2, False)
    turn(app, pygame.K_PAGEUP)
    assert get_page(app) == (1, 2, True)


def test_reset_undoes_what_was_tried(given):
    app = given()
    app.act(Set("lab", "compare"))
    app.act(Replace(app.state.put(MapView(map_name="pca"))))
    app.classroom.reset_page(app)
    set_up(app)
    assert (app.state.lab, app.state.view.map_name) == ("explore", "tsne")
    assert get_page(app) == (0, 1, False)


def test_the_mouse_cannot_disturb_a_page_while_it_is_set_up(given):
    app = given(
        THREE.replace("- say: Two.", "- say: Two.\n    point at: pointer").replace(
            "click: [0.8, 0.3]", "move: [0.8, 0.3]"
        )
    )
    pygame.event.post(pygame.event.Event(pygame.KEYDOWN, key=pygame.K_PAGEDOWN, mod=0, unicode=""))
    app.frame(pygame.event.get())
    stray = pygame.event.Event(pygame.MOUSEMOTION, pos=(400, 300), rel=(0, 0), buttons=(0, 0, 0), touch=False)
    while app.classroom.step(app):
        app.frame([*pygame.event.get(), stray])
    app.frame([stray])
    assert app.state.pointer.hover.xy == pytest.approx((0.8, 0.3), abs=0.01)
    assert lesson_pointer.is_held(app.state)


def test_the_place_of_the_pointer_is_kept_in_a_window_of_another_size(given):
    app = given()
    turn(app)
    place = app.state.pointer.by_lesson.xy
    app.act(Leave())
    pygame.event.post(pygame.event.Event(pygame.VIDEORESIZE, w=800, h=600, size=(800, 600)))
    settle(app)
    turn(app, pygame.K_PAGEUP)
    turn(app)
    assert app.state.pointer.hover.xy == pytest.approx(place, abs=0.01)


# -- what a page says of the window -------------------------------------------------------------------


def test_a_false_claim_is_one_line_and_the_lesson_goes_on(given):
    app = given(
        THREE.replace("- say: Two.", "- say: Two.\n    expect: [{lab: explore}, {model: second}, {lab: compare}]")
    )
    turn(app)
    assert app.state.status.message == "mine.yaml, line 9, page 2: model: 'second' is expected; there is first"
    assert [item.text for item in of_kind(app.make_view(), Text)].count(app.state.status.message) == 1
    turn(app)
    assert (app.state.overlay.lesson.page, app.state.status.message) == (2, "")


def test_nothing_false_is_said_of_a_page_that_is_still_computed(given, monkeypatch):
    app = given(THREE.replace("- say: Two.", "- say: Two.\n    expect: [{model: second}]"))
    monkeypatch.setattr(lesson_driver, "MAX_COMPUTING_SECONDS", 0.0)
    monkeypatch.setattr(type(app.engine), "is_idle", False)
    pygame.event.post(pygame.event.Event(pygame.KEYDOWN, key=pygame.K_PAGEDOWN, mod=0, unicode=""))
    app.frame(pygame.event.get())
    for _ in range(20):
        app.classroom.step(app)
        app.frame(pygame.event.get())
    assert (app.classroom.is_setting_up, app.classroom.wants_frame_now, app.state.status.message) == (False, True, "")
    monkeypatch.setattr(type(app.engine), "is_idle", True)
    app.classroom.step(app)
    assert "'second' is expected" in app.state.status.message


def test_what_is_pointed_at_and_not_there_is_one_line_too(given):
    app = given(THREE.replace("- say: Two.", "- say: Two.\n    point at: [map, class nine]"))
    turn(app)
    assert "line 9, page 2: point at: class nine arrived; one of the classes zero, one, two" in app.state.status.message
    assert len(marks(app.state).pins) == 2


def test_of_a_page_whose_steps_failed_nothing_else_is_said(given):
    app = given(THREE.replace("theme: light", "colour: red").replace("ask: Why?", "expect: [{lab: compare}]"))
    turn(app)
    assert "line 11: set: {'covered': True, 'colour': 'red'}" in app.state.status.message


def test_a_page_that_is_changed_before_it_could_be_checked_is_not(given):
    app = given(THREE.replace("- say: Two.", "- say: Two.\n    expect: [{lab: compare}]"))
    pygame.event.post(pygame.event.Event(pygame.KEYDOWN, key=pygame.K_PAGEDOWN, mod=0, unicode=""))
    app.frame(pygame.event.get())
    app.classroom.step(app)
    assert app.classroom.is_setting_up
    while app.classroom.is_setting_up:
        app.frame(pygame.event.get())
        app.classroom.step(app)
    assert app.classroom.wants_frame_now
    app.act(Set("layer", "distance"))
    set_up(app)
    assert app.state.status.message == ""


def test_a_page_waits_with_its_keys_while_the_help_lies_over_the_window(given):
    app = given(THREE.replace("- click: [0.2, 0.25]", "- key: l"))
    app.headless = False
    app.act(Set(lesson_page.RESET))
    app.act(Set("help"))
    for _ in range(5):
        app.lessons.step(app)
        app.events.handle_events(app.wait_for_events(), 0.0)
    assert (app.state.view.layer, app.state.lessons.sets_up) == ("none", True)
    app.act(Set("help"))
    while app.lessons.step(app):
        app.events.handle_events(app.wait_for_events(), 0.0)
    app.headless = True
    assert app.state.view.layer != "none"


def test_what_a_presentation_has_on_another_page_of_parts_is_there_once_and_in_its_order(given):
    app = given()
    app.act(Key("f5"))
    lab_view = (Text(Rect(0, 0, 9, 9), "first"), Text(Rect(5000, 0, 9, 9), "beside"), Text(Rect(9, 0, 9, 9), "second"))
    shown = (lab_view[0], lab_view[2], Text(Rect(0, 50, 9, 9), "over"))
    whole = lesson_driver._add_other_pages(shown, lab_view, app.state)
    assert [one.text for one in whole] == ["first", "beside", "second", "over"]
    turn(app)  # its pictures are covered
    hidden = (replace(lab_view[0], reveals_answer=True),)
    assert "first" not in [one.text for one in lesson_driver._add_other_pages((), hidden, app.state)]
