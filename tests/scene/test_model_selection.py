from dataclasses import replace

from latent_explorer.errors import InputError
from latent_explorer.models.external_network import ExternalFunctions
from latent_explorer.scene import model_selection
from tests import stage


class Torn(stage.World):
    """A world with a file that cannot be opened."""

    def __iter__(self):
        return iter(["torn", *super().__iter__()])

    def __getitem__(self, name):
        if name == "torn":
            raise InputError("torn")
        return super().__getitem__(name)


def test_models_of_the_same_images_come_with_the_first_in_front(world):
    assert list(model_selection.list_same_dataset(Torn(world), "second")) == ["second", "first"]


def test_a_model_from_elsewhere_without_its_decoder_is_not_chosen(world):
    second = world["second"]
    network = replace(second.config.model, network="external")
    away = replace(second, config=replace(second.config, model=network))
    one = stage.World({**world, "second": away})
    assert list(model_selection.list_same_dataset(one, "first")) == ["first"]
    assert list(model_selection.list_same_dataset(one, "second")) == ["second", "first"]
    here = replace(away, functions=ExternalFunctions(None, lambda z: z))
    assert list(model_selection.list_same_dataset(stage.World({**world, "second": here}), "first")) == [
        "first",
        "second",
    ]


def test_the_first_that_is_wanted(world):
    assert model_selection.find_first_matching(world, "first", lambda one: one.name != "first") == "second"
    assert model_selection.find_first_matching(world, "other", lambda one: one.name != "other") is None


def test_each_model_stands_once_where_there_are_enough(world):
    assert model_selection.make_distinct(("first", "first"), world, 2) == ("first", "second")
    assert model_selection.make_distinct(("second", "first"), world, 2) == ("second", "first")
    assert model_selection.make_distinct(("first",), world, 3) == ("first", "second", "second")
    assert model_selection.make_distinct(("other", "other", "x"), world, 2) == ("other", "other", "x")
