"""The engine: answers queries within the frame if that is fast, else in a background thread.

Slots name the purpose of a picture ("hover", "strip 1"). Each slot keeps only its newest query; a late answer is
still better than none, so it is shown unless a newer one has arrived already. Slow queries, which may take seconds,
have a separate thread, so that no picture waits for them.
"""

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.engine import base_queries, picture_animation
from latent_explorer.engine.base_queries import Between, BetweenValue, Interpolation, Point, Trace, Variants
from latent_explorer.engine.incremental_worker import Background
from latent_explorer.engine.load_originals import load_originals
from latent_explorer.engine.map_layer_query import LayerRequest
from latent_explorer.engine.map_layers import jobs
from latent_explorer.engine.pending_queue import Waiting
from latent_explorer.engine.picture_animation import Aim, Glide
from latent_explorer.engine.query import Query, Wanted
from latent_explorer.engine.query_context import QueryContext
from latent_explorer.engine.results import Failure, Results
from latent_explorer.engine.sample_query import Sample
from latent_explorer.errors import LatentExplorerError

IN_FRAME = 0.004  # seconds, a quarter of a frame at 60 Hz: queries that take longer go to the background
TOGETHER = 2  # all queries answered within one frame may take this many budgets together
REMEMBERED = 256
STRIP = 11  # pictures in the strip that `warm_up` times


