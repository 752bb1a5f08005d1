"""The labels that a conditional model is told, as its `encode` and `decode` take them; other models take None."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from latent_explorer.checkpoint.trained_model import TrainedModel


def get_labels(checkpoint: TrainedModel, dots: Any) -> NDArray[np.int64] | None:
    """Return the labels (N,) of `dots`, their indices; None unless the model is conditional."""
    return checkpoint.labels[dots] if checkpoint.conditional else None


def make_unknown_labels(checkpoint: TrainedModel, count: int = 1) -> NDArray[np.int64] | None:
    """Return labels (count,) that say that the class is not known; None unless the model is conditional."""
    return np.full(count, -1) if checkpoint.conditional else None
