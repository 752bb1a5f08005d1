from types import SimpleNamespace

import numpy as np
import pytest

from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.engine.decode import decode_pictures
from latent_explorer.engine.queries.base import Interpolation, Point, Trace
from latent_explorer.engine.queries.sample import Sample
from latent_explorer.engine.query_context import QueryContext
from latent_explorer.engine.subject import Place
from latent_explorer.errors import InputError
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
