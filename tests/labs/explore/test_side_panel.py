"""The panels beside the map of Explore: the posterior of a sample, directions of the data, a grid over the prior."""

import json

import numpy as np
import pytest

from latent_explorer.atlas import LatentNeighbours
from latent_explorer.engine.latent_edit_query import compute_latent
from latent_explorer.engine.query_context import QueryContext
from latent_explorer.engine.subject import Dot
from latent_explorer.labs import LABS
from latent_explorer.labs.explore import panels, posterior_view, prior_lattice, prior_lattice_view
from latent_explorer.labs.explore.directions import STEPS, find_directions
from latent_explorer.labs.explore.posterior_queries import Draws, DrawsValue, TurnedCode, encode_posterior
from latent_explorer.labs.explore.state import find_resting_point, get_active_panel, get_explore_state
from latent_explorer.scene.events import Key, Leave, Move, Press, Release, Set, TimePassed
from latent_explorer.scene.items import Bars, FilmStrip, Image, Line, Marker
from latent_explorer.shell import session
from latent_explorer.user_image import OwnImage
from tests import stage
from tests.stage import begin, click, dot_px, map_rect, of_kind, play, written

LAB = LABS["explore"]
SIZE = (1366, 768)


@pytest.fixture(scope="module")
def world():
    return stage.World(first=stage.make_checkpoint("first", seed=1), plane=stage.make_plane_model())


def opened(world, panel: str, model: str = "plane"):
    state = play(begin(world, size=SIZE, models=(model, model)), Set("panel", panel))
    return play(state, *click(dot_px(state, 7)), Move((3.0, 3.0)))


def shown(state):
    return LAB.make_view(state, stage.answered(state))


def part_px(state, part: str, across: float, down: float):
    rect = LAB.get_layout(state).parts[part]
    return rect.x + across * (rect.width - 1), rect.y + down * (rect.height - 1)


def press(state, part: str, across: float, down: float):
    px = part_px(state, part, across, down)
    return play(state, Move(px), Press(px), Release(px))


# -- which there are ------------------------------------------------------------------------------------


def test_a_model_offers_only_the_panels_that_it_has(world):
    for model, offered in (("first", ("none", "way", "directions")), ("plane", tuple(panels.TITLES))):
        state = begin(world, size=SIZE, models=(model, model))
        (menu,) = [one for one in LAB.make_controls(state) if one.name == "panel"]
        assert tuple(name for name, _ in menu.options) == offered
    state = play(opened(world, "posterior"), Set("model", "first"))
    assert get_active_panel(state) == "none"
    assert "panel" not in LAB.get_layout(state).parts
    assert get_active_panel(play(state, Set("model", "plane"))) == "posterior"


def test_one_thing_stands_beside_the_map_and_undo_brings_the_other_back(world):
    state = play(opened(world, "none"), Set("films", True), Set("panel", "directions"))
    assert (get_explore_state(state).films, get_active_panel(state)) == (False, "directions")
    assert get_explore_state(play(state, Key("z"))).films
    assert get_active_panel(play(state, Key("h"))) == "none"
    assert get_active_panel(play(state, Key("w"))) == "none"
    assert get_active_panel(play(state, Key("u"))) == "posterior"


def test_a_session_keeps_the_panel_and_the_dial(world):
    state = press(opened(world, "posterior"), "dial", 0.2, 0.5)
    document, _ = session.make_document(state, {})
    again = session.restore(begin(world, size=SIZE, models=("plane", "plane")), json.loads(json.dumps(document))).state
    kept, before = get_explore_state(again), get_explore_state(state)
    assert (kept.panel, kept.epsilon) == ("posterior", before.epsilon) != ("posterior", 1.0)


# -- the posterior --------------------------------------------------------------------------------------


def test_the_draws_have_the_mean_and_deviation_of_the_posterior(world):
    context = QueryContext(world, {})
    mean, sigma, _, _ = encode_posterior(context, "plane", Dot(7))
    plane, many = world["plane"].atlas.projection, []
    for turn in range(60):
        value = Draws("plane", "latent", Dot(7), turn).answer(context)
        many += plane.frame.to_raw(np.array(value.places)).tolist()
    assert np.mean(many, axis=0) == pytest.approx(mean, abs=0.2 * float(sigma.max()))
    assert np.std(many, axis=0) == pytest.approx(sigma, rel=0.15)


def test_the_panel_shows_a_whisker_for_each_number_and_ten_draws_also_on_the_map(world):
    state = opened(world, "posterior")
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


def test_the_posterior_is_that_of_the_picture_of_ones_own(world):
    image = OwnImage(bytes(64 * i % 199 for i in range(64)), (8, 8), 1)
    state = play(begin(world, size=SIZE, models=("plane", "plane"), image=image), Set("panel", "posterior"))
    assert LAB.make_queries(state)["draws"].subject == image
    assert "posterior" not in LAB.make_queries(state)  # that of the nearest sample
    value = stage.answered(state).get_value("draws", DrawsValue)
    context = QueryContext(world, {})
    assert value.mean == pytest.approx(world["plane"].encode(context.find_image("plane", image)[0][None])[0], abs=1e-5)
    assert of_kind(shown(state), FilmStrip)


