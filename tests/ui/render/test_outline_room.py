"""Outlines of a lesson run through no letters: they go round a text beside them, or stay within what they mark."""

import pytest

from latent_explorer.scene.items import Highlight, Line, Text
from latent_explorer.scene.rect import Rect
from latent_explorer.ui.render import outline_room
from latent_explorer.ui.render.boxes import to_box
from latent_explorer.ui.render.text import Lettering
from latent_explorer.ui.render.text_layout import measure_letters

pytestmark = pytest.mark.usefixtures("surface")  # which opens pygame's fonts
WHOLE = Rect(0, 0, 900, 600)
PLACE = Rect(300, 200, 200, 120)


def clear(*texts: Text, scale: float = 1.0) -> tuple[Rect, list]:
    """The rectangle that the outline around `PLACE` has beside `texts`, and which letters its lines cut."""
    lettering = Lettering(scale)
    *_, outline = outline_room.clear_letters((*texts, Highlight(PLACE, WHOLE)), lettering)
    bands = [outline_room.make_band(to_box(outline.rect), side, scale) for side in outline_room.SIDES]
    return outline.rect, [
        one.text for one in texts for band in bands if band.colliderect(measure_letters(one, lettering))
    ]


@pytest.mark.parametrize("scale", [1.0, 2.0])
@pytest.mark.parametrize("away", [-16, -8, -2, 0, 3, 6, 12])
@pytest.mark.parametrize("align", ["left", "right", "centre"])
def test_no_side_runs_through_a_caption(scale, away, align):
    height = round(22 * scale)
    above = Text(Rect(PLACE.x, PLACE.y - away - height, PLACE.width, height), "held-out MSE", "small", align=align)
    below = Text(Rect(PLACE.x, PLACE.bottom + away, PLACE.width, height), "The code", align=align)
    right = Text(Rect(PLACE.right + abs(away), PLACE.y + 50, 120, height), "nearest", "small")
    assert clear(above, below, right, scale=scale)[1] == []


def test_a_row_keeps_to_itself_between_rows():
    rows = [Text(Rect(300, 170 + 24 * i, 200, 24), word, bold=True) for i, word in enumerate(("MIG", "DCI", "SAP"))]
    middle = Highlight(rows[1].rect, WHOLE)
    *_, outline = outline_room.clear_letters((*rows, middle), Lettering(1.0))
    assert abs(outline.rect.y - rows[1].rect.y) <= 6
    assert abs(outline.rect.bottom - rows[1].rect.bottom) <= 6
    assert to_box(outline.rect).contains(measure_letters(rows[1], Lettering(1.0)))


def test_an_outline_with_nothing_beside_it_and_a_ring_stay():
    far = Text(Rect(20, 20, 200, 30), "far away")
    assert clear(far) == (PLACE, [])
    ring = Highlight(PLACE, WHOLE, is_ring=True)
    assert outline_room.clear_letters((Text(PLACE, "within"), ring), Lettering(1.0))[1] == ring


def test_a_frame_that_stands_a_little_out_is_enclosed():
    x, y, right, bottom = PLACE.x + 80, PLACE.y - 3, PLACE.x + 120, PLACE.bottom + 3
    frame = Line(((x, y), (right, y), (right, bottom), (x, bottom), (x, y)), WHOLE, "text", 2)
    *_, outline = outline_room.clear_letters((frame, Highlight(PLACE, WHOLE)), Lettering(1.0))
    assert outline.rect.y <= y - 1
    assert outline.rect.bottom >= bottom + 1
