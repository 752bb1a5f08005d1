"""The dimensions that the KL term has switched off: the same code for all samples, but for a little."""

import numpy as np
from numpy.typing import NDArray

from latent_explorer.checkpoint.checkpoint import Checkpoint

MIN_ACTIVE_VARIANCE = 0.01
"""Variance of a dimension's codes, 1 in the prior, below which it says nothing (Burda et al. 2016, section 5.2)."""


def find_switched_off(checkpoint: Checkpoint) -> NDArray[np.bool_]:
    """Return a mask (d,); none of a model that is not variational, whose codes may have any scale."""
    off: NDArray[np.bool_] = checkpoint.neighbours.variance < MIN_ACTIVE_VARIANCE
    return off if checkpoint.variational else np.zeros_like(off)
