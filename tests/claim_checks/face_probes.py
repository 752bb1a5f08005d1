"""Claims about what `faces-ae` and `faces-vae` keep of drawn faces: what probes read from their codes, and what of a
factor is seen in the copies."""

import numpy as np

from latent_explorer.data import faces
from latent_explorer.data.faces.factors import FACTORS, HELD_OUT_SEED, Continuous
from latent_explorer.labs.arithmetic.attribute_direction import find_probes
from tests.claim_checks.claim import Claim, Found, above, context, every, model, near
from tests.claim_checks.factors import bend_all

PLACE = "docs/data.md"
COLUMNS = (
    ("head turn", "nod", "face width", "skin tone"), ("background hue", "shirt hue"), ("hair colour",), ("smile",),
    ("mouth opening",), ("eye size",), ("brow tilt",), ("glasses",), ("beard",), ("hair", "hat"),
)  # fmt: skip
ROWS = {
    "faces-ae": ((0.98, 1.0), (0.98, 0.99), 0.98, 0.97, 0.98, 0.97, 0.97, 1.0, 1.0, 1.0),
    "faces-vae": ((0.96, 0.99), (0.99, 1.0), 0.98, 0.93, 0.98, 0.96, 0.96, 1.0, 0.99, 1.0),
}


def measure_scores(name: str, columns: tuple[str, ...]) -> tuple[float, float]:
    """Return the smallest and the largest score of the linear probes of some factors, on held-out faces."""
    found = [probe.score for column in columns if (probe := find_probes(context(name), name)[column]) is not None]
    assert len(found) == len(columns)
    return min(found), max(found)


def measure_explained_share(factor: str) -> float:
    """Return how much of the difference between faces at both ends of a factor's range `faces-ae` copies: its part
    along that difference."""
    held_out, end = faces.sample(300, HELD_OUT_SEED), FACTORS[factor]
    assert isinstance(end, Continuous)
    changes = []
    for read in (lambda x: x, model("faces-ae").reconstruct):
        low, high = (
            read(np.divide(faces.draw({**held_out, factor: np.full(300, value)}, 64), 255, dtype=np.float32))
            for value in (end.low, end.high)
        )
        changes.append(high - low)
    drawn, copied = changes
    return float((drawn * copied).sum() / np.square(drawn).sum())


def check_row(name: str) -> Found:
    checks = []
    for columns, said in zip(COLUMNS, ROWS[name], strict=True):
        low, high = said if isinstance(said, tuple) else (said, said)
        least, most = measure_scores(name, columns)
        checks += [near(least, low, 0.0051), near(most, high, 0.0051)]
    return every(*checks)


CLAIMS = (
    *(
        Claim(PLACE, f"| `{name}` |", "linear probes on held-out faces", lambda name=name: check_row(name))
        for name in ROWS
    ),
    Claim(
        PLACE, "a kernel regression reads every factor from the codes of `faces-vae` with R² 0.96 and more",
        "R² of the kernel regression", lambda: above(min(bend_all().values()), 0.955),
    ),
    Claim(
        PLACE, "They copy held-out faces with squared errors of 0.00077 and 0.00082", "held-out errors in the files",
        lambda: every(
            near(model("faces-ae").metrics["test"]["mse"], 0.00077, 5e-6),
            near(model("faces-vae").metrics["test"]["mse"], 0.00082, 5e-6),
        ),
    ),
    Claim(
        "docs/training.md",
        "the error is 0.0008, and 88%, 92%, 91% and 96% of the four factors' differences are explained",
        "held-out error, and shares of 300 held-out faces",
        lambda: every(
            near(model("faces-ae").metrics["test"]["mse"], 0.0008, 5e-5),
            *(
                near(measure_explained_share(factor), said, 0.0071)
                for factor, said in zip(
                    ("smile", "mouth_opening", "eye_size", "brow_tilt"), (0.88, 0.92, 0.91, 0.96), strict=True
                )
            ),
        ),
    ),
)  # fmt: skip
