"""Claims of the lesson about noise, errors and alarms."""

from functools import lru_cache

import numpy as np

from latent_explorer.engine.measurements.reconstruction_errors import NormalErrors, NormalErrorsValue
from latent_explorer.engine.query_context import QueryContext
from latent_explorer.labs.anomaly import stream
from latent_explorer.labs.anomaly.queries import DotErrors
from tests.claim_checks import held_out
from tests.claim_checks.claim import Claim, above, below, between, copies, equal, every, model, near
from tests.claim_checks.window import load_digits

DIGITS, BEATS = "digits-anomaly", "beats-anomaly"
BEAT = 41
"""Number of the beat that raises the alarm, from the start of the stream."""


@lru_cache(maxsize=4)
def measure_damage(kind: str, level: float) -> tuple[float, float]:
    """Return how far a damage moves the codes and what it leaves in the copies, denoising over plain model."""
    import torch

    from latent_explorer.data import corruption

    clean = copies("mnist-ae")[:500]
    damaged = corruption.corrupt(torch.from_numpy(clean), kind, level, torch.Generator().manual_seed(0)).numpy()
    moved, left = [], []
    for name in ("mnist-denoising", "mnist-ae"):
        z, checkpoint = model(name).encode(damaged), model(name)
        way = np.linalg.norm(z - checkpoint.encode(clean), axis=1).mean()
        moved.append(float(way) / checkpoint.neighbours.sample_spacing)
        left.append(float(np.square(checkpoint.decode(z) - clean).mean()))
    return moved[0] / moved[1], left[0] / left[1]


def load_context() -> QueryContext:
    return QueryContext({DIGITS: model(DIGITS)}, {model(DIGITS).data_key: load_digits()})


@lru_cache(maxsize=1)
def measure_errors() -> NormalErrorsValue:
    return NormalErrors(DIGITS).answer(load_context())


def count_learnt() -> tuple[int, int]:
    """Return how many dots are of pictures that were learnt from, and how many of those are above the threshold."""
    checkpoint, errors = model(DIGITS), DotErrors(DIGITS).answer(load_context()).errors
    learnt = (checkpoint.indices < len(load_digits().train)) & (checkpoint.labels != 6)
    return int(learnt.sum()), int((errors[learnt] > np.quantile(measure_errors().errors, 0.95)).sum())


def compare_pairs() -> float:
    """Return how often a 6 has the larger error of it and a normal picture."""
    normal, sixes = measure_errors().errors, measure_errors().left_out_errors
    assert sixes is not None
    return float((sixes[:, None] > normal[None]).mean())


def measure_brightness() -> float:
    """Return the median error of the 6s over the largest median of another class."""
    errors, labels = DotErrors(DIGITS).answer(load_context()).errors, model(DIGITS).labels
    medians = [float(np.median(errors[labels == label])) for label in range(10)]
    return medians[6] / max(one for label, one in enumerate(medians) if label != 6)


def name_beat() -> str:
    return model(BEATS).class_names[model(BEATS).labels[stream.list_dots(model(BEATS))[BEAT]]]


CLAIMS = (
    Claim(
        "anomaly", "noise moves the code of the second less than half as far", "ways of the codes over mnist-ae's",
        lambda: below(measure_damage("gaussian", 0.4)[0], 0.5),
    ),
    Claim(
        "anomaly", "does no better than the plain one here", "error over the plain model's, 40% masked",
        lambda: above(measure_damage("masking", 0.4)[1], 1),
    ),
    Claim(
        "anomaly", "smaller with salt and pepper on 5 to 30% of the pixels, and larger with 5 to 50% masked",
        "errors over those of mnist-ae",
        lambda: every(
            below(max(held_out.compare_errors("mnist-denoising", "salt_and_pepper", 0.05, 0.1, 0.2, 0.3)), 1),
            above(min(held_out.compare_errors("mnist-denoising", "masking", 0.05, 0.1, 0.25, 0.5)), 1),
        ),
        needs_mnist=True,
    ),
    Claim(
        "anomaly", "an autoencoder that has learnt every digit but the 6", "classes left out",
        lambda: equal(model(DIGITS).config.data.leave_out, ("6",)),
    ),
    Claim(
        "anomaly", "one island is bright", "median error of the 6s over the largest other one",
        lambda: above(measure_brightness(), 1.5),
    ),
    Claim(
        "anomaly", "The map also has the 1,290 pictures that the model learnt from: one of those is above",
        "dots learnt from, of them above the threshold", lambda: equal(count_learnt(), (1290, 1)),
    ),
    Claim(
        "anomaly", "drawn by chance, the 6 has the larger error 97 times in 100", "all pairs",
        lambda: near(compare_pairs(), 0.97, 0.005),
    ),
    Claim(
        "anomaly", "nearly every 6 is found, and every fifth normal picture", "above the 80th percentile",
        lambda: every(
            above(float((measure_errors().left_out_errors > np.quantile(measure_errors().errors, 0.8)).mean()), 0.95),
            between([float((measure_errors().errors > np.quantile(measure_errors().errors, 0.8)).mean())], 0.19, 0.21),
        ),
    ),
    Claim(
        "anomaly", "A model that has learnt normal heartbeats only", "classes left out",
        lambda: equal({*model(BEATS).class_names} - {*(model(BEATS).config.data.leave_out or ())}, {"normal"}),
    ),
    Claim("anomaly", "This beat lacks its P wave", "class of the beat", lambda: equal(name_beat(), "no P wave")),
)  # fmt: skip
