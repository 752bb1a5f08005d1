"""Directions of attributes in latent space."""

from dataclasses import replace

import numpy as np
import pytest

from latent_explorer.errors import InputError
from latent_explorer.metrics import attribute_probe
from tests import stage


@pytest.fixture(scope="module")
def known():
    return stage.make_model_with_attributes()


def test_the_direction_of_a_number_raises_it_by_one_standard_deviation(known):
    values = known.attributes["lean"].values
    probe = attribute_probe.fit(known.latents, known.attributes["lean"])
    before, after = probe.read(np.stack([known.latents[0], known.latents[0] + known.direction("lean")]))[:, 0]
    assert after - before == pytest.approx(values.std(), rel=0.02)


def test_the_direction_of_a_category_leads_from_the_others_mean_to_its_own(known):
    has = known.attributes["ring"].values == 1
    expected = known.latents[has].mean(axis=0) - known.latents[~has].mean(axis=0)
    assert known.direction("ring") == pytest.approx(expected)
    assert known.direction("ring", "no") == pytest.approx(-expected)
    one = known.labels == 1
    expected = known.latents[one].mean(axis=0) - known.latents[~one].mean(axis=0)
    assert known.direction("class", "one") == pytest.approx(expected)


def test_a_class_that_is_a_number_may_be_given_as_one(tiny):
    assert (tiny.direction("class", 3) == tiny.direction("class", "3")).all()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("leam",), r"lean, ring, chance, class .*mean lean"), (("class",), "zero, one, two"),
        (("class", "ten"), "'ten'"), (("lean", "yes"), "takes none"),
    ],
)  # fmt: skip
def test_a_direction_that_is_not_known_says_which_are(known, arguments, said):
    with pytest.raises(InputError, match=said):
        known.direction(*arguments)


def test_the_class_takes_the_place_of_an_attribute_of_that_name(known):
    doubled = replace(known, attributes={"class": known.attributes["lean"]})
    assert (doubled.direction("class", "one") == known.direction("class", "one")).all()
