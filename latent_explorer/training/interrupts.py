"""Ctrl-C during a training, and out-of-memory errors as one line."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager

from latent_explorer.errors import WorkError


@contextmanager
def report_out_of_memory(what: str, advice: str) -> Iterator[None]:
    """Turn out-of-memory errors into `WorkError`; on a CPU torch raises a plain `RuntimeError` for them."""
    try:
        yield
    except (MemoryError, RuntimeError) as error:
        if isinstance(error, RuntimeError) and "memory" not in str(error).lower():
            raise
        raise WorkError(f"{what} does not fit into memory; {advice} may") from None


class Interrupts:
    """The response to Ctrl-C from the first training step until the file is written; trained weights are never lost.

    Before the training, a press interrupts. During the training, the first press only sets `stop_requested`, so that
    no step is cut in half, and the second one interrupts. After the training, a press inside `enter_optional` skips
    that work and goes on with the next; one outside skips all later work of this kind, and nothing else.
    """

    def __init__(self) -> None:
        self.stop_requested = False
        self._begun = self._training = self._optional = self._skip_optional = False

    @contextmanager
    def enter_training(self) -> Iterator[None]:
        """Mark the `with` block as the training."""
        self._begun = self._training = True
        try:
            yield
        except RuntimeError:
            if self.stop_requested:  # Ctrl-C also ends the compiler process of the first step
                raise KeyboardInterrupt from None
            raise
        finally:
            self._training = False

    @contextmanager
    def enter_optional(self) -> Iterator[None]:
        """Mark the `with` block as work that Ctrl-C may skip; raise `KeyboardInterrupt` if it is to be skipped."""
        if self._skip_optional:
            raise KeyboardInterrupt
        self._optional = True
        try:
            yield
        finally:
            self._optional = False

    def handle_interrupt(self) -> None:
        """Handle one press of Ctrl-C; raise `KeyboardInterrupt` if it interrupts the current work."""
        if self._training:
            if self.stop_requested:
                raise KeyboardInterrupt
            self.stop_requested = True
            return
        if self._optional or not self._begun:
            raise KeyboardInterrupt
        self._skip_optional = True


@contextmanager
def handle_interrupts() -> Iterator[Interrupts]:
    """Route Ctrl-C to `Interrupts.handle_interrupt` inside the `with` block."""
    interrupts = Interrupts()
    before = signal.getsignal(signal.SIGINT)
    try:
        signal.signal(signal.SIGINT, lambda number, frame: interrupts.handle_interrupt())
    except ValueError:  # not the main thread: nobody can press Ctrl-C there
        yield interrupts
        return
    try:
        yield interrupts
    finally:
        signal.signal(signal.SIGINT, before)
