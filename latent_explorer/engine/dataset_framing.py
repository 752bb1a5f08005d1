"""Framing statistics of a model's data set (size and position of the object), to fit the user image to them."""

from typing import Any

import numpy as np

from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.user_image import Frame, framing_stats

LOOKED_AT = 200
"""Maximum number of decoded pictures that are measured."""
_found: dict[tuple[Any, ...], Frame] = {}
"""Framings by `Checkpoint.data_key` and image shape, so that all moments of one training share one framing."""


def of(checkpoint: Checkpoint) -> Frame:
    """Return the published framing of the checkpoint's data set or, if there is none, measure its decoded pictures."""
    name = checkpoint.config.data.name
    if name in framing_stats.KNOWN:
        return framing_stats.KNOWN[name]
    key = (*checkpoint.data_key, checkpoint.image_shape)
    if key not in _found:
        some = np.linspace(0, len(checkpoint.latents) - 1, min(LOOKED_AT, len(checkpoint.latents))).astype(int)
        labels = checkpoint.labels[some] if checkpoint.conditional else None
        _found[key] = framing_stats.of(name, np.asarray(checkpoint.decode(checkpoint.latents[some], labels)))
    return _found[key]
