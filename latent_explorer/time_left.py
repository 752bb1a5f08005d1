"""How long a step still takes, told from its own first part; and the lines that say so while it runs.

It knows steps as counts alone, of batches, images or iterations, and nothing of what is done in them.
"""

import time
from collections.abc import Callable

ReportDone = Callable[[int, int], None]
"""A function that is called with what is done and what there is to do; with 0 done where a step, or a part, begins."""
Clock = Callable[[], float]

TRIAL = 1.0  # seconds of a step from which the rest is told
NEXT = ", next part"
LONG = 10.0  # seconds from which a step is announced, and between two lines about it


def ignore_done(done: int, total: int) -> None: ...


class TimeLeft:
    """The seconds that are left of a step."""

    def __init__(self, clock: Clock = time.monotonic) -> None:
        self._clock, self._begun = clock, clock()
        self.spent = 0.0
        """Seconds since the step began."""

    def estimate(self, done: float, total: float) -> float | None:
        """Return the seconds left, None before the trial is over; with 0 `done` the step begins now."""
        now = self._clock()
        if done <= 0:
            self._begun = now
        self.spent = now - self._begun
        return None if done <= 0 or self.spent < TRIAL else self.spent * (total - done) / done


class LongStep:
    """Says about how long a step takes, if that is long, and then now and then what is left. It is a `ReportDone`."""

    def __init__(
        self, say: Callable[[str], None], title: str, skip: str = "", *, clock: Clock = time.monotonic
    ) -> None:
        """`skip` says how not to wait for the step, where that can be."""
        self._say, self._title, self._skip = say, title, f"; {skip}" if skip else ""
        self._time_left = TimeLeft(clock)
        self._next_line: float | None = None
        """Seconds since the beginning, of the next line; None before the step is announced."""

    def __call__(self, done: float, total: float) -> None:
        remaining = self._time_left.estimate(done, total)
        if done <= 0:
            if self._next_line is not None:
                self._title = f"{self._title.removesuffix(NEXT)}{NEXT}"
            self._next_line = None
        if remaining is None or remaining < TRIAL:
            return
        spent = self._time_left.spent
        if self._next_line is None:
            if spent + remaining < LONG:
                return
            self._say(f"{self._title}: about {format_duration(remaining)}{self._skip}")
        elif spent >= self._next_line:
            self._say(f"{self._title}: {done / total:.0%}, about {format_duration(remaining)} left")
        else:
            return
        self._next_line = spent + max(LONG, remaining / 10)


def format_duration(seconds: float) -> str:
    """Return a time in words: 40 s, 3 min, 2 h."""
    if seconds < 100:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 6000 else f"{seconds / 3600:.1f} h"
