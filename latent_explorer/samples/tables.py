"""Rows of a table: a sample (1, 1, n) holds one value a column, standardised, and is drawn as labelled bars.

A column of categories takes one value for each of them (one-hot): 1 or 0 in the data. A model may decode any value, and
those of a column need not add up to 1, so they are written as they are, not as percentages.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import pairwise
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats
from latent_explorer.samples import text_stamp
from latent_explorer.samples.drawn_sample import DrawnSample
from latent_explorer.samples.number_text import format_value
from latent_explorer.samples.sample_kind import MAX_NAME_LENGTH, Picture, SampleKind, Words
from latent_explorer.texts import format_number, mark

BAR, TRACK, TEXT, NUMBER = (84.0, 156.0, 221.0), (36.0, 40.0, 48.0), (190.0, 196.0, 204.0), (236.0, 240.0, 245.0)
OTHER, OFF = (236.0, 240.0, 245.0), (249.0, 140.0, 10.0)
"""Of the mark where the reconstruction is, and of the bar of a column that is off."""
MIN_ROW, MAX_LETTERS = 11, 15  # pixels
NAME_SHARE, NUMBER_SHARE = 0.44, 0.2  # of the width, where there is text
MOST_NAMED, NAMED = 3, 0.5
"""Columns that are named if they are off, and the standard deviations from which on they are."""
FAR = 3.0  # standard deviations between a row and its reconstruction that are marked most


@dataclass(frozen=True)
class Column:
    """A column: what its value 0 and 1 are in its own units, and the range that its bar spans."""

    name: str
    low: float
    high: float
    least: float
    most: float
    deviation: float = 1.0
    """Standard deviation over the data, in its own units."""
    category: str = ""
    """The category that this value stands for, 1 for a row that has it; empty for a column of numbers."""

    @property
    def title(self) -> str:
        return f"{self.name}: {self.category}" if self.category else self.name


@dataclass(frozen=True)
class Tables(SampleKind):
    columns: tuple[Column, ...]
    words: ClassVar[Words] = Words(mark("row"), mark("rows"), mark("column"))
    can_be_drawn: ClassVar[bool] = False
    has_neighbours: ClassVar[bool] = False

    def check(self, shape: tuple[int, int, int]) -> None:
        if shape != (1, 1, len(self.columns)):
            raise ValueError(f"{len(self.columns)} columns for samples of the shape {list(shape)}")
        for one in self.columns:
            if not (one.high > one.low and one.most >= one.least and one.deviation > 0):
                raise ValueError(f"the column {one.name!r:.80} does not rise from low to high")
            for name in (one.name, one.category):
                if len(name) > MAX_NAME_LENGTH or not name.isprintable():
                    raise ValueError(f"the column {name!r:.80}: a printable name of up to {MAX_NAME_LENGTH} characters "
                                     "is allowed")  # fmt: skip

    @property
    def value_names(self) -> tuple[str, ...]:
        return tuple(column.title for column in self.columns)

    @cached_property
    def _ends(self) -> NDArray[np.float64]:
        """(6, n): low, high, least, most, deviation of each column, and the width of its range."""
        ends = [(c.low, c.high, c.least, c.most, c.deviation, max(c.most - c.least, 1e-12)) for c in self.columns]
        return np.array(ends, np.float64).T

    def restore_units(self, values: Floats) -> Floats:
        """Return values (N, 1, 1, n) from 0 to 1 as rows (N, n) in the columns' own units."""
        low, high = self._ends[:2]
        return np.asarray(low + values[:, 0, 0] * (high - low), np.float32)

    def scale_units(self, rows: Floats) -> Floats:
        """Return rows (N, n) in the columns' own units as values (N, 1, 1, n) from 0 to 1."""
        low, high = self._ends[:2]
        return np.asarray((rows - low) / (high - low), np.float32)[:, None, None]

    def list_deviations(self, sample: Floats, reconstruction: Floats) -> Floats:
        """Return how far each column (n,) of a sample (1, 1, n) is from its reconstruction, in standard deviations."""
        low, high, _, _, deviation, _ = self._ends
        off = (sample - reconstruction)[0, 0] * (high - low) / deviation
        return np.asarray(off, np.float32)

    def describe_difference(self, sample: Floats, reconstruction: Floats) -> str:
        """Return the few columns that are farthest off, by how many standard deviations they are above or below the
        reconstruction."""
        off = np.nan_to_num(self.list_deviations(sample, reconstruction))
        order = np.argsort(-np.abs(off), kind="stable")[:MOST_NAMED]
        far = [(self.value_names[k], format_number(off[k], "+.1f")) for k in order if abs(off[k]) >= NAMED]
        return ", ".join(f"{name} {sigmas.replace('-', '−')} σ" for name, sigmas in far)

    def find_ends(self, shape: tuple[int, int, int]) -> tuple[Floats, Floats]:
        _, _, least, most, _, _ = self._ends
        low, high = self.scale_units(np.array([least, most], np.float32))
        return low, high

    def draw(self, values: NDArray[Any]) -> tuple[Picture, ...]:
        clean = np.nan_to_num(np.asarray(values, np.float32))
        return tuple([DrawnSample.of(partial(self._render, one, None), self._size, one) for one in clean])

    def draw_difference(self, sample: Floats, reconstruction: Floats) -> Picture:
        """Draw the row, its reconstruction as marks, and the columns that are off brighter, the farther the more."""
        other = np.nan_to_num(np.asarray(reconstruction, np.float32))
        return DrawnSample.of(partial(self._render, np.asarray(sample, np.float32), other), self._size)

    def read_pictures(self, pictures: Sequence[Picture]) -> Floats:
        return np.stack([one.values for one in pictures if isinstance(one, DrawnSample) and one.values is not None])

    # -- drawing ----------------------------------------------------------------------------------

    @property
    def _size(self) -> tuple[int, int]:
        """Width and height of the small picture."""
        return (96, 72) if len(self.columns) <= 16 else (120, 120)

    def _render(self, sample: Floats, other: Floats | None, size: tuple[int, int]) -> Picture:
        width, height = size
        canvas = np.zeros((height, width, 3), np.float32)
        free = 4 if height >= 150 else 1  # above and below, where the picture's outline lies
        edges = np.linspace(free, height - free, len(self.columns) + 1)
        row_height = float(edges[1] - edges[0])
        letters = min(round(0.68 * row_height), MAX_LETTERS)
        labelled = row_height >= MIN_ROW and width >= 150
        left, right = (round(NAME_SHARE * width), round((1 - NUMBER_SHARE) * width)) if labelled else (1, width - 1)
        rows = self.restore_units(sample[None])[0]
        reach = left + self._find_shares(rows) * (right - left)
        marks = None if other is None else left + self._find_shares(self.restore_units(other[None])[0]) * (right - left)
        off = None if other is None else np.clip(np.abs(self.list_deviations(sample, other)) / FAR, 0, 1)
        if row_height < 1:  # a row of pixels shows the mean of its columns
            starts = np.unique(np.searchsorted(edges, np.arange(free, height - free), "left"))
            edges = np.arange(free, free + len(starts) + 1, dtype=np.float64)
            reach = _average(reach, starts)
            marks = None if marks is None else _average(marks, starts)
            off = None if off is None else _average(off, starts)
        columns = np.arange(width, dtype=np.float32)
        for k, (top, bottom) in enumerate(pairwise(edges)):
            gap = 0.18 * (bottom - top) if bottom - top > 4 else 0.0
            part = canvas[round(top + gap) : max(round(top + gap) + 1, round(bottom - gap))]
            part[:, left:right] = TRACK
            colour = np.asarray(BAR, np.float32)
            if off is not None:
                colour = colour + off[k] * (np.asarray(OFF, np.float32) - colour)
            ink = np.clip(reach[k] - columns, 0, 1) * (columns >= left)
            part += ink[:, None] * (colour - part)
            if marks is not None:
                wide = max(1.0, 0.004 * width)
                ink = np.clip(wide / 2 + 0.5 - np.abs(columns + 0.5 - marks[k]), 0, 1)
                part += ink[:, None] * (np.asarray(OTHER, np.float32) - part)
            if labelled:
                self._write(canvas, k, float(rows[k]), (round(top), round(bottom)), (left, right), letters)
        levels: Picture = np.clip(canvas + 0.5, 0, 255).astype(np.uint8)
        return levels

    def _find_shares(self, rows: Floats) -> Floats:
        """Return where rows (n,) lie within the columns' ranges, 0 to 1."""
        _, _, least, _, _, span = self._ends
        return np.asarray(np.clip((rows - least) / span, 0, 1), np.float32)

    def _write(
        self, canvas: Floats, k: int, value: float, rows: tuple[int, int], ends: tuple[int, int], letters: int
    ) -> None:
        """Write the name of a column before its bar, and its value behind it."""
        column, width = self.columns[k], canvas.shape[1]
        text = format_value(value, 1.0 if column.category else column.most - column.least)
        for what, x, room, colour in (
            (column.title, 7, ends[0] - 10, TEXT), (text, ends[1] + 4, width - ends[1] - 6, NUMBER),
        ):  # fmt: skip
            stamp = text_stamp.make_stamp(text_stamp.shorten(what, letters, room) or " ", letters)
            text_stamp.put(canvas, stamp, x, (rows[0] + rows[1] - len(stamp)) // 2, colour)


def _average(values: NDArray[Any], starts: NDArray[np.intp]) -> NDArray[Any]:
    """Return the means of the values (n,) from each start to the next."""
    counts = np.diff(np.append(starts, len(values)))
    averages: NDArray[Any] = np.add.reduceat(values, starts) / counts
    return averages
