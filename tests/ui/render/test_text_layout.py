"""Where the letters of a text lie."""

from collections.abc import Iterator
from dataclasses import replace

import pygame
import pytest

from latent_explorer.scene import dataset_offer
from latent_explorer.scene.chart import Axis, Chart
from latent_explorer.scene.items import CornerNote, Panel, Text
from latent_explorer.scene.rect import Rect
from latent_explorer.ui.render import text_layout
from latent_explorer.ui.render.text import Lettering
from tests.stage import begin


@pytest.fixture(autouse=True)
def fonts() -> Iterator[None]:
    pygame.font.init()
    yield
    pygame.font.quit()


def test_a_text_without_room_for_its_short_form_is_cut():
    lettering = Lettering(1.0)
    width = lettering.measure("a short text", "small")[0]
    item = Text(Rect(0, 0, width, 20), "a short text", "small")
    assert not text_layout.is_cut(item, lettering)
    assert text_layout.is_cut(replace(item, text="a short text."), lettering)
    assert not text_layout.is_cut(replace(item, text="a short text.", short="a text"), lettering)
    assert not text_layout.is_cut(replace(item, text="a short text.", fallback_sizes=("fine",)), lettering)


def test_the_box_of_a_missing_original_says_so_whatever_the_reason(world):
    box = Rect(0, 0, 80, 80)
    *_, reason = dataset_offer.make_box_items(begin(world), "", box, "the originals are not on this machine")
    assert not text_layout.is_cut(reason, Lettering(1.0))


def place(align: str, **changes) -> pygame.Rect:
    return text_layout.place_lines(Text(Rect(100, 50, 200, 40), "it", align=align, **changes), (60, 20))


def test_lines_stand_at_their_side_in_the_middle_of_the_height():
    boxes = {align: place(align) for align in ("left", "centre", "right")}
    assert {align: box.x for align, box in boxes.items()} == {"left": 100, "centre": 170, "right": 240}
    assert {box.y for box in boxes.values()} == {60}
    assert place("left", at_top=True).y == 50
    high = text_layout.place_lines(Text(Rect(100, 50, 200, 15), "it", wrap=True), (60, 20))
    assert high.y == 50  # too high for its box: the first line is whole


@pytest.mark.parametrize("text", ["Ha", "gap"])
def test_the_letters_cover_what_they_are_measured_to(text):
    lettering = Lettering(1.0)
    box = text_layout.measure_letters(Text(Rect(0, 0, 300, 60), text, "title"), lettering)
    whole = lettering.measure(text, "title")
    line = lettering.render_line(text, "title", (255, 255, 255))
    rows = [y for y in range(line.get_height()) if any(line.get_at((x, y))[3] > 100 for x in range(line.get_width()))]
    top = 30 - whole[1] / 2
    assert box.width == whole[0]
    assert box.top <= top + rows[0] + 1
    assert box.bottom >= top + rows[-1] - 1
    assert box.height < whole[1]


def test_a_text_takes_its_next_size_before_its_short_form():
    lettering = Lettering(1.0)
    width = lettering.measure("a long text", "small")[0]
    item = Text(Rect(0, 0, width, 20), "a long text", "title", short="text", fallback_sizes=("body", "small"))
    assert text_layout.settle(item, lettering) == text_layout.SettledText("a long text", "small", False)
    narrow = replace(item, rect=Rect(0, 0, width - 1, 20))
    assert text_layout.settle(narrow, lettering).text == "text"


@pytest.mark.parametrize("align", ["left", "centre", "right"])
def test_each_letter_is_found_where_it_is_drawn(align):
    lettering, rect = Lettering(1.0), Rect(100, 50, 200, 40)
    item = Text(rect, "posterior", align=align)
    width = lettering.measure("posterior", "body")[0]
    left = {"left": 100, "centre": 200 - width / 2, "right": 300 - width}[align]
    starts = [left + lettering.measure("posterior"[:k], "body")[0] if k else left for k in range(9)]
    for k, x in enumerate(starts):
        assert text_layout.find_text_at((item,), (x + 1.5, 70), lettering) == ("posterior", k)
    assert text_layout.find_text_at((item,), (left + width + 2, 70), lettering) is None
    assert text_layout.find_text_at((item, Panel(rect)), (left + 2, 70), lettering) is None  # it lies below
    assert text_layout.find_text_at((Panel(rect), item), (left + 2, 70), lettering) is not None


@pytest.mark.parametrize("at_left", [True, False])
@pytest.mark.parametrize("at_bottom", [True, False])
def test_a_note_stands_in_its_corner_line_below_line(at_left, at_bottom):
    note = CornerNote(Rect(0, 0, 400, 300), ("one", "a longer line"), at_left, at_bottom)
    (first, above), (second, below) = text_layout.place_note(note, Lettering(1.0))
    assert (first, second) == note.lines
    assert above.bottom <= below.top
    assert above.x == below.x
    assert (below.x < 200) == at_left
    assert (above.y > 150) == at_bottom
    assert text_layout.place_note(replace(note, lines=()), Lettering(1.0)) == []


@pytest.mark.parametrize("at_top", [True, False])
def test_the_lines_of_a_wrapped_text_are_found_below_each_other(at_top):
    lettering, words = Lettering(1.0), ("alpha", "beta", "gamma")
    width, height = max(lettering.measure(word, "body")[0] for word in words), lettering.get_font("body").get_linesize()
    rect = Rect(100, 50, width + 4, 6 * height)
    item = Text(rect, "alpha beta\ngamma", wrap=True, at_top=at_top)
    top = rect.y if at_top else rect.y + 1.5 * height
    for k, word in enumerate(words):
        for y in (top + k * height + 1, top + (k + 1) * height - 1):
            assert text_layout.find_text_at((item,), (101.5, y), lettering) == (word, 0)
    for y in (top - 2, top + 3 * height + 2):
        assert text_layout.find_text_at((item,), (101.5, y), lettering) is None


def test_letters_of_a_note_and_labels_of_a_chart_are_found():
    lettering = Lettering(1.0)
    note = CornerNote(Rect(0, 0, 400, 300), ("trust 0.99",))
    ((_, box),) = text_layout.place_note(note, lettering)
    before = lettering.measure("trust ", "small")[0]
    assert text_layout.find_text_at((note,), (box.x + before + 2, box.centery), lettering) == ("trust 0.99", 6)
    chart = Chart(Rect(0, 0, 300, 200), (), Axis("epoch", 0, 9), Axis("error", 0, 1), "Loss")
    assert text_layout.find_text_at((chart,), (150, 199), lettering) == ("epoch", None)
    assert text_layout.find_text_at((chart,), (150, 1), lettering) == ("Loss, error", None)
    assert text_layout.find_text_at((chart,), chart.plot.centre, lettering) is None
