"""Recordings: frames with their times in, a GIF in a file out, whatever happens."""

import threading

import pygame
import pytest
from PIL import Image

from latent_explorer import files
from latent_explorer.errors import WorkError
from latent_explorer.ui.capture import screen_recorder
from latent_explorer.ui.capture.gif_encoder import GifEncoder
from latent_explorer.ui.capture.screen_recorder import Recording
from tests.stage import DISK_FULL


@pytest.fixture
def screen():
    surface = pygame.Surface((200, 120))
    surface.fill((21, 23, 28))
    return surface


@pytest.fixture
def begun(tmp_path):
    """`begun(...)`: a recording into an empty file, ended at the end."""
    made = []

    def begin(**options) -> Recording:
        made.append(Recording(files.reserve_name(tmp_path, "film", ".gif"), keep_every_frame=True, **options))
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


def test_what_cannot_be_written_is_said_and_nothing_is_left_behind(begun, screen, monkeypatch):
    def full(path, data, **options):
        raise WorkError(f"{path}: {DISK_FULL}")

    monkeypatch.setattr(files, "write", full)
    film = begun()
    film.add(screen, 0.0, None)
    film.stop(1.0)
    film.wait(20)
    assert DISK_FULL in str(film.error)
    assert not film.path.exists()


def test_a_window_that_changes_its_size_ends_in_no_hang(begun, screen):
    film = begun()
    film.add(screen, 0.0, None)
    film.add(pygame.Surface((300, 90)), 0.1, None)
    film.stop(1.0)
    film.wait(20)
    assert film.done.is_set()
    with Image.open(film.path) as gif:
        assert gif.size == (200, 120)
