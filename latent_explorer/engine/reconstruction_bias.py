"""What a figure is worth where a model's own reconstruction stands in for an original that is not on this machine.

A reconstruction lacks what its picture lost on the way through the model, so whatever comes near it looks nearer to the
original than it is. Over many pictures that loss is known: the training measured it on held-out ones.
"""

import math

from latent_explorer.checkpoint.checkpoint import Checkpoint


def lost(checkpoint: Checkpoint, note: str) -> float:
    """The mean squared error a pixel between an original and what stands in for it, as the training measured it.

    0 where nothing stands in, which is where there is no `note`, and where the file does not say.
    """
    return max(0.0, float(checkpoint.metrics.get("test", {}).get("mse", 0.0))) if note else 0.0


def with_loss(decibels: float, error: float) -> float:
    """The PSNR where each picture is off by a mean squared `error` more: errors that have nothing to do with each other
    add up. Of one picture it is about right, for its own loss is not known."""
    return decibels if error <= 0 else -10 * math.log10(10 ** (-decibels / 10) + error)


def word(note: str, error: float) -> str:
    """What is to be written before a figure in decibels: nothing where the original is here."""
    return "" if not note else "about" if error > 0 else "at most"
