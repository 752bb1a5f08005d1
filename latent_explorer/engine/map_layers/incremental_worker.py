"""Worker thread that computes map layers chunk by chunk while the window makes no frame.

Jobs are generators (`engine.map_layers.jobs`); several take turns. A job that is no longer wanted ends after its chunk.
"""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from latent_explorer.engine.background import stoppable_thread
from latent_explorer.engine.map_layers.map_layer_query import LayerQuery, LayerValue, is_same_layer
from latent_explorer.engine.results import Failure, Results
from latent_explorer.errors import explain

MAX_DELAY = 0.04  # seconds after which a chunk is computed however busy the window is

MakeJob = Callable[[LayerQuery], Iterator[LayerValue | None]]


class IncrementalWorker:
    """Computes map layers. Call its methods from the window's thread; the worker calls `wake` after each new value."""

    def __init__(self, make_job: MakeJob, results: Results, wake: Callable[[], None]) -> None:
        self._make_job, self._results, self._wake = make_job, results, wake
        self._queries: dict[str, LayerQuery] = {}
        self._jobs: dict[str, Iterator[LayerValue | None]] = {}
        self._free = threading.Event()
        """Set unless the window makes a frame."""
        self._free.set()
        self._closed = False
        self._lock = threading.Condition()
        self._worker: threading.Thread | None = None

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Let the worker rest after its chunk during the `with` block, which makes a frame: two threads that both run
        Python take twice as long each."""
        self._free.clear()
        try:
            yield
        finally:
            self._free.set()

    def set_queries(self, queries: Mapping[str, LayerQuery]) -> None:
        """Replace the queries, by slot; a value of the same layer stays until a better one arrives."""
        if queries == self._queries:
            return
        with self._lock:
            for slot, before in self._queries.items():
                if slot not in queries or not is_same_layer(before, queries[slot]):
                    self._results.drop(slot)
                if queries.get(slot) != before:
                    self._jobs.pop(slot, None)
            for slot, request in queries.items():
                if self._queries.get(slot) != request:
                    self._jobs[slot] = self._make_job(request)
            self._queries = dict(queries)
            self._lock.notify_all()
        if self._worker is None:
            self._worker = stoppable_thread.make(self._work, name="layers", gives_way=True)
            self._worker.start()

    def restart_jobs(self) -> None:
        """Restart all jobs; present values stay until better ones arrive."""
        with self._lock:
            self._jobs = {slot: self._make_job(request) for slot, request in self._queries.items()}
            self._lock.notify_all()

    def finish(self, timeout: float) -> bool:
        """Wait until every layer is finished; return False after `timeout` seconds."""
        self._free.set()
        with self._lock:
            return self._lock.wait_for(lambda: not self._jobs, timeout)

    def close(self) -> None:
        """Let the worker end after its chunk."""
        with self._lock:
            self._closed = True
            self._lock.notify_all()

    @property
    def threads(self) -> tuple[threading.Thread, ...]:
        return () if self._worker is None else (self._worker,)

    # -- inside ---------------------------------------------------------------------------------------

    def _work(self) -> None:
        while True:
            with self._lock:
                self._lock.wait_for(lambda: self._jobs or self._closed)
                if self._closed:
                    return
                slot, job = next(iter(self._jobs.items()))
            self._free.wait(MAX_DELAY)
            value: LayerValue | Failure | None = None
            ended = False
            try:
                value = next(job)
            except StopIteration:
                ended = True
            except Exception as error:  # the window shows it, whatever it is
                value, ended = Failure(explain(error)), True
            with self._lock:
                if self._jobs.get(slot) is not job:
                    continue  # no longer wanted
                del self._jobs[slot]
                if not ended:
                    self._jobs[slot] = job  # to the end of the queue: jobs take turns
                if value is not None:
                    self._results.put(slot, value)
                self._lock.notify_all()
            if value is not None:
                self._wake()
