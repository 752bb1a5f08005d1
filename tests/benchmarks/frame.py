"""How long frames take: mouse and pen, two and four models, faces, a slow decoder, map layers in the making; what the
window costs at rest.

    python tests/benchmarks/frame.py [--repeats 3] [--only WORD]

Each row is the window's own benchmark (`demo.py --bench`) in a process of its own, the real loop without a screen. Of
the repeats the best and the median are printed, row by row as they are measured: a percentile of six seconds is at the
mercy of what else runs.
"""

import argparse
import importlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

os.environ["SDL_VIDEODRIVER"] = "dummy"
for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[name] = "1"  # as demo.py sets them
HERE = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(HERE))

TWO, FOUR = ("mnist-ae", "mnist-vae"), ("mnist-ae", "mnist-vae", "mnist-cnn-ae", "mnist-cnn-vae")
FACES = ("faces-vae", "faces-ae")
FULL_HD, FOUR_K, ORDINARY = (1920, 1080), (3840, 2160), (1440, 900)
DELAY = 0.2
"""Seconds that a slow decoder takes for each answer."""
LAYER_SECONDS = 1.0
"""Seconds until the next layer is made."""
Report = dict[str, Any]


@dataclass(frozen=True)
class Run:
    """One run of the benchmark."""

    lab: str
    models: tuple[str, ...]
    size: tuple[int, int] = ORDINARY
    delay: float = 0.0
    dots: int = 0
    """Dots of made-up models in place of `models`, as many; 0 for none."""
    layers: tuple[str, ...] = ()
    """Map layers that take turns, so that one is always being made."""


@dataclass(frozen=True)
class Row:
    """A figure of one run, or of two."""

    title: str
    runs: tuple[Run, ...]
    read: Callable[..., float]
    bar: float
    limit: float | None = None
    unit: str = "ms"


def read_mouse(report: Report) -> float:
    return float(report["event_to_pixels_ms"]["p99"])


def read_pen(report: Report) -> float:
    return float(report["pen_ms"]["p99"])


def compare_frames(fast: Report, slow: Report) -> float:
    """Return how much longer the 99th percentile of a frame is with the slow decoder."""
    return float(slow["frame_ms"]["p99"] / fast["frame_ms"]["p99"])


REFRESH = 16.7
"""Milliseconds of a frame on a screen of 60 Hz."""
PEN_LABS = ("explore", "interpolate", "generate", "arithmetic", "compress", "denoise", "anomaly", "factors", "cluster")
PAIR = Run("compare", TWO)
LAYERS = Run("compare", TWO, dots=70_000, layers=("distance", "pictures"))
"""A heat map and tiles of decoded pictures."""
ROWS = (
    Row("mouse, two models, 1440x900", (PAIR,), read_mouse, 20, REFRESH),
    Row("mouse, two models, 1920x1080", (Run("compare", TWO, FULL_HD),), read_mouse, 25, REFRESH),
    Row("mouse, two models, 3840x2160", (Run("compare", TWO, FOUR_K),), read_mouse, 33, REFRESH),
    Row("mouse, four models", (Run("compare", FOUR),), read_mouse, 25, REFRESH),
    Row("mouse, two models of faces", (Run("compare", FACES),), read_mouse, 25, REFRESH),
    Row("mouse, 70,000 dots, layers made", (LAYERS,), read_mouse, 25, REFRESH),
    Row("pen, compare, two models", (PAIR,), read_pen, 25, REFRESH),
    Row("pen, compare, four models", (Run("compare", FOUR),), read_pen, 33, REFRESH),
    *(Row(f"pen, {lab}, faces", (Run(lab, FACES[1:]),), read_pen, 25, REFRESH) for lab in ("explore", "denoise")),
    Row("pen, compare, two models of faces", (Run("compare", FACES),), read_pen, 25, REFRESH),
    *(Row(f"pen, {lab}", (Run(lab, TWO[1:]),), read_pen, 25, REFRESH) for lab in PEN_LABS),
    Row("frame with a slow decoder", (PAIR, Run("compare", TWO, delay=DELAY)), compare_frames, 1.2, 1.0, "times"),
    Row("idle", (PAIR,), lambda report: float(report["idle_cpu_percent"]), 1, 0, "%"),
    Row("memory over the bare import", (PAIR,), lambda report: report["memory_mb"] / measure_bare(), 1.3, 1.0, "times"),
)


