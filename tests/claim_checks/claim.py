"""What a claim is, and the shipped models that claims are checked on. It knows no place that makes claims."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.spatial.distance import cdist

import latent_explorer
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.checkpoint.judge import USUAL_SHARE
from latent_explorer.engine.queries.base import Point, PointValue
from latent_explorer.engine.query_context import QueryContext
from latent_explorer.labs.compare.queries import InventedShares, InventedSharesValue
from latent_explorer.scene import realism

PIXEL = 1 / 700
"""Map units that a pixel covers when the map fills a window of common size."""
HAS_MNIST = os.path.isdir(os.path.join(os.environ.get("LATENT_EXPLORER_DATA", ""), "MNIST", "raw"))


@dataclass(frozen=True)
class Found:
    """Whether a claim holds, and the figures that decide it."""

    holds: bool
    figures: str


@dataclass(frozen=True)
class Claim:
    place: str
    """The lesson, or the file below the root that says it."""
    text: str
    """Its wording, without line breaks."""
    how: str
    check: Callable[[], Found]
    needs_mnist: bool = False
    slow: bool = False
    takes_minutes: bool = False
    """Whether `python tests/claims.py` alone computes it; the tests look whether it is said."""


def near(value: float, said: float, within: float) -> Found:
    return Found(abs(value - said) <= within, f"{value:.4g}, said {said:.4g} within {within:.2g}")


def below(value: float, limit: float) -> Found:
    return Found(value < limit, f"{value:.4g} < {limit:.4g}")


def above(value: float, limit: float) -> Found:
    return Found(value > limit, f"{value:.4g} > {limit:.4g}")


def between(values: list[float], low: float, high: float) -> Found:
    holds = low <= min(values) and max(values) <= high
    return Found(holds, f"{min(values):.4g} to {max(values):.4g}, within {low:.4g} to {high:.4g}")


def equal(value: object, said: object) -> Found:
    return Found(value == said, f"{value}, said {said}")


def every(*found: Found) -> Found:
    return Found(all(one.holds for one in found), "; ".join(one.figures for one in found))


@lru_cache(maxsize=16)
def model(name: str) -> Checkpoint:
    return latent_explorer.load(name, "cpu")


def context(*names: str) -> QueryContext:
    return QueryContext({name: model(name) for name in names}, {})


@lru_cache(maxsize=64)
def point(x: float, y: float, name: str = "mnist-vae") -> PointValue:
    return Point(name, "tsne", (x, y), PIXEL).answer(context(name))


def find_verdict(x: float, y: float) -> str:
    """Return what the lamp says of a place of the map of `mnist-vae`."""
    return realism.judge_map_position(
        point(x, y), None, model("mnist-vae").atlas.dot_spacing, model("mnist-vae").neighbours.far_threshold
    ).words


@lru_cache(maxsize=8)
def shares(name: str) -> InventedSharesValue:
    return InventedShares(name).answer(context(name))


def pass_share(pictures: np.ndarray) -> float:
    """Return the share of pictures (N, 1, 28, 28) that the judge takes for MNIST's."""
    judge = model("mnist-vae").require_judge()
    return float(np.mean(judge.compute_plausibility(np.asarray(pictures, np.float32)) >= USUAL_SHARE))


@lru_cache(maxsize=4)
def copies(name: str) -> np.ndarray:
    """Return the reconstructions of all samples of a model."""
    checkpoint = model(name)
    return checkpoint.decode(checkpoint.latents, checkpoint.labels if checkpoint.conditional else None)


def find_dot(x: float, y: float, name: str = "mnist-vae") -> int:
    return int(model(name).atlas.find_nearest([(x, y)])[1][0])


def class_at(x: float, y: float, name: str = "mnist-vae") -> str:
    """Return the class of the dot nearest to a place of the map."""
    return model(name).class_names[model(name).labels[find_dot(x, y, name)]]


def find_classes(x: float, y: float, count: int = 30) -> set[str]:
    """Return the classes of the `count` dots nearest to a place of the map of `mnist-vae`."""
    vae = model("mnist-vae")
    away = np.linalg.norm(vae.atlas.xy - np.array([x, y]), axis=1)
    return {vae.class_names[label] for label in vae.labels[np.argsort(away)[:count]]}


def draw_pairs(name: str, count: int = 1000) -> tuple[np.ndarray, np.ndarray]:
    """Return the latents (count, d) of two samples each, of different classes."""
    checkpoint, random = model(name), np.random.default_rng(0)
    a, b = random.integers(0, len(checkpoint.latents), (2, 4 * count))
    differ = checkpoint.labels[a] != checkpoint.labels[b]
    return checkpoint.latents[a[differ][:count]], checkpoint.latents[b[differ][:count]]


def measure_kept_neighbours(name: str = "mnist-vae") -> float:
    """Return how many of a sample's ten nearest codes are among its ten nearest dots, on average."""
    checkpoint = model(name)
    dots = np.arange(0, len(checkpoint.latents), 10)
    near_dots = checkpoint.atlas.tree.query(checkpoint.atlas.xy[dots], k=11)[1]
    near_codes = np.argsort(cdist(checkpoint.latents[dots], checkpoint.latents), axis=1)[:, :11]
    return float(np.mean([len({*one} & {*other}) - 1 for one, other in zip(near_dots, near_codes, strict=True)]))
