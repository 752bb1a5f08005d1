import re

import pytest

from latent_explorer.atlas import projection
from latent_explorer.atlas.map_spec import MapSpec
from latent_explorer.atlas.projection import UMAP
from latent_explorer.checkpoint.header import MAP_NAME_PATTERN
from latent_explorer.errors import InputError

SOME = [
    MapSpec("tsne", perplexity=5),
    MapSpec("tsne", perplexity=5, seed=3),
    MapSpec("tsne", perplexity=5, metric="cosine"),
    MapSpec("pca"),
    MapSpec("pca", axes=(3, 1)),
    MapSpec("latent", axes=(1, 3)),
    MapSpec("umap"),
    MapSpec("umap", neighbours=5, metric="cosine", seed=9999),
]


def test_each_has_a_name_of_its_own_that_a_file_may_hold():
    for name in ("map_name", "title"):
        assert len({getattr(spec, name) for spec in SOME}) == len(SOME)
    assert all(re.fullmatch(MAP_NAME_PATTERN, spec.map_name) for spec in (*SOME, MapSpec("tsne", perplexity=12.5)))
    assert MapSpec("tsne", perplexity=50, metric="cosine", seed=3).title == "t-SNE 50 cosine s3"
    assert MapSpec("latent", axes=(3, 7)).title == "Latent 3-7"


@pytest.mark.parametrize("spec", [one for one in SOME if one.method != "umap"], ids=lambda one: one.map_name)
def test_a_map_says_what_it_was_made_by(cloud, spec):
    made = projection.fit(spec.method, cloud(60)[0], **spec.arguments)
    assert MapSpec.of(made) == spec.normalised


def test_what_a_method_does_not_look_at_makes_no_difference():
    assert MapSpec("pca", perplexity=7, seed=3).normalised == MapSpec("pca").normalised
    assert MapSpec("tsne", axes=(3, 4)).normalised == MapSpec("tsne").normalised
    assert MapSpec("tsne", seed=3).normalised != MapSpec("tsne").normalised
    assert MapSpec.of(object()) is None


@pytest.mark.parametrize(
    ("spec", "points", "dimensions", "said"),
    [
        (MapSpec("tsne", perplexity=50), 100, 4, "perplexity 50 arrived for 100 points; 2 to 33 is allowed"),
        (MapSpec("tsne", perplexity=1), 100, 4, "perplexity 1 arrived"),
        (MapSpec("tsne"), 3, 4, "points: 3 arrived; t-SNE needs at least 7"),
        (MapSpec("tsne"), 70_001, 4, "70,001 points arrived; t-SNE takes up to 70,000"),
        (MapSpec("tsne", metric="odd"), 100, 4, "metric 'odd' arrived"),
        (MapSpec("pca", axes=(2, 2)), 100, 4, "axes 2-2 arrived for 4 dimensions"),
        (MapSpec("latent", axes=(1, 5)), 100, 4, "axes 1-5 arrived for 4 dimensions"),
        (MapSpec("latent", axes=(1, 3)), 100, 2, "only 1-2 is allowed"),
        (MapSpec("umap", neighbours=100), 100, 4, "neighbours: 100 arrived; 2 to 99 are allowed"),
        (MapSpec("umap"), 3, 4, "points: 3 arrived; UMAP needs at least 4"),
    ],
)
def test_what_cannot_be_made_is_said_before_it_is_tried(spec, points, dimensions, said, monkeypatch):
    monkeypatch.setattr(UMAP, "is_installed", staticmethod(lambda: True))
    with pytest.raises(InputError, match=said):
        spec.check(points, dimensions)


def test_a_missing_library_is_named_with_the_way_to_get_it(monkeypatch):
    monkeypatch.setattr(UMAP, "is_installed", staticmethod(lambda: False))
    with pytest.raises(InputError, match="pip install umap-learn"):
        MapSpec("umap").check(100, 4)


def test_a_single_dimension_is_a_plane_too():
    MapSpec("latent").check(100, 1)
    MapSpec("pca").check(100, 1)
