"""The language that a user chose comes back at the next start; without a choice it is the desktop's."""

import pytest

from latent_explorer import languages
from latent_explorer.ui.window import language_file, session_file


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setattr(session_file, "get_last_session_path", lambda: tmp_path / "data" / "last-session.json")
    monkeypatch.setattr(language_file, "list_preferred", lambda: ["fr", "es"])
    return tmp_path / "data"


def test_without_a_choice_it_is_the_first_of_the_desktop_that_ships(home):
    assert language_file.find_language() == "es"


def test_a_choice_comes_back(home):
    language_file.remember("de")
    assert language_file.find_language() == "de"
    language_file.remember("en")
    assert language_file.find_language() == "en"


@pytest.mark.parametrize(
    ("variables", "code"),
    [({"LANG": "de_DE.UTF-8"}, "de"), ({"LANG": "en_US.UTF-8", "LANGUAGE": "fr:es:en"}, "es"),
     ({"LANG": "de_DE.UTF-8", "LC_ALL": "C.UTF-8", "LANGUAGE": "de"}, "en"), ({"LANGUAGE": "de"}, "en"),
     ({"LANG": "de_DE.UTF-8", "LC_MESSAGES": "es_MX@euro", "LC_ALL": ""}, "es"), ({}, "en")],
)  # fmt: skip
def test_the_variables_of_a_process_count_as_for_other_programs(variables, code):
    assert languages.choose(language_file.list_named(variables)) == code


@pytest.mark.parametrize("content", [b"xx", b"", b"\xff\xfe", b"../../de", b"de" * 1000])
def test_a_damaged_choice_is_none(home, content):
    home.mkdir()
    (home / language_file.NAME).write_bytes(content)
    assert language_file.find_language() == "es"


def test_a_home_that_cannot_be_written_keeps_no_choice(home):
    home.write_bytes(b"a file in place of the folder")
    language_file.remember("de")
    assert language_file.find_language() == "es"
