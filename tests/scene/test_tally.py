"""The row of votes on the teacher's own question: it keeps within its place, and each cell votes for its choice."""

import pytest

from latent_explorer.scene import tally
from latent_explorer.scene.events import Set
from latent_explorer.scene.items import Gauge, Panel, Text
from latent_explorer.scene.quiz import LETTERS
from latent_explorer.scene.rect import Rect
from tests.stage import of_kind

VOTES = (3, 0, 1, 0)


def make(width: int, height: int, scale: float = 1.0):
    return tally.make_items(VOTES, Rect(0, 500, width, height), scale, "Q")


@pytest.mark.parametrize(
    ("width", "height", "scale"), [(1920, 64, 1.0), (1366, 64, 1.0), (640, 40, 0.6), (320, 30, 0.6), (1920, 128, 2.0)]
)
def test_all_that_is_written_or_voted_with_lies_in_the_row_and_no_two_buttons_overlap(width, height, scale):
    row, items = Rect(0, 500, width, height), make(width, height, scale)
    buttons = [one.rect for one in of_kind(items, Panel) if one.action is not None]
    for rect in (*buttons, *(one.rect for one in of_kind(items, Text))):
        assert row.x <= rect.x <= rect.right <= row.right
        assert row.y <= rect.y <= rect.bottom <= row.bottom
    for k, rect in enumerate(buttons):
        assert not any(rect.contains(other.centre) for other in buttons[:k])


def test_cells_from_left_to_right_vote_for_the_letters_and_two_buttons_clear_and_close():
    panels = [one for one in of_kind(make(1366, 64), Panel) if one.action is not None]
    cells = sorted((one for one in panels if one.action.control == tally.VOTE), key=lambda one: one.rect.x)
    assert [one.action for one in cells] == [Set(tally.VOTE, k) for k in range(len(LETTERS))]
    others = [one.action for one in panels if one.action.control != tally.VOTE]
    assert others == [Set(tally.CLEAR), Set(tally.TALLY, False)]


def test_bars_are_shares_of_all_votes():
    assert [one.share for one in of_kind(make(1366, 64), Gauge)] == [0.75, 0.25]


@pytest.mark.parametrize(
    ("window", "scale", "height"), [((1920, 1080), 1.0, 64), ((1920, 1080), 2.0, 128), ((320, 240), 1.0, 38)]
)
def test_the_row_takes_no_more_than_a_share_of_a_low_window(window, scale, height):
    assert tally.compute_height(window, scale) == height
