"""Switches of lab, checkpoint, projection, layer and theme, while what the last one asked for is still being computed.

`python tests/stress/switches.py --switches 10000 --seed 1` compares the window after each hundredth, pixel by pixel,
with a fresh one in the same state: another library, another engine and another renderer, which know nothing of before.
"""

import argparse
import os
import random
import sys
import threading
import time
import traceback
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from unittest import mock

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))
os.environ |= {"SDL_VIDEODRIVER": "dummy", "TQDM_DISABLE": "1"}

import numpy as np
import pygame

from latent_explorer.checkpoint import sampling
from latent_explorer.checkpoint.library import Library
from latent_explorer.commands import window_end
from latent_explorer.scene import map_menu
from latent_explorer.scene.controls import Choice
from latent_explorer.scene.events import Set
from latent_explorer.shell import toolbar
from latent_explorer.ui.automation import synthetic_mouse
from latent_explorer.ui.driver import DrivenWindow
from latent_explorer.ui.window import window
from latent_explorer.ui.window.app import App
from tests.monkey import MODELS, Fault, live_elsewhere, read_memory
from tests.monkey_events import find_place

SIZE = (1000, 700)
SWITCHED = ("lab", "model", "map", "layer", "theme")
"""What is switched: the first words of the controls' names."""
KEPT = ("", map_menu.NEW, map_menu.CANCEL)
"""Values that begin something else."""
COMPARED_EVERY, TOLD_EVERY = 100, 500
MAX_FRAMES = 30
"""In which a window that waits for its answers comes to rest."""
MAX_LEVELS = 2
"""Of 255, by which a pixel may differ: layers are computed in batches whose size follows the machine's speed, and the
size of a batch rounds the last bit of a number."""
MAX_ANSWER_SECONDS = 600.0
"""For what was asked before and cannot be stopped, then for what is asked now."""


@dataclass
class Switcher:
    """A driver that switches something at every step, and moves the mouse over what it has got."""

    draw: random.Random
    count: int
    wants_frame_now: bool = False
    """Whether a frame waits for its answers: only before the window is compared."""
    given: list[tuple[str, str]] = field(default_factory=list)
    unanswered: int = 0
    """Switches before which the one before them was still being computed."""

    def step(self, app: App) -> bool:
        if self.given and len(self.given) % COMPARED_EVERY == 0:
            self.wants_frame_now = True
            compare_with_fresh_window(app)
            self.wants_frame_now = False
            if len(self.given) % TOLD_EVERY == 0:
                sys.stdout.write(f"{len(self.given)} switches, {read_memory():.0f} MB\n")
                sys.stdout.flush()
        if len(self.given) >= self.count:
            return False
        app.pace = float("inf")
        self.unanswered += app.engine is not None and not app.engine.is_idle
        controls = [one for one in toolbar.list_controls(app.state) if one.name.split()[0] in SWITCHED]
        control = self.draw.choice([one for one in controls if isinstance(one, Choice)])
        value = self.draw.choice([value for value, _ in control.options if value not in KEPT] or [control.value])
        self.given.append((control.name, value))
        app.act(Set(control.name, value))
        synthetic_mouse.move(find_place(self.draw, app))
        return True

    def on_frame_drawn(self, app: DrivenWindow, events: Sequence[pygame.event.Event], seconds: float) -> None: ...


def compare_with_fresh_window(app: App) -> None:
    """Raise `Fault` if the window, when it rests, differs from a fresh one in the same state."""
    settle(app)
    fresh = App(pygame.Surface(SIZE, 0, app.surface), Library(MODELS[:1]), lab=app.state.lab, headless=True)
    try:
        fresh.loader.join()
        settle(fresh)
        fresh.store.state = replace(app.state, library=fresh.library)
        fresh.load_originals()
        settle(fresh)
        pictures = [pygame.surfarray.array3d(one.surface) for one in (app, fresh)]
    finally:
        fresh.close()
    wrong = np.argwhere((np.abs(pictures[0].astype(int) - pictures[1]) > MAX_LEVELS).any(axis=2))
    if len(wrong):
        for name, one in (("window", app), ("fresh", fresh)):
            pygame.image.save(one.surface, Path(os.environ["SWITCHES_PICTURES"]) / f"switches-{name}.png")
        raise Fault(f"{len(wrong)} pixels differ from a fresh window: {wrong.min(axis=0)} to {wrong.max(axis=0)}")


def settle(app: App) -> None:
    """Draw frames, each of which waits for its answers, until nothing changes any more."""
    app.rhythm.awake_until = 0.0
    for _ in range(MAX_FRAMES):
        if app.engine is not None and not app.engine.finish(MAX_ANSWER_SECONDS):
            raise Fault(f"a query has no answer after {MAX_ANSWER_SECONDS} s")
        if not app.frame([]) and app.ready:
            return
    raise Fault(f"the window does not come to rest in {MAX_FRAMES} frames")


def run(switches: int, seed: int) -> str:
    """Switch so often in one window. Return what went wrong; empty if nothing did."""
    faults: list[str] = []
    switcher = Switcher(random.Random(seed), switches)
    places = {"SWITCHES_PICTURES": os.getcwd()}

    def keep(raised: threading.ExceptHookArgs) -> None:
        faults.append("".join(traceback.format_exception(raised.exc_value)))

    still = mock.Mock(perf_counter=lambda: 0.0)  # the window says how long the fit of a mixture took
    with (
        live_elsewhere(),
        mock.patch.dict(os.environ, places),
        mock.patch.object(threading, "excepthook", keep),
        mock.patch.object(sampling, "time", still),
    ):
        app = None
        try:
            surface = window.open_window(SIZE, fullscreen=False, headless=True)
            pygame.event.clear()
            app = App(surface, Library(MODELS[:1]), lab="explore", headless=True, player=switcher)
            app.run()
        except Exception:
            faults.append(f"{traceback.format_exc()}after {len(switcher.given)} switches: {switcher.given[-5:]}\n")
        finally:
            if app is not None:
                app.close()
            pygame.quit()
    told = f"{len(switcher.given)} switches, {switcher.unanswered} of them during work, {read_memory():.0f} MB\n"
    sys.stdout.write(told)
    return "".join(faults)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--switches", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    began = time.monotonic()
    fault = run(options.switches, options.seed)
    sys.stdout.write(f"{time.monotonic() - began:.0f} s\n{fault or 'ok: no pixel differs'}\n")
    return 1 if fault else 0


if __name__ == "__main__":
    sys.exit(window_end.leave(main()))
