"""Screenshots and recordings of the window, by key and by script."""

import threading
from dataclasses import replace

import numpy as np
import pygame
import pytest
from PIL import Image

from latent_explorer import files
from latent_explorer.errors import InputError, WorkError
from latent_explorer.labs import LABS
from latent_explorer.scene.events import Replace, Set
from latent_explorer.ui.automation import script_steps
from latent_explorer.ui.automation.script import Script
from latent_explorer.ui.capture import captures
from latent_explorer.ui.capture.captures import RED
from latent_explorer.ui.capture.gif_encoder import GifEncoder
from tests.stage import BROKEN, DISK_FULL, disk_full, dot_px, texts
from tests.ui.conftest import settle

pytestmark = pytest.mark.slow  # files are written


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(files, "make_timestamp_stem", lambda: "at-nine")
    return tmp_path


def press(app, code):
    app.frame([pygame.event.Event(pygame.KEYDOWN, key=code, mod=0, unicode="")])


def pixels(app) -> np.ndarray:
    return pygame.surfarray.array3d(app.surface)


def red(shown: np.ndarray) -> int:
    return int((np.abs(shown.astype(int) - RED).max(axis=2) == 0).sum())


def ended(app) -> None:
    app.files.captures.wait()
    app.frame([])


# -- screenshots --------------------------------------------------------------------------------------


def test_f12_writes_what_is_shown_and_never_over_a_file(app, here):
    before = pixels(app)
    press(app, pygame.K_F12)
    assert app.state.status.notice == files.make_saved_message(here / "at-nine.png")
    shown = np.asarray(Image.open(here / "at-nine.png").convert("RGB")).transpose(1, 0, 2)
    assert (shown == before).all()
    app.act(Set("theme", "light"))
    settle(app)
    press(app, pygame.K_F12)
    assert app.state.status.notice == files.make_saved_message(here / "at-nine-2.png")
    assert (np.asarray(Image.open(here / "at-nine.png").convert("RGB")).transpose(1, 0, 2) == before).all()


@pytest.mark.parametrize("code", [pygame.K_F12, pygame.K_F10])
def test_where_nothing_can_be_written_it_is_said_and_the_window_goes_on(app, here, monkeypatch, code):
    def refused(folder, *rest):
        raise WorkError(f"{folder}/at-nine: {BROKEN}")

    monkeypatch.setattr(captures.files, "write_new", refused)
    monkeypatch.setattr(captures.files, "check_folder", refused)
    press(app, code)
    assert BROKEN in app.state.status.message
    assert not app.files.captures.recording
    assert not app.state.status.closing


def test_a_folder_that_is_gone_is_said(app, here, monkeypatch):
    def gone():
        raise FileNotFoundError("No such file or directory")

    monkeypatch.setattr(captures.Path, "cwd", gone)
    press(app, pygame.K_F12)
    assert "folder" in app.state.status.message


# -- recordings ---------------------------------------------------------------------------------------


def test_f10_records_with_a_sign_in_the_window_that_is_not_in_the_picture(app, here):
    plain = pixels(app)
    assert red(plain) == 0
    press(app, pygame.K_F10)
    app.frame([])
    assert red(pixels(app)) > 200
    app.act(Set("theme", "light"))
    app.frame([], 0.5)
    press(app, pygame.K_F10)
    ended(app)
    settle(app)
    assert red(pixels(app)) == 0
    assert app.state.status.notice == files.make_saved_message(here / "at-nine.gif")
    with Image.open(here / "at-nine.gif") as gif:
        assert gif.n_frames >= 2
        for frame in range(gif.n_frames):
            gif.seek(frame)
            assert red(np.asarray(gif.convert("RGB"))) == 0


def test_the_window_looks_the_same_after_a_recording(app, here):
    press(app, pygame.K_F10)
    app.frame([pygame.event.Event(pygame.MOUSEMOTION, pos=dot_px(app.state, 3), rel=(0, 0), buttons=(0, 0, 0))])
    press(app, pygame.K_F10)
    ended(app)
    app.act(Replace(app.state.with_notice("")))
    app.frame([])
    shown = pixels(app)
    app.renderer.invalidate(whole=True)
    app.frame([])
    assert (shown == pixels(app)).all()


