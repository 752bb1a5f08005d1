"""Standardisation of a table: every column counts alike, and all values lie between 0 and 1, none cut.

Numbers have mean 0 and standard deviation 1 over all rows. A column of categories is one share for each of them
(one-hot), scaled together: the variances of its shares add up to 1, as that of a column of numbers is, or to less if
nearly all rows are of one category. One affine map, the same for all columns, takes what results into 0 to 1; so a
squared error there is a squared error in standard deviations, times a constant.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats
from latent_explorer.data.table_columns import TableColumn
from latent_explorer.samples import Column, Tables
from latent_explorer.samples.sample_kind import MAX_NAME_LENGTH

MIN_VARIANCE = 0.1
"""Of a column of categories: one that is nearly constant is not blown up to the weight of the others."""
LARGEST, SMALLEST = 1e8, 1e-6  # numbers in a header; others are written in another unit
FAR = 20.0  # standard deviations from which on a value is worth a remark


@dataclass(frozen=True)
class _Value:
    """One value of a sample before it is mapped to 0 to 1."""

    name: str
    category: str
    rows: NDArray[np.float64]
    mean: float
    deviation: float
    ends: tuple[float, float]
    """Of its bar."""

    @property
    def standardised(self) -> NDArray[np.float64]:
        return (self.rows - self.mean) / self.deviation

    def describe(self, least: float, most: float) -> Column:
        """Return the column whose standardised values from `least` to `most` become 0 to 1."""
        low, high = self.mean + least * self.deviation, self.mean + most * self.deviation
        return Column(self.name, low, high, *self.ends, self.deviation, self.category)


def fit(columns: Sequence[TableColumn]) -> tuple[Tables, Floats, str]:
    """Return the kind of the rows of columns without gaps, their values (N, 1, 1, n), and a remark on a value that is
    so far from all others that it leaves them little room; it may be empty."""
    values = [value for column in columns for value in _split(column)]
    matrix = np.stack([value.standardised for value in values], axis=1)
    least, most = float(matrix.min()), float(matrix.max())
    kind = Tables(tuple(value.describe(least, most) for value in values))
    scaled = np.clip((matrix - least) / (most - least), 0, 1).astype(np.float32)
    return kind, scaled[:, None, None], _describe_farthest(values, matrix)


def _split(column: TableColumn) -> list[_Value]:
    if not column.categories:
        return [_change_unit(column)]
    shares = np.stack([column.values == k for k in range(len(column.categories))], axis=1).astype(np.float64)
    means = shares.mean(axis=0)
    used = [1] if column.is_truth else [k for k in range(len(column.categories)) if means[k] > 0]
    deviation = math.sqrt(max(MIN_VARIANCE, float((means[used] * (1 - means[used])).sum())))
    return [
        _Value(column.name, column.categories[k], shares[:, k], float(means[k]), deviation, (0.0, 1.0)) for k in used
    ]


def _change_unit(column: TableColumn) -> _Value:
    """Return a column of numbers, in thousands, millions or thousandths where its numbers are that large or small."""
    rows, name = column.values, column.name
    size = float(np.abs(rows).max())
    if size >= LARGEST or size < SMALLEST:
        power = 3 * math.floor(math.log10(size) / 3)
        rows, name = rows / 10.0**power, f"{name[: MAX_NAME_LENGTH - 9]} / 1e{power}"
    ends = (float(rows.min()), float(rows.max()))
    return _Value(name, "", rows, float(rows.mean()), max(float(rows.std()), 1e-9), ends)


def _describe_farthest(values: Sequence[_Value], matrix: NDArray[np.float64]) -> str:
    row, k = divmod(int(np.abs(matrix).argmax()), matrix.shape[1])
    far = float(abs(matrix[row, k]))
    if far <= FAR:
        return ""
    return (
        f"{values[k].name}: {values[k].rows[row]:.4g} is {far:.0f} standard deviations from the mean, which leaves "
        "other values little room; its logarithm, or leaving it out, may help"
    )
