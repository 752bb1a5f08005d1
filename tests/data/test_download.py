"""Files from the network: whole and with the right checksum, or not at all. Nothing here asks the network."""

import hashlib
import io
import tarfile
import zipfile
from dataclasses import replace
from urllib.error import URLError

import pytest

from latent_explorer.data import download, torchvision_sets
from latent_explorer.data.download import RemoteFile
from latent_explorer.errors import StoppedError, WorkError
from tests.stage import DISK_FULL, disk_full

CONTENT = bytes(range(256)) * 1000


def remote(content=CONTENT, *, urls=("http://a.example/it",), members=()):
    return RemoteFile("it", urls, hashlib.md5(content).hexdigest(), members)


@pytest.fixture
def answers(monkeypatch):
    """What each address answers: bytes, or an error."""
    known = {"http://a.example/it": CONTENT}

    def open_url(url):
        if isinstance(known[url], Exception):
            raise known[url]
        return io.BytesIO(known[url])

    monkeypatch.setattr(download, "open_url", open_url)
    return known


def fetch(one, folder, stop_after=None):
    pieces = []
    download.fetch(
        one, folder, report=pieces.append, is_stopped=lambda: stop_after is not None and len(pieces) >= stop_after
    )
    return pieces


def test_a_file_is_fetched_in_pieces(tmp_path, answers):
    pieces = fetch(remote(), tmp_path / "new")
    assert len(pieces) > 1
    assert sum(pieces) == len(CONTENT)
    assert {file.name: file.read_bytes() for file in (tmp_path / "new").iterdir()} == {"it": CONTENT}


def test_an_answer_without_an_end_is_broken_off(tmp_path, answers):
    with pytest.raises(WorkError, match="more than 100,000 bytes"):
        fetch(replace(remote(), max_bytes=100_000), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_said_at_once_and_no_other_address_is_tried(tmp_path, answers, monkeypatch):
    answers["http://b.example/it"] = CONTENT
    asked = []
    open_url = download.open_url
    monkeypatch.setattr(download, "open_url", lambda url: asked.append(url) or open_url(url))
    monkeypatch.setattr(download.os, "replace", disk_full)
    with pytest.raises(WorkError, match=f"cannot be written: {DISK_FULL}"):
        fetch(remote(urls=tuple(answers)), tmp_path)
    assert asked == ["http://a.example/it"]
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_stopped_or_damaged_leaves_nothing(tmp_path, answers):
    with pytest.raises(StoppedError):
        fetch(remote(), tmp_path, stop_after=2)
    assert list(tmp_path.iterdir()) == []
    answers["http://a.example/it"] = CONTENT[:-1]  # broken off, or another file
    with pytest.raises(WorkError, match=r"a\.example"):
        fetch(remote(), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_the_next_address_is_tried_and_counted_alone(tmp_path, answers):
    answers["http://b.example/it"], answers["http://a.example/it"] = CONTENT, CONTENT[:100]
    pieces = fetch(remote(urls=tuple(answers)), tmp_path)
    assert sum(pieces) == len(CONTENT)
    answers.update(dict.fromkeys(answers, URLError(OSError(-2, "no such host"))))
    with pytest.raises(WorkError, match="no such host") as error:
        fetch(remote(urls=tuple(answers)), tmp_path)
    assert all(host in str(error.value) for host in ("a.example", "b.example"))


@pytest.mark.parametrize("kind", ["zip", "tar"])
def test_of_an_archive_its_members_are_kept(tmp_path, answers, kind):
    packed = io.BytesIO()
    files = {"in/one": b"1", "in/two": b"2", "../escape": b"3"}
    if kind == "zip":
        with zipfile.ZipFile(packed, "w") as archive:
            for name, content in files.items():
                archive.writestr(name, content)
    else:
        with tarfile.open(fileobj=packed, mode="w:gz") as archive:
            for name, content in files.items():
                member = tarfile.TarInfo(name)
                member.size = len(content)
                archive.addfile(member, io.BytesIO(content))
    answers["http://a.example/it"] = packed.getvalue()
    fetch(remote(packed.getvalue(), members=("in/one", "in/two")), tmp_path / "to")
    assert {file.name: file.read_bytes() for file in (tmp_path / "to").iterdir()} == {"one": b"1", "two": b"2"}
    assert [one.name for one in tmp_path.iterdir()] == ["to"]
    with pytest.raises(WorkError):
        fetch(remote(packed.getvalue(), members=("in/three",)), tmp_path / "other")
    assert list((tmp_path / "other").iterdir()) == []


def test_only_what_is_missing_of_a_set_is_fetched(tmp_path, answers, monkeypatch):
    names = [f"{file}.gz" for file in torchvision_sets.IDX_FILES]
    remotes = [
        RemoteFile(name, (f"http://a.example/{name}",), hashlib.md5(name.encode()).hexdigest()) for name in names
    ]
    answers.update({f"http://a.example/{name}": name.encode() for name in names[:-1]})
    answers[f"http://a.example/{names[-1]}"] = URLError("no")
    monkeypatch.setattr(torchvision_sets, "list_remote_files", lambda wanted: remotes)
    folder = tmp_path / "MNIST" / "raw"
    folder.mkdir(parents=True)
    (folder / torchvision_sets.IDX_FILES[0]).write_bytes(b"unpacked")
    with pytest.raises(WorkError):
        torchvision_sets.fetch("mnist", tmp_path, report=lambda count: None)
    assert not torchvision_sets.is_here("mnist", tmp_path)
    assert {file.name for file in folder.iterdir()} == {torchvision_sets.IDX_FILES[0], *names[1:3]}
    answers[f"http://a.example/{names[-1]}"] = names[-1].encode()
    asked = []
    torchvision_sets.fetch("mnist", tmp_path, report=asked.append)
    assert asked == [len(names[-1])]
    assert torchvision_sets.is_here("mnist", tmp_path)
