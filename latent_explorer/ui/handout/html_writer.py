"""A hand-out as one HTML file that needs no other: pictures and the letters it uses lie inside."""

import base64
import io
from html import escape
from pathlib import Path

from fontTools import subset
from PIL import Image

from latent_explorer.texts import get_language, tr
from latent_explorer.ui.handout.handout import Handout, HandoutPage
from latent_explorer.ui.render.theme import find_font_file

STYLE = """
@page { size: A4; margin: 14mm 15mm; }
* { box-sizing: border-box; }
body { font: 10.5pt/1.4 "Inter", sans-serif; color: #16181d; max-width: 180mm; margin: 8mm auto; padding: 0 4mm; }
h1 { font-size: 17pt; line-height: 1.2; margin: 0; }
header { margin-bottom: 6mm; }
header p { margin: 1mm 0 0; color: #555b66; }
section.page { break-inside: avoid; margin: 0 0 7mm; }
section.page:nth-of-type(2n) { break-after: page; }
img { display: block; width: 100%; max-height: 96mm; object-fit: contain; border: 1px solid #d5d8de; }
p { margin: 2mm 0 0; }
.number { color: #555b66; font-weight: 600; margin-right: 0.6em; }
.question { font-weight: 600; }
h2 { font-size: 13pt; margin: 0 0 3mm; }
.answers { break-before: page; }
.answers dt { font-weight: 600; margin-top: 3mm; }
.answers dd { margin: 0.5mm 0 0; }
@media print { body { max-width: none; margin: 0; padding: 0; } }
"""


def make_html(handout: Handout) -> str:
    """Return the hand-out as the text of an HTML file, two pages a sheet when it is printed."""
    lesson = handout.lesson
    fonts = "".join(_make_font(find_font_file(bold), 600 if bold else 400, handout.text) for bold in (False, True))
    pages = "\n".join(map(_make_page, handout.pages))
    subtitle = f"<p>{escape(handout.subtitle)}</p>" if handout.subtitle else ""
    return f"""<!DOCTYPE html>
<html lang="{get_language().code}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(lesson.title)}</title>
<style>{fonts}{STYLE}</style>
</head>
<body>
<header><h1>{escape(lesson.title)}</h1>{subtitle}</header>
<main>
{pages}
</main>
{_make_answers(handout)}</body>
</html>
"""


def _make_page(one: HandoutPage) -> str:
    question = f'<p class="question">{escape(one.page.question)}</p>' if one.page.question else ""
    choices = f"<p>{escape(one.choices)}</p>" if one.choices else ""
    picture = base64.b64encode(_encode_png(one.picture)).decode()
    alt = tr("Page {page}", page=one.number)
    return (
        f'<section class="page"><img alt="{escape(alt)}" src="data:image/png;base64,{picture}">'
        f'<p><span class="number">{one.number}</span>{escape(one.page.text)}</p>{question}{choices}</section>'
    )


def _make_answers(handout: Handout) -> str:
    answers = "".join(
        f"<dt>{one.number}. {escape(one.page.question)}</dt><dd>{escape(one.answer)}</dd>"
        for one in handout.answered_pages
    )
    title = escape(tr("Answers"))
    return f'<section class="answers"><h2>{title}</h2><dl>{answers}</dl></section>\n' if answers else ""


def _encode_png(picture: Image.Image) -> bytes:
    data = io.BytesIO()
    picture.quantize(256, dither=Image.Dither.NONE).save(data, "png", optimize=True)
    return data.getvalue()


def _make_font(path: Path, weight: int, text: str) -> str:
    """Return the rule that brings the letters of `text`: the whole font would be larger than the pictures."""
    options = subset.Options(flavor="woff", notdef_outline=True)
    letters = subset.Subsetter(options)
    letters.populate(text=f"{text}{tr('Answers')}0123456789.")
    data = io.BytesIO()
    with subset.load_font(str(path), options) as font:
        letters.subset(font)
        subset.save_font(font, data, options)
    source = base64.b64encode(data.getvalue()).decode()
    return (
        f'@font-face {{ font-family: "Inter"; font-weight: {weight}; '
        f'src: url("data:font/woff;base64,{source}") format("woff"); }}\n'
    )
