"""Why a picture is what it is: what it leans on, how it drifts, and how sure the encoder was."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from latent_explorer.atlas import Atlas, LatentNeighbours, projection
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.engine.decode import decode_pictures
from latent_explorer.engine.queries import explain
from latent_explorer.engine.queries.base import Point
from latent_explorer.engine.queries.explain import Contributors, NearestSamples, Posterior, RoundTrip
from latent_explorer.engine.query_context import QueryContext
from latent_explorer.engine.subject import Place
from latent_explorer.errors import InputError
from latent_explorer.models import OBJECTIVES, VariationalAutoencoder

BETWEEN = (0.35, 0.3)


def position(checkpoint: Checkpoint, dot: int, which: str) -> tuple[float, float]:
    x, y = checkpoint.maps[which].xy[dot]
    return float(x), float(y)


# -- what it leans on ---------------------------------------------------------------------------------


def test_a_point_s_reasons_put_its_latent_together(world):
    value = Contributors("first", "tsne", Place(BETWEEN, 0.01), 16).answer(QueryContext(world, {}))
    z = Point("first", "tsne", BETWEEN, 0.01).answer(QueryContext(world, {})).z
    assert value.weights_or_distances.sum() == pytest.approx(1, abs=16 * explain.MIN_WEIGHT)
    blend = value.weights_or_distances @ world["first"].latents[value.dots]
    missing = np.linalg.norm(blend - z) / world["first"].neighbours.sample_spacing
    assert missing == pytest.approx(value.missing, abs=0.05)
    assert (np.diff(value.weights_or_distances) <= 0).all()
    assert len(value.pictures) == len(value.dots) > 2


def test_each_reason_is_shown_by_its_own_reconstruction(world):
    value = Contributors("first", "tsne", Place(BETWEEN, 0.01), 4).answer(QueryContext(world, {}))
    assert len(value.dots) == 4
    for dot, picture in zip(value.dots, value.pictures, strict=True):
        own = decode_pictures(world["first"], world["first"].latents[[dot]])[0]
        assert np.abs(picture.astype(int) - own).max() <= 1


def test_a_dot_leans_on_itself_alone(world):
    value = Contributors("first", "tsne", Place(position(world["first"], 9, "tsne")), 10).answer(
        QueryContext(world, {})
    )
    assert (value.dots.tolist(), value.weights_or_distances.tolist(), value.missing) == ([9], [1.0], 0)


def test_the_nearest_in_latent_space_are_those_of_brute_force(world):
    first = world["first"]
    value = Contributors("first", "tsne", Place(BETWEEN, 0.01), 7, nearest=True).answer(QueryContext(world, {}))
    z = Point("first", "tsne", BETWEEN, 0.01).answer(QueryContext(world, {})).z
    apart = np.linalg.norm(first.latents - z, axis=1)
    assert value.dots.tolist() == np.argsort(apart)[:7].tolist()
    assert value.weights_or_distances == pytest.approx(np.sort(apart)[:7] / first.neighbours.sample_spacing, rel=1e-3)


def test_links_are_every_sample_s_nearest(world):
    assert (
        NearestSamples("first").answer(QueryContext(world, {})).nearest == world["first"].neighbours.nearest_samples
    ).all()


# -- the round trip -----------------------------------------------------------------------------------


def mirror(atlas: Atlas, drift: float = 0.0) -> SimpleNamespace:
    """A checkpoint whose decoder shows the latent, and whose encoder reads it with an error along each dimension."""
    return SimpleNamespace(
        maps={"map": atlas}, labels=atlas.labels, conditional=False, is_foreign=False, can_decode=True,
        neighbours=LatentNeighbours(atlas.latents),
        decode=lambda z, labels: z, encode=lambda x, labels: x + np.float32(drift),
        image_shape=(1, 1, atlas.latents.shape[1]),
    )  # fmt: skip


@pytest.fixture(params=["pca", "tsne", "latent"])
def atlas(request, cloud) -> Atlas:
    latents, labels = cloud(60, 2 if request.param == "latent" else 5)
    return Atlas(projection.fit(request.param, latents, perplexity=8), latents, labels)


def test_a_model_that_forgets_nothing_does_not_drift(atlas):
    trip = RoundTrip("m", "map", Place((0.4, 0.6), 0.01)).answer(QueryContext({"m": mirror(atlas)}, {}))
    assert trip.latent_distance == 0
    assert trip.returned_xy == pytest.approx(trip.latent_xy, abs=1e-6)


def test_the_drift_is_as_long_as_the_error(cloud):
    latents, labels = cloud(60, 5)
    atlas = Atlas(projection.fit("pca", latents), latents, labels)
    trip = RoundTrip("m", "map", Place((0.4, 0.6), 0.01)).answer(QueryContext({"m": mirror(atlas, 0.5)}, {}))
    assert trip.latent_distance == pytest.approx(0.5 * np.sqrt(5) / LatentNeighbours(latents).sample_spacing, rel=1e-4)
    assert trip.latent_xy == pytest.approx((0.4, 0.6), abs=1e-4)
    moved = np.full(5, 0.5) @ atlas.projection.components.T * atlas.projection.frame.scale
    assert np.subtract(trip.returned_xy, trip.latent_xy) == pytest.approx(moved, abs=1e-4)


def test_a_real_model_s_round_trip_is_decode_and_encode(tiny):
    xy = position(tiny, 3, "pca")
    trip = RoundTrip("m", "pca", Place(xy)).answer(QueryContext({"m": tiny}, {}))
    again = tiny.encode(tiny.decode(tiny.latents[[3]]))
    assert trip.returned_xy == pytest.approx(tiny.maps["pca"].transform(again)[0].tolist(), abs=1e-4)


class Here(QueryContext):
    """Every sample has a black image on this machine."""

    def find_original(self, model, dot):
        return np.zeros((1, 8, 8), np.uint8), ""


# -- the posterior ------------------------------------------------------------------------------------


def test_every_variational_objective_has_a_posterior(world):
    for name, kind in OBJECTIVES.items():
        settings = replace(world["first"].config, objective=replace(world["first"].config.objective, name=name))
        assert replace(world["first"], config=settings).variational == issubclass(kind, VariationalAutoencoder)


def test_a_plain_model_has_none(world):
    with pytest.raises(InputError, match="first has no posterior"):
        world["first"].posterior(np.zeros((1, 1, 8, 8), np.float32))


def test_the_posterior_s_mean_is_the_code(tiny):
    images = tiny.decode(tiny.latents[:5])
    mean, sigma = tiny.posterior(images)
    assert np.allclose(mean, tiny.encode(images), atol=1e-5)
    assert (sigma > 0).all()


@pytest.mark.parametrize("wide", range(4))
def test_on_a_linear_map_the_ellipse_is_that_of_samples_from_the_posterior(tiny, wide):
    """Drawn latents, placed one by one, spread as the covariance says: in size, proportion and direction."""
    sigma = np.full((1, 4), 0.2, np.float32)
    sigma[0, wide] = 2  # so that the ellipse is long, and lies along this dimension's direction on the map
    model = SimpleNamespace(
        maps=tiny.maps, labels=tiny.labels, conditional=False, is_foreign=False, neighbours=tiny.neighbours,
        posterior=lambda x, labels: (tiny.latents[[4]], sigma),
    )  # fmt: skip
    value = Posterior("m", "pca", 4).answer(Here({"m": model}, {}))
    draw = np.random.default_rng(0).normal(size=(40_000, 4))
    placed = tiny.maps["pca"].transform((tiny.latents[4] + sigma * draw).astype(np.float32))
    covariance = np.cov(placed.T)
    assert np.asarray(value.covariance) == pytest.approx(covariance, abs=0.03 * np.trace(covariance))
    assert value.from_original


def test_without_the_image_it_is_that_of_the_reconstruction_and_says_so(tiny):
    value = Posterior("m", "pca", 4).answer(QueryContext({"m": tiny}, {}))
    assert not value.from_original
    sigma = tiny.posterior(tiny.decode(tiny.latents[[4]]))[1][0]
    slope = tiny.maps["pca"].projection.components * tiny.maps["pca"].projection.frame.scale
    assert np.asarray(value.covariance) == pytest.approx(slope @ np.diag(sigma**2) @ slope.T, rel=1e-4)


@pytest.mark.parametrize("width", [0.001, 2.0])
def test_on_a_map_without_a_formula_codes_that_were_placed_stand_for_it(tiny, width):
    """Half of the codes shown lie as far from the sample as half of many others that are drawn and placed do."""
    model = SimpleNamespace(
        maps=tiny.maps, labels=tiny.labels, conditional=False, is_foreign=False, neighbours=tiny.neighbours,
        posterior=lambda x, labels: (tiny.latents[[4]], np.full((1, 4), width, np.float32)),
    )  # fmt: skip
    value = Posterior("m", "tsne", 4).answer(Here({"m": model}, {}))
    assert value.covariance is None
    draw = np.random.default_rng(1).normal(size=(2000, 4)).astype(np.float32)
    xy = tiny.maps["tsne"].transform(tiny.latents[4] + width * draw)
    middle = np.median(np.linalg.norm(xy - tiny.maps["tsne"].xy[4], axis=1))
    shown = np.linalg.norm(np.asarray(value.draws) - tiny.maps["tsne"].xy[4], axis=1)
    assert np.mean(shown <= middle) == pytest.approx(0.5, abs=0.15)
