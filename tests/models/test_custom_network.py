"""A network of the user's own: trained with any objective, opened only where its package is allowed."""

import filecmp
import importlib
import linecache
import sys
from pathlib import Path

import pytest
import torch

from latent_explorer import config, models, training
from latent_explorer.checkpoint import checkpoint_file
from latent_explorer.commands import demo, train
from latent_explorer.config import Model, Objective
from latent_explorer.errors import InputError

PAGE = Path(__file__).parents[2] / "docs" / "own-model-and-data.md"
SHAPE = (1, 8, 8)


@pytest.fixture(autouse=True)
def package(tmp_path, monkeypatch) -> str:
    """The documentation's own example as a module in the current folder."""
    text = PAGE.read_text().split("# my_nets.py\n")[1].split("```")[0]
    (tmp_path / "my_nets.py").write_text(text)
    (tmp_path / "broken_nets.py").write_text("raise RuntimeError('half done')\n")
    (tmp_path / "odd_nets.py").write_text(
        "from torch import nn\n"
        "class Half(nn.Module):\n    def encode(self, x): return x\n"
        "class Fussy(nn.Module):\n"
        "    def __init__(self): super().__init__()\n"
        "    def encode(self, x): return x\n    def decode(self, z): return z\n"
        "number = 3\n"
        "class Normed(nn.Module):\n"
        "    def __init__(self, image_shape, latent_dim):\n"
        "        super().__init__()\n"
        "        self.down = nn.Sequential(nn.Flatten(), nn.Linear(64, latent_dim), nn.BatchNorm1d(latent_dim))\n"
        "        self.up = nn.Linear(latent_dim, 64)\n"
        "    def encode(self, x): return self.down(x)\n"
        "    def decode(self, z): return self.up(z).sigmoid().reshape(-1, 1, 8, 8)\n"
        "class Dropped(Normed):\n"
        "    def __init__(self, image_shape, latent_dim):\n"
        "        super().__init__(image_shape, latent_dim)\n"
        "        self.down.append(nn.Dropout(0.3))\n"
        "        self.register_buffer('scale', self.up.weight.detach().abs().max() * 0 + 1, persistent=False)\n"
        "    def encode(self, x): return self.down(x) * self.scale\n"
        "class Flat(Normed):\n    def decode(self, z): return self.up(z).sigmoid()\n"
        "class Pair(Normed):\n    def encode(self, x): return self.down(x), 1\n"
        "class Wide(Normed):\n    def encode(self, x): return self.down(x).repeat(1, 2)\n"
        "class Raising(Normed):\n    def encode(self, x): return self.up(x)\n"
    )
    monkeypatch.chdir(tmp_path)
    before = set(sys.modules)
    yield "my_nets"
    for name in set(sys.modules) - before:
        if name.endswith("_nets"):
            del sys.modules[name]


def test_only_one_that_is_told_labels_is_beyond_it():
    with pytest.raises(InputError, match="its decoder takes labels, which goes with mlp, cnn, cnn1d, resnet, sequence"):
        models.build(Model(network="my_nets.Tiny"), Objective("conditional", classes=3), SHAPE, ("my_nets",))


@pytest.mark.parametrize("objective", [name for name in models.OBJECTIVES if name != "conditional"])
def test_it_goes_with_every_objective(objective):
    settings = Model(network="my_nets.Tiny", latent_dim=4)
    model = models.build(settings, Objective(objective, groups=2), SHAPE, allow_import=("my_nets",))
    x = torch.rand(6, *SHAPE)
    loss = model.loss(x, torch.Generator().manual_seed(0))["loss"]
    loss.backward()
    assert torch.isfinite(loss)
    assert model.encode(x).shape == (6, 4)
    assert model.decode(model.encode(x)).shape == x.shape
    assert sum("down.1.weight" in name for name in model.state_dict()) == 1  # not once as encoder, once as decoder
    assert model.encoder.layers[0].module.up[0].weight.grad.abs().max() > 0


def test_without_a_head_of_ours_its_code_is_the_code():
    model = models.build(Model(network="my_nets.Tiny", latent_dim=4), Objective(), SHAPE, allow_import=("my_nets",))
    x = torch.rand(3, *SHAPE)
    own = model.encoder.layers[0].module
    assert torch.equal(model.encode(x), own.encode(x))
    assert torch.allclose(model.decode(own.encode(x)), own.decode(own.encode(x)), atol=1e-5)


def test_trained_it_opens_only_where_its_package_is_allowed(capsys):
    arguments = [
        "digits-ae",
        "--set",
        "model.network=my_nets.Tiny",
        "--allow-import",
        "my_nets",
        "--set",
        "training.epochs=2",
    ]
    arguments += ["--set", "map.methods=[pca]", "--set", "map.points=50", "--out", "tiny.safetensors"]
    assert train.main(arguments) == 0
    sys.modules.pop("my_nets")
    with pytest.raises(InputError, match="--allow-import my_nets"):
        checkpoint_file.load("tiny.safetensors")
    assert "my_nets" not in sys.modules
    with pytest.raises(InputError, match="--allow-import my_nets"):
        checkpoint_file.load("tiny.safetensors", allow_import=("os", "my_net"))
    made = checkpoint_file.load("tiny.safetensors", allow_import=("my_nets",))
    assert made.decode(made.latents[:2]).shape == (2, 1, 8, 8)
    assert made.encode(made.decode(made.latents[:2])).shape == (2, 8)
    capsys.readouterr()
    assert demo.main(["tiny.safetensors", "--headless"]) == 2
    assert "--allow-import my_nets" in capsys.readouterr().err
    assert demo.main(["tiny.safetensors", "--headless", "--allow-import", "my_nets", "--screenshot", "it.png"]) == 0
    assert Path("it.png").stat().st_size > 10_000


