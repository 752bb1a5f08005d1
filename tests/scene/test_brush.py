"""The brush: a range on the colour scale of numbers, on every map, taken back and kept like what else is looked at."""

from dataclasses import replace

import numpy as np
import pytest

from latent_explorer.data.attributes import Attribute
from latent_explorer.engine.results import Results
from latent_explorer.labs import LABS
from latent_explorer.scene import colour_by, legend
from latent_explorer.scene.dots import Dots
from latent_explorer.scene.events import Key, Move, Press, Set
from latent_explorer.scene.items import ColourBar, Map
from latent_explorer.shell import keymap, session
from latent_explorer.ui.render import scatter_painter
from latent_explorer.ui.render.theme import make_theme
from tests import stage
from tests.stage import begin, click, drag, of_kind, play, texts

AGE = np.linspace(0, 59, 3 * stage.EACH).astype(np.float32)
AGE[7] = np.nan


@pytest.fixture
def known(world):
    shelf = stage.World(world)
    shelf["first"] = replace(world["first"], attributes={"age": Attribute(AGE), "size": Attribute(AGE / 10)})
    shelf["second"] = replace(world["second"], attributes={"age": Attribute(AGE + 10)})
    return shelf


def get_bar(state):
    lab = LABS[state.lab]
    found = of_kind(legend.make_items(state, lab.get_layout(state).legend, lab.count_models(state)), ColourBar)
    return found[0] if found else None


def at(state, share):
    rect = get_bar(state).rect
    return rect.x + share * (rect.width - 1), rect.centre[1]


def select(state, first, last):
    return play(state, *drag(at(state, first), at(state, last)))


def maps(state):
    return of_kind(LABS[state.lab].make_view(state, Results()), Map)


@pytest.mark.parametrize("lab", [name for name, lab in LABS.items() if lab.has_model_menus])
def test_in_every_lab_a_drag_on_the_scale_selects_a_range_and_z_takes_it_back(known, lab):
    state = begin(known, lab, models=("first", "second"), colour_by="age")
    after = select(state, 0.75, 0.25)
    low, high = colour_by.find_range(state, LABS[lab].count_models(state))
    span = high - low
    assert after.view.brushes["age"] == pytest.approx((low + span / 4, low + 3 * span / 4), abs=0.02 * span)
    assert {one.dot_colours.brush for one in maps(after)} == {after.view.brushes["age"]}
    assert get_bar(after).selected == pytest.approx((0.25, 0.75), abs=0.02)
    assert len(after.history.undo_stack) == len(state.history.undo_stack) + 1
    undone = play(after, Key("z"))
    assert undone.view.brushes == {}
    assert play(undone, Key("Z")).view.brushes == after.view.brushes


def test_the_dots_in_the_range_are_counted_in_both_models(known):
    both = begin(known, "compare", models=("first", "second"), colour_by="age", brushes={"age": (19.5, 29.5)})
    said = texts(legend.make_items(both, LABS["compare"].get_layout(both).legend, 2))
    assert "10 and 10 dots" in said
    hidden = replace(both, view=replace(both.view, hidden=frozenset({"zero", "one", "two"})))
    assert "0 and 0 dots" in texts(legend.make_items(hidden, LABS["compare"].get_layout(hidden).legend, 2))


def test_a_range_to_the_ends_holds_all_that_is_known(known):
    state = begin(known, colour_by="age")
    left, right = at(state, 0)[0] - 3, at(state, 1)[0] + 3
    all_of_them = play(state, *drag((left, at(state, 0)[1]), (right, at(state, 0)[1])))
    assert "59 dots" in texts(legend.make_items(all_of_them, LABS["explore"].get_layout(state).legend, 1))


@pytest.mark.parametrize("way", ["click", "key"])
def test_a_click_or_the_key_for_all_clears_it(known, way):
    state = select(begin(known, colour_by="age"), 0.2, 0.6)
    cleared = play(state, *(click(at(state, 0.5)) if way == "click" else [Key("a")]))
    assert cleared.view.brushes == {}
    assert maps(cleared)[0].dot_colours.brush is None


def test_each_attribute_has_its_own_and_the_session_keeps_them(known):
    state = play(select(begin(known, colour_by="age"), 0.2, 0.6), Set("colour", "size"))
    assert get_bar(state).selected is None
    document, lost = session.make_document(select(state, 0.5, 0.9), {})
    assert not lost
    restored = session.restore(begin(known), document).state
    assert restored.view.brushes.keys() == {"age", "size"}
    document["brushes"] = {"size": [4.0, 1.0]}
    assert colour_by.find_brush(session.restore(begin(known), document).state, 1) == (1, 4)


def test_a_scale_that_goes_while_it_is_dragged_does_no_harm(known):
    state = play(begin(known, colour_by="age"), Press(at(begin(known, colour_by="age"), 0.2)))
    state = play(state, Move(at(state, 0.5)), Set("colour", "class"), Move((500.0, 300.0)))
    assert state.view.brushes.keys() == {"age"}
    assert play(state, *click((500.0, 300.0))).pointer.pressed_part == ""


def test_dots_outside_are_dimmed_and_lie_below_the_others(known):
    state = begin(known, colour_by="age", brushes={"age": (10.5, 20.5)})
    one, dots = maps(state)[0], Dots.of(known["first"], "tsne")
    x, _, kinds = scatter_painter.arrange_dots(dots, frozenset(), one.dot_colours)
    last = len(scatter_painter.list_colours(one.dot_colours, make_theme("dark"))) - 2  # kinds begin at -1
    inside = kinds != last
    assert not inside[:-10].any()
    assert inside[-10:].all()
    assert sorted(x[-10:]) == pytest.approx(sorted(known["first"].maps["tsne"].xy[11:21, 0]))


def test_the_help_page_says_so():
    assert "brush" in {one.command for one in keymap.KEYMAP if one.help_text}
