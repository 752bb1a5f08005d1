"""Recordings: frames with their times in, a GIF in a file out, whatever happens."""

import threading

import pygame
import pytest
from PIL import Image

from latent_explorer import files
from latent_explorer.ui.capture import screen_recorder
from latent_explorer.ui.capture.gif_encoder import GifEncoder
from latent_explorer.ui.capture.screen_recorder import Recording
from tests.stage import DISK_FULL, disk_full


@pytest.fixture
def screen():
    surface = pygame.Surface((200, 120))
    surface.fill((21, 23, 28))
    return surface


@pytest.fixture
def begun(tmp_path):
    """`begun(...)`: a recording, ended at the end."""
    made = []

    def begin(**options) -> Recording:
        made.append(Recording(tmp_path / "film.gif", keep_every_frame=True, **options))
        return made[-1]

    yield begin
    for one in made:
        if not one.done.is_set():
            one.stop(0.0)
            one.wait(20)


def test_what_was_shown_is_written(begun, screen):
    film = begun()
    for i in range(4):
        screen.fill((255, 0, 0), (10 * i, 0, 10, 10))
        film.add(screen, i / 10, None)
    film.stop(2.0)
    film.wait(20)
    assert film.done.is_set()
    assert film.error is None
    with Image.open(film.path) as gif:
        assert gif.size == (200, 120)
        assert gif.n_frames == 4
        assert gif.info["loop"] == 0
        gif.seek(3)
        assert gif.convert("RGB").getpixel((35, 5)) == (255, 0, 0)
        assert gif.info["duration"] == 1700


def test_later_changes_of_the_window_do_not_reach_a_frame(begun, screen):
    film = begun()
    film.add(screen, 0.0, None)
    screen.fill((255, 255, 255))
    film.stop(1.0)
    film.wait(20)
    with Image.open(film.path) as gif:
        assert gif.convert("RGB").getpixel((100, 60)) == (21, 23, 28)


def test_the_pointer_is_in_the_picture_and_not_in_the_window(begun, screen):
    before = pygame.surfarray.array3d(screen)
    film = begun()
    film.add(screen, 0.0, (50.0, 40.0))
    film.stop(1.0)
    film.wait(20)
    assert (pygame.surfarray.array3d(screen) == before).all()
    with Image.open(film.path) as gif:
        assert gif.convert("RGB").getpixel((53, 48)) == (255, 255, 255)


def test_a_large_window_is_made_smaller(begun):
    film = begun()
    film.add(pygame.Surface((1920, 1080)), 0.0, None)
    film.stop(1.0)
    film.wait(20)
    with Image.open(film.path) as gif:
        assert gif.size == (960, 540)


def test_not_every_frame_is_wanted(begun, screen):
    film = begun()
    assert film.is_due(5.0)
    film.add(screen, 5.0, None)
    assert not film.is_due(5.03)
    assert film.is_due(5.0 + 1 / screen_recorder.FRAME_RATE)


@pytest.mark.parametrize("limit", ["MAX_SECONDS", "MAX_BYTES"])
def test_it_is_bounded(begun, screen, monkeypatch, limit):
    monkeypatch.setattr(screen_recorder, limit, 1)
    encoded, add = threading.Event(), GifEncoder.add
    monkeypatch.setattr(GifEncoder, "add", lambda *arguments: (add(*arguments), encoded.set()))
    film = begun()
    film.add(screen, 0.0, None)
    assert encoded.wait(20)
    assert not film.full or limit == "MAX_BYTES"
    film.add(screen, 1.5, None)
    assert film.full
    assert not film.is_due(9.0)


def test_a_thread_that_does_not_follow_leaves_frames_out_instead_of_holding_the_window(tmp_path, screen, monkeypatch):
    gate, add = threading.Event(), GifEncoder.add
    monkeypatch.setattr(GifEncoder, "add", lambda *arguments: gate.wait(20) and add(*arguments))
    film = Recording(tmp_path / "film.gif")
    for i in range(30):
        screen.fill((i * 8, 0, 0))
        film.add(screen, i / 10, None)  # would wait for ever
    gate.set()
    film.stop(3.0)
    film.wait(20)
    with Image.open(film.path) as gif:
        assert 1 <= gif.n_frames <= screen_recorder.MAX_QUEUED_FRAMES + 1


def test_without_a_frame_nothing_is_left_behind(begun):
    film = begun()
    film.stop(1.0)
    film.wait(20)
    assert not film.path.exists()
    assert film.error is None


def test_what_cannot_be_written_is_said_and_nothing_is_left_behind(begun, screen, tmp_path, monkeypatch):
    monkeypatch.setattr(files.os, "fsync", disk_full)
    film = begun()
    film.add(screen, 0.0, None)
    film.stop(1.0)
    film.wait(20)
    assert DISK_FULL in str(film.error)
    assert list(tmp_path.iterdir()) == []


def test_no_name_stands_for_half_a_recording(begun, screen, tmp_path, monkeypatch):
    """A process that is killed leaves a temporary file at most."""
    seen, sync = [], files.os.fsync
    monkeypatch.setattr(files.os, "fsync", lambda file: seen.extend(tmp_path.glob("*.gif")) or sync(file))
    film = begun()
    film.add(screen, 0.0, None)
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "film.gif").write_bytes(b"of someone else")
    film.stop(1.0)
    film.wait(20)
    assert film.path == tmp_path / "film-2.gif"
    assert seen == [tmp_path / "film.gif"]
    assert (tmp_path / "film.gif").read_bytes() == b"of someone else"


def test_a_window_that_changes_its_size_ends_in_no_hang(begun, screen):
    film = begun()
    film.add(screen, 0.0, None)
    film.add(pygame.Surface((300, 90)), 0.1, None)
    film.stop(1.0)
    film.wait(20)
    assert film.done.is_set()
    with Image.open(film.path) as gif:
        assert gif.size == (200, 120)
