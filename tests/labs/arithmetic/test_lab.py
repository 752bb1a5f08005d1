"""The Arithmetic lab: how its groups are filled, what is moved, and the attribute in the place of the groups."""

from dataclasses import replace

import numpy as np
import pytest

from latent_explorer.atlas import Atlas
from latent_explorer.config import schema
from latent_explorer.engine.query_context import QueryContext
from latent_explorer.engine.results import Results
from latent_explorer.engine.subject import Dot, MapPosition
from latent_explorer.errors import InputError
from latent_explorer.labs import LABS
from latent_explorer.labs.arithmetic import attribute_direction, lab, layout, queries
from latent_explorer.labs.arithmetic.attribute_direction import AttributeKey
from latent_explorer.labs.arithmetic.attribute_queries import AttributeDirection
from latent_explorer.labs.arithmetic.queries import Equation, Group, ShiftAlongDirection
from latent_explorer.scene.controls import Choice, Slider
from latent_explorer.scene.events import Key, Leave, Move, Press, Release, Set
from latent_explorer.scene.items import Line
from latent_explorer.user_image import OwnImage
from tests import stage
from tests.stage import CENTRES, EMPTY, begin, change, click, dot_px, drag, of_kind, play, px_of

LAB = LABS["arithmetic"]
ZERO, ONE, TWO = (Group(label=name) for name in ("zero", "one", "two"))
LEAN, RING = AttributeKey("lean"), AttributeKey("ring", "yes")


def own(state) -> lab.ArithmeticState:
    return state.lab_states["arithmetic"]


def loop(state, *corners):
    """The actions that draw a loop through places of the map."""
    px = [px_of(state, xy) for xy in corners]
    return Move(px[0]), Press(px[0]), *map(Move, px[1:]), Release(px[-1])


def around(centre, reach=0.12):
    x, y = centre
    return [(x - reach, y - reach), (x + reach, y - reach), (x + reach, y + reach), (x - reach, y + reach)]


def dots_of(world, group: Group) -> list[int]:
    return sorted(world["first"].dot_of_image[image] for image in group.images)


def moved(state, world) -> ShiftAlongDirection:
    return LAB.make_queries(state)["moved"]


def names_of(state) -> list[str]:
    return [one.name for one in LAB.make_controls(state)]


# -- groups -------------------------------------------------------------------------------------------


def test_it_begins_with_three_classes(start):
    assert LAB.make_queries(start)["equation"] == Equation("first", ZERO, ONE, TWO, layout.NEAREST_COUNT)


def test_without_classes_it_begins_with_heaps_of_neighbours(world):
    first = world["first"]
    blank = Atlas(first.atlas.projection, first.latents, np.full(60, -1))
    groups = lab.make_example_groups(replace(first, class_names=(), maps={"tsne": blank}))
    assert all(len(group.images) == lab.NEIGHBOUR_GROUP_SIZE for group in groups)
    assert len(set(groups)) == 3


def test_a_loop_picks_exactly_the_dots_inside(world, start):
    state = play(start, *loop(start, *around(CENTRES[1])))
    assert dots_of(world, own(state).a) == np.flatnonzero(world["first"].labels == 1).tolist()
    assert own(state).b == own(state).c == Group()
    half = play(start, *loop(start, (0.1, 0.1), (0.2, 0.1), (0.2, 0.4), (0.1, 0.4)))
    xy = world["first"].atlas.xy
    inside = (xy[:, 0] > 0.1) & (xy[:, 0] < 0.2) & (xy[:, 1] > 0.1) & (xy[:, 1] < 0.4)
    assert dots_of(world, own(half).a) == np.flatnonzero(inside).tolist()


def test_a_loop_leaves_hidden_classes_out(world, start):
    whole = [(0.02, 0.02), (0.98, 0.02), (0.98, 0.98), (0.02, 0.98)]
    state = change(start, hidden=frozenset({"one"}))
    state = play(state, *loop(state, *whole))
    assert dots_of(world, own(state).a) == np.flatnonzero(world["first"].labels != 1).tolist()


