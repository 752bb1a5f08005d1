"""The quantities of the heat maps against direct computation on the small world."""

import numpy as np
import pytest
import torch
from scipy.ndimage import map_coordinates
from scipy.stats import spearmanr

import latent_explorer
from latent_explorer.engine.map_layers import jobs as layers
from latent_explorer.engine.map_layers import quantities
from latent_explorer.engine.map_layers.map_layer_query import HeatMap
from latent_explorer.errors import InputError

REACH = 0.08


@pytest.fixture
def xy(world):
    draw = np.random.default_rng(7)
    dots = world["first"].maps["tsne"].xy
    return (dots[:12] + draw.uniform(-0.02, 0.02, (12, 2))).astype(np.float32)


@pytest.fixture
def z(world, xy):
    return world["first"].maps["tsne"].inverse_transform(xy, quantities.VIEW_RESOLUTION)


def measured(world, kind, xy):
    return quantities.QUANTITIES[kind](world["first"], "tsne", xy)


def test_distance_is_that_to_the_nearest_latent(world, xy, z):
    first = world["first"]
    apart = np.linalg.norm(z[:, None] - first.latents[None], axis=2).min(axis=1)
    assert measured(world, "distance", xy)[0] == pytest.approx(apart / first.neighbours.sample_spacing, abs=1e-3)


def test_cycle_error_is_the_way_back_through_decoder_and_encoder(world, xy, z):
    first = world["first"]
    moved = np.linalg.norm(first.encode(first.decode(z)) - z, axis=1)
    assert measured(world, "cycle", xy)[0] == pytest.approx(moved / first.neighbours.sample_spacing, rel=1e-3)


def compute_scales(checkpoint, map_name, count=20):
    """Each sample's mean distance to its nearest dots, in latent space over on the map; one by one."""
    xy, found = checkpoint.maps[map_name].xy.astype(float), []
    for at, z in zip(xy, checkpoint.latents, strict=True):
        away = np.linalg.norm(xy - at, axis=1)
        near = np.argsort(away)[1 : count + 1]
        found.append(np.linalg.norm(checkpoint.latents[near] - z, axis=1).mean() / away[near].mean())
    return np.array(found) / checkpoint.neighbours.sample_spacing / 100


def test_stretch_is_the_local_scale_of_the_nearest_dots(world, xy):
    first = world["first"]
    nearest = np.argsort(np.linalg.norm(first.maps["tsne"].xy - xy[:, None], axis=2), axis=1)[:, :3]
    expected = compute_scales(first, "tsne")[nearest].mean(axis=1)
    assert measured(world, "stretch", xy)[0] == pytest.approx(expected, rel=1e-3)


@pytest.mark.parametrize("map_name", ["tsne", "pca"])
def test_stretch_ranks_the_places_of_a_shipped_map_as_their_scale_does(map_name):
    digits = latent_explorer.load("digits-vae", "cpu")
    heat = list(layers.make_heat_map(HeatMap("digits-vae", map_name, "stretch", REACH), digits, layers.LayerStore()))[
        -1
    ]
    atlas, grid = digits.maps[map_name], heat.grid
    shown = map_coordinates(heat.values, (atlas.xy[:, ::-1] - [grid.bottom, grid.left]).T / grid.step, order=1)
    assert spearmanr(shown, compute_scales(digits, map_name)).statistic > 0.8


def test_prior_density_is_that_of_the_normal_distribution(tiny):
    xy = tiny.atlas.xy[:9]
    z = torch.from_numpy(tiny.atlas.inverse_transform(xy, quantities.VIEW_RESOLUTION))
    expected = torch.distributions.Normal(0.0, 1.0).log_prob(z).sum(dim=1).numpy()
    assert quantities.measure_prior(tiny, tiny.atlas.method, xy)[0] == pytest.approx(expected, rel=1e-4)


def test_a_plain_autoencoder_has_no_prior(world, xy):
    with pytest.raises(InputError, match="first has no prior"):
        measured(world, "prior", xy)


def test_the_class_decision_is_that_of_the_neighbours(world, xy, z):
    from sklearn.neighbors import KNeighborsClassifier

    first = world["first"]
    probe = KNeighborsClassifier(10).fit(first.latents, first.labels)
    share, classes = measured(world, "class", xy)
    assert (classes == probe.predict(z)).all()
    assert share == pytest.approx(probe.predict_proba(z).max(axis=1), abs=1e-5)
    assert quantities.decide_class(first, "tsne", first.maps["tsne"].xy)[0].min() < 1  # some are in doubt
