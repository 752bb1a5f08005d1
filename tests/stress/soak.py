"""An hour at the window: mouse and labs in the real loop, at the pace of a user, without a screen.

`python tests/stress/soak.py --minutes 60` prints memory, frames and threads of each sixth of the time, and fails if
the memory of any later sixth is more than 2% above the first one's, if the frames have become slower, or if a thread
still runs a second after the window has closed. Every round gives the same events, so the sixths can be compared.
"""

import argparse
import itertools
import math
import os
import random
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))
os.environ |= {"SDL_VIDEODRIVER": "dummy", "TQDM_DISABLE": "1"}

import numpy as np
import pygame

from latent_explorer.checkpoint import checkpoint_paths
from latent_explorer.checkpoint.library import Library
from latent_explorer.commands import window_end
from latent_explorer.labs import LABS
from latent_explorer.scene.controls import Toggle
from latent_explorer.scene.events import Set
from latent_explorer.scene.rect import Rect
from latent_explorer.shell import toolbar
from latent_explorer.ui.automation import synthetic_mouse
from latent_explorer.ui.driver import DrivenWindow
from latent_explorer.ui.window import window
from latent_explorer.ui.window.app import App
from tests.monkey import live_elsewhere, read_memory
from tests.monkey_events import SLOW_CONTROLS, choose_value

MODELS = ("mnist-ae", "mnist-vae")
SIZE = (1440, 900)
PARTS = 6
"""Of a run; the later ones are compared with the first."""
ACTIONS_IN_LAB = 8
"""With the mouse, and as many with controls: a round through all labs takes a minute or two, and each part of an hour
holds several."""
MEMORY_GROWTH, SLOWDOWN = 1.02, 1.1
"""Of a later part over the first one at most."""
CLOSING_SECONDS = 1.0


