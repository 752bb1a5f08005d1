"""Every shipped lesson, played whole: what its pages expect of the window and point at is there."""

import pygame
import pytest

from latent_explorer.checkpoint.library import Library
from latent_explorer.labs import LABS
from latent_explorer.scene.events import Key
from latent_explorer.scene.items import Image, Text
from latent_explorer.ui.automation import lesson_files, script_steps
from latent_explorer.ui.automation.lesson_driver import LessonDriver
from latent_explorer.ui.automation.script import Script
from latent_explorer.ui.render import text_layout
from latent_explorer.ui.render.text import Lettering
from latent_explorer.ui.window import window
from latent_explorer.ui.window.app import App
from latent_explorer.ui.window.lesson_desk import choose_lab
from tests.stage import of_kind

SIZE = (1280, 800)
MAX_PAGES = 20
CUT = "The blend of samples"
"""How the one line begins that may be cut: over the pictures of a column that is narrower than its shortest words."""
FAR_BACK = "autoencoder"
"""The lesson that is played back to its first page too; of the others one page back is enough."""


class Watch:
    """Notes each page that a lesson has set up, and what of its claims does not hold there."""

    def __init__(self, monkeypatch) -> None:
        self.pages: list[int] = []
        self.wrong: list[str] = []
        step = LessonDriver.step

        def watched(driver, app):
            busy, given = step(driver, app), app.state.overlay.lesson
            if not busy and given is not None and self.pages[-1:] != [given.page]:
                self.pages.append(given.page)
                self.wrong += [str(error) for error in driver.find_failures(app)]
                if app.state.status.message not in ("", *self.wrong):
                    self.wrong.append(app.state.status.message)
                if app.state.window_size == SIZE:
                    presented = find_faults_presented(driver, app)
                    self.wrong += [f"presented, page {given.page + 1}: {one}" for one in presented]
            return busy

        monkeypatch.setattr(LessonDriver, "step", watched)


def find_faults_presented(driver, app) -> list[str]:
    """What of a page's claims does not hold where the map fills the screen, and its pixels stand for other codes; and
    the large texts that are cut there."""
    app.act(Key("f5"))
    app.frame([])
    app.frame([])
    lettering, width = Lettering(app.state.ui_scale), app.state.window_size[0]
    shown = [one for one in of_kind(app.make_view(), Text) if one.text and one.rect.width and 0 <= one.rect.x < width]
    cut = [one.text for one in shown if text_layout.is_cut(one, lettering) and not one.text.startswith(CUT)]
    failures = [str(error) for error in driver.find_failures(app)]
    app.act(Key("f5"))
    app.frame([])
    return [*failures, *(f"cut: {text}" for text in cut)]


@pytest.fixture
def play(tmp_path, monkeypatch):
    """Play a lesson by its Page keys, without MNIST, in a window that nobody sees."""
    monkeypatch.setenv("LATENT_EXPLORER_DATA", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    made: list[App] = []

    def play(name: str, size: tuple[int, int], back: int) -> tuple[App, Watch]:
        book, watch = lesson_files.load(name), Watch(monkeypatch)
        turns = ["- key: pagedown"] * (len(book.lesson.pages) - 1) + ["- key: pageup"] * back
        (tmp_path / "turn.yaml").write_text("\n".join(["- wait: 0.1", *turns]))
        player = Script(script_steps.read(tmp_path / "turn.yaml"), tmp_path)
        surface = window.open_window(size, fullscreen=False, headless=True)
        app = App(
            surface, Library(book.models, "cpu"), lab=choose_lab(book.models), headless=True, player=player,
            classroom=LessonDriver(book),
        )  # fmt: skip
        made.append(app)
        app.run()
        return app, watch

    yield play
    for app in made:
        app.close()
    pygame.quit()


@pytest.mark.slow
@pytest.mark.parametrize("name", lesson_files.list_names())
def test_what_each_page_of_a_lesson_says_is_what_the_window_shows(play, name):
    book = lesson_files.load(name)
    count = len(book.lesson.pages)
    assert 5 <= count <= MAX_PAGES
    back = count - 1 if name == FAR_BACK else 1
    app, watch = play(name, SIZE, back)
    assert watch.pages == [*range(count), *range(count - 2, count - 2 - back, -1)]
    assert watch.wrong == []
    results = app.engine.results
    assert results.get_last_error() == ""
    assert of_kind(LABS[app.state.lab].make_view(app.state, results), Image)


@pytest.mark.slow
def test_in_a_small_window_only_room_may_be_missing(play):
    _, watch = play("ae-or-vae", (640, 480), 0)
    assert [error for error in watch.wrong if "no room" not in error] == []


def test_every_page_of_every_lesson_claims_something():
    silent = [
        f"{name}, page {i + 1}"
        for name in lesson_files.list_names()
        for i, claims in enumerate(lesson_files.load(name).expectations)
        if not claims
    ]
    assert silent == []
