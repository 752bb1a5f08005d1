"""Walls of new pictures, and the way of one out of noise."""

from dataclasses import replace

import numpy as np
import pytest

from latent_explorer import config
from latent_explorer.checkpoint import sampling
from latent_explorer.engine.query_context import QueryContext
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
