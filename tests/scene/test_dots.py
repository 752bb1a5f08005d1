import numpy as np
import pytest

from latent_explorer.atlas import Atlas
from latent_explorer.scene.dots import Dots
from tests import stage


@pytest.fixture
def dots(world) -> Dots:
    return Dots.of(world["first"], "tsne")


def test_the_same_map_has_the_same_dots(world, dots):
    assert Dots.of(world["first"], "tsne") is dots
    assert Dots.of(world["first"], "pca") is not dots


def test_nearest_is_the_nearest_of_the_shown_ones(dots):
    for xy in ((0.3, 0.3), (0.5, 0.5), (0.9, 0.1), (2.0, -1.0)):
        for hidden in (frozenset(), frozenset({0}), frozenset({0, 2})):
            shown = [dot for dot in range(len(dots.atlas.xy)) if dots.atlas.labels[dot] not in hidden]
            far = {dot: float(np.hypot(*(dots.atlas.xy[dot] - xy))) for dot in shown}
            distance, dot = dots.find_nearest(xy, hidden)
            assert dot == min(far, key=far.__getitem__)
            assert distance == pytest.approx(far[dot], abs=1e-6)


def test_of_many_positions_each_has_its_own_nearest(dots):
    places = [(0.3, 0.3), (0.9, 0.1), (0.3, 0.3), (2.0, -1.0)]
    for hidden in (frozenset(), frozenset({0, 2}), frozenset({0, 1, 2})):
        alone = [Dots(dots.atlas).find_nearest(xy, hidden) for xy in places]
        assert dots.find_nearest_of_each(places, hidden) == alone
    assert dots.find_nearest_of_each([], frozenset()) == []


def test_with_every_class_hidden_the_nearest_is_one_of_all(dots):
    everything = frozenset({0, 1, 2})
    assert dots.find_nearest(stage.EMPTY, everything) == pytest.approx(dots.find_nearest(stage.EMPTY, frozenset()))
    assert len(dots.get_columns(everything)[0]) == 0
    assert len(dots.get_columns(frozenset({1}))[0]) == 2 * stage.EACH


def test_a_class_has_its_name_among_its_own_dots(dots):
    assert set(dots.median_dots) == {0, 1, 2}
    for k, dot in dots.median_dots.items():
        assert dots.atlas.labels[dot] == k
        assert np.hypot(*(dots.atlas.xy[dot] - stage.CENTRES[k])) < 0.07


def test_far_apart_are_two_classes(dots):
    start, end = dots.farthest_dots
    assert dots.atlas.labels[start] != dots.atlas.labels[end]
    middles = [dots.atlas.xy[dot] for dot in dots.median_dots.values()]
    longest = max(np.hypot(*(a - b)) for a in middles for b in middles)
    assert np.hypot(*(dots.atlas.xy[start] - dots.atlas.xy[end])) == pytest.approx(longest)


def test_without_classes_the_outermost_dots_are_far_apart(world):
    atlas = world["first"].atlas
    plain = Atlas(atlas.projection, atlas.latents, np.full(len(atlas.labels), -1))
    start, end = Dots(plain).farthest_dots
    assert atlas.xy[start, 0] == atlas.xy[:, 0].min()
    assert atlas.xy[end, 0] == atlas.xy[:, 0].max()
