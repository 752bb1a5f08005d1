"""What is known of vectors: TensorBoard's metadata, and which column is used for what."""

import pytest

from latent_explorer.data import metadata_file
from latent_explorer.errors import InputError

ROWS = [("cat", "noun", "3"), ("run", "verb", "7"), ("dog", "noun", "")]


def read(tmp_path, table, count=3, **further):
    path = tmp_path / "m.tsv"
    path.write_text(table, "utf-8")
    return metadata_file.read(path, count, **further)


def test_several_columns_have_a_header_row(tmp_path):
    found = read(tmp_path, "kind\tword\trank\n" + "".join(f"{b}\t{a}\t{c}\n" for a, b, c in ROWS))
    assert found.texts == ("cat", "run", "dog")
    assert found.labels == ("noun", "verb", "noun")
    assert found.attributes["rank"][:2] == [3, 7]
    assert found.attributes["rank"][2] != found.attributes["rank"][2]  # unknown


def test_several_columns_without_one_are_numbered(tmp_path):
    found = read(tmp_path, "cat\tnoun\nrun\tverb\ndog\tnoun\n")
    assert (found.texts, found.labels) == (("cat", "run", "dog"), ("noun", "verb", "noun"))


def test_the_columns_can_be_named(tmp_path):
    table = "a\tb\n1\tx\n2\ty\n2\tz\n"
    found = read(tmp_path, table, text="a", label="b")
    assert (found.texts, found.labels) == (("1", "2", "2"), ("x", "y", "z"))
    with pytest.raises(InputError, match="a, b"):
        read(tmp_path, table, label="c")


@pytest.mark.parametrize(
    ("text", "count", "texts", "labels"),
    [
        ("cat\nrun\ndog\n", 3, ("cat", "run", "dog"), None),
        ("3\n7\n3\n3\n7\n", 5, None, ("3", "7", "3", "3", "7")),
        ("cat\n\ndog\n\n", 3, ("cat", "", "dog"), None),
        ("word\ncat\nrun\ndog\n", 3, ("cat", "run", "dog"), None),
        ("0.5\n0.25\n3\n", 3, None, None),
    ],
)
def test_one_column_has_none_and_is_text_or_class(tmp_path, text, count, texts, labels):
    found = read(tmp_path, text, count)
    assert (found.texts, found.labels) == (texts, labels)


def test_of_the_first_vectors_the_first_rows(tmp_path):
    assert read(tmp_path, "a\nb\nc\nd\n", 2, limit=2).texts == ("a", "b")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("cat\nrun\n", "2 rows arrived for 3"),
        ("cat\tnoun\nrun\tverb\n", "1 row arrived"),
        ("a\tb\nx\ty\nx\nx\ty\n", "line 3"),
        ("a\ta\nx\ty\n", "line 1"),
        ("\t".join(map(str, range(200))), "200"),
        ("", "0 rows"),
    ],
)
def test_rows_that_do_not_fit_are_refused(tmp_path, text, said):
    with pytest.raises(InputError, match=said):
        read(tmp_path, text)
