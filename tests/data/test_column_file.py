"""Columns of rows in .parquet and .arrow files."""

import numpy as np
import pytest

from latent_explorer.data import column_file
from latent_explorer.data.column_file import open_columns
from latent_explorer.errors import InputError

pa = pytest.importorskip("pyarrow", reason="pyarrow is not installed")
pq = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed")

ROWS = 150
TABLE = pa.table({"number": range(ROWS), "kind": [("cat", "dog", None)[k % 3] for k in range(ROWS)]})


@pytest.fixture(params=["a.parquet", "a.arrow"])
def path(request, tmp_path):
    path = tmp_path / request.param
    if path.suffix == ".parquet":
        pq.write_table(TABLE, path, row_group_size=40)
    else:
        with pa.ipc.new_stream(str(path), TABLE.schema) as stream:
            stream.write_table(TABLE, max_chunksize=40)
    return path


def test_both_kinds_of_files_hold_the_same_rows_in_order(path):
    with open_columns(path, ["kind"]) as columns:
        assert (columns.rows, columns.schema.names) == (ROWS, ["number", "kind"])
        blocks = [block.to_pylist() for block in columns.iterate("number")]
        assert [one for block in blocks for one in block] == list(range(ROWS))
        assert max(map(len, blocks)) <= 64
        table = columns.read(["kind", "number"])
        assert table.column_names == ["kind", "number"]
        assert table.column("kind").to_pylist() == TABLE.column("kind").to_pylist()


def test_each_different_text_is_read_once(path):
    with open_columns(path, ["kind"]) as columns:
        for chunk in columns.read(["kind"]).column("kind").chunks:
            assert sorted(chunk.dictionary.to_pylist()) == ["cat", "dog"]


def test_packed_batches_larger_than_memory_are_refused(tmp_path, monkeypatch):
    table = pa.table({"image": pa.array([bytes(20_000)] * 20, pa.binary())})
    options = pa.ipc.IpcWriteOptions(compression="zstd")
    with pa.ipc.new_stream(str(tmp_path / "a.arrow"), table.schema, options=options) as stream:
        stream.write_table(table, max_chunksize=2)
    monkeypatch.setattr(column_file, "get_limit", lambda: 100_000)
    with pytest.raises(InputError, match="packed"), open_columns(tmp_path / "a.arrow"):
        pass


def test_offsets_that_lead_out_of_their_batch_are_not_followed(tmp_path):
    offsets = pa.py_buffer(np.array([0, 1 << 20, 6], np.int32))
    forged = pa.StringArray.from_buffers(2, offsets, pa.py_buffer(b"abcdef"))
    with pa.ipc.new_stream(str(tmp_path / "a.arrow"), pa.schema([("kind", pa.string())])) as stream:
        stream.write_batch(pa.record_batch([forged], ["kind"]))
    with pytest.raises(pa.ArrowInvalid), open_columns(tmp_path / "a.arrow"):
        pass
