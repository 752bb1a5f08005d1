"""Maps that are straight, and the one that is the code itself."""

import numpy as np
import pytest

from latent_explorer.atlas import Atlas, projection
from latent_explorer.scene.straight_map import is_straight, is_whole_code
from tests import stage

Z = np.random.default_rng(0).normal(size=(40, 3)).astype(np.float32)


@pytest.mark.parametrize(("method", "numbers", "whole"), [("pca", 3, False), ("latent", 3, False), ("latent", 2, True)])
def test_a_linear_map_is_straight_and_a_plane_of_all_numbers_is_the_code(method, numbers, whole):
    z = np.ascontiguousarray(Z[:, :numbers])
    atlas = Atlas(projection.fit(method, z), z, np.zeros(40, np.int64))
    assert (is_straight(atlas), is_whole_code(atlas)) == (True, whole)


def test_t_sne_is_neither():
    atlas = Atlas(stage.Placed(Z[:, :2], "tsne", "t-SNE"), Z, np.zeros(40, np.int64))
    assert not is_straight(atlas)
    assert not is_whole_code(atlas)