@dataclass
class Part:
    """What was measured in one part of the run."""

    frames: list[float] = field(default_factory=list)
    """Seconds from the events to the pixels of each frame that had any."""
    work: list[float] = field(default_factory=list)
    """Seconds of the processor in the window's thread for the same, which other programs change least: the parts are
    compared by these."""
    memory: list[float] = field(default_factory=list)
    """MB, at the beginning and then once a second."""
    threads: int = 0

    @property
    def settled_memory(self) -> float:
        """The median of the last quarter of this part."""
        return float(np.median(self.memory[-max(1, len(self.memory) // 4) :])) if self.memory else math.nan

    def format_row(self, seconds: float) -> str:
        peak = max(self.memory, default=math.nan)
        wall, work = (np.percentile(one or [math.nan], [50, 99]) * 1e3 for one in (self.frames, self.work))
        figures = f"{wall[0]:8.1f} {wall[1]:8.1f} {work[0]:9.1f} {work[1]:8.1f} {self.threads:8}"
        return f"{seconds / 60:8.1f} {self.settled_memory:10.0f} {peak:8.0f} {len(self.frames):8} {figures}"


HEADER = "  minute  memory MB  peak MB   frames   p50 ms   p99 ms  work p50 work p99  threads"


@dataclass(frozen=True)
class Length:
    """How long a run is: an hour says what a user would see, and steps are the same on every machine."""

    seconds: float = math.inf
    steps: float = math.inf
    """Events of the mouse or of a control, each with its frame."""

    def measure_share(self, seconds: float, steps: int) -> float:
        """Return how much of the run is over, 1 at its end."""
        return max(seconds / self.seconds, steps / self.steps)


class Soaker:
    """A driver that plays the same rounds through the labs until its run is over."""

    wants_frame_now = False

    def __init__(self, length: Length, seed: int) -> None:
        self.parts = [Part()]
        self._length, self._seed = length, seed
        self._began = self._next_look = self._worked = 0.0
        self._steps = 0
        self._play: Iterator[None] = iter(())

    def step(self, app: DrivenWindow) -> bool:
        now = time.perf_counter()
        if not self._began:
            app.pace = None  # real time
            self._began = self._next_look = now
            self._play = itertools.chain.from_iterable(play_round(app, self._seed) for _ in itertools.count())
        if now >= self._next_look or not self.parts[-1].memory:
            self._next_look += 1.0
            self.parts[-1].memory.append(read_memory())
            self.parts[-1].threads = max(self.parts[-1].threads, threading.active_count())
        if self._length.measure_share(now - self._began, self._steps) >= len(self.parts) / PARTS:
            sys.stdout.write(f"{self.parts[-1].format_row(now - self._began)}\n")
            sys.stdout.flush()
            if len(self.parts) == PARTS:
                return False
            self.parts.append(Part())
        self._steps += 1
        next(self._play)
        pygame.event.post(pygame.event.Event(pygame.USEREVENT))  # there is a frame after each step
        self._worked = time.thread_time()
        return True

    def on_frame_drawn(self, app: DrivenWindow, events: Sequence[pygame.event.Event], seconds: float) -> None:
        if self._began and events:
            self.parts[-1].frames.append(seconds)
            self.parts[-1].work.append(time.thread_time() - self._worked)


def play_round(app: DrivenWindow, seed: int) -> Iterator[None]:
    """Visit each lab: the mouse over every part, clicks, drags and the wheel, and every kind of control."""
    for lab in LABS:
        draw = random.Random(f"{seed} {lab}")
        app.act(Set("lab", lab))
        yield
        for _ in range(ACTIONS_IN_LAB):
            yield from use_mouse(draw, app)
            use_control(draw, app)
            yield
            if app.state.is_covered:
                synthetic_mouse.press_key(pygame.K_ESCAPE, "escape", [])
                yield


def use_mouse(draw: random.Random, app: DrivenWindow) -> Iterator[None]:
    """Hover over a part in a curve, then click, drag across it, or turn the wheel."""
    layout = LABS[app.state.lab].get_layout(app.state)
    rect = draw.choice([*layout.maps, *layout.parts.values()] or [Rect(0, 0, *app.state.window_size)])
    turns = draw.choice((2, 3, 5))
    for i in range(60):
        angle = 2 * math.pi * i / 60
        synthetic_mouse.move(find_px(rect, math.sin(turns * angle), math.cos(angle)))
        yield
    ends = [find_px(rect, draw.uniform(-1, 1), draw.uniform(-1, 1)) for _ in range(2)]
    match draw.choice(("click", "drag", "scroll")):
        case "click":
            for down in (True, False):
                synthetic_mouse.press(ends[0], down)
                yield
        case "drag":
            synthetic_mouse.press(ends[0], True)
            for i in range(20):
                share = i / 19
                synthetic_mouse.move(tuple(a + (b - a) * share for a, b in zip(*ends, strict=True)), 1)
                yield
            synthetic_mouse.press(ends[1], False)
            yield
        case "scroll":
            for steps in (2, 2, -4):
                synthetic_mouse.scroll(steps)
                yield


def find_px(rect: Rect, x: float, y: float) -> tuple[float, float]:
    """Return a place in the window by its place in a part, from -1 to 1 from edge to edge."""
    return rect.centre[0] + 0.49 * rect.width * x, rect.centre[1] + 0.49 * rect.height * y


def use_control(draw: random.Random, app: DrivenWindow) -> None:
    """Set a control that begins no minutes of work; a toggle by chance, so that each round leaves the same."""
    kept = ("lab", "pad", "covered", "help", "view", *SLOW_CONTROLS)
    controls = [one for one in toolbar.list_controls(app.state) if not any(word in one.name for word in kept)]
    if controls:
        control = draw.choice(controls)
        value = draw.random() < 0.5 if isinstance(control, Toggle) else choose_value(draw, control)
        app.act(Set(control.name, value))


def soak(length: Length, seed: int, models: Sequence[str] = MODELS) -> tuple[list[Part], float, list[str]]:
    """Play for so long, and close the window. Return the parts, the seconds until the threads had ended, and the names
    of those that had not after ten times as many as they may take."""
    before = set(threading.enumerate())
    sys.stdout.write(f"{HEADER}\n")
    soaker, paths = Soaker(length, seed), tuple(str(checkpoint_paths.find(name)) for name in models)
    with live_elsewhere():
        app = App(
            window.open_window(SIZE, fullscreen=False, headless=True), Library(paths), lab="explore",
            headless=True, player=soaker,
        )  # fmt: skip
        try:
            app.run()
        finally:
            closed = time.perf_counter()
            app.close()
            running = [one for one in threading.enumerate() if one not in before]
            for thread in running:
                thread.join(max(0.0, closed + 10 * CLOSING_SECONDS - time.perf_counter()))
            taken = time.perf_counter() - closed
            pygame.quit()
    return soaker.parts, taken, [thread.name for thread in running if thread.is_alive()]


def find_faults(parts: Sequence[Part], taken: float, running: Sequence[str]) -> list[str]:
    """Return a line for each limit that was not kept."""
    first, faults = parts[0], list[str]()
    grown = max(part.settled_memory for part in parts) / first.settled_memory
    if grown > MEMORY_GROWTH:
        faults.append(f"the memory grew to {grown:.3f} times the first part's; {MEMORY_GROWTH} is allowed")
    slower = np.percentile(parts[-1].work or [math.nan], 99) / np.percentile(first.work or [math.nan], 99)
    if slower > SLOWDOWN:
        faults.append(f"the last part's frames take {slower:.2f} times the first one's at p99; {SLOWDOWN} is allowed")
    if running or taken > CLOSING_SECONDS:
        faults.append(f"threads ended after {taken:.1f} s, still running: {', '.join(running) or 'none'}")
    return faults


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--models", nargs="+", default=MODELS)
    options = parser.parse_args()
    parts, taken, running = soak(Length(seconds=60 * options.minutes), options.seed, options.models)
    sys.stdout.write(f"threads ended {taken:.2f} s after the window was told to close\n")
    faults = find_faults(parts, taken, running)
    sys.stdout.write("".join(f"{line}\n" for line in faults) or "ok\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(window_end.leave(main()))
