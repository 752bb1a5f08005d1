"""What the lessons claim. Places are those of the page, models those of the lesson."""

from dataclasses import replace
from functools import lru_cache

import numpy as np

from latent_explorer.checkpoint import interpolation, sampling
from latent_explorer.checkpoint.judge import USUAL_SHARE
from latent_explorer.engine.map_layers import quantities
from latent_explorer.engine.queries.base import Trace
from latent_explorer.engine.subject import Place
from latent_explorer.labs.compare.queries import ComparisonStrip
from latent_explorer.labs.explore.strip import resample_evenly
from latent_explorer.labs.generate.queries import SampleGrid
from latent_explorer.scene import map_panel, realism
from tests.claim_checks.claim import (
    PIXEL,
    Claim,
    Found,
    above,
    below,
    between,
    class_at,
    context,
    copies,
    draw_pairs,
    equal,
    every,
    find_classes,
    find_dot,
    find_verdict,
    measure_kept_neighbours,
    model,
    near,
    pass_share,
    point,
    shares,
)  # fmt: skip

PAIR = ("mnist-ae", "mnist-vae")
ENDS = ((0.3805, 0.8000), (0.1336, 0.4584))
"""Places of the 3 and the 6 of `between`."""
HAND_PATH = ((0.38, 0.79), (0.30, 0.66), (0.20, 0.56), (0.14, 0.46))
ROUND_PATH = ((0.38, 0.79), (0.60, 0.71), (0.80, 0.43), (0.58, 0.21), (0.31, 0.29), (0.14, 0.46))


def follow_way(kind: str) -> np.ndarray:
    """Return 41 codes of a way between the two samples that the pages of `between` click."""
    vae = model("mnist-vae")
    ends = vae.latents[[find_dot(*xy) for xy in ENDS]]
    return interpolation.compute_path(vae, ends, kind, 41)[0]


def measure_way(kind: str) -> float:
    """Return the mean plausibility of the pictures of a way."""
    vae = model("mnist-vae")
    return float(vae.require_judge().compute_plausibility(vae.decode(follow_way(kind))).mean())


def read_middle() -> set[str]:
    """Return the classes of the samples whose copies are nearest to the middle of the straight way."""
    vae, reference = model("mnist-vae"), copies("mnist-vae").reshape(len(model("mnist-vae").latents), -1)
    middle = vae.decode(follow_way(interpolation.LINEAR)[[20]])
    return {vae.class_names[vae.labels[i]] for i in np.square(reference - middle.ravel()).sum(axis=1).argsort()[:5]}


def judge_middle() -> float:
    vae = model("mnist-vae")
    return float(vae.require_judge().compute_plausibility(vae.decode(follow_way(interpolation.LINEAR)[[20]]))[0])


def compute_middles(values: np.ndarray) -> np.ndarray:
    """Return the middles of the ten classes, of latents or of map positions."""
    return np.stack([np.median(values[model("mnist-vae").labels == label], axis=0) for label in range(10)])


def measure_distance(values: np.ndarray, one: int, other: int) -> float:
    middles = compute_middles(values)
    return float(np.linalg.norm(middles[one] - middles[other]))


def find_nearest_class() -> int:
    codes = model("mnist-vae").latents
    return min((measure_distance(codes, 4, k), k) for k in range(10) if k != 4)[1]


def decode_path(*corners: tuple[float, float], count: int = 12) -> np.ndarray:
    """Return the pictures along a path on the map of `mnist-vae`."""
    places = tuple(Place(xy, PIXEL) for xy in resample_evenly(corners, count))
    return np.stack(Trace("mnist-vae", "tsne", places).answer(context("mnist-vae")).pictures)


def judge_path(*corners: tuple[float, float]) -> Found:
    passing = int(
        (model("mnist-vae").require_judge().judge_pictures(tuple(decode_path(*corners))) >= USUAL_SHARE).sum()
    )
    return between([passing], 2, 10)


def list_path_classes(*corners: tuple[float, float]) -> set[str]:
    return {class_at(x, y) for x, y in resample_evenly(corners, 24)}


def read_path(*corners: tuple[float, float]) -> set[str]:
    """Return the classes of the samples whose copies are nearest to the pictures of a path."""
    vae, reference = model("mnist-vae"), copies("mnist-vae").reshape(len(model("mnist-vae").latents), -1)
    pictures = vae.decode(vae.atlas.inverse_transform(np.array(resample_evenly(corners, 24), np.float32), PIXEL))
    nearest = [int(np.square(reference - one.ravel()).sum(axis=1).argmin()) for one in pictures]
    return {vae.class_names[vae.labels[dot]] for dot in nearest}


