"""A hand-out as PDF."""

import pytest
from PIL import ImageFont

from latent_explorer.scene.lesson import Page
from latent_explorer.ui.handout import pdf_writer
from latent_explorer.ui.render.theme import find_font_file
from tests.ui.handout.conftest import make_handout


def test_two_pages_a_sheet_then_the_answers_with_the_fonts_inside():
    pdf = pdf_writer.make_pdf(make_handout())
    assert pdf.count(b"/Type /Page\n") + pdf.count(b"/Type /Page ") == 3
    assert pdf.count(b"/Subtype /Type3") >= 2
    assert b"/CharProcs" in pdf
    assert pdf == pdf_writer.make_pdf(make_handout())  # no date, no chance


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
