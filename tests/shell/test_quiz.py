"""A question with choices: votes by keys and clicks, what the class sees of them, and the answer on request."""

import json
from dataclasses import replace

import pytest

from latent_explorer.scene import lesson_page, quiz
from latent_explorer.scene.events import Key, Press, Set
from latent_explorer.scene.items import Gauge, Panel, Text
from latent_explorer.scene.lesson import Lesson, Page
from latent_explorer.scene.quiz import Quiz
from latent_explorer.shell import lesson, session
from tests.stage import begin, of_kind, play

CHOICES = Quiz(("a 4", "a 9", "neither"), right=(2,))
GIVEN = Lesson(
    "Digits",
    (
        Page("Say it.", "What is it?", "It is between them.", quiz=CHOICES),
        Page("Then this.", "Why?", "Because."),
        Page("Which do you like?", "Yours?", quiz=Quiz(("this", "that"))),
    ),
)


@pytest.fixture
def taught(world):
    return lesson.start_lesson(begin(world), GIVEN)


def votes_of(state):
    return lesson.quiz.get_reply(state, state.overlay.lesson).votes


def said(state):
    return [one.text for one in of_kind(lesson.make_items(state), Text)]


def type_keys(state, keys):
    return play(state, *map(Key, keys))


def find_choice(state, number):
    return next(one for one in of_kind(lesson.make_items(state), Panel) if one.action == Set(quiz.VOTE, number))


def test_letters_vote_and_with_shift_take_a_vote_back(taught):
    assert "A to C: " in " ".join(said(taught))
    state = type_keys(taught, "abbcbBCC")
    assert votes_of(state) == (1, 2, 0)
    assert {"1", "2", "0", "3 votes"} <= set(said(state))
    assert [round(one.share, 2) for one in of_kind(lesson.make_items(state), Gauge)] == [0.33, 0.67]
    assert state.view.hidden == taught.view.hidden


def test_letters_without_a_choice_are_the_labs(taught):
    assert votes_of(type_keys(taught, "d")) == ()
    elsewhere = play(taught, Key("page down"))
    shown = elsewhere.put(replace(elsewhere.view, hidden=frozenset({"one"})))
    assert type_keys(shown, "a").view.hidden == frozenset()  # shows all classes


@pytest.mark.parametrize("opening", ["ctrl f", "P"])
def test_a_field_and_a_form_keep_their_letters(taught, opening):
    assert votes_of(play(taught, Key(opening), Key("a", "a"))) == ()


def test_the_pad_keeps_its_letters_while_the_mouse_is_on_it(taught):
    beside = play(taught, Key("o"))
    assert votes_of(play(beside, Key("a", "a"))) == (1, 0, 0)
    on_it = beside.with_pad(replace(beside.drawing.pad, hovered_part="canvas"))
    assert votes_of(play(on_it, Key("a", "a"))) == ()


def test_a_click_votes_and_the_right_button_takes_the_vote_back(taught):
    at = find_choice(taught, 1).rect.centre
    state = play(taught, Press(at), Press(at))
    assert votes_of(state) == (0, 2, 0)
    state = play(state, Press(at, pan=True))
    assert votes_of(state) == (0, 1, 0)
    reset = next(one for one in of_kind(lesson.make_items(state), Panel) if one.action == Set(lesson_page.RESET))
    assert play(state, Press(reset.rect.centre, pan=True)) == state


@pytest.mark.parametrize("by", [Key("V"), Set(quiz.REVEAL)])
def test_the_answer_is_revealed_beside_the_tally_and_uncovers_the_pictures(taught, by):
    voted = type_keys(play(taught, Set("covered", True)), "accb")
    assert not any("between them" in one for one in said(voted))
    state = play(voted, by)
    assert not state.overlay.pictures_hidden
    assert {"Answer: C, 2 of 4 votes", "It is between them.", "✓ C"} <= set(said(state))
    assert "Say it." not in said(state)
    hidden = play(state, by)
    assert "Say it." in said(hidden)
    assert votes_of(hidden) == (1, 1, 2)


