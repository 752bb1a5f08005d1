"""A question before something is lost: its card stays in the window, and only a clear answer is one."""

from dataclasses import replace

import pytest

from latent_explorer.scene import question
from latent_explorer.scene.events import Set
from latent_explorer.scene.items import Panel, Text, Veil
from latent_explorer.scene.question import ANSWER, Question
from latent_explorer.scene.rect import Rect
from tests.stage import of_kind

LONG = "The new map of the first model is being made, and nothing of it would be left. " * 2
STOP = Question("Stop the map?", "Stop it", "Go on", Set("map", "cancel"), LONG)
SIZES = [(3840, 2160), (1366, 768), (640, 480), (320, 240)]


def holds(outer: Rect, inner: Rect) -> bool:
    return outer.x <= inner.x < inner.right <= outer.right and outer.y <= inner.y < inner.bottom <= outer.bottom


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("scale", [0.6, 1.0, 2.0])
@pytest.mark.parametrize("text", ["", LONG])
def test_the_card_is_within_the_window_and_its_texts_within_the_card(size, scale, text):
    asked = replace(STOP, text=text)
    layout = question.make_layout(asked, size, scale)
    items = question.make_items(asked, layout, size)
    assert holds(Rect(0, 0, *size), layout.card)
    assert items[0] == Veil(Rect(0, 0, *size))
    for one in of_kind(items, Text):
        assert holds(layout.card, one.rect) or not one.rect.height
    assert (LONG in [one.text for one in of_kind(items, Text)]) == (text == LONG)
    assert layout.yes.right < layout.no.x


@pytest.mark.parametrize("scale", [0.75, 1.0, 2.0])
def test_a_longer_text_has_a_higher_card(scale):
    heights = [
        question.make_layout(replace(STOP, text=LONG[:count]), (1920, 1080), scale).card.height
        for count in (0, 20, 120)
    ]
    assert heights == sorted(set(heights))


def test_a_click_on_a_button_answers_beside_the_card_it_is_no_and_between_it_is_none():
    layout = question.make_layout(STOP, (1366, 768), 1.0)
    card = layout.card
    assert question.find_answer(layout, layout.yes.centre) is True
    assert question.find_answer(layout, layout.no.centre) is False
    assert question.find_answer(layout, (card.x - 1, card.centre[1])) is False
    assert question.find_answer(layout, layout.title.centre) is None
    assert question.find_answer(layout, ((layout.yes.right + layout.no.x) / 2, layout.yes.centre[1])) is None


@pytest.mark.parametrize("chosen", [True, False])
def test_the_marked_button_is_the_answer_that_enter_gives(chosen):
    asked = replace(STOP, chosen=chosen)
    layout = question.make_layout(asked, (1366, 768), 1.0)
    buttons = [one for one in of_kind(question.make_items(asked, layout, (1366, 768)), Panel) if one.action]
    assert {one.action: one.rect for one in buttons} == {Set(ANSWER, True): layout.yes, Set(ANSWER, False): layout.no}
    assert [one.action.value for one in buttons if one.colour == "chosen"] == [chosen]
    assert [one.action.value for one in buttons if one.outline == "accent"] == [chosen]
