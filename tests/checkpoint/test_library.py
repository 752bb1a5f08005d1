import os
import shutil
import threading
from contextlib import suppress
from pathlib import Path

import pytest

from latent_explorer.checkpoint import checkpoint_paths, library
from latent_explorer.checkpoint.library import Library
from latent_explorer.errors import InputError


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty current folder, and no shipped checkpoints."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(checkpoint_paths, "list_shipped", list)
    return tmp_path


def test_those_named_come_first_then_the_shipped_then_those_here(tiny_path, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    shutil.copy(tiny_path, "mine.safetensors")
    shipped = checkpoint_paths.list_shipped()
    library = Library((str(tiny_path),))
    assert list(library) == ["tiny", *shipped, "mine"]
    assert library.requested == ("tiny",)
    assert len(library) == 2 + len(shipped)


def test_only_what_is_wanted_or_used_is_opened(tiny_path, here):
    for name in ("a", "b"):
        shutil.copy(tiny_path, f"{name}.safetensors")
    library = Library(("a.safetensors",))
    assert tuple(library.select_opened()) == ("a",)
    assert library["b"].name == "b"
    assert library["b"] is library["b"]
    assert set(library.select_opened()) == {"a", "b"}


def test_a_file_named_twice_stands_once(tiny_path, here):
    shutil.copy(tiny_path, "mine.safetensors")
    library = Library(("mine.safetensors", str(here / "mine.safetensors")))
    assert list(library) == ["mine"]
    assert library.requested == ("mine", "mine")


def test_two_files_of_one_name_are_told_apart(tiny_path, here):
    for folder in ("one", "two", "three"):
        (here / folder).mkdir()
        shutil.copy(tiny_path, here / folder / "same.safetensors")
    library = Library(tuple(f"{folder}/same.safetensors" for folder in ("one", "two", "three")))
    assert list(library) == ["same", "same (2)", "same (3)"]


def test_one_that_is_wanted_and_broken_is_refused_at_once(here):
    Path("broken.safetensors").write_bytes(b"nonsense")
    with pytest.raises(InputError, match="broken"):
        Library(("broken.safetensors",))
    with pytest.raises(InputError, match="not there"):
        Library(("missing",))


def test_one_that_is_only_offered_and_broken_is_refused_when_used_and_no_longer_offered(here):
    Path("broken.safetensors").write_bytes(b"nonsense")
    library = Library()
    assert "broken" in library
    with pytest.raises(InputError, match="broken"):
        library["broken"]
    assert "broken" not in library
    assert list(library) == []


def test_an_unknown_name_names_the_known(tiny_path, here):
    library = Library((str(tiny_path),))
    with pytest.raises(InputError, match="'nobody' is not there; allowed: tiny"):
        library["nobody"]


def test_one_may_turn_out_broken_while_all_are_looked_through(tiny_path, here):
    shutil.copy(tiny_path, "z.safetensors")
    Path("broken.safetensors").write_bytes(b"nonsense")
    library, opened = Library(), []
    for name in library:
        with suppress(InputError):
            opened.append(library[name].name)
    assert opened == list(library) == ["z"]


@pytest.mark.skipif(os.name == "nt", reason="links and names of files are another thing there")
def test_odd_things_in_the_current_folder_do_no_harm(tiny_path, here):
    os.symlink("loop.safetensors", "loop.safetensors")
    os.symlink("nowhere", "dangling.safetensors")
    Path("folder.safetensors").mkdir()
    shutil.copy(tiny_path, os.fsdecode(b"caf\xe9.safetensors"))
    shutil.copy(tiny_path, "two\nlines.safetensors")
    library = Library()
    assert {"caf?", "two?lines"} <= set(library)
    assert library["caf?"].latent_dim == library["two?lines"].latent_dim == 4
    for name in ("loop", "dangling", "folder"):
        with pytest.raises(InputError, match=name):
            library[name]
    assert set(library) == {"caf?", "two?lines"}


@pytest.mark.skipif(os.name == "nt", reason="a folder in use cannot be removed there")
def test_a_current_folder_that_is_gone_offers_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(checkpoint_paths, "list_shipped", list)
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert list(Library()) == []


def test_files_are_opened_ahead_and_one_that_is_torn_is_said_when_it_is_asked_for(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(library, "PAUSE_BETWEEN_FILES", 0.0)
    (tmp_path / "torn.safetensors").write_bytes(b"nonsense")
    shelf = Library(("digits-vae",), "cpu")
    before = shelf["digits-vae"]
    shelf.open_ahead()
    for thread in threading.enumerate():
        if thread.name == "library":
            thread.join(20)
    assert set(shelf.select_opened()) == set(shelf) - {"torn"}
    assert shelf["digits-vae"] is before
    with pytest.raises(InputError, match=r"torn\.safetensors"):
        _ = shelf["torn"]
    assert "torn" not in shelf


def test_a_file_that_was_replaced_is_opened_beside_the_old_one(tiny_path, here):
    path = here / "mine.safetensors"
    shutil.copy(tiny_path, path)
    library = Library(("mine.safetensors",))
    before = library["mine"]
    assert library.open(path) == "mine"
    again = here / "again"
    shutil.copy(tiny_path, again)
    os.replace(again, path)
    assert library.open(path) == library.open(path) == "mine (2)"
    assert library["mine (2)"].name == "mine (2)"
    assert library["mine"] is before
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(InputError, match="truncated"):
        library.open(path)
    assert list(library) == ["mine", "mine (2)"]
