"""The glossary over the window: opened, searched by typing, paged, and every term reached at any size."""

from dataclasses import replace

import pytest

from latent_explorer.labs import LABS
from latent_explorer.scene import glossary
from latent_explorer.scene.events import Key, Move, Press, Scroll, Set
from latent_explorer.scene.items import Text
from latent_explorer.scene.state import State
from latent_explorer.shell import glossary_page, toolbar, update
from tests import stage
from tests.stage import texts


@pytest.fixture
def opened(world) -> State:
    return act(stage.begin(world, "explore"), Key("f2"))


def act(state: State, *actions: object) -> State:
    for one in actions:
        state = update.update(state, one)[0]
    return state


def list_terms(state: State) -> list[str]:
    columns = glossary_page.lay_out(state).columns
    return [row.term for column in columns for row, _ in column if not isinstance(row, str)]


@pytest.mark.parametrize("size", [(480, 320), (1366, 768), (1920, 1080)])
def test_its_pages_hold_every_term_once_and_within_the_window(opened, size):
    state, seen = replace(opened, size=size), []
    for _ in range(glossary_page.lay_out(state).count):
        seen += list_terms(state)
        for item in glossary_page.make_items(state):
            assert not isinstance(item, Text) or (item.rect.right <= size[0] and item.rect.bottom <= size[1])
        state = act(state, Key("page down"))
    assert seen == [one.term for group in glossary.load() for one in group.terms]
    assert glossary_page.lay_out(state).number == 0


def test_no_heading_stands_alone_at_the_end_of_a_column(opened):
    for column in glossary_page.lay_out(opened).columns:
        assert not isinstance(column[-1][0], str)


def test_typing_searches_and_reaches_no_control(opened):
    found = act(opened, Key("t", "t"), Key("-", "-"), Key("s", "s"))
    assert list_terms(found) == [one.term for group in glossary.search("t-s") for one in group.terms]
    assert list_terms(found)[0] == "t-SNE"
    assert found.preferences == opened.preferences
    wider = act(found, *[Key("backspace")] * 4)
    assert list_terms(wider) == list_terms(opened)
    assert glossary_page.NOTHING in texts(glossary_page.make_items(act(opened, *[Key("q", "q")] * 3)))


def test_the_menu_of_views_opens_it(world):
    assert act(stage.begin(world), Set("view", "glossary")).overlay.glossary == ""


def test_keys_close_it_and_the_help_takes_its_place(opened):
    assert glossary_page.make_items(act(opened, Key("f2"))) == []
    after = act(opened, Key("escape"))
    assert after.overlay.glossary is None
    assert not after.status.asks_to_leave
    helped = act(opened, Key("f1"))
    assert helped.overlay.help
    assert helped.overlay.glossary is None
    assert not act(helped, Key("f2")).overlay.help


def test_clicks_turn_and_at_last_close_it_and_nothing_below_is_touched(opened):
    count = glossary_page.lay_out(opened).count
    assert count > 1
    dot = stage.dot_px(opened, 0, 0)
    state = act(opened, Move(dot), *[Press(dot)] * (count - 1))
    assert glossary_page.lay_out(state).number == count - 1
    assert glossary_page.lay_out(act(state, Scroll(dot, 1.0))).number == count - 2
    closed = act(state, Press(dot))
    assert closed.overlay.glossary is None
    assert closed.lab_states == opened.lab_states
    assert closed.pointer.hover is None


def test_every_tab_says_what_its_lab_is_for(world):
    state = stage.begin(world)
    (tabs,) = [one for one in toolbar.list_controls(state) if one.name == "lab"]
    for (name, _), tip in zip(tabs.options, tabs.option_tips, strict=True):
        assert 10 <= len(LABS[name].purpose) <= 70
        assert name in tabs.barred or tip.startswith(LABS[name].purpose)
