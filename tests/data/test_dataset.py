"""A data set: how its parts are held out, counted, converted, and what is known of its images."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from latent_explorer import config
from latent_explorer.data import datasets, measure_drawings
from latent_explorer.data.dataset import Dataset, convert_images


def test_the_split_follows_share_and_seed_and_loses_nothing():
    first, again, other = (datasets.load(config.Data(held_out=0.25), seed=seed) for seed in (0, 0, 1))
    assert len(first.test) == round(0.25 * 1797)
    assert torch.equal(first.test.images, again.test.images)
    assert not torch.equal(first.test.images, other.test.images)

    def every(dataset: Dataset) -> list[bytes]:
        return sorted(image.numpy().tobytes() for part in (dataset.train, dataset.test) for image in part.images)

    assert every(first) == every(other)


@pytest.mark.parametrize("share", [1e-9, 1 - 1e-9])
def test_however_extreme_the_share_both_parts_have_pictures(share):
    dataset = datasets.load(config.Data(held_out=share))
    assert min(len(dataset.train), len(dataset.test)) == 1


def test_pictures_count_through_training_and_held_out(digits):
    assert torch.equal(digits.get_image(0), digits.train.images[0])
    assert torch.equal(digits.get_image(len(digits.train) - 1), digits.train.images[-1])
    assert torch.equal(digits.get_image(len(digits.train)), digits.test.images[0])
    some = np.array([len(digits.train) + 3, 5, len(digits.train), 0])
    assert torch.equal(digits.get_images(some), torch.stack([digits.get_image(int(index)) for index in some]))
    assert digits.get_images(some[:0]).shape == (0, *digits.image_shape)


def test_limit_size_and_channels_shape_the_pictures(digits):
    dataset = datasets.load(config.Data(limit=20, size=16, channels=3))
    assert len(dataset.train) == 20
    assert len(dataset.test) == len(digits.test)
    assert dataset.image_shape == dataset.test.images.shape[1:] == (3, 16, 16)
    assert dataset.train.images.dtype == torch.uint8
    assert torch.equal(dataset.train.images[:, 0], dataset.train.images[:, 2])
    shrunk = torch.nn.functional.avg_pool2d(dataset.train.images[:, :1].float(), 2)
    assert (shrunk - digits.train.images[:20].float()).abs().mean() < 20


def test_grey_is_the_luminance_of_colour():
    colour = torch.zeros(1, 3, 2, 2, dtype=torch.uint8)
    colour[:, 1] = 200
    grey = convert_images(colour, config.Data(channels=1))
    assert grey.shape == (1, 1, 2, 2)
    assert grey.unique().tolist() == [round(0.587 * 200)]


def test_attributes_are_those_of_the_images_asked_for_and_only_of_sets_that_have_some(digits):
    rows = np.array([5, len(digits.train) + 2])
    pictures = np.stack([digits.get_image(int(row)).numpy() for row in rows])
    expected = measure_drawings.measure(pictures)
    found = digits.make_attributes(rows)
    assert found.keys() == expected.keys()
    assert all(np.array_equal(found[name].values, one.values) for name, one in expected.items())
    assert replace(digits, name="folder").make_attributes(rows) == {}
