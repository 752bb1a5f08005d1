"""`--bench`: a fixed mouse path through the real event loop, timed."""

import math
import os
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pygame

from latent_explorer.engine.queries.user_image import UserImageQueryValue
from latent_explorer.labs import LABS
from latent_explorer.scene.rect import Rect
from latent_explorer.shell import drawing_pad
from latent_explorer.ui.driver import DrivenWindow
from latent_explorer.user_image import OwnImage

EVENT_RATE = 120  # mouse events a second
HOVER_SECONDS, IDLE_SECONDS = 6.0, 3.0  # seconds
DRAWING_SECONDS, OPENING_SECONDS = (
    3.0,
    1.5,
)  # seconds of drawing on the pad, and seconds after which the opened pad has warmed up
SETTLE_SECONDS = 2.5  # seconds after the last event until the window sleeps
REPEATS = 300

IMPORTED_AT = time.time()


class StartBenchmark:
    """A driver that closes the window as soon as a mouse would have its picture."""

    wants_frame_now = False

    def __init__(self, started: float, opened: float) -> None:
        """`started` and `opened`: start of the process and of its window, in seconds of time.time."""
        self.report: dict[str, Any] = {}
        self._started, self._opened = started, opened

    def step(self, app: DrivenWindow) -> bool:
        self.report = time_start(app, self._started, self._opened)
        return False

    def on_frame_drawn(self, app: DrivenWindow, events: Sequence[pygame.event.Event], seconds: float) -> None: ...


