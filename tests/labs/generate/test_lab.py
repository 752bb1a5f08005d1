from dataclasses import replace

import numpy as np
import pytest

from latent_explorer import config
from latent_explorer.checkpoint import sampling
from latent_explorer.engine.judge_pictures import measure_copy_share
from latent_explorer.engine.results import Results
from latent_explorer.labs import LABS
from latent_explorer.labs.generate import layout, view
from latent_explorer.labs.generate.novelty import NoveltyScores
from latent_explorer.labs.generate.queries import (
    PICTURE_COUNT,
    DenoisingTrajectory,
    DenoisingTrajectoryValue,
    SampleGrid,
    SampleGridValue,
)
from latent_explorer.labs.generate.view import JUMPS_EXPLAINED
from latent_explorer.scene.controls import Button, Choice
from latent_explorer.scene.events import Key, Move, Press, Release, Set, TimePassed
from latent_explorer.scene.items import CornerNote, FilmStrip, Image, Line, Marker
from tests import stage
from tests.stage import answered, begin, click, map_rect, of_kind, play, texts

LAB = LABS["generate"]


@pytest.fixture(scope="module")
def shelf():
    found = stage.World(
        plain=stage.make_checkpoint("plain", seed=1),
        vae=stage.make_checkpoint("vae", seed=2, objective=config.Objective(name="variational")),
        diffusion=stage.make_checkpoint("diffusion", seed=5, objective=config.Objective(name="diffusion")),
        told=stage.make_checkpoint("told", seed=6, objective=config.Objective(name="conditional", classes=3)),
        coded=stage.make_checkpoint("coded", seed=7, objective=config.Objective(name="quantised", codes=5, groups=2)),
        other=stage.make_checkpoint("other", seed=4, data="digits", objective=config.Objective(name="variational")),
    )
    found = stage.with_judge(found)
    found.wanted = ("plain", "vae")
    return found


def opened(shelf, models=("plain", "vae"), **changes):
    return begin(shelf, "generate", models=models, **changes)


def shown(state):
    return LAB.make_view(state, answered(state))


def wall_place(state, number: int, slot: int = 0):
    """The middle of a picture of a wall on the screen."""
    rect = LAB.get_layout(state).parts[f"wall {slot}"]
    film = view.make_empty_grid(state, state.lab_states["generate"].source, rect)
    return film.picture_rects[number].centre


def looked_at(state) -> int:
    return state.lab_states["generate"].picked


def test_only_where_there_is_a_judge_the_hint_speaks_of_its_frames(shelf, world):
    assert LAB.hint in texts(shown(opened(shelf)))
    assert LAB.hints_without_judge["picture"] in texts(shown(begin(world, "generate")))


# -- which models -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (("plain", "vae"), ("plain", "vae")),
        (("vae", "diffusion"), ("vae", "diffusion")),  # what was chosen, and has a prior, stays
        (("plain", "plain"), ("plain", "vae")),
        (("vae", "vae"), ("plain", "vae")),
        (("diffusion", "plain"), ("plain", "diffusion")),
        (("coded", "plain"), ("coded", "vae")),
        (("other", "other"), ("other", "other")),
    ],
)
def test_it_begins_with_a_model_without_a_prior_beside_one_with(shelf, before, after):
    assert LAB.choose_models(before, shelf) == after


def test_one_model_beside_itself_shows_two_sources(shelf):
    state = opened(shelf, ("other", "other"))
    wanted = LAB.make_queries(state)
    assert (wanted["wall 0"].source, wanted["wall 1"].source) == (sampling.PRIOR, sampling.MIXTURE)
    turned = LAB.make_queries(play(state, Set("source", "mixture")))
    assert (turned["wall 0"].source, turned["wall 1"].source) == (sampling.MIXTURE, sampling.PRIOR)


# -- what is drawn ------------------------------------------------------------------------------------


def test_both_walls_are_drawn_alike(shelf):
    wanted = LAB.make_queries(play(opened(shelf), Set("temperature", 0.6)))
    assert wanted["wall 0"] == SampleGrid("plain", "tsne", "prior", 0.6, 1)
    assert wanted["wall 1"] == replace(wanted["wall 0"], model="vae")


