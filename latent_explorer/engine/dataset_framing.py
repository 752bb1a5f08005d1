"""How the pictures that a model learnt stand in their frame, for an own one to be made like them."""

from typing import Any

import numpy as np

from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.user_image import Frame, framing_stats

LOOKED_AT = 200
"""Decoded pictures."""
_found: dict[tuple[Any, ...], Frame] = {}
"""Of data sets by `Checkpoint.data_key`, so that a film of one training has one frame."""


def of(checkpoint: Checkpoint) -> Frame:
    """What was published of its data set or, where nothing was, what its own decoded pictures show."""
    name = checkpoint.config.data.name
    if name in framing_stats.KNOWN:
        return framing_stats.KNOWN[name]
    key = (*checkpoint.data_key, checkpoint.image_shape)
    if key not in _found:
        some = np.linspace(0, len(checkpoint.latents) - 1, min(LOOKED_AT, len(checkpoint.latents))).astype(int)
        labels = checkpoint.labels[some] if checkpoint.conditional else None
        _found[key] = framing_stats.of(name, np.asarray(checkpoint.decode(checkpoint.latents[some], labels)))
    return _found[key]
