"""Claims of the lesson about the two terms of the ELBO."""

from dataclasses import replace
from functools import lru_cache

import numpy as np

import latent_explorer
from latent_explorer import resources
from latent_explorer.checkpoint.checkpoint import Checkpoint
from tests.claim_checks.claim import (
    Claim,
    Found,
    above,
    below,
    between,
    copies,
    equal,
    every,
    find_dot,
    model,
    near,
)
from tests.claim_checks.plane import count_grid_classes

PLANE = "mnist-vae-2d"
ZERO, EIGHT = (0.55, 0.28), (0.4039, 0.5723)
"""Places of the 0 on the plane, and of the 8 on the map of `mnist-vae`."""
BETAS = ("0.1", "0.3", "1", "2", "3", "10")


@lru_cache(maxsize=2)
def encode_copies(name: str, step: int) -> tuple[np.ndarray, np.ndarray]:
    """Return means and deviations of the posteriors of every `step`-th sample's copy."""
    return model(name).posterior(copies(name)[::step])


def find_posterior(name: str, xy: tuple[float, float]) -> tuple[np.ndarray, np.ndarray]:
    mean, sigma = model(name).posterior(copies(name)[[find_dot(*xy, name)]])
    return mean[0], sigma[0]


def compare_rim() -> float:
    """Return the deviations of the posteriors beyond 2.5 over those within 1 of the middle."""
    _, sigma = encode_copies(PLANE, 10)
    radius = np.hypot(*model(PLANE).latents[::10].T)
    return float(np.median(sigma[radius > 2.5]) / np.median(sigma[radius < 1]))


@lru_cache(maxsize=1)
def load_sweep() -> tuple[Checkpoint, ...]:
    folder = resources.find_folder("checkpoints") / "digits-beta"
    return tuple(latent_explorer.load(str(folder / f"digits-vae-beta-{one}.safetensors"), "cpu") for one in BETAS)


def check_sweep() -> Found:
    """Check that the six models differ in beta alone."""
    alike = {
        str(replace(one.config, objective=replace(one.config.objective, beta=0.0), description=""))
        for one in load_sweep()
    }
    return equal((len(alike), [f"{one.config.objective.beta:g}" for one in load_sweep()]), (1, list(BETAS)))


def measure_collapse() -> float:
    """Return the largest spread of a pixel over the copies at beta 10."""
    last = load_sweep()[-1]
    return float(last.decode(last.latents).std(axis=0).max())


def measure_kl() -> np.ndarray:
    """Return the mean KL of each number of the code of `mnist-vae`, in nats."""
    mean, sigma = encode_copies("mnist-vae", 20)
    return (mean**2 + sigma**2 - 1 - np.log(sigma**2)).mean(axis=0) / 2


def check_whiskers() -> Found:
    """Check that 13 numbers of the 8 are known, and that the others are as the prior."""
    mean, sigma = find_posterior("mnist-vae", EIGHT)
    known = sigma < 0.5
    others = np.abs(mean[~known]).max(), np.abs(sigma[~known] - 1).max()
    return every(equal(int(known.sum()), 13), below(float(max(others)), 0.05))


CLAIMS = (
    Claim(
        "elbo", "σ is between 0.04 and 0.05, and the codes of all samples spread over about 1",
        "posterior of the 0, codes",
        lambda: every(
            near(float(find_posterior(PLANE, ZERO)[1].mean()), 0.045, 0.005),
            near(float(model(PLANE).latents.std(axis=0).mean()), 1, 0.2),
        ),
    ),
    Claim(
        "elbo", "They are small in the crowded middle and large at the rim", "deviations, beyond 2.5 over within 1",
        lambda: above(compare_rim(), 2),
    ),
    Claim("elbo", "Six models that differ in that price, beta", "configs of the sweep", check_sweep),
    Claim(
        "elbo", "all ten pictures are copied as one and the same grey mean", "spread of a pixel over all copies",
        lambda: below(measure_collapse(), 0.001),
    ),
    Claim(
        "elbo", "Sharper copies, at a KL of 11.8 nats for beta 0.1", "held-out KL; error over that at beta 1",
        lambda: every(
            near(load_sweep()[0].metrics["test"]["kl"], 11.8, 0.05),
            below(load_sweep()[0].metrics["test"]["mse"] / load_sweep()[2].metrics["test"]["mse"], 0.8),
        ),
    ),
    Claim(
        "elbo", "Down to 27 it gets without a code", "reconstruction at beta 10, where the KL is 0",
        lambda: every(
            near(load_sweep()[-1].metrics["test"]["neg_elbo"], 27, 0.1),
            below(load_sweep()[-1].metrics["test"]["kl"], 0.05),
        ),
    ),
    Claim(
        "elbo", "the 2s, 4s, 5s and 6s have about an eighth of the square each, the 0s the least",
        "fine grid over the prior by nearest sample",
        lambda: every(
            above(int(count_grid_classes().min()), 0),
            between((count_grid_classes(101)[[2, 4, 5, 6]] / 101**2).tolist(), 1 / 8 - 0.006, 1 / 8 + 0.006),
            equal(int(count_grid_classes(101).argmin()), 0),
        ),
    ),
    Claim("elbo", "Thirteen whiskers are short", "posterior of the 8", check_whiskers),
    Claim(
        "elbo", "z 31, the first row, with about 2.5 of the 21 nats", "largest KL of a number; held-out KL",
        lambda: every(
            equal(int(measure_kl().argmax()) + 1, 31), near(float(measure_kl().max()), 2.5, 0.2),
            near(model("mnist-vae").metrics["test"]["kl"], 21, 0.5),
        ),
    ),
    Claim(
        "elbo", "its whisker was the shortest or nearly so", "rank of its deviation, from 0",
        lambda: below(int((find_posterior("mnist-vae", EIGHT)[1].argsort() == 30).argmax()), 3),
    ),
)  # fmt: skip
