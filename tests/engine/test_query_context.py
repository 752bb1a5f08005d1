"""What queries find of the pictures behind a dot."""

from dataclasses import replace

import numpy as np

from latent_explorer.engine.datasets.load_originals import load_originals
from latent_explorer.engine.queries.sample import Sample
from latent_explorer.engine.query_context import QueryContext
from latent_explorer.engine.subject import Dot


def test_an_image_beyond_the_data_set_is_said(world):
    other = replace(world["other"], indices=world["other"].indices + 100_000)
    dataset = load_originals(other, None)
    value = Sample("other", 7).answer(QueryContext({"other": other}, {other.data_key: dataset}))
    assert value.original is None
    assert value.note


def test_the_image_of_a_dot_is_its_original_or_else_its_reconstruction(world):
    other, dot = world["other"], Dot(7)
    dataset = load_originals(other, None)
    image, note = QueryContext(world, {other.data_key: dataset}).find_image("other", dot)
    assert np.array_equal(image, dataset.get_image(int(other.indices[7])).numpy() / np.float32(255))
    assert note == ""
    image, note = QueryContext(world, {other.data_key: "gone"}).find_image("other", dot)
    np.testing.assert_allclose(image, np.clip(other.decode(other.latents[7:8])[0], 0, 1), atol=1e-6)
    assert note.startswith("gone")
