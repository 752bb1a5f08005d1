"""Latents become the pictures of the decoder, in bytes."""

from types import SimpleNamespace

import numpy as np
import torch

from latent_explorer.engine.decode import decode_pictures
from latent_explorer.samples import IMAGES


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
