"""Settings of live trainings are those of presets, and a course of betas says what the weights depend on."""

import re
from dataclasses import replace

import pytest

from latent_explorer.engine.live_training.settings import PAIR_DATA, PairSettings, Settings


def test_settings_are_a_presets():
    made = Settings(beta=4, latent_dim=3).make_config()
    assert (made.objective.name, made.objective.beta, made.model.latent_dim) == ("variational", 4, 3)
    assert re.findall(r"[\d%]+", str(Settings(beta=4, latent_dim=3))) == ["4", "3"]
    assert re.findall(r"[\d%]+", str(Settings(noise_level=0.3))) == ["30%", "8"]


def test_a_course_is_what_the_weights_depend_on():
    base = PairSettings()
    later = base.continue_with(4.0, 3.5)
    assert (later.find_beta(3.4), later.find_beta(3.5), later.beta) == (1.0, 4.0, 4.0)
    assert later.find_course(3.5) == base.find_course(3.5) != later.find_course(3.6)
    assert base.continue_with(1.0, 3.5).find_course(9.0) == base.find_course(9.0)
    assert later.continue_with(2.0, 1.0).betas == ((0.0, 1.0), (1.0, 2.0))
    assert base.continue_with(2.0, 0.0).betas == ((0.0, 2.0),)
    assert later.continues(base)
    assert not later.continues(replace(base, latent_dim=3))
    assert not base.continues(base)
    assert not later.continues(Settings())


@pytest.mark.parametrize("data", PAIR_DATA)
def test_both_models_differ_in_their_objective_alone(data):
    plain, variational = PairSettings(data=data).make_configs()
    assert replace(plain, objective=variational.objective) == replace(variational, description=plain.description)
    assert plain.objective.loss == variational.objective.loss
    assert plain.training.schedule == "constant"
