"""The choices of a question: their places, and how votes are counted and written."""

import re

import pytest

from latent_explorer.scene import quiz
from latent_explorer.scene.items import Panel, Text
from latent_explorer.scene.quiz import Quiz
from latent_explorer.scene.rect import Rect
from tests.stage import of_kind


@pytest.mark.parametrize("width", [1040, 620, 300])
@pytest.mark.parametrize("count", [2, 3, 4])
def test_choices_lie_within_their_row_beside_each_other(width, count):
    row = Rect(10, 10, width, 50)
    cells = quiz.split_row(Quiz(("x" * 40,) * count), row, 1.0)
    assert len(cells) == count
    for k, one in enumerate(cells):
        assert row.x <= one.x < one.right <= row.right
        assert row.y <= one.y < one.bottom <= row.bottom
        assert not any(one.contains(other.centre) for other in cells[:k])


def test_choices_of_long_texts_lie_two_by_two_and_short_ones_side_by_side():
    row = Rect(0, 0, 620, 56)
    short, long = (quiz.split_row(Quiz((text,) * 4), row, 1.0) for text in ("4", "x" * 40))
    assert len({one.y for one in short}) == 1
    assert [(one.x, one.y) for one in long] == sorted(((one.x, one.y) for one in long), key=lambda at: at[::-1])
    assert len({one.y for one in long}) == len({one.x for one in long}) == 2


def test_a_vote_counts_for_its_choice_alone_within_what_can_be_counted():
    assert quiz.count_vote((1, 2, 0), 1, 1) == (1, 3, 0)
    assert quiz.count_vote((1, 2, 0), 1, -1) == (1, 1, 0)
    assert quiz.count_vote((1, 2, 0), 2, -1) == (1, 2, 0)
    assert quiz.count_vote((quiz.MAX_VOTES, 0), 0, 1) == (quiz.MAX_VOTES, 0)


def test_the_result_counts_the_votes_for_every_right_choice():
    both = Quiz(("a 4", "a 9", "neither"), right=(0, 2))
    assert re.findall(r"\b[A-D]\b|\d+", quiz.write_result(both, (3, 4, 2))) == ["A", "C", "5", "9"]
    assert re.findall(r"\b[A-D]\b|\d+", quiz.write_result(both, (0, 0, 0))) == ["A", "C"]
    assert quiz.write_result(both, (1, 0, 0)).endswith("1 of 1 vote")
    assert quiz.write_result(Quiz(("this", "that")), (1, 2)) == ""
    assert quiz.name_right(both) == "A: a 4   C: neither"


def test_only_a_revealed_right_choice_is_marked():
    one, row = Quiz(("a 4", "a 9"), right=(1,)), Rect(0, 0, 900, 56)
    for revealed, outlines in ((False, ["line", "line"]), (True, ["line", "good"])):
        items = quiz.make_items(one, (3, 1), row, 1.0, revealed=revealed)
        assert [panel.outline for panel in of_kind(items, Panel)] == outlines
        assert ("✓ B" in [text.text for text in of_kind(items, Text)]) == revealed
