"""A hand-out holds each page of its lesson, with the answers at its end; what cannot be one is said in a line."""

import re

import numpy as np
import pytest
from PIL import Image, ImageFont

from latent_explorer.commands import demo
from latent_explorer.errors import InputError
from latent_explorer.scene.lesson import Lesson, Page
from latent_explorer.scene.quiz import Quiz
from latent_explorer.ui.handout import handout, pdf_writer
from latent_explorer.ui.handout.handout import Handout, HandoutPage
from latent_explorer.ui.handout.html_writer import make_html
from latent_explorer.ui.render.theme import find_font_file

PAGES = (
    Page("A code is <two> numbers.", "Where is the 4?", "Left of the 9."),
    Page("Near codes look alike."),
    Page("$z$ costs 5$.", "How much is R²?", "0.9"),
)
LESSON_FILE = """
title: Two pages
models: [digits-vae]
pages:
  - {say: First., ask: "Why?", answer: Because., do: [{lab: explore}, {move: [0.4, 0.5]}]}
  - {say: Then., do: [{lab: generate}]}
"""


def make_handout(pages=PAGES):
    picture = Image.fromarray(np.full((60, 100, 3), 200, np.uint8))
    lesson = Lesson("Codes", tuple(pages), name="codes", purpose="What a code is.", minutes=8)
    return Handout(lesson, tuple(HandoutPage(i, page, picture) for i, page in enumerate(pages, start=1)))


def test_html_holds_every_page_and_needs_no_other_file():
    text = make_html(make_handout())
    assert text.count("<img") == text.count("data:image/png;base64,") == 3
    assert "A code is &lt;two&gt; numbers." in text
    assert "What a code is.   ·   8 minutes" in text
    assert text.index("Near codes look alike.") < text.index("Answers") < text.index("Left of the 9.")
    assert not re.findall(r'(?:src|href)="(?!data:)', text)
    assert text.count("@font-face") == 2


def test_two_pages_a_sheet_then_the_answers_with_the_fonts_inside():
    pdf = pdf_writer.make_pdf(make_handout())
    assert pdf.count(b"/Type /Page\n") + pdf.count(b"/Type /Page ") == 3
    assert pdf.count(b"/Subtype /Type3") >= 2
    assert b"/CharProcs" in pdf
    assert pdf == pdf_writer.make_pdf(make_handout())  # no date, no chance


def test_without_answers_there_is_no_sheet_of_them():
    pages = [Page("One.", "Why?")]
    assert "Answers" not in make_html(make_handout(pages))
    assert len(pdf_writer.make_answer_sheets(make_handout(pages))) == 0


def test_choices_stand_below_their_question_and_the_right_one_among_the_answers():
    page = Page("One.", "Which?", "It looks so.", quiz=Quiz(("the 4", "the <9>", "none"), right=(1,)))
    given = make_handout([page, Page("Two.", "Who?", quiz=Quiz(("I", "you"), right=(0,))), Page("Three.")])
    text = make_html(given)
    assert text.index("Which?") < text.index("A: the 4   ·   B: the &lt;9&gt;   ·   C: none") < text.index("Answers")
    assert "B: the &lt;9&gt;. It looks so." in text
    assert given.pages[1].answer == "A: I"
    assert [one.number for one in given.answered_pages] == [1, 2]


def test_many_answers_take_several_sheets():
    many = make_handout([Page("One.", "Why? " * 20, "Because. " * 28) for _ in range(40)])
    sheets = pdf_writer.make_answer_sheets(many)
    assert len(sheets) > 1
    assert min(one.y for one in sheets) > pdf_writer.MARGIN


@pytest.mark.parametrize("text", ["word " * 60, "x" * 400, "a " + "y" * 300 + " b", ""])
def test_lines_are_as_wide_as_the_sheet_and_lose_nothing(text):
    lines = pdf_writer.wrap(text, 10.0)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    font = ImageFont.truetype(str(find_font_file()), 100)
    points = (pdf_writer.WIDTH - 2 * pdf_writer.MARGIN) / pdf_writer.POINT
    assert all(font.getlength(line) / 10 <= points for line in lines)


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


@pytest.mark.slow
def test_a_lesson_is_played_unseen_and_becomes_a_file(tmp_path):
    (tmp_path / "mine.yaml").write_text(LESSON_FILE)
    path = tmp_path / "out" / "mine.html"
    assert demo.main(["--lesson", str(tmp_path / "mine.yaml"), "--handout", str(path)]) == 0
    text = path.read_text("utf-8")
    assert text.count("<img") == 2
    assert "Because." in text.split("Answers")[1]
    pictures = re.findall(r"base64,([^\"]+)\"><p>", text)
    assert pictures[0] != pictures[1]


@pytest.mark.slow
def test_a_claim_that_does_not_hold_is_said_and_the_hand_out_is_written(tmp_path, capsys):
    text = LESSON_FILE.replace("do: [{lab: generate}]", "expect: [{lab: cluster}], do: [{lab: generate}]")
    (tmp_path / "mine.yaml").write_text(text)
    path = tmp_path / "mine.html"
    assert demo.main(["--lesson", str(tmp_path / "mine.yaml"), "--handout", str(path)]) == 0
    lines = capsys.readouterr().err.splitlines()
    assert [line for line in lines if "lab: 'cluster' is expected" in line and "written all the same" in line] == lines
    assert path.read_text("utf-8").count("<img") == 2
