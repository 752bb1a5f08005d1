"""A lesson: turning its pages ends at the first and the last one, and a page knows whether it has an answer."""

from dataclasses import replace

import pytest

from latent_explorer import texts
from latent_explorer.scene.lesson import Lesson, Page
from latent_explorer.scene.lesson_target import Target
from latent_explorer.scene.quiz import Quiz

GIVEN = Lesson("Digits", tuple(Page(f"Say {k}.") for k in range(3)))


@pytest.mark.parametrize(("start", "by", "page"), [(0, 1, 1), (0, -1, 0), (2, 1, 2), (2, -1, 1), (1, 9, 2), (1, -9, 0)])
def test_pages_turn_up_to_the_first_and_the_last_one(start, by, page):
    turned = replace(GIVEN, page=start).turn_page(by)
    assert turned.page == page
    assert turned.current_page is GIVEN.pages[page]
    assert turned.is_last == (page == 2)
    assert turned == GIVEN.go_to(page)


def test_an_opinion_has_no_answer_to_show():
    opinion, right = Quiz(("this", "that")), Quiz(("this", "that"), right=(0,))
    assert not Page("Say it.", "Which?", quiz=opinion).can_reveal
    assert Page("Say it.", "Which?", quiz=right).can_reveal
    assert Page("Say it.", "Why?", "Because.").can_reveal
    assert not Page("Say it.", "Why?").can_reveal


def test_a_translated_page_has_other_words_and_the_same_right_answer_and_marks():
    page = Page("Say it.", "What?", "Because.", "Wait.", (Target("map"),), Quiz(("a 4", "a 9"), right=(1,)))
    texts.use(texts.Language("xx", "Brackets", lambda text: f"[{text}]"))
    said = page.translated
    assert (said.text, said.question, said.answer, said.notes) == ("[Say it.]", "[What?]", "[Because.]", "[Wait.]")
    assert said.quiz == Quiz(("[a 4]", "[a 9]"), right=(1,))
    assert said.point_at == page.point_at
    assert Page("Say it.").translated.quiz is None
