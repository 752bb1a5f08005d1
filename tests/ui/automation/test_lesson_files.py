"""Lessons: what is refused, how pages set the window up, and every shipped one played whole."""

from dataclasses import replace

import pygame
import pytest

from latent_explorer.checkpoint.library import Library
from latent_explorer.engine.dataset_downloader import DatasetMissing, DatasetOffer
from latent_explorer.engine.results import Results
from latent_explorer.errors import InputError
from latent_explorer.labs import LABS
from latent_explorer.scene.effects import Effect
from latent_explorer.scene.events import Leave, Replace, Set
from latent_explorer.scene.items import Image, Text
from latent_explorer.ui.automation import lesson_files, script_steps
from latent_explorer.ui.automation.lesson_driver import LessonDriver
from latent_explorer.ui.automation.script import Script
from latent_explorer.ui.window import file_effects, window
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


@pytest.fixture
def write(tmp_path):
    def write(text: str):
        path = tmp_path / "mine.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def at_line(number: int) -> str:
    return f"mine.yaml, line {number}"


# -- reading ------------------------------------------------------------------------------------------


def test_a_lesson_is_read(write):
    book = lesson_files.read(write(THREE))
    assert book.lesson.title == "Digits"
    assert book.models == ("first", "second")
    assert [page.text for page in book.lesson.pages] == ["One.", "Two.", "Three."]
    assert [page.question for page in book.lesson.pages] == ["", "Why?", ""]
    assert [[step.verb for step in steps] for steps in book.steps] == [["click"], ["set", "click"], []]
    assert book.steps[1][0].location.endswith(at_line(11))


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        (
            "title: Digits",
            "titel: Digits",
            2,
            "titel: unknown key (did you mean title?); allowed: title, models",
        ),
        ("title: Digits", "title:", 2, "title: nothing arrived; text of 1 to 60"),
        ("title: Digits", "title: [a]", 2, "title: ['a'] arrived"),
        ("title: Digits\n", "", 2, "the key title is missing"),
        ("[first, second]", "first", 3, "models: 'first' arrived; a list of the names of 1 to 4"),
        ("[first, second]", "[1]", 3, "models: [1] arrived"),
        ("models: [first, second]\n", "", 2, "the key models is missing"),
        ("say: Three.", "say: " + "x" * 300, 13, "say: 300 characters arrived; text of 1 to 260"),
        ("say: Three.", "tell: Three.", 13, "pages[2].tell: unknown key; allowed: say, ask, answer, notes"),
        ("  - say: Three.", "  - Three.", 13, "pages[2]: 'Three.' arrived; a mapping with the keys say, ask, answer, notes"),
        ("ask: Why?", "ask: ''", 9, "ask: '' arrived; text of 1 to 100"),
        ("- click: [0.8, 0.3]", "- klick: [0.8, 0.3]", 12, "klick arrived; one of lab, move"),
        ("- click: [0.8, 0.3]", "- click: [0.8, 3]", 12, "[0.8, 3] arrived"),
        ("- click: [0.8, 0.3]", "- screenshot: a.png", 12, "screenshot arrived; a lesson neither writes files"),
        ("- click: [0.8, 0.3]", "- open: /etc/motd", 12, "open arrived; a lesson neither writes files"),
        ("- click: [0.8, 0.3]", "- key: f12", 12, "key: f12 arrived; a lesson neither writes files"),
        ("- click: [0.8, 0.3]", "- key: F10", 12, "key: F10 arrived; a lesson neither writes files"),
        ("- click: [0.8, 0.3]", "- key: ctrl  s", 12, "key: ctrl s arrived; a lesson neither writes files"),
        ("- click: [0.8, 0.3]", "- key: ctrl O", 12, "key: ctrl O arrived; a lesson neither writes files"),
        ("- click: [0.8, 0.3]", "- key: ctrl v", 12, "key: ctrl v arrived; a lesson neither writes files"),
        ("- click: [0.8, 0.3]", "- key: O", 12, "key: O arrived; a lesson neither writes files"),
        ("- click: [0.8, 0.3]", "- lab: cooking", 12, "'cooking' arrived; one of explore"),
    ],
)
def test_what_is_wrong_is_said_with_file_and_line(write, old, new, line, said):
    assert old in THREE
    with pytest.raises(InputError) as error:
        lesson_files.read(write(THREE.replace(old, new)))
    text = str(error.value)
    assert f"{at_line(line)}: " in text
    assert said in text
    assert "\n" not in text


