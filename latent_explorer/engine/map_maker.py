"""Makes maps while the window is open: fits them in the background, measures them, fits a smooth inverse, caches them.

`request_map` replaces the requested map; `take_events` returns the events since, and adds finished maps to their
checkpoints in the caller's thread. One task runs at a time, the most urgent first.
"""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from latent_explorer.atlas import Atlas, map_quality
from latent_explorer.atlas.map_spec import MapSpec
from latent_explorer.checkpoint import map_cache
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.config import FOREIGN_NETWORKS
from latent_explorer.engine import thread_end, worker_process
from latent_explorer.engine.map_events import MapEvent, MapFailed, MapFinished, MapProgress, MapUpdate
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
    kind: str
    model: str
    map_name: str = ""
    recipe: MapSpec = field(default_factory=MapSpec)


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

    def request_map(self, models: Sequence[str], recipe: MapSpec | None) -> None:
        """Request the map of `recipe` for `models`, which must be open; this replaces the previous request."""
        with self._lock:
            if not models and not self._tasks and self._running is None:
                return
            lacking = [model for model in models if recipe and recipe.map_name not in self._maps[model]]
            wanted = [_Task(1, "fit", model, recipe=recipe) for model in lacking] if recipe else []
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
            one = self._maps.get(model, {}).get(map_name)
            if one is not None and one.smooth_network is None and (model, map_name) not in self._displayed:
                self._displayed.add((model, map_name))
                foreign = self._checkpoints[model].config.model.network in FOREIGN_NETWORKS
                if map_name != one.which or foreign:  # maps of our own training stay as they were trained
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
        with self._lock:
            self._closed = True
            self._stop.set()
            self._lock.notify_all()
        if self._worker is not None:
            thread_end.end((self._worker,), MAX_STOP_SECONDS)

    # -- inside ---------------------------------------------------------------------------------------

    def _add_task(self, task: _Task) -> None:
        if task in self._tasks or task == self._running:
            return
        self._tasks.append(task)
        if self._worker is None:
            self._worker = thread_end.make(self._work, name="maps")
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
                getattr(self, f"_{task.kind}")(task)
            except StoppedError:
                self._wake()  # the same map may have been requested again by now
                continue
            except Exception as error:  # whatever it is, it is one line in the window
                reason = explain(error)
                if task.kind == "fit":
                    text = mark("{map}: {reason}", map=task.recipe.title, reason=reason)
                    self._publish(MapFailed(task.recipe, text))
                else:
                    self._publish(MapUpdate(task.model, reason))

    def _open(self, task: _Task) -> None:
        of = self._checkpoints[task.model]
        cached = map_cache.read(of)
        for one in cached.maps.values():
            _warm_up(one)
        maps = self._maps[task.model]
        added = {name: one for name, one in cached.maps.items() if name not in maps}
        maps.update(added)
        self._publish(MapUpdate(task.model, cached.unused_reason), added)
        with self._lock:
            for which, one in maps.items():
                if one.quality is None:
                    self._add_task(_Task(2, "measure", task.model, which))

    def _fit(self, task: _Task) -> None:
        of = self._checkpoints[task.model]
        job = worker_process.FitMap(task.recipe.normalised, of.latents)
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
            self._publish(MapProgress(task.recipe, share, text))

        fitted = run(job, report, self._stop)
        if self._stop.is_set():
            raise StoppedError
        name = task.recipe.map_name
        one = Atlas(fitted, of.latents, of.labels)
        _warm_up(one)
        with self._lock:
            self._maps[task.model][name] = one
            self._publish(MapFinished(task.model, task.recipe, name), {name: one})
        self._keep(task.model, name, one)
        with self._lock:
            self._add_task(_Task(2, "measure", task.model, name))
            self._add_inverse(task.model, name)

    def _measure(self, task: _Task) -> None:
        of = self._checkpoints[task.model]
        one = self._maps[task.model][task.map_name]
        one.quality = map_quality.measure(one.latents, one.xy, one.labels)
        with suppress(WorkError):  # it is measured again the next time
            map_cache.save(of, {}, {map_cache.compute_digest(one.xy): one.quality})
        self._publish(MapUpdate(task.model))

    def _fit_inverse(self, task: _Task) -> None:
        of = self._checkpoints[task.model]
        before = self._maps[task.model][task.map_name]
        job = worker_process.FitInverse(worker_process.copy_with_one_map(of, before))
        try:
            smooth = self._run(job, lambda share, text: None, self._stop)
        except InputError as reason:
            title = before.projection.title
            remark = mark("{map} goes back by interpolation alone: {reason}", map=title, reason=summarise(reason))
            self._publish(MapUpdate(task.model, remark=remark))
            return
        before.adopt_inverse(Atlas(before.projection, of.latents, of.labels, smooth))
        self._publish(MapUpdate(task.model, inverse_changed=True))
        self._keep(task.model, task.map_name, before)

    def _keep(self, model: str, map_name: str, one: Atlas) -> None:
        """Keep a map for the next start, or say that it is not kept."""
        try:
            map_cache.save(self._checkpoints[model], {map_name: one}, {})
        except WorkError as error:
            title = one.projection.title
            remark = mark("{map} is not kept for the next start. {reason}", map=title, reason=summarise(error))
            self._publish(MapUpdate(model, remark=remark))


def _warm_up(atlas: Atlas) -> None:
    """Compute the cached parts of `atlas` that its first display needs, so that the window does not wait for them."""
    _ = atlas.tree, atlas.dot_spacing
    if len(atlas.xy):
        atlas.inverse_transform(atlas.xy[:1])
