"""A data set as a model sees it: each latent stands where its image stands, whatever classes are left out."""

import pytest
import torch

from latent_explorer import config, models
from latent_explorer.data import datasets
from latent_explorer.metrics import encoded_data, reconstruction


@pytest.fixture(scope="module")
def model() -> models.Autoencoder:
    torch.manual_seed(0)
    return models.build(config.Model(latent_dim=3, hidden=(16,)), config.Objective("plain"), (1, 8, 8))


@pytest.mark.parametrize("leave_out", [None, ("6", "0"), ("9",)])
def test_the_latent_of_each_image_stands_beside_its_label(digits, model, leave_out):
    parts = datasets.split_off_classes(digits, leave_out)
    found = encoded_data.encode(model, digits, parts)
    images = torch.cat([digits.train.images, digits.test.images])
    labels = torch.cat([digits.train.labels, digits.test.labels])
    assert torch.allclose(found.latents, reconstruction.encode_all(model, images), atol=1e-6)
    assert torch.equal(found.labels, labels)
    known = ~torch.isin(labels, torch.tensor([int(name) for name in leave_out or ()]))
    count = len(digits.train)
    assert torch.allclose(found.train, found.latents[:count][known[:count]], atol=1e-6)
    assert torch.allclose(found.held_out.latents, found.latents[count:][known[count:]], atol=1e-6)
    if leave_out is None:
        assert found.left_out is None
    else:
        assert torch.allclose(found.left_out.latents, found.latents[~known], atol=1e-6)


def test_each_step_is_named_and_reports_within_its_own_count(digits, model):
    begun: list[list[tuple[int, int]]] = []

    def begin_step(title):
        assert title
        reports: list[tuple[int, int]] = []
        begun.append(reports)
        return lambda done, count: reports.append((done, count))

    encoded_data.encode(model, digits, datasets.split_off_classes(digits, None), begin_step=begin_step)
    assert [{count for _, count in reports} for reports in begun] == [{len(digits.test)}, {len(digits.train)}]
    assert all(0 <= done <= count for reports in begun for done, count in reports)
