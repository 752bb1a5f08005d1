"""What one mouse event costs, counted and not timed: the same figures on every machine.

    python tests/benchmarks/mouse_event.py [--against CLONE]

prints a table: Python calls from an event to its pixels, searches for the nearest dot among them, and decoded batches
in 200 frames of a picture that glides. The window is not seen; its loop is the real one.
"""

import argparse
import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

os.environ["SDL_VIDEODRIVER"] = "dummy"
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import pygame
import scipy.spatial

from tests.import_circles import find_circles

if TYPE_CHECKING:
    from latent_explorer.ui.window.app import App

SIZE = (1280, 840)
FRAME = 1 / 60
EVENTS, GLIDING = 60, 200
HERE = Path(__file__).resolve().parents[2]
CASES = (
    ("Explore", "explore", ("mnist-vae",)),
    ("Compare, 2 models", "compare", ("mnist-ae", "mnist-vae")),
)
FIGURES = ("Python calls for an event", "nearest-dot searches", f"decodes in {GLIDING} frames")
BEFORE = ((1774, 13, 504), (2726,))
"""The same figures before a frame's values were computed once."""
BARS = ((600, 3, 310), (1350,))
PACKAGE = f"{os.sep}latent_explorer{os.sep}"


class Idle:
    """Drives nothing: the events are given to `App.frame` by hand."""

    wants_frame_now = False

    def step(self, app: "App") -> bool:
        return True

    def on_frame_drawn(self, app: "App", events: Any, seconds: float) -> None: ...


class CountingTree(scipy.spatial.cKDTree):
    """A k-d tree that counts its searches."""

    searches = 0

    def query(self, *arguments: Any, **options: Any) -> Any:
        CountingTree.searches += 1
        return super().query(*arguments, **options)


class Calls:
    """Counts calls of the package's own Python functions by name while it is on, and searches of k-d trees."""

    def __init__(self) -> None:
        self.functions: Counter[str] = Counter()
        self.searches = 0

    def see(self, frame: FrameType, event: str, argument: Any) -> None:
        if event == "call" and PACKAGE in frame.f_code.co_filename:
            self.functions[frame.f_code.co_name] += 1

    def __enter__(self) -> "Calls":
        CountingTree.searches = 0
        sys.setprofile(self.see)
        return self

    def __exit__(self, *_: object) -> None:
        sys.setprofile(None)
        self.searches = CountingTree.searches


def open_app(lab: str, models: tuple[str, ...]) -> "App":
    """Open the window unseen, with its models loaded and the first picture on it."""
    scipy.spatial.cKDTree = CountingTree
    from latent_explorer.checkpoint.library import Library
    from latent_explorer.ui.window import window
    from latent_explorer.ui.window.app import App

    surface = window.open_window(SIZE, fullscreen=False, headless=True)
    app = App(surface, Library(models, "cpu", ()), lab=lab, headless=True, player=Idle())
    app.pace = FRAME
    for _ in range(600):
        app.frame(app.wait_for_events())
        if app.ready and not app.state.status.loading:
            break
        pygame.time.wait(20)
    assert app.engine is not None
    for _ in range(30):
        app.engine.finish()
        app.frame([])
    return app


def moves(app: "App", count: int) -> list[pygame.event.Event]:
    """Mouse positions along a line over the first map, a few pixels from each other."""
    from latent_explorer.labs import LABS

    rect = LABS[app.state.lab].get_layout(app.state).maps[0]
    places = [
        (rect.x + rect.width * (0.25 + 0.5 * i / count), rect.y + rect.height * (0.3 + 0.4 * i / count))
        for i in range(count)
    ]
    return [
        pygame.event.Event(pygame.MOUSEMOTION, pos=place, rel=(1, 1), buttons=(0, 0, 0), touch=False)
        for place in places
    ]


def count_calls(lab: str, models: tuple[str, ...]) -> tuple[float, float, int]:
    """Return the median of Python calls and of searches for one event, and the decoded batches of `GLIDING` frames."""
    app = open_app(lab, models)
    try:
        calls, searches = [], []
        for event in moves(app, EVENTS):
            with Calls() as seen:
                app.frame([event])
            calls.append(seen.functions.total())
            searches.append(seen.searches)
        with Calls() as seen:
            for event in moves(app, GLIDING):
                app.frame([event])
        return sorted(calls)[EVENTS // 2], sorted(searches)[EVENTS // 2], seen.functions["decode"]
    finally:
        app.close()
        pygame.quit()


def measure_frames(root: Path, lab: str, models: tuple[str, ...]) -> tuple[float, float]:
    """Return the 99th percentiles of a frame and from an event to its pixels, in milliseconds, of the program in a
    clone at `root`."""
    command = [sys.executable, "demo.py", *models, "--lab", lab, "--headless", "--bench", "--json"]
    # the clone's own package, and not the one that is installed
    here = {**os.environ, "PYTHONPATH": str(root)}
    report = json.loads(subprocess.run(command, cwd=root, env=here, check=True, capture_output=True, text=True).stdout)
    return report["frame_ms"]["p99"], report["event_to_pixels_ms"]["p99"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--against", type=Path, help="a clone of another version, to compare frame times with")
    options = parser.parse_args()
    print(f"{'':44}{'here':>8}{'before':>9}{'bar':>8}")
    for (title, lab, models), before, bars in zip(CASES, BEFORE, BARS, strict=True):
        for what, here, was, bar in zip(FIGURES, count_calls(lab, models), before, bars, strict=False):
            print(f"{title + ': ' + what:44}{here:8,.0f}{was:9,}{bar:8,}")
    print(f"{'modules that import each other in a circle':44}{sum(map(len, find_circles())):8}{8:9}{0:8}")
    for title, lab, models in CASES if options.against else ():
        before, here = (measure_frames(root, lab, models) for root in (options.against, HERE))
        for what, was, now in zip(("frame p99", "event to pixels p99"), before, here, strict=True):
            print(f"{title + ': ' + what + ', ratio':44}{now / was:8.2f}{1.0:9.2f}{0.8:8.2f}")


if __name__ == "__main__":
    main()
