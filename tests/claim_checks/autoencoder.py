"""Further claims of the lesson about what an autoencoder is; `lessons` holds those about its map."""

from functools import lru_cache

import numpy as np
from scipy.spatial import cKDTree

from latent_explorer import resources
from latent_explorer.checkpoint import snapshots
from latent_explorer.scene import realism
from tests.claim_checks.claim import Claim, above, below, copies, equal, every, find_dot, find_verdict, model

EIGHT = (0.4039, 0.5723)
"""Place of the 8 whose code is changed by hand."""
CHANGED, VALUE = 30, -2.89
"""Dimension that is changed, and the value that it is set to."""
UNUSED_VARIANCE = 0.01


@lru_cache(maxsize=1)
def change_eight() -> tuple[np.ndarray, np.ndarray]:
    """Return the pictures of the 8, as it is and with one number changed."""
    z = np.repeat(model("mnist-vae").latents[[find_dot(*EIGHT)]], 2, axis=0)
    z[1, CHANGED] = VALUE
    before, after = model("mnist-vae").decode(z)
    return before, after


def read(picture: np.ndarray, name: str = "mnist-vae", count: int = 8) -> list[int]:
    """Return the classes of the samples whose copies are nearest to a picture."""
    reference = copies(name).reshape(len(model(name).latents), -1)
    nearest = np.argsort(np.square(reference - picture.ravel()).sum(axis=1))[:count]
    labels: list[int] = model(name).labels[nearest].tolist()
    return labels


def measure_changed_share() -> float:
    """Return the share of the lit pixels that change visibly."""
    before, after = change_eight()
    lit = np.maximum(before, after) > 0.2
    return float((np.abs(before - after)[lit] > 0.2).mean())


@lru_cache(maxsize=1)
def measure_purity() -> tuple[float, float]:
    """Return how often the nearest code is of the same class, before and after the training of the film."""
    film = snapshots.load(resources.find_folder("checkpoints") / "digits-training.snapshots")
    first, last = (
        cKDTree(moment.latents).query(moment.latents, k=2)[1][:, 1] for moment in (film.moments[0], film.moments[-1])
    )
    return float((film.labels[first] == film.labels).mean()), float((film.labels[last] == film.labels).mean())


CLAIMS = (
    Claim(
        "autoencoder", "10,000 of the 60,000 pictures of MNIST that the network learnt from",
        "samples and training images",
        lambda: every(
            equal((len(model("mnist-vae").latents), model("mnist-vae").made_by["train_images"]), (10_000, 60_000)),
            below(int(model("mnist-vae").indices.max()), 60_000),
        ),
    ),
    Claim(
        "autoencoder", "the 8 has become a 0", "classes of the nearest copies",
        lambda: equal([set(read(one)) for one in change_eight()], [{8}, {0}]),
    ),
    Claim(
        "autoencoder", "whole pictures change", "share of the lit pixels that change",
        lambda: above(measure_changed_share(), 0.5),
    ),
    Claim(
        "autoencoder", "19 of the 32 numbers do nothing here", "numbers of the code that do not vary",
        lambda: equal(int((model("mnist-vae").neighbours.variance < UNUSED_VARIANCE).sum()), 19),
    ),
    Claim(
        "autoencoder", "the nearest code is mostly of the same class", "nearest codes of the same class, before, after",
        lambda: every(below(measure_purity()[0], 0.6), above(measure_purity()[1], 0.9)),
    ),
    Claim(
        "autoencoder", "Here the judge calls it unlike the data", "verdict in the gap",
        lambda: equal(find_verdict(0.575, 0.315), realism.UNUSUAL.words),
    ),
)  # fmt: skip
