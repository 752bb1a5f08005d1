"""A hand-out is written in the format of its file's name."""

import pytest

from latent_explorer.errors import WorkError
from latent_explorer.ui.handout import write_handout
from tests.stage import DISK_FULL, disk_full
from tests.ui.handout.conftest import PAGES, make_handout


@pytest.mark.parametrize(("name", "begin"), [("a.PDF", b"%PDF-"), ("b.html", b"<!DOCTYPE html>")])
def test_the_ending_says_what_is_written(tmp_path, name, begin):
    write_handout.write(tmp_path / name, make_handout(PAGES[1:2]))
    assert (tmp_path / name).read_bytes().startswith(begin)


def test_a_full_disk_leaves_what_was_there(tmp_path, monkeypatch):
    path = tmp_path / "a.html"
    path.write_text("of before")
    monkeypatch.setattr("os.fsync", disk_full)
    with pytest.raises(WorkError, match=DISK_FULL):
        write_handout.write(path, make_handout(PAGES[1:2]))
    assert path.read_text() == "of before"
