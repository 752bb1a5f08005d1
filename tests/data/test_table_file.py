"""Tables of one's own: read whole with what was made of them said, or refused in one line."""

import numpy as np
import pytest

from latent_explorer import config
from latent_explorer import load as open_checkpoint
from latent_explorer.checkpoint import from_model
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.data import datasets, memory_limit, parquet_file
from latent_explorer.errors import InputError
from latent_explorer.models.external_network import ExternalFunctions
from tests.data.rows_file import ROWS, load, numbers, read, rows_of

pytestmark = pytest.mark.usefixtures("own_cache")


def test_numbers_return_in_their_own_units_and_count_alike(tmp_path):
    given = {"a": numbers(0), "b": numbers(1, 1000.0)}
    dataset = read(tmp_path, given)
    assert dataset.image_shape == (1, 1, 2)
    assert np.sort(rows_of(dataset), axis=0) == pytest.approx(np.sort(np.array(list(given.values())).T, 0), rel=1e-5)
    values = np.concatenate([dataset.train.images, dataset.test.images])
    assert (values.min(), values.max()) == (0, 1)
    assert values.std(axis=0)[0, 0, 0] == pytest.approx(values.std(axis=0)[0, 0, 1], rel=1e-4)
    assert dataset.attributes["b"].values == pytest.approx(rows_of(dataset)[:, 1], rel=1e-5)


@pytest.mark.parametrize(("separator", "encoding"), [(";", "utf-8-sig"), ("\t", "utf-8"), (",", "utf-16")])
def test_separators_and_encodings_read_alike(tmp_path, separator, encoding):
    comma = separator == ";"
    given = {"a, quoted": [str(x).replace(".", ",") if comma else str(x) for x in numbers(0)], "b": numbers(1)}
    given["b"] = [str(x).replace(".", ",") if comma else str(x) for x in given["b"]]
    dataset = read(tmp_path, given, separator, encoding=encoding)
    assert dataset.kind.value_names == ("a, quoted", "b")
    assert sorted(rows_of(dataset)[:, 0]) == pytest.approx(sorted(numbers(0)), rel=1e-5)


def test_categories_take_one_value_each_and_weigh_as_much_as_a_number(tmp_path):
    dataset = read(tmp_path, {"a": numbers(0), "colour": ["red", "green", "blue"] * 8, "sweet": ["yes", "no"] * 12})
    assert dataset.kind.value_names == ("a", "colour: blue", "colour: green", "colour: red", "sweet: yes")
    assert set(rows_of(dataset)[:, 1:].round(5).ravel()) == {0.0, 1.0}
    assert rows_of(dataset)[:, 1:4].sum(axis=1) == pytest.approx(1, abs=1e-5)
    variance = np.concatenate([dataset.train.images, dataset.test.images])[:, 0, 0].var(axis=0)
    assert variance[1:4].sum() == pytest.approx(variance[0], rel=1e-4)
    assert dataset.attributes["colour"].categories == ("blue", "green", "red")