def test_the_dial_moves_one_number_by_so_many_deviations(world):
    context = QueryContext(world, {})
    mean, sigma, _, _ = encode_posterior(context, "plane", Dot(3))
    turned = TurnedCode("plane", Dot(3), 1, -2.0).answer(context)
    assert turned.z == pytest.approx(mean[1] - 2 * sigma[1], rel=1e-5)
    state = play(press(opened(world, "posterior"), "dial", 0.9, 0.5), Move((3.0, 3.0)))
    assert get_explore_state(state).epsilon > 2
    assert get_explore_state(play(state, Key(","))).epsilon == get_explore_state(state).epsilon - 0.25
    chosen = press(state, "means", 0.99, 0.5)
    assert (
        LAB.make_queries(chosen)["turned"].dimension
        == posterior_view.find_shown_dimensions(chosen, LAB.get_layout(chosen).parts["means"])[-1]
    )


def test_codes_are_drawn_anew_only_while_the_mouse_rests_on_the_map(world):
    away = opened(world, "posterior")
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


# -- directions -----------------------------------------------------------------------------------------


def test_the_directions_are_those_in_which_the_nearest_samples_differ():
    draw = np.random.default_rng(0)
    near = draw.normal(size=(100, 3)) * (0.1, 2.0, 0.5)
    far = draw.normal(size=(300, 3)) * (9.0, 0.1, 0.1) + (500, 0, 0)
    found = find_directions(LatentNeighbours(np.concatenate([near, far]).astype(np.float32)), np.zeros(3, np.float32))
    assert np.abs(found.axes).argmax(axis=1).tolist() == [1, 2, 0]
    assert found.deviations == pytest.approx([2.0, 0.5, 0.1], rel=0.2)
    assert found.shares.sum() == pytest.approx(1)
    assert (found.axes.max(axis=1) == np.abs(found.axes).max(axis=1)).all()


def test_a_click_on_a_picture_walks_there_and_the_map_follows(world):
    state = opened(world, "directions", "first")
    before, _ = compute_latent(world["first"], find_resting_point(state))
    strips = [one for one in of_kind(shown(state), FilmStrip) if len(one.pictures) == len(STEPS)]
    place = strips[0].picture_rects[-1].centre
    walked = play(state, Move(place), Press(place), Release(place))
    after, _ = compute_latent(world["first"], find_resting_point(walked))
    found = find_directions(world["first"].neighbours, before)
    assert after == pytest.approx(found.step(before, 0, STEPS[-1]), abs=1e-5)
    assert np.array_equal(strips[0].pictures[-1], of_kind(shown(walked), Image)[0].picture)
    assert LAB.make_queries(walked)["moved"].latent_ref == find_resting_point(walked)
    assert find_resting_point(play(walked, Key("z"))) == find_resting_point(state)
    middle = strips[0].picture_rects[2].centre
    assert find_resting_point(play(state, Move(middle), Press(middle), Release(middle))) == find_resting_point(state)


def test_samples_that_do_not_differ_have_no_directions():
    found = find_directions(LatentNeighbours(np.ones((5, 3), np.float32)), np.ones(3, np.float32))
    assert len(found.axes) == 0


# -- the grid over the prior ----------------------------------------------------------------------------


def test_the_grid_has_the_same_share_of_the_prior_between_its_lines():
    lines = prior_lattice.compute_quantiles(3)
    assert lines == pytest.approx((-1.959964, 0.0, 1.959964), abs=1e-5)
    draws = np.random.default_rng(0).normal(size=200_000)
    counts, _ = np.histogram(draws, prior_lattice.compute_quantiles(11))
    assert counts / len(draws) == pytest.approx(0.095, abs=0.003)


def test_a_click_on_the_grid_goes_to_the_code_whose_picture_it_is(world):
    state = opened(world, "lattice")
    side = prior_lattice_view.count_side(LAB.get_layout(state).parts["lattice"], state.ui_scale)
    there = press(state, "lattice", 0.999, 0.001)  # the upper right one
    z, _ = compute_latent(world["plane"], find_resting_point(there))
    assert z == pytest.approx((1.95996, 1.95996), abs=1e-3)
    plane = world["plane"].atlas.projection
    assert prior_lattice.find_cell(side, plane.frame.to_raw(np.array(find_resting_point(there).xy))) == (
        0,
        side - 1,
    )
    value = prior_lattice.PriorLattice("plane", "latent", side).answer(QueryContext(world, {}))
    cell = value.picture[:8, -8:]
    picture = stage.answered(there).get_value("point", object).picture
    assert np.abs(cell.astype(int) - picture.astype(int)).max() <= 1
