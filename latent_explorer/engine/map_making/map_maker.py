"""Makes maps while the window is open: fits them in the background, measures them, fits a smooth inverse, caches them.

`request_map` replaces the requested map; `take_events` returns the events since, and adds finished maps to their
checkpoints in the caller's thread. One task runs at a time, the most urgent first.
"""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Literal

from latent_explorer.atlas import Atlas, map_quality
from latent_explorer.atlas.map_spec import MapSpec
from latent_explorer.checkpoint import map_cache
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.engine.background import stoppable_thread, worker_process
from latent_explorer.engine.map_making.map_events import MapEvent, MapFailed, MapFinished, MapProgress, MapUpdate
from latent_explorer.errors import InputError, StoppedError, WorkError, explain, summarise
from latent_explorer.texts import mark
from latent_explorer.time_left import LONG, Clock, TimeLeft, format_duration

Runner = Callable[[worker_process.FitJob, worker_process.ReportProgress, threading.Event], Any]

MAX_STOP_SECONDS = 0.5
"""For a process that fits a map to be ended."""


@dataclass(frozen=True)
class _Task:
    """A task of the worker; a smaller `priority` runs sooner."""

    priority: int
    kind: Literal["open", "fit", "measure", "fit_inverse"]
    model: str
    map_name: str = ""
    spec: MapSpec = field(default_factory=MapSpec)


