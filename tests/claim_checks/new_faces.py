"""Claims about `faces-diffusion` and `faces-beta-vae`: what the one draws, and what the other learnt."""

from functools import lru_cache

import numpy as np

from latent_explorer.checkpoint import sampling
from latent_explorer.data import faces
from latent_explorer.data.faces.factors import HELD_OUT_SEED
from latent_explorer.labs.factors.factor_table import FactorTable, make_table
from latent_explorer.metrics import dci
from tests.benchmarks import face_reader
from tests.claim_checks.claim import Claim, Found, context, equal, every, model, near

COUNT = 1000
PLACE = "docs/data.md"


def measure_gap_to_faces(codes: np.ndarray) -> float:
    """Return the median distance to the nearest code of a training face."""
    return float(np.median(model("faces-vae").neighbours(codes, k=1)[1]))


@lru_cache(maxsize=1)
def measure_gaps() -> list[float]:
    """Return the distances of held-out faces, and of codes that diffusion, a mixture and the prior draw."""
    held_out = np.divide(faces.draw(faces.sample(COUNT, HELD_OUT_SEED), 64), 255, dtype=np.float32)
    drawn = [
        sampling.draw_trajectories(model(name), source, COUNT, temperature=1.0, seed=0)[-1]
        for name, source in (
            ("faces-diffusion", sampling.DIFFUSION), ("faces-vae", sampling.MIXTURE), ("faces-vae", sampling.PRIOR),
        )
    ]  # fmt: skip
    return [measure_gap_to_faces(codes) for codes in (model("faces-vae").encode(held_out), *drawn)]


def check_frechet() -> Found:
    found = face_reader.measure_distances()
    return every(
        near(found["faces-diffusion, diffusion"], 0.67, 0.15), near(found["training faces"], 0.46, 0.1),
        near(found["faces-diffusion, mixture"], 3.1, 0.6), near(found["faces-diffusion, prior"], 9.6, 1.5),
    )  # fmt: skip


@lru_cache(maxsize=2)
def get_table(name: str) -> FactorTable:
    return make_table(context(name), name)


def compare_shares(factor: str, beta: float, plain: float) -> list[Found]:
    """Compare the most that a single number tells of a factor, in both models, with what is said."""
    return [
        near(float(table.shares[table.names.index(factor)].max()), said, 0.006)
        for table, said in ((get_table("faces-beta-vae"), beta), (get_table("faces-vae"), plain))
    ]


def measure_disentanglement(name: str) -> float:
    """Return the D of DCI, as Factors shows it."""
    return dci.measure(model(name).latents, get_table(name).attributes).as_tuple[0]


CLAIMS = (
    Claim(
        PLACE,
        "3.7 from the nearest code of a training face; those that diffusion draws lie 3.9 away, those of a mixture "
        "4.2, and those of the prior 5.2",
        "medians of 1,000",
        lambda: every(*(near(a, b, 0.06) for a, b in zip(measure_gaps(), (3.7, 3.9, 4.2, 5.2), strict=True))),
    ),
    Claim(
        PLACE, "is 0.7 for diffusion, 0.5 for training faces, 3.1 for the mixture and 9.6 for the prior",
        "tests/benchmarks/face_reader.py", check_frechet, takes_minutes=True,
    ),
    Claim(
        PLACE, "five dimensions are switched off", "dimensions without variance",
        lambda: equal(int(get_table("faces-beta-vae").unused.sum()), 5),
    ),
    Claim(
        PLACE, "33% of the hat and 22% of the beard, where it tells 14% and 6% in `faces-vae`", "largest shares",
        lambda: every(*compare_shares("hat", 0.33, 0.14), *compare_shares("beard", 0.22, 0.06)),
    ),
    Claim(
        PLACE, "the best number tells 3% in place of 12%", "largest shares",
        lambda: every(*compare_shares("glasses", 0.03, 0.12)),
    ),
    Claim(
        PLACE, "The mutual information gap rises from 0.03 to 0.04", "MIG",
        lambda: every(
            near(get_table("faces-vae").gap, 0.03, 0.005), near(get_table("faces-beta-vae").gap, 0.04, 0.005)
        ),
    ),
    Claim(
        PLACE, "disentanglement by DCI does not (0.27 and 0.24)", "D of DCI",
        lambda: every(
            near(measure_disentanglement("faces-vae"), 0.27, 0.02),
            near(measure_disentanglement("faces-beta-vae"), 0.24, 0.02),
        ),
        slow=True,
    ),
    Claim(
        PLACE, "an error almost three times as large", "held-out errors in the files",
        lambda: near(
            model("faces-beta-vae").metrics["test"]["mse"] / model("faces-vae").metrics["test"]["mse"], 2.8, 0.15
        ),
    ),
    Claim(
        PLACE, "Its encoder and decoder are those of `faces-vae`", "weights",
        lambda: equal(
            all(
                np.array_equal(value, model("faces-diffusion").weights[key])
                for key, value in model("faces-vae").weights.items()
            ),
            True,
        ),
    ),
)  # fmt: skip
