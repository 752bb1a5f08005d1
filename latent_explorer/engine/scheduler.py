"""The engine: answers queries within the frame if that is fast, else in a background thread.

Slots name the purpose of a picture ("hover", "strip 1"). Each slot keeps only its newest query; a late answer is
still better than none, so it is shown unless a newer one has arrived already. Slow queries, which may take seconds,
have a separate thread, so that no picture waits for them.
"""

import math
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any

from latent_explorer.cache import LeastRecentlyUsed
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.engine.animation import picture_animation
from latent_explorer.engine.animation.picture_animation import Animation, AnimationTarget
from latent_explorer.engine.background import stoppable_thread
from latent_explorer.engine.datasets.dataset_downloader import DatasetMissing
from latent_explorer.engine.datasets.known_attributes import DatasetFound
from latent_explorer.engine.datasets.original_loader import OriginalLoader
from latent_explorer.engine.map_layers import jobs
from latent_explorer.engine.map_layers.incremental_worker import IncrementalWorker
from latent_explorer.engine.map_layers.map_layer_query import LayerQuery
from latent_explorer.engine.pending_queue import PendingQueue
from latent_explorer.engine.queries import base
from latent_explorer.engine.queries.base import Interpolation, Point, Trace, TransitionFrame, TransitionFrameValue
from latent_explorer.engine.queries.sample import Sample
from latent_explorer.engine.query import AnyQuery, Query
from latent_explorer.engine.query_context import QueryContext
from latent_explorer.engine.results import Failure, Results
from latent_explorer.engine.subject import Place
from latent_explorer.errors import explain

FRAME_BUDGET = 0.004  # seconds, a quarter of a frame at 60 Hz: queries that take longer go to the background
BUDGETS_PER_FRAME = 2  # all queries answered within one frame may take this many budgets together
MAX_CACHED_ANSWERS = 256
STRIP_LENGTH = 11  # pictures in the strip that `warm_up` times
SLOW_ANSWER = 0.1  # seconds of one picture after which `warm_up` times no more


