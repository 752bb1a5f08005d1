"""Paths between latents: their ends, their kinds, and what no path leads over."""

import numpy as np
import pytest
import torch

from latent_explorer import config
from latent_explorer.checkpoint import interpolation
from latent_explorer.checkpoint.interpolation import KINDS
from latent_explorer.errors import InputError
from tests import stage


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
