"""A sample's way through the model: opened by a click, true to what the model computes, dragged number by number."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from latent_explorer.engine.query_context import QueryContext
from latent_explorer.engine.results import Failure, Results
from latent_explorer.engine.subject import Dot
from latent_explorer.labs.explore import forward_pass, lab, panels
from latent_explorer.labs.explore.code_grid import make_grid
from latent_explorer.labs.explore.forward_pass_query import LANES, ForwardPass, pick_values
from latent_explorer.labs.explore.state import (
    find_resting_point,
    get_active_panel,
    get_current_marks,
    get_explore_state,
)
from latent_explorer.scene.events import DoubleClick, Key, Leave, Move, Release, Scroll, Set, TimePassed
from latent_explorer.scene.items import Bars, Image, Line, Panel, Text
from latent_explorer.scene.lesson import Lesson, Page
from latent_explorer.scene.map_panel import get_dot_xy
from tests import stage
from tests.labs.explore.on_screen import LAB, NOTEBOOK
from tests.stage import begin, click, dot_px, drag, of_kind, play, px_of, texts


def view_of(state, context=None):
    query = LAB.ask(state)["way"]
    return LAB.make_view(state, stage.answered(state)), query.answer(context or QueryContext(state.library, {}))


def test_a_click_on_a_sample_opens_it_and_one_beside_pins_alone(world, clicked):
    assert get_active_panel(clicked) == panels.WAY
    (pin,) = get_current_marks(clicked).pins
    assert (pin.xy, pin.resolution) == (get_dot_xy(clicked, 0, 7), None)
    assert LAB.ask(clicked)["way"] == ForwardPass("first", Dot(7))
    start = begin(world)
    beside = play(start, *click(px_of(start, stage.EMPTY)))
    assert get_active_panel(beside) == panels.NONE
    assert len(get_current_marks(beside).pins) == 1


def test_another_click_shows_another_sample_and_pins_nothing(clicked):
    after = play(clicked, *click(dot_px(clicked, 12)), Move(px_of(clicked, stage.EMPTY)))
    assert LAB.ask(after)["way"] == ForwardPass("first", Dot(12)), "wherever the mouse is"
    assert get_current_marks(after).pins == get_current_marks(clicked).pins


def test_a_double_click_fits_the_map_and_opens_nothing(world):
    start = begin(world, size=NOTEBOOK)
    zoomed = play(start, Scroll(dot_px(start, 7), 3))
    px = dot_px(zoomed, 7)
    after = play(zoomed, *click(px), DoubleClick(px), Release(px))
    assert get_active_panel(after) == panels.NONE
    assert after.get_camera(0) == start.get_camera(0)
    assert get_current_marks(after).pins == ()


def test_a_class_sees_the_original_and_guesses_the_rest(clicked):
    (result,) = of_kind(LAB.make_view(clicked, stage.answered(clicked)), Image)
    assert result.reveals_answer
    value = replace(LAB.ask(clicked)["way"].answer(QueryContext(clicked.library, {})), original=result.picture, note="")
    original, _ = of_kind(LAB.make_view(clicked, stage.answered(clicked, lambda query: value)), Image)
    assert not original.reveals_answer


@pytest.mark.parametrize("closing", [Key("escape"), Set(panels.CLOSE)])
def test_what_closes_it_lets_the_next_click_open_it_again(clicked, closing):
    closed = play(clicked, closing)
    assert get_active_panel(closed) == panels.NONE
    assert closed.status.question is None
    assert get_active_panel(play(closed, *click(dot_px(closed, 12)))) == panels.WAY


def test_whoever_chooses_no_panel_is_left_alone_and_so_is_a_lesson(world):
    state = play(begin(world), *stage.WITHOUT_WAY)
    assert get_active_panel(play(state, *click(dot_px(state, 7)))) == panels.NONE
    lesson = begin(world)
    lesson = lesson.put(replace(lesson.overlay, lesson=Lesson("Digits", (Page("One."),))))
    assert not forward_pass.opens(lesson, 0.0)
    assert lab.LESSON_HINT in texts(LAB.make_view(lesson, stage.answered(lesson)))
    assert LAB.hint in texts(LAB.make_view(begin(world), stage.answered(begin(world))))


def test_it_shows_the_sample_s_own_code_and_what_the_decoder_makes_of_it(world, clicked):
    view, value = view_of(clicked)
    checkpoint = world["first"]
    assert np.array_equal(value.z, checkpoint.latents[7])
    assert value.sigma is None
    assert value.outputs == pytest.approx(pick_values(np.asarray(checkpoint.decode(checkpoint.latents[[7]]))[0]))
    assert len(value.outputs) == LANES
    (bars,) = of_kind(view, Bars)
    assert np.array_equal(bars.values, checkpoint.latents[7])
    said = texts(view)
    assert "Original: 64 numbers" in said
    assert "Code: 4 numbers" in said
    for one in checkpoint.latents[7]:
        assert f"{one:.2f}".replace("-", "−") in said.splitlines()
    assert len(of_kind(view, Image)) == 1, "the original is not here, and nothing stands in for it"


def test_a_variational_model_shows_the_deviations_of_the_posterior(world):
    shelf = stage.World(plane=stage.make_plane_model())
    start = begin(shelf, models=("plane",), size=NOTEBOOK, animate_maps=False)
    state = play(start, *click(dot_px(start, 7)), Leave())
    view, value = view_of(state)
    x = np.clip(np.asarray(shelf["plane"].decode(shelf["plane"].latents[[7]])), 0, 1)
    assert np.allclose(value.sigma, shelf["plane"].posterior(x.astype(np.float32))[1][0], atol=1e-5)
    assert "of its reconstruction" in texts(view)
    assert f"± {value.sigma[0]:.2f}" in texts(view) or f"± {value.sigma[0]:.3f}" in texts(view)
    assert len([one for one in of_kind(view, Line) if one.colour == "second"]) == 2


def test_dragging_a_number_changes_what_is_decoded_and_r_brings_it_back(clicked):
    rect = LAB.get_layout(clicked).parts["code"]
    grid = make_grid(rect, clicked.ui_scale, 4, False)
    bars, row = grid.get_bars(0), grid.get_row(2)
    state = play(clicked, *drag((bars.centre[0], row.centre[1]), (bars.right - 1, row.centre[1] + 90)))
    ((dimension, value),) = find_resting_point(state).changes
    assert dimension == 2
    assert value == pytest.approx(clicked.get_checkpoint(0).bar_scale, rel=0.05)
    _, changed = view_of(state)
    assert changed.z[2] == pytest.approx(value)
    said = texts(LAB.make_view(state, stage.answered(state)))
    assert "Decoded, code changed" in said
    assert forward_pass.HINT in said
    back = play(state, Key("r"))
    assert find_resting_point(back).changes == ()
    assert LAB.ask(back)["way"] == ForwardPass("first", Dot(7))


def test_the_numbers_flow_and_come_to_rest(world):
    start = begin(world, size=NOTEBOOK)
    state = play(start, *click(dot_px(start, 7)))
    results = stage.answered(state)
    assert LAB.is_playing(state)
    before = LAB.make_view(state, results)
    (bars,) = of_kind(before, Bars)
    assert not bars.values.any(), "they have not reached the code"
    assert not of_kind(before, Image)
    half = play(state, *[TimePassed(0.1)] * round(10 * forward_pass.GROWING[1]))
    assert np.array_equal(of_kind(LAB.make_view(half, results), Bars)[0].values, world["first"].latents[7])
    assert not of_kind(LAB.make_view(half, results), Image)
    rest = play(half, *[TimePassed(9.0)] * round(10 * forward_pass.FLOW_SECONDS))
    assert not LAB.is_playing(rest)
    assert of_kind(LAB.make_view(rest, results), Image)
    assert get_explore_state(play(rest, Leave())).passing.flow is None


@pytest.mark.parametrize("size", [(640, 480), NOTEBOOK, (700, 1000), (3840, 2160)])
def test_nothing_lies_outside_its_panel(world, size):
    start = begin(world, size=size, animate_maps=False)
    state = play(start, Set("panel", "way"))
    panel, view = LAB.get_layout(state).parts["panel"], LAB.make_view(state, stage.answered(state))
    for item in [one for one in view if isinstance(one, Text | Panel | Bars | Image)]:
        if panel.contains(item.rect.centre):
            assert item.rect.x >= panel.x
            assert item.rect.right <= panel.right
            assert item.rect.bottom <= panel.bottom


@pytest.mark.parametrize(("text_scale", "lanes"), [(1.0, LANES), (2.0, 2)])
def test_beside_a_low_picture_no_number_lies_on_another(clicked, text_scale, lanes):
    state = stage.change(play(clicked, Key("f5")), text_scale=text_scale)
    middle, (view, _) = LAB.get_layout(state).parts["decoder"].centre[0], view_of(state)
    words = [one.rect for one in of_kind(view, Text) if abs(one.rect.centre[0] - middle) < 4]
    tops = sorted(one.y for one in words)
    assert all(later - one >= 0.85 * words[0].height for one, later in pairwise(tops))
    assert len(words) == 1 + lanes


def test_an_answer_that_fails_is_said(clicked):
    results = Results()
    results.put("way", Failure(stage.BROKEN))
    assert stage.BROKEN in texts(LAB.make_view(clicked, results))
