"""The layer menu, what it asks for, and what it says."""

from dataclasses import replace

import numpy as np
import pytest

from latent_explorer import config
from latent_explorer.engine.map_layers.map_grid import NODES_PER_SIDE, Grid
from latent_explorer.engine.map_layers.map_layer_query import HeatMap, HeatMapValue, Mosaic, MosaicValue
from latent_explorer.engine.results import Results
from latent_explorer.labs import LABS
from latent_explorer.scene import map_layers
from latent_explorer.scene.events import Key, Scroll, Set
from latent_explorer.scene.items import Chip, ColourBar, HeatLayer, Map, MosaicLayer, NoData, Text
from latent_explorer.shell import keymap, toolbar
from tests import stage
from tests.stage import begin, map_rect, of_kind, play, texts


def heat(kind="distance", low=0.0, high=1.0, **changes) -> HeatMapValue:
    grid = Grid(0, 0, 1)
    values = np.zeros((NODES_PER_SIDE, NODES_PER_SIDE), np.float32)
    return HeatMapValue(kind, grid, values, None, np.ones_like(values), low, high, True, **changes)


def results(**values) -> Results:
    found = Results()
    for slot, value in values.items():
        found.put(slot.replace("_", " "), value)
    return found


def view(state, **values):
    return LABS[state.lab].make_view(state, results(**values))


def asked(state):
    return LABS[state.lab].make_queries(state)


@pytest.fixture
def variational(world):
    """`second` as a variational model of as many dimensions as `first`."""
    shelf = stage.World(world)
    settings = replace(world["second"].config, objective=config.Objective(name="variational"))
    shelf["second"] = replace(world["second"], config=settings)
    return shelf


def control(state):
    return next(one for one in toolbar.list_controls(state) if one.name == "layer")


@pytest.mark.parametrize("lab", ["explore", "compare"])
def test_every_lab_has_the_menu_and_shows_the_dots_alone_at_first(world, lab):
    state = begin(world, lab)
    assert control(state).value == "none"
    assert not any(slot.startswith("layer") for slot in asked(state))
    assert all(item.layer is None for item in of_kind(view(state), Map))


def test_a_plain_autoencoder_has_no_prior_density(world, variational):
    assert "prior" not in dict(control(begin(world)).options)
    both = begin(variational, "compare")
    assert "prior" in dict(control(both).options)
    both = play(both, Set("layer", "prior"))
    wanted = asked(both)
    assert "layer 0" not in wanted  # the plain one has none, and its map says so
    assert wanted["layer 1"].kind == "prior"
    assert "not variational" in texts(view(both)).lower()
    assert control(replace(both, lab="explore")).value == "none"  # alone, it is as if none were chosen


def test_models_without_labels_have_no_class_decision(world):
    shelf = stage.World(world)
    shelf["first"] = replace(world["first"], class_names=())
    assert "class" not in dict(control(begin(shelf)).options)


def test_the_key_goes_through_all_layers_and_back(world):
    state, seen = begin(world), []
    for _ in range(6):
        state = play(state, Key("l"))
        seen.append(state.view.layer)
    assert seen == ["distance", "cycle", "stretch", "class", "pictures", "none"]
    assert play(state, Key("L")).view.layer == "pictures"
    assert play(state, Set("layer", "nonsense")) == state
    assert any("L" in keys for keys, _ in keymap.HELP_ROWS)


def test_hidden_classes_are_part_of_what_is_asked_for(world):
    state = begin(world, layer="cycle", hidden=frozenset({"one"}))
    wanted = asked(state)["layer 0"]
    assert isinstance(wanted, HeatMap)
    assert wanted.hidden == {1}
    assert (wanted.model, wanted.map_name, wanted.kind) == ("first", "tsne", "cycle")


