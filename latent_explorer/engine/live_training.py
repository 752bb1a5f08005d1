"""Live training: the window requests a training and fetches its updates while it runs.

Trainings run in a separate process (`live_training_process`), which is started with the first request, serves all later
ones and ends with the window. A thread reads its messages and computes each moment's map.
"""

import contextlib
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from typing import Any

from latent_explorer.atlas.procrustes import PcaTracker
from latent_explorer.checkpoint.timeline import Timeline, TimelineMoment, Timelines, format_epoch
from latent_explorer.config import Config
from latent_explorer.engine import child_process, live_training_process
from latent_explorer.engine.live_training_process import Ended, Message, Settings, Snapshot, Started


@dataclass(frozen=True)
class TrainingRequest:
    """The `run`-th training of this session, with its settings. Run 0 only starts the process, since that takes
    seconds."""

    run: int
    settings: Settings
    paused: bool = False


@dataclass(frozen=True)
class TrainingUpdate:
    """Progress of training `run`; its moments are in the timelines."""

    run: int
    timeline_name: str = ""
    moments: int = 0
    images_per_second: float = 0.0
    ended: bool = False
    error: str = ""
    """Reason for an early end; empty if there was none."""


def make_timeline_name(run: int) -> str:
    return f"live {run}"


class LiveTrainer:
    """Starts and controls live trainings. The reading thread calls `wake` when there is an update to take."""

    def __init__(
        self,
        *,
        wake: Callable[[], None] = lambda: None,
        worker_main: Callable[[Connection], None] = live_training_process.worker_main,
    ) -> None:
        self._wake, self._worker_main = wake, worker_main
        self._requested: TrainingRequest | None = None
        """The training last sent to the process."""
        self._outbox: list[tuple[Any, ...]] = []
        self._connection: Connection | None = None
        self._process: Any = None
        self._reader: threading.Thread | None = None
        self._timeline: Timeline | None = None
        self._config: Config | None = None
        self._pca_tracker = PcaTracker()
        self._last_update: TrainingUpdate | None = None
        self._new_update: TrainingUpdate | None = None
        self._finished = self._closed = False
        self._lock = threading.Condition()

    def request_training(self, training: TrainingRequest | None) -> None:
        """Start or continue `training`; None pauses the running one until it is requested again."""
        with self._lock:
            before = self._requested
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
            self._requested = training

    def take_updates(self, timelines: Timelines) -> list[TrainingUpdate]:
        """Return the newest update since the last call, if any, and put its moments into `timelines`."""
        with self._lock:
            news, self._new_update, reel = self._new_update, None, self._timeline
        if news is None:
            return []
        if reel is not None and reel.name == news.timeline_name and len(reel):
            timelines.put(reel)
        return [news]

    def wait(self, timeout: float = 60.0) -> bool:
        """Wait until there is an update to take or none can come; return False after `timeout` seconds."""
        with self._lock:
            return self._lock.wait_for(lambda: self._new_update is not None or not self._is_busy(), timeout)

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

    def _is_busy(self) -> bool:
        wanted = self._requested
        return self._reader is not None and wanted is not None and not wanted.paused and not self._finished

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
        try:
            process, ours = child_process.start(self._worker_main, name="training")
        except OSError as error:
            self._handle_process_end(f"no process can be started ({error})")
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
                run, report = ours.recv()
                self._handle_message(run, report)
        except (EOFError, OSError):
            process.join(2.0)
            self._handle_process_end(f"the training ended by itself (status {process.exitcode}); Start begins another")

    def _handle_process_end(self, reason: str) -> None:
        """Report that the process has ended; the next request starts another one."""
        with self._lock:
            if self._closed:
                return
            run = self._requested.run if self._requested else 0
            self._connection = self._process = self._reader = None
            if not self._finished:
                self._publish(TrainingUpdate(run, make_timeline_name(run), ended=True, error=reason))
            self._requested = None
            self._lock.notify_all()
        self._wake()

    def _handle_message(self, run: int, message: Message) -> None:
        with self._lock:
            if self._requested is None or run != self._requested.run:
                return  # of a training that is no longer wanted
        name, before = make_timeline_name(run), self._last_update
        match message:
            case Started():
                self._pca_tracker, self._config = PcaTracker(), message.config
                samples = (message.class_names, message.indices, message.labels)
                reel: Timeline | None = Timeline(name, "live", "epoch", *samples, ())
                news = TrainingUpdate(run, name)
            case Snapshot():
                assert self._timeline is not None and self._config is not None  # noqa: PT018
                plane = self._pca_tracker.update(message.latents)
                label = format_epoch(message.epoch)
                still = TimelineMoment(message.epoch, label, self._config, message.latents, message.weights, plane)
                reel = self._timeline.with_moment(still, message.loss_parts)
                news = TrainingUpdate(run, name, len(reel), message.images_per_second)
            case Ended():
                reel, trouble = self._timeline, message.error
                moments, rate = (before.moments, before.images_per_second) if before and before.run == run else (0, 0.0)
                news = TrainingUpdate(run, name, moments, rate, ended=True, error=trouble)
        with self._lock:
            self._timeline, self._last_update, self._finished = reel, news, news.ended
            self._publish(news)
        self._wake()

    def _publish(self, update: TrainingUpdate) -> None:
        self._new_update = update
        self._lock.notify_all()
