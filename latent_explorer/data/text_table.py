"""Tables in text files: rows of cells separated by commas, semicolons or tabs. It does not know what columns mean."""

import csv
import io
import re
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from latent_explorer.data.attributes import MAX_NUMBER
from latent_explorer.errors import InputError

SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab"}
DECIMAL = re.compile(r"[-+]?\d*,\d+(e[-+]?\d+)?", re.IGNORECASE)
ENCODINGS = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig"))
"""Bytes that a file begins with, and its encoding."""


@dataclass(eq=False)
class TextColumn:
    """The cells of a column: each different text once, and its number for every row."""

    name: str
    numbers: dict[str, int] = field(default_factory=dict)
    rows: "array[int]" = field(default_factory=lambda: array("q"))

    def append(self, text: str) -> None:
        """Add the cell of one more row."""
        self.rows.append(self.numbers.setdefault(text, len(self.numbers)))


def read_text(path: Path, max_bytes: int, where: str) -> str:
    """Return the text of a file in UTF-8 or UTF-16; `where` is the place that an `InputError` names."""
    try:
        with path.open("rb") as file:
            data = file.read(max_bytes + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise InputError(f"{where}cannot be read: {reason}") from None
    if len(data) > max_bytes:
        raise InputError(f"{where}too large; up to {max_bytes / 2**20:,.0f} MB are allowed")
    encoding = next((name for start, name in ENCODINGS if data.startswith(start)), "utf-8")
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        problem = f"bytes that are no {encoding[:6].upper()} text; UTF-8, or UTF-16 with its mark, is allowed"
        raise make_error(where, line, problem) from None


def choose_separator(text: str) -> str:
    """Return the separator that the first line has most of, or that the second has as many of; quoted ones are none,
    and neither are commas within the numbers that another one separates."""
    start = re.sub(r'"[^"]*"', "", text[:100_000].lstrip())
    first, second = [*start.split("\n", 2), ""][:2]

    def rate(separator: str) -> tuple[bool, int]:
        if separator == "," and _has_decimal_commas(first):
            return False, 0
        count = first.count(separator)
        return count > 0 and count == second.count(separator), count

    return max(SEPARATORS, key=rate)


def _has_decimal_commas(line: str) -> bool:
    """Return whether semicolons or tabs separate numbers in which a comma is the decimal sign."""
    cells = re.split(r"[;\t]", line)
    return len(cells) > 1 and all("," not in cell or DECIMAL.fullmatch(cell.strip()) for cell in cells)


def read_rows(text: str, separator: str, where: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the line and the stripped cells of each row that is not blank."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = [cell.strip() for cell in next(reader)]
        except StopIteration:
            return
        except csv.Error as error:
            raise make_error(where, line, f"{error}; cells separated by {SEPARATORS[separator]}") from None
        if any(cells):
            yield line, cells


def to_number(text: str, *, uses_commas: bool) -> float | None:
    """Return a cell as a number; None if it is none, or beyond `MAX_NUMBER`."""
    try:
        number = float(text.replace(",", ".") if uses_commas else text)
    except ValueError:
        return None
    return number if "_" not in text and abs(number) <= MAX_NUMBER else None


def make_error(where: str, line: int, problem: str) -> InputError:
    """Return the error of a line; `where` is the place of the file with a colon behind it, or nothing."""
    end = " is allowed" if not problem.endswith(("needed", "allowed")) else ""
    place = f"{where.removesuffix(': ')}, line {line:,}" if where else f"line {line:,}"
    return InputError(f"{place}: {problem}{end}")
