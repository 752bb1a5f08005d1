"""Records the window as an animated GIF. Everything slow is done in a thread of its own.

It reads no clock: each frame comes with its time. The mouse pointer, which no surface contains, is drawn into the
frames.
"""

import math
import queue
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pygame

from latent_explorer import files
from latent_explorer.errors import LatentExplorerError, StoppedError, WorkError
from latent_explorer.scene.events import Px
from latent_explorer.ui.capture.gif_encoder import Frames, Pixels

RATE = 15
"""Maximum frames per second."""
LONGEST = 120.0
"""Duration in seconds after which a recording ends by itself."""
LARGEST = 200 * 2**20
"""Bytes of compressed frames in memory after which a recording ends by itself."""
WIDEST = 960
"""Maximum width in pixels; larger windows are scaled down, since a GIF is shown in a page."""
WAITING = 4
"""Frames that may wait for the thread; further frames are dropped until it catches up."""
TAIL = 0.8
"""Minimum duration of the last frame in seconds, before the GIF starts again."""
ARROW = ((0, 0), (0, 17), (4, 13.2), (6.6, 19), (9.2, 17.8), (6.6, 12.2), (12, 12.2))
"""Outline of the mouse pointer in design pixels."""


@dataclass(frozen=True)
class _Frame:
    surface: pygame.Surface
    at: float
    pointer: Px | None


class Recording:
    """A recording to `path`: takes frames until `stop`; the file is complete once `done` is set."""

    def __init__(
        self, path: Path, *, patient: bool = False, unit: float = 1.0, wake: Callable[[], None] = lambda: None
    ) -> None:
        """`path` is a reserved name. `keep_every_frame`: drop no frame, however long it takes. `wake` is called in the
        thread when the file is written."""
        self.path = path
        self.error: LatentExplorerError | None = None
        self.done = threading.Event()
        self.full = False
        """Whether the maximum duration or size is reached."""
        self._patient, self._unit, self._wake = patient, unit, wake
        self._film = Frames()
        self._first: float | None = None
        self._last = -math.inf
        self._end = 0.0
        self._size: tuple[int, int] | None = None
        self._frames: queue.Queue[_Frame | None] = queue.Queue(WAITING)
        self._given_up = threading.Event()
        self._thread = threading.Thread(target=self._work, name="recording")
        self._thread.start()

    def due(self, at: float) -> bool:
        """Return True if a frame is due at `at` seconds."""
        return not self.full and at - self._last >= (1 - 1e-6) / RATE

    def add(self, surface: pygame.Surface, at: float, pointer: Px | None) -> None:
        """Add a frame that is shown from `at` seconds on, with the mouse at `pointer`."""
        if self._first is None:
            self._first = at
        self._last = at
        self.full = at - self._first >= LONGEST or self._film.bytes >= LARGEST
        frame = _Frame(surface.copy(), at, pointer)
        if self._patient:
            self._frames.put(frame)
        elif not self._frames.full():
            self._frames.put_nowait(frame)

    def stop(self, at: float) -> None:
        """End the recording at `at` seconds; the thread writes the file."""
        self._end = at
        self._frames.put(None)

    def give_up(self) -> None:
        """Abandon the file after `stop` and release its reserved name."""
        self._given_up.set()

    def wait(self, seconds: float | None = None) -> None:
        """Wait until the file is written, at most `seconds`."""
        self._thread.join(seconds)

    def _work(self) -> None:
        while (frame := self._frames.get()) is not None:
            if self.error is None:  # after an error frames are still taken, so that `add` never waits for room
                self._guarded(self._taken, frame)
        if self.error is None:
            self._guarded(self._written)
        if self.error is not None or not len(self._film):
            with suppress(OSError):
                self.path.unlink()  # the reserved name
        self.done.set()
        self._wake()

    def _check(self) -> None:
        if self._given_up.is_set():
            raise StoppedError(f"{self.path}: given up")

    def _guarded(self, work: Callable[..., None], *arguments: Any) -> None:
        try:
            work(*arguments)
        except LatentExplorerError as error:
            self.error = error
        except (OSError, MemoryError, ValueError, pygame.error) as error:
            self.error = WorkError(f"{self.path}: cannot be recorded: {error}")

    def _taken(self, frame: _Frame) -> None:
        self._check()
        self._film.add(self._pixels(frame), frame.at)

    def _written(self) -> None:
        if len(self._film):
            encoded = self._film.encoded(max(self._end, self._film.at + TAIL), self._check)
            self._check()
            files.write(self.path, encoded)
            self._check()  # a file written after `give_up` is removed again

    def _pixels(self, frame: _Frame) -> Pixels:
        width, height = frame.surface.get_size()
        if self._size is None:
            share = min(1.0, WIDEST / width)
            self._size = (max(1, round(width * share)), max(1, round(height * share)))
        surface = frame.surface
        share = self._size[0] / width
        if surface.get_size() != self._size:
            surface = pygame.transform.smoothscale(surface, self._size)
        if frame.pointer is not None:
            scale = max(0.8, self._unit * share) * 1.15
            x, y = frame.pointer[0] * share, frame.pointer[1] * self._size[1] / height
            points = [(x + dx * scale, y + dy * scale) for dx, dy in ARROW]
            pygame.draw.polygon(surface, (255, 255, 255), points)
            pygame.draw.aalines(surface, (0, 0, 0), True, points)
        return pygame.surfarray.array3d(surface).transpose(1, 0, 2)
