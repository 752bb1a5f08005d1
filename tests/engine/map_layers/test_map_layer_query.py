from dataclasses import replace

import pytest

from latent_explorer.engine.map_layers.map_layer_query import HeatMap, Mosaic, is_same_layer
from latent_explorer.engine.map_layers.map_tiles import find_span

HEAT = HeatMap("m", "tsne", "distance", 0.05)
TILES = Mosaic("m", "tsne", find_span(3, (0, 0), (1, 1)), 0.05)


@pytest.mark.parametrize("layer", [HEAT, TILES])
def test_a_layer_stays_while_its_classes_are_hidden_and_goes_with_its_map(layer):
    assert is_same_layer(layer, replace(layer, hidden=frozenset({1}), reach=0.1))
    assert not is_same_layer(layer, replace(layer, model="n"))
    assert not is_same_layer(layer, replace(layer, map_name="pca"))


def test_another_quantity_is_another_layer_and_another_view_is_not():
    assert not is_same_layer(HEAT, replace(HEAT, kind="cycle"))
    assert not is_same_layer(HEAT, TILES)
    assert not is_same_layer(TILES, HEAT)
    assert is_same_layer(TILES, replace(TILES, span=find_span(5, (0, 0), (0.2, 0.2))))
