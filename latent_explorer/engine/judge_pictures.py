"""Judges pictures by the judge of a model's data set, which knows nothing of the model."""

from collections.abc import Sequence

from latent_explorer.arrays import Floats
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.engine.subject import Picture


def judge_pictures(checkpoint: Checkpoint, pictures: Sequence[Picture]) -> Floats | None:
    """Return the plausibility (N,) of pictures, 0 to 1 (`Judge.compute_plausibility`); None if there is no judge."""
    return None if checkpoint.judge is None else checkpoint.judge.judge_pictures(pictures)


def judge_picture(checkpoint: Checkpoint, picture: Picture) -> float | None:
    """Return the plausibility of one picture, None if there is no judge."""
    plausibility = judge_pictures(checkpoint, [picture])
    return None if plausibility is None else float(plausibility[0])