def test_a_source_that_a_model_lacks_is_its_prior(shelf):
    state = play(opened(shelf, ("vae", "diffusion")), Set("source", "diffusion"))
    wanted = LAB.make_queries(state)
    assert (wanted["wall 0"].source, wanted["wall 1"].source) == (sampling.PRIOR, sampling.DIFFUSION)
    assert "way 0" not in wanted
    assert isinstance(wanted["way 1"], DenoisingTrajectory)
    ways = [stage.written(shown(state), LAB.get_layout(state).parts[f"film {slot}"]) for slot in (0, 1)]
    assert [bool(said) for said in ways] == [True, False]


def test_the_sources_offered_are_those_of_the_models(shelf):
    def offered(models):
        controls = LAB.make_controls(opened(shelf, models))
        return [value for value, _ in next(one for one in controls if one.name == "source").options]

    assert offered(("plain", "vae")) == ["prior", "mixture"]
    assert offered(("plain", "diffusion")) == ["prior", "mixture", "diffusion"]
    assert offered(("coded", "vae")) == ["prior", "mixture", "codes"]


def test_a_conditional_model_is_told_a_class_and_the_other_is_not(shelf):
    state = opened(shelf, ("plain", "told"))
    menu = next(one for one in LAB.make_controls(state) if isinstance(one, Choice) and one.name == "label")
    assert [name for _, name in menu.options] == ["Each class", "zero", "one", "two"]
    wanted = LAB.make_queries(play(state, Set("label", "2")))
    assert (wanted["wall 0"].label, wanted["wall 1"].label) == (-1, 2)
    each = LAB.make_queries(play(state, Set("label", "2"), Set("label", "each")))
    assert each["wall 1"].label == -1
    assert not any(one.name == "label" for one in LAB.make_controls(opened(shelf)))


def test_again_draws_others_and_undo_brings_the_first_back(shelf):
    state = opened(shelf)
    again = play(state, Key("r"))
    first, second = (LAB.make_queries(one)["wall 0"].seed for one in (state, again))
    assert first != second
    assert LAB.make_queries(play(again, Key("z")))["wall 0"].seed == first


def test_what_is_no_temperature_or_source_changes_nothing(shelf):
    state = opened(shelf)
    for odd in (Set("temperature", -1.0), Set("temperature", 99), Set("temperature", None), Set("source", "moon")):
        assert play(state, odd).lab_states == state.lab_states


# -- looking at one -----------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [0, 9, 23, PICTURE_COUNT - 1])
def test_a_click_on_a_wall_looks_at_that_picture_in_both(shelf, number):
    state = opened(shelf)
    px = wall_place(state, number, 1)
    state = play(state, Press(px), Release(px))
    assert looked_at(state) == number
    results = answered(state)
    view = LAB.make_view(state, results)
    parts = LAB.get_layout(state).parts
    for slot in (0, 1):
        value = results.get_value(f"wall {slot}", SampleGridValue)
        new, real = (
            next(one for one in of_kind(view, Image) if one.rect == parts[f"{name} {slot}"]) for name in ("new", "real")
        )
        assert new.picture is value.pictures[number]
        assert real.picture is value.nearest_pictures[number]
        assert new.reveals_answer


def test_the_mouse_over_a_wall_shows_a_picture_and_leaves_the_choice(shelf):
    state = play(opened(shelf), Move(wall_place(opened(shelf), 17)))
    assert looked_at(state) == 0
    assert "new: number 18" in texts(shown(state))
    away = play(state, Move((3, 3)))
    assert "new: number 1" in texts(shown(away)).replace("number 18", "?")
    assert away.history.undo_stack == ()  # looking is nothing to undo


def test_a_click_on_the_map_looks_at_the_nearest_new_code(shelf):
    state = opened(shelf)
    results = answered(state)
    value = results.get_value("wall 1", SampleGridValue)
    xy = value.xy[11]
    state = play(state, *click(stage.px_of(state, xy, 1)))
    seen = LAB.make_view(state, results)
    marked = next(one for one in of_kind(seen, Marker) if one.clip == map_rect(state, 1) and one.colour == "accent")
    assert marked.px == pytest.approx(stage.px_of(state, xy, 1))
    assert LAB.make_queries(play(state, Key(".")))  # and on with the keyboard
    assert play(state, Key(".")).lab_states["generate"].place is None


