"""How good a trained model is, measured on images it has not seen."""

import math

import torch
from torch import Tensor
from torch.nn import functional as F

from latent_explorer.data import to_floats
from latent_explorer.models import Autoencoder, VariationalAutoencoder
from latent_explorer.models.variational import kl_divergence, sample

BATCH, BLOCK = 1024, 4_000_000  # the most pictures, and the most of their values, that are measured at once
BRIEF = 2048


@torch.inference_mode()
def evaluate(model: Autoencoder, images: Tensor, *, seed: int = 0) -> dict[str, float]:
    """Held-out reconstruction of uint8 (N, C, H, W) images, averaged over all of them.

    `mse` a pixel and `bce` in nats a picture, both at the code that `encode` gives; for variational models
    also `kl` and `neg_elbo` in nats a picture, the latter with one posterior sample and a Bernoulli
    likelihood (whatever the training loss and beta were, so that models can be compared).
    """
    model.eval()
    device = next(model.parameters()).device
    generator = torch.Generator(device).manual_seed(seed)
    sums: dict[str, float] = {}
    for block in torch.split(images, _batch(images)):
        x = to_floats(block.to(device))
        logits = model.logits(model.encode(x))
        found = {
            "mse": F.mse_loss(torch.sigmoid(logits), x, reduction="sum") / math.prod(x.shape[1:]),
            "bce": F.binary_cross_entropy_with_logits(logits, x, reduction="sum"),
        }
        if isinstance(model, VariationalAutoencoder):
            mean, log_variance = model.posterior(x)
            drawn = model.logits(sample(mean, log_variance, generator))
            kl = kl_divergence(mean, log_variance).sum()
            found["kl"] = kl
            found["neg_elbo"] = F.binary_cross_entropy_with_logits(drawn, x, reduction="sum") + kl
        for name, value in found.items():
            sums[name] = sums.get(name, 0.0) + float(value)
    means = {name: total / len(images) for name, total in sums.items()}
    return means | model.figures(to_floats(images[: 2 * _batch(images)].to(device)), generator)


def brief(model: Autoencoder, images: Tensor, *, seed: int = 0) -> dict[str, float]:
    """`evaluate` on the first few thousand images: enough for a learning curve, and a small part of an epoch."""
    return evaluate(model, images[:BRIEF], seed=seed)


@torch.inference_mode()
def encode_all(model: Autoencoder, images: Tensor) -> Tensor:
    """uint8 (N, C, H, W) -> latents (N, d) float32 on the CPU."""
    model.eval()
    device = next(model.parameters()).device
    blocks = torch.split(images, _batch(images))
    return torch.cat([model.encode(to_floats(block.to(device))).float().cpu() for block in blocks])


def knn_accuracy(
    train_latents: Tensor,
    train_labels: Tensor,
    test_latents: Tensor,
    test_labels: Tensor,
    neighbours: int = 10,
) -> float:
    """Share of held-out latents whose nearest training latents vote for the right class."""
    from sklearn.neighbors import KNeighborsClassifier

    classifier = KNeighborsClassifier(min(neighbours, len(train_latents)))
    classifier.fit(train_latents.numpy(), train_labels.numpy())
    return float(classifier.score(test_latents.numpy(), test_labels.numpy()))


def _batch(images: Tensor) -> int:
    """How many pictures at once: fewer of large ones, so that their features fit into memory."""
    return max(1, min(BATCH, BLOCK // math.prod(images.shape[1:])))
