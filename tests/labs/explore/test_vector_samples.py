"""Explore with vectors that nothing decodes: it shows the nearest sample, and nothing that would have to be decoded."""

from dataclasses import replace

import numpy as np
import pytest

from latent_explorer.engine.queries.explain import ContributorsValue
from latent_explorer.engine.results import Failure
from latent_explorer.labs import LABS
from latent_explorer.labs.explore import vector_samples
from latent_explorer.samples import WrittenSample
from latent_explorer.scene import map_layers
from latent_explorer.scene.events import Key, Move, Set
from latent_explorer.scene.items import FilmStrip, Image, Text
from tests import stage
from tests.stage import World, answered, begin, click, dot_px, drag, of_kind, play, px_of, texts

EXPLORE = LABS["explore"]


@pytest.fixture
def state():
    return play(begin(World({**stage.make_world(), "words": stage.make_word_vectors()})), Set("model", "words"))


def list_texts(view):
    shown = [one.picture for one in of_kind(view, Image)]
    shown += [picture for film in of_kind(view, FilmStrip) for picture in film.pictures]
    return [one.text for one in shown if isinstance(one, WrittenSample)]


@pytest.mark.parametrize("xy", [stage.EMPTY, stage.CENTRES[0], (0.02, 0.97)])
def test_between_the_dots_it_is_the_nearest_sample(state, xy):
    at = play(state, Move(px_of(state, xy)))
    atlas = at.get_checkpoint(0).maps["tsne"]
    nearest = int(np.argmin(np.square(atlas.xy - np.asarray(xy)).sum(axis=1)))
    results = answered(at)
    assert list_texts(EXPLORE.make_view(at, results))[0] == f"word {nearest}"
    near = results.get_value("reasons", ContributorsValue)
    assert near.nearest
    assert nearest not in near.dots
    order = np.argsort(np.linalg.norm(atlas.latents - atlas.latents[nearest], axis=1))
    assert near.dots.tolist() == order[1 : 1 + len(near.dots)].tolist()


def test_a_hidden_class_is_not_shown(state):
    at = play(state, Key("1"), Move(px_of(state, stage.CENTRES[0])))
    shown = list_texts(EXPLORE.make_view(at, answered(at)))[0]
    assert at.get_checkpoint(0).labels[int(shown.split()[1])] != 0


def test_the_hint_speaks_of_what_stands_below_the_map(state):
    pinned = play(state, *click(dot_px(state, 3)))
    assert vector_samples.choose_hint(state) == vector_samples.HINT
    assert vector_samples.choose_hint(pinned) == vector_samples.MARKED_HINT


def test_what_is_pinned_or_traced_is_the_samples_own(state):
    at = play(state, *click(dot_px(state, 3)), *drag(dot_px(state, 5), dot_px(state, 40)))
    pins, *_ = of_kind(EXPLORE.make_view(at, answered(at)), FilmStrip)
    assert [one.text for one in pins.pictures] == ["word 3"]
    assert {"word 5", "word 40"} <= set(list_texts(EXPLORE.make_view(at, answered(at))))


@pytest.mark.parametrize("before", [(), (Set("films", True),), (Set("panel", "directions"),), (Key("w"), Key("i"))])
def test_nothing_is_offered_or_asked_that_decodes(state, before):
    at = play(state, Set("model", "first"), *before, Set("model", "words"), Move(px_of(state, stage.EMPTY)))
    controls = {one.name for one in EXPLORE.make_controls(at)}
    assert not controls & {"films", "panel", "reasons", "inverse"}
    for keys in ((), ("w",), ("W",), ("i",), ("e",), ("h",), ("u",), ("b",), ("comma",), ("period",), ("x",), ("c",)):
        pressed = play(at, *map(Key, keys))
        results = answered(pressed)
        assert not [
            one for slot in EXPLORE.make_queries(pressed) if isinstance(one := results.get_failure(slot), Failure)
        ]
        assert not EXPLORE.make_animation_targets(pressed, results)
        shown = texts(EXPLORE.make_view(pressed, results))
        assert "decoded" not in shown
        assert "reconstruction" not in shown
    assert not stage.marks(play(at, Key("comma"))).at


def test_its_bars_cannot_be_dragged(state):
    bars = EXPLORE.get_layout(state).parts["bars"]
    at = play(state, *drag(bars.to_px((0.5, 0.5)), bars.to_px((0.5, 0.1))))
    assert at.lab_states["explore"].marks == {}


def test_layers_show_only_what_lies_at_the_dots(state):
    assert map_layers.list_layers(state, 1) == ("none", "stretch", "class")


def test_a_text_stands_beside_the_picture_of_a_sample_that_has_one(state):
    one = state.get_checkpoint(0)
    pictures = np.zeros((len(one.latents), 1, 8, 8), np.uint8)
    own = replace(one, kept=replace(one.kept, pictures=pictures))
    at = replace(state, library=World({**state.library, "words": own}))
    view = EXPLORE.make_view(at, answered(at))
    assert any(text.text.startswith("word ") and text.size == "title" for text in of_kind(view, Text))


def test_the_help_page_speaks_of_what_there_is(state):
    assert EXPLORE.list_keys(state) != EXPLORE.keys
    assert EXPLORE.list_keys(play(state, Set("model", "first"))) == EXPLORE.keys
