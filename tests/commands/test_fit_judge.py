"""A judge of pictures is fitted to a data set without training a model."""

import json
from pathlib import Path

import pytest

from latent_explorer.checkpoint import judge as judges
from latent_explorer.commands import train
from latent_explorer.training import judge_training

pytestmark = pytest.mark.usefixtures("elsewhere")


def test_a_judge_is_fitted_without_a_model(capsys, monkeypatch):
    monkeypatch.setattr(judge_training, "choose_steps", lambda count: 2)
    monkeypatch.setattr(judge_training, "BATCH_SIZE", 16)
    assert train.main(["judge", "digits-vae", "--out", "mine.judge", "--json"]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1]) == {"judge": "mine.judge", "images": 1438}
    assert judges.load_judge(Path("mine.judge")).image_shape == (1, 8, 8)
    assert not Path("digits-vae.safetensors").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(["digits-vae", "--out", "it.safetensors"], "ends in .judge"), (["wine-ae"], "wine-ae: rows arrived")],
)
def test_what_no_judge_can_be_fitted_to_is_one_line(arguments, said, capsys):
    assert train.main(["judge", *arguments]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert said in line
