"""Claims of the lesson about models of two dimensions."""

from functools import lru_cache

import numpy as np

from tests.claim_checks.claim import Claim, above, below, every, model, near, pass_share, shares

PAIR = ("mnist-ae-2d", "mnist-vae-2d")
WIDE_PAIR = ("mnist-ae", "mnist-vae")


def measure_radii(name: str) -> np.ndarray:
    return np.hypot(*model(name).latents.T)


@lru_cache(maxsize=1)
def draw_codes() -> np.ndarray:
    return np.random.default_rng(0).standard_normal((400, 2)).astype(np.float32)


def count_classes(name: str) -> np.ndarray:
    """Return how many of 400 codes from N(0, I) lie nearest to a sample of each class."""
    checkpoint = model(name)
    away = ((draw_codes()[:, None] - checkpoint.latents[None]) ** 2).sum(axis=2)
    return np.bincount(checkpoint.labels[away.argmin(axis=1)], minlength=10)


def count_grid_classes(side: int = 15) -> np.ndarray:
    """Return how many codes of a grid over the prior lie nearest to a sample of each class."""
    from scipy.spatial import cKDTree
    from scipy.stats import norm

    quantiles = norm.ppf(np.linspace(0.025, 0.975, side))
    codes = np.stack(np.meshgrid(quantiles, quantiles), axis=-1).reshape(-1, 2)
    return np.bincount(model(PAIR[1]).labels[cKDTree(model(PAIR[1]).latents).query(codes)[1]], minlength=10)


def measure_error(name: str) -> float:
    return float(model(name).metrics["test"]["mse"])


CLAIMS = (
    Claim(
        "plane", "differ in their objective alone", "configs of both but for objective and description",
        lambda: below(
            len({str({**vars(model(name).config), "objective": "", "description": ""}) for name in PAIR}), 2
        ),
    ),
    Claim(
        "plane", "some lie more than 50 away from the middle", "largest distance of a code from 0",
        lambda: above(measure_radii(PAIR[0]).max(), 50),
    ),
    Claim(
        "plane", "more than nine in ten within the outermost circle", "share of codes within 3",
        lambda: above(float((measure_radii(PAIR[1]) < 3).mean()), 0.9),
    ),
    Claim(
        "plane", "Within three deviations of N(0, I) in two dimensions lie 98.9% of its draws", "1 - exp(-r²/2)",
        lambda: near(1 - float(np.exp(-(3**2) / 2)), 0.989, 0.0005),
    ),
    Claim(
        "plane", "Every digit can be found", "least number of a class in the grid",
        lambda: above(int(count_grid_classes().min()), 5),
    ),
    Claim(
        "plane", "The square on the map holds nine tenths of the prior", "share of the prior within 2.5 to 97.5% twice",
        lambda: near(0.95**2, 0.9, 0.005),
    ),
    Claim(
        "plane", "few 0s, and hardly any 1s, 5s and 8s", "share of 400 draws nearest to one of these classes",
        lambda: below(count_classes(PAIR[0])[[0, 1, 5, 8]].sum() / 400, 0.05),
    ),
    Claim(
        "plane", "the autoencoder has put its 2s, 4s, 7s and 9s", "share of 400 draws nearest to each",
        lambda: above(count_classes(PAIR[0])[[2, 4, 7, 9]].min() / 400, 0.1),
    ),
    Claim(
        "plane", "In the disc of the VAE every digit has a place", "least share of a class in 400 draws",
        lambda: above(count_classes(PAIR[1]).min() / 400, 0.04),
    ),
    Claim(
        "plane", "most of both walls unlike the data", "judge on 400 draws of each",
        lambda: every(*(below(pass_share(model(name).decode(draw_codes())), 0.5) for name in PAIR)),
    ),
    Claim(
        "plane", "With 32 numbers both copy far better", "largest ratio of the held-out errors",
        lambda: below(
            max(measure_error(wide) / measure_error(name) for wide, name in zip(WIDE_PAIR, PAIR, strict=True)), 0.5
        ),
    ),
    Claim(
        "plane", "From N(0, I) the VAE then draws better", "judged share of draws, 32 numbers less two",
        lambda: above(shares("mnist-vae").drawn - pass_share(model(PAIR[1]).decode(draw_codes())), 0.1),
    ),
    Claim(
        "plane", "the autoencoder hardly any digit", "judged share of draws",
        lambda: below(shares("mnist-ae").drawn, 0.02),
    ),
    Claim(
        "plane", "the VAE's copies are barely worse", "ratio of the held-out errors",
        lambda: every(
            above(measure_error(PAIR[1]) / measure_error(PAIR[0]), 1),
            below(measure_error(PAIR[1]) / measure_error(PAIR[0]), 1.05),
        ),
    ),
)  # fmt: skip