def test_an_answer_without_choices_is_shown_by_the_same_key_and_an_opinion_has_none(taught):
    second = play(taught, Key("page down"))
    assert {"Answer", "Because."} <= set(said(play(second, Key("V"))))
    third = play(second, Key("page down"))
    assert not any(one.action == Set(quiz.REVEAL) for one in of_kind(lesson.make_items(third), Panel))
    assert play(third, Key("V")).lessons.revealed is False
    assert votes_of(type_keys(third, "abb")) == (1, 2)


NAMED = replace(GIVEN, name="digits")


def test_votes_stay_when_a_lesson_is_put_aside_and_go_when_it_begins_anew_or_is_finished(world):
    voted = type_keys(lesson.start_lesson(begin(world), NAMED), "abb")
    aside = lesson.end_lesson(voted)
    assert votes_of(lesson.start_lesson(aside, NAMED, resumes=True)) == (1, 2, 0)
    assert votes_of(lesson.start_lesson(aside, NAMED)) == ()
    other = lesson.start_lesson(aside, replace(GIVEN, name="faces"))
    assert votes_of(other) == ()
    assert votes_of(lesson.start_lesson(lesson.end_lesson(other), NAMED, resumes=True)) == (1, 2, 0)
    assert lesson.end_lesson(voted, finished=True).lessons.votes == {}


def test_votes_for_other_choices_than_the_lesson_has_now_are_not_shown(world):
    aside = lesson.end_lesson(type_keys(lesson.start_lesson(begin(world), NAMED), "abb"))
    rewritten = replace(NAMED, pages=(Page("Say it.", "What?", quiz=Quiz(("this", "that"))),))
    state = lesson.start_lesson(aside, rewritten, resumes=True)
    assert votes_of(state) == ()
    assert votes_of(type_keys(state, "b")) == (0, 1)


def test_a_session_keeps_the_votes_of_its_lesson_and_of_no_other(world):
    voted = type_keys(lesson.start_lesson(begin(world), NAMED), "abb")
    voted = voted.put(replace(voted.lessons, votes={**voted.lessons.votes, "faces": {0: (5, 5)}}))
    document = json.loads(json.dumps(session.make_document(voted, {})[0]))
    assert document["votes"] == {"digits": [[0, [1, 2, 0]]]}
    here = begin(world)
    here = here.put(replace(here.lessons, votes={"faces": {3: (1, 1)}}))
    found = session.restore(here, document).state
    assert found.lessons.votes == {"faces": {3: (1, 1)}, "digits": {0: (1, 2, 0)}}
    document["votes"] = {"digits": [[0, [-4, 10**6, 2]], [1, [0] * 9]], "faces": [[0, [7, 7]]]}
    found = session.restore(here, document).state
    assert found.lessons.votes == {"faces": {3: (1, 1)}, "digits": {0: (0, quiz.MAX_VOTES, 2)}}


def test_votes_stay_while_the_lesson_runs_and_what_is_revealed_is_hidden_on_another_page(taught):
    there = play(type_keys(taught, "aab"), Key("V"), Key("page down"))
    assert not there.lessons.revealed
    back = play(there, Key("page up"))
    assert votes_of(back) == (2, 1, 0)
    assert votes_of(play(back, Key("f6"))) == ()
    assert votes_of(lesson.start_lesson(back, GIVEN)) == ()
    assert lesson.end_lesson(back).lessons.votes == {}


def test_a_page_with_choices_is_higher_by_their_row(taught):
    second = play(taught, Key("page down"))
    assert taught.overlay.lesson_height > second.overlay.lesson_height
    assert play(second, Key("page up")).size == taught.size
    assert second.window_size == taught.window_size


def test_in_a_presentation_b_votes_and_the_full_stop_blanks_the_screen(taught):
    state = play(taught, Key("f5"))
    assert votes_of(play(state, Key("b"))) == (0, 1, 0)
    assert play(state, Key(".")).presentation.blank
    assert play(state, Key("page down"), Key("b")).presentation.blank
