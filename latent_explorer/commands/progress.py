"""What surrounds a training at a terminal: the progress bar, Ctrl-C, and memory that runs out."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tqdm import tqdm

from latent_explorer import training
from latent_explorer.errors import WorkError


@contextmanager
def memory(what: str, advice: str) -> Iterator[None]:
    """Too little memory is a `WorkError`; torch has a type of its own for it on an accelerator only."""
    try:
        yield
    except (MemoryError, RuntimeError) as error:
        if isinstance(error, RuntimeError) and "memory" not in str(error).lower():
            raise
        raise WorkError(f"{what} does not fit into memory; {advice} may") from None


class Interrupts:
    """What Ctrl-C does from the first step of a training until its file is written: it never costs what was learnt.

    Before it trains, a press interrupts. While it trains, the first press only sets `asked`, so that no step is cut
    in half, and the second one interrupts. After that a press leaves out what is `optional`, now and from then on,
    and nothing else.
    """

    def __init__(self) -> None:
        self.asked = False
        self._begun = self._training = self._optional = self._hurry = False

    @contextmanager
    def training(self) -> Iterator[None]:
        self._begun = self._training = True
        try:
            yield
        except RuntimeError:
            if self.asked:  # Ctrl-C also ends the compiler that a first step waits for
                raise KeyboardInterrupt from None
            raise
        finally:
            self._training = False

    @contextmanager
    def optional(self) -> Iterator[None]:
        """Something that the file can do without; raises `KeyboardInterrupt` where it is to be left out."""
        if self._hurry:
            raise KeyboardInterrupt
        self._optional = True
        try:
            yield
        finally:
            self._optional = False

    def press(self) -> None:
        if self._training:
            if self.asked:
                raise KeyboardInterrupt
            self.asked = True
            return
        self._hurry = True
        if self._optional or not self._begun:
            raise KeyboardInterrupt


@contextmanager
def interrupts() -> Iterator[Interrupts]:
    """Ctrl-C is `Interrupts.press` inside."""
    found = Interrupts()
    before = signal.getsignal(signal.SIGINT)
    try:
        signal.signal(signal.SIGINT, lambda number, frame: found.press())
    except ValueError:  # not the main thread: nobody can press Ctrl-C there
        yield found
        return
    try:
        yield found
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def bar(epochs: int) -> Iterator[Callable[[training.Progress], None]]:
    """A progress bar over the epochs with the loss's named parts."""
    quiet = os.environ.get("TQDM_DISABLE") == "1"
    layout = "{l_bar}{bar}| {n:.1f}/{total} [{elapsed}<{remaining}{postfix}]"
    with tqdm(total=epochs, unit="epoch", disable=quiet, bar_format=layout) as drawn:
        begun = [False]

        def show(now: training.Progress) -> None:
            done = now.epoch - 1 + now.step / now.steps
            if not begun[0]:  # a resumed run's earlier epochs took none of this one's time
                begun[0], drawn.initial = True, done - 1 / now.steps
            drawn.n = done
            drawn.set_postfix({name: f"{value:.4g}" for name, value in now.parts.items()}, refresh=False)
            drawn.refresh()

        yield show
