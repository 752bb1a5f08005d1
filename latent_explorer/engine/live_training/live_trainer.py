"""Live training: the window requests a training and fetches its updates while it runs.

Trainings run in a separate process (`worker`), which is started with the first request, serves all later
ones and ends with the window. A thread reads its messages and computes each moment's map.
"""

import contextlib
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from typing import Any

from latent_explorer.atlas.procrustes import PcaTracker
from latent_explorer.checkpoint.timeline import Timeline, TimelineMoment, format_epoch
from latent_explorer.checkpoint.timelines import Timelines
from latent_explorer.config import Config
from latent_explorer.engine.background import child_process
from latent_explorer.engine.live_training import worker
from latent_explorer.engine.live_training.settings import AnySettings, PairSettings
from latent_explorer.engine.live_training.training_process import Ended, Message, Snapshot, Started
from latent_explorer.texts import mark

MAX_KEPT_MOMENTS = 90
"""Moments that a training takes over from the one that it goes on from; of more, they are thinned."""
DISPLACED = mark("This training ended when a lesson began another; Restart begins it anew.")


@dataclass(frozen=True)
class TrainingRequest:
    """The `run`-th training of this session, with its settings. Run 0 only starts the process, since that takes
    seconds."""

    run: int
    settings: AnySettings
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
    """Return the name of the timeline of training `run`."""
    return f"live {run}"


def read_run(timeline_name: str) -> int:
    """Return the number of the training whose timeline has this name; 0 if it is that of no training."""
    word, _, rest = timeline_name.partition(" ")
    number = rest.partition(" ")[0]
    return int(number) if word == "live" and number.isdecimal() else 0


def make_pair_names(run: int) -> tuple[str, str]:
    """Return the names of the timelines of an autoencoder and a VAE that are trained side by side."""
    return f"{make_timeline_name(run)} AE", f"{make_timeline_name(run)} VAE"


