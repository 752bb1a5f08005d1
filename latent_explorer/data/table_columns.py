"""The columns of a table: each of numbers or of categories, with gaps; which one is the class, and which are left out.

It knows no files and no scaling.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from latent_explorer.data import array_columns
from latent_explorer.data.attributes import MAX_NUMBER, MAX_WHOLE, UNKNOWN, Attribute
from latent_explorer.data.text_table import to_number
from latent_explorer.errors import InputError, did_you_mean, quote
from latent_explorer.files import to_printable
from latent_explorer.samples.sample_kind import MAX_NAME_LENGTH

GAPS = ("", "nan", "na", "n/a", "#n/a", "null", "?")
TRUTHS = (("false", "true"), ("no", "yes"), ("f", "t"), ("n", "y"))
MAX_ONE_HOT = 30
"""Categories of a column up to which it is one of them; a column of more is left out."""
MAX_GROUPS = 50
"""Different values up to which a column that is named like a class is taken for it."""
CLASS_NAMES = ("class", "label", "labels", "target", "species", "category", "diagnosis", "outcome", "y")
ID_NAMES = ("id", "index", "key", "uuid", "row", "no", "nr", "number", "unnamed: 0")


@dataclass(frozen=True, eq=False)
class TableColumn:
    name: str
    values: NDArray[np.float64]
    """(N,): numbers, or numbers of categories; NaN where unknown."""
    categories: tuple[str, ...] = ()
    """Names of the categories; empty for a column of numbers."""

    @property
    def is_truth(self) -> bool:
        """Whether it says no or yes: one value tells both."""
        return tuple(one.casefold() for one in self.categories) in TRUTHS

    def count_different(self) -> int:
        """Return the number of different known values."""
        return len(np.unique(self.values[~np.isnan(self.values)]))

    def to_attribute(self) -> Attribute | str:
        """Return it as an attribute in its own units, or why it is none."""
        if not self.categories:
            return array_columns.to_attribute(self.values, len(self.values))
        numbers = np.where(np.isnan(self.values), UNKNOWN, self.values)
        return Attribute(numbers.astype(np.float32), self.categories)


class OddCellError(ValueError):
    """A text among numbers, with its row."""

    def __init__(self, text: str, row: int) -> None:
        super().__init__(f"{quote(text)} arrived among numbers; a number, or nothing where it is unknown, is allowed")
        self.row = row


def from_texts(
    name: str, texts: Sequence[str], rows: NDArray[np.int64], *, uses_commas: bool = False
) -> TableColumn | str:
    """Return a column of `texts`, each different one once, by their numbers in `rows`; or why it is left out.

    Raises `OddCellError` for a text among numbers.
    """
    known = [text for text in texts if text.casefold() not in GAPS]
    numbers = {text: to_number(text, uses_commas=uses_commas) for text in known}
    odd = [text for text, number in numbers.items() if number is None]
    lookup: dict[str, float | None] = dict(numbers)
    categories: tuple[str, ...] = ()
    if odd:
        if len(known) - len(odd) > MAX_WHOLE and 2 * len(odd) < len(known):
            places = np.isin(rows, [k for k, text in enumerate(texts) if text in set(odd)])
            row = int(np.flatnonzero(places)[0])
            raise OddCellError(texts[int(rows[row])], row)
        if len(known) > array_columns.MAX_CLASSES:
            return f"{len(known):,} different texts"
        known.sort()
        categories = tuple(clean_names(known))
        lookup = {text: float(k) for k, text in enumerate(known)}
    values = [np.nan if (number := lookup.get(text)) is None else number for text in texts]
    return TableColumn(name, np.array(values, np.float64)[rows], categories)


def from_array(name: str, given: Any) -> TableColumn | str:
    """Return an array of numbers, truth values or texts as a column, or why it is left out."""
    array = np.asarray(given)
    if array.dtype.kind == "O":
        array = np.array([None if _is_missing(one) else one for one in array.tolist()], object)
    if array.dtype.kind == "M":
        return "points in time; numbers or categories are allowed"
    try:
        column = array_columns.to_column(array)
    except InputError as error:
        return str(error)
    if column.ndim != 1 or column.dtype.kind not in "buifU":
        return f"{column.dtype}, shape {column.shape}; a number or a text a row is allowed"
    if column.dtype.kind == "U":
        texts, rows = np.unique(np.char.strip(column), return_inverse=True)
        return from_texts(name, texts.tolist(), rows.reshape(-1).astype(np.int64))
    values = column.astype(np.float64)
    beyond = np.flatnonzero(np.abs(values) > MAX_NUMBER)
    if len(beyond):
        return f"{values[beyond[0]]:g} in row {beyond[0]:,}; numbers up to {MAX_NUMBER:g} are allowed, times in seconds"
    return TableColumn(name, values, TRUTHS[0] if column.dtype.kind == "b" else ())


def clean_names(names: Sequence[str]) -> list[str]:
    """Return printable names of the allowed length that differ from each other, of columns or of categories."""
    uses: dict[str, int] = {}  # with how often each was wanted
    for k, name in enumerate(names, 1):
        whole = to_printable(name.strip()) or f"column {k}"
        short = whole if len(whole) <= MAX_NAME_LENGTH else f"{whole[: MAX_NAME_LENGTH - 1]}…"
        unique = short
        while unique in uses:
            uses[short] += 1
            unique = f"{short[: MAX_NAME_LENGTH - 8]} ({uses[short]})"
        uses[unique] = 1
    return list(uses)


def choose_label(columns: Sequence[TableColumn], wanted: str | None) -> TableColumn | None:
    """Return the column of the classes: the one `wanted`, none for an empty text, else one that is named like a class.

    Raises `InputError` if it is not there, or is none of classes.
    """
    if wanted == "":
        return None
    names = [column.name for column in columns]
    if wanted is not None:
        chosen = next((one for one in columns if wanted in (one.name, one.name.casefold())), None)
        if chosen is None:
            there = ", ".join(names[:8]) + (", ..." if len(names) > 8 else "")
            raise InputError(f"data.label: {quote(wanted)} arrived; a column of {there} is allowed"
                             f"{did_you_mean(wanted, names)}")  # fmt: skip
        if not chosen.categories and not _is_of_classes(chosen):
            raise InputError(
                f"data.label: {quote(wanted)} arrived, a column of {chosen.count_different():,} different numbers; one "
                f"of texts, or of at most {MAX_GROUPS} whole numbers, is allowed"
            )
        return chosen
    named = sorted(
        (one for one in columns if one.name.casefold() in CLASS_NAMES),
        key=lambda one: CLASS_NAMES.index(one.name.casefold()),
    )
    return next((one for one in named if _is_of_classes(one) and one.count_different() > 1), None)


def explain_omission(column: TableColumn) -> str:
    """Return why a column tells nothing about its row, empty if it does."""
    known = column.values[~np.isnan(column.values)]
    different = column.count_different()
    if different < 2:
        return "the same in every row" if different else "empty"
    if column.categories:
        return f"{different:,} different texts" if different > MAX_ONE_HOT else ""
    is_counter = different == len(column.values) and (known == np.round(known)).all()
    name = column.name.casefold().replace("_", " ").replace("-", " ")
    if is_counter and ((np.diff(known) == 1).all() or name in ID_NAMES or name.endswith(" id")):
        return "another number for each row"
    return ""


def fill_gaps(column: TableColumn) -> tuple[TableColumn, str]:
    """Return a column whose gaps hold the median, or the most frequent category; and what was filled in, in words."""
    gaps = np.isnan(column.values)
    if not gaps.any():
        return column, ""
    known = column.values[~gaps]
    if column.categories:
        fill = float(np.bincount(known.astype(np.int64)).argmax())
        said = f"{column.name} {gaps.sum():,} with {column.categories[int(fill)]}"
    else:
        fill = float(np.median(known))
        said = f"{column.name} {gaps.sum():,} with the median {fill:.6g}"
    return TableColumn(column.name, np.where(gaps, fill, column.values), column.categories), said


def _is_of_classes(column: TableColumn) -> bool:
    known = column.values[~np.isnan(column.values)]
    whole = bool(column.categories) or (known == np.round(known)).all()
    return bool(whole and column.count_different() <= MAX_GROUPS)


def _is_missing(value: Any) -> bool:
    """Return whether a cell is unknown; comparing pandas' own mark of it is neither true nor false."""
    return value is None or type(value).__name__ in ("NAType", "NaTType")
