"""The catalogues: complete, with the fields of the English texts, and safe to read from anybody."""

import pytest
from babel.numbers import format_decimal, format_percent

from latent_explorer import languages, texts
from latent_explorer.errors import InputError
from latent_explorer.scene import glossary
from tests import catalogues

CODES = [code for code in languages.list_languages() if code != "en"]
HEAD = 'msgid ""\nmsgstr ""\n"Language: {code}\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'

PLURALS = HEAD.format(code="fr").strip().encode() + b'\n"Plural-Forms: '


def write(folder, *pairs: tuple[str, str], head: str = HEAD.format(code="fr")) -> str:
    path = folder / "own.po"
    path.write_text(head + "".join(f'msgid "{one}"\nmsgstr "{other}"\n\n' for one, other in pairs), "utf-8")
    return str(path)


def test_english_and_two_more_ship():
    assert languages.list_languages() == {"en": "English", "de": "Deutsch", "es": "Español"}


@pytest.mark.parametrize("code", CODES)
def test_a_language_has_every_text_and_no_other(code):
    assert catalogues.list_missing(code) == []


@pytest.mark.parametrize("code", CODES)
def test_numbers_are_written_as_cldr_says(code):
    texts.use(languages.read(code))
    for value in (0.5, 12345.25, 1234567):
        assert texts.format_number(value, ",") == format_decimal(value, locale=code)
    assert texts.format_number(0.25, ".0%") == format_percent(0.25, locale=code).replace("\u00a0", " ")


@pytest.mark.parametrize("code", CODES)
def test_the_glossary_of_a_language_has_the_terms_of_the_english_one(code):
    english = glossary.load()
    texts.use(languages.read(code))
    own = glossary.load()
    assert own != english
    assert [len(group.terms) for group in own] == [len(group.terms) for group in english]
    terms = [term for group in own for term in group.terms]
    assert all(glossary.find_first(form) in terms for term in terms for form in term.forms)


def test_own_catalogue_is_read_and_what_it_lacks_is_english(tmp_path):
    texts.use(languages.read(write(tmp_path, ("Play", "Jouer"))))
    assert (texts.tr("Play"), texts.tr("Pause")) == ("Jouer", "Pause")
    assert (texts.get_language().name, texts.format_number(0.5, "g")) == ("français", "0,5")


@pytest.mark.parametrize(
    "translation",
    ["{number} points", "{count.__class__} points", "{count", "{} points", "points", "{count:999999999}", "{count!r}",
     "{count}" + "." * languages.MAX_LETTERS],
)  # fmt: skip
def test_a_translation_with_other_fields_is_left_out(tmp_path, translation):
    path = write(tmp_path, ("{count} dots", translation), ("Play", "Jouer"))
    texts.use(languages.read(path))
    assert texts.tr("{count} dots", count=3) == "3 dots"
    assert texts.tr("Play") == "Jouer"
    assert languages.list_broken(tmp_path / "own.po") == ["{count} dots"]


@pytest.mark.parametrize(
    ("content", "line"),
    [(PLURALS + b'npl"\n"urals= 99999999999; plural=0;\\n"\n', "1 to 6 are allowed"),
     (b" " * (languages.MAX_CATALOGUE_BYTES + 1), "own.po: 2,000,001 bytes arrived; 2,000,000 are allowed"),
     (b"\x00\xff\xfe", "not a catalogue of texts"), (b"# nothing\n", "no language arrived"),
     (HEAD.format(code="zz-nowhere-at-all").encode(), "not a catalogue of texts"),
     (HEAD.format(code="fr").encode() + b"jouer, jouer\n", "not a catalogue of texts")],
)  # fmt: skip
def test_a_damaged_catalogue_gives_one_line(tmp_path, content, line):
    path = tmp_path / "own.po"
    path.write_bytes(content)
    with pytest.raises(InputError) as refused:
        languages.read(str(path))
    assert str(refused.value).startswith(f"{path}: ")
    assert str(refused.value).count(str(path)) == 1
    assert line in str(refused.value)
    assert "\n" not in str(refused.value)


def test_what_is_no_file_is_no_catalogue(tmp_path):
    folder = tmp_path / "folder.po"
    folder.mkdir()
    with pytest.raises(InputError, match=r"not a file; a catalogue FILE\.po is allowed"):
        languages.read(str(folder))


@pytest.mark.parametrize(
    ("code", "number", "share"),
    [("fr", "12 345,5", "25 %"), ("tr", "12.345,5", "25%"), ("pt", "12.345,5", "25%"), ("pt_PT", "12 345,5", "25%")],
)
def test_numbers_of_a_language_that_does_not_ship_have_no_sign_that_the_font_lacks(tmp_path, code, number, share):
    texts.use(languages.read(write(tmp_path, head=HEAD.format(code=code))))
    assert (texts.format_number(12345.5, ",.1f"), texts.format_number(0.25, ".0%")) == (number, share)


@pytest.mark.parametrize("code", ["xx", "", "../de", "deutsch"])
def test_an_unknown_language_says_what_is_allowed(code):
    with pytest.raises(InputError, match=r"one of en, de, es or a catalogue FILE\.po is allowed"):
        languages.read(code)


@pytest.mark.parametrize(
    ("preferred", "code"),
    [(["de_AT.UTF-8"], "de"), (["fr", "es-MX"], "es"), (["C"], "en"), ([], "en"), (["en_US", "de"], "en")],
)
def test_the_first_preferred_language_that_ships_is_chosen(preferred, code):
    assert languages.choose(preferred) == code
