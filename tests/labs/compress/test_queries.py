"""Codes as compressed pictures, beside JPEG, WebP and PNG at the same bytes."""

import re

import numpy as np
import pytest

from latent_explorer import config
from latent_explorer.checkpoint import checkpoint_file
from latent_explorer.checkpoint.codebook import Codebook
from latent_explorer.data import datasets
from latent_explorer.engine.query_context import QueryContext
from latent_explorer.engine.subject import Dot
from latent_explorer.labs.compress import image_codecs
from latent_explorer.labs.compress.latent_quantiser import Quantiser
from latent_explorer.labs.compress.queries import (
    BITS,
    CodecRateDistortion,
    CodecReconstructions,
    LatentReconstruction,
    RateDistortion,
)
from tests import stage

NAME = "digits-vae"
DRAW = np.random.default_rng(0)


@pytest.fixture(scope="module")
def digits():
    made = checkpoint_file.load(NAME, "cpu")
    return {NAME: made}, {made.data_key: datasets.load(made.config.data, seed=made.config.training.seed)}


# -- the quantiser ------------------------------------------------------------------------------------


def test_even_codes_cost_all_their_bits():
    latents = DRAW.random((60_000, 3)).astype(np.float32)
    for bits in (2, 5, 6, 9, 16):
        assert Quantiser.fit(latents, bits).bytes_per_picture == pytest.approx(3 * bits / 8, rel=0.01)


def test_codes_that_are_often_alike_cost_less():
    latents = DRAW.normal(size=(20_000, 2)).astype(np.float32)
    quantiser = Quantiser.fit(latents, 6)
    # h(N) - log2(step), the entropy of finely quantised normal values (Cover and Thomas 2006, theorem 8.3.1)
    expected = 0.5 * np.log2(2 * np.pi * np.e) - np.log2(quantiser.step)
    assert quantiser.entropy == pytest.approx(expected, abs=0.05)
    assert quantiser.bytes_per_picture < 2 * 6 / 8


def test_each_bit_halves_the_error():
    latents = DRAW.random((5000, 2)).astype(np.float32)
    off = [np.abs(Quantiser.fit(latents, bits).quantise(latents) - latents).max() for bits in (4, 5, 6)]
    assert off[0] / off[1] == pytest.approx(2, rel=0.1)
    assert off[1] / off[2] == pytest.approx(2, rel=0.1)


def test_a_dimension_that_hardly_varies_costs_nothing():
    latents = np.stack([DRAW.normal(size=900), 7 + 0.001 * DRAW.normal(size=900)], axis=1).astype(np.float32)
    quantiser = Quantiser.fit(latents, 8)
    assert quantiser.entropy[1] == 0
    assert quantiser.quantise(latents)[:, 1] == pytest.approx(7, abs=0.01)
    assert "1 of 2 hardly vary" in quantiser.description


def test_codes_beyond_the_range_are_rounded_to_its_ends():
    quantiser = Quantiser.fit(DRAW.random((500, 1)).astype(np.float32), 3)
    low, high = quantiser.quantise(np.array([[-50], [50]], np.float32))[:, 0]
    assert -0.1 < low < 0.2 < 0.8 < high < 1.1


def test_one_value_for_all_costs_nothing():
    assert Quantiser.fit(np.ones((40, 3), np.float32), 4).bytes_per_picture == 0


def test_a_codebook_costs_the_entropy_of_its_numbers():
    table = np.arange(4, dtype=np.float32)[:, None]
    latents = np.repeat(table, 10, axis=0) @ np.ones((1, 2), np.float32)
    quantiser = Quantiser.from_codebook(Codebook(table, latents))
    assert quantiser.bytes_per_picture == pytest.approx(2 * 2 / 8)
    assert (quantiser.quantise(latents) == latents).all()


def test_the_class_that_a_conditional_decoder_is_told_is_counted_and_used():
    told = stage.make_checkpoint("told", seed=7, objective=config.Objective(name="conditional", classes=3))
    bare = Quantiser.fit(told.latents, 8)
    share = np.bincount(told.labels) / len(told.labels)
    label_bytes = -(share * np.log2(share)).sum() / 8
    asked = LatentReconstruction("told", Dot(7), 8)
    code = asked.answer(QueryContext({"told": told}, {})).compressed
    assert code.byte_count == pytest.approx(bare.bytes_per_picture + label_bytes)
    wanted = told.decode(bare.quantise(told.encode(told.decode(told.latents[[7]], told.labels[[7]]), told.labels[[7]])),
                         told.labels[[7]])  # fmt: skip
    assert np.abs(code.picture - 255 * wanted[0, 0]).max() <= 0.51
    rates = RateDistortion("told").answer(QueryContext({"told": told}, {}))
    assert rates.curve.byte_counts[rates.bits.index(8)] == pytest.approx(code.byte_count)


# -- the codecs ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def tried(digits):
    (dataset,) = digits[1].values()
    pictures = [image[0].numpy() for image in dataset.test.images[:16]]
    return pictures, image_codecs.try_settings(pictures)


def test_of_many_large_pictures_some_are_looked_at_for_their_ssim(tried, monkeypatch):
    pictures = tried[0]
    whole = image_codecs.measure_quality(pictures, pictures[::-1])
    monkeypatch.setattr(image_codecs, "SSIM_VALUES", pictures[0].size * 6)
    psnr, ssim = image_codecs.measure_quality(pictures, pictures[::-1])
    assert psnr == whole[0]
    assert ssim == pytest.approx(image_codecs.measure_quality(pictures[::3], pictures[::-1][::3])[1])
    assert ssim != whole[1]


