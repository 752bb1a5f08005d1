"""Places that the keyboard reaches: each that a click does something with, once, in the order in which one reads."""

import pytest

from latent_explorer.labs import LABS
from latent_explorer.scene.events import Key, Set
from latent_explorer.scene.items import Chip, ColourBar, Panel, Text
from latent_explorer.scene.rect import Rect
from latent_explorer.shell import focus_stops
from latent_explorer.shell.focus_stops import SCALE
from tests import stage
from tests.stage import begin, play

GO, STAY = Set("go", 1), Set("stay")


@pytest.fixture
def state(world):
    return begin(world)


def list_buttons(state, *view):
    return [one for one in focus_stops.list_stops(state, view) if one.action is not None]


def test_places_are_in_the_order_in_which_one_reads(state):
    chips = [
        Chip(Rect(x, y, 20, 10), name, "class 0", True) for x, y, name in ((5, 70, "c"), (50, 20, "b"), (10, 20, "a"))
    ]
    stops = focus_stops.list_stops(state, tuple(chips))
    assert [one.name for one in stops if one.name.startswith("class ")] == ["class a", "class b", "class c"]
    assert [(one.rect.y, one.rect.x) for one in stops] == sorted((one.rect.y, one.rect.x) for one in stops)


def test_a_class_is_a_place_by_its_own_name_in_every_language(state):
    stops = focus_stops.list_stops(state, (Chip(Rect(1, 1, 9, 9), "eins", "class 1", True, name="one"),))
    assert "class one" in [one.name for one in stops]


def test_what_does_the_same_is_one_place_and_what_does_nothing_or_has_no_room_is_none(state):
    cell, label = Rect(10, 10, 50, 20), Rect(10, 40, 50, 20)
    shown = (
        Panel(cell, action=GO),
        Panel(label, action=GO),
        Panel(label),
        Text(label, "words"),
        Panel(Rect(90, 90, 0, 9), action=STAY),
    )
    assert [(one.rect, one.action, one.is_area) for one in list_buttons(state, *shown)] == [(cell, GO, False)]


def test_a_panel_around_other_buttons_is_none_and_one_beside_them_is(state):
    card, button, beside = Rect(0, 0, 100, 100), Rect(10, 10, 30, 20), Rect(200, 0, 100, 100)
    shown = Panel(card, action=STAY), Panel(button, action=GO)
    assert [one.action for one in list_buttons(state, *shown)] == [GO]
    elsewhere = Panel(beside, action=STAY), Panel(button, action=GO)
    assert {one.action for one in list_buttons(state, *elsewhere)} == {GO, STAY}


@pytest.mark.parametrize("lab", LABS)
def test_parts_that_react_are_areas_and_nothing_is_reached_below_a_page(world, lab):
    state = begin(world, lab, (1366, 768))
    areas = {one.name: one.rect for one in focus_stops.list_stops(state, ()) if one.is_area}
    parts = LABS[lab].get_layout(state).parts
    reacting = [name for name in LABS[lab].list_interactive_parts(state) if name in parts]
    assert areas == {name: parts[name] for name in reacting if parts[name].height}
    for opening in (Key("f1"), Key("f2"), Key("f3"), Key("escape")):
        assert focus_stops.list_stops(play(state, opening), (Panel(Rect(1, 1, 9, 9), action=GO),)) == []


def test_a_colour_scale_is_an_area_only_where_a_range_of_it_can_be_chosen():
    state = begin(stage.World(known=stage.make_model_with_attributes()), models=("known",))
    legend = LABS["explore"].get_layout(state).legend
    bar = ColourBar(Rect(legend.x, legend.y, 80, legend.height), "values")
    elsewhere = ColourBar(Rect(legend.x, legend.bottom + 50, 80, 9), "values")
    coloured = play(state, Set("colour", "lean"))
    assert [one.rect for one in focus_stops.list_stops(coloured, (bar, elsewhere)) if one.name == SCALE] == [bar.rect]
    assert SCALE not in [one.name for one in focus_stops.list_stops(state, (bar,))]


def test_the_parts_of_the_open_pad_are_named_and_its_ink_is_an_area(opened):
    stops = {one.name: one for one in focus_stops.list_stops(opened, ())}
    pad = {name for name in stops if name.startswith("pad ")}
    assert {
        f"pad {name}"
        for name in (
            "ink",
            "pen",
            "eraser",
            "undo",
            "clear",
            "file",
            "paste",
            "close",
            "add",
            "label back",
            "label",
            "label on",
            "gallery",
        )
    } == pad
    assert [name for name in pad if stops[name].is_area] == ["pad ink"]
