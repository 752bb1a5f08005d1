"""A grid over the prior of a plane: pictures at the quantiles of N(0, 1) along both dimensions (Kingma and Welling
2013, figure 4). Between two lines of the grid lies the same share of the prior, so the codes crowd in its middle."""

from dataclasses import dataclass
from functools import lru_cache
from statistics import NormalDist
from typing import ClassVar

import numpy as np

from latent_explorer.arrays import Floats
from latent_explorer.atlas.projection import LatentPlane
from latent_explorer.engine.decode import decode_pictures, make_one_hot_labels
from latent_explorer.engine.map_layers.tile_store import pad_picture, shrink_picture
from latent_explorer.engine.query import MapQuery
from latent_explorer.engine.query_context import QueryContext
from latent_explorer.engine.subject import Picture

FIRST_QUANTILE = 0.025
"""Share of the prior before the first line; the same lies behind the last one."""


@dataclass(frozen=True, eq=False)
class PriorLatticeValue:
    side: int
    picture: Picture
    """All pictures in one: the first dimension of the map to the right, the second one upwards."""


@dataclass(frozen=True)
class PriorLattice(MapQuery[PriorLatticeValue]):
    """The pictures of a grid of `side` x `side` codes; a conditional model gets the label of `dot`."""

    slow: ClassVar[bool] = True  # no picture under the mouse waits for it
    side: int
    dot: int = 0

    def answer(self, context: QueryContext) -> PriorLatticeValue:
        checkpoint = context.get_checkpoint(self.model)
        plane = checkpoint.maps[self.map_name].projection
        assert isinstance(plane, LatentPlane)
        label = make_one_hot_labels(checkpoint, np.array([self.dot]))
        rows = list[Picture]()
        for row in range(self.side):  # row by row, which bounds the memory
            z = np.array([place_cell(plane, self.side, row, column) for column in range(self.side)], np.float32)
            pictures = decode_pictures(checkpoint, z, np.repeat(label, len(z), axis=0))
            rows.append(np.concatenate([pad_picture(shrink_picture(one)) for one in pictures], axis=1))
        return PriorLatticeValue(self.side, np.ascontiguousarray(np.concatenate(rows, axis=0)))


@lru_cache(maxsize=16)
def compute_quantiles(side: int) -> tuple[float, ...]:
    """Return the latent numbers of `side` lines, with the same share of the prior between any two neighbours."""
    normal = NormalDist()
    return tuple(normal.inv_cdf(float(p)) for p in np.linspace(FIRST_QUANTILE, 1 - FIRST_QUANTILE, side))


def place_cell(plane: LatentPlane, side: int, row: int, column: int) -> Floats:
    """Return the latent (2,) of a cell, rows counted from the top."""
    lines = compute_quantiles(side)
    z = np.zeros(2, np.float32)
    z[plane.axes[0] - 1], z[plane.axes[1] - 1] = lines[column], lines[side - 1 - row]
    return z


def find_cell(side: int, raw: Floats) -> tuple[int, int] | None:
    """Return row and column of the cell nearest to a position (2,) of the plane; None if it is outside the grid by more
    than a cell."""
    normal, step = NormalDist(), (1 - 2 * FIRST_QUANTILE) / max(1, side - 1)
    across, up = (round((normal.cdf(float(value)) - FIRST_QUANTILE) / step) for value in raw)
    inside = all(FIRST_QUANTILE / 2 <= normal.cdf(float(value)) <= 1 - FIRST_QUANTILE / 2 for value in raw)
    return (side - 1 - min(max(up, 0), side - 1), min(max(across, 0), side - 1)) if inside else None
