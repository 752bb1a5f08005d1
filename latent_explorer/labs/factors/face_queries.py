"""Queries of drawn faces: the code of a face of known factors, and how the code moves as one factor runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.data import faces
from latent_explorer.data.faces.factors import FACTORS
from latent_explorer.engine.decode import decode_pictures, draw_sample
from latent_explorer.engine.query import MapQuery, Query
from latent_explorer.engine.query_context import QueryContext
from latent_explorer.engine.subject import Picture
from latent_explorer.labs.factors.factor_table import FactorTable, make_table
from latent_explorer.labs.factors.true_factors import Shares, count_values, to_factors
from latent_explorer.scene.events import Xy

SWEEP_STEPS = 9
"""Faces that are drawn as a factor of numbers runs from its low to its high end."""
GREY = np.array([0.299, 0.587, 0.114], np.float32)


@dataclass(frozen=True, eq=False)
class DrawnFaceValue:
    query: DrawnFace
    drawn: Picture
    picture: Picture
    """Decoded from the face's code and the moved dimensions."""
    shares: NDArray[np.float64]
    """(d,): position of each dimension of the face's own code in its range, in the order of the table."""
    dimensions: NDArray[np.intp]
    """(d,): that order."""
    unused: NDArray[np.bool_]
    """(d,): dimensions that the decoder does not hear, in that order."""
    xy: Xy
    """Place on the map of what was decoded."""


@dataclass(frozen=True)
class DrawnFace(MapQuery[DrawnFaceValue]):
    """A face of the true `factors`, drawn, encoded and decoded; dimensions in `moved`, by their place in the table,
    have another position in their range, 0 to 1."""

    in_frame: ClassVar[bool] = False  # it may have to wait for the table
    factors: Shares
    moved: tuple[tuple[int, float], ...] = ()

    def answer(self, context: QueryContext) -> DrawnFaceValue:
        checkpoint, table = context.get_checkpoint(self.model), make_table(context, self.model)
        rows = np.array([self.factors])
        drawn, codes = _draw_and_encode(checkpoint, rows)
        shares = _to_positions(table, codes)[0]
        z = codes.copy()
        for place, share in self.moved:
            if place < len(table.dimensions):
                low, high = table.low[place], table.high[place]
                z[0, table.dimensions[place]] = low + share * (high - low)
        (picture,) = decode_pictures(checkpoint, z, _encode_hair(rows))
        x, y = checkpoint.maps[self.map_name].transform(z)[0].tolist()
        return DrawnFaceValue(
            self, draw_sample(checkpoint, drawn[0]), picture, shares, table.dimensions, table.unused, (x, y)
        )


@dataclass(frozen=True, eq=False)
class FactorSweepValue:
    query: FactorSweep
    way: tuple[Xy, ...]
    """Places on the map, from the factor's low end to its high one."""
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    """(d,): between which positions, 0 to 1, each dimension moves meanwhile, in the order of the table."""
    most: int
    """Place of the dimension that moves most, for the range of its values."""
    share_of_most: float
    """Share of the whole movement, squared, that is its own: 1 for a factor with a dimension to itself."""
    second_over_most: float
    """The way of the dimension that moves second most, as a share of that of the first."""


@dataclass(frozen=True)
class FactorSweep(Query[FactorSweepValue]):
    """The codes of a face as one true factor runs over its range."""

    slow: ClassVar[bool] = True
    map_name: str
    factors: Shares
    factor: int

    def has_same_subject(self, other: Query[object]) -> bool:
        own = (self.model, self.map_name, self.factor)
        return isinstance(other, FactorSweep) and own == (other.model, other.map_name, other.factor)

    def answer(self, context: QueryContext) -> FactorSweepValue:
        checkpoint, table = context.get_checkpoint(self.model), make_table(context, self.model)
        count = count_values(self.factor)
        run = (np.arange(count) + 0.5) / count if count else np.linspace(0, 1, SWEEP_STEPS)
        rows = np.tile(np.array(self.factors), (len(run), 1))
        rows[:, self.factor] = run
        _, codes = _draw_and_encode(checkpoint, rows)
        places = np.clip(_to_positions(table, codes), 0, 1)
        low, high = places.min(axis=0), places.max(axis=0)
        reach = np.where(table.unused, 0, high - low)  # what the decoder does not hear moves nothing
        most = int(reach.argmax())
        second = float(np.sort(reach)[-2]) if len(reach) > 1 else 0.0
        way = tuple((x, y) for x, y in checkpoint.maps[self.map_name].transform(codes).tolist())
        if not reach[most]:
            return FactorSweepValue(self, way, low, high, most, 0.0, 1.0)
        share = float(reach[most] ** 2 / np.square(reach).sum())
        return FactorSweepValue(self, way, low, high, most, share, second / float(reach[most]))


def _draw_and_encode(checkpoint: Checkpoint, rows: NDArray[np.float64]) -> tuple[NDArray[np.uint8], Floats]:
    """Return the faces of factors (N, 15), (N, C, H, W), and their codes (N, d)."""
    channels, size, _ = checkpoint.image_shape
    drawn = faces.draw(to_factors(rows), size)
    if channels == 1:
        drawn = np.einsum("nchw,c->nhw", drawn, GREY).round().astype(np.uint8)[:, None]
    hair = to_factors(rows)["hair"] if checkpoint.conditional else None
    return drawn, np.asarray(checkpoint.encode(np.divide(drawn, 255, dtype=np.float32), hair), np.float32)


def _encode_hair(rows: NDArray[np.float64]) -> Floats:
    """Return the hair of each row as one-hot labels (N, K), which a conditional model is told."""
    every: Floats = np.eye(len(FACTORS["hair"].values), dtype=np.float32)[to_factors(rows)["hair"]]  # type: ignore[union-attr]
    return every


def _to_positions(table: FactorTable, codes: Floats) -> NDArray[np.float64]:
    """Return the positions (N, d) of codes in the ranges of their dimensions, in the order of the table."""
    span = table.high - table.low
    positions: NDArray[np.float64] = np.divide(
        codes[:, table.dimensions] - table.low, span, out=np.full(codes.shape, 0.5), where=span > 0
    )
    return positions
