"""Texts in the language of the window: templates, plurals, numbers as the language writes them."""

import gettext
import pickle

import pytest

from latent_explorer import texts
from latent_explorer.errors import WorkError, summarise
from latent_explorer.texts import Language, format_number, mark, tr, tr_count, tr_in

WORDS = {"{count:,} samples": "{count:,} Beispiele", "broken {x}": "kaputt {y}", "half {x}": "halb {x", "Play": "Los"}


def speak(decimal: str = ",", group: str = ".", least_grouped: int = 4) -> None:
    def count(one: str, many: str, n: int) -> str:
        return {"{count} dot": "{count} Punkt", "{count} dots": "{count} Punkte"}[one if n == 1 else many]

    in_context = {("tempo", "Play"): "Spiel", (texts.NAME, "short"): "kurz"}
    texts.use(
        Language(
            "de", "Deutsch", lambda one: WORDS.get(one, one), count, lambda *key: in_context.get(key, key[1]),
            decimal, group, least_grouped,
        )
    )  # fmt: skip


def test_english_is_the_text_itself():
    assert tr("{count:,} samples", count=1438) == "1,438 samples"
    assert tr("a { that is no field") == "a { that is no field"
    assert [tr_count("{count} dot", "{count} dots", n) for n in (0, 1, 2)] == ["0 dots", "1 dot", "2 dots"]
    assert (mark("Play"), format_number(1234.5, ",.2f")) == ("Play", "1,234.50")


def test_a_text_and_its_numbers_are_in_the_language_of_the_window():
    speak()
    assert tr("Play") == "Los"
    assert tr("{count:,} samples", count=14380) == "14.380 Beispiele"
    assert tr("error {error:.3f} of {name}", error=0.25, name="a.b,c") == "error 0,250 of a.b,c"
    assert [tr_count("{count} dot", "{count} dots", n) for n in (1, 2)] == ["1 Punkt", "2 Punkte"]
    assert mark("Play") == "Play"


@pytest.mark.parametrize(
    ("value", "spec", "text"),
    [(1234567.5, ",.1f", "1.234.567,5"), (0.5, "g", "0,5"), (9.8e-05, ".2g", "9,8e-05"), (1234, ",", "1.234"),
     (-12.0, ".0f", "-12"), (0.25, ".0%", "25%")],
)  # fmt: skip
def test_a_number_is_written_as_the_language_writes_it(value, spec, text):
    speak()
    assert format_number(value, spec) == text


def test_four_digits_stay_together_where_a_language_groups_from_five():
    speak(least_grouped=5)
    assert [format_number(value, ",") for value in (1234, 12345)] == ["1234", "12.345"]


@pytest.mark.parametrize("text", ["broken {x}", "half {x}"])
def test_a_translation_that_cannot_be_filled_leaves_the_english_text(text):
    speak()
    assert tr(text, x=1) == text.replace("{x}", "1")


def test_words_with_two_meanings_are_told_apart_by_their_context():
    speak()
    assert (tr("Play"), tr_in("tempo", "Play"), tr_in("sport", "Play")) == ("Los", "Spiel", "Play")
    assert tr_in("tempo", "half {x}", x=0.5) == "half 0,5"


def test_a_text_without_a_translation_stays_english():
    texts.use(Language("de", "Deutsch", gettext.NullTranslations().gettext, decimal=","))
    assert tr("error {error:.1f}", error=0.5) == "error 0,5"


def test_a_marked_text_is_said_in_a_language_that_is_chosen_later_or_in_another_process():
    reason = mark("{count:,} samples", count=14380)
    error = pickle.loads(pickle.dumps(WorkError(mark("Play: {reason}", reason=reason))))
    assert summarise(error) == "Play: 14,380 samples" == tr(summarise(error))
    speak()
    assert tr(summarise(error)) == "Play: 14.380 Beispiele"
    assert tr("not {error}", error=reason) == "not 14.380 Beispiele"


@pytest.mark.parametrize("value", [-0.001, 0.001, 0.0])
def test_what_is_written_as_zero_has_no_sign(value):
    assert [format_number(value, spec) for spec in (".2f", "+.2f", "+.0f")] == ["0.00", "0.00", "0"]
    if value:
        assert format_number(10 * value, "+.2f") == f"{10 * value:+.2f}"
