"""Imports torch and loads the first models in a thread, while the window already shows the maps."""

import gc
import threading
from collections.abc import Callable, Iterable
from itertools import takewhile
from typing import TYPE_CHECKING

from latent_explorer.checkpoint.library import Library

if TYPE_CHECKING:
    from latent_explorer.engine.scheduler import Engine


class EngineLoader:
    """The thread that makes the engine, and the engine that it made. `list_models` names those to load first."""

    def __init__(
        self,
        library: Library,
        list_models: Callable[[], Iterable[str]],
        wake: Callable[[], None],
        *,
        data_dir: str | None,
    ) -> None:
        self.engine: Engine | None = None
        self.failure: BaseException | None = None
        """What ended the thread too early."""
        self._library, self._list_models, self._wake, self._data_dir = library, list_models, wake, data_dir
        self.closed = threading.Event()
        """Set once the window is closed."""
        self._loaded = threading.Event()
        self._thread = threading.Thread(target=self._load, name="loader", daemon=True)

    def start(self) -> None:
        self._thread.start()

    @property
    def has_ended(self) -> bool:
        """Whether the engine is there, or will never be."""
        return self._loaded.is_set()

    def join(self, seconds: float | None = None) -> None:
        self._thread.join(seconds)

    def stop(self) -> None:
        """Let the thread load no further model, and hand torch's objects back to the collector."""
        self.closed.set()
        gc.unfreeze()

    def _load(self) -> None:
        try:
            from latent_explorer.engine.scheduler import Engine

            engine = Engine(self._library, data_dir=self._data_dir, wake=self._wake)
            engine.warm_up(takewhile(lambda _: not self.closed.is_set(), dict.fromkeys(self._list_models())))
            self.engine = engine
        except BaseException as error:
            self.failure = error
        # without this the collector walks all of torch's objects every few hundred frames: a frame of 10 ms and more
        gc.freeze()
        gc.enable()
        self._loaded.set()
        if self.closed.is_set():  # `stop` may have come before there was anything to stop
            gc.unfreeze()
            if self.engine is not None:
                self.engine.close()
        self._wake()