def test_a_loop_around_nothing_says_so_and_changes_nothing(start):
    before = play(start, *loop(start, *around(CENTRES[1])))
    state = play(before, *loop(before, *around(EMPTY, 0.03)))
    assert lab.NO_DOT_INSIDE.format(group="A") in state.status.message
    assert "\n" not in state.status.message
    assert own(state) == own(before)
    assert state.history.undo_stack == before.history.undo_stack
    hidden = before.put(replace(before.view, hidden=frozenset({"two"})))
    assert lab.NO_DOT_INSIDE.format(group="A") in play(hidden, *loop(hidden, *around(CENTRES[2]))).status.message


def test_the_loop_is_drawn_while_the_button_is_down_and_gone_after(start):
    *drawn, release = loop(start, *around(CENTRES[1]))
    state = play(start, *drawn)
    lines = [line for line in of_kind(LAB.make_view(state, Results()), Line) if len(line.points) > 2]
    assert len(lines) == 1
    assert lines[0].points[0] == pytest.approx(px_of(start, around(CENTRES[1])[0]), abs=1e-3)
    state = play(state, release)
    assert not of_kind(LAB.make_view(state, Results()), Line)
    assert own(state).passing.lasso == ()


def test_a_loop_is_one_step_to_undo(start):
    state = play(start, *loop(start, *around(CENTRES[1])))
    assert own(play(state, Key("z"))).a == Group()
    assert own(play(state, Key("z"), Key("Z"))).a == own(state).a


def test_with_a_picture_to_choose_a_drag_moves_the_map_and_picks_nothing(start):
    state = play(start, Set("fill", "picture"))
    after = play(state, *loop(state, EMPTY, CENTRES[1], CENTRES[0]))
    assert own(after) == own(state)
    assert after.get_camera(0) != state.get_camera(0)


def test_clicks_add_samples_to_the_group_and_take_them_away(world, start):
    state = play(start, Set("fill", "b"), *click(dot_px(start, 3)), *click(dot_px(start, 8)))
    assert dots_of(world, own(state).b) == [3, 8]
    state = play(state, *click(dot_px(start, 3)))
    assert dots_of(world, own(state).b) == [8]
    assert LAB.find_groups(play(state, Key("backspace")))[1] == ONE


def test_a_group_is_a_class_by_its_menu_and_by_its_key(start):
    state = play(start, Set("b", "two"))
    assert LAB.find_groups(state) == (ZERO, TWO, TWO)
    state = play(state, Key("w"), Key("R"))
    assert LAB.find_groups(state) == (ONE, TWO, ONE)


def test_to_pick_on_the_map_is_said_how(start):
    state = play(start, Set("c", ""))
    assert own(state).fill == "c"
    assert "loop" in state.status.message


def test_swapping_turns_the_direction(start):
    assert LAB.find_groups(play(start, Key("x"))) == (ONE, ZERO, TWO)


def test_example_shows_another_one_each_time(start):
    state = play(start, Key("x"), Set("amount", 2.0), *click(dot_px(start, 3)), Key("c"))
    assert own(state) == lab.ArithmeticState(example=1)
    assert LAB.find_groups(state) == (ONE, TWO, ZERO) != LAB.find_groups(start)
    assert LAB.find_groups(play(state, Key("c"))) != LAB.find_groups(state)


def test_groups_are_the_same_images_in_another_model_and_gone_with_other_images(world, start):
    state = play(start, *loop(start, *around(CENTRES[1])))
    other = play(state, Set("model", "second"))
    (equation,) = [one for one in LAB.make_queries(other).values() if isinstance(one, Equation)]
    value = equation.answer(QueryContext(world, {}))
    assert sorted(world["second"].indices[value.dots[0]]) == sorted(own(state).a.images)
    assert own(play(state, Set("model", "other"))) == lab.ArithmeticState()


# -- what is moved ------------------------------------------------------------------------------------


def test_the_mean_of_c_is_moved_until_something_else_is_chosen(world, start):
    assert moved(start, world).source == TWO
    over = play(start, Move(px_of(start, EMPTY)))
    assert isinstance(moved(over, world).source, MapPosition)
    assert moved(over, world).source.xy == pytest.approx(EMPTY, abs=1e-6)
    chosen = play(start, Set("fill", "picture"), *click(dot_px(start, 7)), Leave())
    assert moved(chosen, world).source == Dot(7)
    image = OwnImage(bytes(64), (8, 8), 1)
    assert moved(chosen.put(replace(chosen.drawing, image=image)), world).source == image