def test_the_heat_map_stays_the_same_when_the_view_moves_and_pictures_follow_it(world):
    for kind, same in (("cycle", True), ("pictures", False)):
        state = begin(world, layer=kind)
        closer = play(state, Scroll(map_rect(state).centre, 12))
        assert (asked(state)["layer 0"] == asked(closer)["layer 0"]) is same
    assert isinstance(asked(closer)["layer 0"], Mosaic)
    assert asked(closer)["layer 0"].span.level > asked(state)["layer 0"].span.level


def test_a_layer_of_another_kind_is_not_shown_in_place_of_the_chosen_one(world):
    state = begin(world, layer="cycle")
    assert of_kind(view(state, layer_0=heat("distance")), Map)[0].layer is None
    assert isinstance(of_kind(view(state, layer_0=heat("cycle")), Map)[0].layer, HeatLayer)
    tiles = MosaicValue(asked(state.put(replace(state.view, layer="pictures")))["layer 0"].span, {}, False)
    assert isinstance(
        of_kind(view(state.put(replace(state.view, layer="pictures")), layer_0=tiles), Map)[0].layer, MosaicLayer
    )


def test_both_maps_of_compare_have_the_same_colours_for_the_same_value(world):
    state = begin(world, "compare", layer="cycle")
    shown = view(state, layer_0=heat("cycle", 0.2, 0.7), layer_1=heat("cycle", 0.1, 3.0))
    scales = [(item.layer.low, item.layer.high) for item in of_kind(shown, Map)]
    assert scales == [(0.0, 3.0), (0.0, 3.0)]
    assert len(of_kind(shown, ColourBar)) == 1
    written = [item.text for item in of_kind(shown, Text)]
    assert "0" in written
    assert "3.0" in written


def test_bright_is_off_the_data_even_on_a_map_without_holes(world):
    state = begin(world, layer="distance")
    (shown,) = of_kind(view(state, layer_0=heat("distance", 0.1, 0.4)), Map)
    assert (shown.layer.low, shown.layer.high) == (0.1, 1.4)


@pytest.mark.parametrize("size", [(1280, 800), (640, 480), (500, 400)])
@pytest.mark.parametrize("lab", ["explore", "compare"])
def test_the_legend_lies_in_the_window_and_on_no_class(world, lab, size):
    state = begin(world, lab, size, layer="stretch")
    shown = view(state, layer_0=heat("stretch"), layer_1=heat("stretch"))
    ramps, chips = of_kind(shown, ColourBar), of_kind(shown, Chip)
    for ramp in ramps:
        assert ramp.rect.width > 20
        assert 0 <= ramp.rect.x < ramp.rect.right <= size[0]
        assert 0 <= ramp.rect.y < ramp.rect.bottom <= size[1]
        for chip in chips:
            apart = chip.rect.right <= ramp.rect.x or chip.rect.bottom <= ramp.rect.y or chip.rect.x >= ramp.rect.right
            assert apart
    assert ramps or size == (500, 400)
    assert len(of_kind(shown, NoData)) == len(ramps)


@pytest.mark.parametrize("size", [(1280, 800), (500, 400), (3840, 2160)])
@pytest.mark.parametrize("kind", ["distance", "class", "pictures"])
def test_the_legend_says_what_the_hatching_means(world, kind, size):
    state = begin(world, "explore", size, layer=kind)
    tiles = MosaicValue(asked(state)["layer 0"].span, {}, False) if kind == "pictures" else heat(kind)
    shown = view(state, layer_0=tiles)
    (sample,) = of_kind(shown, NoData)
    (word,) = [one for one in of_kind(shown, Text) if one.text == map_layers.NO_DATA]
    assert sample.rect.right < word.rect.x
    assert word.rect.width >= 50 * state.ui_scale
    assert sample.rect.height == round(12 * state.ui_scale)


def test_the_hint_says_what_bright_means(world):
    state = begin(world)
    assert LABS["explore"].hint in texts(view(state))
    for kind in ("distance", "cycle", "stretch"):
        assert "Bright: " in texts(view(state.put(replace(state.view, layer=kind))))
