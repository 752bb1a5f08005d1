"""Labs that decode are not offered for vectors without a decoder, however one comes to them."""

from dataclasses import replace

import numpy as np
import pytest

from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.checkpoint.library import Library
from latent_explorer.labs import LABS
from latent_explorer.scene.events import ImageLoaded, Key, Replace, Set
from latent_explorer.shell import lab_models, session, toolbar, update
from latent_explorer.user_image import OwnImage
from tests import stage
from tests.stage import World, begin, play

DECODING = [name for name, lab in LABS.items() if lab.needs_decoder]


@pytest.fixture
def world():
    shelf = stage.make_world()
    return World({**shelf, "words": stage.make_word_vectors()})


@pytest.fixture
def state(world):
    return play(begin(world), Set("model", "words"))


def test_most_labs_need_a_decoder():
    assert [name for name, lab in LABS.items() if not lab.needs_decoder] == ["explore", "cluster"]


@pytest.mark.parametrize("lab", DECODING)
def test_the_tab_is_greyed_and_says_why(state, lab):
    tabs = next(one for group in toolbar.make_groups(state) for one in group.controls if one.name == "lab")
    tip = dict(zip([value for value, _ in tabs.options], tabs.option_tips, strict=True))[lab]
    after = play(state, Set("lab", lab))
    if lab in tabs.barred:
        assert "words has vectors only" in tip
        assert (after.lab, after.status.message) == ("explore", tip)
    else:  # it brings a model of its own
        assert (after.lab, after.models[0]) != (lab, "words")


def test_with_a_decoder_every_tab_is_there(world):
    tabs = next(one for group in toolbar.make_groups(begin(world)) for one in group.controls if one.name == "lab")
    assert tabs.barred == ()


def test_drawing_the_tabs_opens_no_file(tmp_path):
    vectors = np.random.default_rng(0).standard_normal((20, 4)).astype(np.float32)
    words = Checkpoint.from_embeddings(vectors, texts=[f"word {i}" for i in range(20)], methods=("pca",))
    library = Library((str(words.save(tmp_path / "words.safetensors")),), "cpu")
    state = update.start(library, library.requested, lab="explore", size=(1280, 800))
    tabs = next(one for group in toolbar.make_groups(state) for one in group.controls if one.name == "lab")
    assert "interpolate" in tabs.barred
    assert "learn" not in tabs.barred  # it shows the film that ships
    assert tuple(library.select_opened()) == ("words",)
    assert play(state, Set("lab", "learn")).lab == "learn"


def test_the_keys_pass_over_them(state):
    seen, at = [], state
    for _ in range(2 * len(LABS)):
        at = play(at, Key("tab"))
        seen.append((at.lab, at.models[0]))
    assert ("cluster", "words") in seen
    assert not [lab for lab, model in seen if model == "words" and LABS[lab].needs_decoder]


@pytest.mark.parametrize("slot", ["model", "model 2"])
def test_chosen_in_such_a_lab_they_are_shown_in_explore(world, slot):
    after = play(begin(world, lab="compare"), Set(slot, "words"))
    assert (after.lab, after.models[0]) == ("explore", "words")
    assert "needs a decoder" in after.status.message
    assert play(after, Set("model", "first"), Set("lab", "compare")).lab == "compare"


def test_the_key_of_models_skips_them_there(world):
    at, seen = begin(world, lab="interpolate"), set()
    for _ in range(2 * len(world)):
        at = play(at, Key("m"))
        seen.add(at.models[0])
    assert at.lab == "interpolate"
    assert seen == set(world) - {"words"}


def test_a_session_or_a_lesson_leads_to_explore(state, world):
    document, _ = session.make_document(state, {})
    restored = session.restore(begin(world), {**document, "lab": "interpolate"})
    assert restored.problems == ()
    after = play(begin(world), Replace(restored.state))
    assert (after.lab, after.models[0]) == ("explore", "words")
    page = play(begin(world), Replace(replace(begin(world, lab="generate"), models=("words", "words"))))
    assert page.lab == "explore"


def test_the_window_starts_where_they_can_be_shown(world):
    assert begin(world, lab="compare", models=("words", "first")).lab == "explore"
    assert begin(world, lab="compare", models=("first", "second")).lab == "compare"


def test_nothing_encodes_a_drawing(state):
    assert "pad" not in [one.name for one in toolbar.make_tools(state)]
    drawn = OwnImage(bytes(range(64)), (8, 8), 1, drawn=True, name="pad")
    for after in (play(state, Key("o")), play(state, ImageLoaded(drawn, ""))):
        assert not after.drawing.pad.open
        assert "encodes" in after.status.message
    stage.answered(play(state, ImageLoaded(drawn, "")))
    assert lab_models.ensure_decoder(state) is state
