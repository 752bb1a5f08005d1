"""A monkey at the window: random events in the real loop, without a screen, until something breaks.

`python tests/monkey.py --events 200000 --seed 1` runs until so many events were given or a fault was found. Every life,
a window from its opening to its closing, has a seed of its own; a fault is printed with the line that replays it.
"""

import argparse
import contextlib
import ctypes
import gc
import json
import os
import random
import re
import shutil
import sys
import tempfile
import threading
import time
import traceback
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from unittest import mock

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ |= {"SDL_VIDEODRIVER": "dummy", "TQDM_DISABLE": "1"}

import numpy as np
import pygame
from PIL import Image

from latent_explorer.checkpoint import checkpoint_paths
from latent_explorer.checkpoint.library import Library
from latent_explorer.commands import window_end
from latent_explorer.data import torchvision_sets
from latent_explorer.errors import WorkError
from latent_explorer.scene.items import Text
from latent_explorer.ui.driver import DrivenWindow
from latent_explorer.ui.window import window
from latent_explorer.ui.window.app import App
from latent_explorer.ui.window.renderer import Moment, Renderer
from tests.monkey_events import BURSTS, SIZES, Burst, Event, give, invent

MODELS = ("digits-vae", "digits-anomaly", "wine-vae", "faces-vae", "beats-vae")
"""Checkpoints in the menus: small ones, so that an event takes milliseconds. Lessons bring theirs."""
LIFE = 1000
"""Events from the opening of a window to its closing, if it is not closed before."""
WAITS_EVERY = 20
"""Of so many lives one waits for its answers: several times slower, and the same at every replay."""
COMPARED_EVERY = 50
"""Frames after which the window is compared with one that is drawn anew."""
INTERNAL = re.compile(r"\b(?!WorkError|InputError)[A-Z]\w*(Error|Exception)\b|Traceback")
"""What a message says that was written for nobody to read."""
CACHE = tempfile.TemporaryDirectory(prefix="monkey-cache")
"""The user's cache of all lives, so that data sets are drawn once."""


class Fault(Exception):
    """The window is not as it should be, though nothing was raised."""


@dataclass
class Monkey:
    """A driver that gives `bursts`, or `count` random events, and looks at the window after each frame."""

    draw: random.Random
    count: int
    bursts: list[Burst] | None = None
    wants_frame_now: bool = True
    """Whether each frame waits for its answers, so that the same events give the same frames; else they come late."""
    given: list[Burst] = field(default_factory=list)
    """The events of each frame."""
    done: int = 0
    """Events that were given."""
    seen: Counter[str] = field(default_factory=Counter)
    """Frames in each lab, and in which something lay over it."""
    slowest: tuple[float, Burst] = (0.0, [])
    _began: float = 0.0

    def step(self, app: App) -> bool:
        if self.given:
            self.slowest = max(self.slowest, (time.perf_counter() - self._began, self.given[-1]))
            self._look(app)
        if self.done >= self.count:
            return False
        self._began = time.perf_counter()
        app.pace = float("inf")
        self.given.append([])
        if self.bursts is None:
            for _ in range(min(self.draw.choice(BURSTS), self.count - self.done)):
                self._give(app, invent(self.draw, app))
        else:
            for event in self.bursts[len(self.given) - 1]:
                self._give(app, event)
        pygame.event.post(pygame.event.Event(pygame.USEREVENT))  # there is a frame after each burst
        app.files.restored = False  # what a session of this program breaks is a fault, and not to be hidden
        return True

    def _give(self, app: App, event: Event) -> None:
        self.given[-1].append(event)
        self.done += 1
        give(app, event)

    def on_frame_drawn(self, app: DrivenWindow, events: Sequence[pygame.event.Event], seconds: float) -> None: ...

    def _look(self, app: App) -> None:
        """Raise `Fault` if the window says or shows what it should not."""
        state = app.state
        there = {
            state.lab: True, "a lesson": state.overlay.lesson is not None, "help": state.overlay.help,
            "the lessons' list": state.lessons.listed, "the pad": state.drawing.pad.open,
            "a presentation": state.presentation.on, "the gallery": state.gallery.shown,
            "a question": state.status.question is not None,
            "a file dialog": app.files.dialog is not None, "a recording": app.captures.recording,
        }  # fmt: skip
        self.seen.update(name for name, shown in there.items() if shown)
        lines = (app.state.status.message, app.state.status.notice)
        shown = (item.text for item in app.renderer.view if isinstance(item, Text))
        for line in (*lines, *shown):
            if INTERNAL.search(line):
                raise Fault(f"the window says {line[:200]!r}")
        if len(self.given) % COMPARED_EVERY == 0:
            compare_with_fresh(app)


def compare_with_fresh(app: App) -> None:
    """Raise `Fault` if the window differs from one that is drawn anew, with nothing remembered."""
    at, view = Moment(app.clock, app.mouse, animated=False), app.make_view()
    fresh = Renderer(app.library, app.widgets, app.captures, app.focus)
    fresh.tips, pictures = app.renderer.tips, []
    for renderer in (app.renderer, fresh):
        renderer.draw(app.surface, app.state, view, at, dialog=app.files.dialog)
        pictures.append(pygame.surfarray.array3d(app.surface))
    app.renderer = fresh
    wrong = np.argwhere((pictures[0] != pictures[1]).any(axis=2))
    if len(wrong):
        raise Fault(f"{len(wrong)} pixels differ from a fresh drawing: {wrong.min(axis=0)} to {wrong.max(axis=0)}")