@pytest.mark.parametrize("more", [[], ["--allow-import", "marking"], ["--sweep", "model.latent_dim=2,3"]])
@pytest.mark.parametrize("named", ["marking_nets.Tiny", "antigravity.Net"])
def test_a_preset_imports_nothing_that_is_not_allowed(capsys, named, more):
    Path("marking_nets.py").write_text("open('ran', 'w').close()\n")
    Path("stranger.yaml").write_text(f"data: {{name: digits}}\nmodel: {{network: {named}, latent_dim: 2}}\n")
    assert train.main(["stranger.yaml", *more]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert f"--allow-import {named.partition('.')[0]}" in line
    assert not Path("ran").exists()
    assert named.partition(".")[0] not in sys.modules


def test_what_it_counts_beside_its_weights_comes_back():
    """Batch normalisation keeps a number without a dimension."""
    arguments = [
        "digits-ae",
        "--set",
        "model.network=odd_nets.Normed",
        "--allow-import",
        "odd_nets",
        "--set",
        "training.epochs=1",
    ]
    arguments += ["--set", "map.methods=[pca]", "--set", "map.points=50", "--out", "normed.safetensors"]
    assert train.main(arguments) == 0
    made = checkpoint_file.load("normed.safetensors", allow_import=("odd_nets",))
    assert made.encode(made.decode(made.latents[:2])).shape == (2, 8)


@pytest.mark.parametrize(
    ("network", "said"),
    [
        ("missing_nets.Tiny", "importing missing_nets raised ModuleNotFoundError"),
        ("broken_nets.Tiny", "importing broken_nets raised RuntimeError: half done"),
        ("my_nets.Missing", "is no torch.nn.Module of my_nets"),
        ("odd_nets.number", "is no torch.nn.Module of odd_nets"),
        ("odd_nets.Half", "has no method 'decode'"),
        ("odd_nets.Fussy", "raised TypeError"),
    ],
)
def test_what_is_no_network_is_one_clear_line(capsys, network, said):
    package = network.partition(".")[0]
    assert train.main(["digits-ae", "--set", f"model.network={network}", "--allow-import", package]) == 2
    last = capsys.readouterr().err.splitlines()[-1]
    assert said in last
    assert last.startswith("train: ")


@pytest.mark.parametrize("network", ["mpl", "", "a..b", "a.b-c", "../x.y", ".Tiny"])
def test_a_name_that_can_be_no_class_is_refused(network):
    with pytest.raises(InputError, match=r"model\.network"):
        config.from_dict({"model": {"network": network}})


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Flat", "decode gave shape (128, 64) for (128, 4); a tensor of (128, 1, 8, 8) is expected"),
        ("Pair", "encode gave tuple for (128, 1, 8, 8); a tensor of (128, 4) is expected"),
        ("Wide", "encode gave shape (128, 8)"),
        ("Raising", "encode raised RuntimeError"),
    ],
)
def test_a_network_that_gives_something_else_is_one_line(capsys, name, said):
    arguments = ["digits-ae", "--set", f"model.network=odd_nets.{name}", "--allow-import", "odd_nets"]
    assert train.main([*arguments, "--set", "model.latent_dim=4", "--set", "training.batch_size=128"]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert said in lines[-1]
    assert not any("Traceback" in line for line in lines)
    assert not Path("digits-ae.safetensors").exists()


QUICK = [
    "--set", "model.latent_dim=4", "--set", "training.epochs=4", "--set", "map.methods=[pca]", "--set", "map.points=50"
]  # fmt: skip


def stop_after(monkeypatch, epochs: int) -> None:
    """The next training is asked to stop after so many epochs."""
    whole, done = training.fit, []

    def fit(*arguments, **options):
        return whole(
            *arguments,
            **{**options, "epoch_done": done.append, "stop": lambda: len(done) >= epochs, "save_interval": 0.0},
        )

    monkeypatch.setattr(training, "fit", fit)


def test_dropout_goes_on_with_the_same_draws(monkeypatch):
    arguments = ["digits-ae", "--set", "model.network=odd_nets.Dropped", "--allow-import", "odd_nets", *QUICK]
    assert train.main([*arguments, "--out", "whole.safetensors"]) == 0
    with monkeypatch.context() as patch:
        stop_after(patch, 2)
        assert train.main([*arguments, "--out", "cut.safetensors"]) == 0
    torch.rand(7)  # whatever else drew meanwhile
    assert train.main([*arguments, "--out", "cut.safetensors", "--resume"]) == 0
    assert filecmp.cmp("cut.safetensors", "whole.safetensors", shallow=False)
    assert checkpoint_file.load("cut.safetensors", allow_import=("odd_nets",)).decode([[0.0] * 4]).shape == (1, 1, 8, 8)


def test_edited_code_is_another_training(capsys, monkeypatch):
    arguments = ["digits-ae", "--set", "model.network=my_nets.Tiny", "--allow-import", "my_nets", *QUICK]
    with monkeypatch.context() as patch:
        stop_after(patch, 2)
        assert train.main(arguments) == 0
    source = Path("my_nets.py")
    source.write_text(source.read_text().replace("GELU", "Tanh"))
    del sys.modules["my_nets"]
    importlib.invalidate_caches()
    linecache.checkcache()
    assert train.main([*arguments, "--resume"]) == 2
    assert "(other code)" in capsys.readouterr().err
