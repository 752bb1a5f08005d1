"""What the Learn lab calls the moments of a timeline."""

from dataclasses import replace

import pytest

from latent_explorer.labs.learn import wording
from tests import stage


@pytest.fixture(scope="module")
def film():
    return stage.make_world().timelines["a training"]


@pytest.mark.parametrize(
    ("label", "name"), [("epoch 3", "epoch 3"), ("beta 0.5", "beta 0.5"), ("sparse", "sparse"), ("a b", "a b")]
)
def test_a_moment_is_called_by_its_epoch_or_its_setting(film, label, name):
    one = replace(film, moments=(replace(film.moments[0], label=label),))
    assert wording.name_moment(one, 0) == name


def test_the_loss_of_a_kl_term_is_a_sum_with_its_weight(film):
    objective = replace(film.moments[0].config.objective, name="variational", beta=4.0)
    config = replace(film.moments[0].config, objective=objective)
    one = replace(film, moments=(replace(film.moments[0], config=config),))
    assert "4 ×" in wording.explain_loss(one, 0, True)[0]
    assert "×" not in wording.explain_loss(one, 0, False)[0]
    plain = replace(config, objective=replace(objective, beta=1.0))
    assert "×" not in wording.explain_loss(replace(one, moments=(replace(one.moments[0], config=plain),)), 0, True)[0]
