"""A presentation's keys: those of a presenter and of clickers, whatever they do in a lab otherwise."""

import pytest

from latent_explorer.engine.results import Results
from latent_explorer.labs import LABS
from latent_explorer.scene.events import Key, Press, Set
from latent_explorer.scene.items import Black
from latent_explorer.scene.lesson import Lesson, Page
from latent_explorer.scene.lesson_target import Target
from latent_explorer.shell import lesson, presentation, toolbar, update, view
from tests.stage import begin, change, play

SIZE = (1366, 768)


def page_of(state) -> int:
    return state.overlay.lesson.page


def test_f5_begins_and_escape_leaves(world):
    state = begin(world, "explore", SIZE)
    shown = play(state, Key("f5"))
    assert shown.presentation.on
    assert not toolbar.make_groups(shown)
    after = play(shown, Key("escape"))
    assert not after.presentation.on
    assert not after.status.asks_to_leave
    assert LABS["explore"].get_layout(after) == LABS["explore"].get_layout(state)
    assert not play(shown, Key("f5")).presentation.on
    assert play(state, Set(toolbar.VIEW_MENU, "present")).presentation.on


def test_escape_closes_first_what_is_open(world):
    shown = play(begin(world, "explore", SIZE), Key("f5"))
    pad = play(shown, Key("o"), Key("escape"))
    assert (pad.drawing.pad.open, pad.presentation.on) == (False, True)
    assert not play(pad, Key("escape")).presentation.on
    way = play(shown, Set("panel", "way"))
    back = play(way, Key("escape"))
    assert (LABS["explore"].get_own(back).panel, back.presentation.on) == ("none", True)
    assert not play(way, Key("f5")).presentation.on


@pytest.mark.parametrize(("forward", "backward"), [("page down", "page up"), ("right", "left"), ("down", "up")])
def test_the_keys_of_clickers_turn_the_lesson(presented, forward, backward):
    after = play(presented, Key(forward), Key(forward))
    assert page_of(after) == 2
    assert page_of(play(after, Key(backward))) == 1
    assert after.pointer.hover == presented.pointer.hover  # arrows move no point then


def test_without_a_lesson_arrows_move_the_point_and_page_keys_show_the_other_parts(world):
    state = play(begin(world, "explore", SIZE), Key("f5"))
    assert play(state, Key("right")).pointer.hover is not None
    assert play(state, Key("page down")).presentation.parts_page == 1
    assert play(state, Key("page down"), Key("page up")).presentation.parts_page == 0
    assert play(state, Key("f9"), Key("f9")).presentation.parts_page == 0
    assert play(state, Key("f9"), Key("tab")).presentation.parts_page == 0  # another lab


@pytest.mark.parametrize("key", [".", "b"])
def test_the_screen_is_black_until_something_is_pressed(presented, key):
    black = play(presented, Key(key))
    assert black.lab_states == presented.lab_states  # no bookmark
    (only,) = view.add_overlays(view.make_lab_view(black, Results()), black, Results())
    assert isinstance(only, Black)
    for action in (Key(key), Key("x"), Press((5, 5))):
        shown = play(black, action)
        assert not shown.presentation.blank
        assert page_of(shown) == 0
    assert page_of(play(black, Key("page down"))) == 1  # a clicker goes on


def test_in_a_lab_b_and_the_full_stop_keep_their_meaning(world):
    assert not play(begin(world, "interpolate", SIZE), Key(".")).presentation.blank


def test_while_a_page_is_set_up_its_keys_are_its_own(presented):
    steps = change(presented, sets_up=True)
    assert not play(steps, Key("b")).presentation.blank


def test_a_page_of_a_lesson_shows_the_part_that_it_points_at(presented):
    state = play(presented, Key("page down"))
    assert "strip" in [name for name, rect in LABS["explore"].get_layout(state).parts.items() if 0 <= rect.x < SIZE[0]]
    assert play(state, Key("page down")).presentation.parts_page == 0
    assert play(state, Key("f5"), Key("f5")).presentation.parts_page == state.presentation.parts_page > 0


@pytest.mark.parametrize(("names", "page"), [(("strip", "picture"), 1), (("picture", "strip"), 0)])
def test_of_parts_on_two_pages_the_first_one_is_shown(world, names, page):
    given = Lesson("Codes", (Page("One.", point_at=tuple(Target("part", name) for name in names)),))
    assert play(lesson.start_lesson(begin(world, "explore", SIZE), given), Key("f5")).presentation.parts_page == page


def test_the_help_lists_the_keys_of_a_presentation_in_one(world):
    state = begin(world, "explore", SIZE)
    assert not set(presentation.make_help_rows()) & set(update.make_help_rows(state))
    assert set(presentation.make_help_rows()) <= set(update.make_help_rows(play(state, Key("f5"))))


def test_the_form_of_a_new_map_has_its_bar(world):
    state = play(begin(world, "explore", SIZE), Key("f5"), Key("P"))
    assert state.map_task.form is not None
    assert toolbar.make_groups(state)
