"""What the lesson `believe` claims: when a decoder can be believed. Places are those of its pages."""

from functools import lru_cache

import numpy as np

from latent_explorer.checkpoint.judge import USUAL_SHARE
from latent_explorer.engine.map_layers import quantities
from latent_explorer.engine.measurements import judge_pictures
from latent_explorer.engine.queries.base import Point
from latent_explorer.engine.queries.explain import Contributors
from latent_explorer.engine.subject import Place
from latent_explorer.scene import map_panel, realism
from tests.claim_checks.claim import (
    PIXEL,
    Claim,
    Found,
    above,
    below,
    between,
    context,
    equal,
    every,
    find_classes,
    find_dot,
    find_verdict,
    model,
    near,
    point,
)  # fmt: skip


def check_blend() -> Found:
    """Check the shares of the classes in the blend of the page about Why?."""
    vae = model("mnist-vae")
    value = Contributors("mnist-vae", "tsne", Place((0.416, 0.404), PIXEL), 50).answer(context("mnist-vae"))
    found: dict[str, float] = {}
    for dot, share in zip(value.dots, value.weights_or_distances, strict=True):
        name = vae.class_names[vae.labels[dot]]
        found[name] = found.get(name, 0.0) + float(share)
    return every(above(len(found), 3), below(max(found.values()), 0.5))


@lru_cache(maxsize=1)
def judge_distances() -> tuple[float, float]:
    """Return the shares of far codes with a good picture and of near codes with a bad one, on and beside the dots."""
    vae, random = model("mnist-vae"), np.random.default_rng(0)
    xy = vae.atlas.xy[random.integers(0, len(vae.atlas.xy), 2000)] + random.normal(0, 0.02, (2000, 2))
    away = quantities.measure_distance(vae, "tsne", xy.astype(np.float32))[0]
    pictures = vae.decode(vae.atlas.inverse_transform(xy.astype(np.float32), quantities.VIEW_RESOLUTION))
    good = vae.require_judge().compute_plausibility(pictures) >= USUAL_SHARE
    return float(good[away > 1].mean()), float((~good[away < 0.8]).mean())


def check_cycle() -> Found:
    """Check that the 1s have the largest cycle error, and that it stays below one gap."""
    vae = model("mnist-vae")
    error, labels = quantities.measure_cycle_error(vae, "tsne", vae.atlas.xy[:3000])[0], vae.labels[:3000]
    medians = [float(np.median(error[labels == label])) for label in range(10)]
    return every(equal(int(np.argmax(medians)), 1), above(float(np.mean(error[labels == 1] < 1)), 0.95))


def check_always_answers() -> Found:
    codes = np.random.default_rng(0).normal(0, 30, (100, 32)).astype(np.float32)
    pictures = model("mnist-vae").decode(codes)
    return between([float(pictures.min()), float(pictures.max())], 0, 1)


CLAIMS = (
    Claim(
        "believe", "A decoder turns any 32 numbers into a picture", "pixels of codes thirty times too far",
        check_always_answers,
    ),
    Claim(
        "believe", "Here it copies a sample", "judge on the sample's reconstruction",
        lambda: above(
            Point("mnist-vae", "tsne", tuple(model("mnist-vae").atlas.xy[find_dot(0.4274, 0.5756)].tolist()), None)
            .answer(context("mnist-vae")).plausibility or 0, USUAL_SHARE,
        ),
    ),
    Claim(
        "believe", "between the 0s, the 8s and the 9s", "classes around the mouse, and the judge",
        lambda: every(
            equal({"0", "8", "9"} <= find_classes(0.416, 0.404, 200), True),
            below(point(0.416, 0.404).plausibility or 0, USUAL_SHARE),
        ),
    ),
    Claim(
        "believe", "Wherever dots are near, the lamp is a judge", "verdict there; share of copies that pass",
        lambda: every(
            equal(find_verdict(0.416, 0.404), realism.UNUSUAL.words),
            above(judge_pictures.measure_copy_share(model("mnist-vae")), judge_pictures.MIN_COPY_SHARE),
        ),
    ),
    Claim(
        "believe", "The picture may look like a digit, and still nothing stands behind it",
        "judge, and distance to dots",
        lambda: every(
            above(point(0.97, 0.12).plausibility or 0, USUAL_SHARE),
            equal(map_panel.is_far(point(0.97, 0.12).map_distance, model("mnist-vae").atlas.dot_spacing), True),
        ),
    ),
    Claim(
        "believe", "Of the far codes one in eight gives a good picture", "judge on codes over one gap away",
        lambda: near(judge_distances()[0], 0.125, 0.03),
    ),
    Claim(
        "believe", "of the near ones more than one in four a bad one", "judge on codes within 0.8 gaps",
        lambda: between([judge_distances()[1]], 0.25, 0.33),
    ),
    Claim(
        "believe", "even of the 1s, the brightest, nearly all stay within one gap", "cycle error by class", check_cycle
    ),
    Claim(
        "believe", "at least four kinds of digits, and none of them makes up half of it", "classes in the blend",
        check_blend,
    ),
)  # fmt: skip
