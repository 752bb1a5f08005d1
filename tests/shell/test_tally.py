"""Votes on a question that no lesson asks: a row below the lab, counted by key and by mouse, in every lab."""

import json
from dataclasses import replace

import pytest

from latent_explorer.scene import quiz
from latent_explorer.scene.events import Key, Press, Set
from latent_explorer.scene.items import Panel, Text
from latent_explorer.scene.lesson import Lesson, Page
from latent_explorer.scene.quiz import Quiz
from latent_explorer.shell import lesson, lesson_recorder, session, tally, toolbar
from tests.stage import begin, of_kind, play

OPEN = Key("Q")


@pytest.fixture
def asked(world):
    return play(begin(world), OPEN)


def type_keys(state, keys):
    return play(state, *map(Key, keys))


def find_panel(state, action):
    return next(one for one in of_kind(tally.make_items(state), Panel) if one.action == action)


def test_letters_vote_with_shift_take_back_and_the_row_stands_below_the_lab(world, asked):
    before = begin(world)
    assert tally.make_items(before) == []
    assert asked.window_size == before.window_size
    assert asked.size[1] + asked.tally.height == before.size[1]
    state = type_keys(asked, "abbdD")
    assert state.tally.votes == (1, 2, 0, 0)
    assert state.view.hidden == asked.view.hidden
    said = [one.text for one in of_kind(tally.make_items(state), Text)]
    assert {"A", "D", "1", "2", "3 votes"} <= set(said)


@pytest.mark.parametrize("closing", [OPEN, Key("escape"), Set("tally", False), Set(toolbar.VIEW_MENU, "tally")])
def test_it_closes_and_keeps_its_votes(world, asked, closing):
    state = play(type_keys(asked, "ab"), closing)
    assert state.size == begin(world).size
    assert state.status.question is None
    assert play(state, Key("a")).tally.votes == (1, 1, 0, 0), "the letter is the lab's again"
    assert play(state, Set("tally", True)).tally.open


def test_the_mouse_votes_takes_back_clears_and_closes(asked):
    at = find_panel(asked, Set("tally vote", 2)).rect.centre
    state = play(asked, Press(at), Press(at), Press(at, pan=True))
    assert state.tally.votes == (0, 0, 1, 0)
    assert play(state, Press(find_panel(state, Set("clear tally")).rect.centre)).tally.votes == (0, 0, 0, 0)
    assert not play(state, Press(find_panel(state, Set("tally", False)).rect.centre)).tally.open


def test_a_field_keeps_its_letters(asked):
    assert type_keys(play(asked, Key("ctrl f")), "ab").tally.votes == (0, 0, 0, 0)


def test_in_a_presentation_b_votes_and_escape_closes_the_row_first(asked):
    state = play(asked, Key("f5"), Key("b"))
    assert state.tally.votes == (0, 1, 0, 0)
    assert not state.presentation.blank
    closed = play(state, Key("escape"))
    assert (closed.tally.open, closed.presentation.on) == (False, True)
    assert play(closed, Key("b")).presentation.blank


def test_it_stands_above_the_page_of_a_lesson_and_has_its_own_votes(world):
    given = Lesson("Digits", (Page("Say it.", "What?", quiz=Quiz(("a 4", "a 9"))), Page("More.")), name="digits")
    state = type_keys(play(lesson.start_lesson(begin(world), given), OPEN), "aab")
    assert (state.tally.votes, state.lessons.votes) == ((2, 1, 0, 0), {})
    row = next(one.rect for one in of_kind(tally.make_items(state), Panel))
    assert row.bottom == state.window_size[1] - state.overlay.lesson_height
    turned = play(state, Key("page down"))
    assert (turned.overlay.lesson.page, turned.tally.votes) == (1, (2, 1, 0, 0))
    assert turned.window_size == begin(world).window_size


def test_a_session_keeps_the_votes_as_they_can_be_counted(world, asked):
    document = json.loads(json.dumps(session.make_document(type_keys(asked, "add"), {})[0]))
    assert session.restore(begin(world), document).state.tally.votes == (1, 0, 0, 2)
    for strange, votes in (([1, 2], (0, 0, 0, 0)), ([-1, 10**6, 0, 0], (0, quiz.MAX_VOTES, 0, 0))):
        assert session.restore(begin(world), {**document, "tally": strange}).state.tally.votes == votes


def test_votes_are_no_steps_of_a_lesson_that_is_recorded(asked):
    recorded = type_keys(lesson_recorder.toggle(replace(asked)), "aab")
    assert not any(step.verb == "key" for step in recorded.recording.pages[-1])
