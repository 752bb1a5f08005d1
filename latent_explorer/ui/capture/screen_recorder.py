"""Records the window as an animated GIF. Everything slow is done in a thread of its own.

It reads no clock: each frame comes with its time. The mouse pointer, which no surface contains, is drawn into the
frames.
"""

import math
import queue
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pygame

from latent_explorer import files
from latent_explorer.errors import StoppedError
from latent_explorer.scene.events import Px
from latent_explorer.texts import tr
from latent_explorer.ui.capture.file_jobs import FileJob

if TYPE_CHECKING:
    from latent_explorer.ui.capture.gif_encoder import Pixels

FRAME_RATE = 15
"""Maximum frames per second."""
MAX_SECONDS = 120.0
"""Duration in seconds after which a recording ends by itself."""
MAX_BYTES = 200 * 2**20
"""Bytes of compressed frames in memory after which a recording ends by itself."""
MAX_WIDTH = 960
"""Maximum width in pixels; larger windows are scaled down, since a GIF is shown in a page."""
MAX_QUEUED_FRAMES = 4
"""Frames that may wait for the thread; further frames are dropped until it catches up."""
MIN_LAST_FRAME_SECONDS = 0.8
"""Minimum duration of the last frame in seconds, before the GIF starts again."""
POINTER_SHAPE = ((0, 0), (0, 17), (4, 13.2), (6.6, 19), (9.2, 17.8), (6.6, 12.2), (12, 12.2))
"""Outline of the mouse pointer in design pixels."""


@dataclass(frozen=True)
class _Frame:
    surface: pygame.Surface
    time: float
    pointer: Px | None


class Recording(FileJob):
    """A recording to `path`: takes frames until `stop`; the file is complete once `done` is set."""

    def __init__(
        self, path: Path, *, overwrite: bool = False, keep_every_frame: bool = False, ui_scale: float = 1.0,
        wake: Callable[[], None] = lambda: None,
    ) -> None:  # fmt: skip
        """Without `overwrite` a file that is at `path` stays, and `path` becomes the first free name once the recording
        is written. `keep_every_frame`: drop no frame, however long it takes."""
        from latent_explorer.ui.capture.gif_encoder import GifEncoder  # which brings scipy along

        super().__init__(path.name, tr("{file}: cannot be recorded", file=path), wake)
        self.path = path
        self.full = False
        """Whether the maximum duration or size is reached."""
        self._overwrite, self._keep_every_frame, self._ui_scale = overwrite, keep_every_frame, ui_scale
        self._encoder = GifEncoder()
        self._first_time: float | None = None
        self._last_time = -math.inf
        self._end_time = 0.0
        self._size: tuple[int, int] | None = None
        self._frames: queue.Queue[_Frame | None] = queue.Queue(MAX_QUEUED_FRAMES)
        self.start()

    def is_due(self, at: float) -> bool:
        """Return True if a frame is due at `at` seconds."""
        return not self.full and at - self._last_time >= (1 - 1e-6) / FRAME_RATE

    def add(self, surface: pygame.Surface, at: float, pointer: Px | None) -> None:
        """Add a frame that is shown from `at` seconds on, with the mouse at `pointer`."""
        if self._first_time is None:
            self._first_time = at
        self._last_time = at
        self.full = at - self._first_time >= MAX_SECONDS or self._encoder.byte_count >= MAX_BYTES
        frame = _Frame(surface.copy(), at, pointer)
        if self._keep_every_frame:
            self._frames.put(frame)
        elif not self._frames.full():
            self._frames.put_nowait(frame)

    def stop(self, at: float) -> None:
        """End the recording at `at` seconds; the thread writes the file."""
        self._end_time = at
        self._frames.put(None)

    def work(self) -> None:
        while (frame := self._frames.get()) is not None:
            if self.error is None:  # after an error frames are still taken, so that `add` never waits for room
                self.attempt(self._add_frame, frame)
        if self.error is None:
            self.attempt(self._write_file)

    def _add_frame(self, frame: _Frame) -> None:
        self.check()
        self._encoder.add(self._to_pixels(frame), frame.time)

    def _write_file(self) -> None:
        if len(self._encoder):
            end = max(self._end_time, self._encoder.last_time + MIN_LAST_FRAME_SECONDS)
            encoded = self._encoder.encode(end, self.check)
            self.check()
            if self._overwrite:
                files.write(self.path, encoded)
            else:
                self.path = files.write_new(self.path.parent, self.path.stem, self.path.suffix, encoded)
            try:
                self.check()
            except StoppedError:  # given up while it was written
                self.path.unlink(missing_ok=True)
                raise

    def _to_pixels(self, frame: _Frame) -> "Pixels":
        width, height = frame.surface.get_size()
        if self._size is None:
            share = min(1.0, MAX_WIDTH / width)
            self._size = (max(1, round(width * share)), max(1, round(height * share)))
        surface = frame.surface
        share = self._size[0] / width
        if surface.get_size() != self._size:
            surface = pygame.transform.smoothscale(surface, self._size)
        if frame.pointer is not None:
            scale = max(0.8, self._ui_scale * share) * 1.15
            x, y = frame.pointer[0] * share, frame.pointer[1] * self._size[1] / height
            points = [(x + dx * scale, y + dy * scale) for dx, dy in POINTER_SHAPE]
            pygame.draw.polygon(surface, (255, 255, 255), points)
            pygame.draw.aalines(surface, (0, 0, 0), True, points)
        return pygame.surfarray.array3d(surface).transpose(1, 0, 2)