class Benchmark:
    """A driver that hovers over every map, zooms, pans and drags, then idles. A thread posts the events."""

    wants_frame_now = False

    def __init__(self, started: float, opened: float) -> None:
        """`started` and `opened`: start of the process and of its window, in seconds of time.time."""
        self.report: dict[str, Any] = {}
        self._started, self._opened = started, opened
        self._frames: list[float] = []
        self._latencies: list[float] = []
        self._thread: threading.Thread | None = None
        self._done = threading.Event()
        self._idle: tuple[float, float] | None = None
        self._pen_events: deque[tuple[float, OwnImage]] = deque()
        """Time stamp and user image of each pen event whose results are not on the screen yet."""
        self._pen_latencies: list[float] = []

    def step(self, app: DrivenWindow) -> bool:
        if self._thread is None:
            app.pace = None  # real time, also in a headless run, and what a window on a screen does besides
            if app.engine is not None:
                app.engine.prepare_originals(app.state.models)
            self._thread = threading.Thread(target=self._run_mouse, args=(app,), daemon=True)
            self._thread.start()
        if not self._done.is_set():
            return True
        now = time.perf_counter()
        if self._idle is None:
            self._idle = (now + SETTLE_SECONDS, float("nan"))
        until, cpu = self._idle
        if np.isnan(cpu):
            if now >= until:
                self._idle = (now, time.process_time())
            return True
        if now - until < IDLE_SECONDS:
            return True
        self._finish(app, 100 * (time.process_time() - cpu) / (now - until))
        return False

    def on_frame_drawn(self, app: DrivenWindow, events: Sequence[pygame.event.Event], seconds: float) -> None:
        # the latency of the pen is measured separately, until the models have answered
        stamps = [event.stamp for event in events if hasattr(event, "stamp") and not hasattr(event, "pen")]
        if stamps or (app.gliding and not self._done.is_set()):
            self._frames.append(seconds)
            now = time.perf_counter()
            self._latencies += [now - stamp for stamp in stamps]
        self._record_pen_latencies(app, [event.stamp for event in events if hasattr(event, "pen")])

    def _record_pen_latencies(self, app: DrivenWindow, stamps: Sequence[float]) -> None:
        """Record latencies of drawings of which (or of later ones) latent, position and reconstruction are shown."""
        if app.state.drawing.image is not None:
            self._pen_events += [(stamp, app.state.drawing.image) for stamp in stamps]
        if not self._pen_events or app.engine is None:
            return
        slots = range(LABS[app.state.lab].count_models(app.state))
        values = [app.engine.results.get_value(f"own {slot}", UserImageQueryValue) for slot in slots]
        images = [image for _, image in self._pen_events]
        places = [max((i for i, one in enumerate(images) if v and one == v.image), default=-1) for v in values]
        now = time.perf_counter()
        for _ in range(min(places, default=-1) + 1):
            self._pen_latencies.append(now - self._pen_events.popleft()[0])

    # -- the mouse ------------------------------------------------------------------------------------

    def _run_mouse(self, app: DrivenWindow) -> None:
        """Post the fixed mouse path: Lissajous curves over the maps, the wheel in and out, a pan, a drag."""
        rects = LABS[app.state.lab].get_layout(app.state).maps
        time.sleep(0.3)
        began = time.perf_counter()
        for i in range(round(HOVER_SECONDS * EVENT_RATE)):
            share = i / (HOVER_SECONDS * EVENT_RATE)
            rect = rects[int(share * 2 * len(rects)) % len(rects)]
            px = (
                rect.centre[0] + 0.42 * rect.width * float(np.sin(2 * np.pi * 5 * share)),
                rect.centre[1] + 0.42 * rect.height * float(np.sin(2 * np.pi * 7 * share + 0.5)),
            )
            self._post(pygame.MOUSEMOTION, pos=px, rel=(1, 1), buttons=(0, 0, 0), touch=False)
            time.sleep(max(0.0, began + (i + 1) / EVENT_RATE - time.perf_counter()))
        for rect in rects:
            self._post_gestures(rect.centre, rect.shorter_side)
        lab = LABS[app.state.lab]
        for part in lab.list_interactive_parts(app.state):
            if part in lab.get_layout(app.state).parts:
                self._drag_over(lab.get_layout(app.state).parts[part])
        self._draw_digits(app)
        self._done.set()
        pygame.event.post(pygame.event.Event(pygame.USEREVENT))

    def _post_gestures(self, centre: tuple[float, float], side: int) -> None:
        motion = {"rel": (1, 1), "touch": False}
        self._post(pygame.MOUSEMOTION, pos=centre, buttons=(0, 0, 0), **motion)
        for y in (1,) * 6 + (-1,) * 6:
            self._post(pygame.MOUSEWHEEL, x=0, y=y, precise_x=0.0, precise_y=float(y), flipped=False, scripted=True)
            time.sleep(1 / 60)
        for button in (3, 1):  # the right button pans; the left one, from a dot, belongs to the lab
            buttons = tuple(int(i == button) for i in (1, 2, 3))
            self._post(pygame.MOUSEBUTTONDOWN, pos=centre, button=button, touch=False)
            for i in range(30):
                px = (centre[0] + 0.3 * side * np.sin(i / 29 * np.pi), centre[1] + 0.2 * side * i / 29)
                self._post(pygame.MOUSEMOTION, pos=px, buttons=buttons, **motion)
                time.sleep(1 / 60)
            self._post(pygame.MOUSEBUTTONUP, pos=px, button=button, touch=False)
            time.sleep(0.1)
        self._post(pygame.KEYDOWN, key=pygame.K_HOME, mod=0, unicode="")
        time.sleep(0.1)

    def _drag_over(self, rect: Rect) -> None:
        """Post a press on a part of the lab and a drag across it."""
        path = [(rect.x + (rect.width - 1) * i / 29, rect.centre[1]) for i in range(30)]
        self._post(pygame.MOUSEMOTION, pos=path[0], rel=(1, 1), buttons=(0, 0, 0), touch=False)
        self._post(pygame.MOUSEBUTTONDOWN, pos=path[0], button=1, touch=False)
        for px in path:
            self._post(pygame.MOUSEMOTION, pos=px, rel=(1, 1), buttons=(1, 0, 0), touch=False)
            time.sleep(1 / 60)
        self._post(pygame.MOUSEBUTTONUP, pos=path[-1], button=1, touch=False)
        time.sleep(0.1)

    def _draw_digits(self, app: DrivenWindow) -> None:
        """Post the strokes of an eight and a seven on the pad, then close the pad."""
        self._post(pygame.KEYDOWN, key=pygame.K_o, mod=0, unicode="o")
        time.sleep(OPENING_SECONDS)
        ink = drawing_pad.make_layout(app.state).ink
        angle = np.linspace(0, 2 * np.pi, round(DRAWING_SECONDS * EVENT_RATE / 2))
        eight = np.stack([0.5 + 0.2 * np.sin(2 * angle), 0.5 - 0.35 * np.cos(angle)], axis=1)
        seven = np.array([[0.3, 0.2], [0.7, 0.2], [0.45, 0.85]])[np.minimum(angle // 2.1, 2).astype(int)]
        seven += np.stack([0.02 * np.sin(7 * angle), 0.02 * np.cos(5 * angle)], axis=1)
        for line in (eight, seven):
            px = [(ink.x + x * ink.width, ink.y + y * ink.height) for x, y in line.tolist()]
            began = time.perf_counter()
            self._post(pygame.MOUSEBUTTONDOWN, pos=px[0], button=1, touch=False, pen=True)
            for i, one in enumerate(px[1:], 1):
                time.sleep(max(0.0, began + i / EVENT_RATE - time.perf_counter()))
                self._post(pygame.MOUSEMOTION, pos=one, rel=(1, 1), buttons=(1, 0, 0), touch=False, pen=True)
            self._post(pygame.MOUSEBUTTONUP, pos=px[-1], button=1, touch=False)
            time.sleep(0.3)
        self._post(pygame.KEYDOWN, key=pygame.K_DELETE, mod=0, unicode="")
        self._post(pygame.KEYDOWN, key=pygame.K_o, mod=0, unicode="o")
        time.sleep(0.1)

    def _post(self, kind: int, **values: Any) -> None:
        pygame.event.post(pygame.event.Event(kind, stamp=time.perf_counter(), **values))

    # -- the figures ----------------------------------------------------------------------------------

    def _finish(self, app: DrivenWindow, idle_cpu_percent: float) -> None:
        slots = range(LABS[app.state.lab].count_models(app.state))
        models = [app.state.get_model_name(slot) for slot in slots]
        checkpoints = [app.library[name] for name in models]
        atlases = [c.maps[app.state.get_map_name(slot)] for slot, c in zip(slots, checkpoints, strict=True)]
        decoding, nothing = [c for c in checkpoints if c.can_decode], [np.array([math.nan])]
        bare = [_measure_times(c.model.decode, _make_latent_tensor(c)) for c in decoding] or nothing
        full = [_measure_times(c.decode, c.latents[:1]) for c in decoding] or nothing
        inverse = [_measure_times(a.inverse_transform, a.xy[:1] + np.float32(0.001), 0.001) for a in atlases]
        self.report = {
            "points": sum(len(c.latents) for c in checkpoints),
            "models": models,
            "lab": app.state.lab,
            "size": list(app.state.size),
            "device": str(checkpoints[0].model.device),
            "frames": len(self._frames),
            "frame_ms": summarise(self._frames, 1e3),
            "decode_ms": summarise(np.concatenate(full), 1e3),
            "inverse_us": summarise(np.concatenate(inverse), 1e6),
            "event_to_pixels_ms": summarise(self._latencies, 1e3),
            "pen_ms": summarise(self._pen_latencies or [math.nan], 1e3),
            **time_start(app, self._started, self._opened),
            "bare_decode_ms": _round(np.median(np.sum(bare, axis=0)) * 1e3, 4),
            "idle_cpu_percent": round(idle_cpu_percent, 2),
        }


def time_start(app: DrivenWindow, started: float, opened: float) -> dict[str, float]:
    """Return the seconds from the start of the process to its window and to the first frame with a decoder."""
    return {"window_s": round(opened - started, 3), "startup_s": round((app.ready_at or 0.0) - started, 3)}


def summarise(values: Any, factor: float) -> dict[str, float | None]:
    """Return p50, p95, p99 and max of `values`, times `factor`; None of what was not measured: JSON has no NaN."""
    percentiles = np.percentile(np.asarray(values, np.float64), [50, 95, 99, 100]) * factor
    return {name: _round(value, 3) for name, value in zip(("p50", "p95", "p99", "max"), percentiles, strict=True)}


def _round(value: float, digits: int) -> float | None:
    return None if math.isnan(value) else round(float(value), digits)


def find_process_start() -> float:
    """Return the start of this process (time.time); the import of this module if the system does not tell."""
    try:
        with open("/proc/self/stat") as file:
            ticks = int(file.read().rsplit(")", 1)[1].split()[19])
        with open("/proc/uptime") as file:
            uptime = float(file.read().split()[0])
        return time.time() - uptime + ticks / os.sysconf("SC_CLK_TCK")
    except (OSError, ValueError, IndexError):
        return IMPORTED_AT


def _measure_times(run: Callable[..., Any], *arguments: Any) -> np.ndarray[Any, Any]:
    times = np.empty(REPEATS)
    for i in range(REPEATS):
        began = time.perf_counter()
        run(*arguments)
        times[i] = time.perf_counter() - began
    return times[REPEATS // 10 :]


def _make_latent_tensor(checkpoint: Any) -> Any:
    torch = sys.modules["torch"]
    return torch.from_numpy(checkpoint.latents[:1]).to(checkpoint.model.device)
