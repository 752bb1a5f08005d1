"""Decodes latents to pictures of bytes, as the window shows them. torch is imported on the first call."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.engine.subject import Picture


def decode_pictures(checkpoint: Checkpoint, z: Floats, labels: Floats | None = None) -> tuple[Picture, ...]:
    """Decode latents (N, d) to N pictures of bytes; `labels` (N, K) are the label weights for a conditional model."""
    import torch

    there = checkpoint.model_device
    with torch.inference_mode():
        model = checkpoint.model
        if labels is not None and checkpoint.conditional:
            model = model.conditioned_on(torch.from_numpy(labels).to(there))
        images = model.decode(torch.from_numpy(z).to(there)).float()
        # bytes before they leave the device; a picture that is not finite turns black
        levels = torch.nan_to_num(images).mul_(255).add_(0.5).to(torch.uint8).cpu().numpy()
    return tuple([to_channels_last(one) for one in levels])


def decode_dots(checkpoint: Checkpoint, dots: Sequence[int] | NDArray[np.intp]) -> Floats:
    """Decode the latents of `dots`, each with its label for a conditional model, to images (N, C, H, W)."""
    chosen = np.asarray(dots, np.intp)
    labels = checkpoint.labels[chosen] if checkpoint.conditional else None
    return np.asarray(checkpoint.decode(checkpoint.latents[chosen], labels))


def decode_dot_pictures(checkpoint: Checkpoint, dots: NDArray[np.intp]) -> tuple[Picture, ...]:
    """Decode the latents of `dots` as `decode_dots` does, to pictures of bytes."""
    return decode_pictures(checkpoint, checkpoint.latents[dots], one_hot_labels(checkpoint, dots))


def to_picture(image: Floats) -> Picture:
    """Convert an image (C, H, W) with values from 0 to 1 to bytes; values that are not finite turn black."""
    return to_channels_last(np.clip(np.nan_to_num(image) * 255 + 0.5, 0, 255).astype(np.uint8))


def to_channels_last(image: NDArray[np.uint8]) -> Picture:
    """Rearrange bytes (C, H, W) to (H, W) or (H, W, 3)."""
    return image[0] if len(image) == 1 else np.ascontiguousarray(np.moveaxis(image[:3], 0, -1))


def one_hot_labels(checkpoint: Checkpoint, dots: NDArray[np.intp]) -> Floats:
    """Return the labels of `dots` as one-hot rows (N, K); all zeros for a dot without a label."""
    labels = checkpoint.labels[dots]
    rows: Floats = (labels[:, None] == np.arange(len(checkpoint.class_names))).astype(np.float32)
    return rows
