"""Attributes that a model's file lacks: offered where the pictures are, measured when one is chosen."""

from dataclasses import replace

import numpy as np
import pytest

from latent_explorer.data.attributes import Attribute
from latent_explorer.data.measure_drawings import UNITS
from latent_explorer.engine.datasets.dataset_downloader import DatasetMissing, DatasetOffer
from latent_explorer.engine.datasets.known_attributes import AttributesFound, AttributesQuery, DatasetFound
from latent_explorer.engine.results import Results
from latent_explorer.labs import LABS
from latent_explorer.scene import colour_by, legend
from latent_explorer.scene.events import Key, Set
from latent_explorer.scene.items import Chip, ColourBar, Map
from tests import stage
from tests.stage import begin, of_kind, play, texts

SLANT = np.linspace(-20, 20, 3 * stage.EACH).astype(np.float32)
SLANT[5:] = np.nan
FOUND = AttributesFound("first", {"slant": Attribute(SLANT, unit="degrees")})


@pytest.fixture
def here(world):
    """A state in which the pictures of `first` are on this machine."""
    return play(begin(world), DatasetFound(world["first"].data_key))


def shown(state):
    return LABS[state.lab].make_view(state, Results())


def get_legend(state):
    return legend.make_items(state, LABS[state.lab].get_layout(state).legend, 1)


def list_known(state):
    return [slot for slot, query in LABS[state.lab].make_queries(state).items() if isinstance(query, AttributesQuery)]


def test_they_are_offered_only_where_the_pictures_are(world, here):
    assert colour_by.list_names(begin(world), 1) == ()
    assert colour_by.list_names(here, 1) == tuple(UNITS)
    assert not list_known(here)


def test_they_are_measured_when_one_is_chosen_and_meanwhile_the_classes_are_shown(here):
    state = play(here, Set("colour", "slant"))
    assert list_known(state) == ["known 0"]
    assert of_kind(shown(state), Map)[0].dot_colours is None
    assert of_kind(get_legend(state), Chip)
    assert "slant" in colour_by.choose_hint(state, 1, "")
    assert colour_by.choose_hint(here, 1, "") == ""


def test_what_is_found_colours_the_dots_and_is_not_asked_again(here):
    state = play(here, Set("colour", "slant"), FOUND)
    assert not list_known(state)
    assert of_kind(shown(state), Map)[0].dot_colours.values is SLANT
    assert of_kind(get_legend(state), ColourBar)
    assert f"known of 5 of {len(SLANT)} dots" in texts(get_legend(state))
    assert colour_by.list_names(state, 1) == ("slant",)


def test_attributes_of_the_file_come_first(world):
    shelf = stage.World(world)
    shelf["first"] = replace(world["first"], attributes={"smile": Attribute(SLANT)})
    state = play(begin(shelf), DatasetFound(world["first"].data_key))
    assert colour_by.list_names(state, 1) == ("smile",)


def test_a_moment_of_a_training_is_not_measured(here):
    state = replace(here, displayed_models=("first",))
    assert colour_by.list_names(state, 1) == ()


def test_the_key_says_that_the_data_set_is_missing(world):
    state = play(begin(world), DatasetMissing(DatasetOffer("mnist", "MNIST", 11)), Key("ctrl l"))
    assert "MNIST" in state.status.notice
    assert all(name in state.status.notice for name in UNITS)
