"""The progress bar of a training."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tqdm import tqdm

from latent_explorer import training


@contextmanager
def show_progress(epochs: int) -> Iterator[Callable[[training.Progress], None]]:
    """Show a progress bar over the epochs with the loss's named parts; yield the function that updates it."""
    quiet = os.environ.get("TQDM_DISABLE") == "1"
    layout = "{l_bar}{bar}| {n:.1f}/{total} [{elapsed}<{remaining}{postfix}]"
    with tqdm(total=epochs, unit="epoch", disable=quiet, bar_format=layout) as drawn:
        begun = [False]

        def show(now: training.Progress) -> None:
            done = now.epoch - 1 + now.step / now.steps
            if not begun[0]:  # the earlier epochs of a resumed run count no time
                begun[0], drawn.initial = True, done - 1 / now.steps
            drawn.n = done
            drawn.set_postfix({name: f"{value:.4g}" for name, value in now.parts.items()}, refresh=False)
            drawn.refresh()

        yield show