class MapMaker:
    """Makes, measures and caches maps. The worker calls `wake` when there are events to take."""

    def __init__(
        self, *, wake: Callable[[], None] = lambda: None, run: Runner = worker_process.run,
        clock: Clock = time.monotonic,
    ) -> None:  # fmt: skip
        self._wake, self._run, self._clock = wake, run, clock
        self._checkpoints: dict[str, Checkpoint] = {}
        self._maps: dict[str, dict[str, Atlas]] = {}
        """The maps of each checkpoint, also those not yet taken; used by the worker."""
        self._displayed: set[tuple[str, str]] = set()
        self._tasks: list[_Task] = []
        self._running: _Task | None = None
        self._results: list[tuple[MapEvent, Mapping[str, Atlas]]] = []
        """Events, each with the maps to add to their checkpoint before it is delivered."""
        self._stop = threading.Event()
        self._closed = False
        self._lock = threading.Condition()
        self._worker: threading.Thread | None = None

    def open(self, model: str, checkpoint: Checkpoint) -> None:
        """Load the cached maps of `checkpoint` and measure its maps, once per `model`."""
        with self._lock:
            if model not in self._checkpoints:
                self._checkpoints[model] = checkpoint
                self._maps[model] = dict(checkpoint.maps)
                self._add_task(_Task(0, "open", model))

    def request_map(self, models: Sequence[str], spec: MapSpec | None) -> None:
        """Request the map of `spec` for `models`, which must be open; this replaces the previous request."""
        with self._lock:
            if not models and not self._tasks and self._running is None:
                return
            lacking = [model for model in models if spec and spec.map_name not in self._maps[model]]
            wanted = [_Task(1, "fit", model, spec=spec) for model in lacking] if spec else []
            present = [task for task in (*self._tasks, self._running) if task is not None and task.kind == "fit"]
            if present == wanted or (not wanted and not present):
                return
            self._tasks = [task for task in self._tasks if task.kind != "fit"]
            running = self._running
            if running is not None and running not in wanted and running.kind in ("fit", "fit_inverse"):
                self._stop.set()
                if running.kind == "fit_inverse":
                    self._tasks.append(running)  # resume later
            for task in wanted:
                if task != running:
                    self._add_task(task)

    def ensure_inverse(self, model: str, map_name: str) -> None:
        """Fit the smooth inverse of a map that is on the screen and has none yet: a map that the user made, or one of a
        model from elsewhere. Without a decoder there is nothing to fit it to."""
        with self._lock:
            atlas = self._maps.get(model, {}).get(map_name)
            if atlas is not None and atlas.smooth_network is None and (model, map_name) not in self._displayed:
                self._displayed.add((model, map_name))
                # maps of our own training stay as they were trained
                if map_name != atlas.method or self._checkpoints[model].is_foreign:
                    self._add_inverse(model, map_name)

    def take_events(self, checkpoints: Mapping[str, Checkpoint]) -> list[MapEvent]:
        """Return the events since the last call, and add finished maps to their `checkpoints`."""
        with self._lock:
            results, self._results = self._results, []
        for event, maps in results:
            if not isinstance(event, MapProgress | MapFailed):
                checkpoints[event.model].maps.update(maps)
        return [event for event, _ in results]

    def finish(self, timeout: float = 600.0) -> bool:
        """Wait until no task is left; return False after `timeout` seconds."""
        with self._lock:
            return self._lock.wait_for(lambda: not self._tasks and self._running is None, timeout)

    def close(self) -> None:
        """Stop the running task and end the worker."""
        with self._lock:
            self._closed = True
            self._stop.set()
            self._lock.notify_all()
        if self._worker is not None:
            stoppable_thread.stop((self._worker,), MAX_STOP_SECONDS)

    # -- inside ---------------------------------------------------------------------------------------

    def _add_task(self, task: _Task) -> None:
        if task in self._tasks or task == self._running:
            return
        self._tasks.append(task)
        if self._worker is None:
            self._worker = stoppable_thread.make(self._work, name="maps", gives_way=True)
            self._worker.start()
        self._lock.notify_all()

    def _add_inverse(self, model: str, map_name: str) -> None:
        if self._maps[model][map_name].needs_inverse_fit and self._checkpoints[model].can_decode:
            self._add_task(_Task(3, "fit_inverse", model, map_name))

    def _publish(self, event: MapEvent, maps: Mapping[str, Atlas] | None = None) -> None:
        with self._lock:
            if isinstance(event, MapProgress):  # only the newest progress counts
                self._results = [one for one in self._results if not isinstance(one[0], MapProgress)]
            self._results.append((event, maps or {}))
        self._wake()

    def _work(self) -> None:
        while True:
            with self._lock:
                self._running = None
                self._lock.notify_all()
                self._lock.wait_for(lambda: self._tasks or self._closed)
                if self._closed:
                    return
                task = min(self._tasks, key=lambda one: one.priority)
                self._tasks.remove(task)
                self._running = task
                self._stop.clear()
            try:
                self._perform(task)
            except StoppedError:
                self._wake()  # the same map may have been requested again by now
                continue
            except Exception as error:  # whatever it is, it is one line in the window
                reason = explain(error)
                if task.kind == "fit":
                    text = mark("{map}: {reason}", map=task.spec.title, reason=reason)
                    self._publish(MapFailed(task.spec, text))
                else:
                    self._publish(MapUpdate(task.model, reason))

    def _perform(self, task: _Task) -> None:
        match task.kind:
            case "open":
                self._open(task)
            case "fit":
                self._fit(task)
            case "measure":
                self._measure(task)
            case "fit_inverse":
                self._fit_inverse(task)

    def _open(self, task: _Task) -> None:
        """Read the cached maps of a checkpoint, and have those measured that were not."""
        cached = map_cache.read(self._checkpoints[task.model])
        for atlas in cached.maps.values():
            _warm_up(atlas)
        maps = self._maps[task.model]
        added = {name: atlas for name, atlas in cached.maps.items() if name not in maps}
        maps.update(added)
        self._publish(MapUpdate(task.model, cached.unused_reason), added)
        with self._lock:
            for name, atlas in maps.items():
                if atlas.quality is None:
                    self._add_task(_Task(2, "measure", task.model, name))

    def _fit(self, task: _Task) -> None:
        """Fit a map, publish and keep it; then have it measured, and its smooth inverse fitted."""
        checkpoint = self._checkpoints[task.model]
        job = worker_process.FitMap(task.spec.normalised, checkpoint.latents)
        run = worker_process.run_in_process if worker_process.is_quick(job) else self._run
        time_left = TimeLeft(self._clock)

        def report(share: float, text: str) -> None:
            remaining = time_left.estimate(share, 1.0)
            if remaining is not None and time_left.spent + remaining >= LONG:
                duration = format_duration(remaining)
                if text:
                    text = mark("{progress}, about {duration} left", progress=text, duration=duration)
                else:
                    text = mark("about {duration} left", duration=duration)
            self._publish(MapProgress(task.spec, share, text))

        fitted = run(job, report, self._stop)
        if self._stop.is_set():
            raise StoppedError
        name = task.spec.map_name
        atlas = Atlas(fitted, checkpoint.latents, checkpoint.labels)
        _warm_up(atlas)
        with self._lock:
            self._maps[task.model][name] = atlas
            self._publish(MapFinished(task.model, task.spec, name), {name: atlas})
        self._keep(task.model, name, atlas)
        with self._lock:
            self._add_task(_Task(2, "measure", task.model, name))
            self._add_inverse(task.model, name)

    def _measure(self, task: _Task) -> None:
        checkpoint, atlas = self._checkpoints[task.model], self._maps[task.model][task.map_name]
        atlas.quality = map_quality.measure(atlas.latents, atlas.xy, atlas.labels)
        with suppress(WorkError):  # it is measured again the next time
            map_cache.save(checkpoint, {}, {map_cache.compute_digest(atlas.xy): atlas.quality})
        self._publish(MapUpdate(task.model))

    def _fit_inverse(self, task: _Task) -> None:
        checkpoint, atlas = self._checkpoints[task.model], self._maps[task.model][task.map_name]
        job = worker_process.FitInverse(worker_process.copy_with_one_map(checkpoint, atlas))
        try:
            smooth = self._run(job, lambda share, text: None, self._stop)
        except InputError as reason:
            title = atlas.projection.title
            remark = mark("{map} goes back by interpolation alone: {reason}", map=title, reason=summarise(reason))
            self._publish(MapUpdate(task.model, remark=remark))
            return
        atlas.adopt_inverse(Atlas(atlas.projection, checkpoint.latents, checkpoint.labels, smooth))
        self._publish(MapUpdate(task.model, inverse_changed=True))
        self._keep(task.model, task.map_name, atlas)

    def _keep(self, model: str, map_name: str, atlas: Atlas) -> None:
        """Keep a map for the next start, or say that it is not kept."""
        try:
            map_cache.save(self._checkpoints[model], {map_name: atlas}, {})
        except WorkError as error:
            title = atlas.projection.title
            remark = mark("{map} is not kept for the next start. {reason}", map=title, reason=summarise(error))
            self._publish(MapUpdate(model, remark=remark))


def _warm_up(atlas: Atlas) -> None:
    """Compute the cached parts of `atlas` that its first display needs, so that the window does not wait for them."""
    _ = atlas.tree, atlas.dot_spacing
    if len(atlas.xy):
        atlas.inverse_transform(atlas.xy[:1])
