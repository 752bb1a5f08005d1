"""Measurements on the held-out images of MNIST, which need its files."""

from functools import lru_cache

import numpy as np
import torch

from latent_explorer.data import corruption, datasets
from latent_explorer.models.sparse import measure_active_share
from latent_explorer.models.wasserstein import estimate_mmd
from tests.claim_checks.claim import model

COUNT = 2000
"""Images of one measurement."""


@lru_cache(maxsize=1)
def load_images() -> torch.Tensor:
    return datasets.to_floats(datasets.load(model("mnist-vae").config.data, download=False).test.images)


@lru_cache(maxsize=1)
def load_labels() -> np.ndarray:
    return datasets.load(model("mnist-vae").config.data, download=False).test.labels.numpy()


def measure_entropy() -> float:
    """Return the Bernoulli cross-entropy of the images with themselves, in nats a picture."""
    x = load_images().double()
    return float((torch.special.entr(x) + torch.special.entr(1 - x)).sum(dim=(1, 2, 3)).mean())


@lru_cache(maxsize=64)
def measure_error(name: str, kind: str = "", level: float = 0.0) -> float:
    """Return the squared error a pixel between clean images and what a model makes of noisy ones."""
    clean = load_images()[:COUNT]
    x = corruption.corrupt(clean, kind, level, torch.Generator().manual_seed(0)) if kind else clean
    return float(np.square(model(name).decode(model(name).encode(x.numpy())) - clean.numpy()).mean())


def compare_errors(name: str, kind: str, *levels: float) -> list[float]:
    """Return the errors of a model over those of `mnist-ae`."""
    return [measure_error(name, kind, level) / measure_error("mnist-ae", kind, level) for level in levels]


@lru_cache(maxsize=8)
def encode(name: str) -> torch.Tensor:
    return torch.from_numpy(model(name).encode(load_images().numpy()))


def measure_slope(name: str) -> float:
    """Return the mean norm of the encoder's Jacobian over the spread of the codes around their mean."""
    x, total = load_images()[:300].clone().requires_grad_(True), torch.zeros(300)
    with torch.enable_grad():
        z = model(name).model.encode(x)
        for column in z.T:
            total += torch.autograd.grad(column.sum(), x, retain_graph=True)[0].square().sum(dim=(1, 2, 3))
    return float(total.sqrt().mean() / encode(name).var(dim=0).sum().sqrt())


def count_units(name: str) -> tuple[float, int]:
    """Return how many units a picture uses, and how many none uses."""
    z = encode(name)
    return measure_active_share(z) * z.shape[1], int((z.abs().amax(dim=0) < 1e-3).sum())


def measure_mmd(name: str, *, standardised: bool = False) -> float:
    """Return the discrepancy of the codes to draws from N(0, 1), as they are or with mean 0 and variance 1."""
    z = encode(name)[:COUNT]
    z = (z - z.mean(dim=0)) / z.std(dim=0) if standardised else z
    return float(estimate_mmd(z, torch.randn(z.shape, generator=torch.Generator().manual_seed(0))))
