from dataclasses import replace

import numpy as np
import pytest

from latent_explorer.data.attributes import Attribute
from latent_explorer.engine.datasets import known_attributes
from latent_explorer.engine.query_context import QueryContext
from tests import stage


def test_attributes_of_the_file_are_known_with_the_class():
    one = replace(
        stage.make_checkpoint("first", seed=1), attributes={"lean": Attribute(np.arange(60, dtype=np.float32))}
    )
    context = QueryContext({"first": one}, {})
    found = known_attributes.collect(context, "first")
    assert (list(found.attributes), found.class_name, found.missing) == (["lean", "class"], "class", "")
    assert known_attributes.collect(context, "first") is found


def test_without_data_set_the_reason_is_kept_up_to_date():
    one = stage.make_checkpoint("first", seed=1)
    before = known_attributes.collect(QueryContext({"first": one}, {}), "first")
    after = known_attributes.collect(QueryContext({"first": one}, {one.data_key: stage.AWAY}), "first")
    assert list(after.attributes) == ["class"]
    assert after.missing == stage.AWAY != before.missing


@pytest.mark.parametrize(("data", "some"), [("mnist", "slant"), ("digits", "loops"), ("faces", "smile")])
def test_what_could_be_measured_is_listed_without_measuring(data, some):
    names = known_attributes.list_categories(stage.make_checkpoint("one", seed=1, data=data))
    assert some in names
    assert "hair" not in names
