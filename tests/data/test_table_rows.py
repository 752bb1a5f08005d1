"""Rows of a table, from memory."""

import numpy as np
import pytest

from latent_explorer import config
from latent_explorer.data import table_rows
from latent_explorer.data.array_columns import Annotations
from latent_explorer.data.loaded_images import load_cached
from latent_explorer.errors import InputError
from tests.data.rows_file import ROWS, numbers, read, rows_of

pytestmark = pytest.mark.usefixtures("own_cache")


def test_what_tells_nothing_is_left_out_and_gaps_are_filled(tmp_path):
    values = numbers(0)
    given = {
        "id": range(100, 100 + ROWS), "a": ["", *values[1:]], "constant": [3] * ROWS,
        "kind": ["x", "", *["x", "y"] * 11], "code": ["k"] * ROWS,
    }  # fmt: skip
    dataset = read(tmp_path, given)
    said = " ".join(dataset.remarks)
    assert all(f"{name} (" in said for name in ("id", "constant", "code"))
    assert dataset.kind.value_names == ("a", "kind: x", "kind: y")
    row = int(np.flatnonzero(np.isnan(dataset.attributes["a"].values))[0])
    assert rows_of(dataset)[row, 0] == pytest.approx(np.median(values[1:]), rel=1e-5)
    assert (dataset.attributes["kind"].values == -1).sum() == 1


class Frame(dict):
    """A data frame as far as it is looked at."""

    columns = property(lambda self: list(self))


@pytest.mark.parametrize("kind", [dict, Frame])
def test_columns_in_memory_read_like_a_file(tmp_path, kind):
    given = {"a": numbers(0), "text": [str(x) for x in numbers(1)], "class": ["x", "y"] * 12}
    dataset, other = table_rows.make_dataset(kind(given)), read(tmp_path, given)
    assert (dataset.kind, dataset.folder_digest, dataset.class_names) == (other.kind, other.folder_digest, ("x", "y"))
    assert load_cached(dataset.folder_digest).images.shape == (ROWS, 1, 1, 2)


def test_an_array_has_columns_without_names():
    dataset = table_rows.make_dataset(np.array([numbers(0), numbers(1)]).T, Annotations(["p", "q"] * 12))
    assert (dataset.kind.value_names, dataset.class_names) == (("column 1", "column 2"), ("p", "q"))
    with pytest.raises(InputError, match="shape"):
        table_rows.make_dataset(np.zeros((20, 3, 4)))


def test_numbers_that_are_too_large_are_called_so():
    given = {
        "a": numbers(0),
        "ns": [1_600_000_000_000_000_000 + k * k for k in range(ROWS)],
        "b": [*numbers(1)[1:], np.inf],
    }
    dataset = table_rows.make_dataset(given)
    assert dataset.kind.value_names == ("a",)
    said = " ".join(dataset.remarks)
    assert "ns (1.6e+18" in said
    assert "b (inf" in said
    assert "empty" not in said


@pytest.mark.parametrize("label", ["sign", None])
def test_a_class_of_negative_numbers_is_named_by_them(label):
    given = {"a": numbers(0), "sign" if label else "target": [-1, 1] * 11 + [1, np.nan]}
    dataset = table_rows.make_dataset(given, settings=config.Data(name="table", label=label))
    assert dataset.class_names == ("-1", "1")
    classes = np.concatenate([dataset.train.labels, dataset.test.labels]).tolist()
    assert [classes.count(one) for one in (0, 1, -1)] == [11, 12, 1]
