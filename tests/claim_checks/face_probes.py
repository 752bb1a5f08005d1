"""Claims about what probes read of drawn faces from the codes of `faces-ae` and `faces-vae`."""

from latent_explorer.labs.arithmetic.attribute_direction import find_probes
from tests.claim_checks.claim import Claim, Found, above, context, every, model, near
from tests.claim_checks.factors import bend_all

PLACE = "docs/data.md"
COLUMNS = (
    ("head turn", "nod", "face width", "skin tone"), ("background hue", "shirt hue"), ("hair colour",), ("smile",),
    ("mouth opening",), ("eye size",), ("brow tilt",), ("glasses",), ("beard",), ("hair", "hat"),
)  # fmt: skip
ROWS = {
    "faces-ae": ((0.99, 1.0), (0.99, 1.0), 0.93, 0.93, 0.95, 0.80, 0.83, 0.94, 1.0, 1.0),
    "faces-vae": ((0.97, 0.99), (0.90, 0.98), 0.90, 0.81, 0.80, 0.96, 0.76, 1.0, 0.98, 1.0),
}


def measure_scores(name: str, columns: tuple[str, ...]) -> tuple[float, float]:
    """Return the smallest and the largest score of the linear probes of some factors, on held-out faces."""
    found = [probe.score for column in columns if (probe := find_probes(context(name), name)[column]) is not None]
    assert len(found) == len(columns)
    return min(found), max(found)


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
        PLACE, "a kernel regression reads every factor from the codes of `faces-vae` with R² 0.91 and more",
        "R² of the kernel regression", lambda: above(min(bend_all().values()), 0.905),
    ),
    Claim(
        PLACE, "They copy held-out faces with squared errors of 0.00085 and 0.00092", "held-out errors in the files",
        lambda: every(
            near(model("faces-ae").metrics["test"]["mse"], 0.00085, 5e-6),
            near(model("faces-vae").metrics["test"]["mse"], 0.00092, 5e-6),
        ),
    ),
)  # fmt: skip
