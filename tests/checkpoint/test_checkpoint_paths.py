"""Where checkpoints are found by their names."""

import re

import pytest

from latent_explorer.checkpoint import checkpoint_paths
from latent_explorer.errors import InputError


@pytest.mark.parametrize(
    ("name", "hint"),
    [("mnist-vea", "did you mean mnist-vae?"), ("digits-ae", "train it first: python train.py digits-ae"),
     ("mine", "did you mean mine.safetensors?")],
)  # fmt: skip
def test_a_name_that_is_not_there_brings_a_hint(tmp_path, monkeypatch, name, hint):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.safetensors").touch()
    with pytest.raises(InputError, match=re.escape(hint)):
        checkpoint_paths.find(name)
