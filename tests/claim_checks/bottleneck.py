"""Claims of the lesson about how many numbers a digit needs."""

from functools import lru_cache

import numpy as np

from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.engine.query_context import QueryContext
from latent_explorer.engine.subject import Dot
from latent_explorer.labs.compress.queries import (
    CodecRateDistortion,
    CodecRateDistortionValue,
    CodecReconstructions,
    RateDistortion,
    RateDistortionValue,
    get_quantiser,
)
from tests.claim_checks.autoencoder import read
from tests.claim_checks.claim import Claim, Found, above, below, copies, equal, every, find_dot, model, near
from tests.claim_checks.window import DIGITS, load_digits

SERIES = ("mnist-ae-2d", "mnist-adversarial", "mnist-diffusion", "mnist-ae")
"""The four models by the length of their codes."""
THREE, FOUR = (0.5405, 0.5868), (0.4799, 0.8818)
"""Places of the 3 on the map of `mnist-ae`, and of the 4 on that of `digits-vae`."""


def load_context() -> QueryContext:
    return QueryContext({DIGITS: model(DIGITS)}, {model(DIGITS).data_key: load_digits()})


@lru_cache(maxsize=1)
def measure_code() -> RateDistortionValue:
    return RateDistortion(DIGITS).answer(load_context())


@lru_cache(maxsize=1)
def measure_codecs() -> CodecRateDistortionValue:
    return CodecRateDistortion(DIGITS).answer(load_context())


def get_psnr(bits: int) -> float:
    return float(measure_code().curve.psnr[measure_code().find_index(bits)])


def get_bytes(bits: int) -> float:
    return float(measure_code().curve.byte_counts[measure_code().find_index(bits)])


def list_copies_of_three() -> list[int]:
    """Return the class that the copy of the 3 by each of the four models is read as."""
    image, found = model("mnist-ae").indices[find_dot(*THREE, "mnist-ae")], []
    for name in SERIES:
        labels = read(copies(name)[model(name).dot_of_image[int(image)]], "mnist-ae", 15)
        found.append(int(np.bincount(labels).argmax()))
    return found


def measure_legible_share(name: str) -> float:
    """Return the share of copies, of every 200th sample, that are read as their own class."""
    chosen = range(0, len(model(name).latents), 200)
    return float(np.mean([np.bincount(read(copies(name)[i], "mnist-ae", 15)).argmax() == model(name).labels[i]
                          for i in chosen]))  # fmt: skip


def check_fall() -> Found:
    """Check that the error falls from model to model, and each time by less."""
    errors = [model(name).metrics["test"]["mse"] for name in SERIES]
    steps = -np.diff(errors)
    return every(above(float(steps.min()), 0), above(float(-np.diff(steps).max()), 0))


def measure_codec_contrasts() -> list[float]:
    """Return the spread of the grey values of what JPEG and WebP make of the 4 at the code's four bits."""
    subject = Dot(find_dot(*FOUR, DIGITS))
    found = CodecReconstructions(DIGITS, subject, 4).answer(load_context()).compressed
    return [float(np.std(one.picture)) / 255 for one in found if one.name in ("JPEG", "WebP")]


def list_least_bytes() -> list[float]:
    return [float(one.byte_counts.min()) for one in measure_codecs().curves if one.name in ("JPEG", "WebP")]


def list_best_psnr() -> list[float]:
    return [float(one.psnr.max()) for one in measure_codecs().curves]


def describe_networks(*names: str) -> list[tuple[int, ...]]:
    checkpoints: list[Checkpoint] = [model(name) for name in names]
    return [one.config.model.hidden for one in checkpoints]


CLAIMS = (
    Claim(
        "bottleneck", "The left copy is an 8", "class that each copy of the 3 is read as",
        lambda: equal((model("mnist-ae").labels[find_dot(*THREE, "mnist-ae")], list_copies_of_three()),
                      (3, [8, 3, 3, 3])),
    ),
    Claim(
        "bottleneck", "Through both this 3 stays a 3", "the same",
        lambda: equal(list_copies_of_three()[1:3], [3, 3]),
    ),
    Claim(
        "bottleneck", "hidden layers of 256 and 128 units, on the right 128 and 64", "configs",
        lambda: equal(describe_networks("mnist-ae-2d", "mnist-ae"), [(256, 128), (128, 64)]),
    ),
    Claim(
        "bottleneck", "most copies still show the right digit", "copies that are read as their own class",
        lambda: above(measure_legible_share("mnist-ae-2d"), 0.7),
    ),
    Claim(
        "bottleneck", "Four models now, of 2, 8, 16 and 32 numbers", "latent dimensions",
        lambda: equal([model(name).latent_dim for name in SERIES], [2, 8, 16, 32]),
    ),
    Claim("bottleneck", "It falls each time, and each time by less", "held-out errors", check_fall),
    Claim(
        "bottleneck", "where each nat is ten times cheaper", "weights of the KL",
        lambda: equal([model(name).config.objective.beta for name in ("mnist-vae", "mnist-diffusion")], [1.0, 0.1]),
    ),
    Claim(
        "bottleneck", "Four hardly vary, and the other four take 1.8 bytes a picture", "numbers left out; bytes",
        lambda: every(equal(int((get_quantiser(model(DIGITS), 4).step == 0).sum()), 4), near(get_bytes(4), 1.8, 0.05)),
    ),
    Claim(
        "bottleneck", "0.86 bytes, less than a seventieth of the grey values", "bytes; share of 64",
        lambda: every(near(get_bytes(2), 0.86, 0.0051), above(64 / get_bytes(2), 70)),
    ),
    Claim(
        "bottleneck", "PSNR falls by about 1 dB", "PSNR at 4 bits less that at 2",
        lambda: near(get_psnr(4) - get_psnr(2), 1, 0.2),
    ),
    Claim(
        "bottleneck", "the curve is flat", "range of the code's over that of JPEG",
        lambda: below((get_psnr(16) - get_psnr(2)) / (list_best_psnr()[0] - get_psnr(16)), 0.1),
    ),
    Claim(
        "bottleneck", "More than four times the bytes of 4 bits, and hardly a better picture", "both at 16 and 4 bits",
        lambda: every(above(get_bytes(16) / get_bytes(4), 4), below(get_psnr(16) - get_psnr(4), 0.1)),
    ),
    Claim(
        "bottleneck", "Nothing that JPEG or WebP can write is as short as this code", "fewest bytes over the code's",
        lambda: above(min(list_least_bytes()) / get_bytes(4), 1),
    ),
    Claim(
        "bottleneck", "their shortest picture is a grey square", "spread of its grey values",
        lambda: below(max(measure_codec_contrasts()), 0.03),
    ),
    Claim(
        "bottleneck", "With more bytes they come close to the original, the code does not", "best PSNR, codecs, code",
        lambda: every(above(min(list_best_psnr()), 40), below(get_psnr(16), 20)),
    ),
)  # fmt: skip
