"""Claims about the judge of drawn faces: what it passes of held-out faces, of hybrids and of what the models draw."""

from functools import lru_cache

import numpy as np
from scipy.ndimage import gaussian_filter

from latent_explorer.arrays import Floats
from latent_explorer.checkpoint.judge import USUAL_SHARE
from latent_explorer.data import faces
from latent_explorer.data.faces.factors import HELD_OUT_SEED
from tests.benchmarks import hybrids
from tests.claim_checks.claim import Claim, Found, below, equal, every, model, near, shares

COUNT = 2000
PLACE = "docs/data.md"
ROWS = {
    "faces-ae": (0.93, 0.87, 0.10, 0.0), "faces-vae": (0.92, 0.85, 0.14, 0.06),
    "faces-beta-vae": (0.94, 0.90, 0.29, 0.50), "faces-diffusion": (0.91, 0.86, 0.16, 0.08),
}  # fmt: skip


def measure_pass(pictures: Floats) -> float:
    """Return the share of pictures (N, 3, 64, 64) that the judge takes for faces of the data set."""
    plausibility = model("faces-vae").require_judge().compute_plausibility(np.asarray(pictures, np.float32))
    return float((plausibility >= USUAL_SHARE).mean())


@lru_cache(maxsize=1)
def measure_made() -> dict[str, float]:
    """Return the shares of held-out faces, of hybrids of them and of noise that pass."""
    factors = faces.sample(COUNT, HELD_OUT_SEED)
    images = np.divide(faces.draw(factors, 64), 255, dtype=np.float32)
    made = hybrids.make_hybrids(images, factors["hair"])
    passed = {kind: measure_pass(pictures) for kind, pictures in made.items()}
    noise = np.random.default_rng(0).random((500, *images.shape[1:]))
    return {"real": measure_pass(images), "noise": measure_pass(noise), **passed}


def check_made() -> Found:
    real, noise, *hybrids_ = measure_made().values()
    return every(near(real, 0.92, 0.0051), equal(noise, 0.0), below(max(hybrids_), 0.0151))


def check_blurred() -> Found:
    """Check how many of the held-out faces pass after a Gaussian of one and of three pixels."""
    images = np.divide(faces.draw(faces.sample(COUNT, HELD_OUT_SEED), 64), 255, dtype=np.float32)
    slightly, much = (measure_pass(gaussian_filter(images, (0, 0, width, width))) for width in (1, 3))
    return every(near(slightly, 0.96, 0.0051), near(much, 0.002, 0.00051))


def check_row(name: str) -> Found:
    """Check a row of the table; chance moves copies, which are of other samples than the table's, by two points."""
    found = shares(name)
    copies = measure_pass(model(name).decode(model(name).latents[::5]))
    told, within = (copies, found.near, found.apart, found.drawn), (0.021, 0.0051, 0.0051, 0.0051)
    return every(*map(near, told, ROWS[name], within))


@lru_cache(maxsize=1)
def measure_new_faces() -> float:
    return measure_pass(model("faces-diffusion").decode(model("faces-diffusion").generate(400)[-1]))


def check_new_faces() -> Found:
    return every(near(shares("faces-vae").drawn, ROWS["faces-vae"][-1], 0.0051), near(measure_new_faces(), 0.86, 0.01))


CLAIMS = (
    Claim(
        PLACE,
        "Of held-out faces 92% look like the data to it; of two of different hair, mixed in their pixels, the brighter "
        "or the darker of both, left and right or upper and lower halves, at most 1%; noise never",
        "judge on 2,000 of each", check_made, slow=True,
    ),
    *(
        Claim(PLACE, f"| `{name}` |", f"judge on {name}", lambda name=name: check_row(name), slow=True)
        for name in ROWS
    ),
    Claim(
        PLACE, "Of the faces that `faces-diffusion` draws 86% do", "judge on 400",
        lambda: near(measure_new_faces(), 0.86, 0.01), slow=True,
    ),
    Claim(
        PLACE, "of held-out faces blurred by a Gaussian of one pixel 96% pass, of three pixels 0.2%",
        "judge on 2,000 of each", check_blurred, slow=True,
    ),
    Claim(
        "README.md",
        "Of the faces it passes 92%, of two faces laid over each other or put together from halves at most 1%",
        "judge on 2,000 of each", check_made, slow=True,
    ),
    Claim(
        "README.md", "of those that `faces-vae` draws from its prior 6%, and of those that `faces-diffusion` draws 86%",
        "judge on 400 of each", check_new_faces, slow=True,
    ),
)  # fmt: skip