@pytest.mark.parametrize("text", ["", "[]", "title: [", "just words", "title: a\nmodels: [a]\npages: []"])
def test_what_is_no_lesson_at_all(write, text):
    with pytest.raises(InputError, match=r"mine\.yaml"):
        lesson_files.read(write(text))


def test_a_name_that_is_not_known_names_those_that_are(tmp_path):
    with pytest.raises(InputError) as error:
        lesson_files.load("latent-spice")
    assert "latent-space?" in str(error.value)
    for name in lesson_files.list_names():
        assert name in str(error.value)
    with pytest.raises(InputError, match=r"gone\.yaml: cannot be read"):
        lesson_files.load(str(tmp_path / "gone.yaml"))


# -- giving -------------------------------------------------------------------------------------------


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
    assert "Esc again leaves the lesson" in app.state.status.notice
    app.frame([escape])
    assert not app.classroom.step(app)
    assert app.state.overlay.lesson is None
    assert app.state.size == app.surface.get_size()
    assert len(marks(app.state).pins) == 1


def test_a_step_that_does_not_fit_the_window_is_a_line(given):
    app = given(THREE.replace("theme: light", "colour: red"))
    turn(app)
    assert "line 11: set: {'covered': True, 'colour': 'red'}" in app.state.status.message
    assert not app.classroom.wants_frame_now
    assert app.state.overlay.lesson.page == 1


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "size"), [*((name, (1280, 800)) for name in lesson_files.list_names()), ("ae-or-vae", (640, 480))]
)
def test_every_lesson_can_be_given_from_its_first_page_to_its_last_and_back(name, size, tmp_path, monkeypatch):
    monkeypatch.setenv("LATENT_EXPLORER_DATA", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    book = lesson_files.load(name)
    count = len(book.lesson.pages)
    assert 5 <= count <= 9
    surface = window.open_window(size, fullscreen=False, headless=True)
    steps = "\n".join(["- wait: 0.1", *["- key: pagedown"] * (count - 1), *["- key: pageup"] * (count - 1)])
    (tmp_path / "turn.yaml").write_text(steps)
    seen: list[tuple[int, str]] = []
    lab = "compare" if len(book.models) > 1 else "explore"
    player = Script(script_steps.read(tmp_path / "turn.yaml"), tmp_path)
    app = App(
        surface, Library(book.models, "cpu"), lab=lab, headless=True, player=player, classroom=LessonDriver(book)
    )  # fmt: skip
    step = LessonDriver.step

    def watched(self, app):
        busy = step(self, app)
        if not busy and app.state.overlay.lesson is not None:
            seen.append((app.state.overlay.lesson.page, app.state.status.message))
        return busy

    monkeypatch.setattr(LessonDriver, "step", watched)
    try:
        app.run()
        pages = [page for page, _ in seen]
        assert set(pages) == set(range(count))
        assert app.state.overlay.lesson.page == 0
        assert {message for _, message in seen} == {""}
        results = app.engine.results
        assert results.last_error() == ""
        assert of_kind(LABS[app.state.lab].view(app.state, results), Image)
    finally:
        app.close()
        pygame.quit()


@pytest.mark.parametrize("effect", list(Effect))
def test_however_a_page_asks_for_it_no_file_is_written_or_opened(given, tmp_path, monkeypatch, effect):
    """A gesture or a control may ask for what the keys may not."""
    monkeypatch.chdir(tmp_path)
    app = given()
    before = sorted(tmp_path.rglob("*"))
    app.classroom._script = Script([])
    app.files.run_effect(effect, app.surface, 0.0)
    assert app.state.status.message == file_effects.LOCKED_MESSAGE
    assert app.files.dialog is None
    assert not app.files.captures.recording
    app.act(Replace(app.state.put(replace(app.state.status, pending_export="png"))))
    app.files.export(Results())
    assert app.state.status.pending_export == ""
    assert sorted(tmp_path.rglob("*")) == before
    app.classroom._script = None
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


def test_texts_are_taken_as_they_are_written(tmp_path):
    path = tmp_path / "plain.yaml"
    path.write_text("title: 3.10\nmodels: [mnist-vae]\npages:\n  - say: No\n    ask: 2024-01-01\n", encoding="utf-8")
    lesson = lesson_files.read(path).lesson
    assert (lesson.title, lesson.pages[0].text, lesson.pages[0].question) == ("3.10", "No", "2024-01-01")


def test_a_page_turned_from_learn_shows_the_models_of_its_own_lab(given):
    app = given()
    app.act(Set("lab", "learn"))
    assert app.state.displayed_models != ()
    turn(app)
    assert app.state.lab != "learn"
    assert app.state.displayed_models == ()
    assert app.state.get_checkpoint(0) is app.library[app.state.models[0]]
