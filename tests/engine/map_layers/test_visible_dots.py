"""Searching for the nearest dot of a class that is not hidden."""

import numpy as np

from latent_explorer.engine.map_layers import visible_dots
from tests import stage


def test_the_tree_holds_the_dots_of_the_other_classes_in_order():
    atlas = stage.make_world()["first"].maps["tsne"]
    hidden = frozenset({int(atlas.labels[0])})
    mask = visible_dots.compute_mask(atlas, hidden)
    assert (mask == (atlas.labels != atlas.labels[0])).all()
    _, nearest = visible_dots.get_tree(atlas, hidden).query(atlas.xy[0])
    visible = np.flatnonzero(mask)
    assert visible[nearest] == visible[np.linalg.norm(atlas.xy[visible] - atlas.xy[0], axis=1).argmin()]


def test_nothing_is_hidden_or_everything():
    atlas = stage.make_world()["first"].maps["tsne"]
    assert visible_dots.get_tree(atlas, frozenset()) is atlas.tree
    assert visible_dots.get_tree(atlas, frozenset(atlas.labels.tolist())) is None
