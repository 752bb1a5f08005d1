from dataclasses import replace

import numpy as np
import pytest

from latent_explorer.data.attributes import Attribute
from latent_explorer.data.measure_drawings import UNITS
from latent_explorer.engine.query_context import QueryContext
from latent_explorer.errors import InputError
from latent_explorer.labs.arithmetic import attribute_direction
from latent_explorer.labs.arithmetic.attribute_direction import AttributeKey
from tests import stage


@pytest.mark.parametrize("category", ["cat", "elk"])
def test_a_category_that_all_have_or_none_leaves_a_sample_to_begin_with(category):
    checkpoint = stage.make_world()["first"]
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
    keys = attribute_direction.list_keys(replace(stage.make_checkpoint("one", seed=1), attributes=attributes))
    assert list(keys) == ["lean", "ring: yes", "hair: a", "hair: b"]
    assert keys["hair: b"] == AttributeKey("hair", "b")


def test_of_a_file_without_attributes_those_of_its_data_set_can_be_chosen():
    assert set(attribute_direction.list_keys(stage.make_checkpoint("one", seed=1))) == set(UNITS)
    assert "glasses: yes" in attribute_direction.list_keys(stage.make_checkpoint("one", seed=1, data="faces"))
    assert not attribute_direction.list_keys(stage.make_checkpoint("one", seed=1, data="fashion_mnist"))
    context = QueryContext({"one": stage.make_checkpoint("one", seed=1)}, {})
    with pytest.raises(InputError, match="looking for the data set"):
        attribute_direction.require_probe(context, "one", AttributeKey("slant"))


def test_what_is_added_to_first_is_a_sample_that_has_little_of_it():
    known = stage.make_model_with_attributes()
    ring, lean = known.attributes["ring"].values, known.attributes["lean"].values
    assert ring[attribute_direction.find_typical_dot(known, AttributeKey("ring", "yes"))] == 0
    assert lean[attribute_direction.find_typical_dot(known, AttributeKey("lean"))] < np.median(lean)
    assert attribute_direction.find_typical_dot(stage.make_checkpoint("one", seed=1), AttributeKey("slant")) >= 0
