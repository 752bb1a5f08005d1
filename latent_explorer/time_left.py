"""How long a step still takes, told from its own first part; and the lines that say so while it runs.

It knows steps as counts alone, of batches, images or iterations, and nothing of what is done in them.
"""

import itertools
import time
from collections import deque
from collections.abc import Callable, Sequence

ReportDone = Callable[[int, int], None]
"""A function that is called with what is done and what there is to do; with 0 done where a step, or a part, begins."""
Clock = Callable[[], float]

TRIAL = 1.0  # seconds of a step from which the rest is told
NEXT = ", next part"
LONG = 10.0  # seconds from which a step is announced, and between two lines about it
RECENT = 1 / 3  # the last part of the time so far, whose pace is that of the rest: other programs come and go
MARKS = 100  # moments that are remembered for this, of the time so far
WRONG_BY = 1.5  # what is left, over what was said, from which it is said anew before its time


def ignore_done(done: int, total: int) -> None: ...


class TimeLeft:
    """The seconds that are left of a step, by the pace of its last part."""

    def __init__(self, clock: Clock = time.monotonic) -> None:
        self._clock, self._begun = clock, clock()
        self._marks = deque[tuple[float, float]]()
        """Moments, in seconds since the step began, and what was done by then; the pace is that since the first of
        them. The earliest is the first report: what comes before it, such as threads that start, comes once."""
        self.spent = 0.0
        """Seconds since the step began."""

    def estimate(self, done: float, total: float) -> float | None:
        """Return the seconds left, None before the trial is over; with 0 `done` the step begins now."""
        now = self._clock()
        if done <= 0:
            self._begun = now
            self._marks.clear()
        self.spent = now - self._begun
        if done <= 0:
            return None
        marks = self._marks
        while len(marks) > 1 and marks[1][0] <= (1 - RECENT) * self.spent:
            marks.popleft()
        since, before = marks[0] if marks else (0.0, 0.0)
        if not marks or self.spent - marks[-1][0] >= self.spent / MARKS:
            marks.append((self.spent, done))
        if self.spent < TRIAL or done <= before:
            return None
        return (self.spent - since) * (total - done) / (done - before)


class LongStep:
    """Says about how long a step takes, if that is long, and then now and then what is left, also when it turns out to
    be other than was said. It is a `ReportDone`."""

    def __init__(
        self, say: Callable[[str], None], title: str, skip: str = "", *, clock: Clock = time.monotonic
    ) -> None:
        """`skip` says how not to wait for the step, where that can be."""
        self._say, self._title, self._skip = say, title, f"; {skip}" if skip else ""
        self._time_left = TimeLeft(clock)
        self._said: tuple[float, float] | None = None
        """When the last line was said, and the end that it told, in seconds since the beginning; None before any."""

    def __call__(self, done: float, total: float) -> None:
        remaining = self._time_left.estimate(done, total)
        if done <= 0:
            if self._said is not None:
                self._title = f"{self._title.removesuffix(NEXT)}{NEXT}"
            self._said = None
        if remaining is None or remaining < TRIAL:
            return
        spent = self._time_left.spent
        if self._said is None:
            if spent + remaining < LONG:
                return
            self._say(f"{self._title}: about {format_duration(remaining)}{self._skip}")
        elif self._is_time(spent, remaining, *self._said):
            self._say(f"{self._title}: {done / total:.0%}, about {format_duration(remaining)} left")
        else:
            return
        self._said = spent, spent + remaining

    def _is_time(self, spent: float, remaining: float, said_at: float, end: float) -> bool:
        """Return whether the next line is due: regularly, or since more or less is left than was said."""
        if spent < said_at + LONG / 2:
            return False
        expected = max(end - spent, TRIAL)
        is_wrong = not expected / WRONG_BY <= remaining <= expected * WRONG_BY
        return is_wrong or spent >= said_at + max(LONG, (end - said_at) / 10)


class JoinedParts:
    """Reports the parts of a step as one. Each has the share of the whole that it is expected to take."""

    WHOLE = 10_000  # that is reported as done at the end

    def __init__(self, report: ReportDone, expected: Sequence[float]) -> None:
        """`expected` is how long each part takes, in any unit."""
        self._report = report
        self._ends = [self.WHOLE * part / sum(expected) for part in itertools.accumulate(expected, initial=0.0)]

    def get_part(self, index: int) -> ReportDone:
        """Return the function to which a part reports what it has done."""
        begin, end = self._ends[index : index + 2]
        return lambda done, total: self._report(round(begin + (end - begin) * done / total), self.WHOLE)


def format_duration(seconds: float) -> str:
    """Return a time in words: 40 s, 3 min, 2 h."""
    if seconds < 100:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 6000 else f"{seconds / 3600:.1f} h"
