"""Files that the window opens, saves and asks for."""

import shutil

import pygame
import pytest

from latent_explorer import files
from latent_explorer.scene.events import Set
from latent_explorer.scene.items import Text
from tests.stage import of_kind, texts
from tests.ui.window.events import key


def press(app, code, mod=0, unicode=""):
    app.frame([pygame.event.Event(pygame.KEYDOWN, key=code, mod=mod, unicode=unicode)])


def session_file_event() -> int:
    import pygame_gui

    return pygame_gui.UI_FILE_DIALOG_PATH_PICKED


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


def test_a_screenshot_has_no_message_of_the_key_before(app, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    app.frame([key(pygame.K_F12)])
    app.frame([])
    assert app.state.status.notice
    app.frame([key(pygame.K_F12)])
    first, second = (pygame.surfarray.array3d(pygame.image.load(path)) for path in sorted(tmp_path.glob("*.png")))
    assert (first == second).all()


def test_a_screenshot_shows_the_answers_to_what_its_own_frame_has_changed(app, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    app.frame([])
    app.act(Set("lab", "cluster"))
    app.frame([key(pygame.K_F12)])
    app.frame([])
    app.frame([key(pygame.K_F12)])
    first, second = (pygame.surfarray.array3d(pygame.image.load(path)) for path in sorted(tmp_path.glob("*.png")))
    assert (first == second).all()


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


def test_ctrl_s_saves_and_a_dropped_file_opens(app, home):
    app.act(Set("theme", "light"))
    press(app, pygame.K_s, pygame.KMOD_LCTRL)
    assert app.state.status.notice == files.make_saved_message(home["here"] / "at-nine.json")
    assert app.state.status.notice in texts(app.make_view())
    press(app, pygame.K_t, unicode="t")
    assert app.state.status.notice == ""
    assert app.state.preferences.theme == "dark"
    app.frame([pygame.event.Event(pygame.DROPFILE, file=str(home["here"] / "at-nine.json"))])
    assert app.state.preferences.theme == "light"
    assert "at-nine.json" in app.state.status.notice


def test_a_broken_file_is_a_line_and_nothing_is_lost(app, home):
    (home["here"] / "torn.json").write_text("{")
    before = app.state
    app.frame([pygame.event.Event(pygame.DROPFILE, file=str(home["here"] / "torn.json"))])
    assert "torn.json: damaged" in app.state.status.message
    assert app.state.lab_states == before.lab_states
    said = [item for item in of_kind(app.make_view(), Text) if "torn.json" in item.text]
    assert said[0].colour == "warn"


def test_ctrl_o_asks_and_opens_what_is_chosen(app, home):
    app.act(Set("theme", "light"))
    press(app, pygame.K_s, pygame.KMOD_LCTRL)
    app.act(Set("theme", "dark"))
    press(app, pygame.K_o, pygame.KMOD_LCTRL)
    dialog = app.files.dialog
    before = pygame.surfarray.array3d(app.surface)
    app.frame([])
    press(app, pygame.K_t, unicode="t")  # the dialog has the keyboard
    assert app.state.preferences.theme == "dark"
    picked = pygame.event.Event(session_file_event(), text=str(home["here"] / "at-nine.json"), ui_element=dialog.window)
    app.frame([picked])
    assert app.files.dialog is None
    assert app.state.preferences.theme == "light"
    app.frame([])
    assert (pygame.surfarray.array3d(app.surface) != before).any()


def test_escape_leaves_the_dialog_and_not_the_window(app, home):
    press(app, pygame.K_o, pygame.KMOD_LCTRL)
    press(app, pygame.K_ESCAPE, unicode="\x1b")
    assert app.files.dialog is None
    assert not app.state.status.closing
