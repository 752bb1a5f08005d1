"""What a mouse event costs as the work grows: dots, models, latent dimensions, pixels, classes.

    python tests/benchmarks/cost.py [--quick] [--only WORD] [--repeats 3] [--chart FILE.svg]

Milliseconds of processor time of the window's own thread for a frame with one event, so that other programs on the
machine weigh less: of each repeat, a process of its own, the median frame; of the repeats, the best and the median.
Models are made up, an MLP with random weights each; nothing is trained, and one quantity grows while the others stay.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np

from tests.benchmarks import bends, frame, made_up, million_dots
from tests.benchmarks.made_up import Work
from tests.benchmarks.mouse_event import FRAME, Idle

GESTURES = ("hover", "pan", "zoom")
FIGURES = (*GESTURES, "slowest")
"""The last: the slowest frame of all, which does what is only done once."""
LIMIT = frame.REFRESH
COLOURS = dict(zip(GESTURES, ("#2f7fca", "#d95f00", "#6b6f73"), strict=True))
LIMIT_COLOUR = "#bd1f01"


@dataclass(frozen=True)
class Axis:
    """One quantity that grows."""

    title: str
    field: str
    values: tuple[int, ...]
    quick: tuple[int, ...]
    why: str
    """What the growth is spent on, as profiles show it."""
    power: int = 1
    """The work grows with this power of the value: pixels with the square of the side."""


AXES = (
    Axis(
        "dots", "dots", (1_000, 3_000, 10_000, 30_000, 100_000, 300_000, 1_000_000), (1_000, 100_000),
        "a view that moves runs over all positions, a few operations each; below 30,000 the rest of the frame is more",
    ),
    Axis(
        "models", "models", (1, 2, 3, 4), (1, 4),
        "each model decodes the code under the mouse; a map that is moved is smaller, and the others stay",
    ),
    Axis(
        "latent dimensions", "latent", (2, 8, 32, 128, 512), (2, 512),
        "bars of the code are drawn for as many dimensions as there is room for",
    ),
    Axis(
        "pixels a side", "side", (28, 64, 128, 256), (28, 256),
        "the decoder's last layer and the resampling of its pictures; a decoder over 4 ms answers in the background",
        power=2,
    ),
    Axis(
        "classes", "classes", (2, 10, 100, 1_100), (2, 1_100),
        "colours and middles of all classes are looked up, and room is sought for the names of the largest hundred",
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Cost:
    """Of one amount of work: milliseconds (best, median) by gesture, and megabytes."""

    value: int
    spent: dict[str, tuple[float, float]]
    memory: float


def measure_window(paths: Sequence[str]) -> dict[str, Any]:
    """Return the milliseconds of the median frame by gesture, and the megabytes, of the window with these models."""
    app = million_dots.open_window(paths, "explore" if len(paths) == 1 else "compare", Idle())
    million_dots.wait_until_ready(app)
    app.pace = None  # real time, as in front of a user: a slow decoder answers in the background
    frames = dict(million_dots.time_gestures(app, FRAME))
    memory = frame.measure_memory()
    app.close()
    medians = {name: float(np.median(times)) for name, times in frames.items()}
    return {**medians, "slowest": max(max(times) for times in frames.values()), "memory": memory}


def measure(work: Work, repeats: int, folder: Path) -> dict[str, list[float]]:
    """Return each figure of each repeat."""
    paths = made_up.save(work, folder)
    reports = []
    for _ in range(repeats):
        command = [sys.executable, __file__, "--measure", *paths]
        done = subprocess.run(command, check=True, cwd=folder, stdout=subprocess.PIPE, text=True)
        reports.append(json.loads(done.stdout.splitlines()[-1]))
    return {name: [report[name] for report in reports] for name in reports[0]}


def follow(axis: Axis, values: Sequence[int], repeats: int) -> Iterator[Cost]:
    """Yield the cost of each value of a quantity, the others as they are by default."""
    for value in values:
        with tempfile.TemporaryDirectory() as folder:
            report = measure(replace(Work(), **{axis.field: value}), repeats, Path(folder))
        spent = {name: (min(report[name]), statistics.median(report[name])) for name in FIGURES}
        yield Cost(value, spent, statistics.median(report["memory"]))


def show(axis: Axis, costs: Sequence[Cost]) -> None:
    """Print the table of one quantity: a row for each gesture and for memory."""
    values = [cost.value for cost in costs]
    print(f"\n{axis.title:20}" + "".join(f"{value:>15,}" for value in values))
    for name in FIGURES:
        times = [cost.spent[name] for cost in costs]
        cells = "".join(f"{f'{best:.1f} / {median:.1f}':>15}" for best, median in times)
        print(f"{name + ', ms':20}{cells}   {bends.describe(values, [best for best, _ in times], axis.power, LIMIT)}")
    memory = [cost.memory for cost in costs]
    cells = "".join(f"{one:15,.0f}" for one in memory)
    print(f"{'memory, MB':20}{cells}   {bends.describe(values, memory, axis.power)}")
    print(f"what grows: {axis.why}", flush=True)


def draw_chart(path: str, found: dict[Axis, list[Cost]], bare: float) -> None:
    """Draw a column for each quantity: times above, memory below, each with its limit."""
    import matplotlib

    matplotlib.use("Agg")
    matplotlib.rcParams["svg.fonttype"] = "none"  # letters stay letters: a small file
    matplotlib.rcParams["font.sans-serif"] = ["DejaVu Sans", "Verdana", "Arial"]
    matplotlib.rcParams.update({"font.size": 9, "axes.spines.top": False, "axes.spines.right": False})
    from matplotlib import pyplot

    figure, grid = pyplot.subplots(
        2, len(found), figsize=(2.3 * len(found), 4.4), sharex="col", sharey="row", squeeze=False,
        height_ratios=(2, 1), layout="constrained",
    )  # fmt: skip
    for (axis, costs), (times, memory) in zip(found.items(), grid.T, strict=True):
        values = [cost.value for cost in costs]
        for name, colour in COLOURS.items():
            times.plot(values, [cost.spent[name][0] for cost in costs], "o-", color=colour, markersize=3.5)
        memory.plot(values, [cost.memory for cost in costs], "o-", color="#555555", markersize=3.5)
        times.axhline(LIMIT, color=LIMIT_COLOUR, linestyle="--", linewidth=1)
        memory.axhline(bare, color=LIMIT_COLOUR, linestyle="--", linewidth=1)
        times.set_title(axis.title, fontsize=10)
        times.set(xscale="log", yscale="log", ylim=(1, 25))
        named = values if len(values) < 6 else values[::2]
        memory.set_xticks(named, [shorten(value) for value in named])
        memory.set_xticks([], minor=True)
        for one in (times, memory):
            one.grid(axis="y", alpha=0.25)
            one.tick_params(which="both", length=0)
            one.margins(x=0.1)
    first, below, costs = grid[0, 0], grid[1, 0], found[next(iter(found))]
    first.set_ylabel("ms for a mouse event")
    first.set_yticks([1, 2, 5, 10, LIMIT], ["1", "2", "5", "10", f"{LIMIT}"])
    first.set_yticks([], minor=True)
    below.set(ylabel="memory, MB", ylim=(0, 1.1 * max(cost.memory for row in found.values() for cost in row)))
    at, written = costs[0].value, {"textcoords": "offset points", "fontsize": 8}
    for name, colour in COLOURS.items():
        first.annotate(
            name, (at, costs[0].spent[name][0]), (-2, -12 if name == "hover" else 5), color=colour, **written
        )
    first.annotate("a frame at 60 Hz", (at, LIMIT), (-2, 4), color=LIMIT_COLOUR, **written)
    below.annotate("torch and pygame alone", (at, bare), (-2, -11), color=LIMIT_COLOUR, **written)
    figure.savefig(path, dpi=110, metadata={"Date": None} if path.endswith(".svg") else None)


def shorten(value: int) -> str:
    """Return a number as the chart writes it: 1k, 1M."""
    for unit, name in ((1_000_000, "M"), (1_000, "k")):
        if value >= unit:
            return f"{value / unit:.3g}{name}"
    return str(value)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="few values, once each: less than a minute")
    parser.add_argument("--only", default="", help="quantities whose title has this word")
    parser.add_argument("--repeats", type=int, help="processes for each value (3; 1 with --quick)")
    parser.add_argument("--chart", help="an SVG or PNG of the curves beside their limits")
    parser.add_argument("--measure", nargs="+", metavar="FILE", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        print(json.dumps(measure_window(options.measure)))
        return
    axes = [axis for axis in AXES if options.only in axis.title]
    if not axes:
        parser.error(f"--only: {options.only} arrived; allowed are words of {', '.join(axis.title for axis in AXES)}")
    repeats = options.repeats or (1 if options.quick else 3)
    bare = frame.measure_bare()
    print(f"best / median of {repeats}; the limit is {LIMIT} ms; torch and pygame alone take {bare:.0f} MB")
    found = {}
    for axis in axes:
        found[axis] = list(follow(axis, axis.quick if options.quick else axis.values, repeats))
        show(axis, found[axis])
    if options.chart:
        draw_chart(options.chart, found, bare)


if __name__ == "__main__":
    main()
