import numpy as np
import pytest
import torch

from latent_explorer.atlas import Atlas, LatentNeighbours, projection
from latent_explorer.errors import InputError


@pytest.fixture(params=["pca", "tsne", "latent"])
def atlas(request, cloud) -> Atlas:
    latents, labels = cloud(60, 2 if request.param == "latent" else 5)
    return Atlas(projection.fit(request.param, latents, perplexity=8), latents, labels)


def test_arrays_give_arrays_and_tensors_give_tensors(atlas):
    z = atlas.latents[:4]
    for found, again in (
        (atlas.transform(z), atlas.transform(torch.from_numpy(z))),
        (atlas.inverse_transform(atlas.xy[:4]), atlas.inverse_transform(torch.from_numpy(atlas.xy[:4]))),
    ):
        assert isinstance(found, np.ndarray)
        assert isinstance(again, torch.Tensor)
        assert found.dtype == np.float32
        assert again.dtype == torch.float32
        assert np.array_equal(found, again.numpy())


def test_a_map_says_by_which_method_it_was_made(atlas):
    assert atlas.which == atlas.method == atlas.projection.name


def test_lists_are_taken_as_arrays(atlas):
    assert atlas.inverse_transform([[0.5, 0.5]]).shape == (1, atlas.latents.shape[1])


def test_the_corners_are_those_of_the_box_around_all_dots(atlas):
    assert np.array_equal(atlas.corners, [atlas.xy.min(axis=0), atlas.xy.max(axis=0)])


@pytest.mark.parametrize("odd", [[0.5, 0.5], [[0.5]], [[0.5, 0.5, 0.5]], [[np.nan, 0]], [[0, np.inf]], "centre"])
def test_positions_that_are_none_are_refused(atlas, odd):
    for ask in (atlas.inverse_transform, atlas.find_nearest):
        with pytest.raises(InputError, match=r"xy: .* arrived"):
            ask(odd)


def test_latents_that_are_none_are_refused(atlas):
    d = atlas.latents.shape[1]
    with pytest.raises(InputError, match=rf"latents: shape \(3, {d + 1}\) arrived; \(N, {d}\) is allowed"):
        atlas.transform(np.zeros((3, d + 1)))
    with pytest.raises(InputError, match="latents: NaN or infinity"):
        atlas.transform(np.full((3, d), np.nan))


@pytest.mark.parametrize("odd", [-0.1, float("nan"), float("inf")])
def test_a_resolution_is_a_size(odd, cloud):
    latents, labels = cloud(30, 5)
    with pytest.raises(InputError, match=r"resolution: .* arrived"):
        Atlas(projection.fit("pca", latents), latents, labels).inverse_transform([[0.5, 0.5]], resolution=odd)


def test_no_positions_are_fine(atlas):
    assert atlas.inverse_transform(np.zeros((0, 2))).shape == (0, atlas.latents.shape[1])
    assert atlas.transform(np.zeros((0, atlas.latents.shape[1]))).shape == (0, 2)


def test_the_latent_plane_is_its_own_inverse_at_every_resolution(cloud):
    latents, labels = cloud(60, 2)
    atlas = Atlas(projection.fit("latent", latents), latents, labels)
    assert atlas.method == "latent"
    at = np.random.default_rng(0).uniform(-1, 2, size=(40, 2)).astype(np.float32)
    for resolution in (None, 0.1):
        np.testing.assert_allclose(atlas.transform(atlas.inverse_transform(at, resolution)), at, atol=1e-5)


def test_the_nearest_dot_is_the_nearest(atlas):
    at = np.random.default_rng(0).random((20, 2)).astype(np.float32)
    distance, dot = atlas.find_nearest(at)
    every = np.linalg.norm(at[:, None] - atlas.xy[None], axis=2)
    assert np.array_equal(dot, every.argmin(axis=1))
    np.testing.assert_allclose(distance, every.min(axis=1), atol=1e-6)


def test_the_gap_is_the_typical_distance_between_neighbours(cloud):
    xy = np.stack(np.meshgrid(np.arange(8), np.arange(8)), -1).reshape(-1, 2).astype(np.float32)
    atlas = Atlas(projection.fit("latent", xy), xy, np.zeros(64, np.int64))
    assert atlas.dot_spacing == pytest.approx(0.94 / 7, rel=1e-4)
    assert LatentNeighbours(xy).sample_spacing == pytest.approx(1.0, rel=1e-4)


