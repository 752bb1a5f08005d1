"""Queries of the Factors lab: the table, its scores, and the pictures as one dimension runs over its range."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from latent_explorer.cache import remember
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.data.attributes import Attribute
from latent_explorer.engine.decode import decode_pictures, make_one_hot_labels
from latent_explorer.engine.query import Query
from latent_explorer.engine.query_context import QueryContext
from latent_explorer.engine.subject import Picture
from latent_explorer.labs.factors.course import Curves, compute_course
from latent_explorer.labs.factors.factor_table import FactorTable, make_table
from latent_explorer.metrics import dci, sap
from latent_explorer.metrics.dci import DCI
from latent_explorer.metrics.mutual_information import find_known

STEPS = 7
"""Pictures of a dimension's range."""
MAX_SCORED = 20
"""Rows of the table that are scored, from its top: many columns of categories would take minutes."""


@dataclass(frozen=True)
class FactorTableQuery(Query[FactorTable]):
    """The attributes of a model by its dimensions."""

    slow: ClassVar[bool] = True

    def answer(self, context: QueryContext) -> FactorTable:
        return make_table(context, self.model)


@dataclass(frozen=True)
class Scores:
    sap: float
    dci: DCI


@dataclass(frozen=True)
class ScoresQuery(Query[Scores]):
    """The scores of a model that take seconds, of the first `MAX_SCORED` rows; MIG comes with the table, of all."""

    slow: ClassVar[bool] = True
    in_frame: ClassVar[bool] = False  # a remembered answer takes no time, the next one seconds

    def answer(self, context: QueryContext) -> Scores:
        return _measure_scores(context.get_checkpoint(self.model), make_table(context, self.model))


@remember(8)
def _measure_scores(checkpoint: Checkpoint, table: FactorTable) -> Scores:
    attributes = table.attributes[:MAX_SCORED]
    return Scores(sap.measure(checkpoint.latents, attributes), dci.measure(checkpoint.latents, attributes))


@dataclass(frozen=True)
class Cell:
    """A place in the table of a model. In another model's table it means the same attribute, and its own dimension."""

    model: str
    row: int
    column: int

    def find(self, context: QueryContext, model: str) -> tuple[int, int] | None:
        """Return row and column in the table of `model`; None if that has no such attribute."""
        there = make_table(context, self.model)
        if not there.names:
            return None
        row, column = min(self.row, len(there.names) - 1), min(self.column, len(there.dimensions) - 1)
        return (row, column) if model == self.model else make_table(context, model).find_diagonal(there.names[row])


@dataclass(frozen=True, eq=False)
class TraversalValue:
    query: Traversal
    row: int
    column: int
    """Of the cell in the table of this model."""
    dimension: int
    pictures: tuple[Picture, ...]
    value: float
    """The sample's own value of the dimension."""
    attribute: Attribute
    name: str
    across: NDArray[np.float64]
    curves: Curves
    """The attribute's course along the dimension."""


@dataclass(frozen=True)
class Traversal(Query[TraversalValue | None]):
    """A sample decoded with the dimension of a cell at `STEPS` values over its range, the others held; None if the
    model does not know the cell's attribute, of any sample."""

    in_frame: ClassVar[bool] = False  # it may have to wait for the table
    dot: int
    cell: Cell

    def answer(self, context: QueryContext) -> TraversalValue | None:
        checkpoint, table = context.get_checkpoint(self.model), make_table(context, self.model)
        cell = self.cell.find(context, self.model)
        if cell is None:
            return None
        row, column = cell
        if not find_known(table.attributes[row]).any():
            return None
        dimension = int(table.dimensions[column])
        codes = np.repeat(checkpoint.latents[[self.dot]], STEPS, axis=0)
        codes[:, dimension] = np.linspace(table.low[column], table.high[column], STEPS)
        labels = np.repeat(make_one_hot_labels(checkpoint, np.array([self.dot])), STEPS, axis=0)
        pictures = decode_pictures(checkpoint, codes, labels)
        value, attribute = float(checkpoint.latents[self.dot, dimension]), table.attributes[row]
        across, curves = compute_course(attribute, checkpoint.latents[:, dimension])
        return TraversalValue(
            self, row=row, column=column, dimension=dimension, pictures=pictures, value=value, attribute=attribute,
            name=table.names[row], across=across, curves=curves,
        )  # fmt: skip
