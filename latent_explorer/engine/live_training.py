"""Live training: the window requests a training and fetches its updates while it runs.

Trainings run in a separate process (`live_training_process`), which is started with the first request, serves all later
ones and ends with the window. A thread reads its messages and computes each moment's map.
"""

import contextlib
import multiprocessing
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from typing import Any

from latent_explorer.atlas.procrustes import Follower
from latent_explorer.checkpoint.timeline import Reel, Reels, Still
from latent_explorer.config import Config
from latent_explorer.engine import live_training_process
from latent_explorer.engine.live_training_process import Begun, Over, Seen, Settings, Told


@dataclass(frozen=True)
class Training:
    """The `run`-th training of this session, with its settings. Run 0 only starts the process, since that takes
    seconds."""

    run: int
    settings: Settings
    paused: bool = False


@dataclass(frozen=True)
class LiveNews:
    """Progress of training `run`; its moments are in the timelines."""

    run: int
    reel: str = ""
    moments: int = 0
    images_per_second: float = 0.0
    over: bool = False
    trouble: str = ""
    """Reason for an early end; empty if there was none."""


def reel_name(run: int) -> str:
    return f"live {run}"


class Live:
    """Starts and controls live trainings. The reading thread calls `wake` when there is an update to take."""

    def __init__(
        self,
        *,
        wake: Callable[[], None] = lambda: None,
        serve: Callable[[Connection], None] = live_training_process.serve,
    ) -> None:
        self._wake, self._serve = wake, serve
        self._asked: Training | None = None
        """The training last sent to the process."""
        self._outbox: list[tuple[Any, ...]] = []
        self._connection: Connection | None = None
        self._process: Any = None
        self._reader: threading.Thread | None = None
        self._reel: Reel | None = None
        self._config: Config | None = None
        self._follower = Follower()
        self._last: LiveNews | None = None
        self._news: LiveNews | None = None
        self._finished = False
        self._closed = False
        self._lock = threading.Condition()

    def want(self, training: Training | None) -> None:
        """Start or continue `training`; None pauses the running one until it is requested again."""
        with self._lock:
            before = self._asked
            if training is None:
                training = None if before is None else replace(before, paused=True)
            if training is None or training == before or self._closed:
                return
            if training.run == 0:
                if self._reader is None:
                    self._send(("get ready",))
                return
            if before is None or training.run != before.run:
                self._finished = False
                self._send(("train", training.run, training.settings))
            if training.paused != (before is not None and before.run == training.run and before.paused):
                self._send(("pause" if training.paused else "go on",))
            self._asked = training

    def take(self, reels: Reels) -> list[LiveNews]:
        """Return the newest update since the last call, if any, and put its moments into `timelines`."""
        with self._lock:
            news, self._news, reel = self._news, None, self._reel
        if news is None:
            return []
        if reel is not None and reel.name == news.reel and len(reel):
            reels.put(reel)
        return [news]

    def wait(self, timeout: float = 60.0) -> bool:
        """Wait until there is an update to take or none can come; return False after `timeout` seconds."""
        with self._lock:
            return self._lock.wait_for(lambda: self._news is not None or not self._busy(), timeout)

    def close(self) -> None:
        with self._lock:
            self._closed = True
            process, connection = self._process, self._connection
            self._lock.notify_all()
        if process is not None:
            process.kill()
            process.join(2.0)
        if self._reader is not None:
            self._reader.join(timeout=5.0)
        if connection is not None:
            connection.close()

    # -- inside ---------------------------------------------------------------------------------------

    def _busy(self) -> bool:
        return self._reader is not None and self._asked is not None and not self._asked.paused and not self._finished

    def _send(self, message: tuple[Any, ...]) -> None:
        """Send `message` to the process, which is started if there is none. The lock must be held."""
        if self._reader is None:
            self._outbox = [message]
            self._reader = threading.Thread(target=self._read, name="live", daemon=True)
            self._reader.start()
        elif self._connection is None:
            self._outbox.append(message)
        else:
            with contextlib.suppress(OSError):  # the process has just ended, which the reader reports
                self._connection.send(message)

    def _read(self) -> None:
        context = multiprocessing.get_context("spawn")
        try:
            ours, theirs = context.Pipe()
            process = context.Process(target=self._serve, args=(theirs,), name="training", daemon=True)
            process.start()
            theirs.close()
        except OSError as error:
            self._lost(f"no process can be started ({error})")
            return
        with self._lock:
            self._connection, self._process = ours, process
            closed = self._closed
        if closed:
            process.kill()
        try:
            with self._lock:
                for message in self._outbox:
                    ours.send(message)
            while True:
                run, told = ours.recv()
                self._heard(run, told)
        except (EOFError, OSError):
            process.join(2.0)
            self._lost(f"the training ended by itself (status {process.exitcode}); Start begins another")

    def _lost(self, said: str) -> None:
        """Report that the process has ended; the next request starts another one."""
        with self._lock:
            if self._closed:
                return
            run = self._asked.run if self._asked else 0
            self._connection = self._process = self._reader = None
            if not self._finished:
                self._tell(LiveNews(run, reel_name(run), over=True, trouble=said))
            self._asked = None
            self._lock.notify_all()
        self._wake()

    def _heard(self, run: int, told: Told) -> None:
        with self._lock:
            if self._asked is None or run != self._asked.run:
                return  # of a training that is no longer wanted
        name, before = reel_name(run), self._last
        match told:
            case Begun():
                self._follower, self._config = Follower(), told.config
                reel: Reel | None = Reel(name, "live", "epoch", told.class_names, told.indices, told.labels, ())
                news = LiveNews(run, name)
            case Seen():
                assert self._reel is not None and self._config is not None  # noqa: PT018
                plane = self._follower.plane(told.latents)
                label = f"epoch {told.epoch:.1f}"
                still = Still(told.epoch, label, self._config, told.latents, told.weights, plane)
                reel = self._reel.with_still(still, told.parts)
                news = LiveNews(run, name, len(reel), told.images_per_second)
            case Over():
                reel, trouble = self._reel, told.trouble
                moments, rate = (before.moments, before.images_per_second) if before and before.run == run else (0, 0.0)
                news = LiveNews(run, name, moments, rate, over=True, trouble=trouble)
        with self._lock:
            self._reel, self._last, self._finished = reel, news, news.over
            self._tell(news)
        self._wake()

    def _tell(self, news: LiveNews) -> None:
        self._news = news
        self._lock.notify_all()