@pytest.mark.parametrize(
    ("label", "names", "columns"),
    [
        (None, ("old", "young"), 2), ("kind", ("0", "1", "2", "3"), 3), ("", (), 4),
    ],
)  # fmt: skip
def test_the_class_is_the_column_named_or_one_named_like_it(tmp_path, label, names, columns):
    given = {"a": numbers(0), "kind": [k % 4 for k in range(ROWS)], "Species": ["old", "young"] * 12}
    dataset = read(tmp_path, given, label=label)
    assert dataset.class_names == names
    assert len(dataset.kind.value_names) == columns
    assert ("Species" in dataset.attributes) == (label is not None)


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("", "no rows"), ("a,b\n", "no rows"), ("a,b\n1,2\n", "1 row arrived"),
        ("a,b\n" + "1,2\n" * 9 + "1,2,3\n" + "1,2\n" * 20, "line 11: 3 cells"),
        ("a\n" + "\n".join(f"name {k}" for k in range(40)), "no column"),
        ("a,b\n" + "\n".join(f"{k}.5,{k * k}.25" for k in range(30)) + "\nx,1\n", "line 32: column 'a': 'x'"),
        ("a,b\n" + "1,2\n" * 30, "same in every row"), ("a\n\xff\n", "line"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_refused_in_a_line(tmp_path, text, match):
    path = tmp_path / "rows.csv"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(InputError, match=match):
        load(path)


def test_a_file_larger_than_memory_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(memory_limit, "get_limit", lambda: 1000)
    with pytest.raises(InputError, match="too large"):
        read(tmp_path, {"a": numbers(0), "b": numbers(1)})


def test_a_first_line_of_numbers_is_a_row(tmp_path):
    path = tmp_path / "rows.data"
    path.write_text("\n".join(f"{a},{b}" for a, b in zip(numbers(0), numbers(1), strict=True)))
    dataset = load(path)
    assert dataset.count == ROWS
    assert dataset.kind.value_names == ("column 1", "column 2")


def write_lines(tmp_path, first, rows):
    path = tmp_path / "rows.data"
    path.write_text("\n".join([first, *rows]))
    return load(path)


@pytest.mark.parametrize("first", ["5.1,3.5,iris", "?,3.5,iris", "5.1,,iris"])
def test_a_first_line_of_mostly_numbers_is_a_row(tmp_path, first):
    rows = [f"{a},{b},{'iris' if a > 5 else 'rose'}" for a, b in zip(numbers(0), numbers(1), strict=True)]
    dataset = write_lines(tmp_path, first, rows)
    assert dataset.count == ROWS + 1
    assert dataset.kind.value_names == ("column 1", "column 2", "column 3: iris", "column 3: rose")


@pytest.mark.parametrize("first", ["0,1,2", ",0,1", "2019,2020,2021", "a,b,7"])
def test_numbers_that_count_the_columns_are_names(tmp_path, first):
    rows = [f"{a},{b},{c}" for a, b, c in zip(numbers(0), numbers(1), numbers(2), strict=True)]
    dataset = write_lines(tmp_path, first, rows)
    assert dataset.count == ROWS
    names = first.split(",")
    assert dataset.kind.value_names == (names[0] or "column 1", *names[1:])


def test_texts_that_cannot_be_printed_come_back_from_a_file(tmp_path):
    texts = ["a\xa0b", "a\tb", "a\nb", "a\u2028b", f"{'long ' * 20}1", f"{'long ' * 20}2"]
    dataset = read(tmp_path, {"size\xa0m": numbers(0), "kind": texts * 4})
    dataset.kind.check(dataset.image_shape)
    names = [column.category for column in dataset.kind.columns if column.category]
    assert len(set(names)) == len(texts)
    functions = ExternalFunctions(lambda rows: rows[:, :2], lambda codes: codes[:, [0, 1, 1, 1, 1, 1, 1]])
    settings = from_model.MapSettings(methods=("pca",), fit_inverse=False)
    data = config.Data(name="table")
    made = from_model.from_dataset(Checkpoint, functions, dataset, data, name="rows", settings=settings)
    made.save(tmp_path / "rows.safetensors")
    again = open_checkpoint(tmp_path / "rows.safetensors")
    assert again.sample_kind == dataset.kind
    assert again.attributes["kind"].categories == tuple(names)


def test_very_large_and_small_numbers_are_written_in_another_unit(tmp_path):
    kind = read(tmp_path, {"people": numbers(0, 1e9), "weight": [1e-9 * x for x in numbers(1)]}).kind
    assert kind.value_names == ("people / 1e9", "weight / 1e-9")
    assert config.from_dict({"data": {"name": "table", "shape": [1, 1, 2], "columns": [vars(c) for c in kind.columns]}})


def test_parquet_reads_like_text(tmp_path):
    pa = pytest.importorskip("pyarrow")
    import pyarrow.parquet as pq

    given = {"a": numbers(0), "kind": ["x", "y", None] * 8, "deep": [[1]] * ROWS, "flag": [True, False] * 12}
    pq.write_table(pa.table(given), tmp_path / "rows.parquet")
    dataset = load(tmp_path / "rows.parquet")
    assert dataset.kind.value_names == ("a", "kind: x", "kind: y", "flag: true")
    assert any("deep (" in one for one in dataset.remarks)


@pytest.mark.parametrize(("name", "columns", "classes"), [("wine", 13, 3), ("breast_cancer", 30, 2)])
def test_embedded_tables_are_read_offline(name, columns, classes):
    dataset = datasets.load(config.Data(name=name), seed=3)
    assert dataset.image_shape == (1, 1, columns)
    assert len(dataset.class_names) == classes
    assert dataset.kind == datasets.load(config.Data(name=name), seed=5).kind
    assert len(dataset.attributes) == columns


@pytest.mark.parametrize("column", [["x" * 10_000, "y"] * 12, [1.5] * 4000])
def test_a_parquet_file_that_grows_beyond_memory_is_refused(tmp_path, monkeypatch, column):
    pa = pytest.importorskip("pyarrow")
    import pyarrow.parquet as pq

    pq.write_table(pa.table({"a": column}), tmp_path / "rows.parquet")
    for module in (memory_limit, parquet_file):
        monkeypatch.setattr(module, "get_limit", lambda: 60_000)
    with pytest.raises(InputError, match="GiB"):
        load(tmp_path / "rows.parquet")
