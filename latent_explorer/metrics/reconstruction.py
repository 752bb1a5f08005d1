"""The quality of a trained model, measured on held-out images; and the latents of all images."""

import math
from collections.abc import Iterator

import torch
from torch import Tensor
from torch.nn import functional as F

from latent_explorer.data.datasets import to_floats
from latent_explorer.models import Autoencoder, VariationalAutoencoder
from latent_explorer.models.variational import kl_divergence, sample_posterior

MAX_BATCH, MAX_BATCH_VALUES = 1024, 4_000_000  # the most images, and the most of their values, in one batch
SUBSET_SIZE = 2048


@torch.inference_mode()
def evaluate(model: Autoencoder, images: Tensor, labels: Tensor | None = None, *, seed: int = 0) -> dict[str, float]:
    """Return reconstruction metrics of uint8 (N, C, H, W) images, averaged over all of them.

    `mse` per pixel and `bce` in nats per picture, both at the latent that `encode` gives; for variational models
    also `kl` and `neg_elbo` in nats per picture, the latter with one posterior sample and a Bernoulli
    likelihood (whatever the training loss and beta were, so that models can be compared). A model with a linear
    output has no Bernoulli likelihood. A conditional model is given the `labels` (N,).
    """
    model.eval()
    device = next(model.parameters()).device
    generator = torch.Generator(device).manual_seed(seed)
    sums: dict[str, float] = {}
    for told, x in _iterate_batches(model, images, labels):
        logits = told.decode_logits(told.encode(x))
        found = {"mse": F.mse_loss(told.to_image(logits).clamp(0, 1), x, reduction="sum") / math.prod(x.shape[1:])}
        if not told.has_linear_output:
            found["bce"] = F.binary_cross_entropy_with_logits(logits, x, reduction="sum")
        if isinstance(told, VariationalAutoencoder):
            mean, log_variance = told.posterior(x)
            drawn = told.decode_logits(sample_posterior(mean, log_variance, generator))
            kl = kl_divergence(mean, log_variance).sum()
            found["kl"] = kl
            if not told.has_linear_output:
                found["neg_elbo"] = F.binary_cross_entropy_with_logits(drawn, x, reduction="sum") + kl
        for name, value in found.items():
            sums[name] = sums.get(name, 0.0) + float(value)
    means = {name: total / len(images) for name, total in sums.items()}
    some = slice(2 * _choose_batch_size(images))
    told = model.conditioned_on(None if labels is None else labels[some].to(device))
    return means | told.diagnostics(to_floats(images[some].to(device)), generator)


def evaluate_subset(
    model: Autoencoder, images: Tensor, labels: Tensor | None = None, *, seed: int = 0
) -> dict[str, float]:
    """Return `evaluate` on the first 2,048 images: enough for a learning curve, in a small part of an epoch's time."""
    return evaluate(model, images[:SUBSET_SIZE], None if labels is None else labels[:SUBSET_SIZE], seed=seed)


@torch.inference_mode()
def compute_errors(model: Autoencoder, images: Tensor, labels: Tensor | None = None) -> Tensor:
    """Return the mean squared error per pixel (N,) of each of uint8 (N, C, H, W) images, at the latent of `encode`."""
    model.eval()
    found = [
        F.mse_loss(told.decode(told.encode(x)).clamp(0, 1), x, reduction="none").flatten(1).mean(dim=1).float().cpu()
        for told, x in _iterate_batches(model, images, labels)
    ]
    return torch.cat(found) if found else torch.empty(0)


@torch.inference_mode()
def encode_all(model: Autoencoder, images: Tensor, labels: Tensor | None = None) -> Tensor:
    """Return the latents (N, d), float32 on the CPU, of uint8 (N, C, H, W) images; `labels` if conditional."""
    model.eval()
    return torch.cat([told.encode(x).float().cpu() for told, x in _iterate_batches(model, images, labels)])


def knn_accuracy(
    train_latents: Tensor,
    train_labels: Tensor,
    test_latents: Tensor,
    test_labels: Tensor,
    neighbours: int = 10,
) -> float:
    """Return the accuracy of a k-NN classifier on held-out latents, fitted to training latents."""
    from sklearn.neighbors import KNeighborsClassifier

    classifier = KNeighborsClassifier(min(neighbours, len(train_latents)))
    classifier.fit(train_latents.numpy(), train_labels.numpy())
    return float(classifier.score(test_latents.numpy(), test_labels.numpy()))


def _iterate_batches(model: Autoencoder, images: Tensor, labels: Tensor | None) -> Iterator[tuple[Autoencoder, Tensor]]:
    """Yield batches of images as floats on the model's device, each with the model conditioned on their labels."""
    device, size = next(model.parameters()).device, _choose_batch_size(images)
    for i in range(0, len(images), size):
        told = model.conditioned_on(None if labels is None else labels[i : i + size].to(device))
        yield told, to_floats(images[i : i + size].to(device))


def _choose_batch_size(images: Tensor) -> int:
    """Return the batch size: smaller for large images, so that their features fit into memory."""
    return max(1, min(MAX_BATCH, MAX_BATCH_VALUES // math.prod(images.shape[1:])))