def test_more_bytes_make_better_pictures(tried):
    for codec in tried[1].values():
        assert (np.diff(codec.curve.byte_counts) > 0).all()
        assert (np.diff(codec.curve.psnr) > 0).all()
        assert (codec.curve.ssim <= 1).all()


def test_png_loses_nothing_at_its_largest(tried):
    pictures, found = tried
    size, back = found["PNG"].settings[-1].compress(pictures)
    assert all((one == other).all() for one, other in zip(pictures, back, strict=True))
    assert size == found["PNG"].curve.byte_counts[-1] < pictures[0].size


def test_the_best_within_so_many_bytes_is_found(tried):
    for codec in tried[1].values():
        middle = float(codec.curve.byte_counts[len(codec.settings) // 2])
        setting, fits = codec.find_best_within(middle)
        assert fits
        assert setting == codec.settings[len(codec.settings) // 2]
        setting, fits = codec.find_best_within(0.1)
        assert not fits
        assert setting == codec.settings[0]


@pytest.mark.parametrize("shape", [(8, 8), (28, 28), (9, 13), (10, 10, 3), (1, 1)])
def test_pictures_of_any_shape_come_back_from_the_sheet(shape):
    pictures = [DRAW.integers(0, 256, shape, np.uint8) for _ in range(5)]
    size, back = image_codecs.CodecSetting("PNG", 256, 1).compress(pictures)
    assert size > 0
    assert all((one == other).all() for one, other in zip(pictures, back, strict=True))
    for name in ("JPEG", "WebP"):
        assert image_codecs.CodecSetting(name, 80, 2).compress(pictures)[1][4].shape == shape


@pytest.mark.parametrize("shape", [(28, 28), (9, 13), (10, 10, 3)])
def test_one_picture_among_kept_cells_is_as_on_a_whole_sheet(shape):
    pictures = [DRAW.integers(0, 256, shape, np.uint8) for _ in range(6)]
    others = image_codecs.SheetCells(tuple(pictures[1:]))
    for setting in (image_codecs.CodecSetting(*one) for one in (("JPEG", 30, 1), ("WebP", 10, 2), ("PNG", 4, 4))):
        for picture in (pictures[0], 255 - pictures[0]):
            size, back = setting.compress([picture, *pictures[1:]])
            one_size, one_back = setting.compress_one(picture, others)
            assert one_size == size
            assert (one_back == back[0]).all()


def test_settings_say_what_they_are():
    shape = (1, 28, 28)
    settings = [("JPEG", 30, 1), ("WebP", 30, 2), ("PNG", 256, 1), ("PNG", 4, 4)]
    said = [image_codecs.CodecSetting(*one).describe(shape) for one in settings]
    assert (said[0], said[2]) == ("quality 30", "lossless")
    assert re.search(r"14×14.* quality 30$", said[1])
    assert re.search(r"7×7.* 4 levels$", said[3])


# -- a model ------------------------------------------------------------------------------------------


def test_more_bits_cost_more_and_serve_until_the_decoder_is_the_limit(digits):
    value = RateDistortion(NAME).answer(QueryContext(*digits))
    curve = value.curve
    assert value.bits == BITS
    assert (value.latent_dim, value.note) == (8, "")
    assert (np.diff(curve.byte_counts) > 0).all()
    assert curve.psnr[3] > curve.psnr[0] + 1
    assert abs(curve.psnr[-1] - curve.psnr[5]) < 0.1
    made = digits[0][NAME]
    assert curve.psnr[-1] == pytest.approx(-10 * np.log10(made.metrics["test"]["mse"]), abs=1)


def test_one_picture_beside_the_codecs(digits):
    value = LatentReconstruction(NAME, Dot(3), 6).answer(QueryContext(*digits))
    others = CodecReconstructions(NAME, Dot(3), 6).answer(QueryContext(*digits)).compressed
    rates = RateDistortion(NAME).answer(QueryContext(*digits))
    assert value.compressed.byte_count == rates.curve.byte_counts[rates.find_index(6)]
    assert [one.name for one in others] == ["JPEG", "WebP", "PNG"]
    assert [one.name for one in others] == [
        one.name for one in CodecRateDistortion(NAME).answer(QueryContext(*digits)).curves
    ]
    assert value.raw_bytes == 64
    for one in others:
        assert one.fits == (
            one.byte_count <= value.compressed.byte_count * 1.1
        )  # another picture on the sheet takes about as much
        assert one.picture.shape == value.original.shape
        assert one.psnr < value.compressed.psnr, "at 4 bytes nothing but a code learnt from digits looks like one"


def test_without_the_data_set_it_says_what_stands_in(world):
    value = RateDistortion("first").answer(QueryContext(world, {}))
    assert "stand in" in value.note
    assert "stands in" in LatentReconstruction("first", Dot(0), 4).answer(QueryContext(world, {})).note


def test_without_the_data_set_the_codes_are_no_better_than_with_it(digits):
    """Decoded samples are easy for the model that decoded them: by ten decibels, were its own error left out."""
    world, originals = digits
    here, away = (RateDistortion(NAME).answer(QueryContext(world, where)) for where in (originals, {}))
    assert away.note
    assert away.curve.psnr == pytest.approx(here.curve.psnr, abs=1.0)


def test_pictures_of_one_row_are_compressed_unshrunk():
    picture = np.linspace(0, 255, 60).astype(np.uint8)[None]
    codecs = image_codecs.try_settings([picture, picture[:, ::-1]])
    assert {name: {one.shrink_factor for one in codec.settings} for name, codec in codecs.items()} == {
        "JPEG": {1}, "WebP": {1}, "PNG": {1},
    }  # fmt: skip
