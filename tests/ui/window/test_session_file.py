"""Session files: where they are written, what is refused, and the last one, which never hinders anything."""

import json
import shutil
from pathlib import Path

import pygame
import pytest

from latent_explorer import files
from latent_explorer.checkpoint import checkpoint_paths
from latent_explorer.checkpoint.library import Library
from latent_explorer.errors import InputError, WorkError
from latent_explorer.labs import LABS
from latent_explorer.scene.events import Key, Replace
from latent_explorer.shell import session
from latent_explorer.ui.window import session_file
from tests import stage
from tests.stage import DISK_FULL, click, disk_full, dot_px, play, texts


@pytest.fixture
def pinned(world):
    state = play(stage.begin(world), *stage.WITHOUT_WAY)
    return play(state, *click(dot_px(state, 3)), Key("t"))


def test_saved_and_opened(home, pinned, world):
    path, lost = session_file.save(pinned)
    assert (path, lost) == (home["here"] / "at-nine.json", "")
    found = session_file.restore(path, stage.begin(world))
    assert found.lab_states == pinned.lab_states
    assert found.preferences.theme == "light"
    assert found.status.message == ""


def test_nothing_is_overwritten(home, pinned):
    names = [session_file.save(pinned)[0].name for _ in range(2)]
    assert names == ["at-nine.json", "at-nine-2.json"]


def refuse(monkeypatch, *folders):
    write = session_file.files.write_new

    def refused(folder, *rest):
        if folder in folders:
            raise WorkError(f"{folder}: cannot be written: Permission denied")
        return write(folder, *rest)

    monkeypatch.setattr(session_file.files, "write_new", refused)


def test_where_the_folder_is_not_writable_it_goes_to_the_documents_and_then_to_the_data(home, pinned, monkeypatch):
    refuse(monkeypatch, home["here"])
    assert session_file.save(pinned)[0].parent == home["documents"]
    refuse(monkeypatch, home["here"], home["documents"])
    assert session_file.save(pinned)[0].parent == home["data"]
    refuse(monkeypatch, *home.values())
    with pytest.raises(WorkError, match="here: cannot be written: Permission denied"):
        session_file.save(pinned)


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "damaged at line 1"),
        (b'{"latent_explorer session": 1, "lab', "damaged at line 1"),
        (b"\xff\xfe\x00", "no session file"),
        (b"[" * 100_000, "no session file: nested too deeply"),
        (b'{"latent_explorer session": ' + b"9" * 5000 + b"}", "no session file"),
        (b"[]", "no session of latent_explorer"),
        (b'{"latent_explorer session": 7}', "version 7 arrived; version 1 is allowed"),
    ],
)
def test_what_is_no_session_is_said_in_one_line(tmp_path, raw, said):
    path = tmp_path / "old.json"
    path.write_bytes(raw)
    with pytest.raises(InputError) as error:
        session_file.read(path)
    assert str(error.value).startswith("old.json: ")
    assert said in str(error.value)
    assert "\n" not in str(error.value)
    assert "codec" not in str(error.value)


def test_a_folder_a_missing_file_and_one_that_is_too_large(tmp_path, monkeypatch):
    with pytest.raises(InputError, match="a folder arrived"):
        session_file.read(tmp_path)
    with pytest.raises(InputError, match=r"gone\.json: cannot be read: No such file"):
        session_file.read(tmp_path / "gone.json")
    monkeypatch.setattr(session_file, "MAX_BYTES", 10)
    (tmp_path / "big.json").write_bytes(b" " * 11)
    with pytest.raises(InputError, match="a session file is smaller"):
        session_file.read(tmp_path / "big.json")


# -- checkpoints of one's own -------------------------------------------------------------------------


@pytest.fixture
def mine(home):
    """A checkpoint of the user's, beside the session."""
    path = home["here"] / "mine.safetensors"
    shutil.copy(checkpoint_paths.find("digits-vae"), path)
    return path


def test_a_checkpoint_of_ones_own_is_found_by_its_path_beside_the_session(home, mine, monkeypatch):
    library = Library((str(mine),), "cpu")
    path, _ = session_file.save(stage.begin(library, models=("mine", "mine")))
    assert json.loads(path.read_text())["files"] == {"mine": "mine.safetensors"}
    elsewhere = home["data"] / "moved"
    shutil.move(home["here"], elsewhere)
    monkeypatch.chdir(home["documents"])
    shelf = Library(("mnist-vae",), "cpu")
    found = session_file.restore(elsewhere / path.name, stage.begin(shelf, models=("mnist-vae", "mnist-vae")))
    assert found.models[0] == "mine"
    assert shelf["mine"].path == elsewhere / "mine.safetensors"
    assert found.status.message == ""


def test_a_checkpoint_that_is_gone_is_said(home, mine):
    library = Library((str(mine),), "cpu")
    path, _ = session_file.save(stage.begin(library, models=("mine", "mine")))
    mine.unlink()
    shelf = Library(("mnist-vae",), "cpu")
    found = session_file.restore(path, stage.begin(shelf, models=("mnist-vae", "mnist-vae")))
    assert found.models[0] == "mnist-vae"
    assert found.status.message.startswith("at-nine.json: ")
    assert "'mine'" in found.status.message
    assert "mnist-vae" in found.status.message


