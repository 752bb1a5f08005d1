from latent_explorer.errors import InputError
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
    assert list(model_selection.same_dataset(Torn(world), "second")) == ["second", "first"]


def test_the_first_that_is_wanted(world):
    assert model_selection.first_matching(world, "first", lambda one: one.name != "first") == "second"
    assert model_selection.first_matching(world, "other", lambda one: one.name != "other") is None


def test_each_model_stands_once_where_there_are_enough(world):
    assert model_selection.distinct(("first", "first"), world, 2) == ("first", "second")
    assert model_selection.distinct(("second", "first"), world, 2) == ("second", "first")
    assert model_selection.distinct(("first",), world, 3) == ("first", "second", "second")
    assert model_selection.distinct(("other", "other", "x"), world, 2) == ("other", "other", "x")
