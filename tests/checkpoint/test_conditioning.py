"""The labels that a conditional model is told, and that others are not."""

import numpy as np
import pytest

from latent_explorer import config
from latent_explorer.checkpoint import conditioning
from tests import stage


@pytest.fixture(scope="module")
def told():
    return stage.make_checkpoint("told", seed=5, objective=config.Objective(name="conditional", classes=3))


def test_a_conditional_model_is_told_the_classes_of_its_dots(told):
    dots = [int(np.flatnonzero(told.labels == label)[0]) for label in (2, 0, 1)]
    assert conditioning.get_labels(told, dots).tolist() == [2, 0, 1]
    z = told.latents[dots]
    assert np.abs(told.decode(z, conditioning.get_labels(told, dots)) - told.decode(z, [0, 1, 2])).max() > 1e-3


def test_one_that_does_not_know_the_class_says_so_of_each(told):
    images = np.random.default_rng(0).random((3, 1, 8, 8)).astype(np.float32)
    unknown = conditioning.make_unknown_labels(told, 3)
    assert told.encode(images, unknown) == pytest.approx(told.encode(images, [-1, -1, -1]))
    assert np.abs(told.encode(images, unknown) - told.encode(images, [0, 0, 0])).max() > 1e-3


def test_other_models_take_what_they_are_told(world):
    first = world["first"]
    assert conditioning.get_labels(first, [0, 1]) is conditioning.make_unknown_labels(first, 2) is None
    assert first.decode(first.latents[:2], conditioning.get_labels(first, [0, 1])).shape == (2, 1, 8, 8)
