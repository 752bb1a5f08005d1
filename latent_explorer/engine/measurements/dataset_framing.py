"""Framing statistics of a model's data set (size and position of the object), to fit the user image to them."""

from typing import Any

import numpy as np

from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.engine.decode import decode_dots
from latent_explorer.user_image import DatasetFraming, framing_stats

MAX_PICTURES = 200
"""Maximum number of decoded pictures that are measured."""
known_framings: dict[tuple[Any, ...], DatasetFraming] = {}
"""Framings by `Checkpoint.data_key` and image shape, so that all moments of one training share one framing."""


def find_framing(checkpoint: Checkpoint) -> DatasetFraming:
    """Return the published framing of the checkpoint's data set or, if there is none, measure its decoded pictures."""
    name = checkpoint.config.data.name
    if name in framing_stats.PUBLISHED:
        return framing_stats.PUBLISHED[name]
    key = (*checkpoint.data_key, checkpoint.image_shape)
    if key not in known_framings:
        dots = np.linspace(0, len(checkpoint.latents) - 1, min(MAX_PICTURES, len(checkpoint.latents))).astype(int)
        known_framings[key] = framing_stats.measure_framing(decode_dots(checkpoint, dots))
    return known_framings[key]
