"""The table of the Factors lab: attributes by dimensions, arranged so that what belongs together lies on the diagonal.

Its attributes are those of the file; else those of the data set where it is on this machine, and in any case the class.
"""

from dataclasses import dataclass
from threading import Lock
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.data.attributes import Attribute
from latent_explorer.engine.datasets import known_attributes
from latent_explorer.engine.datasets.known_attributes import HOW_TO_GET, KnownAttributes
from latent_explorer.engine.measurements.switched_off import find_switched_off
from latent_explorer.engine.query_context import QueryContext
from latent_explorer.metrics import mutual_information
from latent_explorer.metrics.mutual_information import Table
from latent_explorer.texts import mark, tr

RANGE = (0.01, 0.99)
"""Quantiles of a dimension between which it is moved."""
NO_ATTRIBUTES = mark("Only the class is known here")
NOTHING = mark("Nothing is known of these pictures, not even a class")


@dataclass(frozen=True, eq=False, kw_only=True)
class FactorTable:
    """Rows and columns are in the order in which they are shown."""

    names: tuple[str, ...]
    """Of the attributes, (A,)."""
    attributes: tuple[Attribute, ...]
    dimensions: NDArray[np.intp]
    """(d,)"""
    shares: Table
    """(A, d): mutual information as a share of the attribute's entropy."""
    gap: float
    """MIG."""
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    """(d,): the ends of the range of each dimension."""
    unused: NDArray[np.bool_]
    """(d,): whether a variational model has switched it off."""
    class_name: str
    """Name of the attribute that is the class; empty without classes."""
    missing: str
    """Why nothing but the class is known though more could be measured; may be empty."""

    @property
    def note(self) -> str:
        """What is missing, for the reader; empty if nothing is."""
        what = tr(NO_ATTRIBUTES) if self.class_name else tr(NOTHING)
        if self.missing:
            return tr("{what}: {reason}; {remedy}.", what=what, reason=tr(self.missing), remedy=tr(HOW_TO_GET))
        if not self.names:
            return f"{what}."
        return tr("{what}; {remedy}.", what=what, remedy=tr(HOW_TO_GET)) if self.names == (self.class_name,) else ""

    def find_diagonal(self, name: str) -> tuple[int, int] | None:
        """Return the row of an attribute and the column matched with it, or else its largest; None without it."""
        if name not in self.names or not len(self.dimensions):
            return None
        row = self.names.index(name)
        return row, row if row < len(self.dimensions) else int(np.nan_to_num(self.shares[row]).argmax())


_tables: WeakKeyDictionary[Checkpoint, tuple[KnownAttributes, FactorTable]] = WeakKeyDictionary()
"""The last table of each checkpoint, and what it was made of."""
_lock = Lock()
"""Two threads want one table; the second waits for it."""


def count_rows(checkpoint: Checkpoint) -> int:
    """Return the number of attributes that are known or could be measured, the class included."""
    return max(1, len(known_attributes.list_categories(checkpoint)) + (len(checkpoint.class_names) > 1))


def make_table(context: QueryContext, model: str) -> FactorTable:
    """Return the table of a model; computed once, and again when the data set has been found."""
    checkpoint, known = context.get_checkpoint(model), known_attributes.collect(context, model)
    with _lock:
        remembered = _tables.get(checkpoint)
        if remembered is None or remembered[0] is not known:
            remembered = known, _make_table(checkpoint, known)
            _tables[checkpoint] = remembered
    return remembered[1]


def arrange(table: Table) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the order of rows and columns of a `table` (A, d) in which the best one-to-one matching lies on the
    diagonal, the largest first; what is left over follows by its own largest entry."""
    from scipy.optimize import linear_sum_assignment

    filled = np.nan_to_num(table)
    rows, columns = linear_sum_assignment(filled, maximize=True)
    order = np.argsort(-filled[rows, columns], kind="stable")
    rest = np.setdiff1d(np.arange(len(filled)), rows), np.setdiff1d(np.arange(filled.shape[1]), columns)
    last_rows = rest[0][np.argsort(-filled[rest[0]].max(axis=1, initial=0), kind="stable")]
    last_columns = rest[1][np.argsort(-filled[:, rest[1]].max(axis=0, initial=0), kind="stable")]
    return np.concatenate([rows[order], last_rows]), np.concatenate([columns[order], last_columns])


# -- inside -------------------------------------------------------------------------------------------


def _make_table(checkpoint: Checkpoint, known: KnownAttributes) -> FactorTable:
    names, attributes, latents = tuple(known.attributes), tuple(known.attributes.values()), checkpoint.latents
    plain = mutual_information.measure_table(latents, attributes)
    rows, columns = arrange(plain)
    low, high = np.quantile(latents[:, columns].astype(np.float64), RANGE, axis=0)
    return FactorTable(
        names=tuple(names[row] for row in rows), attributes=tuple(attributes[row] for row in rows),
        dimensions=columns, shares=plain[np.ix_(rows, columns)], gap=mutual_information.compute_gap(plain), low=low,
        high=high, unused=find_switched_off(checkpoint)[columns], class_name=known.class_name, missing=known.missing,
    )  # fmt: skip