class Engine:
    """Answers queries by slot. Call `ask` from the window's thread; the worker calls `wake` when an answer is ready."""

    def __init__(
        self,
        checkpoints: Mapping[str, Checkpoint],
        *,
        data_dir: str | None = None,
        wake: Callable[[], None] = lambda: None,
        answer: Callable[[Query[object], QueryContext], object] | None = None,
    ) -> None:
        self.results = Results()
        self._checkpoints = checkpoints
        self._wake = wake
        self._answer = answer
        self._original_loader = OriginalLoader(data_dir, self._use_originals)
        self._context = QueryContext(checkpoints, self._original_loader.originals, data_dir)
        self._generation = 0
        """Number of times that all cached answers were invalidated."""
        self._queries: dict[str, Query[object]] = {}
        self.answers: LeastRecentlyUsed[Query[object], object] = LeastRecentlyUsed(MAX_CACHED_ANSWERS)
        """Cached answers, by query."""
        self.answer_seconds: dict[tuple[object, ...], float] = {}
        """Seconds that an answer takes, by cost key."""
        self._pending = PendingQueue()
        self._settling = False
        """Whether `settle` waits for all answers, so that minimum intervals are ignored."""
        self._stamp = 0
        self._shown_stamps: dict[str, int] = {}
        self._animations: Mapping[str, Animation] = {}
        self._busy: set[str] = set()
        self._closed = False
        self._lock = threading.Condition()
        self._workers = [
            stoppable_thread.make(self._work, name, name=name, gives_way=name == "slow") for name in ("decoder", "slow")
        ]
        self._store = jobs.LayerStore()
        self._layer_worker = IncrementalWorker(self._make_layer_job, self.results, wake)
        for worker in self._workers:
            worker.start()

    def warm_up(self, names: Iterable[str]) -> None:
        """Build the models and decode once, so that the first picture under the mouse is as fast as the rest.

        Raises `InputError` if a model cannot be built.
        """
        for name in names:
            checkpoint = self._checkpoints[name]
            _ = checkpoint.model  # fail right away on a missing device or weights that do not fit
            which = checkpoint.atlas.method
            x, y = (float(value) for value in checkpoint.atlas.xy[0])
            kinds: tuple[Query[object], ...] = (
                Point(name, which, (x, y), None),
                Sample(name, 0),
                Interpolation(name, 0, len(checkpoint.latents) - 1, STRIP_LENGTH),
                Trace(name, which, (Place((x, y)),) * STRIP_LENGTH),
            )
            for request in kinds:
                seconds = math.inf
                for _ in range(3):
                    start = time.perf_counter()
                    self._answer_and_cache(request)
                    seconds = min(seconds, time.perf_counter() - start)
                with self._lock:
                    self.answers.drop(request)
                if seconds > SLOW_ANSWER:  # nothing of it fits into a frame, and nobody should wait for the rest
                    break

    def load_originals(self, names: Iterable[str], *, wait: bool = False) -> None:
        """Load the data sets of the checkpoints `names` if they are on this machine; in the background unless `wait`
        is set."""
        for name in names:
            self._original_loader.load(self._checkpoints[name], wait=wait)

    def prepare_originals(self, names: Iterable[str]) -> None:
        """Make the originals of the checkpoints `names` quick to show; after `load_originals`, in the background."""
        for name in names:
            self._original_loader.prepare(self._checkpoints[name])

    def take_dataset_news(self) -> list[DatasetMissing | DatasetFound]:
        """Return which data sets were found since the last call, and which are not here and can be downloaded."""
        return self._original_loader.take_news()

    def look_again(self, dataset: str) -> None:
        """Let `load_originals` load the data set of this name again, since it has come, and ask every query again."""
        self._original_loader.forget(dataset)
        with self._lock:
            self._ask_again()

    def ask(self, queries: Mapping[str, AnyQuery]) -> None:
        """Replace all queries, by slot. Cached and fast answers are in `results` on return; layers come later."""
        wanted, layers = dict[str, Query[Any]](), dict[str, LayerQuery]()
        for slot, one in queries.items():
            if isinstance(one, Query):
                wanted[slot] = one
            else:
                layers[slot] = one
        self._layer_worker.set_queries(layers)
        changed = self._replace_queries(wanted)
        spent = 0.0
        for slot, request in sorted(changed.items(), key=lambda one: -one[1].budget_factor):
            with self._lock:
                self._stamp += 1
                stamp, answer = self._stamp, self.answers.get(request)
            key = _get_cost_key(request) if answer is None else ()
            if answer is None and not _fits_into_frame(request, self.answer_seconds.get(key, math.inf), spent):
                with self._lock:
                    self._pending.put(slot, request, stamp)
                    self._lock.notify_all()
                continue
            with self._lock:
                self._pending.drop(slot, before=stamp)  # nobody would see its answer
            if answer is None:
                answer = self._answer_and_cache(request, in_frame=True)
                spent += self.answer_seconds.get(key, 0.0)
            self._put_answer(slot, stamp, request, answer)

    def hold_layers(self) -> AbstractContextManager[None]:
        """Return a context in which no layer is computed, while a frame is made."""
        return self._layer_worker.hold()

    def animate(self, targets: Mapping[str, AnimationTarget], seconds: float, *, even_if_slow: bool = False) -> bool:
        """Advance the picture animations towards `targets` by `seconds`; return True if any is still running.

        The frames are decoded at once or not at all: if that is too slow, the pictures jump to their targets, unless
        `even_if_slow`.
        """
        if not (even_if_slow or self._can_animate(targets.values())):
            targets = {}
        inputs = {
            place: base.make_decoder_input(self._checkpoints[target.model], target.z, target.dot)
            for place, target in targets.items()
        }
        self._animations = picture_animation.advance(self._animations, targets, inputs, seconds)
        frames: dict[str, TransitionFrameValue] = {}
        for place, one in self._animations.items():
            if not one.spring.resting:
                query = TransitionFrame(one.target.model, one.spring.position, one.target.variants)
                answer = self._answer_and_time(query)
                if isinstance(answer, TransitionFrameValue):  # a failure is reported by the query of the target
                    frames[place] = answer
        self.results.show_transitions(frames)
        return bool(frames)

    def forget(self) -> None:
        """Discard all answers and ask every query again, after the inverse projection of a map has changed."""
        self._store = jobs.LayerStore()
        self._layer_worker.restart_jobs()
        with self._lock:
            self._ask_again()

    def finish(self, timeout: float = 60.0) -> bool:
        """Wait until nothing is pending and every layer is at its finest; return False after `timeout` seconds."""
        done = self.settle(timeout)
        return self._layer_worker.finish(timeout) and done

    def settle(self, timeout: float = 60.0) -> bool:
        """Wait until no query is pending, as `finish` without the layers; return False after `timeout` seconds."""
        with self._lock:
            self._settling = True
            self._lock.notify_all()
            done = self._lock.wait_for(lambda: not self._pending and not self._busy, timeout)
            self._settling = False
            return done

    @property
    def is_idle(self) -> bool:
        """Whether every query is answered, but those of layers."""
        with self._lock:
            return not self._pending and not self._busy

    def close(self) -> None:
        """End all threads."""
        with self._lock:
            self._closed = True
            self._lock.notify_all()
        self._layer_worker.close()
        stoppable_thread.stop((*self._workers, *self._original_loader.threads, *self._layer_worker.threads))

    # -- inside ---------------------------------------------------------------------------------------

    def _replace_queries(self, wanted: Mapping[str, Query[Any]]) -> dict[str, Query[Any]]:
        """Replace the queries, by slot, and drop the answers that they make obsolete; return those that changed."""
        with self._lock:
            for slot in self._queries.keys() - wanted.keys():
                self.results.drop(slot)
                self._pending.drop(slot)
                self._queries.pop(slot)
            changed = {slot: request for slot, request in wanted.items() if self._queries.get(slot) != request}
            for slot, request in changed.items():
                before = self._queries.get(slot)
                if before is not None and not before.has_same_subject(request):
                    self.results.drop(slot)  # a picture of another subject is not a last good picture
                    self._pending.reset_interval(slot)
                self._queries[slot] = request
        return changed

    def _make_layer_job(self, query: LayerQuery) -> jobs.LayerJob:
        return jobs.make_job(query, self._checkpoints, self._store)

    def _can_animate(self, targets: Iterable[AnimationTarget]) -> bool:
        """Return True if the pictures of all running animations can be decoded within the frame."""
        return sum(self.answer_seconds.get(_get_cost_key(one), math.inf) for one in targets) < FRAME_BUDGET

    def _answer_and_cache(self, query: Query[object], *, in_frame: bool = False) -> object:
        """Compute the answer of `query`, and cache it unless it failed."""
        generation = self._generation
        answer = self._answer_and_time(query, in_frame=in_frame)
        if isinstance(answer, Failure):
            return answer
        with self._lock:
            if generation == self._generation:  # else usable now, but an original or a map has changed meanwhile
                self.answers.put(query, answer)
        return answer

    def _answer_and_time(self, query: Query[object], *, in_frame: bool = False) -> object:
        """Compute the answer of `query`, a `Failure` if that goes wrong, and measure how long it takes."""
        began, worked = time.perf_counter(), time.thread_time()
        may_defer = in_frame and self.answer_seconds.get((Sample, query.model), math.inf) < FRAME_BUDGET
        context = replace(self._context, may_defer=True) if may_defer else self._context
        try:
            answer = query.answer(context) if self._answer is None else self._answer(query, context)
        except Exception as error:  # the window shows it, whatever it is
            return Failure(explain(error))
        if answer is None:  # there is nothing to answer yet, which says nothing of how long an answer takes
            return answer
        # thread time, since on a busy machine an answer waits in the background as well; waiting for a device counts
        # half
        taken = max(time.thread_time() - worked, (time.perf_counter() - began) / 2)
        key = _get_cost_key(query)
        # one slow answer does not send a fast decoder to the background; several in a row do
        self.answer_seconds[key] = min(taken, max(self.answer_seconds.get(key, taken), FRAME_BUDGET / 8) * 1.5)
        return answer

    def _put_answer(self, slot: str, stamp: int, query: Query[object], answer: object) -> bool:
        """Put `answer` into the results unless a newer one is there; return True if `slot` still wants its subject."""
        with self._lock:
            wanted = self._queries.get(slot)
            if wanted is None or not query.has_same_subject(wanted):
                return False
            if self._shown_stamps.get(slot, 0) <= stamp:
                self._shown_stamps[slot] = stamp
                self.results.put(slot, answer)
            return True

    def _work(self, worker: str) -> None:
        """Answer pending queries until the engine is closed: as "slow" those that may take seconds, else the others."""
        slow = worker == "slow"
        while True:
            with self._lock:
                self._busy.discard(worker)
                self._lock.notify_all()
                while True:
                    turn = self._pending.find_next(slow=slow, ignore_intervals=self._settling)
                    if self._closed or turn is not None:
                        break
                    self._lock.wait(self._pending.compute_wait(slow=slow))
                if self._closed or turn is None:
                    return
                self._pending.drop(turn.slot)
                self._busy.add(worker)
                answer = self.answers.get(turn.query)  # another slot may have asked the same query meanwhile
            if answer is None:
                answer = self._answer_and_cache(turn.query)
            with self._lock:
                if self._put_answer(turn.slot, turn.stamp, turn.query, answer):
                    self._pending.start_interval(turn)
            self._wake()

    def _use_originals(self) -> None:
        """Ask every query again, since a data set was loaded."""
        with self._lock:
            self._ask_again()
        self._wake()

    def _ask_again(self) -> None:
        """Drop all answers, also those in progress, and ask every query again: their input data have changed."""
        self.answers.clear()
        self._generation += 1
        for slot, request in self._queries.items():
            self._stamp += 1
            self._pending.put(slot, request, self._stamp)
        self._lock.notify_all()


def _fits_into_frame(query: Query[object], seconds: float, spent: float) -> bool:
    """Return True if a query whose answer takes `seconds` fits into a frame of which others have used `spent`."""
    fits = spent + seconds < BUDGETS_PER_FRAME * FRAME_BUDGET or query.budget_factor > 1
    return query.in_frame and seconds < FRAME_BUDGET * query.budget_factor and fits


def _get_cost_key(query: Query[object] | AnimationTarget) -> tuple[object, ...]:
    """Return the key under which the duration of `query` is measured; for slow queries it includes the map."""
    if isinstance(query, AnimationTarget):
        return base.Variants if query.variants else Sample, query.model
    return (*query.cost_key, getattr(query, "map_name", "")) if query.slow else query.cost_key
