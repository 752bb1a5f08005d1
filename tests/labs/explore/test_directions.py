"""The main directions of the data around a code."""

from dataclasses import replace

import numpy as np
import pytest

from latent_explorer.atlas import LatentNeighbours
from latent_explorer.engine.decode import decode_pictures
from latent_explorer.engine.queries.latent_edit import LatentRef
from latent_explorer.engine.query_context import QueryContext
from latent_explorer.labs.explore.directions import MIN_SHARE, STEPS, Directions, find_directions


def test_the_directions_are_those_in_which_the_nearest_samples_differ():
    draw = np.random.default_rng(0)
    near = draw.normal(size=(100, 3)) * (0.1, 2.0, 0.5)
    far = draw.normal(size=(300, 3)) * (9.0, 0.1, 0.1) + (500, 0, 0)
    found = find_directions(LatentNeighbours(np.concatenate([near, far]).astype(np.float32)), np.zeros(3, np.float32))
    assert np.abs(found.axes).argmax(axis=1).tolist() == [1, 2, 0]
    assert found.deviations == pytest.approx([2.0, 0.5, 0.1], rel=0.2)
    assert found.shares.sum() == pytest.approx(1)
    assert (found.axes.max(axis=1) == np.abs(found.axes).max(axis=1)).all()


def test_samples_that_do_not_differ_have_no_directions():
    found = find_directions(LatentNeighbours(np.ones((5, 3), np.float32)), np.ones(3, np.float32))
    assert len(found.axes) == 0


def test_each_picture_of_a_row_is_so_many_deviations_from_the_code_along_its_direction(world):
    first = world["first"]
    code = LatentRef("tsne", tuple(first.atlas.xy[7].tolist()))
    value = Directions("first", code, 2).answer(QueryContext(world, {}))
    found = find_directions(first.neighbours, first.latents[7])
    assert len(value.pictures) == 2
    for row, pictures in enumerate(value.pictures):
        steps = [first.latents[7] + by * found.deviations[row] * found.axes[row] for by in STEPS]
        wanted = decode_pictures(first, np.array(steps, np.float32))
        assert max(np.abs(one.astype(int) - two).max() for one, two in zip(pictures, wanted, strict=True)) <= 1
    many = Directions("first", code, 99).answer(QueryContext(world, {}))
    assert len(many.pictures) == (found.shares >= MIN_SHARE).sum() <= first.latent_dim


def test_rows_of_an_earlier_code_stand_in_for_those_of_the_next_one_of_the_same_model():
    one = Directions("first", LatentRef("tsne", (0.2, 0.3)), 4)
    assert one.has_same_subject(replace(one, code=LatentRef("tsne", (0.5, 0.5))))
    assert not one.has_same_subject(replace(one, rows=5))
    assert not one.has_same_subject(replace(one, model="second"))
