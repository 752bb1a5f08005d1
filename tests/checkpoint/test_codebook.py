"""The codes of a vector-quantised model: among its latents, in the engine, and on the map of Explore."""

import re
from dataclasses import replace

import numpy as np
import pytest
import torch

from latent_explorer import config, models
from latent_explorer.checkpoint import checkpoint_file
from latent_explorer.checkpoint.codebook import Codebook
from latent_explorer.commands import training_run
from latent_explorer.engine.base_queries import CodebookEntries, CodebookEntriesValue
from latent_explorer.engine.query_context import QueryContext
from latent_explorer.engine.results import Results
from latent_explorer.errors import InputError
from latent_explorer.labs import LABS
from latent_explorer.labs.explore import codebook_strip
from latent_explorer.labs.explore.layout import STRIP_LENGTH
from latent_explorer.scene.events import Key, Move
from latent_explorer.scene.items import FilmStrip, Marker
from latent_explorer.shell import update
from tests.stage import answered, click, dot_px, drag, marks, of_kind, play, px_of, texts, written


def drawn(*shape: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


# -- among the latents --------------------------------------------------------------------------------


@pytest.mark.parametrize("groups", [1, 2, 4])
def test_the_codes_chosen_are_those_the_model_chooses(groups):
    objective = config.Objective("quantised", codes=7, groups=groups)
    model = models.build(config.Model(latent_dim=8, hidden=(4,)), objective, (1, 4, 4))
    latents = drawn(300, 8)
    book = Codebook(model.codebook.numpy(), latents)
    assert book.part_count == groups
    found = np.stack([book.assign_codes(part) for part in range(groups)], axis=1)
    assert np.array_equal(found, model.find_nearest_entries(torch.from_numpy(latents)).numpy())


@pytest.mark.parametrize("width", [1, 3, 6])
def test_a_code_lies_at_the_nearest_sample_of_those_that_use_it(width):
    table, latents = drawn(20, width), drawn(300, 6, seed=1)
    book = Codebook(table, latents)
    for part in range(book.part_count):
        vectors, dots = book.place_codes(part)
        assert len(set(dots.tolist())) == len(dots)  # no two codes at one sample
        chosen = book.assign_codes(part)
        used = np.argsort(-np.bincount(chosen, minlength=20), kind="stable")[: len(dots)]
        assert np.array_equal(chosen[dots], used)
        for vector, dot, code in zip(vectors, dots, used, strict=True):
            own = np.flatnonzero(chosen == code)
            assert dot == own[np.linalg.norm(latents[own] - vector, axis=1).argmin()]


def test_a_code_that_is_the_whole_latent_is_shown_as_it_is():
    table, latents = drawn(5, 3), drawn(200, 3, seed=1)
    vectors, _ = Codebook(table, latents).place_codes(0)
    uses = np.bincount(Codebook(table, latents).assign_codes(0), minlength=5)
    assert np.array_equal(vectors, table[np.argsort(-uses, kind="stable")])


def test_a_code_of_a_part_stands_for_the_average_of_those_that_use_it():
    table, latents = drawn(5, 2), drawn(200, 6, seed=1)
    book = Codebook(table, latents)
    vectors, _ = book.place_codes(1)
    chosen = book.assign_codes(1)
    uses = np.bincount(chosen, minlength=5)
    for vector, code in zip(vectors, np.argsort(-uses, kind="stable"), strict=True):
        average = latents[chosen == code].mean(axis=0)
        assert np.array_equal(vector[2:4], table[code])
        np.testing.assert_allclose(np.delete(vector, [2, 3]), np.delete(average, [2, 3]), atol=1e-5)


def test_a_code_that_no_sample_uses_is_left_out():
    table = np.array([[0, 0], [1, 1], [99, 99]], np.float32)
    vectors, dots = Codebook(table, np.array([[0.9, 1], [0.1, 0], [1, 1.1]], np.float32)).place_codes(0)
    assert vectors.tolist() == [[1, 1], [0, 0]]  # the one used more often first
    assert dots.tolist() == [0, 1]


# -- from the preset to the window --------------------------------------------------------------------


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    out = tmp_path_factory.mktemp("quantised") / "q.safetensors"
    settings = ["training.epochs=3", "model.hidden=[16]", "map.methods=[pca]", "map.points=200", "training.device=cpu"]
    training_run.run(
        config.load("digits-quantised", settings), preset="digits-quantised", out=out, data_dir=None, say=lambda _: None
    )
    return checkpoint_file.load(out, "cpu")


def test_every_code_decodes(made):
    for part in range(1, made.codebook.part_count + 1):
        value = CodebookEntries("q", part).answer(QueryContext({"q": made}, {}))
        assert isinstance(value, CodebookEntriesValue)
        vectors, dots = made.codebook.place_codes(part - 1)
        assert np.array_equal(value.dots, dots)
        expected = (made.decode(vectors)[:, 0] * 255 + 0.5).astype(np.uint8)
        assert np.array_equal(np.stack(value.pictures), expected)


def test_other_models_have_no_codebook(tiny):
    assert tiny.codebook is None
    with pytest.raises(InputError, match="tiny has no codebook"):
        CodebookEntries("tiny", 1).answer(QueryContext({"tiny": tiny}, {}))


def test_k_shows_the_codes_part_by_part_until_something_else_is_done(made, tiny):
    world = {"q": made, "tiny": tiny}
    lab = LABS["explore"]
    state = update.start(world, ("q",), lab="explore", size=(1440, 900))
    shown = [state := play(state, Key("k")) for _ in range(made.codebook.part_count)]
    for part, one in enumerate(shown, 1):
        assert lab.make_queries(one)["strip"] == CodebookEntries("q", part)
    assert marks(play(shown[-1], Key("k"))).part == 0
    state = shown[1]
    assert written(lab.make_view(state, Results()), lab.get_layout(state).parts["strip"])

    dot = 7
    state = play(state, Move(dot_px(state, dot)))
    results = answered(state)
    value = results.get_value("strip", CodebookEntriesValue)
    view = lab.make_view(state, results)
    assert re.search(rf"\b2 of {made.codebook.part_count}: .* {len(value.dots)} in use", texts(view))
    rect = lab.get_layout(state).maps[0]
    on_map = [one for one in of_kind(view, Marker) if one.clip == rect]
    assert len(on_map) == len(value.dots) + 1  # and the ring of the nearest sample
    away = np.hypot(*(made.atlas.xy[value.dots] - made.atlas.xy[dot]).T)
    near = np.argsort(away, kind="stable")[:STRIP_LENGTH]
    numbers = {one.label: one.px for one in on_map if one.label}
    assert numbers["1"] == pytest.approx(dot_px(state, int(value.dots[near[0]])))
    (film,) = of_kind(view, FilmStrip)
    for picture, code in zip(film.pictures, near, strict=True):
        assert np.array_equal(picture, value.pictures[code])

    label = made.labels[value.dots[near[0]]]
    without = lab.make_view(state.put(replace(state.view, hidden=frozenset({made.class_names[label]}))), results)
    shown_dots = np.count_nonzero(made.labels[value.dots] != label)
    assert len([one for one in of_kind(without, Marker) if one.clip == rect]) == shown_dots + 1
    assert lab.make_view(state, results)[-1] == view[-1]
    assert of_kind(lab.make_view(state, results), FilmStrip)[0].pictures is film.pictures

    x, y = made.atlas.xy[3]
    for ending in (
        click(px_of(state, (0.5, 0.5))),
        drag(px_of(state, (x, y)), px_of(state, (0.9, 0.9))),
        (Key("c"),),
        (Key("backspace"),),
    ):
        assert marks(play(state, *ending)).part == 0


def test_pins_wait_unseen_while_codes_are_shown(made):
    world = {"q": made}
    state = update.start(world, ("q",), lab="explore", size=(1440, 900))
    places = [(0.1 + 0.08 * i, 0.5) for i in range(3)]
    for place in places:
        state = play(state, *click(px_of(state, place)))
    pins = marks(state).pins
    assert len(pins) == 3
    coded = play(state, Key("k"))
    assert marks(coded).pins == pins
    back = marks(play(coded, Key("backspace")))
    assert (back.pins, back.part) == (pins, 0)
    one_more = marks(play(coded, *click(px_of(coded, places[1]))))
    assert (one_more.pins[:3], len(one_more.pins), one_more.part) == (pins, 4, 0)


@pytest.mark.parametrize(
    "table", [None, np.zeros(8), np.zeros(()), np.zeros((64, 0)), np.zeros((64, 1000)), np.zeros((3, 2))]
)
def test_a_codebook_of_another_shape_is_one_line_in_the_window(made, table):
    weights = {name: value for name, value in made.weights.items() if name != "codebook"}
    odd = replace(made, name="odd", weights=weights if table is None else {**weights, "codebook": table})
    state = update.start({"odd": odd}, ("odd",), lab="explore", size=(1440, 900))
    with pytest.raises(InputError, match="odd: the weights do not fit the config: codebook is"):
        play(state, Key("k"))


def test_another_model_says_that_it_has_none(tiny):
    world = {"tiny": tiny}
    state = update.start(world, ("tiny",), lab="explore", size=(1440, 900))
    said = play(state, Key("k"))
    assert said.status.message == codebook_strip.NO_CODEBOOK
    assert said.lab_states == state.lab_states
