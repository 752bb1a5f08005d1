"""The models of a sweep become a timeline in the order of the swept value."""

import shutil
from dataclasses import replace

import pytest

from latent_explorer.checkpoint import sweep_folder
from latent_explorer.errors import InputError


def test_a_sweep_is_in_the_order_of_its_value(sweep):
    made = sweep_folder.read(sweep, "cpu")
    assert (made.kind, made.axis, made.name) == ("sweep", "beta", "digits-vae-beta")
    assert made.axis_values.tolist() == [0.5, 1, 4]
    assert [one.label for one in made.moments] == ["beta 0.5", "beta 1", "beta 4"]
    assert [one.config.objective.beta for one in made.moments] == [0.5, 1, 4]


def test_what_is_no_sweep_is_said(sweep, tiny, tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match=r"empty: 0 checkpoints arrived; .* at least two"):
        sweep_folder.read(tmp_path / "empty")
    shutil.copy(sorted(sweep.iterdir())[0], sweep / "digits-vae-beta-again.safetensors")
    objective = replace(tiny.config.objective, beta=9.0)
    odd = replace(tiny.config, objective=objective, training=replace(tiny.config.training, epochs=3))
    path = replace(tiny, config=odd).save(sweep / "digits-vae-beta-odd.safetensors")
    with pytest.raises(InputError, match=r"differ in objective\.beta, training\.epochs; .* one key"):
        sweep_folder.read(sweep)
    replace(tiny, indices=tiny.indices[::-1].copy()).save(path)
    with pytest.raises(InputError, match="different images"):
        sweep_folder.read(sweep)
