"""What is known of each picture."""

import numpy as np
import pytest

from latent_explorer import config
from latent_explorer.data import datasets, face_set, faces
from latent_explorer.data.attributes import RESERVED, Attribute, list_face_attributes


def test_faces_are_known_by_their_factors():
    faces_of_16 = datasets.load(config.Data(name="faces", size=16, limit=20))
    rows = np.array([3, 20 + 1])
    found = faces_of_16.make_attributes(rows)
    first, second = (faces.sample(20, seed) for seed in (face_set.TRAINING_SEED, face_set.HELD_OUT_SEED))
    assert found["head turn"].values == pytest.approx([first["head_turn"][3], second["head_turn"][1]])
    assert found["head turn"].unit
    assert found["glasses"].categories == ("no", "yes")
    assert found["glasses"].values.tolist() == [first["glasses"][3], second["glasses"][1]]
    assert "hair" not in found  # it is the class


def test_some_of_the_pictures_keep_their_own_values_in_the_order_asked_for():
    kinds = Attribute(np.float32([0, 1, -1, 1]), ("new", "old"), "state")
    some = kinds.select(np.array([2, 0, 3]))
    assert some.values.tolist() == [-1, 0, 1]
    assert (some.categories, some.unit, some.is_categorical) == (("new", "old"), "state", True)


def test_every_factor_of_a_face_but_its_class_is_an_attribute_in_its_own_unit_and_names():
    factors = faces.sample(4, seed=0)
    found = list_face_attributes(factors)
    assert len(found) == len(factors) - 1
    assert RESERVED not in found
    for one in found.values():
        assert len(one.values) == 4
        if one.is_categorical:
            assert {*one.values.tolist()} <= {*range(len(one.categories))}
