"""Why?: its switches, what it asks for, and what it shows."""

import re
from dataclasses import replace

import numpy as np
import pytest
import torch

from latent_explorer import models
from latent_explorer.atlas import Atlas, baseline_inverses, projection
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.engine.queries.base import PointValue
from latent_explorer.engine.queries.explain import (
    Contributors,
    ContributorsValue,
    NearestSamples,
    NearestSamplesValue,
    Posterior,
    PosteriorValue,
    RoundTripValue,
)
from latent_explorer.engine.queries.sample import Sample
from latent_explorer.engine.subject import Place
from latent_explorer.labs import LABS
from latent_explorer.labs.explore import explanation
from latent_explorer.labs.explore.details import NO_DATA_HERE
from latent_explorer.scene.events import Key, Move, Scroll, Set
from latent_explorer.scene.items import FilmStrip, Line, Map, Marker, Text
from tests import stage
from tests.stage import begin, dot_px, drag, map_rect, of_kind, play, px_of, texts, written

LAB = LABS["explore"]
BETWEEN = (0.35, 0.3)


def built(like: Checkpoint, name: str, maps: dict[str, Atlas], objective: str) -> Checkpoint:
    """`like`, with other maps and another objective, and random weights."""
    settings = replace(
        like.config,
        model=replace(like.config.model, latent_dim=next(iter(maps.values())).latents.shape[1]),
        objective=replace(like.config.objective, name=objective),
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        network = models.build(settings.model, settings.objective, like.image_shape)
    weights = {key: value.numpy() for key, value in network.state_dict().items()}
    return replace(like, config=settings, maps=maps, weights=weights, name=name)


@pytest.fixture(scope="module")
def world() -> stage.World:
    """The small world, its second map a true PCA; `vae` is variational, `flat` has only its latent plane."""
    shelf = stage.make_world()
    first = shelf["first"]
    maps = {**first.maps, "pca": Atlas(projection.fit("pca", first.latents), first.latents, first.labels)}
    shelf["first"] = replace(first, maps=maps)
    shelf["vae"] = built(first, "vae", maps, "variational")
    plane = np.ascontiguousarray(first.latents[:, :2])
    shelf["flat"] = built(
        first, "flat", {"latent": Atlas(projection.fit("latent", plane), plane, first.labels)}, "plain"
    )
    return shelf


def on(world, model="first", **options):
    return play(begin(world, models=(model, "second"), **options), Key("w"))


def shown(state):
    return LAB.make_view(state, stage.answered(state))


def switches(state):
    return state.lab_states["explore"].switches


def names(state):
    return [one.name for one in LAB.make_controls(state) if one.name not in ("films", "panel", "bookmark")]


# -- switches -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("key", "control"), [("w", "why"), ("e", "links")])
def test_a_key_and_a_control_do_the_same(world, key, control):
    state = begin(world)
    keyed, set_ = play(state, Key(key)), play(state, Set(control, True))
    assert switches(keyed) == switches(set_) != switches(state)
    assert switches(play(keyed, Key(key))) == switches(state) == switches(play(set_, Set(control, False)))


def test_shift_w_shows_the_nearest_in_latent_space_and_comes_back(world):
    state = play(begin(world), Key("W"))
    assert (switches(state).on, switches(state).nearest) == (True, True)
    assert not switches(play(state, Key("W"))).nearest
    assert not switches(play(state, Set("reasons", "weights"))).nearest
    assert switches(play(state, Set("reasons", "nonsense"))) == switches(state)


def test_i_goes_through_the_ways_back_and_a_menu_names_them(world):
    state = play(begin(world), Key("i"))
    assert (switches(state).on, switches(state).inverse) == (True, "field")
    for method in [*baseline_inverses.BASELINES, "field"]:
        state = play(state, Key("i"))
        assert switches(state).inverse == method
        assert switches(play(on(world), Set("inverse", method))).inverse == method
    assert switches(play(state, Set("inverse", "nonsense"))) == switches(state)


def test_another_way_back_is_asked_for_and_said_while_why_is_on(world):
    state = play(on(world), Move(px_of(on(world), BETWEEN)), Set("inverse", "nearest"))
    wanted = LAB.make_queries(state)
    assert wanted["point"].method == "nearest"
    assert wanted["round trip"].place.method == wanted["reasons"].place.method == "nearest"
    results = stage.answered(state)
    point = results.get_value("point", PointValue)
    assert np.array_equal(point.z, world["first"].latents[point.dot])
    (hint,) = [one for one in of_kind(LAB.make_view(state, results), Text) if "mosaic" in one.text]
    assert hint.text == explanation.INVERSE_HINTS["nearest"]
    off = play(state, Key("w"))
    assert LAB.make_queries(off)["point"].method == "field"


def test_every_way_back_of_the_literature_is_explained():
    assert set(explanation.INVERSE_HINTS) == set(explanation.INVERSE_TITLES) == {"field", *baseline_inverses.BASELINES}


def test_controls_are_there_only_where_they_make_sense(world):
    assert names(begin(world)) == ["why", "links"]
    assert names(on(world)) == ["why", "reasons", "inverse", "links"]
    other = play(on(world), Set("inverse", "delaunay"))
    assert names(other) == ["why", "reasons", "inverse", "links"]
    assert names(on(world, "flat")) == ["why", "reasons", "links"]
    first = world["first"]
    one = Atlas(stage.Placed(first.atlas.xy[:1], "tsne", "t-SNE"), first.latents[:1], first.labels[:1])
    alone = replace(first, maps={"tsne": one})
    shelf = stage.World({**world, "alone": alone})
    assert names(begin(shelf, models=("alone", "second"))) == ["why"]
    shown = [one.name for one in LABS["compare"].make_controls(begin(world, "compare"))]
    assert not {"why", "links"} & set(shown)


def test_what_needs_the_strip_takes_it_back(world):
    state = on(world)
    for actions in (drag(dot_px(state, 3), px_of(state, stage.EMPTY)),):
        assert not switches(play(state, *actions)).on
    pinned = play(state, Move(px_of(state, BETWEEN)), Key("return"))
    assert switches(pinned).on
    assert len(stage.marks(pinned).pins) == 1


# -- requests -----------------------------------------------------------------------------------------


def test_off_it_asks_for_nothing(world):
    assert set(LAB.make_queries(begin(world))) == {"point", "sample"}


def test_it_asks_for_the_point_that_the_picture_shows(world):
    state = on(world)
    state = play(state, Move(px_of(state, BETWEEN)))
    wanted = LAB.make_queries(state)
    assert isinstance(wanted["reasons"], Contributors)
    for slot in ("reasons", "round trip"):
        assert wanted[slot].place == Place(wanted["point"].xy, wanted["point"].resolution)
    assert not wanted["reasons"].nearest
    assert LAB.make_queries(play(state, Key("W")))["reasons"].nearest
    assert {slot: hash(one) for slot, one in wanted.items()}


def test_only_a_variational_model_is_asked_for_the_posterior_of_the_nearest_sample(world):
    assert "posterior" not in LAB.make_queries(on(world))
    state = on(world, "vae")
    state = play(state, Move(dot_px(state, 11)))
    wanted = LAB.make_queries(state)
    assert wanted["posterior"] == Posterior("vae", "tsne", 11)
    assert wanted["sample"] == Sample("vae", 11)


def test_links_are_asked_for_once_a_model_wherever_the_mouse_is(world):
    state = play(begin(world), Key("e"))
    assert LAB.make_queries(state)["links"] == NearestSamples("first")
    assert LAB.make_queries(play(state, Move((300, 300))))["links"] == NearestSamples("first")
    assert LAB.make_queries(play(state, Key("p")))["links"] == NearestSamples("first")


# -- the view -----------------------------------------------------------------------------------------


def test_the_row_shows_the_reasons_with_their_weights_largest_first(world):
    state = on(world)
    state = play(state, Move(px_of(state, BETWEEN)))
    results = stage.answered(state)
    view = LAB.make_view(state, results)
    (film,) = of_kind(view, FilmStrip)
    value = results.get_value("reasons", ContributorsValue)
    assert film.pictures is value.pictures
    said = [item.text for item in of_kind(view, Text) if item.text.endswith("%") and len(item.text) < 5]
    assert [int(one[:-1]) for one in said] == pytest.approx(100 * value.weights_or_distances, abs=1)
    rest = re.search(r"others (\d+)%", texts(view))
    assert sum(int(one[:-1]) for one in said) + int(rest[1] if rest else 0) == 100
    assert len(film.pictures) <= film.cells == LAB.make_queries(state)["reasons"].count


def test_each_reason_is_marked_on_the_map_and_joined_with_the_point(world):
    state = on(world)
    state = play(state, Move(px_of(state, BETWEEN)))
    results = stage.answered(state)
    view = LAB.make_view(state, results)
    value = results.get_value("reasons", ContributorsValue)
    lines = [one for one in of_kind(view, Line) if one.colour == "accent"]
    ends = {tuple(np.round(one.points[-1], 2)) for one in lines}
    rings = {tuple(np.round(one.px, 2)) for one in of_kind(view, Marker)}
    dots = {tuple(np.round(dot_px(state, dot), 2)) for dot in value.dots}
    assert dots == ends
    assert dots <= rings
    assert all(one.points[0] == pytest.approx(px_of(state, BETWEEN)) for one in lines)
    widths = [one.width for one in lines][::-1]
    assert widths == sorted(widths, reverse=True)
    assert widths[0] > widths[-1]


def test_what_the_blend_misses_is_said_and_distances_are_not_called_shares(world):
    state = on(world, size=(1440, 900))
    results = stage.answered(state)
    value = results.get_value("reasons", ContributorsValue)
    results.put("reasons", replace(value, missing=0.83))
    assert "0.8 sample gaps" in texts(LAB.make_view(state, results))
    half = value.weights_or_distances / value.weights_or_distances.sum() / 2
    results.put("reasons", replace(value, weights_or_distances=half))
    assert "others 50%" in texts(LAB.make_view(state, results))
    nearest = play(state, Key("W"))
    view = LAB.make_view(nearest, stage.answered(nearest))
    assert explanation.NEAREST_HINT in texts(view)
    assert "%" not in written(view, LAB.get_layout(nearest).parts["strip"])


@pytest.mark.parametrize(("model", "goes_on_as_edge"), [("first", True), ("flat", False)])
def test_over_empty_map_it_is_still_said_what_is_decoded(world, model, goes_on_as_edge):
    """On a plane that is the whole latent space, every place is decoded as it is."""
    state = on(world, model, size=(1440, 900))
    rect = map_rect(state)
    far = play(state, Scroll(rect.centre, -4), Move((rect.x + 3, rect.y + 3)))
    (gauge,) = [one for one in of_kind(shown(far), Text) if one.rect == LAB.get_layout(far).parts["gauge text"]]
    assert gauge.short == NO_DATA_HERE
    assert ("edge" in gauge.text) == goes_on_as_edge


@pytest.mark.parametrize("turn", [0.0, 0.7, 2.0])
def test_the_ellipse_is_to_scale_and_turned_as_the_covariance(world, turn):
    state = on(world, "vae")
    state = play(state, Move(dot_px(state, 11)))
    axes = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    covariance = axes @ np.diag([0.1**2, 0.02**2]) @ axes.T
    results = stage.answered(state)
    results.put("posterior", PosteriorValue("tsne", 11, True, tuple(map(tuple, covariance))))
    rims = [one for one in of_kind(LAB.make_view(state, results), Line) if one.colour == "text"]
    scale = state.get_camera(0).compute_scale(map_rect(state))
    for rim, deviations in zip(rims, (1, 2.146), strict=True):
        off = (np.asarray(rim.points) - dot_px(state, 11)) * (1, -1) / scale
        long, short = off @ axes[:, 0], off @ axes[:, 1]
        assert np.hypot(long / 0.1, short / 0.02) == pytest.approx(deviations, rel=1e-3)
        assert rim.points[0] == pytest.approx(rim.points[-1], abs=1e-6)


def test_of_another_sample_or_map_no_ellipse_is_shown(world):
    state = on(world, "vae")
    results = stage.answered(state)
    for odd in (PosteriorValue("tsne", 59, True, ((1, 0), (0, 1))), PosteriorValue("pca", 11, True, ((1, 0), (0, 1)))):
        results.put("posterior", odd)
        moved = play(state, Move(dot_px(state, 11)))
        assert not [one for one in of_kind(LAB.make_view(moved, results), Line) if one.colour == "text"]


def test_that_the_posterior_is_of_the_reconstruction_is_said(world):
    state = play(on(world, "vae", size=(1440, 900)))
    results = stage.answered(state)
    dot = LAB.make_queries(state)["posterior"].dot
    results.put("posterior", PosteriorValue("tsne", dot, False, ((1e-3, 0), (0, 1e-3))))
    assert "of the reconstruction" in texts(LAB.make_view(state, results))
    results.put("posterior", PosteriorValue("tsne", dot, True, ((1e-3, 0), (0, 1e-3))))
    assert "of the reconstruction" not in texts(LAB.make_view(state, results))


def test_placed_draws_are_shown_in_place_of_an_ellipse(world):
    state = play(on(world, "vae", size=(1440, 900)), Move(dot_px(on(world, "vae", size=(1440, 900)), 11)))
    results = stage.answered(state)
    draws = ((0.2, 0.3), (0.6, 0.5))
    results.put("posterior", PosteriorValue("tsne", 11, True, draws=draws))
    view = LAB.make_view(state, results)
    assert not [one for one in of_kind(view, Line) if one.colour == "text"]
    drawn = [one.px for one in of_kind(view, Marker) if one.colour == "text" and one.filled]
    camera = state.get_camera(0)
    assert drawn == [camera.to_px(one, map_rect(state)) for one in draws]
    assert "39%" not in texts(view)


def test_the_round_trip_is_an_arrow_with_its_length_beside(world):
    state = on(world, size=(1440, 900))
    xy = LAB.make_queries(state)["point"].xy
    results = stage.answered(state)
    results.put("round trip", RoundTripValue("tsne", xy, xy, (0.6, 0.6), 1.34))
    view = LAB.make_view(state, results)
    assert "1.3 sample gaps" in texts(view)
    shaft, head = [one for one in of_kind(view, Line) if one.colour == "fair"]
    assert shaft.points == (pytest.approx(px_of(state, xy)), pytest.approx(px_of(state, (0.6, 0.6))))
    assert head.points[1] == shaft.points[1]
    elsewhere = play(state, Move(px_of(state, BETWEEN)))
    assert not [one for one in of_kind(LAB.make_view(elsewhere, results), Line) if one.colour == "fair"]
    results.put("round trip", RoundTripValue("tsne", xy, xy, xy, 0.0))
    assert not [one for one in of_kind(LAB.make_view(state, results), Line) if one.colour == "fair"]


def test_links_are_on_the_map_and_how_often_it_tears_in_the_hint(world):
    state = begin(world)
    assert of_kind(shown(state), Map)[0].links is None
    linked = play(state, Key("e"))
    view = shown(linked)
    assert (of_kind(view, Map)[0].links.nearest == world["first"].neighbours.nearest_samples).all()
    assert stage.written(view, LAB.get_layout(linked).hint) == explanation.describe_tears(
        of_kind(view, Map)[0].links, world["first"].maps["tsne"]
    )


def test_the_share_of_torn_links_is_that_of_long_ones():
    xy = np.array([[0, 0], [0.001, 0], [0.5, 0], [0.501, 0]], np.float32)
    atlas = Atlas(stage.Placed(xy, "tsne", "t-SNE"), np.zeros((4, 2), np.float32), np.zeros(4, np.int64))
    assert "25% of them" in explanation.describe_tears(NearestSamplesValue(np.array([1, 0, 3, 1])), atlas)
    assert "Hardly one" in explanation.describe_tears(NearestSamplesValue(np.array([1, 0, 3, 2])), atlas)


def test_a_straight_map_does_not_tear_but_lays_others_between():
    z = np.random.default_rng(0).normal(size=(300, 8)).astype(np.float32)
    links = NearestSamplesValue(np.argsort(np.square(z[:, None] - z[None]).sum(axis=2), axis=1)[:, 1])
    labels = np.zeros(len(z), np.int64)
    straight = explanation.describe_tears(links, Atlas(projection.fit("pca", z), z, labels))
    assert "others fall between them" in straight
    assert "tears" not in straight
    flat = np.ascontiguousarray(z[:, :2])
    own = NearestSamplesValue(np.argsort(np.square(flat[:, None] - flat[None]).sum(axis=2), axis=1)[:, 1])
    assert "Hardly one" in explanation.describe_tears(own, Atlas(projection.fit("latent", flat), flat, labels))


@pytest.mark.parametrize("size", [(1, 1), (320, 240), (500, 400), (640, 480), (480, 900), (1920, 1080)])
@pytest.mark.parametrize("model", ["first", "vae", "flat"])
def test_at_every_size_something_can_be_drawn(world, size, model):
    state = play(on(world, model, size=size), Key("e"))
    view = shown(state)
    assert of_kind(view, Map)
    if min(size) >= 400:
        strip = LAB.get_layout(state).parts["strip"]
        (film,) = of_kind(view, FilmStrip)
        assert min(film.picture_rects[0].width, film.picture_rects[0].height) >= 24
        assert all(strip.contains((place.x, place.y)) for place in film.picture_rects)
