"""A data set as a trained model sees it: every image is encoded once, for the metrics, the maps and the probes."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from latent_explorer.data.dataset import Dataset
from latent_explorer.data.datasets import DatasetParts
from latent_explorer.metrics import reconstruction
from latent_explorer.metrics.reconstruction import EncodedImages
from latent_explorer.models import Autoencoder
from latent_explorer.time_left import ReportDone, ignore_done


@dataclass(frozen=True, eq=False)
class EncodedData:
    """The latents of a data set; `train` and `held_out` are without the classes left out."""

    latents: Tensor
    """(N, d) of all images, training images first."""
    labels: Tensor
    """(N,) of all images."""
    train: Tensor
    """(N, d) of the training images."""
    held_out: EncodedImages
    left_out: EncodedImages | None
    """None if no image is left out."""


def encode(
    model: Autoencoder, dataset: Dataset, parts: DatasetParts, *, seed: int = 0,
    begin_step: Callable[[str], ReportDone] = lambda title: ignore_done,
) -> EncodedData:  # fmt: skip
    """Encode the images of `dataset`, which `parts` splits; `seed` is that of the metrics. `begin_step` is called with
    the title of each step."""
    labels = torch.cat([dataset.train.labels, dataset.test.labels])
    measuring = begin_step(f"measuring {len(parts.held_out):,} held-out {dataset.kind.words.many}")
    held_out = reconstruction.encode_images(
        model, parts.held_out.images, parts.held_out.labels, seed=seed, progress=measuring
    )
    encoding = begin_step(f"encoding {len(parts.train):,} {dataset.kind.words.many}")
    train = reconstruction.encode_all(model, parts.train.images, parts.train.labels, encoding)
    learnt = torch.cat([train, held_out.latents])
    if not parts.left_out:
        return EncodedData(learnt, labels, train, held_out, None)
    left_out = reconstruction.encode_images(model, parts.left_out.images, parts.left_out.labels, seed=seed)
    away, latents = torch.isin(labels, parts.left_out.labels), learnt.new_empty(len(labels), learnt.shape[1])
    latents[~away], latents[away] = learnt, left_out.latents
    return EncodedData(latents, labels, train, held_out, left_out)
