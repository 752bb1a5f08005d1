"""Files that are written in threads of their own: a job for each, and the list of those that are not reported yet."""

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from latent_explorer.errors import LatentExplorerError, StoppedError, WorkError

J = TypeVar("J", bound="FileJob")


class FileJob(ABC):
    """Writes one file; at its end, well or not, `done` is set and then `wake` is called in the thread."""

    def __init__(self, file_name: str, failure: str, wake: Callable[[], None]) -> None:
        """`failure` begins the message about an unexpected error."""
        self.file_name, self._failure, self._wake = file_name, failure, wake
        self.error: LatentExplorerError | None = None
        self.done = threading.Event()
        self._given_up = threading.Event()
        self._thread = threading.Thread(target=self._run, name="file")  # no daemon: a started file is finished

    def start(self) -> None:
        self._thread.start()

    def give_up(self) -> None:
        """Abandon the file and remove it."""
        self._given_up.set()

    def wait(self, seconds: float | None = None) -> None:
        """Wait until the file is written, at most `seconds`."""
        self._thread.join(seconds)

    @abstractmethod
    def work(self) -> None:
        """Write the file; run in the thread."""

    def check(self) -> None:
        """Raise `StoppedError` if the file was given up."""
        if self._given_up.is_set():
            raise StoppedError(f"{self.file_name}: given up")

    def attempt(self, work: Callable[..., None], *arguments: Any) -> None:
        """Call `work`, and keep the error that it raises."""
        try:
            work(*arguments)
        except LatentExplorerError as error:
            self.error = error
        except Exception as error:  # the window shows any error and stops waiting for the file
            self.error = WorkError(f"{self._failure}: {getattr(error, 'strerror', None) or error}")

    def _run(self) -> None:
        self.work()
        self.done.set()
        self._wake()


class FileJobs(Generic[J]):
    """The jobs that were added and not taken yet."""

    def __init__(self) -> None:
        self._jobs: list[J] = []
        self._given_up = False

    def add(self, job: J) -> None:
        self._jobs.append(job)
        if self._given_up:
            job.give_up()

    def take_finished(self) -> list[J]:
        """Return the jobs that have ended since the last call."""
        if not self._jobs:
            return []
        done = [job for job in self._jobs if job.done.is_set()]
        self._jobs = [job for job in self._jobs if job not in done]
        return done

    @property
    def writing(self) -> tuple[str, ...]:
        """Names of the files that are being written; `take_finished` returns all others."""
        return tuple([job.file_name for job in self._jobs if not job.done.is_set()]) if self._jobs else ()

    def give_up(self) -> None:
        """Abandon the files that are being written and remove them."""
        self._given_up = True
        for job in self._jobs:
            job.give_up()

    def wait(self) -> None:
        """Wait until every file is written."""
        for job in self._jobs:
            job.wait()
