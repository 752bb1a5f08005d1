"""A hand-out as PDF, on A4, with its fonts inside. matplotlib writes it: text stays text, to be searched and copied."""

import io
from dataclasses import dataclass

import matplotlib as mpl
import numpy as np
from matplotlib import font_manager
from matplotlib.backends.backend_pdf import PdfPages
from matplotlib.figure import Figure
from PIL import Image, ImageFont

from latent_explorer.texts import tr
from latent_explorer.ui.handout.handout import PAGES_A_SHEET, Handout, HandoutPage
from latent_explorer.ui.render.theme import find_font_file

MILLIMETRE = 1 / 25.4
"""In inches."""
WIDTH, HEIGHT, MARGIN = 210.0, 297.0, 15.0
"""A4, in millimetres."""
POINT = 25.4 / 72
"""In millimetres."""
BODY, TITLE, SUBTITLE, FOOT = 10.0, 16.0, 10.0, 8.0
"""Sizes of text in points."""
LINE_HEIGHT = 1.35
FAMILIES = {False: ["Inter hand-out", "DejaVu Sans"], True: ["Inter hand-out bold", "DejaVu Sans"]}
"""Names of the families of plain and bold text, each with what stands in for a letter that Inter lacks."""
INK, MUTED = "#16181d", "#555b66"
GAP = 3.0
"""Millimetres between a picture and its text."""
HEAD = 22.0
"""Height of the title on the first sheet, in millimetres."""
MAX_TEXT = 34.0
"""Height that is kept for the text of a page, in millimetres."""
CHOICES_HEIGHT = 10.0
"""And for its choices, if it has any."""


@dataclass
class Sheet:
    """A sheet of paper, filled from the top. Lengths in millimetres."""

    figure: Figure
    y: float = HEIGHT - MARGIN

    def write(self, text: str, size: float, *, bold: bool = False, colour: str = INK) -> None:
        """Write a paragraph, and go on below it."""
        for line in wrap(text, size, bold=bold):
            self.y -= size * LINE_HEIGHT * POINT
            at = MARGIN / WIDTH, (self.y + size * 0.3 * POINT) / HEIGHT
            self.figure.text(*at, line, fontsize=size, color=colour, family=FAMILIES[bold], parse_math=False)

    def place(self, picture: Image.Image, height: float) -> None:
        """Place a picture as wide as the text, but no higher than `height`; go on below it."""
        room = WIDTH - 2 * MARGIN
        scale = min(room / picture.width, height / picture.height)
        width, height = picture.width * scale, picture.height * scale
        self.y -= height
        left = MARGIN + (room - width) / 2
        axes = self.figure.add_axes((left / WIDTH, self.y / HEIGHT, width / WIDTH, height / HEIGHT))
        axes.imshow(np.asarray(picture), interpolation="none", aspect="auto")
        axes.set_xticks([])
        axes.set_yticks([])
        for edge in axes.spines.values():
            edge.set(color="#d5d8de", linewidth=0.6)


def make_pdf(handout: Handout) -> bytes:
    """Return the hand-out as the bytes of a PDF file: two pages of the lesson a sheet, then the answers."""
    _add_fonts()
    sheets = list(handout.list_sheets())
    data = io.BytesIO()
    # Inter's outlines are PostScript's, which matplotlib embeds as drawings of letters (type 3), still with their codes
    facts = {"Title": handout.lesson.title, "CreationDate": None, "Creator": "latent_explorer"}
    with mpl.rc_context({"pdf.fonttype": 3}), PdfPages(data, metadata=facts) as pdf:
        answers = make_answer_sheets(handout)
        count = len(sheets) + len(answers)
        for number, pages in enumerate(sheets, start=1):
            sheet = _make_sheet()
            if number == 1:
                sheet.write(handout.lesson.title, TITLE, bold=True)
                sheet.write(handout.subtitle, SUBTITLE, colour=MUTED)
            _fill(sheet, pages, HEIGHT - MARGIN - (HEAD if number == 1 else 0.0))
            _save(pdf, sheet, f"{handout.lesson.title}   ·   {tr('{page} of {count}', page=number, count=count)}")
        for number, sheet in enumerate(answers, start=len(sheets) + 1):
            _save(pdf, sheet, f"{handout.lesson.title}   ·   {tr('{page} of {count}', page=number, count=count)}")
    return data.getvalue()


def _add_fonts() -> None:
    """Make the window's fonts known, under names of their own: one may be installed in another version."""
    known = font_manager.fontManager.ttflist
    for bold, (name, _) in FAMILIES.items():
        if not any(one.name == name for one in known):
            known.append(font_manager.FontEntry(fname=str(find_font_file(bold)), name=name, size="scalable"))


def wrap(text: str, size: float, *, bold: bool = False) -> list[str]:
    """Return `text` in lines that are as wide as the sheet's text, `size` in points; a word that is wider than a line
    is broken."""
    font = ImageFont.truetype(str(find_font_file(bold)), 100)
    room = (WIDTH - 2 * MARGIN) / POINT / size * 100
    lines: list[str] = []
    line = ""
    for word in text.split():
        if line and font.getlength(f"{line} {word}") > room:
            lines.append(line)
            line = ""
        line = f"{line} {word}" if line else word
        while font.getlength(line) > room:
            fits = next(n for n in range(len(line) - 1, 0, -1) if n == 1 or font.getlength(line[:n]) <= room)
            lines.append(line[:fits])
            line = line[fits:]
    return [*lines, line] if line else lines


def _make_sheet() -> Sheet:
    return Sheet(Figure(figsize=(WIDTH * MILLIMETRE, HEIGHT * MILLIMETRE)))


def _fill(sheet: Sheet, pages: tuple[HandoutPage, ...], top: float) -> None:
    """Place the pages of a sheet below each other from `top`, each in an equal share of it."""
    share = (top - MARGIN) / PAGES_A_SHEET
    for index, one in enumerate(pages):
        sheet.y = top - index * share
        sheet.place(one.picture, share - MAX_TEXT - CHOICES_HEIGHT * bool(one.choices))
        sheet.y -= GAP
        sheet.write(f"{one.number}   {one.page.text}", BODY)
        if one.page.question:
            sheet.y -= 1.0
            sheet.write(one.page.question, BODY, bold=True)
            sheet.write(one.choices, BODY)


def make_answer_sheets(handout: Handout) -> list[Sheet]:
    """Return the sheets of the answers, as many as they need; none if the lesson has no answers."""
    sheets: list[Sheet] = []
    for one in handout.answered_pages:
        question, answer = f"{one.number}   {one.page.question}", one.answer
        lines = len(wrap(question, BODY, bold=True)) + len(wrap(answer, BODY)) + 1
        if not sheets or sheets[-1].y - lines * BODY * LINE_HEIGHT * POINT < MARGIN + 5:
            sheets.append(_make_sheet())
            sheets[-1].write(tr("Answers"), TITLE, bold=True)
        sheet = sheets[-1]
        sheet.y -= GAP
        sheet.write(question, BODY, bold=True)
        sheet.write(answer, BODY)
    return sheets


def _save(pdf: PdfPages, sheet: Sheet, foot: str) -> None:
    """Write a sheet with a line at its foot."""
    at = 0.5, MARGIN / 2 / HEIGHT
    sheet.figure.text(*at, foot, ha="center", fontsize=FOOT, color=MUTED, family=FAMILIES[False], parse_math=False)
    pdf.savefig(sheet.figure)  # type: ignore[no-untyped-call]
