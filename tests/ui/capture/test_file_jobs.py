"""Files that are written in threads of their own."""

import threading

import pytest

from latent_explorer.errors import InputError, StoppedError, WorkError
from latent_explorer.ui.capture.file_jobs import FileJob, FileJobs

PATIENCE = 20


class Job(FileJob):
    """Waits until it is let go, then writes, fails or looks whether it was given up."""

    def __init__(self, name: str = "a.png", error: Exception | None = None) -> None:
        self.go, self.woken = threading.Event(), []
        super().__init__(name, "the picture", lambda: self.woken.append(self.done.is_set()))
        self.problem = error

    def work(self) -> None:
        assert self.go.wait(PATIENCE)
        self.attempt(self.write)

    def write(self) -> None:
        self.check()
        if self.problem is not None:
            raise self.problem

    def finish(self) -> "Job":
        self.go.set()
        self.start()
        self.wait(PATIENCE)
        return self


@pytest.mark.parametrize(
    ("problem", "kind", "said"),
    [
        (None, type(None), "None"),
        (InputError("a folder arrived"), InputError, "a folder arrived"),
        (OSError(28, "No space"), WorkError, "the picture: No space"),
        (ValueError("odd"), WorkError, "the picture: odd"),
    ],
)
def test_however_it_ends_it_is_done_before_the_window_is_woken(problem, kind, said):
    job = Job(error=problem).finish()
    assert job.woken == [True]
    assert (type(job.error), str(job.error)) == (kind, said)


def test_a_job_that_was_given_up_stops_at_its_next_look():
    job = Job()
    job.give_up()
    assert isinstance(job.finish().error, StoppedError)


def test_each_job_is_taken_once_when_it_has_ended_and_named_until_then():
    jobs, first, second = FileJobs(), Job("a.png"), Job("b.png")
    jobs.add(first)
    jobs.add(second)
    assert jobs.writing == ("a.png", "b.png")
    assert jobs.take_finished() == []
    second.finish()
    assert jobs.writing == ("a.png",)
    assert jobs.take_finished() == [second]
    assert jobs.take_finished() == []
    first.finish()
    assert jobs.take_finished() == [first]
    assert jobs.writing == ()


def test_what_is_added_after_all_were_given_up_is_given_up_too():
    jobs, before, after = FileJobs(), Job(), Job()
    jobs.add(before)
    jobs.give_up()
    jobs.add(after)
    assert [type(job.finish().error) for job in (before, after)] == [StoppedError] * 2


def test_all_are_waited_for():
    jobs, job = FileJobs(), Job()
    jobs.add(job)
    job.start()
    threading.Timer(0.05, job.go.set).start()
    jobs.wait()
    assert job.done.is_set()
