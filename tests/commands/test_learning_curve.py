"""Charts of trainings as PNG files."""

import json
from pathlib import Path

import pytest
from PIL import Image

from latent_explorer import files
from latent_explorer.checkpoint import checkpoint_file
from latent_explorer.commands import train
from latent_explorer.errors import WorkError
from tests.commands.conftest import QUICK, failed
from tests.stage import DISK_FULL

pytestmark = pytest.mark.usefixtures("elsewhere")


def test_the_learning_curve_is_drawn_and_every_epoch_is_in_the_file(capsys):
    arguments = [*QUICK, "--set", "training.epochs=3", "--set", "training.validation=0.1", "--curve", "curve.png"]
    assert train.main(arguments) == 0
    assert "written: curve.png" in capsys.readouterr().out
    picture = Image.open("curve.png")
    assert picture.format == "PNG"
    assert len(picture.convert("RGB").getcolors(1 << 20)) > 50
    history = checkpoint_file.load("digits-vae.safetensors").metrics["history"]
    assert [epoch["epoch"] for epoch in history] == [1, 2, 3]
    assert all({"mse", "bce", "kl", "neg_elbo"} <= set(epoch["held_out"]) for epoch in history)
    assert history[-1]["held_out"]["mse"] < history[0]["held_out"]["mse"]
    assert history[-1]["validation"] > 0


def test_a_curve_that_cannot_be_written_is_found_before_the_training(capsys):
    Path("file").write_text("")
    for odd, why in (("curve.jpg", "a file name that ends in .png"), ("file/curve.png", "cannot be written there")):
        assert f"--curve {odd}: {why}" in failed(capsys, 2, [*QUICK, "--curve", odd])
    assert not Path("digits-vae.safetensors").exists()


def test_a_folder_for_the_curve_is_made(capsys):
    assert train.main([*QUICK, "--curve", "new/folder/curve.png"]) == 0
    assert Path("new/folder/curve.png").stat().st_size > 1000


def test_a_disk_that_is_full_at_the_curve_costs_neither_model_nor_figures(capsys, monkeypatch):
    whole = files.write

    def full(path, data, **options):
        if path.suffix == ".png":
            raise WorkError(f"{path}: {DISK_FULL}")
        whole(path, data, **options)

    monkeypatch.setattr(files, "write", full)
    assert train.main([*QUICK, "--curve", "curve.png", "--json"]) == 1
    out, err = capsys.readouterr()
    assert err.splitlines()[-1] == f"train: curve.png: {DISK_FULL}"
    assert checkpoint_file.load(json.loads(out.splitlines()[-1])["checkpoint"])
