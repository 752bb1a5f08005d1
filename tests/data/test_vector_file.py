"""Vectors from files: TensorBoard's, numpy's, word2vec's; and files that hold anything else."""

import numpy as np
import pytest

from latent_explorer.data import memory_limit, vector_file
from latent_explorer.errors import InputError

ROWS = np.array([[1, 2.5, -3], [0, 1e-3, 4]], np.float32)


def write(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("v.tsv", "1\t2.5\t-3\n0\t1e-3\t4\n", ()),
        ("v.tsv", "\ufeff1\t2.5\t-3\r\n0\t0.001\t4", ()),
        ("v.csv", "1,2.5,-3\n0,0.001,4\n", ()),
        ("v.vec", "2 3\nnew york 1 2.5 -3\n7 0 0.001 4\n", ("new york", "7")),
        ("glove.txt", "the 1 2.5 -3\nчас 0 0.001 4\n", ("the", "час")),
        ("v.txt", "1 2.5 -3\n0 0.001 4\n", ()),
        ("v.txt", "2 3\n5 1 2.5 -3\n7 0 0.001 4\n", ("5", "7")),
        ("v.tsv", "the\t1\t2.5\t-3\nof\t0\t0.001\t4\n", ("the", "of")),
    ],
)
def test_rows_of_numbers_with_words_or_without(tmp_path, name, text, words):
    found = vector_file.read(write(tmp_path, name, text))
    np.testing.assert_allclose(found.values, ROWS)
    assert found.words == words


def test_an_array_of_numpy_and_the_first_rows_alone(tmp_path):
    np.save(tmp_path / "v.npy", ROWS.astype(np.float64))
    np.testing.assert_allclose(vector_file.read(tmp_path / "v.npy", 1).values, ROWS[:1])
    text = write(tmp_path, "v.vec", "a 1 2.5 -3\nb nonsense\n")
    assert vector_file.read(text, 1).words == ("a",)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("v.tsv", "", "no vectors"),
        ("v.tsv", "1\t2\n\n3\t4\t5\n", "line 3"),
        ("v.tsv", "x\ty\n1\t2\n", "header"),
        ("v.tsv", "1\t2\n1\tnan\n", "line 2: 'nan'"),
        ("v.tsv", "1\t2\n1\t1e99\n", "line 2: '1e99'"),
        ("v.tsv", "1\t2\n1\t\n", "line 2"),
        ("v.vec", "a 1 2\nb 1\n", "line 2"),
        ("v.tsv", b"1\t\xff\n", "line 1"),
        ("v.tsv", "1" * (vector_file.MAX_LINE + 9), "line 1"),
        ("v.npy", b"\x93NUMPY nothing", "no array"),
        ("v.npy", b"PK\x03\x04 nothing", ".npz"),
        ("v.npy", b"1 2 3", "no array"),
        ("v.vec", f"2 {'9' * 5000}\na 1 2\n", "line 1"),
        ("v.tsv", f"{'9' * 5000}\t1\n", "line 1"),
        ("missing/v.tsv", None, "cannot be read"),
    ],
)
def test_a_bad_file_is_refused_with_its_line(tmp_path, name, content, said):
    path = tmp_path / name if content is None else write(tmp_path, name, content)
    with pytest.raises(InputError) as refused:
        vector_file.read(path)
    assert said in str(refused.value)
    assert str(path) in str(refused.value)


@pytest.mark.parametrize(
    "array", [np.zeros(3), np.zeros((2, 2), complex), np.full((2, 2), np.inf), np.full((2, 2), 1e300)]
)
def test_an_array_of_anything_else_is_refused(tmp_path, array):
    np.save(tmp_path / "v.npy", array)
    with pytest.raises(InputError):
        vector_file.read(tmp_path / "v.npy")


def test_an_archive_of_arrays_by_the_wrong_name_is_refused(tmp_path):
    np.savez(tmp_path / "v.npz", ROWS)
    (tmp_path / "v.npz").rename(tmp_path / "v.npy")
    with pytest.raises(InputError, match="npz"):
        vector_file.read(tmp_path / "v.npy")


def test_whole_numbers_of_numpy_in_two_columns_are_no_words(tmp_path):
    np.savetxt(tmp_path / "v.txt", [[2, 1], [4, 5]], fmt="%d")
    assert vector_file.read(tmp_path / "v.txt").values.tolist() == [[2, 1], [4, 5]]


def test_the_first_rows_of_an_array_fit_where_all_do_not(tmp_path, monkeypatch):
    np.save(tmp_path / "v.npy", ROWS)
    monkeypatch.setattr(memory_limit, "get_limit", lambda: 12)
    assert len(vector_file.read(tmp_path / "v.npy", 1).values) == 1


def test_more_numbers_than_the_machine_has_room_for(tmp_path, monkeypatch):
    monkeypatch.setattr(memory_limit, "get_limit", lambda: 10_000)
    with pytest.raises(InputError, match="--limit"):
        vector_file.read(write(tmp_path, "v.tsv", "1\t2\t3\n" * 2000))


@pytest.mark.parametrize("header", ["{'descr': '<f4', 'fortran", "(" * 90, "__import__('os')"])
def test_a_header_that_is_none_is_one_clear_line(tmp_path, header):
    text = header.encode() + b"\n"
    path = write(tmp_path, "v.npy", b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text)
    with pytest.raises(InputError, match=r"v\.npy: no array of numbers \(N, d\), which are allowed") as caught:
        vector_file.read(path)
    assert "object at" not in str(caught.value)


def test_the_header_of_python_2_is_read_without_a_word(tmp_path):
    text = b"{'descr': '<f4', 'fortran_order': False, 'shape': (2L, 3L), }\n"
    path = write(tmp_path, "v.npy", b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text + ROWS.tobytes())
    np.testing.assert_array_equal(vector_file.read(path).values, ROWS)
