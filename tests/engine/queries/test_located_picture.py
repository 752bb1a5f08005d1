"""A picture is encoded and placed once, whoever asks for it."""

import numpy as np

from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.engine.queries.located_picture import locate


def test_it_is_where_its_code_belongs(tiny: Checkpoint) -> None:
    picture = np.random.default_rng(0).random((1, 8, 8), np.float32)
    found = locate(tiny, "tsne", picture)
    assert np.array_equal(found.z, tiny.encode(picture[None])[0])
    assert np.array_equal(found.xy, tiny.maps["tsne"].transform(found.z[None])[0].tolist())


def test_an_equal_picture_is_not_placed_again_and_another_one_is(tiny: Checkpoint) -> None:
    picture = np.random.default_rng(1).random((1, 8, 8), np.float32)
    found = locate(tiny, "tsne", picture)
    assert locate(tiny, "tsne", picture.copy()) is found
    assert locate(tiny, "tsne", 1 - picture) is not found
    assert locate(tiny, "pca", picture) is not found
