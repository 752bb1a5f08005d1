"""The bars of the latent vector: dragged by the mouse, stepped by keys, and named."""

import re

import numpy as np
import pytest

from latent_explorer.labs.explore import latent_bars
from latent_explorer.labs.explore.state import find_resting_point, get_explore_state, with_explore_state
from latent_explorer.scene.events import DoubleClick, Key, Move, Release
from latent_explorer.scene.items import Bars
from tests import stage
from tests.labs.explore.on_screen import LAB, bar_px, dragged
from tests.stage import click, dot_px, drag, of_kind, play


def test_dragging_a_bar_sets_that_dimension_to_where_the_mouse_is(world, pinned):
    state = dragged(pinned, 2, 0.5, 1.0)
    ((dimension, value),) = find_resting_point(state).changes
    assert dimension == 2
    assert value == pytest.approx(world["first"].bar_scale, rel=1e-3)
    halfway = dragged(pinned, 2, 1.0, 0.5)
    assert find_resting_point(halfway).changes[0][1] == pytest.approx(0, abs=0.02 * world["first"].bar_scale)


def test_a_drag_that_wanders_over_other_bars_keeps_to_its_own(pinned):
    state = play(pinned, *drag(bar_px(pinned, 1, 0.5), bar_px(pinned, 3, 0.9)))
    assert [one for one, _ in find_resting_point(state).changes] == [1]


def test_r_and_a_double_click_give_dimensions_back(pinned):
    state = dragged(dragged(pinned, 2), 0)
    assert len(find_resting_point(state).changes) == 2
    px = bar_px(state, 2, 0.5)
    one = play(state, Move(px), DoubleClick(px), Release(px))
    assert [dimension for dimension, _ in find_resting_point(one).changes] == [0]
    assert find_resting_point(play(state, Key("r"))).changes == ()


def test_the_keys_choose_a_dimension_and_change_it(world, pinned):
    state = play(pinned, Key("x"), Key("x"), Key("."))
    ((dimension, value),) = find_resting_point(state).changes
    assert dimension == 1
    first = world["first"]
    step = latent_bars.STEP * np.sqrt(first.neighbours.variance[1])
    assert value == pytest.approx(float(first.latents[7, 1] + step), abs=1e-3)
    back = play(state, Key(","))
    assert find_resting_point(back).changes[0][1] == pytest.approx(float(first.latents[7, 1]), abs=1e-3)
    assert get_explore_state(play(pinned, Key("x"), Key("X"))).chosen == 3


def test_a_drag_is_one_step_of_undo(pinned):
    state = dragged(pinned)
    back = play(state, Key("z"))
    assert find_resting_point(back) == find_resting_point(pinned)
    assert find_resting_point(play(back, Key("Z"))) == find_resting_point(state)


def test_a_bar_is_named_while_the_mouse_is_over_it(pinned):
    state = play(pinned, Move(bar_px(pinned, 3, 0.2)))
    (shown,) = of_kind(LAB.make_view(state, stage.answered(state)), Bars)
    assert shown.highlighted == 3
    away = play(state, Move((3.0, 3.0)))
    (shown,) = of_kind(LAB.make_view(away, stage.answered(away)), Bars)
    assert shown.highlighted is None
    assert find_resting_point(state).changes == ()  # looking changes nothing


def test_a_value_below_0_has_a_minus_sign(pinned):
    caption, short = latent_bars.describe_bars(np.full(4, -9.0), 0, range(4), pinned.get_checkpoint(0).neighbours)
    assert "= −9.00 (" in caption
    assert short == "z 1 = −9.00"


def test_a_bar_that_was_changed_can_be_told_from_the_others(pinned):
    state = dragged(pinned, 1)
    (shown,) = of_kind(LAB.make_view(state, stage.answered(state)), Bars)
    assert shown.edited == {1}


def test_a_click_on_the_map_begins_anew(pinned):
    state = dragged(pinned)
    assert find_resting_point(play(state, *click(dot_px(state, 20)), Move((3.0, 3.0)))).changes == ()


def test_of_many_dimensions_as_many_are_shown_as_can_be_hit(world, pinned, monkeypatch):
    monkeypatch.setattr(type(world["first"]), "latent_dim", property(lambda _: 512))
    rect = LAB.get_layout(pinned).parts["bars"]
    first = latent_bars.find_visible_dimensions(pinned, rect)
    assert len(first) < 512
    assert rect.width / len(first) >= latent_bars.MIN_BAR_WIDTH * pinned.ui_scale
    far = with_explore_state(pinned, chosen=500)
    assert 500 in latent_bars.find_visible_dimensions(far, rect)
    assert latent_bars.find_dimension_at((1.0, 0.5), first) == first[-1]


@pytest.mark.parametrize("deviations", [-2.0, 0.0, 1.5])
def test_a_named_bar_says_how_many_deviations_from_the_mean_it_is(pinned, deviations):
    known = pinned.get_checkpoint(0).neighbours
    z = (known.mean + deviations * np.sqrt(known.variance)).astype(np.float32)
    for dimension in range(4):
        caption, _ = latent_bars.describe_bars(z, dimension, range(4), known)
        number, count, value, away = re.findall(r"[+−]?\d+(?:\.\d+)?", caption)
        assert (int(number), int(count)) == (dimension + 1, 4)
        assert float(value.replace("−", "-")) == pytest.approx(z[dimension], abs=0.005)
        assert float(away.replace("−", "-")) == pytest.approx(deviations, abs=0.051)
    far = (known.mean + 40 * np.sqrt(known.variance)).astype(np.float32)
    assert len(re.findall(r"\d+(?:\.\d+)?", latent_bars.describe_bars(far, 0, range(4), known)[0])) == 3, "no number"


def test_of_a_page_of_dimensions_the_first_and_the_last_are_named(pinned):
    known, z = pinned.get_checkpoint(0).neighbours, np.zeros(512, np.float32)
    for can_be_dragged in (True, False):
        for text in latent_bars.describe_bars(z, None, range(60, 120), known, can_be_dragged=can_be_dragged):
            assert re.findall(r"\d+", text) == ["512", "61", "120"]
