"""How quick a map of very many dots is: `python tests/benchmarks/million_dots.py [DOTS]` makes its own data and prints
the time of opening it, of frames while the mouse moves, zooms and drags, the memory, and of placing new latents.

Milliseconds of the window's own thread, so that other programs on the machine weigh less; best and median.
"""

import os

os.environ["SDL_VIDEODRIVER"] = "dummy"

import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pygame

from latent_explorer.atlas.tsne_transform import Placement
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.checkpoint.library import Library
from latent_explorer.engine import scheduler  # noqa: F401  (imports torch, which is not counted)
from latent_explorer.labs import LABS
from latent_explorer.ui.driver import Driver
from latent_explorer.ui.window import window
from latent_explorer.ui.window.app import App

DIMENSIONS, CLUSTERS, SIDE = 8, 40, 8
FITTED, PLACED, PLACED_DIMENSIONS = 50_000, 10_000, 32
FRAMES = 28


def make_checkpoint(dots: int, folder: Path) -> Path:
    """Write a checkpoint of so many dots."""
    draw = np.random.default_rng(0)
    labels = draw.integers(0, CLUSTERS, dots)
    centres = 3 * draw.standard_normal((CLUSTERS, DIMENSIONS))
    z = (centres[labels] + draw.standard_normal((dots, DIMENSIONS))).astype(np.float32)
    weights = draw.standard_normal((DIMENSIONS, SIDE * SIDE)).astype(np.float32) / 3

    def decode(latents: np.ndarray) -> np.ndarray:
        return (1 / (1 + np.exp(-(latents @ weights)))).reshape(-1, 1, SIDE, SIDE).astype(np.float32)

    images = np.concatenate([(decode(z[i : i + 50_000]) * 255).astype(np.uint8) for i in range(0, dots, 50_000)])
    made = Checkpoint.from_arrays(z, decode, images, labels, methods=("pca",), points=dots, fit_inverse=False)
    return made.save(folder / "many.safetensors")


def open_window(paths: Sequence[str], lab: str, player: Driver | None = None) -> App:
    """Open the window unseen and draw its first frame."""
    surface = window.open_window((1440, 900), fullscreen=False, headless=True)
    app = App(surface, Library(tuple(paths), "cpu"), lab=lab, headless=True, player=player)
    app.frame([])
    return app


def wait_until_ready(app: App) -> None:
    while not app.ready:
        app.frame([])
        time.sleep(0.005)


def time_gestures(app: App, seconds: float = 0.0) -> Iterator[tuple[str, list[float]]]:
    """Yield the milliseconds of each frame while the mouse moves over the first map, zooms and drags it; a frame begins
    `seconds` after the one before, or as soon as that is drawn."""
    x, y = (round(at) for at in LABS[app.state.lab].get_layout(app.state).maps[0].centre)

    def time_frames(make_event: Callable[[int], pygame.event.Event]) -> list[float]:
        spent = []
        for step in range(FRAMES):
            due, began = time.perf_counter() + seconds, time.thread_time()
            app.frame([make_event(step)])
            spent.append(1e3 * (time.thread_time() - began))
            time.sleep(max(0.0, due - time.perf_counter()))
        return spent

    def move(step: int, buttons: tuple[int, int, int]) -> pygame.event.Event:
        at = (x + 7 * step - 100, y + 3 * step)
        return pygame.event.Event(pygame.MOUSEMOTION, pos=at, rel=(7, 3), buttons=buttons, touch=False)

    def turn(step: int) -> pygame.event.Event:
        way = 1 if step % 14 < 7 else -1
        return pygame.event.Event(pygame.MOUSEWHEEL, x=0, y=way, flipped=False, scripted=True)

    yield "hover", time_frames(lambda step: move(step, (0, 0, 0)))
    yield "zoom", time_frames(turn)
    app.frame([pygame.event.Event(pygame.MOUSEBUTTONDOWN, pos=(x, y), button=3, touch=False)])
    yield "pan", time_frames(lambda step: move(step, (0, 0, 1)))
    app.frame([pygame.event.Event(pygame.MOUSEBUTTONUP, pos=(x, y), button=3, touch=False)])


def measure_window(path: Path) -> None:
    began = time.perf_counter()
    app = open_window((str(path),), "explore")
    print(f"{'first frame':28}{time.perf_counter() - began:8.2f} s")
    wait_until_ready(app)
    print(f"{'ready':28}{time.perf_counter() - began:8.2f} s")
    for title, spent in time_gestures(app):
        print(f"{title:28}{min(spent):8.1f}{np.median(spent):8.1f} ms", flush=True)
    app.close()
    print(f"{'memory at most':28}{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:8.0f} MB")


def measure_placement() -> None:
    draw = np.random.default_rng(0)
    z = draw.standard_normal((FITTED + PLACED, PLACED_DIMENSIONS)).astype(np.float32)
    placement = Placement().fit(30 * draw.standard_normal((FITTED, 2)), z[:FITTED])
    began, spent = time.perf_counter(), time.process_time()
    placement.transform(z[FITTED:])
    wall, cpu = (1e6 / PLACED * (now - then) for now, then in zip(
        (time.perf_counter(), time.process_time()), (began, spent), strict=True
    ))  # fmt: skip
    print(f"placing a million latents of {PLACED_DIMENSIONS} dimensions on a t-SNE of {FITTED:,}:", end=" ")
    print(f"{wall:.0f} s, {cpu:.0f} s of one core")


def main() -> None:
    if sys.argv[1:2] == ["--make"]:
        make_checkpoint(int(sys.argv[3]), Path(sys.argv[2]))
        return
    dots = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory() as folder:
        # in a process of its own, for the memory that it takes
        subprocess.run([sys.executable, __file__, "--make", folder, str(dots)], check=True)
        measure_window(Path(folder) / "many.safetensors")
    measure_placement()


if __name__ == "__main__":
    main()
