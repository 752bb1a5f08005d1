"""Jobs that run behind the window beside the decoder: map making and live training."""

import math
from typing import TYPE_CHECKING

from latent_explorer.engine.live_training import LiveTrainer
from latent_explorer.engine.map_events import MapUpdate
from latent_explorer.engine.map_maker import MapMaker
from latent_explorer.labs import LABS
from latent_explorer.scene.events import Tick

if TYPE_CHECKING:
    from collections.abc import Callable

    from latent_explorer.ui.window.app import App


class Background:
    """Polls the map maker and the live training before every frame and passes their results on as actions."""

    def __init__(self, app: "App", wake: "Callable[[], None]") -> None:
        self._app = app
        self.maps = MapMaker(wake=wake)
        self.live = LiveTrainer(wake=wake)

    def close(self) -> None:
        self.maps.close()
        self.live.close()

    def make_maps(self, now: float) -> None:
        """Start the maps that the state asks for, apply finished ones and advance the transition between two maps."""
        if not self._app.ready:
            return  # the window opens first
        for slot, model in enumerate(self._app.state.models):
            self.maps.open(model, self._app.library[model])
            self.maps.ensure_inverse(model, self._app.state.get_map_name(slot, self._app.library))
        # a headless run waits for every map, so that the same steps give the same pictures
        unseen = self._app.headless and (self._app.player is None or self._app.player.wants_frame_now)
        for _ in range(2 if unseen else 1):
            making = self._app.state.map_in_progress
            for model in making.models if making else ():
                self.maps.open(model, self._app.library[model])
            self.maps.request_map(making.models if making else (), making.recipe if making else None)
            if unseen:
                self.maps.finish()
            for news in self.maps.take_events(self._app.library):
                self._app.act(news)
                if isinstance(news, MapUpdate) and news.inverse_changed and self._app.engine is not None:
                    self._app.engine.forget()
        if self._app.state.map_transition is not None and self._app.state.animate_maps:
            self._app.act(Tick(now))

    def watch_training(self, seconds: float) -> None:
        """Start the training that the lab asks for and apply its updates."""
        if not self._app.ready:
            return
        wanted = LABS[self._app.state.lab].training(self._app.state)
        self.live.request_training(wanted)
        # in a headless run time passes only in waits; apply as many updates as real time would bring
        unseen = self._app.headless and (self._app.player is None or self._app.player.wants_frame_now)
        due = (
            seconds / max(wanted.settings.moment_interval, 0.01)
            if unseen and wanted is not None and 0 < seconds < math.inf
            else 0.0
        )
        while True:
            if due >= 1:
                self.live.wait()
            found = self.live.take_updates(self._app.library.timelines)
            for news in found:
                self._app.act(news)
            due -= 1
            if due < 1 or not found or found[-1].ended:
                return
