"""The traits of objectives: none contradicts another, and a config that was written and read says the same of them."""

import json

import pytest

from latent_explorer import config
from latent_explorer.config import objectives
from latent_explorer.config.objectives import OBJECTIVES


@pytest.mark.parametrize("traits", OBJECTIVES.values(), ids=OBJECTIVES)
def test_what_follows_from_a_trait_is_a_trait_too(traits):
    assert not traits.generative or traits.has_prior, "what draws latents by itself has learnt their distribution"
    assert not traits.variational or traits.has_prior, "a posterior without a prior has no KL term"
    assert not traits.has_prior_density or traits.has_prior
    assert not (traits.has_codebook and traits.variational), "a code of entries is no Gaussian"
    assert not traits.is_plain or traits == objectives.Traits(traits.name), "the reconstruction alone has no trait"


@pytest.mark.parametrize("name", OBJECTIVES)
def test_a_config_that_was_written_and_read_has_the_same_traits(name):
    made = config.from_dict({"objective": {"name": name, "classes": 3}})
    read = config.from_dict(json.loads(json.dumps(made.as_dict()))).objective
    assert read.traits is made.objective.traits
    assert read.traits.name == name
    assert read.traits.is_plain == (name == config.Objective().name)
    assert read.label_inputs == (3 if read.traits.conditional else 0)
