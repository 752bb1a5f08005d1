"""When a picture tells of its place: only where the judge takes most of the model's own copies for data."""

import copy

import numpy as np
import pytest
from scipy.spatial.distance import cdist

import latent_explorer
from latent_explorer.checkpoint import checkpoint_paths
from latent_explorer.engine.decode import decode_pictures
from latent_explorer.engine.measurements.judge_pictures import (
    MIN_COPY_SHARE,
    judge_place,
    judge_places,
    measure_copy_share,
)
from latent_explorer.engine.queries.base import Point
from latent_explorer.engine.query_context import QueryContext
from latent_explorer.scene import realism
from tests.stage import StandInJudge

BLURRED = ("digits-vae", "faces-vae-2d", "mnist-adversarial", "mnist-ae-2d", "mnist-vae-2d")


class Strict(StandInJudge):
    """A judge that takes no picture for data."""

    def judge_pictures(self, pictures):
        return 0 * super().judge_pictures(pictures)


def with_judge(checkpoint, judge):
    judged = copy.copy(checkpoint)
    judged.__dict__.update(judge=judge)
    return judged


def test_a_model_whose_copies_all_fail_is_not_judged_by_its_pictures(tiny):
    pictures = decode_pictures(tiny, tiny.latents[:3])
    lenient, strict = with_judge(tiny, StandInJudge()), with_judge(tiny, Strict())
    assert (measure_copy_share(lenient), measure_copy_share(strict)) == (1, 0)
    assert judge_places(lenient, pictures) == pytest.approx([one.mean() / 255 for one in pictures], abs=1e-6)
    assert judge_places(strict, pictures) is None
    assert judge_place(strict, pictures[0]) is None
    assert judge_place(with_judge(tiny, None), pictures[0]) is None


def away(checkpoint) -> np.ndarray:
    """Distances of samples to their nearest others, in gaps."""
    apart = cdist(checkpoint.latents[:1500], checkpoint.latents)
    np.fill_diagonal(apart, np.inf)
    return apart.min(axis=1) / checkpoint.neighbours.sample_spacing


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=() if name in ("digits-vae", "mnist-ae-2d", "mnist-vae") else pytest.mark.slow)
        for name in checkpoint_paths.list_shipped()
        if name.startswith(("digits", "faces", "mnist"))  # the others have no judge
    ],
)
def test_most_copies_of_a_shipped_model_are_green_or_the_lamp_speaks_of_codes(name):
    checkpoint = latent_explorer.load(name, "cpu")
    random, context = np.random.default_rng(0), QueryContext({name: checkpoint}, {})
    verdicts, far = [], checkpoint.neighbours.far_threshold
    for dot in random.choice(len(checkpoint.latents), 40, replace=False):
        x, y = checkpoint.atlas.xy[dot].tolist()
        point = Point(name, next(iter(checkpoint.maps)), (x, y), None).answer(context)
        verdicts.append(realism.judge_map_position(point, None, checkpoint.atlas.dot_spacing, far))
    assert np.mean(away(checkpoint) > far) <= 0.08
    assert np.mean([one.colour == "good" for one in verdicts]) >= 0.4
    assert (realism.SAMPLE_CODE in verdicts) == (name in BLURRED)
    assert (measure_copy_share(checkpoint) < MIN_COPY_SHARE) == (name in BLURRED)
