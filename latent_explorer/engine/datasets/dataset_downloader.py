"""Downloads of data sets in the background: requested by name, reported by events, stopped at any time.

Modules that need torch are imported in the thread; the events are values of the window's state.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from latent_explorer.errors import LatentExplorerError, StoppedError, WorkError, summarise
from latent_explorer.texts import mark

EVENT_INTERVAL = 0.1  # seconds between two events of progress


@dataclass(frozen=True)
class DatasetOffer:
    """A data set that is not on this machine and can be downloaded."""

    name: str
    title: str
    megabytes: int


@dataclass(frozen=True)
class DatasetMissing:
    offer: DatasetOffer


@dataclass(frozen=True)
class DownloadProgress:
    name: str
    received: int
    """Bytes so far."""


@dataclass(frozen=True)
class DownloadEnded:
    name: str
    error: str = ""
    """Why the download failed; empty if it succeeded."""


DownloadEvent = DownloadProgress | DownloadEnded
Fetch = Callable[[str, Callable[[int], object], Callable[[], bool]], None]


class DatasetDownloader:
    """Fetches one data set at a time; calls `wake` when there is an event to take."""

    def __init__(self, fetch: Fetch, *, wake: Callable[[], None] = lambda: None) -> None:
        self._fetch, self._wake = fetch, wake
        self._name = ""
        self._stop = threading.Event()
        self._events: list[DownloadEvent] = []
        self._lock = threading.Lock()

    @property
    def name(self) -> str:
        """The data set that was requested last; empty if nothing was to be fetched."""
        return self._name

    def request(self, name: str) -> None:
        """Fetch the data set `name` unless it is being fetched already; an empty name stops the download."""
        if name == self._name:
            return
        self.close()
        self._name, self._stop = name, threading.Event()
        if name:
            threading.Thread(target=self._work, args=(name, self._stop), name="download", daemon=True).start()

    def take_events(self) -> list[DownloadEvent]:
        """Return what happened since the last call; of a stopped download nothing."""
        with self._lock:
            events, self._events = self._events, []
        return events

    def close(self) -> None:
        """Stop the download and forget its events."""
        with self._lock:
            self._stop.set()
            self._events = []

    def _work(self, name: str, stop: threading.Event) -> None:
        received, reported_at = 0, 0.0

        def report(count: int) -> None:
            nonlocal received, reported_at
            received += count
            if time.monotonic() - reported_at >= EVENT_INTERVAL:
                reported_at = time.monotonic()
                self._publish(DownloadProgress(name, received), stop)

        error = ""
        try:
            self._fetch(name, report, stop.is_set)
        except StoppedError:
            return
        except LatentExplorerError as caught:
            error = str(caught)
        except Exception as caught:  # said in the window, whatever it is
            error = summarise(caught)
        self._publish(DownloadEnded(name, error), stop)

    def _publish(self, event: DownloadEvent, stop: threading.Event) -> None:
        with self._lock:
            if stop.is_set():
                return
            self._events.append(event)
        self._wake()


def make_fetch(data_dir: str | None) -> Fetch:
    """Return the function that downloads a data set of torchvision into the folder of the data sets."""

    def fetch(name: str, report: Callable[[int], object], is_stopped: Callable[[], bool]) -> None:
        from latent_explorer.data import datasets, torchvision_sets

        root, wanted = datasets.resolve_data_dir(data_dir), torchvision_sets.SETS[name]
        try:
            torchvision_sets.fetch(name, root, report=report, is_stopped=is_stopped)
        except StoppedError:
            raise
        except WorkError as error:
            text = mark(
                "{dataset}: {reason}. Its files can also be put into {folder}",
                dataset=wanted.title, reason=summarise(error), folder=root / wanted.folder,
            )  # fmt: skip
            raise WorkError(text) from None

    return fetch
