"""Arrays of images: whatever their axes and numbers, the same pictures come out, or one line says why not."""

import numpy as np
import pytest
import torch

from latent_explorer import config
from latent_explorer.data import loaded_images
from latent_explorer.data.array_columns import Annotations
from latent_explorer.data.array_images import make_dataset
from latent_explorer.errors import InputError

pytestmark = pytest.mark.usefixtures("own_cache")


def pictures(count: int = 20, height: int = 6, width: int = 9) -> np.ndarray:
    """(N, H, W) bytes, each of which uses the whole range."""
    made = np.random.default_rng(0).integers(0, 256, (count, height, width), dtype=np.uint8)
    made[:, 0, 0], made[:, -1, -1] = 0, 255
    return made


def in_order(dataset, count: int = 20) -> np.ndarray:
    """The pictures in the order that they arrived in, by the label that counts them."""
    every = dataset.train + dataset.test
    return every.images[torch.argsort(every.labels)].numpy()[:count]


def made(images, **further):
    return make_dataset(images, Annotations(np.arange(20)), **further)


GREY = pictures()
COLOUR = np.stack([GREY, 255 - GREY, GREY // 2], axis=-1)


@pytest.mark.parametrize(
    "images",
    [
        GREY, GREY[..., None], GREY[:, None], torch.from_numpy(GREY), list(GREY), GREY[::-1][::-1],
        np.asfortranarray(GREY), GREY / 255, (GREY / 255).astype(np.float16), GREY / 127.5 - 1, GREY.astype(np.float32),
        GREY.astype(np.uint16) * 257, GREY.astype(np.int64), GREY.astype(">u2"),
        torch.from_numpy(GREY / 255).requires_grad_(),
    ],
)  # fmt: skip
def test_every_way_of_writing_grey_pictures_down_is_the_same(images):
    dataset = made(images)
    assert dataset.image_shape == (1, 6, 9)
    assert len(dataset.test) == 4
    assert np.array_equal(in_order(dataset)[:, 0], GREY)


@pytest.mark.parametrize("images", [COLOUR, np.moveaxis(COLOUR, -1, 1), torch.from_numpy(COLOUR / 255)])
def test_colours_may_come_first_or_last(images):
    assert np.array_equal(in_order(made(images)), np.moveaxis(COLOUR, -1, 1))


def test_transparent_pixels_become_white():
    opacity = np.zeros_like(GREY)
    opacity[:, :3] = 255
    dataset = made(np.concatenate([COLOUR, opacity[..., None]], axis=-1))
    found = in_order(dataset)
    assert np.array_equal(found[:, :, :3], np.moveaxis(COLOUR, -1, 1)[:, :, :3])
    assert (found[:, :, 3:] == 255).all()
    assert len(dataset.remarks) == 1


@pytest.mark.parametrize("images", [GREY > 99, (GREY > 99).astype(np.uint8), np.where(GREY > 99, 1, -1)])
def test_two_values_are_black_and_white(images):
    dataset = made(images)
    assert np.array_equal(in_order(dataset)[:, 0], np.where(GREY > 99, 255, 0))
    assert dataset.remarks


def test_what_can_be_read_in_two_ways_is_said_and_can_be_chosen():
    images = np.moveaxis(COLOUR, -1, 1)[:, :, :, :3]  # (N, 3, 6, 3)
    assert made(images).image_shape == (3, 3, 6)
    assert any("(20, 3, 6, 3)" in remark for remark in made(images).remarks)
    other = made(images, settings=config.Data(name="array", shape=(3, 6, 3)))
    assert other.image_shape == (3, 6, 3)
    assert other.remarks == ()
    assert made(GREY[:, :, :3]).remarks  # one picture in colour would have this shape


def test_size_and_channels_convert_the_central_square():
    wide = np.zeros((20, 8, 16), np.uint8)
    wide[:, :, 4:12] = 200
    dataset = made(wide, settings=config.Data(name="array", size=4, channels=3))
    assert dataset.image_shape == (3, 4, 4)
    assert (dataset.train.images == 200).all()


def test_the_cache_has_them_by_their_content(own_cache):
    first, again, other = made(GREY), made(GREY / 255), made(255 - GREY)
    assert first.folder_digest == again.folder_digest != other.folder_digest
    cached = loaded_images.load_cached(first.folder_digest)
    assert cached is not None
    assert np.array_equal(cached.images[:, 0].numpy(), GREY)


@pytest.mark.parametrize(
    "images",
    [
        np.full((20, 4, 4), np.nan), np.full((20, 4, 4), np.inf), np.full((20, 4, 4), 1000.0), np.full((20, 4, 4), -9),
        np.zeros((20, 4)), np.zeros((20, 5, 5, 5)), np.zeros((20, 2, 2, 2, 1)), np.zeros((20, 0, 4)),
        np.zeros((0, 4, 4)), np.zeros((3, 4, 4)), np.zeros((20, 5000, 2), np.uint8), np.full((20, 4, 4), None),
        np.zeros((20, 4, 4), complex), np.full((20, 4, 4), "a"), "a", None, [[1], [2, 3]],
        torch.zeros(20, 4, 4).to_sparse(), np.full((20, 4, 4), 70_000), np.zeros(20, [("a", int)]),
    ],
)  # fmt: skip
def test_anything_else_is_one_line(images):
    with pytest.raises(InputError) as caught:
        make_dataset(images)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "further",
    [
        {"labels": [0] * 19}, {"labels": [0.5] * 20}, {"labels": [-2] * 20},
        {"labels": np.array(["a", 1] * 10, object)}, {"labels": [0, 2] * 10, "class_names": ["a", "b"]},
        {"labels": ["c"] * 20, "class_names": ["a", "b"]},
        {"labels": [0] * 20, "class_names": ["a", "a"]}, {"labels": np.full(20, 1e300)}, {"labels": [[0, 1]] * 20},
    ],
)  # fmt: skip
def test_labels_that_do_not_fit_are_one_line(further):
    with pytest.raises(InputError):
        make_dataset(GREY, Annotations(**further))


def test_a_shape_that_does_not_fit_is_one_line():
    with pytest.raises(InputError):
        make_dataset(GREY, settings=config.Data(name="array", shape=(1, 6, 8)))


def test_more_than_memory_is_refused_before_it_is_taken(monkeypatch):
    monkeypatch.setattr("latent_explorer.data.memory_limit.get_limit", lambda: 20 * 54 - 1)
    with pytest.raises(InputError, match="20 images"):
        make_dataset(GREY)
