"""Decodes latents, and draws samples, as the window shows them. torch is imported on the first call."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats
from latent_explorer.checkpoint import conditioning
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.checkpoint.device_fallback import falls_back_to_cpu
from latent_explorer.engine.subject import Picture


@falls_back_to_cpu
def decode_pictures(checkpoint: Checkpoint, z: Floats, labels: Floats | None = None) -> tuple[Picture, ...]:
    """Decode latents (N, d) to N pictures of bytes; `labels` (N, K) are the label weights for a conditional model.

    Where nothing decodes, as for word vectors, the picture of each is that of the sample with the nearest latent.
    """
    if not checkpoint.can_decode:
        return checkpoint.kept.show([int(checkpoint.neighbours.find_nearest(one, 1)[0][0]) for one in z])
    import torch

    there = checkpoint.model_device
    labelled = labels is not None and checkpoint.conditional
    if str(there).startswith("cuda") and checkpoint.sample_kind.has_pixels and not labelled:
        from latent_explorer.engine import graph_decoder

        levels = graph_decoder.find_decoder(checkpoint)(z)
        return checkpoint.sample_kind.draw(levels)
    with torch.inference_mode():
        model = checkpoint.model
        if labelled:
            model = model.condition_on(torch.from_numpy(labels).to(there))
        images = model.decode(torch.from_numpy(z).to(there)).float()
        if not checkpoint.sample_kind.has_pixels:
            return checkpoint.sample_kind.draw(images.cpu().numpy())
        # bytes before they leave the device; a picture that is not finite turns black
        levels = torch.nan_to_num(images).mul_(255).add_(0.5).to(torch.uint8).cpu().numpy()
    return checkpoint.sample_kind.draw(levels)


def decode_dots(checkpoint: Checkpoint, dots: Sequence[int] | NDArray[np.intp]) -> Floats:
    """Decode the latents of `dots`, each with its label for a conditional model, to images (N, C, H, W)."""
    chosen = np.asarray(dots, np.intp)
    labels = conditioning.get_labels(checkpoint, chosen)
    return np.asarray(checkpoint.decode(checkpoint.latents[chosen], labels))


def decode_dot_pictures(checkpoint: Checkpoint, dots: NDArray[np.intp]) -> tuple[Picture, ...]:
    """Decode the latents of `dots` as `decode_dots` does, to pictures of bytes; without a decoder show the samples."""
    if not checkpoint.can_decode:
        return checkpoint.kept.show(dots)
    return decode_pictures(checkpoint, checkpoint.latents[dots], make_one_hot_labels(checkpoint, dots))


def draw_sample(checkpoint: Checkpoint, sample: NDArray[Any]) -> Picture:
    """Draw a sample (C, H, W) of the checkpoint's data: bytes of a picture, or values from 0 to 1."""
    return checkpoint.sample_kind.draw(sample[None])[0]


def make_one_hot_labels(checkpoint: Checkpoint, dots: NDArray[np.intp]) -> Floats:
    """Return the labels of `dots` as one-hot rows (N, K); all zeros for a dot without a label."""
    labels = checkpoint.labels[dots]
    rows: Floats = (labels[:, None] == np.arange(len(checkpoint.class_names))).astype(np.float32)
    return rows
