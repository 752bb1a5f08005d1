"""What surrounds a training at a terminal: the progress bar, Ctrl-C, and memory that runs out."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from tqdm import tqdm

from latent_explorer import training
from latent_explorer.errors import WorkError


@contextmanager
def memory(what: str) -> Iterator[None]:
    """Too little memory is a `WorkError`; torch has a type of its own for it on an accelerator only."""
    try:
        yield
    except (MemoryError, RuntimeError) as error:
        if isinstance(error, RuntimeError) and "memory" not in str(error).lower():
            raise
        raise WorkError(f"{what} does not fit into memory; a smaller model or training.batch_size may") from None


@contextmanager
def ctrl_c() -> Iterator[list[bool]]:
    """The first Ctrl-C only sets the flag, so that no step is cut in half; the next one interrupts."""
    asked = [False]

    def handler(number: int, frame: Any) -> None:
        asked[0] = True
        signal.signal(signal.SIGINT, signal.default_int_handler)  # not `before`: a shell's background job ignores it

    before = signal.getsignal(signal.SIGINT)
    try:
        signal.signal(signal.SIGINT, handler)
    except ValueError:  # not the main thread: nobody can press Ctrl-C there
        yield asked
        return
    try:
        yield asked
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
