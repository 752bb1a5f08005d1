"""Walks through the latent space from Python: paths, directions, samples, reconstructions."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from latent_explorer import config
from latent_explorer.checkpoint import interpolation, sampling
from latent_explorer.checkpoint.interpolation import KINDS
from latent_explorer.errors import InputError
from latent_explorer.metrics import attribute_probe
from tests import stage


@pytest.fixture(scope="module")
def known():
    return stage.make_model_with_attributes()


@pytest.mark.parametrize("how", KINDS)
def test_a_path_leads_from_one_end_to_the_other(world, how):
    checkpoint, steps = world["first"], 7
    path = checkpoint.interpolate(3, 30, how, steps=steps)
    assert path.shape == (steps, checkpoint.latent_dim)
    assert (path[[0, -1]] == checkpoint.latents[[3, 30]]).all()
    assert (path == interpolation.compute_path(checkpoint, checkpoint.latents[[3, 30]], how, steps)[0]).all()


def test_the_paths_differ(world):
    line, arc, data = (world["first"].interpolate(3, 30, how) for how in KINDS)
    assert np.diff(line, axis=0) == pytest.approx(
        np.broadcast_to((line[-1] - line[0]) / 9, (9, line.shape[1])), abs=1e-5
    )
    assert min(np.abs(line - arc).max(), np.abs(line - data).max(), np.abs(arc - data).max()) > 0.1


def test_an_end_is_a_dot_a_latent_or_an_image_as_its_shape_says(tiny):
    image = np.random.default_rng(0).random((1, 8, 8)).astype(np.float32)
    path = tiny.interpolate(image, np.int64(5), steps=2)
    assert path[0] == pytest.approx(tiny.encode(image[None])[0], abs=1e-6)
    assert (path[1] == tiny.latents[5]).all()
    tensor = tiny.interpolate(torch.from_numpy(tiny.latents[1]), 5)
    assert torch.is_tensor(tensor)
    assert (tensor.numpy() == tiny.interpolate(1, 5)).all()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((0, 120), "b: dot 120"), ((-1, 0), "a: dot -1"), ((np.zeros(3), 0), r"a: shape \(3,\)"),
        ((np.full(4, np.nan), 0), "a: NaN"), ((0.5, 0), r"a: shape \(\)"), ((0, 1, "curved"), "how: 'curved'"),
        ((0, 1, "linear", 1), "steps: 1"), ((np.full((1, 8, 8), 255.0), 0), "0 to 1"),
    ],
)  # fmt: skip
def test_what_no_path_leads_over_is_named(tiny, arguments, said):
    with pytest.raises(InputError, match=said):
        tiny.interpolate(*arguments)


def test_a_conditional_model_encodes_an_end_of_unknown_class(world):
    objective = config.Objective(name="conditional", classes=3)
    checkpoint = stage.make_checkpoint("told", seed=5, objective=objective)
    image = np.zeros((1, 8, 8), np.float32)
    assert checkpoint.interpolate(image, 0)[0] == pytest.approx(checkpoint.encode(image[None], [-1])[0])


def test_the_direction_of_a_number_raises_it_by_one_standard_deviation(known):
    values = known.attributes["lean"].values
    probe = attribute_probe.fit(known.latents, known.attributes["lean"])
    before, after = probe.read(np.stack([known.latents[0], known.latents[0] + known.direction("lean")]))[:, 0]
    assert after - before == pytest.approx(values.std(), rel=0.02)


def test_the_direction_of_a_category_leads_from_the_others_mean_to_its_own(known):
    has = known.attributes["ring"].values == 1
    expected = known.latents[has].mean(axis=0) - known.latents[~has].mean(axis=0)
    assert known.direction("ring") == pytest.approx(expected)
    assert known.direction("ring", "no") == pytest.approx(-expected)
    one = known.labels == 1
    expected = known.latents[one].mean(axis=0) - known.latents[~one].mean(axis=0)
    assert known.direction("class", "one") == pytest.approx(expected)


def test_a_class_that_is_a_number_may_be_given_as_one(tiny):
    assert (tiny.direction("class", 3) == tiny.direction("class", "3")).all()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("leam",), r"lean, ring, chance, class .*mean lean"), (("class",), "zero, one, two"),
        (("class", "ten"), "'ten'"), (("lean", "yes"), "takes none"),
    ],
)  # fmt: skip
def test_a_direction_that_is_not_known_says_which_are(known, arguments, said):
    with pytest.raises(InputError, match=said):
        known.direction(*arguments)


@pytest.mark.parametrize(
    ("objective", "source"),
    [("plain", sampling.MIXTURE), ("variational", sampling.PRIOR), ("wasserstein", sampling.PRIOR),
     ("quantised", sampling.CODEBOOK), ("diffusion", sampling.DIFFUSION)],
)  # fmt: skip
def test_samples_come_from_where_the_model_has_them(objective, source):
    checkpoint = stage.make_checkpoint(
        "any", seed=5, objective=config.Objective(name=objective, groups=2), latent_dim=4
    )
    drawn = checkpoint.sample(5, seed=3)
    assert (drawn.shape, drawn.dtype) == ((5, 4), np.float32)
    assert (drawn == sampling.draw_trajectories(checkpoint, source, 5, temperature=1.0, seed=3)[-1]).all()
    assert (drawn == checkpoint.sample(5, seed=3, source=source)).all()
    assert (drawn != checkpoint.sample(5, seed=4)).any()
    assert checkpoint.decode(drawn).shape == (5, 1, 8, 8)


@pytest.mark.parametrize("arguments", [{"n": 0}, {"n": 2.0}, {"n": 1, "seed": -1}, {"n": 1, "source": "codes"}])
def test_samples_that_cannot_be_drawn_are_refused(tiny, arguments):
    with pytest.raises(InputError, match=f"{next(reversed(arguments))}: "):
        tiny.sample(**arguments)


def test_a_reconstruction_is_encoded_and_decoded_of_the_kind_that_came(tiny):
    images = torch.rand(3, 1, 8, 8, generator=torch.Generator().manual_seed(0))
    copies = tiny.reconstruct(images)
    assert torch.is_tensor(copies)
    assert (copies.numpy() == tiny.decode(tiny.encode(images.numpy()))).all()


def test_neighbours_are_called_or_asked_for_their_distances(tiny):
    index, away = tiny.neighbours(tiny.latents[:3], k=1)
    assert index.tolist() == [[0], [1], [2]]
    assert away == pytest.approx(0, abs=1e-3)
    assert tiny.neighbours.sample_spacing > 0


def test_the_class_takes_the_place_of_an_attribute_of_that_name(known):
    doubled = replace(known, attributes={"class": known.attributes["lean"]})
    assert (doubled.direction("class", "one") == known.direction("class", "one")).all()
