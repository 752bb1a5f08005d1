"""Distances count only the dimensions that change a picture."""

from types import SimpleNamespace

import numpy as np
import pytest

from latent_explorer.atlas import Atlas, LatentNeighbours, projection
from latent_explorer.engine.map_layers import quantities
from latent_explorer.engine.measurements import used_dimensions
from latent_explorer.engine.measurements.used_dimensions import get_used_dimensions
from latent_explorer.engine.queries.base import Point
from latent_explorer.engine.queries.explain import RoundTrip
from latent_explorer.engine.query_context import QueryContext
from latent_explorer.engine.subject import Place
from latent_explorer.errors import InputError


def mute(latents, labels, deaf: int) -> SimpleNamespace:
    """A stand-in of a checkpoint whose pictures show all entries of a latent but that of one dimension."""
    atlas = Atlas(projection.fit("pca", latents), latents, labels)
    heard = np.arange(latents.shape[1]) != deaf
    return SimpleNamespace(
        maps={"pca": atlas}, labels=labels, latents=latents, conditional=False, neighbours=LatentNeighbours(latents),
        decode=lambda z, labels=None: z[:, heard], encode=lambda x, labels=None: np.insert(x, deaf, 9, axis=1),
        image_shape=(1, 1, latents.shape[1] - 1), is_foreign=False, can_decode=True,
    )  # fmt: skip


@pytest.fixture
def checkpoint(cloud):
    latents, labels = cloud(80, 4)
    return mute(latents, labels, 2)


def test_a_dimension_that_changes_no_picture_is_left_out_of_every_distance(checkpoint):
    used = get_used_dimensions(checkpoint)
    assert used.mask.tolist() == [True, True, False, True]
    assert get_used_dimensions(checkpoint) is used
    moved = checkpoint.latents[:3] + np.array([0, 0, 50, 0], np.float32)
    assert used.measure_distances(moved) == pytest.approx([0, 0, 0], abs=2e-2)
    assert used.measure_distance(moved[0]) == pytest.approx(0, abs=2e-2)
    gap = LatentNeighbours(np.delete(checkpoint.latents, 2, axis=1)).sample_spacing
    assert used.measure_gaps(np.array([[3, 0, 50, 4]], np.float32)) == pytest.approx([5 / gap])


def test_why_measures_what_the_decoder_uses(checkpoint):
    """The decoder forgets one dimension and the encoder makes it up: that is no way off."""
    context, place = QueryContext({"m": checkpoint}, {}), Place((0.4, 0.6), 0.01)
    assert RoundTrip("m", "pca", place).answer(context).latent_distance == pytest.approx(0, abs=1e-4)


def test_if_no_dimension_changes_a_picture_all_count(checkpoint):
    checkpoint.decode = lambda z, labels=None: np.zeros((len(z), 3), np.float32)
    assert get_used_dimensions(checkpoint).mask.all()


def test_a_decoder_that_fails_off_its_data_spoils_no_other_place(checkpoint):
    decode = checkpoint.decode

    def fail(z, labels=None):
        if len(z) > 1:
            raise InputError("decode raised RuntimeError")
        return decode(z)

    checkpoint.decode = fail
    used = get_used_dimensions(checkpoint)
    assert used.mask.all()
    assert used.measure_distance(checkpoint.latents[3]) == pytest.approx(0, abs=2e-2)


@pytest.mark.parametrize(("seconds", "most"), [(0.001, 80), (0.1, 30), (1.0, 2)])
def test_a_slow_model_from_elsewhere_is_asked_for_few_pictures(checkpoint, monkeypatch, seconds, most):
    """By a clock of the test's; of a very slow one all dimensions count."""
    clock, drawn, decode = [0.0], [], checkpoint.decode
    monkeypatch.setattr(used_dimensions.time, "perf_counter", lambda: clock[0])

    def slow(z, labels=None):
        clock[0] += seconds * len(z)
        drawn.append(len(z))
        return decode(z)

    checkpoint.is_foreign, checkpoint.decode = True, slow
    assert get_used_dimensions(checkpoint).mask.tolist() == [True, True, most < 10, True]
    assert sum(drawn) <= most


def test_between_the_dots_the_panel_says_what_the_layer_shows(world):
    xy = np.array([[0.35, 0.3], [0.5, 0.45]], np.float32)
    layer, _ = quantities.measure_distance(world["first"], "tsne", xy)
    said = [
        Point("first", "tsne", (x, y), quantities.VIEW_RESOLUTION).answer(QueryContext(world, {})).latent_distance
        for x, y in xy.tolist()
    ]
    assert said == pytest.approx(layer.tolist(), abs=1e-3)
