"""Parquet files as Hugging Face writes them: pictures, classes with their names, splits, further columns."""

import io
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from latent_explorer import config
from latent_explorer.data import datasets, parquet_file
from latent_explorer.data.dataset import Dataset
from latent_explorer.engine.datasets.load_originals import load_originals
from latent_explorer.errors import InputError

pytestmark = pytest.mark.usefixtures("own_cache")


def load(path: Path, **further) -> Dataset:
    return datasets.load(config.Data(name="array", path=str(path), **further))


def encode(value: int) -> bytes:
    file = io.BytesIO()
    Image.new("L", (6, 4), value).save(file, "PNG")
    return file.getvalue()


def write(path: Path, rows: range, broken: tuple[int, ...] = (), **columns) -> Path:
    """A picture of each number in `rows`, which is also its brightness."""
    pa = pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    import pyarrow.parquet as pq

    images = [{"bytes": b"no picture" if k in broken else encode(k), "path": None} for k in rows]
    table = pa.table({"image": images, "label": [k % 2 for k in rows], **columns})
    features = {"image": {"_type": "Image"}, "label": {"_type": "ClassLabel", "names": ["cat", "dog"]}}
    features["scene"] = {"_type": "ClassLabel", "names": ["day", "night", "dusk"]}
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(table.replace_schema_metadata({"huggingface": json.dumps({"info": {"features": features}})}), path)
    return path


def brightness(split) -> list[int]:
    return split.images[:, 0, 0, 0].tolist()


def test_a_file_has_pictures_classes_and_attributes(tmp_path):
    rows = range(30)
    columns = {
        "depth": [None if k == 7 else k / 4 for k in rows], "kind": [f"kind {k % 3}" for k in rows],
        "scene": [k % 3 for k in rows], "boxes": [[1, 2]] * 30,
    }  # fmt: skip
    path = write(tmp_path / "a.parquet", rows, broken=(4,), **columns)
    for _ in range(2):  # read, and from the cache
        dataset = load(path)
        assert dataset.image_shape == (1, 4, 6)
        assert dataset.class_names == ("cat", "dog")
        assert set(dataset.attributes) == {"depth", "kind", "scene"}
        assert dataset.attributes["scene"].categories == ("day", "night", "dusk")
        both = dataset.train + dataset.test
        numbers = np.array(brightness(both))
        assert sorted(numbers) == [k for k in rows if k != 4]
        assert both.labels.tolist() == (numbers % 2).tolist()
        depth = dataset.attributes["depth"].values
        assert np.array_equal(depth, np.where(numbers == 7, np.nan, numbers / 4).astype(np.float32), equal_nan=True)
        assert dataset.attributes["scene"].values.tolist() == (numbers % 3).tolist()
        assert any("row 4" in remark for remark in dataset.remarks)
        assert any("boxes" in remark for remark in dataset.remarks)


def test_of_very_many_columns_the_first_are_read_and_the_rest_are_counted(tmp_path, monkeypatch):
    """Each column of each row group takes time, and each remark a line."""
    monkeypatch.setattr(parquet_file, "MAX_FURTHER_COLUMNS", 3)
    rows = range(20)
    columns = {f"n{k}": [float(k + one) for one in rows] for k in range(5)} | {f"b{k}": [[1]] * 20 for k in range(7)}
    dataset = load(write(tmp_path / "a.parquet", rows, **columns))
    assert set(dataset.attributes) == {"n0", "n1", "n2"}
    assert dataset.remarks == (
        *(f"column 'b{k}' left out: numbers or texts are allowed" for k in range(5)),
        "2 more columns left out: numbers or texts are allowed",
        "2 more columns left out: up to 3 beside the pictures are read",
    )


def test_splits_by_file_name_are_held_out_as_given(tmp_path):
    write(tmp_path / "data" / "train-00000-of-00002.parquet", range(20), broken=(3,))
    write(tmp_path / "data" / "train-00001-of-00002.parquet", range(20, 40))
    write(tmp_path / "data" / "validation-00000-of-00001.parquet", range(60, 70))
    write(tmp_path / "data" / "test-00000-of-00001.parquet", range(40, 60), broken=(50,))
    dataset = load(tmp_path)
    assert sorted(brightness(dataset.train)) == [k for k in range(40) if k != 3]
    assert brightness(dataset.test) == [k for k in range(40, 60) if k != 50]
    assert any("validation" in remark for remark in dataset.remarks)
    assert len(load(tmp_path, limit=16).train) == 16


