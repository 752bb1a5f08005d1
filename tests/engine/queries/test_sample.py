"""A sample is shown as the decoder has it, beside its original where that is here."""

import numpy as np
import pytest

from latent_explorer.data.dataset import Dataset
from latent_explorer.engine.datasets.load_originals import load_originals
from latent_explorer.engine.queries.sample import Sample
from latent_explorer.engine.query_context import QueryContext


def test_pictures_are_the_decoder_s_in_bytes(world):
    first = world["first"]
    value = Sample("first", 5).answer(QueryContext(world, {}))
    decoded = first.decode(first.latents[5:6])[0, 0]
    assert value.reconstruction.dtype == np.uint8
    assert value.reconstruction.shape == (8, 8)
    assert np.abs(value.reconstruction / 255 - decoded).max() <= 0.5 / 255 + 1e-6


def test_the_original_is_the_image_of_that_dot(world):
    other = world["other"]
    dataset = load_originals(other, None)
    assert isinstance(dataset, Dataset)
    value = Sample("other", 7).answer(QueryContext(world, {other.data_key: dataset}))
    assert (value.original == dataset.get_image(int(other.indices[7])).numpy()[0]).all()
    assert value.note == ""
    assert value.error == pytest.approx(np.square((value.reconstruction - value.original.astype(float)) / 255).mean())
