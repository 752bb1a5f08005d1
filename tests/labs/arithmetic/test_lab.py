import re
from dataclasses import replace

import numpy as np
import pytest

from latent_explorer.atlas import Atlas
from latent_explorer.config import schema
from latent_explorer.engine.query_context import QueryContext
from latent_explorer.engine.results import Failure, Results
from latent_explorer.engine.subject import Dot, MapPosition
from latent_explorer.errors import InputError
from latent_explorer.labs import LABS
from latent_explorer.labs.arithmetic import lab, layout
from latent_explorer.labs.arithmetic.queries import (
    Equation,
    Group,
    GroupPositions,
    GroupPositionsValue,
    ShiftAlongDirection,
    ShiftAlongDirectionValue,
)
from latent_explorer.labs.arithmetic.separation import MIN_TEST_SAMPLES
from latent_explorer.scene.chart import Chart
from latent_explorer.scene.events import Key, Leave, Move, Press, Release, Set
from latent_explorer.scene.items import FilmStrip, Image, Line, Map, Marker
from latent_explorer.user_image import OwnImage
from tests import stage
from tests.stage import CENTRES, EMPTY, begin, change, click, dot_px, map_rect, of_kind, play, px_of, texts

LAB = LABS["arithmetic"]
ZERO, ONE, TWO = (Group(label=name) for name in ("zero", "one", "two"))


@pytest.fixture
def start(world):
    return begin(world, "arithmetic", (1280, 840))


def own(state) -> lab.ArithmeticState:
    return state.lab_states["arithmetic"]


def answered(state) -> Results:
    """With every query answered; the made-up map places nothing."""
    context, places = QueryContext(state.library, {}), ((0.2, 0.2), (0.4, 0.2), (0.2, 0.5), (0.4, 0.5))
    return stage.answered(
        state, lambda one: GroupPositionsValue(one, places) if isinstance(one, GroupPositions) else one.answer(context)
    )


def loop(state, *corners):
    """The actions that draw a loop through places of the map."""
    px = [px_of(state, xy) for xy in corners]
    return Move(px[0]), Press(px[0]), *map(Move, px[1:]), Release(px[-1])


def around(centre, reach=0.12):
    x, y = centre
    return [(x - reach, y - reach), (x + reach, y - reach), (x + reach, y + reach), (x - reach, y + reach)]


def dots_of(world, group: Group) -> list[int]:
    return sorted(world["first"].dot_of_image[image] for image in group.images)


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


def moved(state, world) -> ShiftAlongDirection:
    return LAB.make_queries(state)["moved"]


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


# -- the view -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [(1280, 800), (1440, 900), (800, 600), (640, 480), (600, 900), (320, 240)])
def test_it_fits_into_any_window(world, size):
    state = begin(world, "arithmetic", size)
    layout = LAB.get_layout(state)
    for name, rect in layout.parts.items():
        assert rect.x >= 0, name
        assert rect.right <= size[0], name
        assert rect.bottom <= size[1], name
    assert LAB.make_view(state, answered(state))


def test_the_equation_is_four_pictures_of_which_the_result_can_be_covered(start):
    results = answered(start)
    view = LAB.make_view(start, results)
    parts = LAB.get_layout(start).parts
    pictures = {one.rect: one for one in of_kind(view, Image)}
    assert [pictures[parts[name]].reveals_answer for name in ("a", "b", "c", "result")] == [False, False, False, True]
    assert {"−", "+", "=", "A: class zero", "B: class one", "C: class two"} <= set(texts(view).split("\n"))
    assert len(of_kind(view, FilmStrip)) == 2


def test_the_map_shows_the_groups_and_where_the_result_lies(world, start):
    view = LAB.make_view(start, answered(start))
    (drawn,) = of_kind(view, Map)
    assert (drawn.dot_colours.palette_indices == world["first"].labels).all()
    assert len(drawn.dot_colours.palette) == 4
    marks = {one.label: one.px for one in of_kind(view, Marker) if one.label}
    assert set(marks) == {"A", "B", "C", "="}
    way = [line for line in of_kind(view, Line) if line.arrow and not line.dashed]
    assert way[0].points == (marks["C"], marks["="])
    assert map_rect(start).contains(marks["="])
    again = LAB.make_view(start, answered(start))
    assert of_kind(again, Map)[0].dot_colours.palette == drawn.dot_colours.palette


def test_a_paint_stays_the_same_array_from_frame_to_frame(start):
    results = answered(start)
    first, second = (of_kind(LAB.make_view(start, results), Map)[0].dot_colours for _ in range(2))
    assert first == second


def test_on_a_straight_map_it_says_that_the_arrows_are_equal(start):
    assert "straight" in texts(LAB.make_view(change(start, map_name="pca"), Results()))
    assert "straight" not in texts(LAB.make_view(start, Results()))


def test_groups_that_are_one_are_told_apart_no_better_than_by_a_coin(start):
    state = play(start, Set("b", "zero"), Leave())
    assert "better than a coin" in texts(LAB.make_view(state, answered(state)))


def test_before_anything_is_known_and_after_a_failure_something_is_said(start):
    assert LAB.make_view(start, Results())
    results = Results()
    results.put("equation", Failure(stage.BROKEN))
    assert stage.BROKEN in texts(LAB.make_view(start, results))


def test_how_well_the_groups_separate_is_said_in_plain_words(start):
    assert re.search(r"\d+ of 100 .*AUC \d", texts(LAB.make_view(start, answered(start))))
    few = play(start, *click(dot_px(start, 3)), Leave())
    assert f"{MIN_TEST_SAMPLES} samples" in texts(LAB.make_view(few, answered(few)))


def test_its_state_comes_back_from_a_session_file():
    kept = lab.ArithmeticState(a=Group(images=(3, 8)), b=ONE, fill="c", amount=-1.5, image=7)
    assert schema.decode(lab.ArithmeticState, schema.encode(kept)) == kept


@pytest.mark.parametrize("place", [-20.0, -3.2, -1.5, 0.4, 2.6, 7.0])
def test_the_mark_of_what_is_moved_stands_inside_the_histogram(start, place):
    results = answered(start)
    moved = results.get_value("moved", ShiftAlongDirectionValue)
    results.put("moved", replace(moved, position=place))
    (chart,) = of_kind(LAB.make_view(start, results), Chart)
    assert chart.x.low <= chart.cursors[0].x == place <= chart.x.high
    assert 0.0 in chart.x.choose_ticks(chart.max_x_ticks)
    assert not chart.x.label  # it would take the place of a number


def test_a_session_with_a_group_that_is_not_there_is_told_which_ones_are():
    with pytest.raises(InputError, match="'x' arrived; one of a, b, c, picture is allowed"):
        schema.decode(lab.ArithmeticState, {"fill": "x"})
