from types import SimpleNamespace
from typing import ClassVar

import numpy as np
import pytest
import torch

from latent_explorer.data.dataset import Dataset
from latent_explorer.data.split import Split
from latent_explorer.engine.decode import decode_pictures
from latent_explorer.engine.query_context import QueryContext
from latent_explorer.engine.subject import Dot, MapPosition
from latent_explorer.errors import InputError
from latent_explorer.labs.arithmetic import queries
from latent_explorer.labs.arithmetic.queries import (
    Equation,
    Group,
    GroupPositions,
    Separation,
    ShiftAlongDirection,
)
from latent_explorer.user_image import OwnImage
from tests import stage
from tests.stage import EMPTY

ZERO, ONE, TWO = (Group(label=name) for name in ("zero", "one", "two"))


def ask(world, request):
    return request.answer(QueryContext(world, {}))


def picked(checkpoint, *dots) -> Group:
    return Group(images=tuple(int(checkpoint.indices[dot]) for dot in dots))


def same(picture, other) -> bool:
    return np.abs(picture.astype(int) - other.astype(int)).max() <= 1


def test_a_group_is_a_class_or_the_samples_of_some_images(world):
    first = world["first"]
    assert (queries.find_group_members(ONE, first) == np.flatnonzero(first.labels == 1)).all()
    assert queries.find_group_members(picked(first, 9, 4, 9), first).tolist() == [4, 9]


def test_the_same_images_are_the_same_group_in_another_model(world):
    first, second = world["first"], world["second"]
    there = queries.find_group_members(picked(first, 4, 9), second)
    assert sorted(second.indices[there]) == sorted(first.indices[[4, 9]])


@pytest.mark.parametrize("group", [Group(), Group(label="seven"), Group(images=(10**9,))])
def test_a_group_of_nothing_is_said_in_one_line(world, group):
    with pytest.raises(InputError) as error:
        ask(world, Equation("first", group, ONE, TWO))
    assert "\n" not in str(error.value)
    assert "first" in str(error.value)


def test_a_minus_a_plus_c_is_c(world):
    value = ask(world, Equation("first", ONE, ONE, TWO))
    assert value.z == pytest.approx(world["first"].latents[value.dots[2]].mean(axis=0), abs=1e-5)
    assert same(value.pictures[3], value.pictures[2])


def test_the_result_is_the_sum_and_its_neighbours_are_the_nearest_samples(world):
    first = world["first"]
    value = ask(world, Equation("first", ZERO, ONE, TWO, nearest_count=3))
    means = [first.latents[first.labels == k].mean(axis=0) for k in range(3)]
    assert value.z == pytest.approx(means[0] - means[1] + means[2], abs=1e-5)
    away = np.linalg.norm(first.latents - value.z, axis=1)
    assert list(value.nearest_dots) == np.argsort(away)[:3].tolist()
    assert value.gaps == pytest.approx(away.min() / first.neighbours.sample_spacing, rel=1e-4)
    assert same(value.pictures[3], decode_pictures(first, value.z[None])[0])


def test_one_sample_is_its_own_mean(world):
    first = world["first"]
    value = ask(world, Equation("first", picked(first, 7), ONE, TWO))
    assert same(value.pictures[0], decode_pictures(first, first.latents[[7]])[0])


def test_the_map_places_the_result_where_it_places_its_latent(world):
    class Plane:
        name, title, explained = "tsne", "t-SNE", None
        xy = world["first"].maps["tsne"].xy

        def transform(self, z):
            return z[:, :2] * 2

    atlas = world["first"].maps["tsne"]
    before, atlas.projection = atlas.projection, Plane()
    try:
        value = ask(world, GroupPositions("first", "tsne", ZERO, ONE, TWO))
    finally:
        atlas.projection = before
    z = ask(world, Equation("first", ZERO, ONE, TWO)).z
    assert value.xy[3] == pytest.approx(tuple((2 * z[:2]).tolist()), abs=1e-4)


