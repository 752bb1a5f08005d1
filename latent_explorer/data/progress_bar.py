"""The progress bar of long reading in the terminal; none where `TQDM_DISABLE` is 1, as behind a window."""

import os
from typing import Any

from tqdm import tqdm


class ProgressBar(tqdm):  # type: ignore[type-arg]  # at run time the class takes no types
    """tqdm's, without the thread by which tqdm watches its bars: nothing would end it with the window."""

    monitor_interval = 0

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        settings.setdefault("disable", os.environ.get("TQDM_DISABLE") == "1")
        super().__init__(*arguments, **settings)
