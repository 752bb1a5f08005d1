"""Pictures come to the window from files and the clipboard, without stopping it, and what is none is said."""

import shutil
import sys
import threading
from pathlib import Path

import numpy as np
import pygame
import pytest
from PIL import Image, ImageGrab

from latent_explorer import texts
from latent_explorer.scene.events import ImageLoaded, ImageLoading, ImageRejected, PicturesLoaded
from latent_explorer.ui.window import image_loader
from latent_explorer.ui.window.image_loader import ImageLoader
from latent_explorer.user_image import read_image


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "one two.png"
    Image.fromarray(np.arange(64, dtype=np.uint8).reshape(8, 8)).save(path)
    return path


def taken(opener: ImageLoader) -> list[object]:
    opener.finish()
    return list(opener.take_actions())


def test_a_file_is_read_in_the_background(picture: Path) -> None:
    woken = threading.Event()
    opener = ImageLoader(woken.set)
    opener.open([str(picture)])
    first, second = taken(opener)
    assert first == ImageLoading("one two.png")
    assert second == ImageLoaded(read_image.read(picture))
    assert woken.is_set()
    assert opener.take_actions() == []


def test_several_files_are_for_the_gallery_and_a_bad_one_is_named(picture: Path, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no picture")
    opener = ImageLoader()
    opener.open([str(tmp_path / "notes.txt"), str(picture)])
    loading, done = taken(opener)
    assert loading == ImageLoading("2 files")
    assert isinstance(done, PicturesLoaded)
    assert [one.image.name for one in done.pictures] == ["one two.png"]
    assert done.note.startswith("1 of 2 files left out: notes.txt: ")
    opener.open([str(tmp_path / "notes.txt"), str(tmp_path / "none.png")])
    assert "notes.txt" in taken(opener)[-1].message


def test_a_folder_gives_the_labels_of_its_pictures(picture: Path, tmp_path: Path) -> None:
    (tmp_path / "7").mkdir()
    picture.rename(tmp_path / "7" / picture.name)
    opener = ImageLoader()
    opener.open([str(tmp_path)])
    done = taken(opener)[-1]
    assert isinstance(done, PicturesLoaded)
    assert [one.label for one in done.pictures] == ["7"]
    assert done.from_folders


def test_of_a_folder_that_is_not_counted_to_its_end_no_number_is_made_up(
    picture: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for k in range(6):
        shutil.copy(picture, picture.parent / f"{k}.png")
    monkeypatch.setattr(image_loader, "MAX_LISTED_FILES", 4)
    monkeypatch.setattr(image_loader.gallery, "MAX_PICTURES", 3)
    opener = ImageLoader()
    opener.open([str(picture.parent)])
    assert taken(opener)[-1].note == "at least 1 file not read: 3 pictures are allowed."


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="a list of addresses is how Linux copies files")
def test_a_copied_file_is_read_by_its_address(picture: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tool = tmp_path / "bin" / "xclip"
    tool.parent.mkdir()
    (tmp_path / "list").write_text(f"file:///no/such\r\n{picture.as_uri()}\r\n")
    tool.write_text(f"#!/bin/sh\ncase $5 in text/uri-list) cat '{tmp_path}/list';; *) exit 1;; esac")
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tool.parent}:/bin:/usr/bin")
    words(monkeypatch, "")
    opener = ImageLoader()
    opener.paste()
    done = taken(opener)[-1]
    assert isinstance(done, ImageLoaded), done
    assert done.image.name == "one two.png"


def test_an_empty_folder_and_a_text_are_refused(picture: Path) -> None:
    opener = ImageLoader()
    (picture.parent / "empty").mkdir()
    opener.open([str(picture.parent / "empty")])
    assert "an empty folder arrived" in taken(opener)[-1].message
    picture.write_text("no picture")
    opener.open([str(picture)])
    assert picture.name in taken(opener)[-1].message


def test_only_the_newest_counts(picture: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    go_on, woken, read = threading.Event(), threading.Event(), read_image.read

    def slowly(path: str) -> object:
        if "slow" in path:
            go_on.wait(10)
        return read(picture)

    monkeypatch.setattr(read_image, "read", slowly)
    opener = ImageLoader(woken.set)
    opener.open(["slow.png"])
    opener.open(["fast.png"])
    assert woken.wait(10)
    go_on.set()
    done = taken(opener)
    assert [type(one) for one in done] == [ImageLoading, ImageLoading, ImageLoaded]


def test_whatever_goes_wrong_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read_image, "read", lambda path: 1 / 0)
    opener = ImageLoader()
    opener.open(["a.png"])
    assert "ZeroDivisionError" in taken(opener)[-1].message


def words(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """A clipboard that holds a text."""
    monkeypatch.setattr(pygame.scrap, "has_text", lambda: bool(text))
    monkeypatch.setattr(pygame.scrap, "get_text", lambda: text)


def test_what_is_wrong_with_a_picture_is_said_in_the_language_of_the_window(tmp_path: Path) -> None:
    (tmp_path / "broken.png").write_bytes(b"no picture")
    texts.use(texts.Language("xx", "Brackets", lambda text: f"[{text}]"))
    try:
        opener = ImageLoader()
        opener.open([str(tmp_path / "broken.png")])
        (rejected,) = [one for one in taken(opener) if isinstance(one, ImageRejected)]
    finally:
        texts.use(texts.ENGLISH)
    assert "[this is no image that can be read; [PNG, JPEG" in rejected.message


@pytest.mark.parametrize("kind", ["picture", "file", "nothing", "text"])
def test_the_clipboard_through_pillow(kind: str, picture: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Image.open(picture) as image:
        content = {"picture": image.copy(), "file": [str(picture)]}.get(kind)
    monkeypatch.setattr(ImageGrab, "grabclipboard", lambda: content)
    words(monkeypatch, picture.as_uri() if kind == "text" else "")
    monkeypatch.setattr(shutil, "which", lambda name: name)
    opener = ImageLoader()
    opener.paste()
    done = taken(opener)[-1]
    if kind == "nothing":
        assert done == ImageRejected(image_loader.EMPTY_CLIPBOARD_MESSAGE)
    else:
        assert isinstance(done, ImageLoaded)
        assert done.image.size == (8, 8)
        assert done.image.name == (image_loader.CLIPBOARD_NAME if kind == "picture" else "one two.png")


def _no_tool() -> None:
    raise NotImplementedError


@pytest.mark.parametrize("text", ["", "some words", "a file"])
def test_a_clipboard_without_a_tool_for_pictures(text: str, picture: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ImageGrab, "grabclipboard", _no_tool)
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.setattr(sys, "platform", "linux")
    words(monkeypatch, str(picture) if text == "a file" else text)
    opener = ImageLoader()
    opener.paste()
    done = taken(opener)[-1]
    assert (
        isinstance(done, ImageLoaded)
        if text == "a file"
        else done == ImageRejected(image_loader.NO_CLIPBOARD_TOOL_MESSAGE)
    )


def test_a_clipboard_that_pygame_cannot_reach(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise pygame.error("no")

    monkeypatch.setattr(ImageGrab, "grabclipboard", _no_tool)
    monkeypatch.setattr(shutil, "which", lambda name: name)
    monkeypatch.setattr(pygame.scrap, "has_text", fail)
    opener = ImageLoader()
    opener.paste()
    assert taken(opener)[-1] == ImageRejected(image_loader.EMPTY_CLIPBOARD_MESSAGE)


def _no_tool() -> None:
    raise NotImplementedError


@pytest.mark.parametrize(
    "text", ["", "\n", "hello", "x" * 100_000, "file:///no/such.png", "a\0b", "http://there/cat.png"]
)
def test_text_that_names_no_file(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(ImageGrab, "grabclipboard", _no_tool)
    monkeypatch.setattr(shutil, "which", lambda name: name)
    monkeypatch.setattr(pygame.scrap, "has_text", lambda: True)
    monkeypatch.setattr(pygame.scrap, "get_text", lambda: text)
    opener = ImageLoader()
    opener.paste()
    assert taken(opener)[-1] == ImageRejected(image_loader.EMPTY_CLIPBOARD_MESSAGE)
