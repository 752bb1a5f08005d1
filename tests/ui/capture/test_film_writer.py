"""A keepsake becomes a strip, an animation or a video of a new name, or one line says why it does not."""

import sys
import types
from dataclasses import replace
from datetime import datetime

import numpy as np
import pytest
from PIL import Image

from latent_explorer import files
from latent_explorer.errors import InputError, WorkError
from latent_explorer.scene.film_export import FilmExport, FilmRow
from latent_explorer.ui.capture import film_writer
from latent_explorer.ui.render.theme import make_theme
from tests.stage import BROKEN, DISK_FULL, disk_full

NOW = datetime(2026, 5, 4, 3, 2, 1)
STEPS = 9


def keepsake(shape: tuple[int, ...] = (8, 8), **changes: object) -> FilmExport:
    """Two rows: one from black to white, one the other way."""
    levels = np.linspace(0, 255, STEPS).astype(np.uint8)
    up = tuple(np.full(shape, level, np.uint8) for level in levels)
    made = FilmExport(
        "interpolate", (FilmRow("Up", "97 %", up), FilmRow("Down", "", up[::-1])), 5, 1.0, True, True, False
    )
    return replace(made, **changes)


def test_a_strip_shows_some_pictures_of_every_row_from_end_to_end(tmp_path):
    path = film_writer.save(keepsake(), "png", tmp_path, NOW)
    assert path == tmp_path / "interpolate-20260504-030201.png"
    with Image.open(path) as opened:
        image = opened.convert("L")
    centres = [film_writer.MARGIN + i * (112 + film_writer.GAP) + 56 for i in range(5)]
    top = film_writer.MARGIN + film_writer.TITLE_HEIGHT + 56
    below = top + 112 + film_writer.TITLE_HEIGHT + film_writer.GAP
    assert [image.getpixel((x, top)) for x in centres] == [0, 63, 127, 191, 255]
    assert [image.getpixel((x, below)) for x in centres] == [255, 191, 127, 63, 0]


def test_a_strip_of_a_short_film_repeats_no_picture():
    short = keepsake()
    short = replace(short, rows=tuple(replace(row, pictures=row.pictures[:3]) for row in short.rows))
    assert film_writer.make_strip(short).size == film_writer.make_strip(replace(short, strip_length=3)).size


def test_names_of_rows_and_their_notes_are_written():
    named = np.asarray(film_writer.make_strip(keepsake()).convert("L"), int)
    plain = keepsake()
    unnamed = replace(plain, rows=tuple(replace(row, title="", note="") for row in plain.rows))
    empty = np.asarray(film_writer.make_strip(unnamed).convert("L"), int)
    differs = named != empty
    assert differs[: film_writer.MARGIN + film_writer.TITLE_HEIGHT, :120].any()
    assert differs[: film_writer.MARGIN + film_writer.TITLE_HEIGHT, -120:].any()


@pytest.mark.parametrize("dark", [True, False])
def test_the_ground_is_the_theme_s(dark):
    assert (
        film_writer.make_strip(keepsake(dark=dark)).getpixel((1, 1))
        == make_theme("dark" if dark else "light")["background"]
    )


def test_an_animation_goes_from_end_to_end_and_back(tmp_path):
    middle = (film_writer.MARGIN + 84, film_writer.MARGIN + film_writer.TITLE_HEIGHT + 84)
    levels = []
    with Image.open(film_writer.save(keepsake(), "gif", tmp_path, NOW)) as image:
        for number in range(image.n_frames):
            image.seek(number)
            assert image.info["duration"] % 50 == 0
            levels.append(image.convert("L").getpixel(middle))
        assert image.info["loop"] == 0
    turn = levels.index(max(levels))
    assert levels[0] == pytest.approx(0, abs=3)
    assert levels[turn] == pytest.approx(255, abs=3)
    assert levels[: turn + 1] == sorted(levels[: turn + 1])
    assert levels[turn:] == sorted(levels[turn:], reverse=True)


def test_without_the_way_back_it_ends_at_the_end(tmp_path):
    there, back = (len(list(film_writer.make_frames(keepsake(plays_back=back), 20, 168))) for back in (False, True))
    assert there == 20
    assert back == 2 * there - 2


def test_colour_pictures_and_wide_ones_keep_their_shape(tmp_path):
    with Image.open(film_writer.save(keepsake((4, 8, 3)), "png", tmp_path, NOW)) as image:
        assert image.height == 2 * film_writer.MARGIN + 2 * (56 + film_writer.TITLE_HEIGHT) + film_writer.GAP


def test_no_file_is_written_over(tmp_path):
    paths = [film_writer.save(keepsake(), "png", tmp_path, NOW) for _ in range(3)]
    assert len(set(paths)) == 3
    assert all(path.stat().st_size for path in paths)


@pytest.mark.parametrize("kind", ["png", "gif"])
def test_a_folder_that_cannot_be_written_is_named(tmp_path, kind):
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(WorkError, match=r"file.*cannot be written"):
        film_writer.save(keepsake(), kind, tmp_path / "file", NOW)


