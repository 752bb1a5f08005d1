"""A latent changed by hand: its picture, its place, its distance from the data."""

import numpy as np
import pytest

from latent_explorer.engine.queries.base import Point
from latent_explorer.engine.queries.latent_edit import EditedLatent, LatentRef
from latent_explorer.engine.queries.sample import Sample
from latent_explorer.engine.query_context import QueryContext
from latent_explorer.errors import InputError

BETWEEN = (0.35, 0.3)


@pytest.fixture
def linear(tiny):
    """A model whose map is linear, so that the way of a code over it can be computed."""
    return {"tiny": tiny}


def place(checkpoint, dot: int, which: str) -> tuple[float, float]:
    x, y = checkpoint.maps[which].xy[dot]
    return float(x), float(y)


def test_without_changes_it_is_what_the_map_shows_there(linear):
    at = LatentRef("pca", BETWEEN, 0.01)
    value = EditedLatent("tiny", at, "pca").answer(QueryContext(linear, {}))
    point = Point("tiny", "pca", BETWEEN, 0.01).answer(QueryContext(linear, {}))
    assert np.array_equal(value.z, point.z)
    assert np.array_equal(value.picture, point.picture)
    assert value.latent_distance == pytest.approx(point.latent_distance, rel=1e-3)


def test_a_change_sets_that_dimension_alone(linear):
    base = EditedLatent("tiny", LatentRef("pca", BETWEEN), "pca").answer(QueryContext(linear, {}))
    value = EditedLatent("tiny", LatentRef("pca", BETWEEN).with_change(2, 1.5), "pca").answer(QueryContext(linear, {}))
    assert value.z[2] == 1.5
    assert np.array_equal(np.delete(value.z, 2), np.delete(base.z, 2))
    assert (value.picture != base.picture).any()


def test_on_a_linear_map_it_moves_along_that_dimension(linear):
    tiny = linear["tiny"]
    base, value = (
        EditedLatent("tiny", code, "pca").answer(QueryContext(linear, {}))
        for code in (LatentRef("pca", BETWEEN), LatentRef("pca", BETWEEN).with_change(1, 2.0))
    )
    projection = tiny.maps["pca"].projection
    moved = (2.0 - base.z[1]) * projection.components[:, 1] * projection.frame.scale
    assert np.subtract(value.xy, base.xy) == pytest.approx(moved, abs=1e-4)


def test_the_nearest_sample_is_that_in_latent_space(linear):
    tiny = linear["tiny"]
    value = EditedLatent("tiny", LatentRef("tsne", place(tiny, 7, "tsne")).with_change(0, 2.5), "tsne").answer(
        QueryContext(linear, {})
    )
    apart = np.linalg.norm(tiny.latents - value.z, axis=1)
    assert value.sample.dot == apart.argmin()
    assert value.latent_distance == pytest.approx(apart.min() / tiny.neighbours.sample_spacing, rel=1e-4)
    own = Sample("tiny", value.sample.dot).answer(QueryContext(linear, {}))
    assert np.array_equal(value.sample.reconstruction, own.reconstruction)


def test_a_dimension_is_set_once_and_can_be_as_it_was():
    code = LatentRef("pca", BETWEEN).with_change(1, 2.0).with_change(3, 1.0).with_change(1, -1.0)
    assert code.changes == ((3, 1.0), (1, -1.0))
    assert code.reset(1).changes == ((3, 1.0),)
    assert code.reset(2) == code


@pytest.mark.parametrize("dimension", [-1, 4])
def test_a_dimension_that_is_not_there_is_named(linear, dimension):
    with pytest.raises(InputError, match=rf"dimension {dimension + 1} arrived; tiny has 1 to 4"):
        EditedLatent("tiny", LatentRef("pca", BETWEEN).with_change(dimension, 0.0), "pca").answer(
            QueryContext(linear, {})
        )


def test_an_answer_stands_for_another_place_but_not_for_another_map():
    one, other = (
        EditedLatent("tiny", LatentRef("pca", BETWEEN), "pca"),
        EditedLatent("tiny", LatentRef("pca", (0.1, 0.2)).with_change(0, 1.0), "pca"),
    )
    assert one.has_same_subject(other)
    assert not one.has_same_subject(EditedLatent("tiny", LatentRef("tsne", BETWEEN), "tsne"))
    assert not one.has_same_subject(EditedLatent("another", LatentRef("pca", BETWEEN), "pca"))


def test_a_code_of_one_map_can_be_shown_on_another(linear):
    tiny = linear["tiny"]
    x, y = place(tiny, 7, "tsne")
    value = EditedLatent("tiny", LatentRef("tsne", (x, y)), "pca").answer(QueryContext(linear, {}))
    assert value.xy == pytest.approx(place(tiny, 7, "pca"), abs=1e-3)
    own = EditedLatent("tiny", LatentRef("tsne", (x, y)), "tsne").answer(QueryContext(linear, {}))
    assert own.xy == (x, y)
