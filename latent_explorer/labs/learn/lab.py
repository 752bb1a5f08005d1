"""Learn: a training as a film, live or from a file, and what another beta makes of it.

Every moment of a reel is a model of its own: its map, and the pictures by the weights of that moment.
"""

from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np

from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.checkpoint.timeline import Reel
from latent_explorer.engine.live_training import LiveNews, Training
from latent_explorer.engine.picture_animation import Aim
from latent_explorer.engine.query import Wanted
from latent_explorer.engine.results import Results
from latent_explorer.errors import InputError
from latent_explorer.labs.learn import playback
from latent_explorer.labs.learn import view as learn_view
from latent_explorer.labs.learn.layout import layout
from latent_explorer.labs.learn.playback import SLIDERS, SOURCES, Own
from latent_explorer.labs.learn.queries import (
    Curves,
    CurvesValue,
    Keep,
    KeptValue,
    MomentPoint,
    MomentRow,
    MomentValue,
    RowValue,
    Samples,
    SamplesValue,
)
from latent_explorer.scene import film_export, legend, map_panel
from latent_explorer.scene.controls import Button, Choice, Control, Slider, Toggle
from latent_explorer.scene.events import Key, MapClick, Pass, Set, Touch
from latent_explorer.scene.film_export import Keepsake
from latent_explorer.scene.items import Item, Map, Panel, View
from latent_explorer.scene.lab import Lab, LabAction, Layout
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.state import State, World

HOME = "digits-vae"
"""The model of the images that live trainings learn."""
SAMPLES, SAVED = 10, 6
"""In the row, and in a file."""


