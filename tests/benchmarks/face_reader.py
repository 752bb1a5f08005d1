"""Print what can be read of faces that the shipped models copy, and how far new ones are from drawn ones.

    python tests/benchmarks/face_reader.py

The reader is a small network that learns to read the fifteen factors of drawn faces within some minutes, always the
same way. It is none of the models and no part of the window.
"""

from collections.abc import Mapping
from functools import lru_cache

import numpy as np
import torch
from torch import nn

import latent_explorer
from latent_explorer.arrays import Floats
from latent_explorer.checkpoint import sampling
from latent_explorer.data import datasets, faces
from latent_explorer.data.faces.factors import HELD_OUT, HELD_OUT_SEED, TRAINING, TRAINING_SEED
from tests.benchmarks.reader import compute_frechet_distance

EPOCHS, BATCH_SIZE, SAMPLES = 4, 128, 2000


class FaceReader:
    """A convolutional network from pictures (N, 3, 64, 64) to their factors; its hidden layer has 64 units."""

    def __init__(self) -> None:
        images = _load_faces().train.images
        wanted = torch.from_numpy(_standardise(faces.sample(TRAINING, TRAINING_SEED)))
        torch.manual_seed(0)
        self.hidden = nn.Sequential(
            nn.Conv2d(3, 16, 4, 2, 1), nn.SiLU(), nn.Conv2d(16, 32, 4, 2, 1), nn.SiLU(), nn.Conv2d(32, 48, 4, 2, 1),
            nn.SiLU(), nn.Flatten(), nn.Linear(48 * 64, 64), nn.SiLU(),
        )  # fmt: skip
        self.last = nn.Linear(64, wanted.shape[1])
        parameters = [*self.hidden.parameters(), *self.last.parameters()]
        optimiser, steps = torch.optim.AdamW(parameters), EPOCHS * (len(images) // BATCH_SIZE)
        schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 4e-3, total_steps=steps)
        for epoch in range(EPOCHS):
            order = torch.randperm(len(images), generator=torch.Generator().manual_seed(epoch))
            for batch in order[: steps // EPOCHS * BATCH_SIZE].split(BATCH_SIZE):
                optimiser.zero_grad()
                read = self.last(self.hidden(datasets.to_floats(images[batch])))
                nn.functional.mse_loss(read, wanted[batch]).backward()
                optimiser.step()
                schedule.step()

    def _hide(self, pictures: Floats) -> Floats:
        with torch.inference_mode():
            parts = [self.hidden(one) for one in torch.from_numpy(np.asarray(pictures, np.float32)).split(500)]
            hidden: Floats = torch.cat(parts).numpy()
        return hidden

    def explain(self, pictures: Floats, factors: dict[str, np.ndarray]) -> dict[str, float]:
        """Return R² of the reading of each factor; of the hair, which comes last, that over its four columns."""
        wanted = _standardise(factors)
        with torch.inference_mode():
            read = self.last(torch.from_numpy(self._hide(pictures))).numpy()
        each = 1 - np.square(read - wanted).mean(axis=0)
        return {**dict(zip(list_numbers(factors), each.tolist(), strict=False)), "hair": float(each[-4:].mean())}

    def measure_distance(self, first: Floats, second: Floats) -> float:
        return compute_frechet_distance(self._hide(first), self._hide(second))


@lru_cache(maxsize=1)
def train_reader() -> FaceReader:
    return FaceReader()


@lru_cache(maxsize=1)
def _load_faces() -> datasets.Dataset:
    return datasets.load(latent_explorer.load("faces-vae", "cpu").config.data)


def list_numbers(factors: Mapping[str, object]) -> list[str]:
    """Return the factors that are one number each."""
    return [name for name in factors if name != "hair"]


def _standardise(factors: dict[str, np.ndarray]) -> Floats:
    """Return the factors (N, 18) with mean 0 and deviation 1; the hair, which has no order, as four of them."""
    hair = np.asarray(factors["hair"])
    columns = [np.asarray(factors[name], np.float32) for name in list_numbers(factors)]
    columns += [(hair == kind).astype(np.float32) for kind in range(4)]
    rows = np.stack(columns, axis=1)
    standard: Floats = ((rows - rows.mean(axis=0)) / rows.std(axis=0)).astype(np.float32)
    return standard


def load_held_out() -> Floats:
    floats: Floats = datasets.to_floats(_load_faces().test.images).numpy()
    return floats


def read_copies() -> dict[str, dict[str, float]]:
    """Return R² of what the reader reads of the held-out faces and of their copies by models."""
    held_out, factors = load_held_out(), faces.sample(HELD_OUT, HELD_OUT_SEED)
    pictures = {"originals": held_out}
    for name in ("faces-ae", "faces-vae"):
        model = latent_explorer.load(name, "cpu")
        pictures[name] = model.decode(model.encode(held_out))
    return {name: train_reader().explain(some, factors) for name, some in pictures.items()}


def measure_distances() -> dict[str, float]:
    """Return the distances to the held-out faces of training faces, and of new ones by several models and sources."""
    held_out, real = load_held_out(), datasets.to_floats(_load_faces().train.images[:SAMPLES]).numpy()
    sets = {"training faces": real}
    for name, source in (
        ("faces-diffusion", sampling.DIFFUSION), ("faces-diffusion", sampling.PRIOR),
        ("faces-diffusion", sampling.MIXTURE), ("faces-ae", sampling.MIXTURE), ("faces-beta-vae", sampling.PRIOR),
    ):  # fmt: skip
        model = latent_explorer.load(name, "cpu")
        codes = sampling.draw_trajectories(model, source, SAMPLES, temperature=1.0, seed=0)[-1]
        sets[f"{name}, {source}"] = model.decode(codes)
    return {name: train_reader().measure_distance(pictures, held_out) for name, pictures in sets.items()}


if __name__ == "__main__":
    found = read_copies()
    print(f"{'R^2 of what is read of held-out faces':40}" + "".join(f"{name:>12}" for name in found))
    for factor in next(iter(found.values())):
        print(f"{factor:40}" + "".join(f"{read[factor]:12.2f}" for read in found.values()))
    for name, distance in measure_distances().items():
        print(f"Frechet distance to them, {name:26} {distance:7.2f}")
