"""Corrects metrics that compare with a model's reconstruction, as the original image is not on this machine.

A reconstruction lacks the details that the model lost, so a picture close to it seems closer to the original than it
is. The mean of that loss is known: it was measured on held-out pictures after training.
"""

import math

from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.texts import mark


def get_reconstruction_error(checkpoint: Checkpoint, note: str) -> float:
    """Return the mean squared error a pixel between originals and reconstructions, as measured after training.

    0 if the original itself is used, that is without a `note`, and if the checkpoint does not hold the error.
    """
    return max(0.0, float(checkpoint.metrics.get("test", {}).get("mse", 0.0))) if note else 0.0


def add_error(decibels: float, error: float) -> float:
    """Return the PSNR after adding a mean squared `error`: independent errors add up. Approximate for a single picture,
    as only the mean error of the model is known."""
    return decibels if error <= 0 else -10 * math.log10(10 ** (-decibels / 10) + error)


def get_qualifier(note: str, error: float) -> str:
    """Return the qualifier to write before a PSNR in decibels; empty if the original is available."""
    return "" if not note else mark("about") if error > 0 else mark("at most")
