from dataclasses import replace

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from latent_explorer import config, models, training
from latent_explorer.config import Model, Objective, Training
from latent_explorer.data import datasets
from latent_explorer.errors import InputError
from latent_explorer.metrics import reconstruction
from latent_explorer.models.activation import ACTIVATIONS
from tests.models import conftest

SHAPE, SIGNAL = (3, 6, 5), (3, 1, 30)


def build(objective: Objective | None = None, **model: object) -> models.Autoencoder:
    torch.manual_seed(0)
    settings = Model(**{"latent_dim": 2, "hidden": (8,), **model})
    return models.build(settings, objective or Objective(), SIGNAL if settings.network == "cnn1d" else SHAPE)


@pytest.fixture
def pictures() -> torch.Tensor:
    return torch.rand(7, *SHAPE, generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize("network", models.NETWORKS)
@pytest.mark.parametrize("objective", models.OBJECTIVES)
def test_every_network_goes_with_every_objective(network, objective, pictures):
    channels = (2,) if network == "resnet" else (2, 3)  # its first convolution quarters the side
    model = build(Objective(objective, groups=1, classes=10), network=network, channels=channels)
    pictures = pictures.reshape(7, *SIGNAL) if network == "cnn1d" else pictures
    z = model.encode(pictures)
    assert z.shape == (7, 2)
    decoded = model.decode(z)
    assert decoded.shape == pictures.shape
    assert 0 <= decoded.min() <= decoded.max() <= 1
    parts = model.loss(pictures, torch.Generator().manual_seed(0))
    assert all(part.ndim == 0 for part in parts.values())
    parts["loss"].backward()
    assert all(p.grad is not None and torch.isfinite(p.grad).all() for p in model.parameters())


def test_every_choice_of_a_config_is_there():
    assert set(config.NETWORKS) == set(models.NETWORKS)
    for section, key, names in (("model", "activation", ACTIVATIONS), ("objective", "name", models.OBJECTIVES)):
        with pytest.raises(InputError, match=f"one of {', '.join(names)} is allowed"):
            config.from_dict({section: {key: "another"}})


def test_bce_is_the_bernoulli_likelihood_in_nats_a_picture(pictures):
    model = build(Objective(loss="bce"))
    parts = model.loss(pictures)
    x = model.decode(model.encode(pictures)).double()
    nats = -(pictures * x.log() + (1 - pictures) * (1 - x).log()).sum() / 7
    assert parts["loss"].item() == pytest.approx(nats.item(), rel=1e-5)
    assert parts["reconstruction"] is parts["loss"]


def test_mse_is_the_squared_error_a_picture(pictures):
    model = build(Objective(loss="mse"))
    expected = F.mse_loss(model.decode(model.encode(pictures)), pictures, reduction="none").sum((1, 2, 3)).mean()
    torch.testing.assert_close(model.loss(pictures)["loss"], expected)


def test_logits_are_the_pictures_before_the_sigmoid():
    model = build()
    z = torch.rand(2, 2)
    torch.testing.assert_close(torch.sigmoid(model.decode_logits(z)), model.decode(z))


@pytest.mark.slow
def test_a_linear_autoencoder_spans_the_plane_of_pca(digits, test_images):
    """Baldi and Hornik 1989: the best linear autoencoder is the projection on the first principal components."""
    from sklearn.decomposition import PCA

    network = Model(latent_dim=4, hidden=(), output="linear")
    model = conftest.build(Objective("plain", loss="mse"), network)
    settings = Training(epochs=120, batch_size=64, optimizer="sgd", learning_rate=3e-2, matmul_precision="highest")
    training.fit(model, digits.train.images, settings)
    pca = PCA(4).fit(datasets.to_floats(digits.train.images).flatten(1).numpy())
    found = np.linalg.qr(next(p for p in model.decoder.parameters() if p.ndim == 2).detach().numpy())[0]
    cosines = np.linalg.svd(found.T @ pca.components_.T)[1]  # of the angles between the two subspaces
    assert cosines.min() > 0.999
    through = pca.inverse_transform(pca.transform(test_images.flatten(1).numpy())).clip(0, 1)
    best = float(F.mse_loss(torch.from_numpy(through), test_images.flatten(1)))
    measured = reconstruction.encode_images(model, digits.test.images).metrics
    assert measured["mse"] == pytest.approx(best, rel=0.01)
    assert "bce" not in measured  # a picture that may leave [0, 1] has no Bernoulli likelihood


def test_a_linear_output_is_shown_between_black_and_white():
    model = conftest.build(Objective("plain", loss="mse"), Model(latent_dim=2, hidden=(), output="linear"))
    pictures = model.decode(100 * torch.randn(20, 2, generator=conftest.generator()))
    assert (pictures.min(), pictures.max()) == (0, 1)


@pytest.mark.slow
def test_a_larger_code_reconstructs_better(trained, test_images):
    narrow, wide = (
        trained(Objective("plain"), replace(conftest.NETWORK, latent_dim=d)) for d in (2, 96)
    )  # 96 > 64 pixels
    assert conftest.mse(wide, test_images, test_images) < 0.5 * conftest.mse(narrow, test_images, test_images)