@pytest.mark.parametrize("split", ["", "train"])
def test_a_folder_of_save_to_disk_reads_like_parquet(tmp_path, split):
    rows = range(30)
    columns = {"kind": [f"kind {k % 3}" for k in rows], "depth": [k / 4 for k in rows]}
    path = write(tmp_path / "a.parquet", rows, broken=(4,), **columns)
    import pyarrow as pa
    import pyarrow.parquet as pq

    folder = tmp_path / "disk" / split
    folder.mkdir(parents=True)
    table = pq.read_table(path)
    with pa.ipc.new_stream(str(folder / "data-00000-of-00001.arrow"), table.schema) as stream:
        stream.write_table(table, max_chunksize=7)
    one, other = load(path), load(tmp_path / "disk")
    assert other.class_names == one.class_names == ("cat", "dog")
    assert brightness(other.train + other.test) == brightness(one.train + one.test)
    for name in ("kind", "depth"):
        assert other.attributes[name].values.tolist() == one.attributes[name].values.tolist()


def test_one_split_alone_is_held_out_at_random(tmp_path):
    write(tmp_path / "train-00000-of-00001.parquet", range(20))
    assert len(load(tmp_path).test) == 4


def test_a_training_keeps_the_split_when_it_is_opened_later(tmp_path, monkeypatch):
    from latent_explorer.checkpoint import checkpoint_file
    from latent_explorer.commands import train

    monkeypatch.chdir(tmp_path)
    write(Path("mine/train-0.parquet"), range(20))
    write(Path("mine/test-0.parquet"), range(20, 30))
    settings = ["data.name=array", "data.path=mine", "training.epochs=1", "map.methods=[pca]", "map.points=30"]
    assert train.main([x for one in settings for x in ("--set", one)] + ["--out", "mine.safetensors"]) == 0
    originals = load_originals(checkpoint_file.load("mine.safetensors", "cpu"), None)
    assert isinstance(originals, Dataset)
    assert brightness(originals.test) == list(range(20, 30))


def test_a_file_cut_short_or_of_other_columns_is_one_line(tmp_path):
    path = write(tmp_path / "a.parquet", range(20))
    whole = path.read_bytes()
    for share in np.linspace(0, 1, 15, endpoint=False):
        path.write_bytes(whole[: int(share * len(whole))])
        with pytest.raises(InputError, match=r"data\.path"):
            load(path)
    import pyarrow as pa
    import pyarrow.parquet as pq

    for columns in (
        {"text": ["a"] * 20},
        {"image": ["a"] * 20},
        {"image": [{"bytes": None, "path": "/etc/passwd"}] * 20},
    ):
        pq.write_table(pa.table(columns), path)
        with pytest.raises(InputError):
            load(path)
    write(tmp_path / "b" / "0.parquet", range(20))
    write(tmp_path / "b" / "1.parquet", range(20), depth=list(range(20)))
    with pytest.raises(InputError):
        load(tmp_path / "b")


def test_a_row_group_larger_than_memory_is_not_read(tmp_path, monkeypatch):
    path = write(tmp_path / "a.parquet", range(20))
    monkeypatch.setattr(parquet_file, "get_limit", lambda: 100)
    with pytest.raises(InputError):
        load(path)


def test_without_pyarrow_the_line_names_what_to_install(tmp_path, monkeypatch):
    (tmp_path / "a.parquet").write_bytes(b"PAR1")
    monkeypatch.setattr(parquet_file, "find_spec", lambda _: None)
    with pytest.raises(InputError, match="pip install"):
        load(tmp_path / "a.parquet")


def test_a_file_is_opened_a_few_times_however_many_its_columns(tmp_path, monkeypatch):
    pa = pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    import pyarrow.parquet as pq

    columns = {f"c{k}": [k, 1.5] for k in range(250)} | {"text": ["a", None], "yes": [True, None]}
    pq.write_table(pa.table(columns), tmp_path / "wide.parquet", row_group_size=1)
    opened, original = [], pq.ParquetFile
    monkeypatch.setattr(pq, "ParquetFile", lambda *args, **keys: opened.append(1) or original(*args, **keys))
    found, _ = parquet_file.read_columns(tmp_path / "wide.parquet", 252)
    assert len(opened) <= 2
    assert [found[f"c{k}"].tolist() for k in range(250)] == [[k, 1.5] for k in range(250)]
    assert found["text"].tolist() == ["a", ""]
    np.testing.assert_array_equal(found["yes"], [1, np.nan])
    with pytest.raises(InputError, match="252 columns arrived; up to 251 are allowed"):
        parquet_file.read_columns(tmp_path / "wide.parquet", 251)
