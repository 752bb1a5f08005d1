"""What the lessons claim, and how each claim is checked on the shipped models. `python tests/claims.py` prints it.

A claim is the wording of a page and a computation that is true while the page is. It knows no window: places are
those of the page, models those of the lesson.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

import latent_explorer
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.checkpoint.judge import USUAL_SHARE
from latent_explorer.engine.base_queries import Point, PointValue, Trace
from latent_explorer.engine.explain_query import Contributors
from latent_explorer.engine.query_context import QueryContext
from latent_explorer.engine.subject import Place
from latent_explorer.labs.compare.queries import ComparisonStrip, InventedShares, InventedSharesValue
from latent_explorer.labs.explore.strip import resample_evenly
from latent_explorer.labs.generate import sampling
from latent_explorer.labs.generate.queries import SampleGrid
from latent_explorer.scene import map_panel

PIXEL = 1 / 700
"""Map units that a pixel covers when the map fills a window of common size."""


@lru_cache(maxsize=4)
def model(name: str) -> Checkpoint:
    return latent_explorer.load(name, "cpu")


def context() -> QueryContext:
    return QueryContext({name: model(name) for name in ("mnist-ae", "mnist-vae")}, {})


@lru_cache(maxsize=32)
def point(x: float, y: float, name: str = "mnist-vae") -> PointValue:
    return Point(name, "tsne", (x, y), PIXEL).answer(context())


@lru_cache(maxsize=4)
def shares(name: str) -> InventedSharesValue:
    return InventedShares(name).answer(context())


def nearest_classes(x: float, y: float, count: int = 30) -> set[str]:
    vae = model("mnist-vae")
    away = np.linalg.norm(vae.atlas.xy - np.array([x, y]), axis=1)
    return {vae.class_names[label] for label in vae.labels[np.argsort(away)[:count]]}


def centres(values: np.ndarray) -> np.ndarray:
    """The middles of the ten classes, of latents or of map positions."""
    return np.stack([np.median(values[model("mnist-vae").labels == label], axis=0) for label in range(10)])


def distance(of: np.ndarray, one: int, other: int) -> float:
    return float(np.linalg.norm(of[one] - of[other]))


def trace(*corners: tuple[float, float]) -> np.ndarray:
    """The plausibility of the pictures along a path on the map."""
    places = tuple(Place(xy, PIXEL) for xy in resample_evenly(corners, 12))
    strip = Trace("mnist-vae", "tsne", places).answer(context())
    return model("mnist-vae").judge.judge_pictures(strip.pictures)


def torn_share(map_name: str) -> float:
    vae = model("mnist-vae")
    atlas = vae.maps[map_name]
    apart = np.hypot(*(atlas.xy[vae.neighbours.nearest_samples] - atlas.xy).T)
    return float(np.mean(map_panel.are_far(apart, atlas.dot_spacing)))


def way(name: str) -> np.ndarray:
    """The plausibility of the strip that the page of the lesson drags in Compare."""
    images = [
        model("mnist-ae").indices[model("mnist-ae").atlas.find_nearest([xy])[1][0]]
        for xy in ((0.54, 0.17), (0.36, 0.63))
    ]
    start, end = (model(name).dot_of_image[int(image)] for image in images)
    return ComparisonStrip(name, start, end, 11).answer(context()).plausibility


def wall(name: str, source: str) -> int:
    count = SampleGrid(name, "tsne", source, 1.0, 0).answer(context()).realistic_count
    assert count is not None
    return count


def blend() -> dict[str, float]:
    """The shares of the classes in the blend of the page about Why?."""
    vae, value = (
        model("mnist-vae"),
        Contributors("mnist-vae", "tsne", Place((0.416, 0.404), PIXEL), 50).answer(context()),
    )
    found: dict[str, float] = {}
    for dot, share in zip(value.dots, value.weights_or_distances, strict=True):
        name = vae.class_names[vae.labels[dot]]
        found[name] = found.get(name, 0.0) + float(share)
    return found


@dataclass(frozen=True)
class Claim:
    lesson: str
    text: str
    """Wording of the page, without line breaks."""
    how: str
    holds: Callable[[], bool]


CLAIMS = (
    Claim(
        "latent-space",
        "784 grey values, into just 32 numbers",
        "shape of pictures and latents",
        lambda: int(np.prod(model("mnist-vae").image_shape)) == 784 and model("mnist-vae").latent_dim == 32,
    ),
    Claim(
        "latent-space",
        "the 4s lie beside the 9s",
        "nearest class of the 4s by codes",
        lambda: min((distance(centres(model("mnist-vae").latents), 4, k), k) for k in range(10) if k != 4)[1] == 9,
    ),
    Claim(
        "latent-space",
        "in a small gap between the 4s and the 9s, where no dot lies",
        "dots around the mouse",
        lambda: point(0.575, 0.315).map_distance > 4 and {"4", "9"} <= nearest_classes(0.575, 0.315),
    ),
    Claim(
        "latent-space",
        "Some could have been written by somebody, some could not",
        "judge on the strip",
        lambda: 2 <= int((trace((0.60, 0.17), (0.585, 0.31), (0.57, 0.45)) >= USUAL_SHARE).sum()) <= 10,
    ),
    Claim(
        "latent-space",
        "Away from all dots there is no data",
        "distance of the mouse to the nearest dot",
        lambda: map_panel.is_far(point(0.95, 0.20).map_distance, model("mnist-vae").atlas.dot_spacing),
    ),
    Claim(
        "tsne-is-no-map",
        "most neighbours stay neighbours",
        "share of links that are long",
        lambda: torn_share("tsne") < 0.5,
    ),
    Claim(
        "tsne-is-no-map",
        "That is a fifth of all variation",
        "variance of the two first components",
        lambda: abs(explained_share() - 0.2) < 0.04,
    ),
    Claim(
        "tsne-is-no-map",
        "the 1s lie more than twice as far from the 6s as from the 7s",
        "class middles on the map",
        lambda: (
            distance(centres(model("mnist-vae").atlas.xy), 1, 6)
            > 2 * distance(centres(model("mnist-vae").atlas.xy), 1, 7)
        ),
    ),
    Claim(
        "tsne-is-no-map",
        "In the 32 numbers the 6s are the nearer ones",
        "class middles of the latents",
        lambda: (
            distance(centres(model("mnist-vae").latents), 1, 6) < distance(centres(model("mnist-vae").latents), 1, 7)
        ),
    ),
    Claim(
        "tsne-is-no-map",
        "About one in eight is long",
        "share of links that are long",
        lambda: abs(torn_share("tsne") - 1 / 8) < 0.03,
    ),
    Claim(
        "tsne-is-no-map",
        "On the shadow four in five lines are long",
        "share of links that are long",
        lambda: abs(torn_share("pca") - 4 / 5) < 0.05,
    ),
    Claim(
        "ae-or-vae",
        "half-way between two different digits both draw pictures unlike the data",
        "judge on the strips",
        lambda: all((way(name)[4:7] < USUAL_SHARE).all() for name in ("mnist-ae", "mnist-vae")),
    ),
    Claim(
        "ae-or-vae",
        "of both models fewer than one in five look like the data",
        "judge on 400 pictures half-way",
        lambda: max(shares("mnist-ae").apart, shares("mnist-vae").apart) < 0.2,
    ),
    Claim(
        "ae-or-vae",
        "Near has more than three in four for each",
        "judge on 400 pictures between similar samples",
        lambda: min(shares("mnist-ae").near, shares("mnist-vae").near) > 0.75,
    ),
    Claim(
        "ae-or-vae",
        "What tells them apart is the column N(0, 1)",
        "judge on 400 draws",
        lambda: shares("mnist-vae").drawn - shares("mnist-ae").drawn > 0.2,
    ),
    Claim(
        "ae-or-vae",
        "Of the autoencoder's pictures none looks like the data",
        "judge on the wall",
        lambda: wall("mnist-ae", sampling.PRIOR) == 0,
    ),
    Claim(
        "ae-or-vae",
        "mixture of Gaussians fitted to its codes, and it invents as well",
        "judge on the wall",
        lambda: wall("mnist-ae", sampling.MIXTURE) >= 10,
    ),
    Claim(
        "believe",
        "Here it is on a real sample",
        "judge on the sample's reconstruction",
        lambda: (
            Point("mnist-vae", "tsne", nearest_dot(0.4274, 0.5756), None).answer(context()).plausibility >= USUAL_SHARE
        ),
    ),
    Claim(
        "believe",
        "between the 0s, the 8s and the 9s",
        "classes around the mouse",
        lambda: (
            {"0", "8", "9"} <= nearest_classes(0.416, 0.404, 200) and point(0.416, 0.404).plausibility < USUAL_SHARE
        ),
    ),
    Claim(
        "believe",
        "The picture may look like a digit, and still nothing stands behind it",
        "judge, and distance to dots",
        lambda: (
            point(0.97, 0.12).plausibility >= USUAL_SHARE
            and map_panel.is_far(point(0.97, 0.12).map_distance, model("mnist-vae").atlas.dot_spacing)
        ),
    ),
    Claim(
        "believe",
        "at least four kinds of digits, and none of them makes up half of it",
        "classes in the blend",
        lambda: len(blend()) >= 4 and max(blend().values()) < 0.5,
    ),
)


def explained_share() -> float:
    """The share of the latents' variance along the two directions of the PCA map."""
    vae = model("mnist-vae")
    values = np.linalg.svd(vae.latents - vae.latents.mean(axis=0), compute_uv=False) ** 2
    return float(values[:2].sum() / values.sum())


def nearest_dot(x: float, y: float) -> tuple[float, float]:
    atlas = model("mnist-vae").atlas
    at = atlas.xy[int(atlas.find_nearest([(x, y)])[1][0])]
    return float(at[0]), float(at[1])


if __name__ == "__main__":
    for claim in CLAIMS:
        print(f"{'true ' if claim.holds() else 'FALSE'} {claim.lesson:15} {claim.text}  [{claim.how}]")
