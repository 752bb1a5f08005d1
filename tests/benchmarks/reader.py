"""Print what a reader of digits says of the models: Frechet distances, labels, and the middles between two samples.

    LATENT_EXPLORER_DATA=DIR python tests/benchmarks/reader.py

The reader is a small classifier that learns MNIST's training digits within a minute, always the same way. It is none of
the models and no part of the window.
"""

from functools import lru_cache

import numpy as np
import torch
from torch import nn

import latent_explorer
from latent_explorer.arrays import Floats
from latent_explorer.data import datasets

EPOCHS, BATCH_SIZE, SAMPLES = 3, 128, 10_000


class Reader:
    """A convolutional network from pictures (N, 1, 28, 28) to ten digits; its hidden layer has 64 units."""

    def __init__(self) -> None:
        data = _load_images()
        torch.manual_seed(0)
        self.hidden = nn.Sequential(
            nn.Conv2d(1, 16, 4, 2, 1), nn.SiLU(), nn.Conv2d(16, 32, 4, 2, 1), nn.SiLU(), nn.Flatten(),
            nn.Linear(32 * 49, 64), nn.SiLU(),
        )  # fmt: skip
        self.last = nn.Linear(64, 10)
        parameters = [*self.hidden.parameters(), *self.last.parameters()]
        optimiser, (images, labels) = torch.optim.AdamW(parameters), data["train"]
        steps = EPOCHS * (len(images) // BATCH_SIZE)
        schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 5e-3, total_steps=steps)
        for epoch in range(EPOCHS):
            order = torch.randperm(len(images), generator=torch.Generator().manual_seed(epoch))
            for batch in order[: steps // EPOCHS * BATCH_SIZE].split(BATCH_SIZE):
                optimiser.zero_grad()
                x = datasets.to_floats(images[batch])
                nn.functional.cross_entropy(self.last(self.hidden(x)), labels[batch]).backward()
                optimiser.step()
                schedule.step()

    def _compute(self, pictures: Floats) -> tuple[Floats, Floats]:
        with torch.inference_mode():
            parts = [self.hidden(one) for one in torch.from_numpy(np.asarray(pictures, np.float32)).split(1000)]
            hidden = torch.cat(parts)
            return hidden.numpy(), self.last(hidden).softmax(dim=1).numpy()

    def read(self, pictures: Floats) -> Floats:
        """Return the probabilities of the ten digits, (N, 10)."""
        return self._compute(pictures)[1]

    def compute_frechet_distance(self, first: Floats, second: Floats) -> float:
        """Return the Frechet distance of two sets of pictures in the hidden layer."""
        return compute_frechet_distance(self._compute(first)[0], self._compute(second)[0])


def compute_frechet_distance(first: Floats, second: Floats) -> float:
    """Return the Frechet distance of two sets of activations (N, k) (Heusel et al. 2017, equation 6)."""
    (m, c), (n, d) = (_describe(one) for one in (first, second))
    # trace of the root of C D, from the eigenvalues of the symmetric root of C, D between
    values, vectors = np.linalg.eigh(c)
    root = (vectors * np.sqrt(np.maximum(values, 0))) @ vectors.T
    both = np.sqrt(np.maximum(np.linalg.eigvalsh(root @ d @ root), 0)).sum()
    return float(np.square(m - n).sum() + np.trace(c) + np.trace(d) - 2 * both)


@lru_cache(maxsize=1)
def train_reader() -> Reader:
    return Reader()


@lru_cache(maxsize=1)
def _load_images() -> dict[str, tuple[torch.Tensor, torch.Tensor]]:
    data = datasets.load(latent_explorer.load("mnist-vae", "cpu").config.data, download=False)
    return {"train": (data.train.images, data.train.labels), "test": (data.test.images, data.test.labels)}


def load_split(name: str) -> tuple[Floats, np.ndarray]:
    """Return the images (N, 1, 28, 28) from 0 to 1 and the labels (N,) of "train" or "test"."""
    images, labels = _load_images()[name]
    return datasets.to_floats(images).numpy(), labels.numpy()


def _describe(hidden: Floats) -> tuple[np.ndarray, np.ndarray]:
    return hidden.mean(axis=0, dtype=np.float64), np.cov(hidden.T.astype(np.float64))


def measure_accuracy() -> float:
    images, labels = load_split("test")
    return float((train_reader().read(images).argmax(axis=1) == labels).mean())


def measure_frechet_distances() -> dict[str, float]:
    """Return the distances to the held-out digits of training digits, and of samples of `mnist-diffusion`."""
    reader, model = train_reader(), latent_explorer.load("mnist-diffusion", "cpu")
    test, train = load_split("test")[0], load_split("train")[0]
    random = np.random.default_rng(0)
    prior = random.standard_normal((SAMPLES, model.latent_dim)).astype(np.float32)
    sets = {
        "training digits": train[random.permutation(len(train))[:SAMPLES]],
        "copies of held-out digits": model.decode(model.encode(test)),
        "diffusion": model.decode(model.generate(SAMPLES, seed=0)[-1]),
        "prior": model.decode(prior),
    }
    return {name: reader.compute_frechet_distance(pictures, test) for name, pictures in sets.items()}


def measure_label_share(count: int = 1000) -> float:
    """Return how often codes of held-out digits, decoded under each of the ten labels, are read as that label."""
    model, reader = latent_explorer.load("mnist-conditional", "cpu"), train_reader()
    images, labels = (one[:count] for one in load_split("test"))
    z, told = np.repeat(model.encode(images, labels), 10, axis=0), np.tile(np.arange(10), count)
    return float((reader.read(model.decode(z, told)).argmax(axis=1) == told).mean())


def measure_middles(name: str, count: int = 1000) -> Floats:
    """Return how sure the reader is of its reading half-way between two samples of different classes, (count,)."""
    model, random = latent_explorer.load(name, "cpu"), np.random.default_rng(0)
    a, b = random.integers(0, len(model.latents), (2, 4 * count))
    a, b = (one[model.labels[a] != model.labels[b]][:count] for one in (a, b))
    return train_reader().read(model.decode((model.latents[a] + model.latents[b]) / 2)).max(axis=1)


def main() -> None:
    print(f"the reader is right on {measure_accuracy():.1%} of the held-out digits")
    for name, distance in measure_frechet_distances().items():
        print(f"Frechet distance to them, {name:26} {distance:7.2f}")
    print(f"mnist-conditional: under a label, read as that label {measure_label_share():.1%}")
    for name in ("mnist-ae", "mnist-vae", "mnist-cnn-ae", "mnist-cnn-vae"):
        sure = measure_middles(name)
        print(f"{name}: half-way between two classes, read with more than 90% confidence {np.mean(sure > 0.9):.1%}")


if __name__ == "__main__":
    main()
