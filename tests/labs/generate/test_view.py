"""What the Generate lab shows: walls, dots of new codes, verdicts, and the way out of noise."""

from dataclasses import replace

import numpy as np
import pytest

from latent_explorer.engine.measurements.judge_pictures import measure_copy_share
from latent_explorer.labs.generate import layout, view
from latent_explorer.labs.generate.novelty import NoveltyScores
from latent_explorer.labs.generate.queries import PICTURE_COUNT, DenoisingTrajectoryValue, SampleGridValue
from latent_explorer.labs.generate.view import JUMPS_EXPLAINED
from latent_explorer.scene.events import Key, Set
from latent_explorer.scene.items import CornerNote, FilmStrip, Marker
from tests import stage
from tests.labs.generate.on_screen import LAB, count_places, opened, shown
from tests.stage import answered, begin, map_rect, of_kind, play, texts


def value(plausibility=0.6, copy=False, gaps=1.0) -> SampleGridValue:
    def each(one, kind=bool):
        return np.full(PICTURE_COUNT, one, kind)

    codes = np.zeros((PICTURE_COUNT, 4), np.float32)
    usual = None if plausibility is None else each(plausibility, np.float32)
    judged = NoveltyScores(
        latents=codes, nearest_dots=each(3, np.intp), distances=each(gaps, np.float32), plausibility=usual,
        is_far=each(False), is_copy=each(copy), variety=0.8,
    )  # fmt: skip
    grey = (np.zeros((8, 8), np.uint8),) * PICTURE_COUNT
    return SampleGridValue(
        "prior", grey, np.full((PICTURE_COUNT, 2), 0.4, np.float32), each(-1, np.intp), judged, grey, ""
    )


def test_only_where_there_is_a_judge_the_hint_speaks_of_its_frames(shelf, world):
    assert LAB.hint in texts(shown(opened(shelf)))
    assert LAB.hints_without_judge["picture"] in texts(shown(begin(world, "generate")))


@pytest.mark.parametrize(
    ("temperature", "said"),
    [(0.5, "the common ones more often"), (1.0, "each as often"), (1.5, "the rare ones more often")],
)
def test_how_often_codes_of_a_codebook_are_drawn_goes_with_the_temperature(shelf, temperature, said):
    state = play(opened(shelf, ("coded", "vae")), Set("source", "codes"), Set("temperature", temperature))
    assert said in stage.written(shown(state), LAB.get_layout(state).parts["source 0"])


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


@pytest.mark.parametrize(
    ("found", "said", "colour"),
    [
        (value(), "60 of 100", "good"),
        (value(copy=True, gaps=0.1), "Memorised? 0.1 gaps", "fair"),
        (value(0.02), "2 of 100 real pictures look as odd", "warn"),
        (value(0.01), "1 of 100 real pictures looks as odd", "warn"),
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


def test_what_is_covered_is_told_by_no_dot_and_no_name(shelf):
    state = opened(shelf, size=(1440, 900))
    open_view, covered_view = shown(state), shown(state.put(replace(state.overlay, pictures_hidden=True)))
    told = {"good", "warn"}
    assert told & {one.colour for one in of_kind(open_view, Marker)}
    assert not told & {one.colour for one in of_kind(covered_view, Marker)}
    assert "copy of nearest (" in texts(open_view)
    assert "copy of nearest (" not in texts(covered_view)
