"""Jobs that run behind the window beside the decoder: map making, live training, and downloads of data sets."""

import math
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

from latent_explorer.checkpoint.library import Library
from latent_explorer.engine.datasets.dataset_downloader import (
    DatasetDownloader,
    DatasetMissing,
    DownloadEnded,
    make_fetch,
)
from latent_explorer.engine.datasets.known_attributes import AttributesFound, DatasetFound
from latent_explorer.engine.fine_tuning.fine_tuner import FineTuner
from latent_explorer.engine.live_training.live_trainer import LiveTrainer
from latent_explorer.engine.map_making.map_events import MapUpdate
from latent_explorer.engine.map_making.map_maker import MapMaker
from latent_explorer.engine.results import Results
from latent_explorer.labs import LABS
from latent_explorer.scene.events import Replace, Tick
from latent_explorer.scene.state import State
from latent_explorer.texts import tr
from latent_explorer.ui.window.file_effects import LOCKED_MESSAGE
from latent_explorer.ui.window.store import Store

MIN_MOMENT_INTERVAL = 0.01  # seconds


class BackgroundJobs:
    """Polls the jobs before every frame and passes their results on as actions."""

    def __init__(
        self, store: Store, library: Library, wake: Callable[[], None], *, data_dir: str | None = None,
        locked: Callable[[], bool] = lambda: False,
    ) -> None:  # fmt: skip
        """While `locked()`, no download is started: a lesson, which may be a stranger's, sets up a page."""
        self._store, self._library, self._locked = store, library, locked
        self.maps = MapMaker(wake=wake)
        self.live = LiveTrainer(wake=wake)
        self.downloads = DatasetDownloader(make_fetch(data_dir), wake=wake)
        self.tuner = FineTuner(self.adopt, data_dir=data_dir, wake=wake)
        self._opened_for: State | None = None
        """The state at rest whose maps are opened."""

    def make_maps(self, now: float, *, wait: bool) -> bool:
        """Start the maps that the state asks for, apply finished ones and advance the transition between two maps.
        Return True if the inverse of a map has changed. `wait`: wait for every map."""
        state = self._store.state
        if state.at_rest is not self._opened_for:
            self._opened_for = state.at_rest
            for slot, model in enumerate(state.models):
                self.maps.open(model, self._library[model])
                self.maps.ensure_inverse(model, state.get_map_name(slot))
        inverse_changed = False
        for _ in range(2 if wait else 1):
            making = self._store.state.map_task.in_progress
            for model in making.models if making else ():
                self.maps.open(model, self._library[model])
            self.maps.request_map(making.models if making else (), making.spec if making else None)
            if wait:
                self.maps.finish()
            for event in self.maps.take_events(self._library):
                self._store.dispatch(event)
                inverse_changed |= isinstance(event, MapUpdate) and event.inverse_changed
        if self._store.state.map_task.transition is not None and self._store.state.preferences.animate_maps:
            self._store.dispatch(Tick(now))
        return inverse_changed

    def watch_downloads(self, news: Iterable[DatasetMissing | DatasetFound]) -> list[str]:
        """Say which data sets are here and offer the missing ones, start or stop the download that the state asks for,
        apply its events, and return the data sets that came."""
        for event in news:
            self._store.dispatch(event)
        downloads = self._store.state.downloads
        if downloads.running not in ("", self.downloads.name) and self._locked():
            refused = self._store.state.put(replace(downloads, running="")).with_message(tr(LOCKED_MESSAGE))
            self._store.dispatch(Replace(refused))
        self.downloads.request(self._store.state.downloads.running)
        events = self.downloads.take_events()
        if not events:
            return []
        for one in events:
            self._store.dispatch(one)
        return [one.name for one in events if isinstance(one, DownloadEnded) and not one.error]

    def watch_attributes(self, results: Results) -> None:
        """Pass on what was measured of the samples of the displayed models."""
        for slot in range(self._store.state.model_count):
            attributes = results.get_value(f"known {slot}", AttributesFound)
            if attributes is not None and self._store.state.knowledge.measured.get(attributes.model) is not attributes:
                self._store.dispatch(attributes)

    def watch_fine_tuning(self, *, wait: bool) -> None:
        """Begin or stop the fine-tuning that the state asks for, and pass on its news; `wait`: wait for its end."""
        wanted = self._store.state.gallery.tuning
        self.tuner.request(wanted, None if wanted is None else self._library[wanted.model])
        if wait and wanted is not None:
            self.tuner.wait()
        for event in self.tuner.take_events():
            self._store.dispatch(event)

    def adopt(self, path: Path) -> str:
        """Put a new checkpoint into the menu, opened already, and return its name there."""
        name = self._library.add(path)
        _ = self._library[name]
        return name

    def watch_training(self, seconds: float, *, steady: bool) -> None:
        """Start the training that the lab asks for and apply its updates; `steady`: as many as real time would bring in
        `seconds`, since in a headless run time passes only in waits."""
        state = self._store.state
        wanted = LABS[state.lab].request_training(state)
        self.live.request_training(wanted)
        due = 0.0
        if steady and wanted is not None and 0 < seconds < math.inf:
            due = seconds / max(wanted.settings.moment_interval, MIN_MOMENT_INTERVAL)
        while True:
            if due >= 1:
                self.live.wait()
            updates = self.live.take_updates(self._library.timelines)
            for update in updates:
                self._store.dispatch(update)
            due -= 1
            if due < 1 or not updates or updates[-1].ended:
                return
