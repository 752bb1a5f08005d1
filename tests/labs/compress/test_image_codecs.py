"""JPEG, WebP and PNG of many small pictures: bytes, quality, and the way to the sheet and back."""

import re

import numpy as np
import pytest

from latent_explorer.labs.compress import image_codecs
from latent_explorer.metrics import image_quality

DRAW = np.random.default_rng(0)


@pytest.fixture(scope="module")
def tried(digits_at_hand):
    (dataset,) = digits_at_hand[1].values()
    pictures = [image[0].numpy() for image in dataset.test.images[:16]]
    return pictures, image_codecs.try_settings(pictures)


def test_of_many_large_pictures_some_are_looked_at_for_their_ssim(tried, monkeypatch):
    pictures = tried[0]
    images, others = (
        np.concatenate([image_codecs.to_floats(one) for one in some]) for some in (pictures, pictures[::-1])
    )
    whole = image_codecs.Reference(pictures)
    assert whole.step == 1
    assert whole.compute_psnr(pictures[::-1]) == pytest.approx(image_quality.compute_psnr(images, others))
    assert whole.compute_ssim(pictures[::-1]) == pytest.approx(image_quality.compute_ssim(images, others))
    monkeypatch.setattr(image_codecs, "SSIM_VALUES", pictures[0].size * 6)
    reference = image_codecs.Reference(pictures)
    assert reference.step == 3
    assert reference.compute_psnr(pictures[::-1]) == whole.compute_psnr(pictures[::-1])
    assert reference.compute_psnr(pictures) == image_codecs.LOSSLESS
    assert reference.compute_ssim(pictures[::-1][::3]) == pytest.approx(
        image_quality.compute_ssim(images[::3], others[::3])
    )


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


def test_pictures_of_one_row_are_compressed_unshrunk():
    picture = np.linspace(0, 255, 60).astype(np.uint8)[None]
    codecs = image_codecs.try_settings([picture, picture[:, ::-1]])
    assert {name: {one.shrink_factor for one in codec.settings} for name, codec in codecs.items()} == {
        "JPEG": {1}, "WebP": {1}, "PNG": {1},
    }  # fmt: skip


@pytest.mark.parametrize("channels", [1, 3])
def test_values_become_bytes_and_come_back_and_what_is_beyond_is_cut(channels):
    image = DRAW.integers(0, 256, (channels, 4, 6)).astype(np.float32) / 255
    pixels = image_codecs.to_pixels(image)
    assert pixels.shape == ((4, 6) if channels == 1 else (4, 6, 3))
    assert image_codecs.to_floats(pixels) == pytest.approx(image)
    assert np.array_equal(image_codecs.to_pixels(image * 3 - 1), image_codecs.to_pixels(np.clip(image * 3 - 1, 0, 1)))


@pytest.mark.parametrize("levels", [2, 4, 8, 32])
@pytest.mark.parametrize("shape", [(8, 16), (8, 16, 3)])
def test_png_of_fewer_levels_takes_the_nearest_of_evenly_spaced_ones(shape, levels):
    picture = DRAW.integers(0, 256, shape, np.uint8)
    _, (back,) = image_codecs.CodecSetting("PNG", levels, 1).compress([picture])
    spaced = np.rint(np.linspace(0, 255, levels))
    assert set(np.unique(back)) <= set(spaced)
    assert np.abs(back.astype(float) - picture).max() <= 255 / (levels - 1) / 2 + 0.5
