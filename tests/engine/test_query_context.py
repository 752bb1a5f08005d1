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


def test_the_images_of_several_dots_are_all_there_or_none_is(world):
    other, dots = world["other"], np.array([7, 3, 7])
    dataset = load_originals(other, None)
    context = QueryContext(world, {other.data_key: dataset})
    images, why = context.find_originals("other", dots)
    assert why == ""
    alone = [context.find_original("other", dot)[0] for dot in dots.tolist()]
    assert all(map(np.array_equal, images, alone))
    beyond = replace(other, indices=np.where(np.arange(len(other.indices)) == 3, 100_000, other.indices))
    images, why = QueryContext({"other": beyond}, {other.data_key: dataset}).find_originals("other", dots)
    assert images == []
    assert why
    assert QueryContext(world, {other.data_key: "gone"}).find_originals("other", dots) == ([], "gone")
