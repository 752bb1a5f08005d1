"""Nearest-neighbour search among the dots whose class is not hidden."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from latent_explorer.atlas import Atlas
from latent_explorer.cache import remember


def get_tree(atlas: Atlas, hidden: frozenset[int]) -> Any:
    """Return a k-d tree of the dots whose class is not in `hidden`; None if all are hidden."""
    return _build_tree(atlas, hidden) if hidden else atlas.tree


@remember(8)
def compute_mask(atlas: Atlas, hidden: frozenset[int]) -> NDArray[np.bool_]:
    """Return the mask (M,) of the dots whose class is not in `hidden`: those of `get_tree`, in order."""
    return ~np.isin(atlas.labels, list(hidden))


@remember(8)
def _build_tree(atlas: Atlas, hidden: frozenset[int]) -> Any:
    from latent_explorer.atlas.shepard import build_tree

    xy = atlas.xy[compute_mask(atlas, hidden)]
    return build_tree(xy) if len(xy) else None
