"""Samples in memory as a data set, by what they are."""

import numpy as np
import pytest

from latent_explorer import config
from latent_explorer.data import given_samples
from latent_explorer.data.array_columns import Annotations
from latent_explorer.errors import InputError
from latent_explorer.samples import Curves, Tables

pytestmark = pytest.mark.usefixtures("own_cache")

DRAW = np.random.default_rng(0)
GIVEN = {
    "images": DRAW.integers(0, 256, (20, 6, 9), np.uint8),
    "signals": [DRAW.normal(size=30) for _ in range(20)],
    "rows": {"a": DRAW.normal(size=20), "b": DRAW.normal(size=20)},
}
SHAPES = {"images": (1, 6, 9), "signals": (1, 1, 30), "rows": (1, 1, 2)}


def make(samples: str, attributes=None, labels=None):
    settings = config.Data(name=given_samples.find_name(samples))
    return given_samples.make_dataset(GIVEN[samples], Annotations(labels, None, attributes), settings, 0)


@pytest.mark.parametrize("samples", given_samples.KINDS)
def test_each_kind_becomes_a_data_set_of_its_own_kind(samples):
    dataset = make(samples, {"size": DRAW.normal(size=20)}, ["x", "y"] * 10)
    assert (dataset.count, dataset.image_shape, dataset.class_names) == (20, SHAPES[samples], ("x", "y"))
    assert "size" in dataset.attributes
    assert isinstance(dataset.kind, Curves) == (samples == "signals")
    assert isinstance(dataset.kind, Tables) == (samples == "rows")


@pytest.mark.parametrize("samples", given_samples.KINDS)
def test_attributes_of_other_samples_are_refused_for_every_kind(samples):
    with pytest.raises(InputError, match=r"^attributes: "):
        make(samples, {"size": DRAW.normal(size=19)})


def test_an_unknown_kind_names_the_nearest():
    with pytest.raises(InputError, match="signals"):
        given_samples.find_name("signal")
