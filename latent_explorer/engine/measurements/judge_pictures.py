"""Judges pictures by the judge of a model's data set, which knows nothing of the model."""

from collections.abc import Sequence
from math import prod

import numpy as np

from latent_explorer.arrays import Floats
from latent_explorer.cache import remember
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.checkpoint.judge import USUAL_SHARE
from latent_explorer.engine.decode import decode_dot_pictures
from latent_explorer.engine.subject import Picture

MAX_COPIES = 400
"""Largest number of samples whose copies are judged to find out whether a model can be."""
MAX_VALUES = 5_000_000
"""Largest number of pixel values that are decoded for it."""
MIN_COPY_SHARE = 0.75
"""Share of a model's own copies that must look like the data for its pictures to be judged one by one. Of real pictures
92% do: where a third of the copies fail, as of soft digits of 8x8 pixels, a curve of them is one of their blur."""


def judge_pictures(checkpoint: Checkpoint, pictures: Sequence[Picture]) -> Floats | None:
    """Return the plausibility (N,) of pictures, 0 to 1 (`Judge.compute_plausibility`); None if there is no judge."""
    return None if checkpoint.judge is None else checkpoint.judge.judge_pictures(pictures)


@remember(32)
def measure_copy_share(checkpoint: Checkpoint) -> float:
    """Return the share of the model's copies of its samples that look like the data. Raises `InputError` if there is no
    judge."""
    count = len(checkpoint.latents)
    wanted = int(np.clip(MAX_VALUES // prod(checkpoint.image_shape), 1, MAX_COPIES))
    dots = np.linspace(0, count - 1, min(count, wanted)).astype(np.intp)
    plausibility = checkpoint.require_judge().judge_pictures(decode_dot_pictures(checkpoint, dots))
    return float((plausibility >= USUAL_SHARE).mean())


def judge_places(checkpoint: Checkpoint, pictures: Sequence[Picture]) -> Floats | None:
    """Return the plausibility (N,) of pictures as a verdict on the places that they are decoded at.

    None if there is no judge, or if too many of the model's own copies do not look like the data either: the verdict
    would be on the blur of the model, which is the same everywhere.
    """
    if checkpoint.judge is None or measure_copy_share(checkpoint) < MIN_COPY_SHARE:
        return None
    return checkpoint.judge.judge_pictures(pictures)


def judge_place(checkpoint: Checkpoint, picture: Picture) -> float | None:
    """Return `judge_places` of one picture."""
    plausibility = judge_places(checkpoint, [picture])
    return None if plausibility is None else float(plausibility[0])
