"""Names of classes, categories and attributes in the language of the window."""

import pytest

from latent_explorer import languages, texts
from latent_explorer.data import beats
from latent_explorer.data.faces.factors import FACTORS, HAIR_STYLES, NAMES
from latent_explorer.data.measure_drawings import UNITS
from latent_explorer.scene.said_names import fold, say_name, say_title

OWN = (*NAMES.values(), *HAIR_STYLES, "no", "yes", *UNITS, *beats.CLASSES, *beats.RANGES, "class")


@pytest.mark.parametrize("code", ["de", "es"])
def test_each_name_that_the_program_gives_has_a_translation(code):
    language = languages.read(code)
    texts.use(language)
    alike = [name for name in OWN if say_name(name) == name]
    assert set(alike) <= {"normal", "ventricular", "no"}


def test_each_factor_of_a_face_has_a_name_in_words():
    assert list(NAMES) == list(FACTORS)


@pytest.mark.parametrize("name", ["setosa", "none", "Add", "Film", "no label", "rows"])
def test_a_name_of_other_data_stays_also_where_it_is_another_word_of_the_window(name):
    texts.use(languages.read("de"))
    assert say_name(name) == name
    assert fold(name) == name.casefold()


def test_a_menu_begins_it_with_a_capital_letter():
    assert (say_title("head turn"), say_title("")) == ("Head turn", "")


def test_it_may_be_typed_in_either_language():
    texts.use(languages.read("de"))
    assert fold("thickness") == "thickness dicke"
