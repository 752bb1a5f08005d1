"""The codes of a vector-quantised model: among its latents, in the engine, and in the window."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from latent_explorer import config, models
from latent_explorer.checkpoint import checkpoint_file
from latent_explorer.checkpoint.codebook import Codebook
from latent_explorer.commands import training_run
from latent_explorer.engine.queries.base import CodebookEntries, CodebookEntriesValue
from latent_explorer.engine.query_context import QueryContext
from latent_explorer.errors import InputError
from latent_explorer.scene.events import Key
from latent_explorer.shell import update
from tests.stage import play


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


@pytest.mark.parametrize(
    "table", [None, np.zeros(8), np.zeros(()), np.zeros((64, 0)), np.zeros((64, 1000)), np.zeros((3, 2))]
)
def test_a_codebook_of_another_shape_is_one_line_in_the_window(made, table):
    weights = {name: value for name, value in made.weights.items() if name != "codebook"}
    odd = replace(made, name="odd", weights=weights if table is None else {**weights, "codebook": table})
    state = update.start({"odd": odd}, ("odd",), lab="explore", size=(1440, 900))
    with pytest.raises(InputError, match="odd: the weights do not fit the config: codebook is"):
        play(state, Key("k"))