def measure_memory() -> float:
    """Return the memory of this process in megabytes, as Linux counts it."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return float(pages * os.sysconf("SC_PAGE_SIZE") / 2**20)


def measure_bare() -> float:
    """Return the megabytes of a process that has imported torch and pygame and nothing else."""
    done = subprocess.run([sys.executable, __file__, "--bare"], check=True, capture_output=True, text=True)
    return float(done.stdout.splitlines()[-1])


def play(run: Run) -> Report:
    """Play the window's benchmark in this process and return its report."""
    from latent_explorer.checkpoint.library import Library
    from latent_explorer.engine import scheduler
    from latent_explorer.scene.events import Set
    from latent_explorer.ui.automation.benchmark import Benchmark
    from latent_explorer.ui.driver import DrivenWindow
    from latent_explorer.ui.window import window
    from latent_explorer.ui.window.app import App

    if run.delay:
        make = scheduler.Engine

        def answer_late(query: Any, context: Any) -> object:
            time.sleep(run.delay)
            return query.answer(context)

        scheduler.Engine = lambda *given, **named: make(*given, **named, answer=answer_late)  # type: ignore

    class Layering(Benchmark):
        """Chooses the next layer every second, whatever the mouse does."""

        def step(self, app: DrivenWindow) -> bool:
            if run.layers and app.ready_at is not None:
                layer = run.layers[int((time.time() - app.ready_at) / LAYER_SECONDS) % len(run.layers)]
                if app.state.view.layer != layer:
                    app.act(Set("layer", layer))
            return super().step(app)

    began = time.time()
    surface = window.open_window(run.size, fullscreen=False, headless=True)
    player = Layering(began, time.time())
    app = App(surface, Library(run.models, "cpu"), lab=run.lab, headless=True, player=player)
    app.run()
    memory = measure_memory()
    app.close()
    return {**player.report, "memory_mb": memory}


def start(run: Run) -> Report:
    """Play the benchmark in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        if run.dots:
            from tests.benchmarks import made_up

            paths = made_up.save(made_up.Work(dots=run.dots, models=len(run.models)), Path(folder))
            run = replace(run, models=tuple(paths))
        command = [sys.executable, __file__, "--play", json.dumps(asdict(run))]
        done = subprocess.run(command, check=True, cwd=HERE, capture_output=True, text=True)
    report: Report = json.loads(done.stdout.splitlines()[-1])
    return report


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--only", default="", help="rows whose title has this word")
    parser.add_argument("--play", metavar="RUN", help=argparse.SUPPRESS)
    parser.add_argument("--bare", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.bare:
        importlib.import_module("torch")
        importlib.import_module("pygame")
        print(measure_memory())
        return
    if options.play:
        print(json.dumps(play(Run(**json.loads(options.play)))))
        return
    rows = [row for row in ROWS if options.only in row.title]
    reports: dict[Run, list[Report]] = {}  # of runs that several rows read
    print(f"{'99th percentiles':34}{'best':>8}{'median':>8}{'bar':>8}{'limit':>8}", flush=True)
    for row in rows:
        for run in row.runs:
            if run not in reports:
                reports[run] = [start(run) for _ in range(options.repeats)]
        values = [row.read(*of_run) for of_run in zip(*(reports[run] for run in row.runs), strict=True)]
        limit = "" if row.limit is None else f"{row.limit:8.3g}"
        figures = f"{min(values):8.2f}{statistics.median(values):8.2f}{row.bar:8.3g}{limit} {row.unit}"
        print(f"{row.title:34}{figures}", flush=True)  # at once: a run that is cut short keeps its rows


if __name__ == "__main__":
    main()
