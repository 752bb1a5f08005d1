"""Claims of the lesson about latent diffusion."""

from functools import lru_cache

import numpy as np
import torch

from latent_explorer.checkpoint import sampling
from latent_explorer.models.diffusion import compute_alpha_bar
from tests.claim_checks.autoencoder import read
from tests.claim_checks.claim import Claim, Found, above, below, equal, every, model, near, pass_share

MODEL = "mnist-diffusion"
SEED, PICTURE = 1, 5
"""Seed of the first wall, and the picture whose way is shown."""


@lru_cache(maxsize=4)
def measure_share(source: str, temperature: float = 1.0) -> float:
    """Return the share of 1,000 draws that look like the data."""
    z = sampling.draw_trajectories(model(MODEL), source, 1000, temperature=temperature, seed=0)[-1]
    return pass_share(model(MODEL).decode(z))


@lru_cache(maxsize=1)
def draw_ways() -> np.ndarray:
    return model(MODEL).generate(40, seed=SEED)


def read_way(step: int) -> int:
    """Return the class that a step of the shown way is read as."""
    (picture,) = model(MODEL).decode(draw_ways()[step, [PICTURE]])
    return int(np.bincount(read(picture, MODEL, 9)).argmax())


def check_middle() -> Found:
    """Check that at temperature 0 all pictures are one, which is unlike the data."""
    z = model(MODEL).generate(4, seed=SEED, temperature=0.0)[-1]
    return every(below(float(np.abs(z - z[0]).max()), 1e-6), equal(pass_share(model(MODEL).decode(z)), 0.0))


def check_same_noise() -> Found:
    again = model(MODEL).generate(40, seed=SEED)
    return every(equal(len(again), 51), below(float(np.abs(again - draw_ways()).max()), 1e-6))


def check_schedule() -> Found:
    """Check that the share of the code in the mixture runs from 1 to 0."""
    share = compute_alpha_bar(torch.linspace(0, 1, 50)).tolist()
    return every(above(share[0], 0.999), below(share[-1], 0.001), below(float(np.diff(share).max()), 1e-9))


CLAIMS = (
    Claim(
        "diffusion", "One autoencoder of 16 numbers", "latent dimensions", lambda: equal(model(MODEL).latent_dim, 16)
    ),
    Claim(
        "diffusion", "a VAE with a small weight of its KL, beta 0.1", "config",
        lambda: equal(model(MODEL).config.objective.beta, 0.1),
    ),
    Claim(
        "diffusion", "Of 1,000 draws 12% of the prior's pictures and 70% of the diffusion's look like the data",
        "judge on 1,000 draws",
        lambda: every(near(measure_share("prior"), 0.12, 0.02), near(measure_share("diffusion"), 0.70, 0.02)),
    ),
    Claim(
        "diffusion", "At the left end it is nearer to an 8, at the right end it is a 5", "nearest copies of both ends",
        lambda: equal([read_way(0), read_way(-1)], [8, 5]),
    ),
    Claim("diffusion", "with a from 1 to 0", "share of the code in the mixture", check_schedule),
    Claim("diffusion", "the same noise gives the same picture", "two ways from one seed, steps", check_same_noise),
    Claim(
        "diffusion", "16 numbers instead of 784 grey values, 49 times fewer", "pixels over numbers",
        lambda: equal(int(np.prod(model(MODEL).image_shape)) / model(MODEL).latent_dim, 49.0),
    ),
    Claim(
        "diffusion", "at temperature 0 all forty pictures are one and the same, unlike the data", "four draws",
        check_middle,
    ),
    Claim(
        "diffusion", "52% look like the data at temperature 0.4, 70% at 1", "judge on 1,000 draws",
        lambda: every(
            near(measure_share("diffusion", 0.4), 0.52, 0.02), near(measure_share("diffusion"), 0.70, 0.02)
        ),
        slow=True,
    ),
)  # fmt: skip