class Learn(Lab):
    name = "learn"
    title = "Learn"
    hint = (
        "Press Space: the dots move as the codes are learnt. Which classes part first, and what does the loss do then?"
    )
    keys = (
        ("Drag on the chart", "go to any moment"),
        (", and .", "one moment back, one on"),
        ("Click a dot", "follow that sample through time"),
    )
    chooses = False

    def start(self) -> Own:
        return Own()

    def kept(self, own: Own, *, same_images: bool) -> Own:
        return own

    def cast(self, models: tuple[str, ...], world: World) -> tuple[str, ...]:
        """The first model gives the originals, and so is one of the images that the first film shows."""
        return _home(models, playback.reel(Own(), world), world)

    # -- what the window asks -------------------------------------------------------------------------

    def lay_out(self, state: State) -> Layout:
        return layout(state.size, state.unit)

    def touches(self, state: State) -> tuple[str, ...]:
        return tuple(name for name in ("chart",) if name in self.layout(state).parts)

    def plays(self, state: State) -> bool:
        own = self._own(state)
        waits = own.source == "live" and own.runs and own.passing.head >= own.passing.moments - 1  # news will wake it
        return own.passing.playing and not waits

    def stands(self, state: State, world: World) -> tuple[str, ...]:
        own = self._own(state)
        shown = playback.reel(own, world)
        return () if shown is None else (shown.models[playback.moment(own, shown)],)

    def training(self, state: State) -> Training | None:
        own = self._own(state)
        if own.source == "live" and own.passing.run == 0:
            return Training(0, own.settings)
        if own.source != "live" or own.passing.settings is None or own.passing.over:
            return None
        return Training(own.passing.run, own.passing.settings, paused=not own.passing.playing)

    def told(self, own: Own, news: LiveNews) -> Own:
        if news.run != own.passing.run:
            return own
        known = replace(own.passing, moments=news.moments, rate=news.images_per_second, over=news.over)
        return replace(own, passing=replace(known, playing=known.playing and not news.trouble))

    def controls(self, state: State, world: World) -> tuple[Control, ...]:
        own = self._own(state)
        source = Choice("source", SOURCES, own.source, "A film, a training that runs now, a sweep", key="x")
        play = Toggle("play", "Play", own.passing.playing, "Play or pause; a training is held", key="space")
        if own.source != "live":
            offered = playback.names(own, world)
            titles = tuple((name, name) for name in offered) or (("", "none here"),)
            tip = "The film" if own.source == "film" else "The sweep: models that differ in one setting"
            menu = Choice("reel", titles, playback.name(own, world), tip, menu=True, key="r")
            return (source, menu, play, *film_export.controls()) if offered else (source, menu)
        begun = own.passing.run > 0
        effect = ", with Restart" if begun else ""
        return (
            source,
            Button("start", "Restart" if begun else "Start", "Train a new model with these settings", key="b"),
            play,
            self._slider(own, "beta", f"{own.beta:g}", f"Weight of the KL{effect}", 0.25, "e"),
            self._slider(own, "latent", str(own.latent), f"How many numbers a code has{effect}", 1.0, "i"),
            self._slider(
                own, "noise", f"σ {own.noise:g}" if own.noise else "none",
                f"Noise up to this σ: a denoising model, no KL{effect}", 0.1, "k",
            ),
            Button("keep", "Keep", "Keep this moment's model as a file here", key="w"),
        )  # fmt: skip

    def update(self, state: State, action: LabAction, world: World) -> State:
        own = self._own(state)
        shown = playback.reel(own, world)
        match action:
            case Pass(seconds=seconds) if own.passing.playing and shown is not None:
                own = playback.onward(own, shown, seconds)
            case Set(control="play"):
                if own.source == "live" and own.passing.run == 0:
                    return self._moved(state, playback.started(own), world)
                own = playback.switched(own, shown)
            case Key(name="," | ".") if shown is not None:
                t = playback.moment(own, shown) + (1 if action.name == "." else -1)
                own = own.at(float(min(max(t, 0), len(shown) - 1)), playing=False)
            case Touch(part="chart", phase="press" | "drag", at=at) if shown is not None:
                t = learn_view.moment_at(state, own, shown, self.layout(state).parts["chart"], at)
                own = own.at(float(t), playing=False)
            case MapClick(dot=dot):
                own = replace(own, dot=dot)
            case Set(control="source", value=str(source)) if source in dict(SOURCES):
                return self._moved(replace(state, export=""), replace(own, source=source), world)
            case Set(control="reel", value=str(name)):
                return self._reel(replace(state, export=""), own, name, world)
            case Set(control="start"):
                return self._moved(state, playback.started(own), world)
            case Set(control=kind) if kind in film_export.KINDS and shown is not None:
                return replace(state, export=kind)
            case Set(control="keep"):
                return self._keep(state, own, shown)
            case Set(control="beta" | "latent" | "noise" as name, value=int() | float() as value):
                value = SLIDERS[name].held(value)
                settled: Any = round(value) if name == "latent" else round(value * 20) / 20
                own = replace(own, **{name: settled})
        return state.with_own(self.name, own)

    def requests(self, state: State, world: World) -> dict[str, Wanted]:
        own = self._own(state)
        shown = playback.reel(own, world)
        if shown is None:
            return {}
        model = shown.models[playback.moment(own, shown)]
        wanted: dict[str, Wanted] = {"row": MomentRow(model, _samples(shown))}
        xy, dot = self._looked_at(state, own, shown, world)
        wanted["picture"] = MomentPoint(model, "pca", xy, dot)
        if not shown.curves:
            wanted["curves"] = Curves(shown.models[0], shown.models)
        if state.export:
            wanted["samples"] = Samples(shown.models[0], shown.models, _samples(shown)[:SAVED])
        if own.passing.kept:
            wanted["keep"] = Keep(own.passing.kept, own.passing.keeps, own.passing.stem)
        return wanted

    def aims(self, state: State, results: Results, world: World) -> dict[str, Aim]:
        """The picture glides within a moment; from one moment to the next it is another model's."""
        value: MomentValue | None = results.value("picture", MomentValue)
        if value is None:
            return {}
        subject = (state.lab, value.model, "pca", state.hover is not None)
        return {"picture": Aim(value.model, subject, value.z, value.dot, 0)}

    def keepsake(self, state: State, results: Results, world: World) -> Keepsake | str | None:
        """Some samples as every moment makes them of their codes."""
        shown = playback.reel(self._own(state), world)
        if shown is None or results.failure("samples"):
            return None
        value: SamplesValue | None = results.value("samples", SamplesValue)
        if value is None or value.moments != shown.models:
            return "Decoding the samples at every moment."
        return learn_view.keepsake(state, shown, _samples(shown), value)

    def view(self, state: State, results: Results, world: World) -> View:
        own, places = self._own(state), self.layout(state)
        shown = playback.reel(own, world)
        items: list[Item] = map_panel.common(
            state, places.hint, places.legend, self._hint(own, shown, results), world, 1
        )
        (rect,) = places.maps
        if shown is None:
            return (*items, *learn_view.empty(own, rect, places.parts, state.unit))
        items += self._map(state, own, shown, rect, world)
        _, dot = self._looked_at(state, own, shown, world)
        items += learn_view.picture(state, own, shown, dot, places.parts["picture"], results)
        curves = learn_view.curves_of(shown, results.value("curves", CurvesValue))
        items += learn_view.figures(state, own, shown, curves, places.parts["figures"])
        if "chart" in places.parts:
            note: CurvesValue | None = results.value("curves", CurvesValue)
            items += learn_view.chart_items(state, own, shown, curves, note.note if note else "", places.parts["chart"])
        if "row" in places.parts:
            items += learn_view.row(state, shown, _samples(shown), results.value("row", RowValue), places.parts["row"])
        return tuple(items)

    # -- inside ---------------------------------------------------------------------------------------

    def _own(self, state: State) -> Own:
        own: Own = state.own[self.name]
        return own

    def _slider(self, own: Own, name: str, written: str, tip: str, step: float, key: str) -> Slider:
        ends = SLIDERS[name]
        label = "latent size" if name == "latent" else name
        value = float(getattr(own, name))
        return Slider(name, label, value, ends.low, ends.high, tip, step=step, key=key, written=written)

    def _moved(self, state: State, own: Own, world: World) -> State:
        """Another reel: from its start, or where a training is."""
        shown = playback.reel(own, world)
        head = len(shown) - 1.0 if shown is not None and own.source == "live" else 0.0
        own = own.at(head, playing=own.source == "live" and own.runs)
        models = _home(state.models, shown, world) if shown is not None else state.models
        return replace(state, models=models).with_own(self.name, replace(own, dot=0))

    def _reel(self, state: State, own: Own, name: str, world: World) -> State:
        """Raises `InputError` where its file cannot be read."""
        here = playback.reels(world)
        if name not in here:
            return state
        source = "sweep" if here[name].kind == "sweep" else "film"
        named: Any = {source: name}
        return self._moved(state, replace(own, source=source, **named), world)

    def _keep(self, state: State, own: Own, shown: Reel | None) -> State:
        if shown is None:
            return replace(state, message="Start a training first: there is nothing to keep yet.")
        t = playback.moment(own, shown)
        stem = (
            f"digits-{own.passing.settings}-{shown.stills[t].label}".replace(",", "").replace(" ", "-").replace("%", "")
        )
        passing = replace(own.passing, kept=shown.models[t], keeps=own.passing.keeps + 1, stem=stem)
        return state.with_own(self.name, replace(own, passing=passing))

    def _hint(self, own: Own, shown: Reel | None, results: Results) -> str:
        kept: KeptValue | None = results.value("keep", KeptValue)
        here = "" if shown is None else shown.models[playback.moment(own, shown)]
        if own.source == "live" and kept is not None and own.passing.kept and own.passing.kept == here:
            return f"Kept as {kept.name}: it stands in the menu of models now."
        if own.source == "live" and own.passing.settings is not None and own.passing.settings != own.settings:
            return f"Restart trains anew with {own.settings}; here you see {own.passing.settings}."
        if own.source == "live" and shown is None:
            return "Choose beta, latent size and noise, and press Start. It takes half a minute, and nothing is saved."
        if own.source == "sweep":
            return (
                "Each step is another model of the same images. What does a larger value cost, and what does it order?"
            )
        return self.hint

    def _looked_at(self, state: State, own: Own, shown: Reel, world: World) -> tuple[tuple[float, float], int | None]:
        """Where the large picture is taken, and the dot there; the followed sample where the mouse is elsewhere."""
        if state.hover is None:
            dot = min(own.dot, len(shown.labels) - 1)
            return (0.5, 0.5), dot
        (rect,) = self.layout(state).maps
        xy, resolution = map_panel.seen(state, 0, state.hover.xy, rect, world)
        return xy, state.hover.dot if resolution is None else None

    def _map(self, state: State, own: Own, shown: Reel, rect: Rect, world: World) -> list[Item]:
        """The dots where they are between two moments, and the followed sample's way so far."""
        camera = state.camera(0, world)
        start, way = playback.between(own, shown)
        hidden = legend.hidden(state, 0, world)
        end = min(start + 1, len(shown) - 1)
        if way <= 0 or start == end:
            dots = Map(rect, shown.models[start], "pca", camera, hidden, state.names)
        elif way >= 1:
            dots = Map(rect, shown.models[end], "pca", camera, hidden, state.names)
        else:
            dots = Map(
                rect, shown.models[end], "pca", camera, hidden, state.names, before="pca",
                before_model=shown.models[start], way=way,
            )  # fmt: skip
        items: list[Item] = [Panel(rect, "map"), dots]
        followed = state.hover.dot if state.hover is not None else min(own.dot, len(shown.labels) - 1)
        first, last = (shown.stills[t].plane.xy[followed] for t in (start, end))
        x, y = (float(a + (b - a) * way) for a, b in zip(first, last, strict=True))
        items += learn_view.trail(state, shown, followed, start, (x, y), camera, rect)
        return [*items, *learn_view.magnified(shown, start, way, rect, state.unit)]


def _home(models: tuple[str, ...], shown: Reel | None, world: World) -> tuple[str, ...]:
    """`models`, the first of them of the images of a reel: it has their originals and their classes."""
    if shown is None:
        return (HOME, *models[1:]) if HOME in world else models
    key = shown.checkpoint(0).data_key

    def suits(one: Checkpoint) -> bool:
        return one.data_key == key

    for name in (models[0], HOME, *world):
        try:
            if name in world and suits(world[name]):
                return (name, *models[1:])
        except InputError:  # a file of the current folder that is none of ours
            continue
    return models


@lru_cache(maxsize=8)
def _samples_of(labels: bytes, classes: int) -> tuple[int, ...]:
    known = np.frombuffer(labels, np.int64)
    firsts = [int(np.flatnonzero(known == k)[0]) for k in range(min(classes, SAMPLES)) if (known == k).any()]
    return tuple(firsts or range(min(SAMPLES, len(known))))


def _samples(shown: Reel) -> tuple[int, ...]:
    """The first sample of each class, the same at every moment."""
    return _samples_of(shown.labels.tobytes(), len(shown.class_names))
