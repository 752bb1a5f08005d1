"""The originals of a model of faces are those that it was trained on, or there are none."""

from dataclasses import replace

import numpy as np
import pytest

import latent_explorer
from latent_explorer import config
from latent_explorer.data import datasets, face_set, faces
from latent_explorer.engine.datasets.drawing_check import DRAWN_OTHERWISE, is_drawn_as_trained
from latent_explorer.engine.query_context import QueryContext
from tests import stage


@pytest.fixture(scope="module")
def dataset():
    return datasets.load(config.Data(name="faces", size=16, limit=100))


@pytest.fixture(scope="module")
def trained(dataset):
    """A model of these faces, with the codes that its encoder gives them."""
    one = stage.make_checkpoint("one", seed=1, data="faces")
    pictures = dataset.get_images(one.indices).numpy()
    small = pictures.reshape(len(pictures), 3, 8, 2, 8, 2).mean(axis=(1, 3, 5)).round().astype(np.uint8)[:, None]
    one.latents = np.asarray(one.encode((small / 255).astype(np.float32)))
    return one, small


class Drawn:
    """A data set of these pictures."""

    def __init__(self, pictures):
        self.pictures, self.count = pictures, len(pictures)

    def get_images(self, indices):
        import torch

        return torch.from_numpy(self.pictures[indices])

    def get_image(self, index):
        return self.get_images([index])[0]


def arrange(trained):
    model, pictures = trained
    arranged = np.zeros((model.indices.max() + 1, 1, 8, 8), np.uint8)
    arranged[model.indices] = pictures
    return model, arranged


def test_faces_as_they_were_drawn_for_the_training_are_its_originals(trained):
    model, pictures = arrange(trained)
    noisy = np.clip(pictures.astype(int) + np.random.default_rng(0).integers(-1, 2, pictures.shape), 0, 255)
    assert is_drawn_as_trained(model, Drawn(pictures))
    assert is_drawn_as_trained(model, Drawn(noisy.astype(np.uint8)))  # as another machine may draw them


def test_faces_that_are_drawn_otherwise_are_not_shown_as_originals(trained):
    model, pictures = arrange(trained)
    bolder = np.where(pictures < 128, pictures // 2, pictures).astype(np.uint8)
    assert not is_drawn_as_trained(model, Drawn(bolder))
    context = QueryContext({"one": model}, {model.data_key: Drawn(bolder)})
    assert context.find_dataset("one") == DRAWN_OTHERWISE
    assert context.find_original("one", 3) == (None, DRAWN_OTHERWISE)
    context = QueryContext({"one": model}, {model.data_key: Drawn(pictures)})
    assert context.find_original("one", 3)[0] is not None


def test_pictures_that_the_program_does_not_draw_are_not_asked(trained):
    model, pictures = arrange(trained)
    other = replace(model, config=replace(model.config, data=config.Data(name="mnist")))
    assert is_drawn_as_trained(other, Drawn(255 - pictures))


@pytest.mark.parametrize("name", ["faces-ae", "faces-vae", "faces-beta-vae", "faces-vae-2d", "faces-diffusion"])
def test_the_shipped_models_were_trained_on_the_faces_of_today(name):
    model = latent_explorer.load(name)
    first = model.indices[:16]
    factors = faces.sample(20_000, face_set.TRAINING_SEED)
    pictures = np.zeros((int(first.max()) + 1, *model.image_shape), np.uint8)
    pictures[first] = faces.draw({key: value[first] for key, value in factors.items()}, model.image_shape[1])
    assert is_drawn_as_trained(model, Drawn(pictures))
