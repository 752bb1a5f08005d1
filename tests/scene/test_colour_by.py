"""Colour by: what the dots, the legend and the notes show of an attribute."""

from dataclasses import replace

import numpy as np
import pytest

from latent_explorer.data.attributes import UNKNOWN, Attribute
from latent_explorer.engine.results import Results
from latent_explorer.labs import LABS
from latent_explorer.scene import colour_by, legend
from latent_explorer.scene.events import Key, Move, Set
from latent_explorer.scene.items import Chip, ColourBar, CornerNote, Map
from latent_explorer.shell import keymap, session, toolbar
from tests import stage
from tests.stage import begin, click, dot_px, of_kind, play, texts

SMILE = np.linspace(-2, 3, 3 * stage.EACH).astype(np.float32)
SMILE[7] = np.nan
HAT = np.arange(3 * stage.EACH).astype(np.float32) % 3 + UNKNOWN


@pytest.fixture
def known(world):
    """`first` and `second` with attributes, `other` without."""
    shelf = stage.World(world)
    shelf["first"] = replace(
        world["first"], attributes={"smile": Attribute(SMILE, unit="teeth"), "hat": Attribute(HAT, ("no", "yes"))}
    )
    shelf["second"] = replace(
        world["second"], attributes={"smile": Attribute(SMILE + 10), "hat": Attribute(HAT, ("no", "top"))}
    )
    return shelf


def shown(state):
    return LABS[state.lab].make_view(state, Results())


def get_menu(state):
    return next((one for one in toolbar.list_controls(state) if one.name == "colour"), None)


def get_legend(state):
    return legend.make_items(state, LABS[state.lab].get_layout(state).legend, LABS[state.lab].count_models(state))


@pytest.mark.parametrize("lab", [name for name, lab in LABS.items() if lab.has_model_menus])
def test_every_lab_with_menus_has_that_of_the_attributes_and_follows_it(known, lab):
    state = begin(known, lab, models=("first", "second"))
    assert [value for value, _ in get_menu(state).options] == ["class", "smile", "hat"]
    state = play(state, Set("colour", "smile"))
    assert get_menu(state).value == "smile"
    assert all(one.dot_colours.values is not None for one in of_kind(shown(state), Map))


def test_a_model_without_attributes_has_no_menu_and_class_colours(known):
    state = begin(known, models=("other", "other"), colour_by="smile")
    assert get_menu(state) is None
    assert of_kind(shown(state), Map)[0].dot_colours is None
    assert [one.text for one in get_legend(state)] == ["zero", "one", "two"]
    assert play(state, Set("colour", "smile")) == state


def test_numbers_have_the_colours_of_their_values_and_a_scale(known):
    state = begin(known, colour_by="smile")
    colours = of_kind(shown(state), Map)[0].dot_colours
    assert colours.values is SMILE
    assert (colours.low, colours.high) == pytest.approx(np.nanquantile(SMILE, [0.01, 0.99]))
    assert colours == of_kind(shown(play(state, Move((5, 5)))), Map)[0].dot_colours  # else all is drawn anew
    assert len(of_kind(get_legend(state), ColourBar)) == 1
    written = texts(get_legend(state))
    assert "smile" in written
    assert "teeth" in written
    assert f"{colours.low:.1f}".replace("-", "−") in written


def test_categories_have_the_colours_of_the_chips_which_hide_nothing(known):
    state = begin(known, colour_by="hat", hidden=frozenset({"one"}))
    item, chips = of_kind(shown(state), Map)[0], of_kind(get_legend(state), Chip)
    assert [one.text for one in chips] == ["no", "yes"]
    assert all(one.visible for one in chips)
    assert item.dot_colours.palette == tuple(one.colour for one in chips)
    assert item.dot_colours.palette_indices.tolist() == HAT.tolist()  # -1 is muted
    assert item.hidden == {1}
    assert {one.colour for one in of_kind(shown(state), Chip)} == set(item.dot_colours.palette)
    assert play(state, *click(chips[0].rect.centre)).view.hidden == {"one"}


def test_two_maps_share_scale_and_categories_and_say_what_one_lacks(known):
    both = begin(known, "compare", models=("first", "second"), colour_by="smile")
    first, second = (one.dot_colours for one in of_kind(shown(both), Map))
    assert (first.low, first.high) == (second.low, second.high)
    both = play(both, Set("colour", "hat"))
    first, second = (one.dot_colours for one in of_kind(shown(both), Map))
    assert [one.text for one in get_legend(both)] == ["no", "yes", "top"]
    assert first.palette == ("class 0", "class 1")
    assert second.palette == ("class 0", "class 2")
    lacking = begin(known, "compare", models=("first", "other"), colour_by="hat")
    assert of_kind(shown(lacking), Map)[1].dot_colours is None
    assert {"class 0", "class 1"} <= {one.colour for one in of_kind(shown(lacking), Chip)}
    assert any(
        "hat" in one.lines[0] and one.rect == lacking_rect(lacking) for one in of_kind(shown(lacking), CornerNote)
    )


def lacking_rect(state):
    return LABS[state.lab].get_layout(state).maps[1]


@pytest.mark.parametrize(
    ("name", "dot", "said"),
    [("smile", 20, "−0.31 teeth"), ("smile", 7, "unknown"), ("hat", 2, "yes"), ("hat", 0, "unknown")],
)
def test_the_dot_under_the_mouse_says_its_value(known, name, dot, said):
    state = begin(known, colour_by=name)
    state = play(state, Move(dot_px(state, dot)))
    assert state.pointer.hover.dot == dot
    assert any(one.lines[0].endswith(said) for one in of_kind(shown(state), CornerNote))


def test_a_layer_and_an_attribute_end_each_other(known):
    state = begin(known, layer="distance")
    state = play(state, Set("colour", "smile"))
    assert (state.view.layer, state.view.colour_by) == ("none", "smile")
    assert play(state, Key("l")).view.colour_by == play(state, Set("layer", "cycle")).view.colour_by == "class"


def test_the_key_goes_through_all_and_back_and_the_session_keeps_it(known):
    state, seen = begin(known), []
    for _ in range(3):
        state = play(state, Key("ctrl l"))
        seen.append(state.view.colour_by)
    assert seen == ["smile", "hat", "class"]
    state = play(state, Key("ctrl L"))
    assert state.view.colour_by == "hat"
    assert any("Ctrl+L" in keys for keys, _ in keymap.HELP_ROWS)
    document, lost = session.make_document(state, {})
    assert not lost
    assert session.restore(begin(known), document).state.view.colour_by == "hat"
    document["layer"] = "distance"
    assert session.restore(begin(known), document).state.view.colour_by == "class"


def test_an_attribute_that_is_known_of_no_picture_has_a_scale(known):
    known["first"] = replace(known["first"], attributes={"smile": Attribute(np.full_like(SMILE, np.nan))})
    low, high = colour_by.find_range(begin(known, colour_by="smile"), 1)
    assert low < high


def test_a_key_without_attributes_says_that_there_are_none(world):
    state = stage.begin(world)
    after = colour_by.choose_next(state, 1, 1)
    assert after.status.notice == colour_by.NO_ATTRIBUTES
    assert after.view == state.view