def measure_crossing() -> float:
    """Return how much a step of the path drawn by hand changes the picture between the 5s and the 6s over among the
    6s."""
    pictures = decode_path(*HAND_PATH, count=120).reshape(120, -1)
    changes = np.linalg.norm(np.diff(pictures, axis=0), axis=1)
    return float(changes[70:84].mean() / changes[96:].mean())


def measure_torn_share(map_name: str) -> float:
    vae = model("mnist-vae")
    atlas = vae.maps[map_name]
    apart = np.hypot(*(atlas.xy[vae.neighbours.nearest_samples] - atlas.xy).T)
    return float(np.mean(map_panel.are_far(apart, atlas.dot_spacing)))


def measure_explained_share() -> float:
    """Return the share of the latents' variance along the two directions of the PCA map."""
    vae = model("mnist-vae")
    values = np.linalg.svd(vae.latents - vae.latents.mean(axis=0), compute_uv=False) ** 2
    return float(values[:2].sum() / values.sum())


def measure_stretch_ratio() -> float:
    """Return the local scale of the 1s over that of the 2s."""
    vae = model("mnist-vae")
    scale = quantities.measure_stretch(vae, "tsne", vae.atlas.xy)[0]
    return float(np.median(scale[vae.labels == 1]) / np.median(scale[vae.labels == 2]))


@lru_cache(maxsize=8)
def judge_way(name: str, start: tuple[float, float], end: tuple[float, float]) -> np.ndarray:
    """Return the plausibility of the strip that a page drags in Compare, on the map of `mnist-ae`."""
    images = [model("mnist-ae").indices[find_dot(*xy, "mnist-ae")] for xy in (start, end)]
    a, b = (model(name).dot_of_image[int(image)] for image in images)
    found = ComparisonStrip(name, a, b, 11).answer(context(name)).plausibility
    assert found is not None
    return found


def check_unlike_middles(start: tuple[float, float], end: tuple[float, float]) -> Found:
    """Check that a strip begins and ends with a picture like the data, and that its middle is unlike them."""
    ways = [judge_way(name, start, end) for name in PAIR]
    return every(
        above(min(float(way[[0, -1]].min()) for way in ways), USUAL_SHARE),
        below(max(float(way[4:7].max()) for way in ways), USUAL_SHARE),
    )


def count_realistic(name: str, source: str) -> int:
    count = SampleGrid(name, "tsne", source, 1.0, 0).answer(context(name)).realistic_count
    assert count is not None
    return count


def check_same_but_objective(pair: tuple[str, str] = PAIR) -> Found:
    ae, vae = (model(name).config for name in pair)
    training = replace(ae.training, compile=vae.training.compile)  # the same numbers, sooner
    alike = replace(ae, description="", objective=vae.objective, training=training) == replace(vae, description="")
    return Found(alike and ae.objective.loss == vae.objective.loss, f"{ae.objective.name}, {vae.objective.name}")


def measure_moved() -> float:
    """Return how far apart the places of one sample are on the maps of both models, in map units."""
    ae, vae = (model(name) for name in PAIR)
    both = [image for image in ae.dot_of_image if image in vae.dot_of_image]
    away = [ae.atlas.xy[ae.dot_of_image[one]] - vae.atlas.xy[vae.dot_of_image[one]] for one in both]
    return float(np.median(np.linalg.norm(away, axis=1)))


def measure_spread(name: str) -> float:
    return float(np.sqrt(model(name).latents.var(axis=0).sum()))


def measure_neighbour_likeness() -> float:
    """Return the distance of pictures of nearest codes over that of any two."""
    pictures = copies("mnist-vae").reshape(len(model("mnist-vae").latents), -1)
    other = np.random.default_rng(0).permutation(len(pictures))
    neighbour = model("mnist-vae").neighbours.nearest_samples
    apart, together = (np.linalg.norm(pictures - pictures[one], axis=1).mean() for one in (other, neighbour))
    return float(together / apart)


def measure_edge_likeness() -> float:
    """Return the correlation of the picture away from all dots with the copy of the nearest dot."""
    away = point(0.95, 0.20)
    return float(np.corrcoef(away.picture.ravel(), copies("mnist-vae")[away.dot].ravel())[0, 1])


def measure_mixed(kind: str) -> float:
    """Return the share of pictures half-way between two classes that look like the data: of pixels, or of codes."""
    vae, (a, b) = model("mnist-vae"), draw_pairs("mnist-vae")
    return pass_share((vae.decode(a) + vae.decode(b)) / 2 if kind == "pixels" else vae.decode((a + b) / 2))


