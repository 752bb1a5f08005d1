"""The pictures of a gallery lie where each would lie alone."""

import numpy as np
import pytest

from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.engine.queries.gallery import PlaceGallery
from latent_explorer.engine.queries.user_image import NearestToUserImage, UserImageQuery
from latent_explorer.engine.query_context import QueryContext
from latent_explorer.user_image import OwnImage
from tests.stage import strokes_of

EVEN = OwnImage.of(np.full((9, 9), 77, np.uint8), name="even.png")


def draw(k: int) -> OwnImage:
    image = strokes_of([(0.2 + 0.02 * k, 0.1), (0.5, 0.5 + 0.02 * k)], [(0.3, 0.9), (0.8, 0.8 - 0.03 * k)]).to_image()
    assert image is not None
    return image


def test_each_picture_lies_where_it_would_lie_alone(tiny: Checkpoint) -> None:
    desk, images = QueryContext({"tiny": tiny}, {}), (draw(1), draw(2))
    found = PlaceGallery("tiny", "tsne", images).answer(desk).places
    assert list(found) == list(images)
    for image in images:
        alone = UserImageQuery("tiny", "tsne", image).answer(desk)
        assert found[image].xy == pytest.approx(alone.xy, abs=1e-4)
        assert found[image].error == pytest.approx(alone.error, rel=1e-4)
        near = NearestToUserImage("tiny", image, 4).answer(desk)
        assert found[image].nearest == tuple(near.dots.tolist())
        assert len(found[image].nearest_pictures) == 4


def test_one_more_picture_costs_one_picture(tiny: Checkpoint, monkeypatch: pytest.MonkeyPatch) -> None:
    desk, encoded = QueryContext({"tiny": tiny}, {}), []
    first = PlaceGallery("tiny", "pca", (draw(3), draw(4))).answer(desk)
    encode = tiny.encode
    monkeypatch.setattr(tiny, "encode", lambda x, *rest: encoded.append(len(x)) or encode(x, *rest))
    more = PlaceGallery("tiny", "pca", (draw(3), draw(4), draw(5))).answer(desk)
    assert encoded == [1]
    assert more.places[draw(3)] is first.places[draw(3)]


def test_a_picture_of_nothing_has_a_reason_and_no_place(tiny: Checkpoint) -> None:
    found = PlaceGallery("tiny", "tsne", (EVEN, draw(1))).answer(QueryContext({"tiny": tiny}, {})).places
    assert found[EVEN].refusal.startswith("even.png: one even surface arrived")
    assert found[EVEN].nearest == ()
    assert not found[draw(1)].refusal