def test_keys_go_through_the_pictures_and_around(shelf):
    state = opened(shelf)
    assert looked_at(play(state, Key("."), Key("."))) == 2
    assert looked_at(play(state, Key(","))) == PICTURE_COUNT - 1


def test_every_new_code_is_on_the_map_in_the_colour_of_its_frame(shelf):
    state = opened(shelf)
    results = answered(state)
    view = LAB.make_view(state, results)
    for slot in (0, 1):
        value = results.get_value(f"wall {slot}", SampleGridValue)
        (film,) = [one for one in of_kind(view, FilmStrip) if one.rect == LAB.get_layout(state).parts[f"wall {slot}"]]
        assert film.pictures is value.pictures
        assert film.reveals_answer
        assert film.outlines[0] == "accent"
        wanted = ["good" if like else "warn" for like in value.novelty_scores.is_realistic]
        assert list(film.outlines[1:]) == wanted[1:]
        markers = [one for one in of_kind(view, Marker) if one.clip == map_rect(state, slot)]
        dots = [(one.px, one.colour) for one in markers if one.colour in ("good", "warn")]
        at = [stage.px_of(state, xy, slot) for xy in value.xy]
        assert set(dots) == set(zip(at[1:], wanted[1:], strict=True))
        assert len(dots) == len(set(dots))  # of those at one place one is enough
        title = stage.written(view, LAB.get_layout(state).parts[f"title {slot}"])
        assert f"{value.realistic_count} of {PICTURE_COUNT} " in title


def test_a_dot_of_a_code_far_from_the_data_is_hollow_whatever_island_it_is_in(shelf):
    state = opened(shelf)
    results = answered(state)
    grid = results.get_value("wall 0", SampleGridValue)
    far = np.arange(PICTURE_COUNT) % 2 == 0
    results.put("wall 0", replace(grid, novelty_scores=replace(grid.novelty_scores, is_far=far)))

    def dots(view):
        markers = [one for one in of_kind(view, Marker) if one.clip == map_rect(state, 0)]
        return {(one.px, one.filled) for one in markers if one.colour in ("good", "warn")}

    def notes(view):
        return [line for one in of_kind(view, CornerNote) if one.rect == map_rect(state, 0) for line in one.lines]

    seen = LAB.make_view(state, results)
    places = zip(grid.xy[1:], far[1:], strict=True)
    assert dots(seen) == {(stage.px_of(state, xy, 0), not one) for xy, one in places}
    assert view.FAR_EXPLAINED in notes(seen)
    results.put("wall 0", replace(grid, novelty_scores=replace(grid.novelty_scores, is_far=~far & far)))
    assert view.FAR_EXPLAINED not in notes(LAB.make_view(state, results))


def test_a_dot_of_a_picture_unlike_the_data_is_crossed_since_colour_alone_is_not_enough(shelf):
    state = opened(shelf)
    results = answered(state)
    grid = results.get_value("wall 0", SampleGridValue)
    odd = np.where(np.arange(PICTURE_COUNT) % 3 == 0, 0.0, 1.0)
    results.put("wall 0", replace(grid, novelty_scores=replace(grid.novelty_scores, plausibility=odd)))
    dots = [one for one in of_kind(LAB.make_view(state, results), Marker) if one.colour in ("good", "warn")]
    assert {one.crossed for one in dots} == {False, True}
    assert all(one.crossed == (one.colour == view.UNREALISTIC_COLOUR) for one in dots)
    covered = state.put(replace(state.overlay, pictures_hidden=True))
    assert texts(LAB.make_view(state, results)).count("×") == (odd == 0).sum()
    assert "×" not in texts(LAB.make_view(covered, results))


def test_where_too_few_copies_pass_a_cross_says_so(shelf):
    state = opened(shelf)
    results = answered(state)
    grid = results.get_value("wall 0", SampleGridValue)
    assert grid.copy_share == measure_copy_share(state.get_checkpoint(0))
    odd = replace(grid.novelty_scores, plausibility=np.zeros(PICTURE_COUNT))
    for share, is_said in ((0.9, False), (0.23, True)):
        results.put("wall 0", replace(grid, novelty_scores=odd, copy_share=share))
        lines = [line for one in of_kind(LAB.make_view(state, results), CornerNote) for line in one.lines]
        assert any("as 77% of its copies are" in line for line in lines) == is_said


