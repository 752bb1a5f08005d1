"""A presentation's keys: those of a presenter and of clickers, whatever they do in a lab otherwise."""

import pytest

from latent_explorer.engine.results import Results
from latent_explorer.labs import LABS
from latent_explorer.scene import lesson_page
from latent_explorer.scene.events import Key, Press, Set
from latent_explorer.scene.items import Black, Panel
from latent_explorer.scene.lesson import Lesson, Page
from latent_explorer.scene.lesson_target import Target
from latent_explorer.shell import keys, lesson, presentation, presenter_sheet, toolbar, update, view
from latent_explorer.shell.presenter_sheet import Moment, Timer
from tests.stage import begin, change, of_kind, play, texts

SIZE = (1366, 768)
PAGES = (
    Page("The first page.", "What is it?", "It is a code.", "Wait for hands."),
    Page("The second page.", point_at=(Target("part", "strip"),)),
    Page("The third page."),
)
NOW = Moment("14:05", "12:34", True)


@pytest.fixture
def taught(world):
    """A lesson of three pages, presented."""
    return play(lesson.start_lesson(begin(world, "explore", SIZE), Lesson("Codes", PAGES, minutes=10)), Key("f5"))


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


def test_text_is_not_made_smaller_unseen(world):
    shown = change(play(begin(world, "explore", SIZE), Key("f5")), text_scale=0.6)
    refused = play(shown, Key("["))
    assert (refused.preferences, refused.status.notice) == (shown.preferences, keys.SMALLEST_TEXT)
    assert play(shown, Key("]")).ui_scale > shown.ui_scale


@pytest.mark.parametrize(("forward", "backward"), [("page down", "page up"), ("right", "left"), ("down", "up")])
def test_the_keys_of_clickers_turn_the_lesson(taught, forward, backward):
    after = play(taught, Key(forward), Key(forward))
    assert page_of(after) == 2
    assert page_of(play(after, Key(backward))) == 1
    assert after.pointer.hover == taught.pointer.hover  # arrows move no point then


def test_without_a_lesson_arrows_move_the_point_and_page_keys_show_the_other_parts(world):
    state = play(begin(world, "explore", SIZE), Key("f5"))
    assert play(state, Key("right")).pointer.hover is not None
    assert play(state, Key("page down")).presentation.parts_page == 1
    assert play(state, Key("page down"), Key("page up")).presentation.parts_page == 0
    assert play(state, Key("f9"), Key("f9")).presentation.parts_page == 0
    assert play(state, Key("f9"), Key("tab")).presentation.parts_page == 0  # another lab


@pytest.mark.parametrize("key", [".", "b"])
def test_the_screen_is_black_until_something_is_pressed(taught, key):
    black = play(taught, Key(key))
    assert black.lab_states == taught.lab_states  # no bookmark
    (only,) = view.add_overlays(view.make_lab_view(black, Results()), black, Results())
    assert isinstance(only, Black)
    for action in (Key(key), Key("x"), Press((5, 5))):
        shown = play(black, action)
        assert not shown.presentation.blank
        assert page_of(shown) == 0
    assert page_of(play(black, Key("page down"))) == 1  # a clicker goes on


def test_in_a_lab_b_and_the_full_stop_keep_their_meaning(world):
    assert not play(begin(world, "interpolate", SIZE), Key(".")).presentation.blank


def test_while_a_page_is_set_up_its_keys_are_its_own(taught):
    steps = change(taught, sets_up=True)
    assert not play(steps, Key("b")).presentation.blank


def test_a_page_of_a_lesson_shows_the_part_that_it_points_at(taught):
    state = play(taught, Key("page down"))
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


def test_nothing_beside_the_window_is_drawn(taught):
    whole = view.make_lab_view(taught, Results())
    drawn = view.add_overlays(whole, taught, Results())
    assert any(one.rect.x >= SIZE[0] for one in of_kind(whole, Panel))
    assert not any(one.rect.x >= SIZE[0] for one in of_kind(drawn, Panel))


# -- the presenter's sheet ----------------------------------------------------------------------------


def test_the_sheet_says_what_the_class_does_not_see(taught):
    said = texts(presenter_sheet.make_window_items(taught, (1280, 720), 1.0, NOW))
    for words in ("Wait for hands.", "It is a code.", "The second page.", "14:05", "12:34", "1 of 3", "10 min"):
        assert words in said
    assert "Wait for hands." not in texts(view.add_overlays((), taught, Results()))
    last = play(taught, Key("page up"), Key("page down"), Key("page down"), Key("page down"))
    assert presenter_sheet.LAST_PAGE in texts(presenter_sheet.make_window_items(last, (1280, 720), 1.0, NOW))


def test_its_buttons_turn_pages(taught):
    items = presenter_sheet.make_window_items(taught, (1280, 720), 1.0, NOW)
    actions = [one.action for one in of_kind(items, Panel) if one.action is not None]
    assert Set(lesson_page.GO_TO, 1) in actions
    assert page_of(play(taught, Set(lesson_page.GO_TO, 1))) == 1


def test_a_strip_takes_its_room_from_the_lab_and_gives_it_back(taught):
    shown = presentation.show_strip(taught)
    assert shown.window_size == taught.window_size == SIZE
    assert shown.size[1] < taught.size[1]
    items = presenter_sheet.make_strip_items(shown, shown.ui_scale, NOW)
    assert {"Wait for hands.", "It is a code.", "The second page."} <= set(texts(items).split("\n"))
    for one in items:
        assert shown.size[1] <= one.rect.y
        assert one.rect.bottom <= SIZE[1] - shown.overlay.lesson_height
    hidden = play(shown, Key("f8"))
    assert hidden.size == taught.size
    assert not presenter_sheet.make_strip_items(hidden, hidden.ui_scale, NOW)


def test_without_a_lesson_the_sheet_says_so(world):
    items = presenter_sheet.make_window_items(begin(world), (800, 500), 0.8, NOW)
    assert presenter_sheet.NO_LESSON.format(key="F3") in texts(items)


def test_a_timer_runs_pauses_and_begins_anew():
    timer = Timer().toggle(10)
    assert timer.write(75) == "1:05"
    paused = timer.toggle(75)
    assert paused.write(500) == "1:05"
    assert paused.toggle(500).write(505) == "1:10"
    assert timer.reset(75).write(78) == "0:03"
    assert paused.reset(80).write(90) == "0:00"
    assert timer.write(10 + 3661) == "1:01:01"
