from dataclasses import replace

import numpy as np
import pytest

from latent_explorer.data.attributes import Attribute
from latent_explorer.data.measure_drawings import UNITS
from latent_explorer.engine.query_context import QueryContext
from latent_explorer.errors import InputError
from latent_explorer.labs.arithmetic import attribute_direction
from latent_explorer.labs.arithmetic.attribute_direction import AttributeKey
from latent_explorer.metrics import attribute_probe
from tests import stage

WEIGHTS = np.array([3, -1, 0, 2], np.float32)


@pytest.fixture
def codes() -> np.ndarray:
    return np.random.default_rng(0).normal(size=(500, 4)).astype(np.float32)


def test_a_number_that_is_a_known_line_through_the_code_has_that_direction(codes):
    values = codes @ WEIGHTS + 10
    step = attribute_direction.compute_step(codes, attribute_probe.fit(codes, Attribute(values)))
    cosine = step @ WEIGHTS / np.linalg.norm(step) / np.linalg.norm(WEIGHTS)
    assert cosine > 0.995
    assert step @ WEIGHTS == pytest.approx(values.std(), rel=0.01)  # one step is one standard deviation


def test_the_direction_is_the_same_change_whatever_the_scale_and_order_of_the_dimensions(codes):
    attribute, scale, order = Attribute(codes @ WEIGHTS), np.array([0.01, 5, 1, 100], np.float32), [2, 0, 3, 1]
    other = (codes * scale)[:, order]
    step = attribute_direction.compute_step(codes, attribute_probe.fit(codes, attribute))
    there = attribute_direction.compute_step(other, attribute_probe.fit(other, attribute))
    assert there / scale[order] == pytest.approx(step[order], abs=1e-3)


def test_a_dimension_that_is_switched_off_is_not_moved(codes):
    """Its rest of noise reads nothing; in the units of the code its weight would be the largest."""
    codes[:, 2] = 1e-4 * codes[:, 2]
    values = codes @ WEIGHTS + np.random.default_rng(1).normal(size=500)
    probe = attribute_probe.fit(codes, Attribute(values.astype(np.float32)))
    assert np.abs(probe.weights[2]) > np.abs(probe.weights).max() / 2
    step = attribute_direction.compute_step(codes, probe)
    assert abs(step[2]) < 1e-3 * np.abs(step).max()


def test_a_category_is_split_from_all_that_are_known_to_have_another():
    attribute = Attribute(np.array([0, 1, 2, -1, 1], np.float32), ("a", "b", "c"))
    has, others = attribute_direction.split_by_category(attribute, "b")
    assert (has.tolist(), others.tolist()) == ([1, 4], [0, 2])
    with pytest.raises(InputError, match="5 samples 0 have it"):
        attribute_direction.split_by_category(Attribute(np.zeros(5), ("a", "b")), "b")


@pytest.mark.parametrize("category", ["cat", "elk"])
def test_a_category_that_all_have_or_none_leaves_a_sample_to_begin_with(category):
    checkpoint = stage.world()["first"]
    kind = Attribute(np.zeros(len(checkpoint.latents), np.float32), ("cat", "dog", "elk"))
    found = attribute_direction.find_typical_dot(
        replace(checkpoint, attributes={"kind": kind}), AttributeKey("kind", category)
    )
    assert 0 <= found < len(checkpoint.latents)


def test_every_number_and_category_can_be_chosen_of_yes_and_no_only_yes():
    many = tuple(map(str, range(attribute_direction.MAX_CATEGORIES + 1)))
    nobody = np.zeros(60, np.float32)
    attributes = {
        "lean": Attribute(nobody), "ring": Attribute(nobody, ("no", "yes")), "hair": Attribute(nobody, ("a", "b")),
        "person": Attribute(nobody, many),
    }  # fmt: skip
    keys = attribute_direction.list_keys(replace(stage.made("one", seed=1), attributes=attributes))
    assert list(keys) == ["lean", "ring: yes", "hair: a", "hair: b"]
    assert keys["hair: b"] == AttributeKey("hair", "b")


def test_of_a_file_without_attributes_those_of_its_data_set_can_be_chosen():
    assert set(attribute_direction.list_keys(stage.made("one", seed=1))) == set(UNITS)
    assert "glasses: yes" in attribute_direction.list_keys(stage.made("one", seed=1, data="faces"))
    assert not attribute_direction.list_keys(stage.made("one", seed=1, data="fashion_mnist"))
    context = QueryContext({"one": stage.made("one", seed=1)}, {})
    with pytest.raises(InputError, match="looking for the data set"):
        attribute_direction.require_probe(context, "one", AttributeKey("slant"))


def test_what_is_added_to_first_is_a_sample_that_has_little_of_it():
    known = stage.known()
    ring, lean = known.attributes["ring"].values, known.attributes["lean"].values
    assert ring[attribute_direction.find_typical_dot(known, AttributeKey("ring", "yes"))] == 0
    assert lean[attribute_direction.find_typical_dot(known, AttributeKey("lean"))] < np.median(lean)
    assert attribute_direction.find_typical_dot(stage.made("one", seed=1), AttributeKey("slant")) >= 0
