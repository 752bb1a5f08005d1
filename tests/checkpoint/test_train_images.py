"""A training from Python: images in memory in, a checkpoint out, quietly, and as `train.py` trains them."""

import signal
from functools import partial

import numpy as np
import pytest
import torch

import latent_explorer
from latent_explorer import Checkpoint, training
from latent_explorer.checkpoint import train_images
from latent_explorer.config import Config
from latent_explorer.errors import InputError, WorkError

FEW = {
    "model": {"hidden": [16], "latent_dim": 3}, "map": {"methods": ["pca"], "points": 60},
    "training": {"epochs": 2, "device": "cpu", "batch_size": 32},
}  # fmt: skip


pytestmark = pytest.mark.usefixtures("own_cache")


@pytest.fixture(scope="module")
def pictures():
    """Bright squares left or right, of two sizes."""
    images = np.zeros((80, 1, 8, 8), np.float32)
    for i, image in enumerate(images):
        left, size = 4 * (i % 2), 2 + i // 2 % 2
        image[0, 2 : 2 + size, left : left + size] = 1
    return images, np.array(["left", "right"])[np.arange(80) % 2]


def test_images_become_a_checkpoint_that_can_be_saved(pictures, tmp_path, capfd):
    images, sides = pictures
    sizes = 2.5 + np.arange(80) // 2 % 2
    made = Checkpoint.train(images, FEW, sides, attributes={"size": sizes}, name="squares")
    assert capfd.readouterr() == ("", "")
    assert (made.name, made.image_shape, made.class_names) == ("squares", (1, 8, 8), ("left", "right"))
    assert (made.latents.shape, list(made.maps)) == ((60, 3), ["pca"])
    assert set(made.attributes["size"].values) == {2.5, 3.5}
    assert made.config.data.name == "array"
    assert {"mse", "knn_accuracy"} <= set(made.metrics["test"])
    again = latent_explorer.load(made.save(tmp_path / "squares.safetensors"), device="cpu")
    assert again.encode(images) == pytest.approx(made.encode(images), abs=1e-5)
    assert (again.config, again.made_by) == (made.config, made.made_by)


def test_the_seed_decides_and_the_callers_random_numbers_stay(pictures):
    before = torch.get_rng_state()
    first, second = (Checkpoint.train(pictures[0], FEW) for _ in range(2))
    assert (torch.get_rng_state() == before).all()
    assert (first.latents == second.latents).all()
    other = Checkpoint.train(pictures[0], {**FEW, "training": {**FEW["training"], "seed": 1}})
    assert other.latents.shape == first.latents.shape
    assert (other.latents != first.latents).any()


@pytest.mark.parametrize("kind", ["config", "preset", "file"])
def test_a_config_comes_as_an_object_a_name_or_a_file(kind, tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_text("training: {epochs: 7}")
    wanted = latent_explorer.load_config("digits-vae", ["training.epochs=7"])
    given = {"config": wanted, "preset": "digits-vae", "file": file}[kind]
    config, name = train_images.read_config(given)
    assert config.training.epochs == (150 if kind == "preset" else 7)
    assert config.objective.name == ("plain" if kind == "file" else "variational")
    assert name == {"config": "", "preset": "digits-vae", "file": "mine"}[kind]


def test_progress_is_told_line_by_line(pictures):
    lines: list[str] = []
    Checkpoint.train(pictures[0], FEW, progress=lines.append)
    assert sum("epoch" in line and " of 2" in line for line in lines) == 2
    assert all("\n" not in line for line in lines)


def test_the_images_of_a_preset_for_other_images_keep_their_shape(pictures):
    faces = latent_explorer.load_config("faces-vae", ["data.held_out=0.5"])
    assert train_images.adapt_data(faces.data).image_shape[0] == 1
    assert train_images.adapt_data(faces.data).held_out == 0.5
    own = Config(data=train_images.configuration.Data(name="array", size=4))
    assert train_images.adapt_data(own.data).size == 4


TOO_WIDE = {**FEW, "map": {"perplexity": 40, "points": 60}}


@pytest.mark.parametrize(
    ("config", "said"),
    [({"model": {"hiden": [3]}}, "hiden"), ("digits-va", "digits-va"), (3, "config: int"), (TOO_WIDE, "perplexity")],
)
def test_a_config_that_is_not_allowed_is_named(pictures, config, said):
    with pytest.raises(InputError, match=said):
        Checkpoint.train(pictures[0], config)


def test_too_few_images_are_refused(pictures):
    with pytest.raises(InputError, match="at least 16"):
        Checkpoint.train(pictures[0][:9], FEW)


def test_ctrl_c_keeps_what_was_learnt_and_warns(pictures):
    def press(line: str) -> None:
        if line.startswith("epoch 1 "):
            signal.raise_signal(signal.SIGINT)

    before = signal.getsignal(signal.SIGINT)
    long = {**FEW, "training": {**FEW["training"], "epochs": 1000}}
    with pytest.warns(RuntimeWarning, match="interrupted"):
        made = Checkpoint.train(pictures[0], long, progress=press)
    assert (made.made_by["epochs"], made.made_by["complete"]) == (1, False)
    assert signal.getsignal(signal.SIGINT) is before


def test_a_loss_that_is_not_finite_is_an_error_or_a_warning(pictures, monkeypatch):
    def fit(model, images, settings, *, epoch_done, epochs, **_):
        history = training.History(diverged_in=epochs + 1)
        history.epochs += [training.Epoch(number + 1, {"loss": 1.0}, 0.1) for number in range(epochs)]
        return history

    monkeypatch.setattr(training, "fit", partial(fit, epochs=0))
    with pytest.raises(WorkError, match=r"training\.learning_rate"):
        Checkpoint.train(pictures[0], FEW)
    monkeypatch.setattr(training, "fit", partial(fit, epochs=1))
    with pytest.warns(RuntimeWarning, match="epoch 2"):
        made = Checkpoint.train(pictures[0], FEW)
    assert made.made_by["epochs"] == 1


def test_rows_of_a_table_train_by_the_columns_names():
    draw = np.random.default_rng(0)
    columns = {"width": draw.normal(3, 1, 40), "length": draw.normal(500, 90, 40), "kind": ["a", "b"] * 20}
    few = {**FEW, "data": {"name": "table", "label": "kind"}, "objective": {"loss": "mse"}}
    made = Checkpoint.train(columns, few)
    assert made.class_names == ("a", "b")
    assert made.image_shape == (1, 1, 2)
    assert made.config.data.sample_kind.value_names == ("width", "length") == tuple(made.metrics["r2"])
    rows = made.config.data.sample_kind.restore_units(made.decode(made.latents[:3]))
    assert 0 < rows[:, 1].min() < rows[:, 1].max() < 1000
