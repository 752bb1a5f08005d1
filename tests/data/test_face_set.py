"""The data set `faces`: drawn once, kept, and one face at a time where one is enough."""

import numpy as np
import platformdirs
import pytest
import torch

from latent_explorer import config
from latent_explorer.data import datasets, face_set, faces
from latent_explorer.errors import InputError


@pytest.fixture
def few(tmp_path, monkeypatch):
    """A cache of its own, and a set of few faces."""
    monkeypatch.setattr(platformdirs, "user_cache_path", lambda name: tmp_path / name)
    monkeypatch.setattr(face_set, "TRAINING", 30)
    monkeypatch.setattr(face_set, "HELD_OUT", 7)
    return tmp_path


def load(**settings):
    return datasets.load(config.Data(name="faces", size=16, **settings))


def test_the_set_has_both_parts_and_hair_as_its_classes(few):
    dataset = load()
    assert (len(dataset.train), len(dataset.test), dataset.image_shape) == (30, 7, (3, 16, 16))
    assert dataset.class_names == faces.HAIR_STYLES
    assert torch.equal(dataset.test.labels, torch.from_numpy(faces.sample(7, seed=1)["hair"]))
    assert np.array_equal(dataset.train.images.numpy(), faces.draw(faces.sample(30, seed=0), 16))


def test_one_face_is_drawn_alone_and_equals_that_of_all(few, monkeypatch):
    one, held_out = (load().get_image(index) for index in (4, 33))
    whole = load()
    assert torch.equal(one, whole.train.images[4])
    assert torch.equal(held_out, whole.test.images[3])
    monkeypatch.setattr(face_set, "draw_all", lambda factors, size: pytest.fail("all of them were drawn"))
    assert load().get_image(4).shape == (3, 16, 16)


def test_some_faces_are_drawn_together_and_no_others(few, monkeypatch):
    """One by one they take five times as long."""
    drawn = []
    monkeypatch.setattr(faces, "draw", lambda factors, size, draw=faces.draw: drawn.append(1) or draw(factors, size))
    dataset, some = load(), np.array([31, 4, 0, 36, 4])
    together = dataset.get_images(some)
    assert len(drawn) == 2  # one time for each part
    assert torch.equal(together, torch.stack([load().get_image(int(index)) for index in some]))
    assert dataset.get_images(np.array([4])).shape == (1, 3, 16, 16)


@pytest.fixture
def count_drawn(monkeypatch):
    """The number of faces that were drawn at each call."""
    drawn = []

    def count(factors, size, draw=faces.draw):
        drawn.append(len(factors["hair"]))
        return draw(factors, size)

    monkeypatch.setattr(faces, "draw", count)
    return drawn


def test_a_face_that_was_drawn_is_kept_and_nobody_changes_it(few, count_drawn):
    dataset = load()
    first = dataset.get_images(np.array([4, 5]))
    as_drawn = first.clone()
    first[:] = 0
    assert torch.equal(dataset.get_images(np.array([5, 4])), as_drawn.flip(0))
    assert torch.equal(dataset.get_image(4), as_drawn[0])
    assert torch.equal(dataset.get_images(np.array([4, 6]))[0], as_drawn[0])
    assert count_drawn == [2, 1]


def test_memory_for_faces_that_were_drawn_is_bounded(few, monkeypatch, count_drawn):
    monkeypatch.setattr(face_set, "KEPT_BYTES", 3 * 3 * 16 * 16)
    split = load().train
    split.get_images(torch.arange(5))
    assert split.get_images(torch.arange(2, 5)).shape == (3, 3, 16, 16)
    split.get_image(0)
    assert count_drawn == [5, 1]


def test_faces_that_were_all_drawn_are_not_drawn_one_by_one(few, count_drawn):
    dataset = load()
    whole = dataset.train.images
    count_drawn.clear()
    assert torch.equal(dataset.train.get_images(torch.tensor([3, 1])), whole[[3, 1]])
    assert count_drawn == []


def test_what_is_prepared_is_there_at_once_and_in_the_cache_for_the_next_time(few, monkeypatch, count_drawn):
    monkeypatch.setattr(faces, "BLOCK_PIXELS", 3 * 16 * 16)
    for _ in range(2):
        dataset, dots = load(), np.array([2, 3, 5, 7, 11, 31])
        dataset.prepare(dots)
        prepared = list(count_drawn)
        assert prepared == [3, 2, 1]  # the first time: blocks of one part, then the other
        images = dataset.get_images(dots)
        assert count_drawn == prepared
    count_drawn.clear()
    assert torch.equal(images, torch.stack([load().get_image(int(dot)) for dot in dots]))
    load().prepare(np.array([2, 3]))  # others are not taken for these
    assert count_drawn[-1] == 2


def test_faces_are_prepared_as_far_as_there_is_memory(few, monkeypatch, count_drawn):
    monkeypatch.setattr(face_set, "KEPT_BYTES", 4 * 3 * 16 * 16)
    load().prepare(np.arange(20))
    assert sum(count_drawn) == 4


def test_faces_in_the_cache_are_not_drawn_again(few, monkeypatch):
    first = load().train.images
    monkeypatch.setattr(face_set, "draw_all", lambda factors, size: pytest.fail("drawn again"))
    assert torch.equal(load().train.images, first)


def test_a_damaged_cache_is_drawn_again(few):
    first = load().train.images
    for file in few.rglob("*.safetensors"):
        file.write_bytes(file.read_bytes()[:100])
    assert torch.equal(load().train.images, first)


def test_a_limit_takes_the_first_ones(few):
    assert torch.equal(load(limit=16).train.images, load().train.images[:16])


def test_grey_faces_are_grey(few):
    assert load(channels=1).image_shape == (1, 16, 16)


@pytest.mark.parametrize("size", [8, 1024])
def test_a_size_that_cannot_be_drawn_is_named(size):
    with pytest.raises(InputError, match=rf"data\.size: {size} arrived; 16 to 512"):
        datasets.load(config.Data(name="faces", size=size))


def test_faces_of_a_whole_set_in_the_cache_are_read_from_it(few, count_drawn):
    whole = load().train.images
    count_drawn.clear()
    split = load().train
    split.prepare(torch.tensor([7, 3]))
    assert torch.equal(split.get_images(torch.tensor([3, 7])), whole[[3, 7]])
    assert count_drawn == []


def test_the_cache_keeps_the_faces_of_the_newest_dots_alone(few, monkeypatch, count_drawn):
    monkeypatch.setattr(face_set, "MAX_PREPARED_FILES", 2)
    for first in range(4):
        load().train.prepare(torch.tensor([first, 9]))
    assert len(list(few.rglob("*.safetensors"))) == 2
    assert load().test.images.shape == (7, 3, 16, 16)
    count_drawn.clear()
    load().train.prepare(torch.tensor([3, 9]))
    assert count_drawn == []


def test_what_was_drawn_before_all_of_them_takes_no_memory_after(few):
    split = load().train
    split.get_images(torch.arange(5))
    assert torch.equal(split.images[:5], split.get_images(torch.arange(5)))
    assert len(split._kept) == 0