def test_a_video_that_cannot_be_made_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "imageio_ffmpeg", None)
    with pytest.raises(InputError, match=r'pip install "latent-explorer\[video\]"'):
        film_writer.save(keepsake(), "mp4", tmp_path, NOW)
    assert list(tmp_path.iterdir()) == []


def test_a_video_gets_every_frame_with_even_sides(tmp_path, monkeypatch):
    frames = []

    def write_frames(path, size, **options):
        assert size[0] % 2 == size[1] % 2 == 0
        frame = yield
        while frame is not None:
            assert frame.shape == (size[1], size[0], 3)
            frames.append(frame)
            with open(path, "wb") as file:
                file.write(b"video")
            try:
                frame = yield
            except GeneratorExit:
                return

    monkeypatch.setitem(sys.modules, "imageio_ffmpeg", types.SimpleNamespace(write_frames=write_frames))
    path = film_writer.save(keepsake(), "mp4", tmp_path, NOW)
    assert len(frames) == 58
    assert path.read_bytes() == b"video"
    assert [one.name for one in tmp_path.iterdir()] == ["interpolate-20260504-030201.mp4"]


def test_a_video_that_breaks_off_leaves_nothing_behind(tmp_path, monkeypatch):
    def write_frames(path, size, **options):
        yield
        raise OSError(BROKEN)

    monkeypatch.setitem(sys.modules, "imageio_ffmpeg", types.SimpleNamespace(write_frames=write_frames))
    exports = film_writer.FilmWriter(folder=tmp_path)
    exports.start(keepsake(), "mp4")
    exports.wait()
    assert exports.take_messages() == [(False, f"interpolate.mp4: cannot be written: {BROKEN}")]
    assert list(tmp_path.iterdir()) == []


def test_a_real_video_is_one(tmp_path):
    pytest.importorskip("imageio_ffmpeg")
    path = film_writer.save(keepsake(), "mp4", tmp_path, NOW)
    assert path.read_bytes()[4:8] == b"ftyp"


def test_what_came_of_an_export_is_said_once(tmp_path):
    woken = []
    exports = film_writer.FilmWriter(wake=lambda: woken.append(exports.writing), folder=tmp_path)
    exports.start(keepsake(), "png")
    exports.wait()
    ((well, said),) = exports.take_messages()
    (path,) = tmp_path.iterdir()
    assert well
    assert said == files.make_saved_message(path)
    assert exports.take_messages() == []
    assert woken == [()], "a window that waits for the file is not woken again"


def test_an_export_that_fails_says_why(tmp_path):
    (tmp_path / "file").write_text("no folder")
    exports = film_writer.FilmWriter(folder=tmp_path / "file")
    exports.start(keepsake(), "png")
    exports.wait()
    ((well, said),) = exports.take_messages()
    assert not well
    assert str(tmp_path / "file") in said


def test_whatever_goes_wrong_nobody_waits_for_the_file_any_longer(tmp_path, monkeypatch):
    def broken(keepsake):
        raise KeyError(BROKEN)

    monkeypatch.setattr(film_writer, "make_strip", broken)
    exports = film_writer.FilmWriter(folder=tmp_path)
    exports.start(keepsake(), "png")
    exports.wait()
    assert exports.writing == ()
    assert BROKEN in exports.take_messages()[0][1]


@pytest.mark.parametrize("kind", ["png", "gif"])
def test_what_is_given_up_leaves_nothing_behind(tmp_path, kind):
    exports = film_writer.FilmWriter(folder=tmp_path)
    exports.give_up()
    exports.start(keepsake(), kind)
    exports.wait()
    assert exports.writing == ()
    assert list(tmp_path.iterdir()) == []


def test_a_video_that_is_given_up_on_its_way_ends_its_encoder_and_leaves_nothing_behind(tmp_path, monkeypatch):
    frames, ended = [], []
    exports = film_writer.FilmWriter(folder=tmp_path)

    def write_frames(path, size, **options):
        with open(path, "wb"):
            pass
        try:
            while True:
                frames.append((yield))
                if len(frames) == 4:
                    assert exports.writing[0].endswith(".mp4")
                    exports.give_up()
        finally:
            ended.append(path)

    monkeypatch.setitem(sys.modules, "imageio_ffmpeg", types.SimpleNamespace(write_frames=write_frames))
    exports.start(keepsake(), "mp4")
    exports.wait()
    assert len(frames) == 4
    assert len(ended) == 1
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_is_full_on_the_way_is_said_without_numbers_of_errors(tmp_path, monkeypatch):
    monkeypatch.setattr(film_writer, "save", disk_full)
    exports = film_writer.FilmWriter(folder=tmp_path)
    exports.start(keepsake(), "gif")
    exports.wait()
    assert exports.take_messages() == [(False, f"interpolate.gif: cannot be written: {DISK_FULL}")]