CLAIMS = (
    Claim(
        "autoencoder", "writes 784 grey values as 32 numbers", "shape of pictures and latents",
        lambda: equal((int(np.prod(model("mnist-vae").image_shape)), model("mnist-vae").latent_dim), (784, 32)),
    ),
    Claim(
        "autoencoder", "Codes that lie close together belong to pictures that look alike",
        "distance of pictures of nearest codes over that of any two", lambda: below(measure_neighbour_likeness(), 0.5),
    ),
    Claim(
        "autoencoder", "Nobody told the network which digit is which", "the objective takes no labels",
        lambda: equal(model("mnist-vae").conditional, False),
    ),
    Claim(
        "autoencoder", "of all classes the 9s are the nearest to the 4s", "nearest class of the 4s by codes",
        lambda: equal(find_nearest_class(), 9),
    ),
    Claim(
        "autoencoder", "At the cross is a small gap between the 4s and the 9s, where no dot lies", "dots around it",
        lambda: every(
            above(point(0.575, 0.315).map_distance, 4), equal({"4", "9"} <= find_classes(0.575, 0.315), True)
        ),
    ),
    Claim(
        "autoencoder", "Some could have been written by somebody, some could not", "judge on the strip of 12",
        lambda: judge_path((0.60, 0.17), (0.585, 0.31), (0.57, 0.45)),
    ),
    Claim(
        "autoencoder", "Away from all dots there is no data", "distance of the mouse to the nearest dot",
        lambda: equal(map_panel.is_far(point(0.95, 0.20).map_distance, model("mnist-vae").atlas.dot_spacing), True),
    ),
    Claim(
        "autoencoder", "nearly the copy of the nearest dot", "correlation with the copy of the nearest dot",
        lambda: above(measure_edge_likeness(), 0.8),
    ),
    Claim(
        "autoencoder", "the lamp beside the picture says that every dot is far", "verdict away from all dots",
        lambda: equal(find_verdict(0.95, 0.20), realism.OFF_THE_MAP.words),
    ),
    Claim(
        "tsne-is-no-map", "seven in eight keep their nearest neighbour close by", "share of links that are long",
        lambda: near(measure_torn_share("tsne"), 0.125, 0.02),
    ),
    Claim(
        "tsne-is-no-map", "of its ten nearest, each keeps four among the ten nearest dots", "mean over every tenth dot",
        lambda: near(measure_kept_neighbours(), 4, 0.5),
    ),
    Claim(
        "tsne-is-no-map", "That is a fifth of all variation", "variance of the two first components",
        lambda: near(measure_explained_share(), 0.2, 0.02),
    ),
    Claim(
        "tsne-is-no-map", "the 1s lie more than twice as far from the 6s as from the 7s", "class middles on the map",
        lambda: above(
            measure_distance(model("mnist-vae").atlas.xy, 1, 6) / measure_distance(model("mnist-vae").atlas.xy, 1, 7), 2
        ),
    ),
    Claim(
        "tsne-is-no-map", "In the 32 numbers the 6s are the nearer ones", "class middles of the latents, 6s over 7s",
        lambda: below(
            measure_distance(model("mnist-vae").latents, 1, 6) / measure_distance(model("mnist-vae").latents, 1, 7), 1
        ),
    ),
    Claim(
        "tsne-is-no-map", "In the island of the 1s it is little more than half of what it is among the 2s",
        "median local scale of the 1s over that of the 2s", lambda: between([measure_stretch_ratio()], 0.5, 0.6),
    ),
    Claim(
        "tsne-is-no-map", "About one in eight is long", "share of links that are long",
        lambda: near(measure_torn_share("tsne"), 1 / 8, 0.02),
    ),
    Claim(
        "tsne-is-no-map", "On the shadow four in five lines are long", "share of links that are long",
        lambda: near(measure_torn_share("pca"), 4 / 5, 0.03),
    ),
    Claim(
        "ae-or-vae", "Two models learnt the same digits, each with 32 numbers a picture", "latent dimensions",
        lambda: equal([model(name).latent_dim for name in PAIR], [32, 32]),
    ),
    Claim(
        "ae-or-vae", "had to keep its codes close together as well", "spread of the codes, VAE over AE",
        lambda: below(measure_spread("mnist-vae") / measure_spread("mnist-ae"), 0.5),
    ),
    Claim(
        "ae-or-vae", "Same network (784-128-64-32)", "configs",
        lambda: equal({(model(name).config.model.hidden, model(name).latent_dim) for name in PAIR}, {((128, 64), 32)}),
    ),
    Claim("ae-or-vae", "Nothing else differs", "the two configs", check_same_but_objective),
    Claim(
        "ae-or-vae", "Places on two maps mean different things",
        "median distance of the same sample's places, in map units", lambda: above(measure_moved(), 0.1),
    ),
    Claim(
        "ae-or-vae", "First, who copies better?", "held-out error, VAE over AE",
        lambda: above(model("mnist-vae").metrics["test"]["mse"] / model("mnist-ae").metrics["test"]["mse"], 2),
    ),
    Claim(
        "ae-or-vae", "half-way between two different digits both draw pictures unlike the data", "judge on the strips",
        lambda: check_unlike_middles((0.622, 0.1635), (0.5023, 0.7493)),
    ),
    Claim(
        "ae-or-vae", "of both models fewer than one in five look like the data", "judge on 400 pictures half-way",
        lambda: below(max(shares(name).apart for name in PAIR), 0.2),
    ),
    Claim(
        "ae-or-vae", "Near has more than three in four for each", "judge on 400 pictures between similar samples",
        lambda: above(min(shares(name).near for name in PAIR), 0.75),
    ),
    Claim(
        "ae-or-vae", "What tells them apart is the column N(0, 1)", "judge on 400 draws, VAE less AE",
        lambda: above(shares("mnist-vae").drawn - shares("mnist-ae").drawn, 0.15),
    ),
    Claim(
        "ae-or-vae", "Of the autoencoder's pictures hardly one looks like the data", "judge on the wall of 40",
        lambda: below(count_realistic("mnist-ae", sampling.PRIOR), 3),
    ),
    Claim(
        "ae-or-vae", "mixture of Gaussians fitted to its codes, and it invents as well",
        "judge on the wall: mixture of the AE less prior of the VAE",
        lambda: above(count_realistic("mnist-ae", sampling.MIXTURE) - count_realistic("mnist-vae", sampling.PRIOR), -1),
        takes_minutes=True,
    ),
    Claim(
        "between", "Here are a 3 and a 6", "labels of the samples clicked",
        lambda: equal([class_at(0.3805, 0.8000), class_at(0.1336, 0.4584)], ["3", "6"]),
    ),
    Claim(
        "between", "Mixed pixels are a double exposure", "judge on pixels half-way between two classes",
        lambda: below(measure_mixed("pixels"), 0.02),
    ),
    Claim(
        "between", "decoded into one picture, which may be a digit or none", "judge on codes half-way",
        lambda: between([measure_mixed("codes")], 0.03, 0.97),
    ),
    Claim(
        "between", "Its pictures are the more plausible ones", "mean plausibility, through the data over the others",
        lambda: every(
            above(measure_way("data") / measure_way("linear"), 1.5),
            above(measure_way("data") / measure_way("spherical"), 1),
        ),
        slow=True,
    ),
    Claim(
        "between", "between a 3, an 8 and a 0, which the judge calls unlike the data", "nearest copies, and the judge",
        lambda: every(
            equal({"0", "3", "8"} <= read_middle(), True), below(float(judge_middle()), USUAL_SHARE)
        ),
    ),
    Claim(
        "between", "on the way from the 3s to the 6s the pictures pass the 5s", "nearest copies along the path",
        lambda: equal({"3", "5", "6"} <= read_path(*HAND_PATH), True),
    ),
    Claim(
        "between", "a step changes about one and a half times as much as among the 6s", "even steps of the path",
        lambda: near(measure_crossing(), 1.5, 0.25),
    ),
    Claim("between", "Some look like digits, others are none", "judge on the strip", lambda: judge_path(*HAND_PATH)),
    Claim(
        "between", "it leads through the 2s and round by the 7s", "classes of the dots along the path",
        lambda: equal({"2", "7"} <= list_path_classes(*ROUND_PATH) & read_path(*ROUND_PATH), True),
    ),
    Claim(
        "between", "In which strip does the middle look like a digit", "judge on the ends of both strips",
        lambda: above(
            min(judge_way(name, (0.4244, 0.5835), (0.3236, 0.87))[[0, -1]].min() for name in PAIR), USUAL_SHARE
        ),
    ),
    Claim(
        "between", "Of both models fewer than one middle in five looks like the data", "judge on 400 pictures",
        lambda: below(max(shares(name).apart for name in PAIR), 0.2),
    ),
    Claim(
        "between", "counts 400 of similar ones: more than three in four do", "judge on 400 pictures",
        lambda: above(min(shares(name).near for name in PAIR), 0.75),
    ),
)  # fmt: skip
