"""The panel of the posterior: bars, draws, and the dial."""

import numpy as np
import pytest

from latent_explorer.engine.query_context import QueryContext
from latent_explorer.labs.explore import panels, posterior_view
from latent_explorer.labs.explore.posterior_queries import DrawsValue
from latent_explorer.labs.explore.state import get_explore_state, with_explore_state
from latent_explorer.scene.events import Key, Leave, Move, Set, TimePassed
from latent_explorer.scene.items import Bars, FilmStrip, Line, Marker
from latent_explorer.scene.rect import Rect
from latent_explorer.user_image import OwnImage
from tests import stage
from tests.labs.explore.on_screen import LAB, NOTEBOOK, opened, press, shown
from tests.stage import begin, dot_px, map_rect, of_kind, play, written


def test_the_panel_shows_a_whisker_for_each_number_and_ten_draws_also_on_the_map(planes):
    state = opened(planes, "posterior")
    view, parts = shown(state), LAB.get_layout(state).parts
    assert len([one for one in of_kind(view, Line) if one.clip == parts["means"] or len(one.points) == 6]) >= 2
    assert [len(one.pictures) for one in of_kind(view, FilmStrip) if one.rect == parts["draws"]] == [panels.DRAW_COUNT]
    values = stage.answered(state).get_value("draws", DrawsValue)
    (bars,) = [one for one in of_kind(view, Bars) if parts["means"].contains(one.rect.centre)]
    order = posterior_view.find_shown_dimensions(state, parts["means"])
    assert bars.values.tolist() == values.mean[list(order)].tolist()
    varied = state.get_checkpoint(0).neighbours.variance[list(order)]
    assert "varie" in written(view, parts["panel head"])
    assert varied.tolist() == sorted(varied, reverse=True)
    assert len([one for one in of_kind(view, Marker) if one.clip == map_rect(state)]) >= panels.DRAW_COUNT


def test_the_posterior_is_that_of_the_picture_of_ones_own(planes):
    image = OwnImage(bytes(64 * i % 199 for i in range(64)), (8, 8), 1)
    state = play(begin(planes, size=NOTEBOOK, models=("plane", "plane"), image=image), Set("panel", "posterior"))
    assert LAB.make_queries(state)["draws"].subject == image
    assert "posterior" not in LAB.make_queries(state)  # that of the nearest sample
    value = stage.answered(state).get_value("draws", DrawsValue)
    context = QueryContext(planes, {})
    assert value.mean == pytest.approx(planes["plane"].encode(context.find_image("plane", image)[0][None])[0], abs=1e-5)
    assert of_kind(shown(state), FilmStrip)


def test_the_dial_goes_where_the_mouse_is_and_a_bar_chooses_its_number(planes):
    state = play(press(opened(planes, "posterior"), "dial", 0.9, 0.5), Move((3.0, 3.0)))
    assert get_explore_state(state).epsilon > 2
    assert get_explore_state(play(state, Key(","))).epsilon == get_explore_state(state).epsilon - 0.25
    chosen = press(state, "means", 0.99, 0.5)
    assert (
        LAB.make_queries(chosen)["turned"].dimension
        == posterior_view.find_shown_dimensions(chosen, LAB.get_layout(chosen).parts["means"])[-1]
    )


def test_codes_are_drawn_anew_only_while_the_mouse_rests_on_the_map(planes):
    away = opened(planes, "posterior")
    watching = play(away, Move(dot_px(away, 3)))
    assert LAB.is_playing(watching)
    assert not LAB.is_playing(away)
    assert not LAB.is_playing(play(watching, Leave()))
    assert not LAB.is_playing(play(watching, Key("j")))
    soon = play(watching, TimePassed(posterior_view.REDRAW_SECONDS / 2))
    later = play(soon, TimePassed(posterior_view.REDRAW_SECONDS / 2))
    first, second, third = (LAB.make_queries(one)["draws"] for one in (watching, soon, later))
    assert first == second != third
    assert later.history == watching.history


@pytest.mark.parametrize("by", [1, -1])
def test_the_dial_stops_at_its_ends(planes, by):
    state = posterior_view.set_epsilon(opened(planes, "posterior"), 99.0 * by)
    assert get_explore_state(state).epsilon == by * panels.MAX_EPSILON
    assert get_explore_state(posterior_view.step_epsilon(state, by)).epsilon == by * panels.MAX_EPSILON
    back = posterior_view.step_epsilon(state, -by)
    assert get_explore_state(back).epsilon == by * (panels.MAX_EPSILON - posterior_view.EPSILON_STEP)


def test_where_not_all_bars_find_room_the_turned_one_is_among_them(planes):
    state = opened(planes, "posterior")
    narrow = Rect(0, 0, round(1.5 * posterior_view.MIN_BAR_WIDTH * state.ui_scale), 90)
    (most,) = posterior_view.find_shown_dimensions(state, narrow)
    assert most == state.get_checkpoint(0).neighbours.variance.argmax()
    turned = with_explore_state(state, chosen=1 - most)
    assert posterior_view.find_shown_dimensions(turned, narrow) == (1 - most,)


def test_every_whisker_and_the_prior_s_deviation_have_room():
    for mean, sigma in (((0.0, 0.1), (0.2, 0.1)), ((-5.0, 1.0), (2.0, 0.5))):
        scale = posterior_view.compute_scale(np.array(mean), np.array(sigma))
        assert scale > max(1.0, *(abs(m) + s for m, s in zip(mean, sigma, strict=True)))
