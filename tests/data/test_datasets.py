import os
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from latent_explorer.data import datasets
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
