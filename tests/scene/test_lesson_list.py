"""The list of lessons: its rows, what it says of each, and which of them are shown."""

import re
from dataclasses import replace

import pytest

from latent_explorer.scene import lesson_list
from latent_explorer.scene.events import Set
from latent_explorer.scene.items import Panel
from latent_explorer.scene.lesson_list import LessonEntry
from tests.stage import of_kind

PLANE = LessonEntry("plane", "The plane", "What a plane is.", 10, 8)


@pytest.mark.parametrize("size", [(1366, 768), (640, 480), (300, 200)])
def test_the_rows_lie_in_the_card_and_the_card_in_the_window(size):
    layout = lesson_list.make_layout(size, 0.8, 30)
    assert 0 <= layout.card.y <= layout.card.bottom <= size[1]
    assert all(layout.card.y <= row.y and row.bottom <= layout.footer.bottom for row in layout.rows)
    assert len(layout.rows) >= 1


@pytest.mark.parametrize(
    ("first", "chosen", "seen"), [(0, 0, 0), (0, 4, 0), (0, 5, 1), (3, 2, 2), (7, 9, 5), (9, 9, 5), (0, 9, 5)]
)
def test_the_chosen_one_of_ten_is_among_the_five_that_are_shown_and_no_row_stays_empty(first, chosen, seen):
    assert lesson_list.scroll_to(first, chosen, 5, 10) == seen


def test_a_list_that_fits_is_not_scrolled():
    assert lesson_list.scroll_to(3, 2, 5, 4) == 0


@pytest.mark.parametrize(
    ("page", "given", "numbers"), [(3, "", (4, 8)), (3, "plane", (4, 8)), (0, "plane", (1, 8)), (99, "plane", (8, 8))]
)
def test_pages_are_counted_from_one_and_a_file_that_became_shorter_has_no_more_than_it_has(page, given, numbers):
    said = lesson_list.describe_place(PLANE, {"plane": page}, given)
    assert tuple(map(int, re.findall(r"\d+", said))) == numbers


def test_of_a_lesson_that_was_not_begun_nothing_is_said_and_of_a_finished_one_no_page():
    assert lesson_list.describe_place(PLANE, {"other": 3}, "") == ""
    finished = lesson_list.describe_place(PLANE, {"plane": lesson_list.FINISHED}, "")
    assert finished
    assert not re.search(r"\d", finished)


def test_a_users_file_is_told_from_others_by_its_name_and_a_broken_one_begins_nothing():
    own = replace(PLANE, name="/home/me/mine.yaml", own=True)
    assert own.remark.startswith("mine.yaml ")
    assert own.remark.endswith(PLANE.remark)
    broken = replace(own, name="bad", error="line 3")
    layout = lesson_list.make_layout((1366, 768), 1.0, 2)
    items = lesson_list.make_items(
        layout, (1366, 768), 1.0, entries=(own, broken), first=0, chosen=1, stopped={}, given="", message=""
    )
    rows = [one for one in of_kind(items, Panel) if one.rect in layout.rows]
    assert [one.action for one in rows] == [Set(lesson_list.BEGIN, own.name), None]
    assert [one.colour for one in rows] == ["panel", "chosen"]