def test_a_single_dot_has_a_gap_too():
    one = Atlas(projection.fit("latent", np.float32([[1, 2]])), np.float32([[1, 2]]), np.zeros(1, np.int64))
    assert one.dot_spacing > 0
    assert one.inverse_transform([[0.5, 0.5]]).tolist() == [[1, 2]]


def test_distances_to_the_data_in_latent_space_are_exact(cloud):
    latents, _ = cloud(60, 5)
    neighbours = LatentNeighbours(latents)
    for z in np.random.default_rng(0).normal(size=(10, 5)).astype(np.float32) * 4:
        assert neighbours.measure_distance(z) == pytest.approx(np.linalg.norm(latents - z, axis=1).min(), rel=1e-3)
    assert neighbours.measure_distance(latents[7]) < neighbours.sample_spacing / 10
    assert neighbours.measure_distance(latents.mean(axis=0) + 100) > 10 * neighbours.sample_spacing


# -- fitted from Python ---------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["tsne", "pca", "latent"])
def test_latents_of_any_model_are_laid_out(cloud, method):
    z, labels = cloud()
    atlas = Atlas.fit(z, method, labels, seed=1, perplexity=10)
    assert (atlas.method, atlas.xy.shape, atlas.labels.tolist()) == (method, (len(z), 2), labels.tolist())
    assert (atlas.latents == z).all()
    assert atlas.latents is not z
    assert atlas.inverse_transform(atlas.xy) == pytest.approx(z, abs=1e-3)
    assert repr(atlas) == f"Atlas({method}: {len(z)} latents of {z.shape[1]} dimensions)"


def test_tensors_lists_and_arrays_make_the_same_map(cloud):
    z, _ = cloud(40)
    maps = [Atlas.fit(one, "pca") for one in (z, torch.from_numpy(z), z.tolist(), z.astype(np.float64)[:, ::1])]
    for one in maps:
        assert (one.xy == maps[0].xy).all()
        assert (one.labels == -1).all()


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        ({"method": "mds"}, "mds"), ({"perplexities": 3}, r"perplexities .*did you mean perplexity"),
        ({"seed": 0.5}, "seed"), ({"perplexity": "30"}, "perplexity"), ({"metric": "hamming"}, "metric"),
        ({"labels": [0, 1]}, "labels"), ({"labels": np.full(60, -2)}, "labels"), ({"latents": np.zeros(60)}, "latents"),
        ({"latents": np.full((60, 3), np.nan)}, "latents"), ({"latents": np.zeros((0, 3))}, "latents"),
        ({"latents": np.full((60, 3), 1e20)}, "latents"), ({"perplexity": 25}, "perplexity: 25 arrived"),
    ],
)  # fmt: skip
def test_what_no_map_can_be_made_of_is_named(cloud, arguments, name):
    latents = arguments.pop("latents", cloud(60)[0])
    with pytest.raises(InputError, match=name):
        Atlas.fit(latents, **arguments)


def test_a_plot_has_a_dot_for_each_latent_and_a_legend(cloud):
    from matplotlib.figure import Figure

    z, labels = cloud()
    labels[0] = -1
    ax = Figure().subplots()
    assert Atlas.fit(z, "pca", labels).plot(ax, class_names=["_a", "b$", "c"]) is ax
    assert sum(len(dots.get_offsets()) for dots in ax.collections) == len(z)
    assert [text.get_text().strip() for text in ax.get_legend().get_texts()] == ["_a", r"b\$", "c"]


def test_a_plot_names_the_numbers_that_occur_and_refuses_too_few_names(cloud):
    pyplot = pytest.importorskip("matplotlib.pyplot")
    pyplot.switch_backend("agg")
    latents, _ = cloud(40)
    atlas = Atlas.fit(latents, "pca", labels=np.repeat([2023, 2024], 20))
    ax = atlas.plot(pyplot.figure().add_subplot())
    ax = atlas.plot(ax)
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["2023", "2024"]
    with pytest.raises(InputError, match="class_names"):
        Atlas.fit(latents, "pca", labels=np.repeat([0, 1], 20)).plot(class_names=np.array(["low"]))
    pyplot.close("all")
