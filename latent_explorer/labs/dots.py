"""The dots of a map by class: which is nearest, which are shown, where each class's name stands."""

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from latent_explorer.atlas import Atlas
from latent_explorer.checkpoint import Checkpoint
from latent_explorer.labs.actions import Xy


class Dots:
    """One map's dots; `Dots.of` keeps the last few."""

    def __init__(self, atlas: Atlas) -> None:
        self.atlas = atlas

    @staticmethod
    def of(checkpoint: Checkpoint, which: str) -> "Dots":
        return _dots(checkpoint.maps[which])

    def nearest(self, xy: Xy, hidden: frozenset[int]) -> tuple[float, int]:
        """Distance in map units and number of the nearest dot that is shown; of all dots where none is."""
        if not hidden:
            distance, dot = self.atlas.tree.query(xy)
            return float(distance), int(dot)
        tree, numbers = _shown(self.atlas, hidden)
        distance, position = tree.query(xy)
        return float(distance), int(numbers[position])

    def shown(self, hidden: frozenset[int]) -> NDArray[np.intp]:
        """The numbers of the dots whose class is not hidden."""
        return np.flatnonzero(~np.isin(self.atlas.labels, list(hidden)))

    def middles(self) -> dict[int, Xy]:
        """Where each class's name is written: the dot that is nearest to the class's median."""
        found = {}
        for k in np.unique(self.atlas.labels):
            own = self.atlas.xy[self.atlas.labels == k]
            nearest = own[np.argmin(np.square(own - np.median(own, axis=0)).sum(axis=1))]
            found[int(k)] = (float(nearest[0]), float(nearest[1]))
        return found


@lru_cache(maxsize=16)
def _dots(atlas: Atlas) -> Dots:
    return Dots(atlas)


@lru_cache(maxsize=8)
def _shown(atlas: Atlas, hidden: frozenset[int]) -> tuple[Any, NDArray[np.intp]]:
    numbers = np.flatnonzero(~np.isin(atlas.labels, list(hidden)))
    if len(numbers) == 0:
        numbers = np.arange(len(atlas.xy))
    return cKDTree(atlas.xy[numbers]), numbers