def test_moving_by_nothing_changes_nothing_and_by_one_makes_the_equation_true(world):
    still = ask(world, ShiftAlongDirection("first", ZERO, ONE, TWO, 0.0, 7))
    assert same(still.picture, still.source_picture)
    assert same(still.film[3], still.source_picture)
    equation = ask(world, Equation("first", ZERO, ONE, TWO))
    whole = ask(world, ShiftAlongDirection("first", ZERO, ONE, TWO, 1.0, 7))
    assert whole.z == pytest.approx(equation.z, abs=1e-4)
    assert whole.position - still.position == pytest.approx(1, abs=1e-3)
    assert whole.gaps == pytest.approx(equation.gaps, abs=1e-3)
    assert same(whole.film[4], whole.picture)  # -3, -2, -1, 0, 1


def test_a_film_without_steps_is_empty(world):
    value = ask(world, ShiftAlongDirection("first", ZERO, ONE, Dot(3), 1.0, 0))
    assert value.film == ()


def test_any_picture_can_be_moved(world):
    first = world["first"]
    dot = ask(world, ShiftAlongDirection("first", ZERO, ONE, Dot(12), 0.0, 3))
    assert dot.z == pytest.approx(first.latents[12], abs=1e-6)
    spot = ask(world, ShiftAlongDirection("first", ZERO, ONE, MapPosition(EMPTY, map_name="tsne"), 0.0, 3))
    assert spot.z == pytest.approx(first.maps["tsne"].inverse_transform(np.array([EMPTY]))[0], abs=1e-5)
    pixels = np.zeros((8, 8), np.uint8)
    pixels[2:6, 3:5] = 255
    own = OwnImage(pixels.tobytes(), (8, 8), 1, drawn=True)
    drawn = ask(world, ShiftAlongDirection("first", ZERO, ONE, own, 0.0, 3))
    image, _ = QueryContext(world, {}).find_image("first", own)
    assert drawn.z == pytest.approx(first.encode(image[None])[0], abs=1e-3)


def test_the_histogram_is_of_held_out_samples_as_the_auc_is(world):
    """Two random groups of noise: along their own direction each would stand around its own mean."""

    class Noise:
        latents = np.random.default_rng(0).normal(size=(60, 200)).astype(np.float32)
        dot_of_image: ClassVar = {dot: dot for dot in range(60)}

    asked = Separation("noise", Group(images=tuple(range(30))), Group(images=tuple(range(30, 60))))
    value = asked.answer(SimpleNamespace(get_checkpoint=lambda name: Noise()))
    a, b = (float((value.bin_centres * share).sum() / share.sum()) for share in value.shares)
    assert value.auc == pytest.approx(0.5, abs=0.2)
    assert abs(a - b) < 0.4


def test_too_few_samples_have_no_separation(world):
    first = world["first"]
    value = ask(world, Separation("first", picked(first, 1, 2, 3), ZERO))
    assert value.auc is None
    assert value.counts == (3, 20)


def test_the_histogram_stands_at_0_for_b_and_at_1_for_a(world):
    value = ask(world, Separation("first", ZERO, ONE))
    a, b = (float((value.bin_centres * share).sum() / share.sum()) for share in value.shares)
    assert a == pytest.approx(1, abs=0.1)
    assert b == pytest.approx(0, abs=0.1)
    assert max(map(max, value.shares)) == 1


def test_the_nearest_samples_are_shown_as_they_are_where_the_images_are_here(world):
    first = world["first"]
    images = np.random.default_rng(0).integers(0, 255, (int(first.indices.max()) + 1, 1, 8, 8)).astype(np.uint8)
    split = Split(torch.from_numpy(images), None)
    here = Dataset("mnist", split, Split(split.images[:0], None), ("zero", "one", "two"))
    value = Equation("first", ZERO, ONE, TWO).answer(QueryContext(world, {first.data_key: here}))
    for dot, picture in zip(value.nearest_dots, value.nearest_pictures, strict=True):
        assert (picture == images[first.indices[dot], 0]).all()
    assert value.nearest_note == ""
    missing = Equation("first", ZERO, ONE, TWO).answer(QueryContext(world, {first.data_key: stage.AWAY}))
    assert missing.nearest_note == stage.AWAY
    assert same(missing.nearest_pictures[0], decode_pictures(first, first.latents[[missing.nearest_dots[0]]])[0])


def test_what_is_said_of_two_groups_stands_for_no_others():
    asked = Separation("first", Group(label="zero"), Group(label="one"))
    assert asked.has_same_subject(Separation("first", Group(label="zero"), Group(label="one")))
    assert not asked.has_same_subject(Separation("first", Group(label="one"), Group(label="zero")))
