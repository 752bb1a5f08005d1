"""Vectors from a file: TensorBoard's tab-separated numbers, a numpy array, or lines of a word and its numbers
(word2vec, GloVe, fastText). It knows no models."""

import warnings
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

import numpy as np

from latent_explorer.arrays import Floats
from latent_explorer.data import memory_limit
from latent_explorer.errors import InputError, give_reason, quote, write_count

MAX_LINE = 1 << 20  # bytes
MAX_DIGITS = len(str(MAX_LINE))  # of how many numbers a line holds
WORD_SUFFIXES = (".vec", ".glove")
MIXED_SUFFIX = ".txt"
"""Of GloVe's words, and of numpy's rows without any."""


@dataclass(frozen=True)
class Vectors:
    values: Floats
    """(N, d)."""
    words: tuple[str, ...] = ()
    """The word of each row, where the file has them."""


def read(path: Path, limit: int | None = None) -> Vectors:
    """Read the vectors of a file, at most the first `limit` of them; raise `InputError`, which names the line, for
    anything but rows of as many finite numbers each."""
    try:
        if path.suffix == ".npy":
            return Vectors(_read_npy(path, limit))
        return _read_text(path, limit)
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror or error}") from None


def read_lines(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the lines of a text file with their numbers, from 1; raise `InputError` for one that is no text."""
    with path.open("rb") as file:
        number = 0
        while line := file.readline(MAX_LINE + 1):
            number += 1
            if len(line) > MAX_LINE:
                raise InputError(f"{path}, line {number:,}: more than {MAX_LINE:,} bytes arrived in a line")
            try:
                yield number, line.decode("utf-8-sig" if number == 1 else "utf-8").rstrip("\r\n")
            except UnicodeDecodeError:
                raise InputError(f"{path}, line {number:,}: bytes that are no UTF-8 arrived; text is allowed") from None


def _read_npy(path: Path, limit: int | None) -> Floats:
    with path.open("rb") as file:
        start = file.read(6)
    if start != np.lib.format.MAGIC_PREFIX:
        what = "an archive (.npz)" if start.startswith(b"PK") else "no array of numpy"
        raise InputError(f"{path}: {what} arrived; an array (.npy) is allowed")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about headers that Python 2 wrote
            values = np.load(path, mmap_mode="r", allow_pickle=False)
    except OSError:
        raise
    except Exception as error:  # whatever a damaged header makes numpy, and Python's own parser, raise
        raise InputError(f"{path}: no array of numbers (N, d), which are allowed{give_reason(error)}") from None
    if values.ndim != 2 or values.dtype.kind not in "iuf":
        raise InputError(f"{path}: {values.dtype}, shape {values.shape} arrived; numbers (N, d) are allowed")
    values = values[:limit]
    _check_size(path, values.size)
    with np.errstate(over="ignore"):
        vectors = np.asarray(values, np.float32)
    bad = np.flatnonzero(~np.isfinite(vectors).all(axis=1))
    if len(bad):
        raise InputError(
            f"{path}, row {int(bad[0]) + 1:,}: NaN, infinity or a number beyond 3e38 arrived; finite ones of 32 bits "
            "are allowed"
        )
    return vectors


def _read_text(path: Path, limit: int | None) -> Vectors:
    numbers, words = array("f"), list[str]()
    width, separator = 0, None
    has_words: bool | None = None
    lines = ((number, line) for number, line in read_lines(path) if line.strip())
    start = list(islice(lines, 2))
    for number, line in chain(start, lines):
        if has_words is None:
            separator = "\t" if "\t" in line else "," if "," in line and path.suffix == ".csv" else None
            cells = line.split(separator)
            second = start[-1][1].split(separator)
            is_count = len(cells) == 2 and all(cell.isdecimal() for cell in cells)
            if is_count and len(cells[1]) > MAX_DIGITS:
                raise InputError(
                    f"{path}, line {number:,}: {quote(cells[1])} numbers a line arrived, which is too many"
                )
            is_count = is_count and (path.suffix in WORD_SUFFIXES or len(second) == int(cells[1]) + 1 != 2)
            has_words = _starts_with_word(path, cells, second) or (is_count and path.suffix == MIXED_SUFFIX)
            if has_words and is_count:
                width = int(cells[1])  # word2vec: how many words, and of how many numbers
                continue
        cells = line.rstrip().split(separator)
        width = width or len(cells) - has_words
        given = cells[has_words:] if len(cells) == width + has_words else cells[-width:] if has_words else cells
        if len(given) != width or not width:
            what = f"{write_count(len(given), 'number')} arrived; as many as before, {width:,}, are allowed"
            raise InputError(
                f"{path}, line {number:,}: {what if width else 'a word alone arrived; its numbers follow it'}"
            )
        numbers.extend(_to_numbers(path, number, given))
        if has_words:
            words.append(" ".join(cells[: len(cells) - width]))
        if len(numbers) % (1000 * width) == 0:
            _check_size(path, len(numbers))
        if limit is not None and len(numbers) == limit * width:
            break
    if not numbers:
        raise InputError(f"{path}: no vectors arrived; a row of numbers each is allowed")
    return Vectors(np.frombuffer(numbers, np.float32).reshape(-1, width), tuple(words))


def _starts_with_word(path: Path, cells: Sequence[str], second: Sequence[str]) -> bool:
    """Return whether rows begin with a word, by the first two. Where the word is a number, the suffix tells."""
    if path.suffix in WORD_SUFFIXES:
        return len(cells) > 1
    if path.suffix == MIXED_SUFFIX:
        return len(cells) > 1 and not (_is_number(cells[0]) and _is_number(second[0]))
    return len(cells) > 2 and _is_number(cells[0]) is False and all(map(_is_number, cells[1:]))


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _to_numbers(path: Path, line: int, cells: Sequence[str]) -> Floats:
    try:
        with np.errstate(over="ignore"):
            row = np.array([float(cell) for cell in cells], np.float32)
    except ValueError:
        odd = next(cell for cell in cells if not _is_number(cell))
        hint = "; vectors have no header row" if line == 1 else ""
        raise InputError(f"{path}, line {line:,}: {quote(odd)} arrived; numbers are allowed{hint}") from None
    if not np.isfinite(row).all():
        odd = cells[int(np.flatnonzero(~np.isfinite(row))[0])]
        raise InputError(f"{path}, line {line:,}: {quote(odd)} arrived; finite numbers are allowed")
    return row


def _check_size(path: Path, count: int) -> None:
    size, most = 4 * count, memory_limit.get_limit()
    if size > most:
        raise InputError(
            f"{path}: more than {most / 2**30:,.1f} GiB of numbers arrived, the most on this machine; --limit N takes "
            "the first N rows"
        )