class LiveTrainer:
    """Starts and controls live trainings. The reading thread calls `wake` when there is an update to take."""

    def __init__(
        self,
        *,
        wake: Callable[[], None] = lambda: None,
        run_worker: Callable[[Connection], None] = worker.run_worker,
    ) -> None:
        self._wake, self._run_worker = wake, run_worker
        self._requested: TrainingRequest | None = None
        """The training last sent to the process."""
        self._outbox: list[tuple[Any, ...]] = []
        self._connection: Connection | None = None
        self._process: Any = None
        self._reader: threading.Thread | None = None
        self._timelines: tuple[Timeline, ...] = ()
        """One a model that is trained."""
        self._settings: AnySettings | None = None
        """The settings of their training."""
        self._configs: tuple[Config, ...] = ()
        self._trackers: tuple[PcaTracker, ...] = ()
        self._last_update: TrainingUpdate | None = None
        self._new_update: TrainingUpdate | None = None
        self._reached: dict[int, int] = {}
        """Moments of each training so far."""
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
            if before is not None and training.run < before.run:
                self._report_displaced(training.run)
                return
            if before is None or (training.run, training.settings) != (before.run, before.settings):
                self._finished = False
                self._send(("train", training.run, training.settings))
            if training.paused != (before is not None and before.run == training.run and before.paused):
                self._send(("pause" if training.paused else "go on",))
            self._requested = training

    def take_updates(self, timelines: Timelines) -> list[TrainingUpdate]:
        """Return the newest update since the last call, if any, and put its moments into `timelines`."""
        with self._lock:
            update, self._new_update, trained = self._new_update, None, self._timelines
        if update is None:
            return []
        for timeline in trained:
            if timeline.name in (update.timeline_name, *make_pair_names(update.run)) and len(timeline):
                timelines.put(timeline)
        return [update]

    def wait(self, timeout: float = 60.0) -> bool:
        """Wait until there is an update to take or none can come; return False after `timeout` seconds."""
        with self._lock:
            return self._lock.wait_for(lambda: self._new_update is not None or not self._is_busy(), timeout)

    def close(self) -> None:
        """End the process, whatever it does."""
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

    def _report_displaced(self, run: int) -> None:
        """Report the end of a training that another one has taken the place of. The lock must be held."""
        moments = self._reached.get(run, 0)
        self._publish(TrainingUpdate(run, make_timeline_name(run), moments, ended=True, error=DISPLACED))

    def _is_busy(self) -> bool:
        """Return True if a message of the process may come. The lock must be held."""
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
        """Start the process, and handle its messages until it ends."""
        try:
            process, ours = child_process.start(self._run_worker, name="training")
        except OSError as error:
            self._handle_process_end(mark("no process can be started ({error})", error=str(error)))
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
            reason = mark(
                "the training ended by itself (status {status}); Start begins another", status=process.exitcode
            )
            self._handle_process_end(reason)

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
            settings = self._requested.settings
        name, before, timelines = make_timeline_name(run), self._last_update, self._timelines
        match message:
            case Started():
                timelines = self._begin_timelines(run, settings, message)
                update = TrainingUpdate(run, name, len(timelines[0]))
            case Snapshot():
                timelines = self._append_moment(message)
                update = TrainingUpdate(run, name, len(timelines[0]), message.images_per_second)
            case Ended():
                moments, rate = (before.moments, before.images_per_second) if before and before.run == run else (0, 0.0)
                update = TrainingUpdate(run, name, moments, rate, ended=True, error=message.error)
        with self._lock:
            self._timelines, self._last_update, self._finished = timelines, update, update.ended
            self._reached[run] = update.moments
            self._publish(update)
        self._wake()

    def _append_moment(self, message: Snapshot) -> tuple[Timeline, ...]:
        """Return the timelines with the moment of a snapshot, each on its own model's map."""
        snapshots = (message,) if message.partner is None else (message, message.partner)
        label, grown = format_epoch(message.epoch), list[Timeline]()
        models = zip(self._timelines, self._configs, self._trackers, snapshots, strict=True)
        for timeline, config, tracker, one in models:
            plane = tracker.update(one.latents)
            moment = TimelineMoment(
                one.epoch, label, config=config, latents=one.latents, weights=one.weights, plane=plane,
                kl_by_dimension=one.kl_by_dimension,
            )  # fmt: skip
            grown.append(timeline.with_moment(moment, one.loss_parts))
        return tuple(grown)

    def _begin_timelines(self, run: int, settings: AnySettings, started: Started) -> tuple[Timeline, ...]:
        """Return the timelines of a training that begins: empty, or with the moments that it goes on from."""
        is_pair = started.partner is not None
        names = make_pair_names(run) if is_pair else (make_timeline_name(run),)
        self._configs = (started.config, *([started.partner] if started.partner else ()))
        before, earlier, self._settings = self._timelines, self._settings, settings
        if isinstance(settings, PairSettings) and settings.continues(earlier) and len(before[0]):
            chosen = _choose_kept_moments(before[0], settings.start)
            timelines = tuple(one.select_moments(chosen, name) for one, name in zip(before, names, strict=True))
            last = [one.moments[-1] for one in timelines]
            self._trackers = tuple(PcaTracker.resume(one.latents, one.plane) for one in last)
            return timelines
        samples = (started.class_names, started.indices, started.labels)
        self._trackers = tuple(PcaTracker() for _ in names)
        return tuple(Timeline(name, "live", "epoch", *samples, ()) for name in names)

    def _publish(self, update: TrainingUpdate) -> None:
        """Make `update` the newest one, which `take_updates` returns. The lock must be held."""
        self._new_update = update
        self._lock.notify_all()


def _choose_kept_moments(timeline: Timeline, until: float) -> list[int]:
    """Return the moments up to the epoch `until`, thinned to `MAX_KEPT_MOMENTS`; the last one is always among them."""
    moments = [t for t, moment in enumerate(timeline.moments) if moment.axis_value <= until]
    while len(moments) > MAX_KEPT_MOMENTS:
        moments = moments[::-1][::2][::-1]
    return moments