def value(plausibility=0.6, copy=False, gaps=1.0) -> SampleGridValue:
    def each(one, kind=bool):
        return np.full(PICTURE_COUNT, one, kind)

    codes = np.zeros((PICTURE_COUNT, 4), np.float32)
    usual = None if plausibility is None else each(plausibility, np.float32)
    judged = NoveltyScores(codes, each(3, np.intp), each(gaps, np.float32), usual, each(False), each(copy), 0.8)
    grey = (np.zeros((8, 8), np.uint8),) * PICTURE_COUNT
    return SampleGridValue(
        "prior", grey, np.full((PICTURE_COUNT, 2), 0.4, np.float32), each(-1, np.intp), judged, grey, ""
    )


@pytest.mark.parametrize(
    ("found", "said", "colour"),
    [
        (value(), "60 of 100", "good"),
        (value(copy=True, gaps=0.1), "Memorised? 0.1 gaps", "fair"),
        (value(0.02), "2 of 100", "warn"),
        (value(0.02, copy=True), "2 of 100", "warn"),  # what is no digit copies none
        (value(None, gaps=2.34), "2.3 sample gaps", "muted"),
        (value(None, copy=True, gaps=0.1), "Memorised? 0.1 gaps", "fair"),
    ],
)
def test_the_verdict_in_words(found, said, colour):
    words, short, shade = view.describe_novelty(found, 0)
    assert said in words
    assert len(short) < len(words)
    assert all(
        f"{found.novelty_scores.distances[0]:.1f} gaps" in one.replace("sample gaps", "gaps") for one in (words, short)
    )
    assert shade == colour


def test_a_model_without_a_prior_says_so(shelf):
    view, parts = shown(opened(shelf)), LAB.get_layout(opened(shelf)).parts
    sources = [stage.written(view, parts[f"source {slot}"]) for slot in (0, 1)]
    assert [("N(0, 1)" in said, "never learnt" in said) for said in sources] == [(True, True), (True, False)]
    assert "N(0, 0.5²)" in texts(shown(play(opened(shelf), Set("temperature", 0.5))))


# -- out of noise -------------------------------------------------------------------------------------


@pytest.fixture
def noisy(shelf):
    return play(opened(shelf, ("vae", "diffusion")), Set("source", "diffusion"))


def count_places(view, state) -> int:
    """Return the number of places on the way, whose pieces are joined by links."""
    lines = [one for one in of_kind(view, Line) if one.clip == map_rect(state, 1) and one.colour == "accent"]
    return 1 + sum(len(one.points) - 1 for one in lines)


def test_the_way_out_of_noise_is_drawn_with_its_film(noisy):
    results = answered(noisy)
    view, way = LAB.make_view(noisy, results), results.get_value("way 1", DenoisingTrajectoryValue)
    assert count_places(view, noisy) == len(way.xy)
    (film,) = [one for one in of_kind(view, FilmStrip) if one.rect == LAB.get_layout(noisy).parts["film 1"]]
    assert film.pictures is way.pictures
    assert len(film.pictures) == layout.TRAJECTORY_PICTURES


def test_until_its_own_way_is_found_no_film_of_another_picture_is_shown(noisy):
    results, chosen = answered(noisy), play(noisy, Key("."))
    place = LAB.get_layout(noisy).parts["film 1"]
    assert not [one for one in of_kind(LAB.make_view(chosen, results), FilmStrip) if one.rect == place]
    assert "Finding its way." in texts(LAB.make_view(chosen, results))


def test_dashes_of_the_way_out_of_noise_are_explained(noisy):
    results = answered(noisy)
    way = results.get_value("way 1", DenoisingTrajectoryValue)
    half = len(way.xy) // 2
    results.put("way 1", replace(way, xy=((0.2, 0.2),) * half + ((0.8, 0.8),) * (len(way.xy) - half)))
    view = LAB.make_view(noisy, results)
    (note,) = [one for one in of_kind(view, CornerNote) if one.rect == map_rect(noisy, 1) and not one.at_bottom]
    assert note.lines[-2:] == JUMPS_EXPLAINED