def test_leaving_while_recording_still_writes_the_file(apps, here):
    app = apps()
    press(app, pygame.K_F10)
    app.frame([], 0.2)
    app.close()
    with Image.open(here / "at-nine.gif") as gif:
        assert gif.size == (960, 672)


def test_a_recording_of_its_longest_ends_by_itself(app, here, monkeypatch):
    from latent_explorer.ui.capture import screen_recorder

    monkeypatch.setattr(screen_recorder, "MAX_SECONDS", 1.0)
    press(app, pygame.K_F10)
    for i in range(4):
        app.act(Set("theme", ("light", "dark")[i % 2]))
        app.frame([], 0.4)
    assert not app.files.captures.recording
    ended(app)
    assert (here / "at-nine.gif").stat().st_size > 0
    assert app.state.status.notice == files.make_saved_message(here / "at-nine.gif")


# -- leaving while something is written ---------------------------------------------------------------


@pytest.fixture
def slow(monkeypatch):
    """An event; until it is set no recording gets written."""
    gate, encode = threading.Event(), GifEncoder.encode
    monkeypatch.setattr(GifEncoder, "encode", lambda *arguments: gate.wait(20) and encode(*arguments))
    yield gate
    gate.set()


QUIT = pygame.event.Event(pygame.QUIT)
ESCAPE = pygame.event.Event(pygame.KEYDOWN, key=pygame.K_ESCAPE, mod=0, unicode="\x1b")
ENTER = pygame.event.Event(pygame.KEYDOWN, key=pygame.K_RETURN, mod=0, unicode="\r")


@pytest.mark.parametrize("close", [[QUIT], [ESCAPE, ENTER]], ids=["cross", "Esc, Enter"])
def test_a_window_that_is_closed_says_what_it_still_writes_and_closes_then(app, here, slow, close):
    press(app, pygame.K_F10)
    app.frame([], 0.2)
    app.frame(close)
    assert not app.try_close()
    assert "at-nine.gif" in app.state.status.message
    assert app.state.status.message in texts(app.make_view())
    press(app, pygame.K_n)
    assert "at-nine.gif" in app.state.status.message  # whatever is done meanwhile
    slow.set()
    app.files.captures.wait()
    app.frame([])
    assert app.try_close()
    with Image.open(here / "at-nine.gif") as gif:
        assert gif.size == (960, 672)


def test_closed_over_the_page_of_keys_it_can_be_read(app, here, slow):
    press(app, pygame.K_F10)
    press(app, pygame.K_F1)
    app.frame([QUIT])
    assert not app.try_close()
    assert not app.state.overlay.help


def test_the_loop_ends_when_the_file_is_written(app, here, slow):
    press(app, pygame.K_F10)
    app.frame([], 0.2)
    pygame.event.post(QUIT)
    timer = threading.Timer(0.2, slow.set)
    timer.start()
    app.run()
    timer.join()
    assert app.files.captures.writing == ()
    with Image.open(here / "at-nine.gif") as gif:
        assert gif.size == (960, 672)


@pytest.mark.parametrize("close", [[QUIT], [ESCAPE, ENTER]], ids=["cross", "Esc, Enter"])
def test_closed_again_it_leaves_without_the_file(app, here, slow, close):
    press(app, pygame.K_F10)
    app.frame([], 0.2)
    app.frame(close)
    assert not app.try_close()
    app.frame(close)
    assert app.try_close()
    slow.set()
    app.close()
    assert list(here.iterdir()) == []


def test_what_cannot_be_written_keeps_the_window_open_to_say_so(app, here, slow, monkeypatch):
    press(app, pygame.K_F10)
    app.frame([], 0.2)
    app.frame([QUIT])
    assert not app.try_close()

    monkeypatch.setattr(files.os, "fsync", disk_full)
    slow.set()
    app.files.captures.wait()
    app.frame([])
    assert not app.try_close()
    assert DISK_FULL in app.state.status.message
    app.frame([QUIT])
    assert app.try_close()


