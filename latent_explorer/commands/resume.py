"""Resumable trainings: the saved training state, its owner, and a lock so that no two runs write the same file."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from latent_explorer import file_lock
from latent_explorer.commands.exit_status import Say
from latent_explorer.errors import InputError, WorkError
from latent_explorer.training import RunState

SUFFIX = ".resume"


class Resumption:
    """The saved state of the training that writes `out`, in a `.resume` file beside it."""

    def __init__(self, out: Path, origin: dict[str, Any], say: Say) -> None:
        self._out, self.path = out, out.with_suffix(SUFFIX)
        self._origin, self._say = origin, say
        self._failed = False

    def load_state(self, *, resume: bool) -> RunState | None:
        """Return the state to resume from; None to train from the beginning."""
        there = self.path.is_file()
        if not resume:
            if there:
                self._say(f"{self.path} of an earlier run is there and will be replaced; --resume goes on with it")
            return None
        if not there and self._out.is_file():
            raise InputError(
                f"--resume: the training of {self._out} has ended, nothing of it is left to do; "
                "another --out trains anew beside it, and without --resume it is replaced"
            )
        if not there:
            self._say(f"no {self.path} to resume from: beginning anew")
            return None
        state = RunState.load(self.path, self._origin)
        self._say(f"resuming after {len(state.history.epochs)} epochs and {state.step} steps")
        return state

    def save_state(self, state: RunState) -> None:
        """Save `state`; a failure (full disk) is reported once and does not end the training."""
        try:
            state.save(self.path, self._origin)
        except WorkError as error:
            if not self._failed:
                self._say(f"{error}; the training goes on, but could not be resumed")
            self._failed = True

    def delete_state(self) -> None:
        """Delete the saved state."""
        self.path.unlink(missing_ok=True)


@contextmanager
def exclusive_run(out: Path) -> Iterator[None]:
    """Hold the lock of `out`; raise `InputError` if another process trains for it. The lock ends with the process."""
    with file_lock.hold(out, seconds=0) as held:
        if not held:
            raise InputError(f"--out {out}: another process is training for this file; another --out is allowed")
        yield
