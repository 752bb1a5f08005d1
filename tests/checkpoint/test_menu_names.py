"""Names of files in a menu."""

import pytest

from latent_explorer import file_stamp
from latent_explorer.checkpoint import menu_names


@pytest.fixture
def paths(tmp_path, monkeypatch):
    """A file by its name in a menu; it lies in the current folder."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "one.safetensors").write_text("old")
    return {"one": tmp_path / "one.safetensors"}


def test_a_file_stands_once_however_it_is_reached(paths, tmp_path):
    (tmp_path / "link").symlink_to("one.safetensors")
    relative = tmp_path / "." / ".." / tmp_path.name / "one.safetensors"
    for other in (tmp_path / "link", relative):
        assert menu_names.add_path(paths, other, "other", paths) == "one"
    assert list(paths) == ["one"]


def test_a_name_that_is_taken_gets_the_first_number_that_is_free(paths, tmp_path):
    taken = {"one", "one (2)", "one (4)"}  # by other menus too
    assert menu_names.add_path(paths, tmp_path / "below" / "one", "one", taken) == "one (3)"
    assert paths["one (3)"] == tmp_path / "below" / "one"
    assert menu_names.add_path(paths, tmp_path / "two", "two", taken) == "two"


def test_links_that_run_in_a_circle_are_files_like_others(paths, tmp_path):
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    assert menu_names.add_path(paths, tmp_path / "a", "a", paths) == "a"


def test_a_line_break_does_not_get_into_the_menu(paths, tmp_path):
    assert menu_names.add_path(paths, tmp_path / "a\nb", "a\nb", paths).isprintable()


def test_a_file_that_was_replaced_since_it_was_read_stands_beside_the_old_one(paths):
    path = paths["one"]
    stamps = {"one": file_stamp.read(path)}
    assert menu_names.add_replaced_path(paths, path, "one", paths, stamps) == "one"
    path.unlink()
    path.write_text("newer")
    assert menu_names.add_replaced_path(paths, path, "one", paths, stamps) == "one (2)"
    stamps["one (2)"] = file_stamp.read(path)
    assert menu_names.add_replaced_path(paths, path, "one", paths, stamps) == "one (2)"
    assert list(paths) == ["one", "one (2)"]