def test_what_is_still_being_made_to_be_saved_is_waited_for_too(app, monkeypatch):
    lab = LABS[app.state.lab]
    monkeypatch.setattr(lab, "export_film", lambda *_: "Decoding the samples.")
    app.act(Replace(app.state.put(replace(app.state.status, pending_export="gif"))))
    app.frame([QUIT])
    assert not app.try_close()
    assert "GIF" in app.state.status.message
    monkeypatch.setattr(lab, "export_film", lambda *_: None)
    app.frame([])
    assert app.try_close()


class Ends:
    """Exports of one file, which cannot be written just after it was asked what came of it."""

    def __init__(self) -> None:
        self.writing = ("learn.gif",)
        self.failed: list[tuple[bool, str]] = []

    def take_messages(self):
        said, self.failed = self.failed, [(False, DISK_FULL)] if self.writing else []
        self.writing = ()
        return said

    def wait(self) -> None:
        pass


def test_what_fails_at_the_last_moment_is_read_before_the_window_closes(app, monkeypatch):
    monkeypatch.setattr(app.files, "exports", Ends())
    app.act(Replace(app.state.put(replace(app.state.status, closing=True))))
    assert not app.try_close()
    app.frame([])
    assert not app.try_close()
    assert app.state.status.message == DISK_FULL


# -- by script ----------------------------------------------------------------------------------------


@pytest.fixture
def run(apps, here):
    def run(text: str):
        (here / "steps.yaml").write_text(text)
        app = apps(ready=False, player=Script(script_steps.read(here / "steps.yaml"), here))
        app.run()
        return app

    return run


FILM = """
- move: [0.2, 0.25]
- record: film.gif
- wait: 0.5
- move: [0.8, 0.3]
  seconds: 1
- wait: 0.5
- record: stop
"""


def test_a_script_makes_an_animation_in_which_time_passes_as_it_says(run, here):
    run(FILM)
    with Image.open(here / "film.gif") as gif:
        assert 14 <= gif.n_frames <= 25
        times = []
        for frame in range(gif.n_frames):
            gif.seek(frame)
            times.append(gif.info["duration"])
    assert sum(times) == pytest.approx(2000 + 300, abs=120)  # the last picture stays a little
    assert max(times[1:-1]) <= 140


def test_the_same_script_makes_the_same_file(run, here):
    made = []
    for _ in range(2):
        run(FILM)
        made.append((here / "film.gif").read_bytes())
    assert len(made[0]) == len(made[1])
    assert hash(made[0]) == hash(made[1])


def test_a_script_that_ends_while_it_records_still_writes(run, here):
    app = run("- record: film.gif\n- wait: 0.3\n")
    app.close()
    with Image.open(here / "film.gif") as gif:
        assert gif.size[0] == 960


def test_a_recording_that_cannot_be_written_names_file_and_line(run, here):
    (here / "film.gif").mkdir()
    with pytest.raises(InputError, match=r"steps\.yaml, line 3: record: .*film\.gif: cannot be written"):
        run("- record: film.gif\n- wait: 0.3\n- record: stop\n")


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("- record: film.mp4", 1, "'film.mp4' arrived; the name of a .gif file, or stop is allowed"),
        ("- record: true", 1, "True arrived"),
        ("- wait: 1\n  seconds: 2", 1, "seconds: 2 arrived with wait; 0 to 600 beside move, drag, pan, touch"),
        ("- move: [0.5, 0.5]\n  seconds: -1", 1, "seconds: -1 arrived"),
        ("- move: [0.5, 0.5]\n  seconds: soon", 1, "seconds: 'soon' arrived"),
    ],
)
def test_wrong_steps_are_said(here, text, line, said):
    (here / "steps.yaml").write_text(text)
    with pytest.raises(InputError) as error:
        script_steps.read(here / "steps.yaml")
    assert f"line {line}: " in str(error.value)
    assert said in str(error.value)


def test_two_recordings_at_once_are_refused(run):
    with pytest.raises(InputError, match="stop, while another recording runs"):
        run("- record: a.gif\n- record: b.gif\n")
