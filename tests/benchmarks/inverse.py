"""How faithful and how smooth the ways back from a map are, and how long they take: a table and its trade-off curve.

    python tests/benchmarks/inverse.py [CHECKPOINT ...] [--map tsne] [--chart FILE.png] [--fit] [--place atlas]

Held-out: mean squared error a pixel between a test image and `decode(inverse(place(encode(image))))`, over 2,000 of
them. At the dots: between hovering a dot and that dot's own reconstruction. Step: root mean square change of the
decoded picture for a mouse step of one pixel on a map of 900 pixels, along 20 lines between random dots. Everything in
brackets is relative to Delaunay in the same run; on a PCA map to the linear inverse.
"""

import argparse
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from latent_explorer.atlas.baseline_inverses import BASELINES
from latent_explorer.checkpoint import checkpoint_file
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.data import datasets
from latent_explorer.training import precision

SCREEN = 900  # pixels of the whole map
HELD_OUT, LINES, DOTS = 2_000, 20, 2_000
Inverse = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Row:
    name: str
    held_out: float
    at_dots: float
    step: float
    """Its 99th percentile."""
    one: float
    many: float
    """Microseconds a position, alone and in a grid of 64x64."""


class Bench:
    def __init__(self, opened: Checkpoint, which: str, place: str) -> None:
        self.opened, self.atlas = opened, opened.maps[which]
        dataset = datasets.load(opened.config.data, seed=opened.config.training.seed, download=False)
        images = datasets.to_floats(dataset.test.images[:HELD_OUT])
        self.images = images.flatten(1).numpy()
        latents = opened.encode(images.numpy())
        self.xy = _by_opentsne(self.atlas, latents) if place == "opentsne" else self.atlas.transform(latents)
        draw = np.random.default_rng(0)
        self.lines = [self.lines_between(*draw.integers(len(self.atlas.xy), size=2)) for _ in range(LINES)]
        self.dots = np.arange(0, len(self.atlas.xy), max(1, len(self.atlas.xy) // DOTS))
        self.own = self.decode(self.atlas.latents[self.dots])

    def measure(self, name: str, inverse: Inverse) -> Row:
        steps = [np.sqrt(np.square(np.diff(self.decode(inverse(line)), axis=0)).mean(axis=1)) for line in self.lines]
        low = self.atlas.xy[self.dots[0]] - 0.05
        grid = np.stack(np.meshgrid(*(np.linspace(a, a + 0.1, 64) for a in low)), -1).reshape(-1, 2).astype(np.float32)
        singles = [self.xy[i : i + 1] for i in range(100)]
        return Row(
            name,
            held_out=_error(self.decode(inverse(self.xy)), self.images),
            at_dots=_error(self.decode(inverse(self.atlas.xy[self.dots])), self.own),
            step=float(np.percentile(np.concatenate(steps), 99)),
            one=min(_seconds(lambda: [inverse(xy) for xy in singles]) for _ in range(5)) * 1e6 / len(singles),
            many=min(_seconds(lambda: inverse(grid)) for _ in range(5)) * 1e6 / len(grid),
        )

    def lines_between(self, start: int, end: int) -> np.ndarray:
        ends = self.atlas.xy[[start, end]].astype(np.float64)
        pixels = max(2, int(np.linalg.norm(ends[1] - ends[0]) * SCREEN) + 1)
        return (ends[0] + np.linspace(0, 1, pixels)[:, None] * (ends[1] - ends[0])).astype(np.float32)

    def decode(self, z: np.ndarray) -> np.ndarray:
        return self.opened.decode(z).reshape(len(z), -1)


def ways(atlas: Any) -> dict[str, Inverse]:
    """Every way back by name, the atlas's own at several resolutions."""
    found: dict[str, Inverse] = {}
    if atlas.method == "pca":
        found["linear"] = atlas.projection.plane
    else:
        found["delaunay"] = lambda xy: atlas.inverse_transform(xy, method="delaunay")
    for name in BASELINES:
        found.setdefault(name, lambda xy, name=name: atlas.inverse_transform(xy, method=name))
    found["field, exact"] = atlas.inverse_transform
    for zoom in (16, 4, 1):
        resolution = 1 / SCREEN / zoom
        said = f"zoomed {zoom} times" if zoom > 1 else "whole map"
        found[f"field, {said}"] = lambda xy, r=resolution: atlas.inverse_transform(xy, r)
    return found


def fit(opened: Checkpoint, which: str) -> None:
    """The atlas's smooth part anew, with the seconds it takes."""
    began = time.perf_counter()
    with precision.use_matmul_precision(opened.config.training):
        opened.fit_inverse(which)
    print(f"fitted to {len(opened.latents):,} dots in {time.perf_counter() - began:.1f} s")


def show(rows: list[Row]) -> None:
    first = rows[0]
    print(f"{'':24}{'held-out':>18}{'at dots':>11}{'step p99':>18}{'one, us':>10}{'many, us':>10}")
    for row in rows:
        print(
            f"{row.name:24}{row.held_out:9.4f} ({row.held_out / first.held_out:5.3f}){row.at_dots:11.2e}"
            f"{row.step:10.4f} ({row.step / first.step:5.3f}){row.one:10.0f}{row.many:10.1f}"
        )


def chart(path: str, titled: dict[str, list[Row]]) -> None:
    """Faithfulness against smoothness, both relative to the first row; down and left is better."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(4.6 * len(titled), 4.2), dpi=150, layout="constrained")
    for i, (title, rows) in enumerate(titled.items()):
        axes = figure.add_subplot(1, len(titled), i + 1)
        for row in rows:
            own = row.name.startswith("field")
            at = (row.step / rows[0].step, row.held_out / rows[0].held_out)
            axes.plot(*at, "o", color="#bd1f01" if own else "#3f90da", markersize=7)
            below = {"field, exact": "exact, or zoomed in", "field, whole map": "the whole map"}
            if not own:
                axes.annotate(row.name, at, xytext=(6, 4), textcoords="offset points", fontsize=8)
            elif row.name in below:
                axes.annotate(below[row.name], at, xytext=(0, -14), textcoords="offset points", fontsize=8, ha="center")
        own_rows = [row for row in rows if row.name.startswith("field")]
        axes.plot(
            [row.step / rows[0].step for row in own_rows],
            [row.held_out / rows[0].held_out for row in own_rows],
            color="#bd1f01", label="the field, from exact to the whole map",
        )  # fmt: skip
        axes.set(title=title, xlabel="step p99 (smooth is left)", ylabel="held-out error (faithful is down)")
        axes.set_xlim(0, 1.2)
        axes.margins(y=0.1)
        axes.legend(frameon=False, loc="upper right", fontsize=8)
        axes.grid(alpha=0.3)
        axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(path)


def _by_opentsne(atlas: Any, latents: np.ndarray) -> np.ndarray:
    """Placed by openTSNE's own `transform`, which shifts the embedding to its own centre first."""
    import openTSNE

    projection = atlas.projection
    raw = projection.frame.to_raw(atlas.xy)
    affinities = openTSNE.affinity.PerplexityBasedNN(
        atlas.latents.astype(np.float64), perplexity=projection.perplexity, metric=projection.metric, random_state=0
    )
    embedding = openTSNE.TSNEEmbedding(raw.copy(), affinities, random_state=0)
    placed = np.asarray(embedding.transform(latents.astype(np.float64)))
    return projection.frame.to_map(placed - np.asarray(embedding).mean(axis=0) + raw.mean(axis=0))


def _error(first: np.ndarray, second: np.ndarray) -> float:
    return float(np.square(first - second).mean())


def _seconds(do: Callable[[], object]) -> float:
    began = time.perf_counter()
    do()
    return time.perf_counter() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("checkpoints", nargs="*", default=["mnist-vae", "mnist-ae"])
    parser.add_argument("--map", default="tsne", choices=("tsne", "pca"))
    parser.add_argument("--place", choices=("atlas", "opentsne"), help="who places held-out images on a t-SNE map")
    parser.add_argument("--fit", action="store_true", help="fit the smooth part anew")
    parser.add_argument("--chart", help="a PNG of the trade-off")
    options = parser.parse_args()
    titled = {}
    for name in options.checkpoints:
        opened = checkpoint_file.load(os.fspath(name), "cpu")
        if options.fit:
            fit(opened, options.map)
        place = options.place or ("opentsne" if options.map == "tsne" else "atlas")
        bench = Bench(opened, options.map, place)
        print(f"{opened.name}, {options.map} map of {len(opened.latents):,} dots")
        titled[opened.name] = [bench.measure(*way) for way in ways(bench.atlas).items()]
        show(titled[opened.name])
    if options.chart:
        chart(options.chart, titled)


if __name__ == "__main__":
    main()