class Engine:
    """Answers queries by slot. Call `ask` from the window's thread; the worker calls `wake` when an answer is ready."""

    def __init__(
        self,
        checkpoints: Mapping[str, Checkpoint],
        *,
        data_dir: str | None = None,
        wake: Callable[[], None] = lambda: None,
        answer: Callable[[Query[object], QueryContext], object] = lambda query, context: query.answer(context),
    ) -> None:
        self.results = Results()
        self._checkpoints = checkpoints
        self._data_dir = data_dir
        self._wake = wake
        self._answer = answer
        self._originals: dict[tuple[Any, ...], Any] = {}
        self._context = QueryContext(checkpoints, self._originals)
        self._loaders: dict[tuple[Any, ...], threading.Thread] = {}
        self._generation = 0
        """Number of times that all cached answers were invalidated."""
        self._wanted: dict[str, Query[object]] = {}
        self._done: OrderedDict[Query[object], object] = OrderedDict()
        self._seconds: dict[tuple[object, ...], float] = {}
        self._waiting = Waiting()
        self._awaited = False
        """Whether `settle` waits for all answers, so that minimum intervals are ignored."""
        self._stamp = 0
        self._shown: dict[str, int] = {}
        self._glides: Mapping[str, Glide] = {}
        self._busy: set[str] = set()
        self._closed = False
        self._lock = threading.Condition()
        self._workers = [
            threading.Thread(target=self._work, args=(name,), name=name, daemon=True) for name in ("decoder", "errands")
        ]
        self._store = jobs.Store()
        self._background = Background(self._layer, self.results, wake)
        for worker in self._workers:
            worker.start()

    def warm_up(self, names: Iterable[str]) -> None:
        """Build the models and decode once, so that the first picture under the mouse is as fast as the rest.

        Raises `InputError` if a model cannot be built.
        """
        for name in names:
            checkpoint = self._checkpoints[name]
            _ = checkpoint.model  # fail right away on a missing device or weights that do not fit
            which = checkpoint.atlas.which
            x, y = (float(value) for value in checkpoint.atlas.xy[0])
            kinds: tuple[Query[object], ...] = (
                Point(name, which, (x, y), None),
                Sample(name, 0),
                Interpolation(name, 0, len(checkpoint.latents) - 1, STRIP),
                Trace(name, which, ((x, y),) * STRIP, None),
            )
            for request in kinds:
                for _ in range(3):
                    self._timed(request)
                self._done.pop(request, None)

    def load_originals(self, names: Iterable[str], *, wait: bool = False) -> None:
        """Load the data sets of the checkpoints `names` if they are on this machine; in the background unless `wait`
        is set."""
        for checkpoint in (self._checkpoints[name] for name in names):
            key = checkpoint.data_key
            if key not in self._loaders:  # each data set once, however many models were trained on it
                self._loaders[key] = threading.Thread(
                    target=self._load_original, args=(checkpoint,), name="originals", daemon=True
                )
                self._loaders[key].start()
            if wait:
                self._loaders[key].join()

    def ask(self, everything: Mapping[str, Wanted]) -> None:
        """Replace all queries, by slot. Cached and fast answers are in `results` on return; layers come later."""
        wanted: dict[str, Query[object]] = {}
        layered: dict[str, LayerRequest] = {}
        for slot, one in everything.items():
            if isinstance(one, Query):
                wanted[slot] = one
            else:
                layered[slot] = one
        self._background.want(layered)
        with self._lock:
            for slot in self._wanted.keys() - wanted.keys():
                self.results.drop(slot)
                self._waiting.drop(slot)
                self._wanted.pop(slot)
            changed = {slot: request for slot, request in wanted.items() if self._wanted.get(slot) != request}
            for slot, request in changed.items():
                before = self._wanted.get(slot)
                if before is not None and not before.alike(request):
                    self.results.drop(slot)  # a picture of another subject is not a last good picture
                    self._waiting.renew(slot)
                self._wanted[slot] = request
        if changed:
            self._background.touch()
        spent = 0.0
        for slot, request in sorted(changed.items(), key=lambda one: -one[1].patience):
            with self._lock:
                self._stamp += 1
                stamp = self._stamp
            known = self._done.get(request)
            if known is None and not self._is_fast(request, spent):
                with self._lock:
                    self._waiting.put(slot, request, stamp)
                    self._lock.notify_all()
                continue
            with self._lock:
                self._waiting.drop(slot, before=stamp)  # nobody would see its answer
            if known is None:
                known = self._timed(request, in_frame=True)
                spent += self._seconds.get(_kind(request), 0.0)
            self._put(slot, stamp, request, known)

    def glide(self, aims: Mapping[str, Aim], seconds: float, *, patient: bool = False) -> bool:
        """Advance the picture animations towards `targets` by `seconds`; return True if any is still running.

        The frames are decoded at once or not at all: if that is too slow, the pictures jump to their targets, unless
        `even_if_slow`.
        """
        if not (patient or self._can_glide(aims.values())):
            aims = {}
        codes = {place: base_queries.code(self._checkpoints[aim.model], aim.z, aim.dot) for place, aim in aims.items()}
        self._glides = picture_animation.onward(self._glides, aims, codes, seconds)
        between: dict[str, BetweenValue] = {}
        for place, one in self._glides.items():
            if not one.spring.resting:
                answer = self._measured(Between(one.aim.model, one.spring.z, one.aim.variants))
                if isinstance(answer, BetweenValue):  # a failure is reported by the query of the target
                    between[place] = answer
        self.results.show_between(between)
        return bool(between)

    def forget(self) -> None:
        """Discard all answers and ask every query again, after the inverse projection of a map has changed."""
        self._store = jobs.Store()
        self._background.again()
        with self._lock:
            self._ask_again()

    def finish(self, timeout: float = 60.0) -> bool:
        """Wait until nothing is pending and every layer is at its finest; return False after `timeout` seconds."""
        done = self.settle(timeout)
        return self._background.finish(timeout) and done

    def settle(self, timeout: float = 60.0) -> bool:
        """Wait until no query is pending, as `finish` without the layers; return False after `timeout` seconds."""
        with self._lock:
            self._awaited = True
            self._lock.notify_all()
            done = self._lock.wait_for(lambda: not self._waiting and not self._busy, timeout)
            self._awaited = False
            return done

    def close(self) -> None:
        with self._lock:
            self._closed = True
            self._lock.notify_all()
        for worker in self._workers:
            worker.join(timeout=2.0)
        self._background.close()

    # -- inside ---------------------------------------------------------------------------------------

    def _layer(self, request: LayerRequest) -> jobs.Job:
        return jobs.job(request, self._checkpoints, self._store)

    def _is_fast(self, request: Query[object], spent: float) -> bool:
        """Return True if `query` fits into the current frame, of which other answers have used `spent` seconds."""
        seconds = self._seconds.get(_kind(request), math.inf)
        fits = spent + seconds < TOGETHER * IN_FRAME or request.patience > 1
        return request.in_frame and seconds < IN_FRAME * request.patience and fits

    def _can_glide(self, aims: Iterable[Aim]) -> bool:
        """Return True if the pictures of all running animations can be decoded within the frame."""
        return sum(self._seconds.get(_kind(aim), math.inf) for aim in aims) < IN_FRAME

    def _timed(self, request: Query[object], *, in_frame: bool = False) -> object:
        """Compute the answer of `query`, and cache it unless it failed."""
        knew = self._generation
        answer = self._measured(request, in_frame=in_frame)
        if isinstance(answer, Failure):
            return answer
        with self._lock:
            if knew != self._generation:
                return answer  # usable now, but computed from an original or a map that has changed meanwhile
            self._done[request] = answer
            while len(self._done) > REMEMBERED:
                self._done.popitem(last=False)
        return answer

    def _measured(self, request: Query[object], *, in_frame: bool = False) -> object:
        began, worked = time.perf_counter(), time.thread_time()
        may_defer = in_frame and self._seconds.get((Sample, request.model), math.inf) < IN_FRAME
        context = replace(self._context, may_defer=True) if may_defer else self._context
        try:
            answer = self._answer(request, context)
        except LatentExplorerError as error:  # written for the reader
            return Failure(str(error))
        except Exception as error:  # the window shows it, whatever it is
            return Failure(f"{type(error).__name__}: {error}")
        # thread time, since on a busy machine an answer waits in the background as well; waiting for a device counts
        # half
        taken = max(time.thread_time() - worked, (time.perf_counter() - began) / 2)
        key = _kind(request)
        # one slow answer does not send a fast decoder to the background; several in a row do
        self._seconds[key] = min(taken, max(self._seconds.get(key, taken), IN_FRAME / 8) * 1.5)
        return answer

    def _put(self, slot: str, stamp: int, request: Query[object], answer: object) -> bool:
        """Put `answer` into the results unless a newer one is there; return True if `slot` still wants its subject."""
        with self._lock:
            wanted = self._wanted.get(slot)
            if wanted is None or not request.alike(wanted):
                return False
            if self._shown.get(slot, 0) <= stamp:
                self._shown[slot] = stamp
                self.results.put(slot, answer)
            return True

    def _work(self, worker: str) -> None:
        errands = worker == "errands"
        while True:
            with self._lock:
                self._busy.discard(worker)
                self._lock.notify_all()
                while True:
                    turn = self._waiting.first(errands=errands, hurried=self._awaited)
                    if self._closed or turn is not None:
                        break
                    self._lock.wait(self._waiting.pause(errands=errands))
                if self._closed or turn is None:
                    return
                self._waiting.drop(turn.slot)
                self._busy.add(worker)
            answer = self._done.get(turn.request)  # another slot may have asked the same query meanwhile
            if answer is None:
                answer = self._timed(turn.request)
            with self._lock:
                if self._put(turn.slot, turn.stamp, turn.request, answer):
                    self._waiting.answered(turn)
            self._wake()

    def _load_original(self, checkpoint: Checkpoint) -> None:
        try:
            found = load_originals(checkpoint, self._data_dir)
        except Exception as error:  # shown instead of the original, whatever it is
            found = f"the data set cannot be read ({type(error).__name__})"
        with self._lock:
            self._originals[checkpoint.data_key] = found
            self._ask_again()
        self._wake()

    def _ask_again(self) -> None:
        """Drop all answers, also those in progress, and ask every query again: their input data have changed."""
        self._done.clear()
        self._generation += 1
        for slot, request in self._wanted.items():
            self._stamp += 1
            self._waiting.put(slot, request, self._stamp)
        self._lock.notify_all()


def _kind(request: Query[object] | Aim) -> tuple[object, ...]:
    """Return the key under which the duration of `query` is measured; for slow queries it includes the map."""
    if isinstance(request, Aim):
        return Variants if request.variants else Sample, request.model
    return (*request.costs, getattr(request, "which", "")) if request.errand else request.costs
