import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from latent_explorer import config
from latent_explorer.data import datasets, face_set, faces, measure_drawings
from latent_explorer.data.dataset import Dataset, convert_images
from latent_explorer.errors import InputError

# -- digits -------------------------------------------------------------------------------------------


def test_the_digits_are_pictures_with_their_labels(digits):
    assert digits.train.images.dtype == torch.uint8
    assert digits.image_shape == (1, 8, 8)
    assert len(digits.train) + len(digits.test) == 1797
    assert int(digits.train.images.max()) == 255
    assert sorted(set(digits.train.labels.tolist())) == list(range(10))
    assert digits.class_names == tuple("0123456789")
    zeros, ones = (digits.train.images[digits.train.labels == k].float().mean(0)[0] for k in (0, 1))
    assert zeros[3:5, 3:5].mean() < 60 < 150 < ones[3:5, 3:5].mean()  # a zero is hollow, a one is not


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


def test_floats_run_from_zero_to_one():
    assert datasets.to_floats(torch.tensor([0, 51, 255], dtype=torch.uint8)).tolist() == pytest.approx([0, 0.2, 1])


def test_the_folder_named_stands_before_the_environment_and_that_before_the_cache(monkeypatch):
    monkeypatch.setenv("LATENT_EXPLORER_DATA", os.path.join("from", "environment"))
    assert datasets.resolve_data_dir("named") == Path("named")
    assert datasets.resolve_data_dir() == Path("from", "environment")
    monkeypatch.delenv("LATENT_EXPLORER_DATA")
    assert datasets.resolve_data_dir().parts[-2:] == ("latent_explorer", "data")


# -- classes left out ---------------------------------------------------------------------------------


def test_classes_left_out_are_a_part_of_their_own_and_nothing_is_lost(digits):
    parts = datasets.split_off_classes(digits, ("6", "0"))
    assert parts.left_out is not None
    assert set(parts.left_out.labels.tolist()) == {0, 6}
    assert set(parts.train.labels.tolist()) == set(parts.held_out.labels.tolist()) == {1, 2, 3, 4, 5, 7, 8, 9}
    assert len(parts.train) + len(parts.held_out) + len(parts.left_out) == len(digits.train) + len(digits.test)


def test_nothing_left_out_leaves_the_data_set_as_it_is(digits):
    parts = datasets.split_off_classes(digits, None)
    assert parts.train is digits.train
    assert parts.held_out is digits.test
    assert parts.left_out is None


@pytest.mark.parametrize(
    ("leave_out", "said"),
    [
        (("6", "six"), "'six' arrived; classes of 0, 1, 2"),
        (tuple("0123456789"), "leaves 0 images to learn from and 0 to measure"),
    ],
)
def test_what_cannot_be_left_out_is_named(digits, leave_out, said):
    with pytest.raises(InputError, match=said):
        datasets.split_off_classes(digits, leave_out)


def test_images_without_labels_have_no_class_to_leave_out(digits):
    with pytest.raises(InputError, match="images without labels"):
        datasets.split_off_classes(replace(digits, class_names=()), ("a",))


def test_attributes_are_those_of_the_images_asked_for_and_only_of_sets_that_have_some(digits):
    rows = np.array([5, len(digits.train) + 2])
    pictures = np.stack([digits.get_image(int(row)).numpy() for row in rows])
    expected = measure_drawings.measure(pictures)
    found = digits.make_attributes(rows)
    assert found.keys() == expected.keys()
    assert all(np.array_equal(found[name].values, one.values) for name, one in expected.items())
    assert replace(digits, name="folder").make_attributes(rows) == {}


def test_faces_are_known_by_their_factors():
    faces_of_16 = datasets.load(config.Data(name="faces", size=16, limit=20))
    rows = np.array([3, 20 + 1])
    found = faces_of_16.make_attributes(rows)
    first, second = (faces.sample(20, seed) for seed in (face_set.TRAINING_SEED, face_set.HELD_OUT_SEED))
    assert found["head turn"].values == pytest.approx([first["head_turn"][3], second["head_turn"][1]])
    assert found["head turn"].unit
    assert found["glasses"].categories == ("no", "yes")
    assert found["glasses"].values.tolist() == [first["glasses"][3], second["glasses"][1]]
    assert "hair" not in found  # it is the class
