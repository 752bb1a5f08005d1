"""A list by the keyboard: steps end at its ends, and letters find lines as file dialogs do."""

from types import SimpleNamespace

import pytest

from latent_explorer.ui.widgets import list_selection

LINES = ["alpha", "Beta", "bravo", "gamma"]


def make_list(selected: int | None, count: int = 3):
    lines = [{"text": str(i), "selected": i == selected} for i in range(count)]
    return SimpleNamespace(item_list=lines)


@pytest.mark.parametrize(
    ("selected", "by", "line"), [(None, 1, 0), (None, -1, 2), (0, 1, 1), (2, 1, 2), (0, -1, 0), (1, 9, 2)]
)
def test_a_step_goes_to_a_line_at_most_the_last(selected, by, line):
    assert list_selection.step(make_list(selected), by) == line


def test_an_empty_list_has_no_line():
    assert list_selection.step(make_list(None, count=0), 1) is None


@pytest.mark.parametrize(
    ("typed", "after", "line"),
    [("b", None, 1), ("b", 1, 2), ("b", 2, 1), ("br", 1, 2), ("be", 1, 1), ("G", 0, 3), ("x", None, None)],
)
def test_a_letter_goes_on_from_line_to_line_and_more_stay_where_they_fit(typed, after, line):
    assert list_selection.find_typed(LINES, typed, after) == line
