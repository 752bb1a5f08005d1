from dataclasses import replace

import numpy as np
import pytest

from latent_explorer import config
from latent_explorer.checkpoint import sampling
from latent_explorer.engine.query_context import QueryContext
from latent_explorer.labs.generate import novelty
from latent_explorer.labs.generate.queries import PICTURE_COUNT, DenoisingTrajectory, SampleGrid
from tests import stage


def wall(model, **changes):
    checkpoints = {model.name: model}
    request = replace(SampleGrid(model.name, "tsne", sampling.PRIOR, 1.0, 0), **changes)
    return request.answer(QueryContext(checkpoints, {}))


# -- walls --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("source", [sampling.PRIOR, sampling.MIXTURE])
def test_a_wall_is_drawn_decoded_and_placed(world, source):
    first = world["first"]
    value = wall(first, source=source, seed=3, temperature=0.8)
    z = sampling.draw_trajectories(first, source, PICTURE_COUNT, temperature=0.8, seed=3)[-1]
    assert value.source == source
    assert len(value.pictures) == PICTURE_COUNT
    decoded = first.decode(z)
    for picture, image in zip(value.pictures, decoded, strict=True):
        assert np.abs(picture - 255 * image[0]).max() <= 0.51
    assert value.xy == pytest.approx(first.atlas.transform(first.encode(decoded)))
    assert (value.mixture_fit is not None) == (source == sampling.MIXTURE)
    assert (value.labels == -1).all()


def test_a_conditional_model_is_told_each_class_or_the_chosen_one():
    model = stage.make_checkpoint("told", seed=7, objective=config.Objective(name="conditional", classes=3))
    each, second = wall(model), wall(model, label=1)
    assert each.labels.tolist() == [k % 3 for k in range(PICTURE_COUNT)]
    assert second.labels.tolist() == [1] * PICTURE_COUNT
    z = sampling.draw_trajectories(model, sampling.PRIOR, PICTURE_COUNT, temperature=1.0, seed=0)[-1]
    told = model.decode(z, np.full(PICTURE_COUNT, 1))
    assert np.abs(second.pictures[0] - 255 * told[0, 0]).max() <= 0.51
    assert not np.array_equal(each.pictures[0], second.pictures[0])


def test_what_is_told_its_class_is_compared_with_samples_of_it():
    model = stage.make_checkpoint("told", seed=7, objective=config.Objective(name="conditional", classes=3))
    value = wall(model)
    assert (model.labels[value.novelty_scores.nearest_dots] == value.labels).all()
    second = wall(model, label=1)
    assert (model.labels[second.novelty_scores.nearest_dots] == 1).all()


def test_an_old_wall_stays_for_another_temperature_and_not_for_another_source():
    one = SampleGrid("first", "tsne", sampling.PRIOR, 1.0, 0)
    assert one.has_same_subject(replace(one, temperature=0.5, seed=4))
    for other in ({"source": sampling.MIXTURE}, {"map_name": "pca"}, {"label": 1}, {"model": "second"}):
        assert not one.has_same_subject(replace(one, **other))


# -- diffusion ----------------------------------------------------------------------------------------


def test_a_way_ends_at_the_picture_of_the_wall():
    model = stage.make_checkpoint("diffusion", seed=5, objective=config.Objective(name="diffusion"))
    whole = wall(model, source=sampling.DIFFUSION, temperature=0.9, seed=2)
    way = DenoisingTrajectory("diffusion", "tsne", 0.9, 2, 7, 6).answer(QueryContext({"diffusion": model}, {}))
    assert np.abs(way.pictures[-1].astype(int) - whole.pictures[7]).max() <= 1
    z = sampling.draw_trajectories(model, sampling.DIFFUSION, PICTURE_COUNT, temperature=0.9, seed=2)
    assert np.asarray(way.xy) == pytest.approx(model.atlas.transform(z[:, 7]), abs=1e-4)
    assert len(way.pictures) == len(way.picture_steps) == 6
    assert (way.picture_steps[0], way.picture_steps[-1]) == (0, len(way.xy) - 1)


def test_a_way_is_found_by_the_place_of_its_picture():
    model = stage.make_checkpoint("diffusion", seed=5, objective=config.Objective(name="diffusion"))
    whole = wall(model, source=sampling.DIFFUSION, seed=2)
    at = tuple(whole.xy[11].tolist())
    way = DenoisingTrajectory("diffusion", "tsne", 1.0, 2, 0, 6, at).answer(QueryContext({"diffusion": model}, {}))
    assert tuple(whole.xy[way.picture_index].tolist()) == at
    assert np.abs(way.pictures[-1].astype(int) - whole.pictures[way.picture_index]).max() <= 1


def test_beside_a_new_picture_stands_the_sample_nearest_to_it(world):
    first = world["first"]
    value = wall(first)
    decoded = first.decode(first.latents[value.novelty_scores.nearest_dots])
    for picture, image in zip(value.nearest_pictures, decoded, strict=True):
        assert np.abs(picture - 255 * image[0]).max() <= 0.51
    assert "stands in" in value.note


# -- what they are worth ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def copying(cloud):
    """A model whose decoder shows the code and whose encoder reads it: nothing is lost, so distances are known."""

    class Model:
        conditional, judge = False, None

        def __init__(self, latents, labels):
            self.latents, self.labels, self.neighbours = latents, labels, novelty.LatentNeighbours(latents)

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
