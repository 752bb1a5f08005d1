"""Loads the data sets of open models in the background, each once, and tells which are here and which can be had."""

import threading
from collections.abc import Callable
from typing import Any

from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.engine.background import stoppable_thread
from latent_explorer.engine.datasets.dataset_downloader import DatasetMissing
from latent_explorer.engine.datasets.drawing_check import is_drawn_as_trained
from latent_explorer.engine.datasets.known_attributes import DatasetFound
from latent_explorer.engine.datasets.load_originals import find_offer, load_originals
from latent_explorer.engine.query_context import Originals
from latent_explorer.texts import mark

FOREIGN = "mnist"
"""Data set that models of others are shown a picture of."""


class OriginalLoader:
    """Puts data sets into `originals`; a loading thread calls `loaded` after each."""

    def __init__(self, data_dir: str | None, loaded: Callable[[], None]) -> None:
        self.originals: Originals = {}
        """The data sets that were looked for, or why they are not here."""
        self._data_dir, self._loaded = data_dir, loaded
        self._threads: dict[tuple[Any, ...], threading.Thread] = {}
        self._preparing: dict[tuple[Any, ...], threading.Thread] = {}
        """By data set and dots."""
        self._news: list[DatasetMissing | DatasetFound] = []
        self._lock = threading.Lock()

    def load(self, checkpoint: Checkpoint, *, wait: bool) -> None:
        """Load the data set of a checkpoint unless that was done; return before it is there unless `wait` is set."""
        key = checkpoint.data_key
        if key not in self._threads:  # each data set once, however many models were trained on it
            self._threads[key] = stoppable_thread.make(self._load, checkpoint, name="originals")
            self._threads[key].start()
        if wait:
            self._threads[key].join()

    def prepare(self, checkpoint: Checkpoint) -> None:
        """Make ready in the background the samples of a checkpoint's dots, once its data set is loaded."""
        key = (*checkpoint.data_key, checkpoint.indices.tobytes())
        if key not in self._preparing:
            loading = self._threads[checkpoint.data_key]
            self._preparing[key] = stoppable_thread.make(
                self._prepare, checkpoint, loading, name="originals ahead", gives_way=True
            )
            self._preparing[key].start()

    def forget(self, dataset: str) -> None:
        """Let the next `load` look for the data set of this name again."""
        for key in [key for key in self._threads if key[0] == dataset]:
            del self._threads[key]
        for key in [key for key in self._preparing if key[0] == dataset]:
            del self._preparing[key]

    def take_news(self) -> list[DatasetMissing | DatasetFound]:
        """Return which data sets were found since the last call, and which are not here and can be downloaded."""
        with self._lock:
            news, self._news = self._news, []
        return news

    @property
    def threads(self) -> tuple[threading.Thread, ...]:
        """The threads that load or prepare, or have done so."""
        return *self._threads.values(), *self._preparing.values()

    def _prepare(self, checkpoint: Checkpoint, loading: threading.Thread) -> None:
        loading.join()
        dataset = self.originals.get(checkpoint.data_key, "")
        if not isinstance(dataset, str):
            dataset.prepare(checkpoint.indices)

    def _load(self, checkpoint: Checkpoint) -> None:
        try:
            loaded = load_originals(checkpoint, self._data_dir)
            if not isinstance(loaded, str):
                is_drawn_as_trained(checkpoint, loaded)  # remembered, so that no frame waits for the encoder
        except Exception as error:  # shown instead of the original, whatever it is
            loaded = mark("the data set cannot be read ({error})", error=type(error).__name__)
        wanted = dict.fromkeys((checkpoint.config.data.name, FOREIGN))
        offers = [offer for name in wanted if (offer := find_offer(name, self._data_dir)) is not None]
        self.originals[checkpoint.data_key] = loaded
        with self._lock:
            self._news += map(DatasetMissing, offers)
            if not isinstance(loaded, str):
                self._news.append(DatasetFound(checkpoint.data_key, loaded.file_names, loaded.folder))
        self._loaded()
