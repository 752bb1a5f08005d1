"""Codes that are chosen from a codebook."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from latent_explorer.config import Objective
from latent_explorer.errors import InputError
from latent_explorer.models import quantised
from tests.models.conftest import build, diagnostics, generator, mse

QUANTISED = Objective("quantised", codes=32, groups=4)


def test_every_part_is_its_nearest_code():
    model = build(QUANTISED)
    z = torch.randn(6, 8, generator=generator())
    expected = torch.cdist(z.reshape(24, 2), model.codebook).argmin(dim=1).reshape(6, 4)
    assert torch.equal(model.find_nearest_entries(z), expected)
    assert torch.equal(model.quantise(z)[2, 4:6], model.codebook[expected[2, 2]])
    assert torch.equal(model.quantise(model.quantise(z)), model.quantise(z))
    assert torch.equal(model.decode(z), model.decode(model.quantise(z)))


def test_the_codebook_is_used_and_reconstructs(trained, test_images):
    model = trained(QUANTISED)
    found = diagnostics(model, test_images)
    assert found["codes_used"] >= 28
    assert found["codebook_perplexity"] > 16
    assert mse(model, test_images, test_images) < 0.03
    with torch.no_grad():
        pictures = model.decode(model.codebook.repeat(1, 4))  # every code decodes
    assert torch.isfinite(pictures).all()


def test_dead_codes_are_put_where_vectors_are(test_images):
    model = build(QUANTISED).train()
    with torch.no_grad():
        model.codebook[5:] = 1000.0
        model.uses[5:] = 0.0
    model.loss(test_images, generator())
    assert model.codebook.abs().max() < 100


def test_looking_does_not_move_the_codebook(test_images):
    model = build(QUANTISED).eval()
    before = model.codebook.clone()
    model.loss(test_images, generator())
    model.decode(model.encode(test_images))
    assert torch.equal(before, model.codebook)


def test_the_gradient_passes_straight_through(test_images):
    model = build(replace(QUANTISED, commitment=0.0))
    model.loss(test_images, generator())["loss"].backward()
    assert model.head.weight.grad.abs().max() > 0


def test_a_way_back_is_fitted_to_the_latents_themselves(test_images):
    """No gradient comes through the choice of a code."""
    model = build(QUANTISED).eval()
    z = model.encode(test_images[:4]).detach().requires_grad_()
    decode = model.make_row_decoder(np.zeros(4, np.int64))
    decode(z, np.arange(4)).sum().backward()
    assert (z.grad == 1).all()


def test_perplexity_counts_codes_used_alike():
    assert quantised.compute_perplexity(torch.tensor([0.25, 0.25, 0.25, 0.25, 0.0])) == pytest.approx(4.0)
    assert quantised.compute_perplexity(torch.tensor([1.0, 0.0])) == pytest.approx(1.0)


def test_groups_that_do_not_divide_the_code_are_refused():
    with pytest.raises(InputError, match=r"objective\.groups: 3 arrived for model\.latent_dim 8"):
        build(Objective("quantised", groups=3))
