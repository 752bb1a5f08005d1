"""Lessons in an open window: begun from the list, resumed, ended; and what is kept of them for the next start."""

import json
from dataclasses import replace

import pytest

from latent_explorer.checkpoint.library import Library
from latent_explorer.scene.events import Key, Replace, Set
from latent_explorer.scene.lesson_list import BEGIN
from latent_explorer.scene.lesson_page import END, GO_TO, RESET
from latent_explorer.shell import lesson_recorder, session
from latent_explorer.ui.window import lesson_places, session_file
from tests.stage import marks

BOOK = """
title: Mine
minutes: 5
models: [{model}]
pages:
  - say: One.
    do:
      - click: [0.2, 0.25]
  - say: Two.
    do:
      - lab: generate
      - set: {{covered: true}}
  - say: Three.
    do:
      - lab: explore
      - click: [0.8, 0.3]
"""


@pytest.fixture
def folder(tmp_path, monkeypatch, tiny_path):
    """The current folder, with a lesson on a small model and one on a model that is not there."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.yaml").write_text(BOOK.format(model=tiny_path))
    (tmp_path / "other.yaml").write_text(BOOK.format(model="nobodys").replace("Mine", "Other"))
    return tmp_path


@pytest.fixture
def app(apps, folder):
    return apps(library=Library(("digits-vae",), "cpu"))


def go_on(app):
    """Let the window set up what it was asked for."""
    for _ in range(200):
        busy = app.lessons.step(app)
        app.frame(app.wait_for_events() if busy else [])
        if not busy and app.state.lessons.requested is None:
            return
    raise AssertionError("the page is never set up")


def give(app, *actions):
    for action in actions:
        app.act(action)
        go_on(app)


def choose(app, title):
    """Choose a lesson in the open list."""
    titles = [one.title for one in app.state.lessons.entries]
    app.act(Key("home"))
    for _ in range(titles.index(title)):
        app.act(Key("down"))


def test_the_list_is_drawn_as_soon_as_it_is_found(app, monkeypatch):
    wakes = []
    monkeypatch.setattr(app.lessons, "_wake", lambda: wakes.append(len(app.state.lessons.entries or ())))
    app.act(Key("f3"))
    app.lessons.step(app)
    assert wakes[0] == 0
    assert wakes[-1] == len(app.state.lessons.entries) > 0


def test_a_lesson_of_the_list_opens_its_model_and_sets_its_pages_up(app, folder):
    give(app, Set("theme", "light"), Set("lab", "cluster"), Key("f3"))
    choose(app, "Mine")
    give(app, Key("return"))
    assert (app.state.lab, app.state.models[0], app.state.lessons.listed) == ("explore", "tiny", False)
    assert len(marks(app.state).pins) == 1
    give(app, Set(GO_TO, 2))
    assert len(marks(app.state).pins) == 2
    give(app, Set("lab", "cluster"), Set(RESET))
    assert (app.state.lab, app.state.overlay.lesson.page, len(marks(app.state).pins)) == ("explore", 2, 2)
    assert not app.state.lessons.sets_up
    give(app, Key("page up"), Set(END))
    assert (app.state.lab, app.state.models[0], app.classroom) == ("cluster", "digits-vae", None)
    assert not app.state.overlay.pictures_hidden
    assert app.state.preferences.theme == "light"
    assert not lesson_places.get_path().exists()  # nobody asked for it: this is no user's window


def test_a_frame_waits_for_one_model_at_most(app, folder, tiny_path):
    """A lesson of several models would else stop the window for as long as all of them take."""
    (folder / "two.yaml").write_text(BOOK.format(model=f"{tiny_path}, breast-cancer-vae"))
    app.lessons._headless = False
    app.act(Set(BEGIN, str(folder / "two.yaml")))
    opened = [len(app.library.select_opened())]
    while app.lessons.step(app) and app.classroom is None:
        opened.append(len(app.library.select_opened()))
    assert opened == [1, 2, 3]
    go_on(app)
    assert app.state.models[:2] == ("tiny", "breast-cancer-vae")


def test_one_goes_on_where_one_stopped_and_is_told_so(app, folder):
    name = str(folder / "mine.yaml")
    give(app, Set(BEGIN, name), Key("page down"), Key("escape"), Key("escape"))
    app.act(Replace(app.state.put(replace(app.state.lessons, votes={name: {1: (3, 1)}}))))
    assert (app.state.lab, app.state.overlay.lesson) == ("explore", None)
    give(app, Set(BEGIN, name))
    assert (app.state.lab, app.state.overlay.lesson.page) == ("generate", 1)
    assert app.state.status.notice.startswith("Page 2 of 3, ")
    assert app.state.lessons.votes == {name: {1: (3, 1)}}
    give(app, Key("end"), Set(END), Set(BEGIN, name))
    assert app.state.overlay.lesson.page == 0  # it was given to its end
    assert app.state.lessons.votes == {}


@pytest.mark.parametrize(
    ("name", "line"),
    [("other.yaml", "The lesson 'Other' needs nobodys: checkpoint 'nobodys' is not there"), ("gone.yaml", "gone.yaml")],
)
def test_a_lesson_that_cannot_begin_is_one_line_and_the_list_stays(app, folder, name, line):
    give(app, Key("f3"), Set(BEGIN, str(folder / name)))
    assert line in app.state.status.message
    assert "\n" not in app.state.status.message
    assert app.state.lessons.listed
    assert app.state.overlay.lesson is None
    assert app.state.models[0] == "digits-vae"


def test_a_saved_session_and_the_next_start_go_on_with_the_lesson(app, apps, folder):
    name = str(folder / "mine.yaml")
    app.lessons.remember()
    give(app, Set(BEGIN, name), Set(GO_TO, 2))
    path, lost = session_file.save(app.state)
    assert lost == ""
    later = apps(library=Library(("digits-vae",), "cpu"))  # the first one was not closed: its machine lost power
    later.lessons.remember()
    assert later.state.lessons.stopped == {name: 2}
    later.files.open_session(path)
    go_on(later)
    assert (later.state.overlay.lesson.page, len(marks(later.state).pins)) == (2, 2)
    give(later, Set(END))
    assert later.state.models[0] == "digits-vae"


def test_a_session_whose_lesson_is_gone_opens_with_one_line(app, folder):
    document, _ = session.make_document(app.state, {})
    path = folder / "old.json"
    path.write_text(json.dumps({**document, "lesson": {"name": str(folder / "gone.yaml"), "page": 3}}))
    app.files.open_session(path)
    go_on(app)
    assert "gone.yaml: cannot be read" in app.state.status.message
    assert app.state.overlay.lesson is None


def test_no_lesson_begins_while_one_is_recorded(app, folder):
    give(app, Key("ctrl r"), Set(BEGIN, str(folder / "mine.yaml")))
    assert app.state.status.message == lesson_recorder.say_is_on()
    assert (app.state.overlay.lesson, app.state.recording.is_on) == (None, True)
    app.act(Replace(app.state.put(replace(app.state.recording, is_on=False))))


@pytest.mark.parametrize("page", [-3, 1000])
def test_a_page_of_a_session_that_the_lesson_has_not_is_its_first_one(app, folder, page):
    document, _ = session.make_document(app.state, {})
    path = folder / "strange.json"
    path.write_text(json.dumps({**document, "lesson": {"name": str(folder / "mine.yaml"), "page": page}}))
    app.files.open_session(path)
    go_on(app)
    assert app.state.overlay.lesson.page == 0


# -- what is kept for the next start ------------------------------------------------------------------


@pytest.mark.parametrize(
    "raw", [b"\x00", b"{}", b"[" * 100_000, b'{"latent_explorer lessons": 1, "stopped": {"a": "b"}}']
)
def test_a_broken_file_is_ignored_with_one_line(app, raw):
    lesson_places.get_path().write_bytes(raw)
    app.lessons.remember()
    assert app.state.status.message == "lessons.json is broken: where you stopped in each lesson is forgotten."
    app.act(Replace(app.state.put(replace(app.state.lessons, stopped={"a": 2}))))
    assert lesson_places.read(lesson_places.get_path()) == {"a": 2}
