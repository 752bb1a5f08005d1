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
    dataset, some = load(), np.array([31, 4, 0, 36])
    assert torch.equal(dataset.get_images(some), torch.stack([dataset.get_image(int(index)) for index in some]))
    assert len(drawn) == 2 + len(some)  # one time for each part, then one by one
    assert dataset.get_images(np.array([4])).shape == (1, 3, 16, 16)


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
