"""A recorded lesson as a file: it is a lesson, it sets the same states up, and no file is lost."""

import pygame
import pytest

from latent_explorer import files
from latent_explorer.scene.events import Key, Move, Release, Scroll, Set
from latent_explorer.scene.items import CornerNote
from latent_explorer.scene.lesson_recording import RecordedStep
from latent_explorer.ui.automation import lesson_files, lesson_writer
from latent_explorer.ui.automation.lesson_driver import LessonDriver
from latent_explorer.ui.window import session_file
from tests.stage import DISK_FULL, click, disk_full, dot_px, drag, marks, of_kind, px_of
from tests.ui.automation.test_lesson_driver import Waiting, set_up, turn
from tests.ui.conftest import settle

RECORD = Key("ctrl r")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(session_file, "get_current_folder", lambda: tmp_path)
    return tmp_path


def do(app, *actions) -> None:
    for action in actions:
        app.act(action)
    settle(app)


def summarise(state) -> tuple[tuple, list[float]]:
    """What a lesson's page sets up: choices, and places."""
    hover, pins, camera = state.pointer.hover, marks(state).pins, state.get_camera(0)
    ends = state.lab_states["compare"].find_end_dots(state, 0) if state.lab == "compare" else None
    choices = (
        state.lab, state.models[: state.model_count], state.view.map_name, state.view.layer, state.view.hidden,
        state.overlay.pictures_hidden, ends,
    )  # fmt: skip
    assert hover is not None
    return choices, [*hover.xy, camera.zoom, *camera.centre, *(axis for pin in pins for axis in pin.xy)]


def test_what_was_recorded_sets_the_same_states_up(app, apps, folder):
    do(app, Set("layer", "distance"), RECORD)
    state = app.state
    do(app, *click(px_of(state, (0.2, 0.25))), *click(px_of(state, (0.8, 0.3))), Key("2"))
    do(app, Scroll(px_of(state, (0.4, 0.4)), 2.0), Move(px_of(app.state, (0.45, 0.5))))
    seen = [summarise(app.state)]
    do(app, Key("page down"), Set("layer", "none"), Set("covered", True), Key("p"))
    seen.append(summarise(app.state))
    do(app, Key("page down"), Set("lab", "compare"), Set("model 2", "other"))
    do(app, *drag(dot_px(app.state, 3), dot_px(app.state, 30)), Release(dot_px(app.state, 30)))
    seen.append(summarise(app.state))
    do(app, RECORD)
    (path,) = folder.glob("*.yaml")
    assert app.state.status.notice.startswith("Saved lesson.yaml: ")

    book = lesson_files.read(path)
    assert [page.text for page in book.lesson.pages] == [lesson_writer.SAY] * 3
    assert set(book.models) == {"first", "second", "other"}
    played = apps(player=Waiting(), classroom=LessonDriver(book), ready=False)
    played.run()
    set_up(played)
    found = [summarise(played.state)]
    for _ in range(2):
        turn(played)
        assert played.state.status.message == ""
        found.append(summarise(played.state))
    for (choices, places), (wanted, near) in zip(found, seen, strict=True):
        assert choices == wanted
        assert places == pytest.approx(near, abs=3e-3)


def test_its_key_begins_it_and_the_menu_ends_it(app, folder):
    app.frame([pygame.event.Event(pygame.KEYDOWN, key=pygame.K_r, mod=pygame.KMOD_LCTRL, unicode="")])
    assert app.state.recording.is_on
    assert [one for one in of_kind(app.make_view(), CornerNote) if "page 1, " in one.lines[0]]
    do(app, Set("view", "record lesson"))
    assert not app.state.recording.is_on
    assert [path.name for path in folder.glob("*.yaml")] == ["lesson.yaml"]


def test_no_file_is_written_over_and_a_window_that_closes_writes_it(app, folder):
    do(app, RECORD, RECORD)
    do(app, RECORD, Set("layer", "distance"))
    app.files.close(0.0)
    assert sorted(path.name for path in folder.glob("*.yaml")) == ["lesson-2.yaml", "lesson.yaml"]
    assert "layer: distance" in (folder / "lesson-2.yaml").read_text()


def test_from_a_folder_that_cannot_be_written_to_it_goes_to_the_users_documents(app, tmp_path, monkeypatch):
    monkeypatch.setattr(session_file, "get_current_folder", lambda: tmp_path / "gone")
    monkeypatch.setattr(session_file.platformdirs, "user_documents_path", lambda: tmp_path)
    do(app, RECORD, Set("layer", "distance"), RECORD)
    assert "layer: distance" in (tmp_path / "lesson.yaml").read_text()
    assert app.state.status.notice.startswith(files.make_saved_message(tmp_path / "lesson.yaml"))


def test_where_nothing_can_be_written_it_is_a_line(app, monkeypatch):
    monkeypatch.setattr(session_file.files, "write_new", disk_full)
    do(app, RECORD, RECORD)
    assert DISK_FULL in app.state.status.message


def test_a_lesson_cannot_write_one(app, folder):
    book = lesson_writer.format_lesson(((RecordedStep("key", "ctrl r"),),), ["first"])
    (folder / "evil.yaml").write_text(book)
    with pytest.raises(lesson_files.InputError, match="ctrl r arrived; a lesson neither writes files"):
        lesson_files.read(folder / "evil.yaml")


def test_every_kind_of_step_is_written_as_a_script_reads_it(tmp_path):
    steps = (
        RecordedStep("lab", "explore"), RecordedStep("set", {"bookmark": None}), RecordedStep("set", {"along": "x: y"}),
        RecordedStep("click", (0.1, 0.2), 1), RecordedStep("drag", ((0.1, 0.2), (0.3, 0.4))), RecordedStep("key", ","),
        RecordedStep("touch", ("bars", 0.5, 0.25)), RecordedStep("touch", ("bars", (0.5, 0.2), (0.5, 0.9))),
        RecordedStep("scroll", (0.5, 0.5, -1.5)), RecordedStep("wait", 0.7333), RecordedStep("key", "3"),
        RecordedStep("draw", ((0.1, 0.2), (0.3, 0.4))),
    )  # fmt: skip
    path = tmp_path / "one.yaml"
    path.write_text(lesson_writer.format_lesson((steps, ()), ["mnist-vae", "my model.safetensors"]), encoding="utf-8")
    book = lesson_files.read(path)
    assert book.models == ("mnist-vae", "my model.safetensors")
    assert [step.verb for step in book.steps[0]] == [step.verb for step in steps]
    assert book.steps[0][3].slot == 1
    assert book.steps[0][9].value == pytest.approx(0.7)
    assert book.steps[1] == ()
