import re

import pytest

from latent_explorer.atlas import projection
from latent_explorer.atlas.map_spec import Recipe
from latent_explorer.atlas.projection import UMAP
from latent_explorer.checkpoint.header import MAP_NAME
from latent_explorer.errors import InputError

SOME = [
    Recipe("tsne", perplexity=5), Recipe("tsne", perplexity=5, seed=3), Recipe("tsne", perplexity=5, metric="cosine"),
    Recipe("pca"), Recipe("pca", axes=(3, 1)), Recipe("latent", axes=(1, 3)), Recipe("umap"),
    Recipe("umap", neighbours=5, metric="cosine", seed=9999),
]  # fmt: skip


def test_each_has_a_name_of_its_own_that_a_file_may_hold():
    for name in ("key", "title"):
        assert len({getattr(recipe, name) for recipe in SOME}) == len(SOME)
    assert all(re.fullmatch(MAP_NAME, recipe.key) for recipe in (*SOME, Recipe("tsne", perplexity=12.5)))
    assert Recipe("tsne", perplexity=50, metric="cosine", seed=3).title == "t-SNE 50 cosine s3"
    assert Recipe("latent", axes=(3, 7)).title == "Latent 3-7"


@pytest.mark.parametrize("recipe", [one for one in SOME if one.method != "umap"], ids=lambda one: one.key)
def test_a_map_says_what_it_was_made_by(cloud, recipe):
    made = projection.fit(recipe.method, cloud(60)[0], **recipe.arguments)
    assert Recipe.of(made) == recipe.plain


def test_what_a_method_does_not_look_at_makes_no_difference():
    assert Recipe("pca", perplexity=7, seed=3).plain == Recipe("pca").plain
    assert Recipe("tsne", axes=(3, 4)).plain == Recipe("tsne").plain
    assert Recipe("tsne", seed=3).plain != Recipe("tsne").plain
    assert Recipe.of(object()) is None


@pytest.mark.parametrize(
    ("recipe", "points", "dimensions", "said"),
    [
        (Recipe("tsne", perplexity=50), 100, 4, "perplexity 50 arrived for 100 points; 2 to 33 is allowed"),
        (Recipe("tsne", perplexity=1), 100, 4, "perplexity 1 arrived"),
        (Recipe("tsne"), 3, 4, "3 points are too few for t-SNE"),
        (Recipe("tsne"), 70_001, 4, "70,001 points arrived; t-SNE takes up to 70,000"),
        (Recipe("tsne", metric="odd"), 100, 4, "metric 'odd' arrived"),
        (Recipe("pca", axes=(2, 2)), 100, 4, "axes 2-2 arrived for 4 dimensions"),
        (Recipe("latent", axes=(1, 5)), 100, 4, "axes 1-5 arrived for 4 dimensions"),
        (Recipe("latent", axes=(1, 3)), 100, 2, "only 1-2 is allowed"),
        (Recipe("umap", neighbours=100), 100, 4, "100 neighbours arrived; 2 to 99 are allowed"),
        (Recipe("umap"), 3, 4, "3 points are too few for UMAP"),
    ],
)
def test_what_cannot_be_made_is_said_before_it_is_tried(recipe, points, dimensions, said, monkeypatch):
    monkeypatch.setattr(UMAP, "is_here", staticmethod(lambda: True))
    with pytest.raises(InputError, match=said):
        recipe.check(points, dimensions)


def test_a_missing_library_is_named_with_the_way_to_get_it(monkeypatch):
    monkeypatch.setattr(UMAP, "is_here", staticmethod(lambda: False))
    with pytest.raises(InputError, match="pip install umap-learn"):
        Recipe("umap").check(100, 4)


def test_a_single_dimension_is_a_plane_too():
    Recipe("latent").check(100, 1)
    Recipe("pca").check(100, 1)
