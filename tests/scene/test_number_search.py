"""Conditions on numbers, as they are typed into the search field."""

import numpy as np
import pytest

from latent_explorer import languages, texts
from latent_explorer.data.attributes import Attribute
from latent_explorer.scene import number_search
from latent_explorer.texts import Language

VALUES = np.array([-0.5, -0.2, 0.0, 0.3, 0.31, 0.5, 0.9, np.nan], np.float32)
KNOWN = {
    "turn": Attribute(VALUES, unit="degrees"),
    "Hair length": Attribute(np.arange(8, dtype=np.float32)),
    "hat": Attribute(np.zeros(8, np.float32), ("no", "yes")),
    "unknown": Attribute(np.full(8, np.nan, np.float32)),
}


@pytest.mark.parametrize(
    ("text", "dots"),
    [
        ("turn > 0.3", [4, 5, 6]),
        ("turn>.5", [6]),
        ("turn >= 0.5", [5, 6]),
        ("TURN < -0.1", [0, 1]),
        ("turn < −0.3", [0]),
        ("turn <= 0", [0, 1, 2]),
        ("turn 0.25..0.5", [3, 4, 5]),
        ("turn 0.5 .. 0.25", [3, 4, 5]),
        ("turn -0.3..0.1", [1, 2]),
        ("turn = 0.42", [5]),
        ("turn = 7", [6]),
        ("turn = 1e-3", [2]),
        ("hair length > 5", [6, 7]),
        ("hair > 5", [6, 7]),
        ("length > 5", [6, 7]),
    ],
)
def test_a_condition_finds_its_samples(text, dots):
    title, found = number_search.find(KNOWN, text)
    assert found.tolist() == dots
    assert title.startswith(("turn ", "Hair length "))
    assert number_search.explain(KNOWN, text) == ""


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("tilt > 1", ["tilt", "turn", "Hair length"]),
        ("turn > x", ["x", "0.5"]),
        ("turn > 0,5", ["0,5"]),
        ("turn 0,3..0,5", ["0,3", "0.5"]),
        ("turn >", ["0.5"]),
        ("turn 0.3..", ["0.5"]),
        ("turn > 3", ["-0.5", "0.9"]),
        ("", ["turn", "Hair length", "turn > "]),
        ("ha", ["Hair length", "0", "7"]),
        ("hat > 1", ["hat", "turn"]),
        ("> 1", ["turn"]),
    ],
)
def test_what_is_not_found_is_explained_in_one_line(text, named):
    assert number_search.find(KNOWN, text) is None
    line = number_search.explain(KNOWN, text)
    assert all(one in line for one in named)
    assert "unknown" not in line
    assert "\n" not in line


@pytest.mark.parametrize("text", ["turn > 0,5", "turn 0,6..0,95", "turn -0,6..-0,4", "turn = 0.9"])
def test_a_number_may_be_typed_as_the_language_writes_it(text):
    texts.use(Language("de", "Deutsch", decimal=",", group="."))
    try:
        _, found = number_search.find(KNOWN, text)
        assert found.tolist() == ([0] if "-" in text else [6])
    finally:
        texts.use(texts.ENGLISH)


def test_the_example_of_the_line_finds_samples():
    for text in ("", "turn", "hair"):
        example = number_search.explain(KNOWN, text).split("as in ")[1].split(":")[0]
        assert number_search.find(KNOWN, example) is not None


def test_other_texts_are_not_about_numbers():
    assert number_search.explain(KNOWN, "straw") == ""
    assert number_search.explain({"hat": KNOWN["hat"]}, "turn > 1") == ""
    for text in ("7", "birds/0003.png", "a..b", "(.*", "..", "=" * 60):
        assert number_search.find(KNOWN, text) is None


def test_a_name_is_completed():
    assert number_search.complete(KNOWN, "tu") == "turn "
    assert number_search.complete(KNOWN, "x") == "x"
    assert number_search.complete(KNOWN, "turn > 1") == "turn > 1"


def test_numbers_have_two_names_in_another_language():
    known = {"head turn": KNOWN["turn"], "nod": KNOWN["Hair length"]}
    texts.use(languages.read("de"))
    for typed in ("kopfdrehung > 0,3", "head turn > 0,3", "turn > 0,3"):
        found = number_search.find(known, typed)
        assert found is not None
        assert (found[0], found[1].tolist()) == ("Kopfdrehung > 0,3°", [4, 5, 6])
    assert number_search.complete(known, "kopf") == "Kopfdrehung "
    assert "head" not in number_search.explain(known, "")
