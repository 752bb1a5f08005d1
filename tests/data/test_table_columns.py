"""The columns of a table: numbers or categories, their gaps, which is the class, and which are left out."""

import numpy as np
import pytest

from latent_explorer.data import table_columns
from latent_explorer.data.table_columns import MAX_GROUPS, MAX_ONE_HOT, OddCellError, TableColumn
from latent_explorer.errors import InputError
from latent_explorer.samples.sample_kind import MAX_NAME_LENGTH


def read(*cells: str, **further: bool):
    """A column of these cells, as a file gives it: each different text once."""
    texts, rows = np.unique(np.array(cells), return_inverse=True)
    return table_columns.from_texts("it", texts.tolist(), rows.astype(np.int64), **further)


def test_numbers_stay_in_their_rows_and_every_spelling_of_a_gap_is_one():
    column = read("3", "?", "1.5", "N/A", "", "-2e3", "NaN")
    np.testing.assert_array_equal(column.values, [3, np.nan, 1.5, np.nan, np.nan, -2000, np.nan])
    assert column.categories == ()
    np.testing.assert_array_equal(read("1,5", "2", uses_commas=True).values, [1.5, 2])


def test_texts_are_categories_in_their_order_and_numbers_among_them_are_texts():
    column = read("red", "", "7", "blue", "red")
    assert column.categories == ("7", "blue", "red")
    np.testing.assert_array_equal(column.values, [2, np.nan, 0, 1, 2])


def test_one_text_among_many_numbers_is_an_error_of_its_row():
    with pytest.raises(OddCellError) as raised:
        read(*map(str, range(12)), "twelve", "13")
    assert raised.value.row == 12


def test_what_came_as_an_array_reads_as_its_texts():
    for given, texts in (
        (np.array([3.0, np.nan, -2.0]), ("3", "", "-2")),
        (np.array([" red ", "blue", "red"]), ("red", "blue", "red")),
        (np.array(["red", None, "blue"], object), ("red", "", "blue")),
    ):
        found, wanted = table_columns.from_array("it", given), read(*texts)
        np.testing.assert_array_equal(found.values, wanted.values)
        assert found.categories == wanted.categories
    truth = table_columns.from_array("it", np.array([False, True]))
    assert truth.is_truth
    assert not read("yes", "no", "perhaps").is_truth
    for odd in (np.zeros((3, 2)), np.array(["2020-01-01"], "M8[D]"), np.array([1.0, 1e16])):
        assert isinstance(table_columns.from_array("it", odd), str)


def test_gaps_are_filled_with_the_median_or_the_most_frequent_category():
    numbers = TableColumn("it", np.array([1.0, np.nan, 2, 100]))
    kinds = TableColumn("it", np.array([0.0, 1, 1, np.nan]), ("a", "b"))
    for column, fill in ((numbers, 2.0), (kinds, 1.0)):
        gaps = np.isnan(column.values)
        whole, said = table_columns.fill_gaps(column)
        assert whole.values[gaps].tolist() == [fill]
        assert whole.values[~gaps].tolist() == column.values[~gaps].tolist()
        assert said
        assert table_columns.fill_gaps(whole) == (whole, "")


@pytest.mark.parametrize(
    ("name", "values", "omitted"),
    [
        ("a", [1, 1, np.nan], True), ("a", [np.nan] * 3, True), ("a", [5, 6, 7], True), ("a", [7, 5, 6], False),
        ("user-ID", [7, 5, 6], True), ("id", [0.5, 1, 2], False), ("id", [7, 7, 6], False), ("humid", [7, 5, 6], False),
    ],
)  # fmt: skip
def test_a_column_that_only_counts_its_rows_or_never_changes_is_left_out(name, values, omitted):
    assert bool(table_columns.explain_omission(TableColumn(name, np.array(values, float)))) == omitted


@pytest.mark.parametrize("more", [0, 1])
def test_so_many_categories_are_a_column_and_one_more_is_not(more):
    count = MAX_ONE_HOT + more
    column = TableColumn("it", np.arange(count, dtype=float), tuple(map(str, range(count))))
    assert bool(table_columns.explain_omission(column)) == bool(more)


def test_the_class_is_the_one_wanted_or_the_likeliest_by_name():
    draw = np.random.default_rng(0)
    measured = TableColumn("target", draw.normal(size=2 * MAX_GROUPS))  # of numbers that are no classes
    kinds = TableColumn("Species", draw.integers(0, 3, 100).astype(float), ("a", "b", "c"))
    digits = TableColumn("y", draw.integers(0, 10, 100).astype(float))
    columns = [measured, digits, kinds]
    assert table_columns.choose_label(columns, None) is kinds
    assert table_columns.choose_label([measured, digits], None) is digits
    assert table_columns.choose_label([measured], None) is None
    assert table_columns.choose_label(columns, "y") is digits
    assert table_columns.choose_label(columns, "") is None
    for wanted in ("target", "Specie"):
        with pytest.raises(InputError, match=rf"^data\.label: '{wanted}' arrived"):
            table_columns.choose_label(columns, wanted)


def test_names_are_printable_and_none_is_another_one():
    given = ["a", "a", "a (2)", "", "x" * 200, "x" * 201, "b\nc", "b c"]
    names = table_columns.clean_names(given)
    assert len(set(names)) == len(given)
    assert all(0 < len(name) <= MAX_NAME_LENGTH and name.isprintable() for name in names)
    assert names[0] == "a"
    assert names[3] == "column 4"


def test_as_an_attribute_a_gap_is_unknown():
    kinds = TableColumn("it", np.array([0.0, np.nan, 1]), ("a", "b")).to_attribute()
    assert (kinds.values.tolist(), kinds.categories) == ([0, -1, 1], ("a", "b"))
    numbers = TableColumn("it", np.array([0.5, np.nan, 1])).to_attribute()
    np.testing.assert_array_equal(numbers.values, np.float32([0.5, np.nan, 1]))
