"""A hand-out holds each page of its lesson, with the answers at its end; what cannot be one is said in a line."""

import re

import pytest

from latent_explorer.commands import demo
from latent_explorer.errors import InputError
from latent_explorer.scene.lesson import Page
from latent_explorer.ui.handout import handout, pdf_writer
from latent_explorer.ui.handout.html_writer import make_html
from tests.ui.handout.conftest import make_handout


def test_without_answers_there_is_no_sheet_of_them():
    pages = [Page("One.", "Why?")]
    assert "Answers" not in make_html(make_handout(pages))
    assert len(pdf_writer.make_answer_sheets(make_handout(pages))) == 0


@pytest.mark.parametrize("name", ["notes.txt", "notes", "folder.pdf"])
def test_what_cannot_be_written_is_said_before_anything_is_played(tmp_path, name):
    (tmp_path / "folder.pdf").mkdir()
    with pytest.raises(InputError, match=re.escape(name)):
        handout.check_path(tmp_path / name)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--handout", "a.pdf"], "--handout arrived without --lesson"),
        (["--lesson", "plane", "--handout", "a.pdf", "--bench"], "--handout and --bench arrived together"),
        (["--lesson", "plane", "--handout", "a.doc"], ".pdf or .html is allowed"),
    ],
)
def test_arguments_that_do_not_go_together(arguments, said, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert demo.main(arguments) == 2
    assert said in capsys.readouterr().err
