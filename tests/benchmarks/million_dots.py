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
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pygame

from latent_explorer.atlas.tsne_transform import Placement
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.checkpoint.library import Library
from latent_explorer.engine import scheduler  # noqa: F401  (imports torch, which is not counted)
from latent_explorer.labs import LABS
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


def measure(title: str, app: App, make_event: Callable[[int], pygame.event.Event]) -> None:
    spent = []
    for step in range(FRAMES):
        began = time.thread_time()
        app.frame([make_event(step)])
        spent.append(1e3 * (time.thread_time() - began))
    print(f"{title:28}{min(spent):8.1f}{np.median(spent):8.1f} ms", flush=True)


def measure_window(path: Path) -> None:
    began = time.perf_counter()
    surface = window.open_window((1440, 900), fullscreen=False, headless=True)
    app = App(surface, Library((str(path),), "cpu"), lab="explore", headless=True)
    app.frame([])
    print(f"{'first frame':28}{time.perf_counter() - began:8.2f} s")
    while not app.ready:
        app.frame([])
        time.sleep(0.005)
    print(f"{'ready':28}{time.perf_counter() - began:8.2f} s")
    x, y = (round(at) for at in LABS["explore"].layout(app.state).maps[0].centre)

    def move(step: int, buttons: tuple[int, int, int]) -> pygame.event.Event:
        at = (x + 7 * step - 100, y + 3 * step)
        return pygame.event.Event(pygame.MOUSEMOTION, pos=at, rel=(7, 3), buttons=buttons, touch=False)

    def turn(step: int) -> pygame.event.Event:
        way = 1 if step % 14 < 7 else -1
        return pygame.event.Event(pygame.MOUSEWHEEL, x=0, y=way, flipped=False, scripted=True)

    measure("mouse moves", app, lambda step: move(step, (0, 0, 0)))
    measure("zoom", app, turn)
    app.frame([pygame.event.Event(pygame.MOUSEBUTTONDOWN, pos=(x, y), button=3, touch=False)])
    measure("drag", app, lambda step: move(step, (0, 0, 1)))
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
