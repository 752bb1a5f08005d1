"""Pictures in an archive are those of the folder that was packed; nothing is written, nothing runs away."""

import io
import tarfile
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from latent_explorer import config
from latent_explorer.data import archive, datasets
from latent_explorer.data.dataset import Dataset
from latent_explorer.errors import InputError

pytestmark = pytest.mark.usefixtures("own_cache")

ENDINGS = (".zip", ".tar", ".tar.gz")


def encode(value: int, size: tuple[int, int] = (12, 8)) -> bytes:
    file = io.BytesIO()
    Image.new("L", size, value).save(file, "PNG")
    return file.getvalue()


FILES = {f"{'dark' if k < 10 else 'light'}/{k:02}.png": encode(12 * k) for k in range(20)}


def pack(path: Path, files: dict[str, bytes]) -> Path:
    if path.suffix == ".zip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
            for name, data in files.items():
                packed.writestr(name, data)
        return path
    with tarfile.open(path, "w:gz" if path.suffix == ".gz" else "w") as packed:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            packed.addfile(info, io.BytesIO(data))
    return path


def load(path: Path, name: str = "array", **further) -> Dataset:
    return datasets.load(config.Data(name=name, path=str(path), **further))


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("top", ["", "mine/"])
def test_an_archive_is_read_as_the_folder_in_it(tmp_path, ending, top):
    folder = tmp_path / "pictures"
    for name, data in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    path = pack(tmp_path / f"mine{ending}", {f"{top}{name}": data for name, data in reversed(FILES.items())})
    packed, plain = (load(one, "folder", size=8, channels=1) for one in (path, folder))
    assert packed.class_names == plain.class_names == ("dark", "light")
    assert packed.train.labels.tolist() == plain.train.labels.tolist()
    assert np.array_equal(packed.train.images, plain.train.images)
    assert sorted(one.name for one in tmp_path.iterdir()) == sorted([path.name, "pictures"])


@pytest.mark.parametrize("ending", ENDINGS)
def test_as_arrays_they_keep_their_shape(tmp_path, ending, monkeypatch):
    path = pack(tmp_path / f"a{ending}", FILES)
    assert load(path).image_shape == (1, 8, 12)
    with monkeypatch.context() as patch:  # the second time they come from the cache
        patch.setattr(archive, "_open", lambda *_: pytest.fail("read again"))
        assert load(path).image_shape == (1, 8, 12)
    assert load(path, size=4, channels=3).image_shape == (3, 4, 4)
    mixed = pack(tmp_path / f"b{ending}", FILES | {"dark/odd.png": encode(9, (5, 5))})
    with pytest.raises(InputError, match=r"data\.size"):
        load(mixed)


@pytest.mark.parametrize("ending", ENDINGS)
def test_damaged_and_other_files_are_left_out(tmp_path, ending, monkeypatch):
    monkeypatch.setattr(archive, "MAX_MEGABYTES", 0)  # of megabytes: every member is too large
    with pytest.raises(InputError):
        load(pack(tmp_path / f"large{ending}", FILES))
    monkeypatch.undo()
    monkeypatch.setattr("platformdirs.user_cache_path", lambda *_: tmp_path / "cache")
    more = {"readme.txt": b"text", "dark/no.png": b"nothing", "__MACOSX/dark/._1.png": b"", ".hidden.png": b""}
    dataset = load(pack(tmp_path / f"a{ending}", FILES | more))
    assert len(dataset.train) + len(dataset.test) == 20
    assert [remark.startswith("1 file left out") for remark in dataset.remarks] == [True]
    assert "dark/no.png" in dataset.remarks[0]


def test_paths_only_name_pictures_and_links_are_not_followed(tmp_path):
    path = tmp_path / "a.tar"
    with tarfile.open(path, "w") as packed:
        for k, (name, data) in enumerate(FILES.items()):
            info = tarfile.TarInfo(f"/etc/{name}" if k == 3 else name)
            info.size = len(data)
            packed.addfile(info, io.BytesIO(data))
        link = tarfile.TarInfo("dark/link.png")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        packed.addfile(link)
        out = tarfile.TarInfo("../../out.png")
        out.size = len(FILES["dark/00.png"])
        packed.addfile(out, io.BytesIO(FILES["dark/00.png"]))
    dataset = load(path)
    assert len(dataset.train) + len(dataset.test) == 20
    assert "dark/link.png" in dataset.remarks[0]
    assert [one.name for one in tmp_path.iterdir()] == ["a.tar"]


@pytest.mark.parametrize("ending", ENDINGS)
def test_what_unpacks_to_more_than_is_allowed_is_refused(tmp_path, ending, monkeypatch):
    path = pack(tmp_path / f"a{ending}", FILES | {"zeros.bin": bytes(10_000_000)})
    monkeypatch.setattr(archive, "MAX_TOTAL_BYTES", 1_000_000)
    with pytest.raises(InputError):
        load(path)


def test_a_tar_header_that_lies_is_not_read(tmp_path):
    with tarfile.open(tmp_path / "a.tar", "w") as packed:
        info = tarfile.TarInfo("name")
        info.type, info.size = tarfile.GNUTYPE_LONGNAME, 8 << 30
        packed.fileobj.write(info.tobuf())
    with pytest.raises(InputError):
        load(tmp_path / "a.tar")


def test_a_zip_member_that_lies_about_its_size_is_left_out(tmp_path):
    path = pack(tmp_path / "a.zip", FILES)
    data = path.read_bytes()
    start = data.rindex(b"PK\x01\x02")  # its last entry in the directory
    path.write_bytes(data[: start + 24] + (999_999).to_bytes(4, "little") + data[start + 28 :])
    dataset = load(path)
    assert len(dataset.train) + len(dataset.test) == 19


@pytest.mark.parametrize("ending", ENDINGS)
def test_an_archive_cut_short_gives_pictures_or_one_line(tmp_path, ending):
    path = pack(tmp_path / f"a{ending}", FILES)
    whole = path.read_bytes()
    refused = 0
    for share in np.linspace(0, 1, 20, endpoint=False):
        path.write_bytes(whole[: int(share * len(whole))])
        try:
            assert len(load(path).train) >= 12
        except InputError:
            refused += 1
    assert refused > 10


def test_common_folders_of_any_depth_are_dropped_at_once():
    deep = "d/" * 30_000
    names = archive.drop_common_folders([f"{deep}a/{k}.png" for k in range(200)] + [f"{deep}b.png"])
    assert names == [f"a/{k}.png" for k in range(200)] + ["b.png"]
    assert archive.drop_common_folders([]) == []


def test_a_member_without_a_name_is_no_picture(tmp_path):
    path = pack(tmp_path / "a.zip", FILES)
    with zipfile.ZipFile(path, "a") as packed:
        packed.writestr(zipfile.ZipInfo(""), b"x")
    assert load(path, "folder", size=8).count == len(FILES)
