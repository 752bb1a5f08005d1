"""Fine-tuning: trains a model further on the pictures of the gallery, mixed with its own, so that it forgets little.

It runs in a process of its own (`tuning_process`), which writes a new checkpoint; the model that it began with
stays as it is.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from latent_explorer.checkpoint import checkpoint_paths
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.checkpoint.map_cache import compute_digest
from latent_explorer.engine.background import worker_process
from latent_explorer.engine.fine_tuning.tuning_process import MIN_PICTURES, FineTune, TuningReport, TuningRequest
from latent_explorer.errors import StoppedError, WorkError, explain
from latent_explorer.texts import mark, tr, tr_count
from latent_explorer.unfinished import ScratchFolder

OF_OTHERS = {
    "curve": mark("{model} is of curves; a model of pictures can be fine-tuned"),
    "row": mark("{model} is of rows; a model of pictures can be fine-tuned"),
    "text": mark("{model} is of texts; a model of pictures can be fine-tuned"),
}
"""Why a model cannot be fine-tuned, by what one of its samples is called."""


@dataclass(frozen=True)
class TuningProgress:
    number: int
    share: float
    text: str


@dataclass(frozen=True)
class TuningEnded:
    """The end of a fine-tuning: with a report, an error, or neither if it was cancelled."""

    number: int
    report: TuningReport | None = None
    error: str = ""


TuningEvent = TuningProgress | TuningEnded


def find_obstacle(checkpoint: Checkpoint, count: int) -> str:
    """Return why a model cannot be fine-tuned on `count` pictures; empty if it can."""
    name = checkpoint.name
    if checkpoint.path is None or checkpoint.is_foreign:
        return tr(
            "{model} cannot be trained further here; a model from a file that this program trained can", model=name
        )
    if not checkpoint.sample_kind.has_pixels:
        return tr(OF_OTHERS[checkpoint.sample_kind.words.one], model=name)
    if count < MIN_PICTURES:
        return tr_count(
            "{count} picture is in the gallery; at least {least} are needed to fine-tune",
            "{count} pictures are in the gallery; at least {least} are needed to fine-tune",
            count,
            least=MIN_PICTURES,
        )
    return ""


class FineTuner:
    """Runs one fine-tuning at a time. The thread calls `wake` when there are events to take."""

    def __init__(
        self, adopt: Callable[[Path], str], *, data_dir: str | None = None, wake: Callable[[], None] = lambda: None,
        run: Callable[..., Any] = worker_process.run,
    ) -> None:  # fmt: skip
        """Store the services: `adopt` puts the new checkpoint into the menu and returns its name there."""
        self._adopt, self._data_dir, self._wake, self._run = adopt, data_dir, wake, run
        self._request: TuningRequest | None = None
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._events: list[TuningEvent] = []
        self._folder: ScratchFolder | None = None
        self._lock = threading.Lock()

    def request(self, request: TuningRequest | None, checkpoint: Checkpoint | None) -> None:
        """Begin `request` on `checkpoint` unless it is running; None cancels what runs."""
        if request == self._request:
            return
        self._stop.set()
        self._request = request
        if request is not None and checkpoint is not None:
            self._stop = threading.Event()
            self._thread = threading.Thread(
                target=self._work, args=(request, checkpoint, self._stop), name="tuning", daemon=True
            )
            self._thread.start()

    def take_events(self) -> list[TuningEvent]:
        """Return the events of the running fine-tuning since the last call."""
        with self._lock:
            events, self._events = self._events, []
        return [one for one in events if self._request is not None and one.number == self._request.number]

    def wait(self, timeout: float = 600.0) -> None:
        """Wait until nothing runs."""
        if self._thread is not None:
            self._thread.join(timeout)

    def close(self) -> None:
        """Cancel what runs, and delete the files that were not saved."""
        self._stop.set()
        self.wait(5.0)
        if self._folder is not None:
            self._folder.delete()

    def _work(self, request: TuningRequest, checkpoint: Checkpoint, stop: threading.Event) -> None:
        try:
            out = self._make_folder() / f"{request.name}{checkpoint_paths.SUFFIX}"
            digest = compute_digest(checkpoint.latents)
            job = FineTune(request, checkpoint.path or Path(), checkpoint.allow_import, out, self._data_dir, digest)

            def tell(share: float, text: str) -> None:
                self._publish(TuningProgress(request.number, share, text))

            report = self._run(job, tell, stop)
            ended = TuningEnded(request.number, replace(report, name=self._adopt(report.path)))
        except StoppedError:
            ended = TuningEnded(request.number)
        except Exception as error:  # whatever it is, it is one line in the window
            ended = TuningEnded(request.number, error=explain(error))
        self._publish(ended)

    def _make_folder(self) -> Path:
        """Return the temporary folder of the files that are not saved yet. Raise `WorkError` if there can be none."""
        try:
            self._folder = self._folder or ScratchFolder("latent-explorer-tuned-")
        except OSError as error:
            reason = error.strerror or str(error)
            raise WorkError(mark("no temporary file can be written: {reason}", reason=reason)) from None
        return self._folder.path

    def _publish(self, event: TuningEvent) -> None:
        with self._lock:
            self._events = [one for one in self._events if not isinstance(one, TuningProgress)]
            self._events.append(event)
        self._wake()