def test_it_is_played_step_by_step_and_stops_at_its_end(noisy):
    assert not LAB.is_playing(noisy)
    playing = play(noisy, Key("space"))
    assert LAB.is_playing(playing)
    results = answered(noisy)
    lengths = []
    for _ in range(4):
        lengths.append(count_places(LAB.make_view(playing, results), playing))
        playing = play(playing, TimePassed(0.9))
    assert lengths == sorted(set(lengths))
    assert lengths[0] == 2
    finished = play(playing, TimePassed(60.0))
    assert not LAB.is_playing(finished)
    assert finished.lab_states["generate"].passing.progress == 1.0
    assert finished.history.undo_stack == noisy.history.undo_stack  # what passes is nothing to undo
    stopped = play(noisy, Key("space"), TimePassed(1.0), Key("space"))
    assert not LAB.is_playing(stopped)
    assert 0 < stopped.lab_states["generate"].passing.progress < 1


def test_playing_is_offered_where_there_is_a_way(shelf, noisy):
    def offered(state):
        return any(isinstance(one, Button) and one.name == "play" for one in LAB.make_controls(state))

    assert offered(noisy)
    assert not offered(opened(shelf, ("vae", "diffusion")))
    assert not offered(play(opened(shelf), Set("source", "diffusion")))


def test_the_way_is_of_the_picture_that_was_clicked(noisy):
    px = wall_place(noisy, 12, 1)
    state = play(noisy, Press(px), Release(px))
    assert LAB.make_queries(state)["way 1"].picture_index == 12
    on_map = play(noisy, *click(map_rect(noisy, 1).centre))
    assert LAB.make_queries(on_map)["way 1"].position == pytest.approx((0.5, 0.5), abs=0.01)


# -- sizes --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("width", "height"), [(600, 250), (300, 400), (1500, 90), (90, 1500), (5, 5)])
def test_the_wall_s_cells_are_nearly_as_large_as_they_can_be(width, height):
    _, (_, side) = layout.fit_grid(width, height, 3)
    ways = [(n, -(-PICTURE_COUNT // n)) for n in range(1, PICTURE_COUNT + 1)]
    best = max(min((width - 3 * (n - 1)) // n, (height - 3 * (rows - 1)) // rows) for n, rows in ways)
    assert side >= min(1, best)
    assert side >= layout.MIN_CELL_SHARE * best


@pytest.mark.parametrize("aspect", [0.4, 2.5])
def test_the_wall_s_cells_have_the_pictures_proportions(aspect):
    cells, (across, high) = layout.fit_grid(618, 300, 3, aspect)
    rows = -(-PICTURE_COUNT // cells)
    assert across / high == pytest.approx(aspect, rel=0.1)
    assert cells * across + 3 * (cells - 1) <= 618
    assert rows * high + 3 * (rows - 1) <= 300
    assert cells * rows * across * high > 0.6 * 618 * 300


def test_a_low_wall_is_as_wide_as_its_room():
    cells, (side, _) = layout.fit_grid(618, 175, 3)
    assert (cells, -(-PICTURE_COUNT // cells)) == (14, 3)
    assert cells * side + 3 * (cells - 1) > 0.95 * 618


def test_what_is_covered_is_told_by_no_dot_and_no_name(shelf):
    state = opened(shelf, size=(1440, 900))
    open_view, covered_view = shown(state), shown(state.put(replace(state.overlay, pictures_hidden=True)))
    told = {"good", "warn"}
    assert told & {one.colour for one in of_kind(open_view, Marker)}
    assert not told & {one.colour for one in of_kind(covered_view, Marker)}
    assert "copy of nearest (" in texts(open_view)
    assert "copy of nearest (" not in texts(covered_view)


def test_the_way_out_of_noise_can_be_saved(shelf):
    state = play(opened(shelf, ("vae", "diffusion")), Set("source", "diffusion"))
    for key, kind in (("x", "png"), ("w", "gif"), ("y", "mp4")):
        assert play(state, Key(key)).status.pending_export == kind
    results = answered(state)
    kept = LAB.export_film(state, results)
    assert [row.title for row in kept.rows] == ["diffusion"]
    assert kept.rows[0].pictures == results.get_value("way 1", DenoisingTrajectoryValue).pictures
    assert LAB.export_film(state, Results()) is None


def test_where_nothing_comes_out_of_noise_nothing_can_be_saved(shelf):
    state = opened(shelf)
    assert not {"png", "gif", "mp4"} & {one.name for one in LAB.make_controls(state)}
    assert LAB.export_film(state, answered(state)) is None
