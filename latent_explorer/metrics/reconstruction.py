"""The quality of a trained model, measured on held-out images; and the latents of all images."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from latent_explorer.data.datasets import to_floats
from latent_explorer.models import Autoencoder, VariationalAutoencoder
from latent_explorer.models.variational import compute_kl, sample_posterior
from latent_explorer.time_left import ReportDone, ignore_done

MAX_BATCH, MAX_BATCH_VALUES = 1024, 4_000_000  # the most images, and the most of their values, in one batch
SUBSET_SIZE = 2048


@dataclass(frozen=True, eq=False)
class EncodedImages:
    """Images as a model sees them, of one pass over all of them."""

    latents: Tensor
    """(N, d), float32 on the CPU."""
    errors: Tensor
    """Mean squared error per pixel (N,) of every image, at its latent."""
    metrics: dict[str, float]
    """Averages over all images, as `encode_images` describes them."""


@torch.inference_mode()
def encode_images(
    model: Autoencoder, images: Tensor, labels: Tensor | None = None, *, seed: int = 0,
    progress: ReportDone = ignore_done,
) -> EncodedImages:  # fmt: skip
    """Encode and reconstruct uint8 (N, C, H, W) images, N at least 1, and measure how well.

    The metrics: `mse` per pixel and `bce` in nats per picture, both at the latent that `encode` gives; for variational
    models also `kl` and `neg_elbo` in nats per picture, the latter with one posterior sample and a Bernoulli likelihood
    (whatever the training loss and beta were, so that models can be compared). A model with a linear output has no
    Bernoulli likelihood. A conditional model is given the `labels` (N,).
    """
    model.eval()
    device = model.device
    generator = torch.Generator(device).manual_seed(seed)
    sums: dict[str, float] = {}
    latents, errors = [], []
    for conditioned, x in _iterate_batches(model, images, labels, progress):
        posterior = conditioned.posterior(x) if isinstance(conditioned, VariationalAutoencoder) else None
        z = conditioned.encode(x) if posterior is None else posterior[0]
        logits = conditioned.decode_logits(z)
        picture = conditioned.to_image(logits).clamp(0, 1)
        latents.append(z.float().cpu())
        errors.append(F.mse_loss(picture, x, reduction="none").flatten(1).mean(dim=1).float().cpu())
        totals = {"mse": F.mse_loss(picture, x, reduction="sum") / math.prod(x.shape[1:])}
        if not conditioned.has_linear_output:
            totals["bce"] = F.binary_cross_entropy_with_logits(logits, x, reduction="sum")
        if posterior is not None:
            drawn = sample_posterior(*posterior, generator)
            totals["kl"] = compute_kl(*posterior).sum()
            if not conditioned.has_linear_output:
                totals["neg_elbo"] = (
                    F.binary_cross_entropy_with_logits(conditioned.decode_logits(drawn), x, reduction="sum")
                    + totals["kl"]
                )
        for name, value in totals.items():
            sums[name] = sums.get(name, 0.0) + float(value)
    means = {name: total / len(images) for name, total in sums.items()}
    z = torch.cat(latents)
    first = slice(2 * _choose_batch_size(images))
    conditioned = model.condition_on(None if labels is None else labels[first].to(device))
    diagnostics = conditioned.compute_diagnostics(to_floats(images[first].to(device)), z[first].to(device), generator)
    return EncodedImages(z, torch.cat(errors), means | diagnostics)


@torch.inference_mode()
def measure_latents(model: Autoencoder, images: Tensor, latents: Tensor, progress: ReportDone) -> EncodedImages:
    """Decode latents (N, d) that somebody else made of uint8 (N, C, H, W) images, and measure their `mse` per pixel."""
    size, errors = _choose_batch_size(images), []
    for i in range(0, len(images), size):
        progress(i, len(images))
        picture, x = model.decode(latents[i : i + size]), to_floats(images[i : i + size])
        errors.append(F.mse_loss(picture, x, reduction="none").flatten(1).mean(dim=1).float())
    every = torch.cat(errors)
    return EncodedImages(latents, every, {"mse": float(every.mean())})


@torch.inference_mode()
def explain_values(model: Autoencoder, images: Tensor, labels: Tensor | None = None) -> Tensor:
    """Return R^2 of each value of the samples (C * H * W,): the share of its variance that the reconstruction explains;
    below 0 where the mean would be nearer, NaN for a value that is the same in all samples."""
    x = to_floats(images).flatten(1).float()
    pairs = _iterate_batches(model, images, labels)
    back = torch.cat([net.decode(net.encode(batch)).flatten(1).float().cpu() for net, batch in pairs])
    variance = x.var(dim=0, correction=0)
    return torch.where(variance > 0, 1 - (x - back).square().mean(dim=0) / variance, torch.nan)


def evaluate_subset(model: Autoencoder, images: Tensor, labels: Tensor, *, seed: int) -> dict[str, float]:
    """Return the metrics of the first 2,048 images: enough for a learning curve, in a small part of an epoch's time."""
    return encode_images(model, images[:SUBSET_SIZE], labels[:SUBSET_SIZE], seed=seed).metrics


@torch.inference_mode()
def encode_all(
    model: Autoencoder, images: Tensor, labels: Tensor | None = None, progress: ReportDone = ignore_done
) -> Tensor:
    """Return the latents (N, d), float32 on the CPU, of uint8 (N, C, H, W) images; `labels` if conditional."""
    model.eval()
    return torch.cat([net.encode(x).float().cpu() for net, x in _iterate_batches(model, images, labels, progress)])


def measure_knn_accuracy(
    train: Tensor, train_labels: Tensor, test: Tensor, test_labels: Tensor, neighbours: int = 10,
    *, progress: ReportDone = ignore_done,
) -> float:  # fmt: skip
    """Return the accuracy of a k-NN classifier on held-out latents, fitted to training latents."""
    from sklearn.neighbors import KNeighborsClassifier

    classifier = KNeighborsClassifier(min(neighbours, len(train)))
    classifier.fit(train.numpy(), train_labels.numpy())
    right = 0
    for i in range(0, len(test), MAX_BATCH):
        progress(i, len(test))
        batch = slice(i, i + MAX_BATCH)
        right += int((classifier.predict(test[batch].numpy()) == test_labels[batch].numpy()).sum())
    return right / len(test)


def _iterate_batches(
    model: Autoencoder, images: Tensor, labels: Tensor | None, progress: ReportDone = ignore_done
) -> Iterator[tuple[Autoencoder, Tensor]]:
    """Yield batches of images as floats on the model's device, each with the model conditioned on their labels."""
    device, size = model.device, _choose_batch_size(images)
    for i in range(0, len(images), size):
        progress(i, len(images))
        conditioned = model.condition_on(None if labels is None else labels[i : i + size].to(device))
        yield conditioned, to_floats(images[i : i + size].to(device))


def _choose_batch_size(images: Tensor) -> int:
    """Return the batch size: smaller for large images, so that their features fit into memory."""
    return max(1, min(MAX_BATCH, MAX_BATCH_VALUES // math.prod(images.shape[1:])))
