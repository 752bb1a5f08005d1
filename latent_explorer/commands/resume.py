"""Resumable trainings: the saved training state, its owner, and a lock so that no two runs write the same file."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from latent_explorer import file_lock, files
from latent_explorer.commands.exit_status import Say
from latent_explorer.errors import InputError, WorkError
from latent_explorer.training import RunState

SUFFIX = ".resume"
BEGUN = b"a training began, and saved no state yet\n"


class Resumption:
    """The saved state of the training that writes `out`, in a `.resume` file beside it."""

    def __init__(self, out: Path, origin: dict[str, Any], say: Say) -> None:
        self._out, self.path = out, out.with_suffix(SUFFIX)
        self._origin, self._say = origin, say
        self._failed = False

    def load_state(self, *, resume: bool) -> RunState | None:
        """Return the state to resume from; None to train from the beginning."""
        there, is_begun = self.path.is_file(), self._is_begun()
        if not resume:
            if there and not is_begun:
                self._say(f"{self.path} of an earlier run is there and will be replaced; --resume goes on with it")
            return None
        if not there and self._out.is_file():
            raise InputError(
                f"--resume: the training of {self._out} has ended, nothing of it is left to do; "
                "another --out trains anew beside it, and without --resume it is replaced"
            )
        if not there or is_begun:
            self._say(f"{f'no state in {self.path}' if there else f'no {self.path}'} to resume from: beginning anew")
            return None
        state = RunState.load(self.path, self._origin)
        self._say(f"resuming after {len(state.history.epochs)} epochs and {state.step} steps")
        return state

    def mark_beginning(self) -> None:
        """Leave a mark that a training has begun, where `out` is that of an earlier one: if this one is cut short
        before its first state, `out` is not taken for its result."""
        if self._out.is_file() and not self.path.exists():
            with suppress(WorkError):  # said when the first state is saved
                files.write(self.path, BEGUN)

    def _is_begun(self) -> bool:
        """Return True if the file holds the mark of a beginning and no state."""
        try:
            return self.path.stat().st_size == len(BEGUN) and self.path.read_bytes() == BEGUN
        except OSError:
            return False

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
        try:
            self.path.unlink(missing_ok=True)
        except OSError as error:
            self._say(f"{self.path}: cannot be deleted: {error.strerror or error}; nothing of it is needed any more")


@contextmanager
def exclusive_run(out: Path) -> Iterator[None]:
    """Hold the lock of `out`; raise `InputError` if another process trains for it. The lock ends with the process."""
    with file_lock.hold(out, seconds=0) as held:
        if not held:
            raise InputError(f"--out {out}: another process is training for this file; another --out is allowed")
        yield
