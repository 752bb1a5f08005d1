"""The dots of a map by class: the nearest one, the visible ones, the positions of the class names."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats
from latent_explorer.atlas import Atlas
from latent_explorer.cache import LeastRecentlyUsed, remember
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.engine.map_layers import visible_dots
from latent_explorer.scene.events import Xy

RECENT = 8
"""Positions whose nearest dot is remembered: one frame asks for the same few again and again."""
Columns = tuple[Floats, Floats, NDArray[np.integer[Any]]]


class Dots:
    """The dots of one map; `Dots.of` caches the last few."""

    def __init__(self, atlas: Atlas) -> None:
        self.atlas = atlas
        self._nearest: LeastRecentlyUsed[tuple[Xy, frozenset[int]], tuple[float, int]] = LeastRecentlyUsed(RECENT)

    @staticmethod
    def of(checkpoint: Checkpoint, map_name: str) -> "Dots":
        return _make_dots(checkpoint.maps[map_name])

    def find_nearest(self, xy: Xy, hidden: frozenset[int]) -> tuple[float, int]:
        """Return distance in map units and number of the nearest visible dot; of all dots if none is visible."""
        cached = self._nearest.get((xy, hidden))
        if cached is not None:
            return cached
        distance, dot = self._search(xy, hidden)
        return self._nearest.put((xy, hidden), (float(distance), int(dot)))

    def find_nearest_of_each(self, positions: Sequence[Xy], hidden: frozenset[int]) -> list[tuple[float, int]]:
        """Return what `find_nearest` does for each of many positions, by one search."""
        if not positions:
            return []
        distances, dots = self._search(positions, hidden)
        return list(zip(distances.tolist(), dots.tolist(), strict=True))

    def _search(self, at: Xy | Sequence[Xy], hidden: frozenset[int]) -> tuple[Any, Any]:
        """Return distance and number of the nearest visible dot: of one position numbers, of several arrays (N,)."""
        tree = visible_dots.get_tree(self.atlas, hidden)
        distance, dot = (tree or self.atlas.tree).query(at)
        if hidden and tree is not None:
            dot = np.flatnonzero(self.get_visible_mask(hidden))[dot]
        return distance, dot

    def get_columns(self, hidden: frozenset[int]) -> Columns:
        """Return x, y and class of the visible dots, each (K,)."""
        return _compute_columns(self.atlas, hidden)

    def get_visible_mask(self, hidden: frozenset[int]) -> NDArray[np.bool_]:
        """Return the mask (M,) of dots whose class is not hidden; it selects the dots of `get_columns`, in order."""
        return visible_dots.compute_mask(self.atlas, hidden)

    @cached_property
    def median_dots(self) -> dict[int, int]:
        """The dot nearest to the median of each class, by class: the position of the class name."""
        medians = {}
        for k in np.unique(self.atlas.labels):
            own = np.flatnonzero(self.atlas.labels == k)
            xy = self.atlas.xy[own]
            medians[int(k)] = int(own[np.argmin(np.square(xy - np.median(xy, axis=0)).sum(axis=1))])
        return medians

    @cached_property
    def class_sizes(self) -> dict[int, int]:
        """The number of dots of each class."""
        labels, counts = np.unique(self.atlas.labels, return_counts=True)
        return dict(zip(labels.tolist(), counts.tolist(), strict=True))

    @cached_property
    def farthest_dots(self) -> tuple[int, int]:
        """The median dots of the two classes that lie farthest apart; without classes the outermost dots along x."""
        dots = list(self.median_dots.values())
        if len(dots) < 2:
            return int(self.atlas.xy[:, 0].argmin()), int(self.atlas.xy[:, 0].argmax())
        pairs = [(a, b) for i, a in enumerate(dots) for b in dots[i + 1 :]]
        return max(pairs, key=lambda ends: float(np.hypot(*(self.atlas.xy[ends[0]] - self.atlas.xy[ends[1]]))))


@remember(16)
def _make_dots(atlas: Atlas) -> Dots:
    return Dots(atlas)


@remember(8)
def _compute_columns(atlas: Atlas, hidden: frozenset[int]) -> Columns:
    visible = visible_dots.compute_mask(atlas, hidden)
    x, y = (np.ascontiguousarray(atlas.xy[visible, axis]) for axis in (0, 1))
    narrow = np.result_type(np.int8, np.min_scalar_type(int(atlas.labels.max(initial=0))))
    return x, y, atlas.labels[visible].astype(narrow)
