"""Rows of cells in a text: which character separates them, and what counts as a number."""

import pytest

from latent_explorer.data import text_table
from latent_explorer.errors import InputError


@pytest.mark.parametrize(
    ("text", "separator"),
    [
        ("a,b\n1,2", ","),
        ("a;b\n1,5;2,5", ";"),  # commas are decimal points
        ("1,5;2,5;3\n1,5;2;3,25", ";"),
        ("1,5;2,5,3\n1,5;2,5,3", ","),  # a cell of two commas is no number
        ("1,5\t2,5\n0,5\t1,5", "\t"),
        ("a\tb, c\n1\t2", "\t"),
        ('"x;y;z",b\n1,2', ","),  # within quotes nothing separates
        ("alone\n1", ","),
    ],
)
def test_the_separator_is_the_one_that_both_first_lines_have(text, separator):
    assert text_table.choose_separator(text) == separator


def test_rows_keep_their_lines_and_blank_ones_are_left_out():
    assert list(text_table.read_rows('a, b\n\n"1\n2",3\n', ",", "")) == [(1, ["a", "b"]), (3, ["1\n2", "3"])]


def test_an_open_quote_is_an_error_of_its_line():
    with pytest.raises(InputError, match=r"^t\.csv, line 2: "):
        list(text_table.read_rows('a,b\n"1,2\n', ",", "t.csv: "))


@pytest.mark.parametrize(
    ("text", "uses_commas", "number"),
    [("1.5", False, 1.5), ("1,5", True, 1.5), ("1,5", False, None), ("1_000", False, None), ("1e999", False, None),
     ("nan", False, None), ("x", False, None)],
)  # fmt: skip
def test_what_is_a_number(text, uses_commas, number):
    assert text_table.to_number(text, uses_commas=uses_commas) == number


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_text_is_read_in_its_encoding(tmp_path, encoding):
    path = tmp_path / "t.csv"
    path.write_text("größe\n1", encoding=encoding)
    assert text_table.read_text(path, 1000, "") == "größe\n1"


def test_bytes_that_are_no_text_are_named_by_line(tmp_path):
    path = tmp_path / "t.csv"
    path.write_bytes(b"a\nb\n\xff")
    with pytest.raises(InputError, match=r"^t\.csv, line 3: "):
        text_table.read_text(path, 1000, "t.csv: ")
    with pytest.raises(InputError, match="too large"):
        text_table.read_text(path, 4, "")


def test_each_different_text_of_a_column_is_stored_once():
    column = text_table.TextColumn("c")
    for text in ("x", "y", "x"):
        column.append(text)
    assert (column.numbers, column.rows.tolist()) == ({"x": 0, "y": 1}, [0, 1, 0])