@pytest.mark.parametrize(("share", "amount"), [(0.0, -3.0), (0.5, 0.0), (1.0, 3.0), (8.5 / 13, 1.0)])
def test_the_strip_sets_how_much(world, start, share, amount):
    rect = LAB.get_layout(start).parts["film"]
    px = (rect.x + share * (rect.width - 1), rect.centre[1])
    state = play(start, Press(px), Release(px))
    assert own(state).amount == pytest.approx(amount, abs=0.05)
    assert moved(state, world).amount == own(state).amount
    assert layout.to_amount(layout.to_share(amount)) == amount


def test_the_slider_and_its_key_set_how_much(start):
    assert own(play(start, Set("amount", -1.5))).amount == -1.5
    assert own(play(start, Key("k"))).amount == 1.25
    assert own(play(start, *[Key("K")] * 30)).amount == -3


# -- sessions -----------------------------------------------------------------------------------------


def test_its_state_comes_back_from_a_session_file():
    kept = lab.ArithmeticState(a=Group(images=(3, 8)), b=ONE, fill="c", amount=-1.5, image=7)
    assert schema.decode(lab.ArithmeticState, schema.encode(kept)) == kept


def test_a_session_with_a_group_that_is_not_there_is_told_which_ones_are():
    with pytest.raises(InputError, match="'x' arrived; one of a, b, c, picture is allowed"):
        schema.decode(lab.ArithmeticState, {"fill": "x"})


# -- along an attribute -------------------------------------------------------------------------------


def test_the_direction_is_chosen_in_a_menu_or_by_its_key_and_the_groups_are_gone(attributed):
    (menu,) = (one for one in LAB.make_controls(attributed) if one.name == "along")
    assert [value for value, _ in menu.options] == ["", "lean", "ring: yes", "chance"]
    state = play(attributed, Set("along", "lean"))
    assert own(play(attributed, Key(menu.key))) == own(state)
    assert names_of(state) == ["along", "amount"]
    assert isinstance(LAB.make_queries(state)["direction"], AttributeDirection)
    assert "equation" not in LAB.make_queries(state)
    assert own(play(state, Key("z"))).along == ""
    assert play(attributed, Set("along", "no such one")) == attributed


def test_without_attributes_there_is_no_menu(shelf):
    shelf["plain"] = stage.make_checkpoint("plain", seed=9, data="fashion_mnist")
    assert "along" not in names_of(begin(shelf, "arithmetic", models=("plain", "first")))


def test_a_model_that_lacks_the_attribute_shows_the_groups(attributed):
    state = play(attributed, Set("along", "ring: yes"), Set("model", "first"))
    assert "equation" in LAB.make_queries(state)
    assert next(one for one in LAB.make_controls(state) if isinstance(one, Choice) and one.name == "along").value == ""


def test_it_comes_back_from_a_session_file():
    kept = lab.ArithmeticState(along="ring: yes", amount=-1.5)
    assert schema.decode(lab.ArithmeticState, schema.encode(kept)) == kept


def test_a_click_chooses_the_picture_and_a_drag_fills_no_group(attributed):
    state = play(attributed, Set("along", "lean"))
    typical = attribute_direction.find_typical_dot(state.get_checkpoint(0), LEAN)
    assert LAB.make_queries(state)["moved"].source == Dot(typical)
    state = play(state, *click(dot_px(state, 7)), Leave())
    assert LAB.make_queries(state)["moved"].source == Dot(7)
    state = play(state, *drag(px_of(state, EMPTY), px_of(state, CENTRES[0])), Leave())
    assert own(state).a == queries.Group()
    assert LAB.make_queries(play(state, Key("backspace")))["moved"].source == Dot(typical)


def test_the_slider_says_its_unit(attributed):
    sliders = [
        next(one for one in LAB.make_controls(play(attributed, Set("along", label))) if isinstance(one, Slider))
        for label in ("lean", "ring: yes")
    ]
    assert [one.value_text for one in sliders] == ["+1.00 SD", "+1.00 times"]