# -- in the window ------------------------------------------------------------------------------------


def press(app, code, mod=0, unicode=""):
    app.frame([pygame.event.Event(pygame.KEYDOWN, key=code, mod=mod, unicode=unicode)])


@pytest.mark.parametrize(
    ("lab", "field", "value"),
    [("compress", "bits", 10**9), ("cluster", "count", -1), ("generate", "seed", -1), ("learn", "latent", 10**9)],
)
@pytest.mark.slow
def test_a_number_changed_by_hand_is_a_line_and_the_lab_begins_anew(app, home, lab, field, value):
    path = home["here"] / "mine.json"
    path.write_text(json.dumps({"latent_explorer session": 1, "lab": lab, "own": {lab: {field: value}}}))
    app.frame([pygame.event.Event(pygame.DROPFILE, file=str(path))])
    assert app.state.lab == lab
    assert f"own.{lab}.{field}: {value} arrived" in app.state.status.message
    assert "\n" not in app.state.status.message
    message = app.state.status.message
    app.frame([])
    assert app.state.status.message == message, "the lab is shown as it begins"


# -- the last session ---------------------------------------------------------------------------------


def test_the_last_session_is_kept_and_offered_until_something_is_done(apps, home, pinned):
    from latent_explorer.shell import window_commands

    assert not session_file.has_last_session()
    session_file.save_last(pinned, None)
    assert session_file.has_last_session()
    app = apps()
    app.act(Replace(window_commands.offer_last_session(app.state)))
    app.frame([])
    assert window_commands.OFFER_TEXT in texts(app.make_view())
    assert LABS[app.state.lab].hint in texts(app.make_view())
    press(app, pygame.K_u, unicode="u")
    assert app.state.lab_states == pinned.lab_states
    assert not app.state.overlay.offer_last_session
    app.act(Replace(window_commands.offer_last_session(app.state)))
    press(app, pygame.K_n, unicode="n")
    assert not app.state.overlay.offer_last_session
    assert window_commands.OFFER_TEXT not in texts(app.make_view())
    press(app, pygame.K_u, unicode="u")
    assert app.state.status.message == ""


def test_a_broken_or_unwritable_last_session_hinders_nothing(home, pinned, monkeypatch):
    session_file.get_last_session_path().write_bytes(b"\x00")
    assert not session_file.has_last_session()
    session_file.get_last_session_path().unlink()
    session_file.get_last_session_path().mkdir()
    assert not session_file.has_last_session()
    session_file.save_last(pinned, None)
    (home["data"] / "file").write_text("")
    monkeypatch.setattr(session_file, "get_last_session_path", lambda: home["data"] / "file" / "last.json")
    assert not session_file.has_last_session()
    session_file.save_last(pinned, None)


def test_saving_from_a_folder_that_is_gone_names_where_it_went(app, home, monkeypatch, tmp_path):
    def gone() -> Path:
        raise FileNotFoundError

    monkeypatch.setattr(Path, "cwd", gone)
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    press(app, pygame.K_s, pygame.KMOD_LCTRL)
    assert app.state.status.notice.startswith("Saved ")


@pytest.mark.parametrize("lab", [[[1]], {}, None, 3, "x" * 99])
def test_a_lab_that_is_none_is_a_line(app, tmp_path, lab):
    (tmp_path / "odd.json").write_text(json.dumps({"latent_explorer session": 1, "lab": lab}))
    before = app.state.lab
    restored = session_file.restore(tmp_path / "odd.json", app.state)
    assert restored.lab == before
    assert "is unknown" in restored.status.message


def test_the_session_of_a_window_that_was_open_beside_this_one_is_kept(home, pinned, monkeypatch):
    opened_at = session_file.read_stamp()
    assert session_file.save_last(pinned, opened_at) == ""
    first = session_file.get_last_session_path().read_bytes()
    said = session_file.save_last(pinned, opened_at)
    assert "session-of-another-window.json" in said
    assert (home["data"] / "session-of-another-window.json").read_bytes() == first
    monkeypatch.setattr(session_file, "MAX_OTHERS", 2)
    for _ in range(3):
        session_file.save_last(pinned, opened_at)
    assert len(list(home["data"].glob("session-of-another-window*.json"))) == 2
    assert session_file.save_last(pinned, session_file.read_stamp()) == ""


def test_a_last_session_that_cannot_be_kept_is_said_in_a_line(home, pinned, monkeypatch):
    monkeypatch.setattr(files.os, "fsync", disk_full)
    assert session_file.save_last(pinned, None).endswith(DISK_FULL)


def test_files_that_are_no_mapping_are_refused_by_the_name_of_the_session(tmp_path, pinned):
    (tmp_path / "old.json").write_text(json.dumps({session.KIND: session.VERSION, "files": [1]}))
    with pytest.raises(InputError, match=r"old\.json: files: .*a mapping is allowed"):
        session_file.restore(tmp_path / "old.json", pinned)
