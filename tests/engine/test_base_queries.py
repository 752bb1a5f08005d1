from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.data import torchvision_sets
from latent_explorer.data.dataset import Dataset
from latent_explorer.engine.base_queries import Interpolation, Point, Trace
from latent_explorer.engine.decode import decode_pictures
from latent_explorer.engine.load_originals import load_originals
from latent_explorer.engine.query_context import QueryContext
from latent_explorer.engine.sample_query import Sample
from latent_explorer.engine.subject import Place
from latent_explorer.errors import InputError
from latent_explorer.samples import IMAGES
from tests import stage


def close(first, second) -> bool:
    """Alike but for the rounding of a batch."""
    return first.shape == second.shape and abs(first.astype(int) - second).max() <= 1


def position(world, dot: int, which: str = "tsne") -> tuple[float, float]:
    x, y = world["first"].maps[which].xy[dot]
    return float(x), float(y)


@pytest.mark.parametrize("which", ["tsne", "pca"])
def test_at_a_dot_the_point_is_that_dot(world, which):
    first = world["first"]
    value = Point("first", which, position(world, 13, which), None).answer(QueryContext(world, {}))
    assert (value.z == first.latents[13]).all()
    assert value.dot == 13
    assert value.map_distance == pytest.approx(0, abs=1e-3)
    assert value.latent_distance == pytest.approx(0, abs=1e-2)
    assert close(value.picture, Sample("first", 13).answer(QueryContext(world, {})).reconstruction)


def test_far_out_the_gaps_are_many(world):
    value = Point("first", "tsne", (3.0, 3.0), 0.01).answer(QueryContext(world, {}))
    assert value.map_distance > 50


def test_pictures_are_the_decoder_s_in_bytes(world):
    first = world["first"]
    value = Sample("first", 5).answer(QueryContext(world, {}))
    decoded = first.decode(first.latents[5:6])[0, 0]
    assert value.reconstruction.dtype == np.uint8
    assert value.reconstruction.shape == (8, 8)
    assert np.abs(value.reconstruction / 255 - decoded).max() <= 0.5 / 255 + 1e-6


def test_an_interpolation_is_straight_and_meets_both_ends(world):
    first = world["first"]
    strip = Interpolation("first", 3, 31, 5).answer(QueryContext(world, {})).pictures
    assert len(strip) == 5
    middle = (first.latents[3] + first.latents[31]) / 2
    for picture, z in zip((strip[0], strip[2], strip[4]), (first.latents[3], middle, first.latents[31]), strict=True):
        assert close(picture, decode_pictures(first, z[None])[0])


def test_a_trace_visits_its_positions(world):
    way = (position(world, 3), stage.EMPTY, position(world, 31))
    strip = Trace("first", "tsne", tuple(map(Place, way))).answer(QueryContext(world, {})).pictures
    for picture, xy in zip(strip, way, strict=True):
        assert close(picture, Point("first", "tsne", xy, None).answer(QueryContext(world, {})).picture)


def decoding(images: np.ndarray) -> SimpleNamespace:
    """A checkpoint whose decoder gives these images (N, C, H, W)."""
    model = SimpleNamespace(decode=lambda z: torch.from_numpy(images.astype(np.float32)))
    return SimpleNamespace(model=model, model_device="cpu", sample_kind=IMAGES, can_decode=True)


def test_colour_pictures_keep_their_channels():
    image = np.random.default_rng(0).random((1, 3, 4, 5))
    (picture,) = decode_pictures(decoding(image), np.zeros((1, 2), np.float32))
    assert picture.shape == (4, 5, 3)
    assert np.abs(picture / 255 - np.moveaxis(image[0], 0, -1)).max() < 0.003


def test_black_white_and_nan_have_their_bytes():
    image = np.array([[[[np.nan, 0.0, 0.5, 1.0]]]])
    (picture,) = decode_pictures(decoding(image), np.zeros((1, 2), np.float32))
    assert picture.tolist() == [[0, 0, 128, 255]]


# -- originals ----------------------------------------------------------------------------------------


def test_the_original_is_the_image_of_that_dot(world):
    other = world["other"]
    dataset = load_originals(other, None)
    assert isinstance(dataset, Dataset)
    value = Sample("other", 7).answer(QueryContext(world, {other.data_key: dataset}))
    assert (value.original == dataset.get_image(int(other.indices[7])).numpy()[0]).all()
    assert value.note == ""
    assert value.error == pytest.approx(np.square((value.reconstruction - value.original.astype(float)) / 255).mean())


def test_a_data_set_that_is_not_here_is_said_and_nothing_is_downloaded(world, tmp_path):
    said = load_originals(world["first"], str(tmp_path))
    assert said.startswith("MNIST")
    value = Sample("first", 7).answer(QueryContext(world, {world["first"].data_key: said}))
    assert value.original is None
    assert value.error is None
    assert value.note == said


def test_a_data_set_that_is_damaged_is_not_said_to_be_missing(world, tmp_path):
    raw = tmp_path / "MNIST" / "raw"
    raw.mkdir(parents=True)
    for name in torchvision_sets.IDX_FILES:
        (raw / name).write_bytes(b"nonsense")
    missing = load_originals(world["first"], str(tmp_path / "elsewhere"))
    assert load_originals(world["first"], str(tmp_path)) not in (missing, "")


def test_pictures_of_another_shape_are_not_the_originals(world):
    odd = replace(world["other"], image_shape=(1, 28, 28))
    assert "digits" in load_originals(odd, None)


def test_an_image_beyond_the_data_set_is_said(world):
    other = replace(world["other"], indices=world["other"].indices + 100_000)
    dataset = load_originals(other, None)
    value = Sample("other", 7).answer(QueryContext({"other": other}, {other.data_key: dataset}))
    assert value.original is None
    assert value.note


def test_a_decoder_from_elsewhere_that_fails_fails_in_the_answer(monkeypatch, tmp_path):
    """Deferred, it would fail in the frame that draws the picture, and end the window."""
    monkeypatch.setattr("platformdirs.user_cache_path", lambda *_: tmp_path)
    images = np.random.default_rng(0).integers(0, 256, (60, 4, 4), np.uint8)
    works = [True]

    def decode(z):
        if not works[0]:
            raise RuntimeError("nothing here")
        return np.zeros((len(z), 1, 4, 4), np.float32)

    made = Checkpoint.from_model(
        SimpleNamespace(encode=lambda x: x.reshape(len(x), 16)[:, :3], decode=decode), images, methods=("pca",),
        fit_inverse=False,
    )  # fmt: skip
    works[0] = False
    with pytest.raises(InputError, match="nothing here"):
        Point("m", "pca", (0.5, 0.5), None).answer(QueryContext({"m": made}, {}, may_defer=True))
