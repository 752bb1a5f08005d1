"""What new pictures are worth: near the data, copies of samples, or like the data."""

import numpy as np
import pytest

from latent_explorer.atlas import LatentNeighbours
from latent_explorer.labs.generate import novelty
from tests import stage


@pytest.fixture(scope="module")
def copying(cloud):
    """A model whose decoder shows the code and whose encoder reads it: nothing is lost, so distances are known."""

    class Model:
        conditional, judge = False, None

        def __init__(self, latents, labels):
            self.latents, self.labels, self.neighbours = latents, labels, LatentNeighbours(latents)

        def decode(self, z, labels=None):
            return z.reshape(len(z), 1, 2, -1)

        def encode(self, x, labels=None):
            return x.reshape(len(x), -1)

    return Model(*cloud(400, 6))


def test_distances_are_to_the_nearest_sample_in_sample_gaps(copying):
    z = copying.latents[:50] + np.random.default_rng(0).normal(0, 0.8, (50, 6)).astype(np.float32)
    judged = novelty.score_novelty(copying, copying.decode(z))
    apart = np.linalg.norm(z[:, None] - copying.latents[None], axis=2)
    assert judged.nearest_dots.tolist() == apart.argmin(axis=1).tolist()
    assert judged.distances == pytest.approx(apart.min(axis=1) / copying.neighbours.sample_spacing, rel=1e-3)


def test_copies_are_found_and_the_far_is_no_copy(copying):
    judged = novelty.score_novelty(copying, copying.decode(copying.latents[:20]))
    assert judged.is_copy.all()
    far = novelty.score_novelty(copying, copying.decode(copying.latents[:20] + 100))
    assert not far.is_copy.any()
    assert far.is_far.all()
    assert not judged.is_far.any()


def test_new_draws_of_the_data_s_own_kind_are_near_and_no_copies(cloud, copying):
    latents = cloud(400, 6)[0]
    fresh = latents[:200] + np.random.default_rng(5).normal(size=(200, 6)) * 0.9
    judged = novelty.score_novelty(copying, copying.decode(fresh.astype(np.float32)))
    assert judged.is_copy.mean() < 0.05


def test_a_new_picture_of_a_dense_class_is_no_copy(copying):
    """As ones are: what is near among all samples is not near among those of its class."""
    random = np.random.default_rng(1)
    wide, dense = random.normal(0, 1, (300, 6)), random.normal(20, 0.05, (300, 6))
    model = type(copying)(np.concatenate([wide, dense]).astype(np.float32), np.repeat([0, 1], 300))
    fresh = random.normal(20, 0.05, (200, 6)).astype(np.float32)
    assert novelty.score_novelty(model, model.decode(fresh)).is_copy.mean() < 0.05
    assert novelty.score_novelty(model, model.decode(model.latents[300:320])).is_copy.all()


def test_variety_is_that_of_the_data_or_none(copying):
    shuffled = np.random.default_rng(0).permutation(400)[:200]
    assert novelty.score_novelty(copying, copying.decode(copying.latents[shuffled])).variety == pytest.approx(
        1, abs=0.05
    )
    assert novelty.score_novelty(copying, copying.decode(copying.latents[[7] * 5])).variety == pytest.approx(
        0, abs=1e-6
    )


def test_whether_a_picture_looks_like_the_data_is_asked_of_the_judge_alone(copying):
    images = copying.decode(copying.latents[:10])
    assert novelty.score_novelty(copying, images).is_realistic is None
    copying.judge = stage.StandInJudge()
    bright = np.arange(10)[:, None, None, None] >= 4
    judged = novelty.score_novelty(copying, np.where(bright, 1, 0) + 0 * images)
    assert judged.is_realistic.tolist() == [number >= 4 for number in range(10)]