@contextlib.contextmanager
def live_elsewhere() -> Iterator[None]:
    """In a new folder, which is the user's too, with files to open; without network and without large models."""

    def refuse(*_: object, **__: object) -> None:
        raise WorkError("there is no network")

    before, folder = Path.cwd(), Path(tempfile.mkdtemp(prefix="monkey"))
    homes = ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "LATENT_EXPLORER_DATA")
    places = {**dict.fromkeys(homes, str(folder)), "XDG_CACHE_HOME": CACHE.name}
    (folder / "desk").mkdir()
    os.chdir(folder / "desk")
    Image.effect_noise((40, 30), 90).save("noise.png")
    Path("broken.png").write_bytes(b"\x89PNG no picture")
    Path("broken.json").write_text("{}")
    shutil.copy(checkpoint_paths.find("wine-vae"), "copy.safetensors")
    try:
        with (
            mock.patch.dict(os.environ, places),
            mock.patch.object(torchvision_sets, "fetch", refuse),
            mock.patch.object(checkpoint_paths, "list_shipped", return_value=list(MODELS)),
        ):
            yield
    finally:
        os.chdir(before)
        shutil.rmtree(folder, ignore_errors=True)


def live(monkey: Monkey) -> str:
    """Open a window, let the monkey at it, and close it. Return what went wrong; empty if nothing did."""
    faults: list[str] = []

    def keep(raised: threading.ExceptHookArgs) -> None:
        faults.append("".join(traceback.format_exception(raised.exc_value)))

    with live_elsewhere(), mock.patch.object(threading, "excepthook", keep):
        app = None
        try:
            surface = window.open_window(SIZES[0], fullscreen=False, headless=True)
            pygame.event.clear()
            app = App(surface, Library(MODELS[:1]), lab="explore", headless=True, player=monkey)
            app.run()
        except Exception:
            faults.append(traceback.format_exc())
        finally:
            if app is not None:
                app.loader.join()
                app.close()
            app = None
            gc.collect()  # pygame never frees the fonts that outlive it
            pygame.quit()
    return "".join(faults)


def replay(bursts: list[Burst], *, waits: bool) -> str:
    """Live a life of these events; return what went wrong."""
    return live(Monkey(random.Random(), sum(map(len, bursts)), bursts, waits))


def shorten(bursts: list[Burst], fault: str, *, waits: bool) -> list[Burst]:
    """Return the shortest end of a life that has the same fault when it is all of a life."""
    last = fault.strip().splitlines()[-1][:40]

    def has_it(length: int) -> bool:
        return last in replay(bursts[-length:], waits=waits)

    too_short, length = 0, 1
    while length < len(bursts) and not has_it(length):
        too_short, length = length, 2 * length
    length = min(length, len(bursts))
    while length - too_short > 1:
        middle = (length + too_short) // 2
        if has_it(middle):
            length = middle
        else:
            too_short = middle
    return bursts[-length:]


def read_memory() -> float:
    """Return the process' memory in MB, without what glibc keeps for later, which grows with the highest peak of a life
    and would hide a leak; 0 where the system does not say."""
    gc.collect()
    with contextlib.suppress(OSError, AttributeError):  # not glibc
        ctypes.CDLL(None).malloc_trim(0)
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
    except OSError:
        return 0.0


def run(events: int, seed: int, until: float = float("inf"), *, hasty: bool = False) -> str:
    """Give so many events, or as many as there is time for, in one life after the other. Return the first fault. One
    life in `WAITS_EVERY` waits for its answers; none if `hasty`."""
    done, frames, number, seen = 0, 0, 0, Counter[str]()
    while done < events and time.time() < until:
        waits = number % WAITS_EVERY == 0 and not hasty
        monkey = Monkey(random.Random(f"{seed}/{number}"), min(LIFE, events - done), wants_frame_now=waits)
        fault = live(monkey)
        done, frames, number = done + monkey.done, frames + len(monkey.given), number + 1
        seen += monkey.seen
        seconds, burst = monkey.slowest
        so_far = f"{done} events, {frames} frames, {number} lives, {read_memory():.0f} MB"
        sys.stdout.write(f"{so_far}, slowest {seconds:.1f} s {json.dumps(burst)}\n")
        sys.stdout.flush()
        if fault:
            short = json.dumps(shorten(monkey.given, fault, waits=waits))
            line = f"python tests/monkey.py{'' if waits else ' --hasty'} --replay '{short}'"
            return f"{fault}\nevent {done} of seed {seed}, life {number}\n{line}\n"
    sys.stdout.write(f"frames by what was shown: {dict(seen.most_common())}\n")
    return ""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=float("inf"), help="begin no life after so many")
    parser.add_argument("--replay", type=json.loads, help="the events that a fault was printed with")
    parser.add_argument("--hasty", action="store_true", help="in no life wait for answers")
    options = parser.parse_args()
    if options.replay is not None:
        fault = replay(options.replay, waits=not options.hasty)
    else:
        fault = run(options.events, options.seed, time.time() + options.seconds, hasty=options.hasty)
    sys.stdout.write(fault or "ok: no fault\n")
    return 1 if fault else 0


if __name__ == "__main__":
    sys.exit(window_end.leave(main()))
