"""The Learn lab: the timeline of a training, live or from a file, or a sweep over one setting.

Every moment of a timeline is a model of its own: it has its map, and decodes pictures by the weights of that moment.
"""

from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np

from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.checkpoint.timeline import Timeline
from latent_explorer.engine.live_training import TrainingRequest, TrainingUpdate
from latent_explorer.engine.picture_animation import AnimationTarget
from latent_explorer.engine.query import AnyQuery
from latent_explorer.engine.results import Results
from latent_explorer.errors import InputError
from latent_explorer.labs.learn import playback
from latent_explorer.labs.learn import view as learn_view
from latent_explorer.labs.learn.layout import make_layout
from latent_explorer.labs.learn.playback import SLIDER_RANGES, SOURCES, LearnState
from latent_explorer.labs.learn.queries import (
    LossCurves,
    LossCurvesValue,
    MomentPoint,
    MomentPointValue,
    MomentRow,
    MomentRowValue,
    SaveMoment,
    SaveMomentValue,
    TimelineSamples,
    TimelineSamplesValue,
)
from latent_explorer.scene import film_export, legend, map_panel
from latent_explorer.scene.controls import Button, Choice, Control, Slider, Toggle
from latent_explorer.scene.events import Key, MapClick, PartEvent, Set, TimePassed
from latent_explorer.scene.film_export import FilmExport
from latent_explorer.scene.items import Item, Map, Panel, View
from latent_explorer.scene.lab import Lab, LabAction, Layout
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.state import Models, State

HOME_MODEL = "digits-vae"
"""Shipped model of the data set that live trainings learn."""
ROW_SAMPLES, EXPORT_SAMPLES = 10, 6
"""Number of samples in the row, and in a saved film."""


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
    has_model_menus = False

    def initial_state(self) -> LearnState:
        return LearnState()

    def on_model_changed(self, lab_state: LearnState, *, same_dataset: bool) -> LearnState:
        return lab_state

    def choose_models(self, current: tuple[str, ...], library: Models) -> tuple[str, ...]:
        """Return `current` with a model first that has the originals of the first film: one of the same data set."""
        return _choose_home_model(current, playback.get_timeline(LearnState(), library), library)

    # -- the lab interface ----------------------------------------------------------------------------

    def lay_out(self, state: State) -> Layout:
        return make_layout(state.size, state.ui_scale)

    def interactive_parts(self, state: State) -> tuple[str, ...]:
        return tuple(name for name in ("chart",) if name in self.layout(state).parts)

    def is_playing(self, state: State) -> bool:
        own = self._get_lab_state(state)
        waits = (
            own.source == "live" and own.is_training and own.passing.play_head >= own.passing.moment_count - 1
        )  # an update will wake it
        return own.passing.playing and not waits

    def displayed_models(self, state: State) -> tuple[str, ...]:
        own = self._get_lab_state(state)
        shown = playback.get_timeline(own, state.library)
        return () if shown is None else (shown.model_names[playback.find_moment(own, shown)],)

    def training(self, state: State) -> TrainingRequest | None:
        own = self._get_lab_state(state)
        if own.source == "live" and own.passing.run == 0:
            return TrainingRequest(0, own.settings)
        if own.source != "live" or own.passing.settings is None or own.passing.ended:
            return None
        return TrainingRequest(own.passing.run, own.passing.settings, paused=not own.passing.playing)

    def on_training_update(self, lab_state: LearnState, training_update: TrainingUpdate) -> LearnState:
        if training_update.run != lab_state.passing.run:
            return lab_state
        known = replace(
            lab_state.passing,
            moment_count=training_update.moments,
            images_per_second=training_update.images_per_second,
            ended=training_update.ended,
        )
        return replace(lab_state, passing=replace(known, playing=known.playing and not training_update.error))

    def controls(self, state: State) -> tuple[Control, ...]:
        own = self._get_lab_state(state)
        source = Choice("source", SOURCES, own.source, "A film, a training that runs now, a sweep", key="x")
        play = Toggle("play", "Play", own.passing.playing, "Play or pause; a training is held", key="space")
        if own.source != "live":
            offered = playback.list_timeline_names(own, state.library)
            titles = tuple((name, name) for name in offered) or (("", "none here"),)
            tip = "The film" if own.source == "film" else "The sweep: models that differ in one setting"
            menu = Choice("reel", titles, playback.get_timeline_name(own, state.library), tip, menu=True, key="r")
            return (source, menu, play, *film_export.make_controls()) if offered else (source, menu)
        begun = own.passing.run > 0
        effect = ", with Restart" if begun else ""
        return (
            source,
            Button("start", "Restart" if begun else "Start", "Train a new model with these settings", key="b"),
            play,
            self._make_slider(own, "beta", f"{own.beta:g}", f"Weight of the KL{effect}", 0.25, "e"),
            self._make_slider(own, "latent", str(own.latent), f"How many numbers a code has{effect}", 1.0, "i"),
            self._make_slider(
                own, "noise", f"σ {own.noise:g}" if own.noise else "none",
                f"Noise up to this σ: a denoising model, no KL{effect}", 0.1, "k",
            ),
            Button("keep", "Keep", "Keep this moment's model as a file here", key="w"),
        )  # fmt: skip

    def update(self, state: State, action: LabAction) -> State:
        own = self._get_lab_state(state)
        shown = playback.get_timeline(own, state.library)
        match action:
            case TimePassed(seconds=seconds) if own.passing.playing and shown is not None:
                own = playback.advance(own, shown, seconds)
            case Set(control="play"):
                if own.source == "live" and own.passing.run == 0:
                    return self._open_timeline(state, playback.start_training(own))
                own = playback.toggle_playing(own, shown)
            case Key(name="," | ".") if shown is not None:
                t = playback.find_moment(own, shown) + (1 if action.name == "." else -1)
                own = own.with_play_head(float(min(max(t, 0), len(shown) - 1)), playing=False)
            case PartEvent(part="chart", phase="press" | "drag", position=at) if shown is not None:
                t = learn_view.find_moment_at(state, own, shown, self.layout(state).parts["chart"], at)
                own = own.with_play_head(float(t), playing=False)
            case MapClick(dot=dot):
                own = replace(own, dot=dot)
            case Set(control="source", value=str(source)) if source in dict(SOURCES):
                return self._open_timeline(
                    state.put(replace(state.status, pending_export="")), replace(own, source=source)
                )
            case Set(control="reel", value=str(name)):
                return self._choose_timeline(state.put(replace(state.status, pending_export="")), own, name)
            case Set(control="start"):
                return self._open_timeline(state, playback.start_training(own))
            case Set(control=kind) if kind in film_export.FORMATS and shown is not None:
                return state.put(replace(state.status, pending_export=kind))
            case Set(control="keep"):
                return self._save_moment(state, own, shown)
            case Set(control="beta" | "latent" | "noise" as name, value=int() | float() as value):
                value = SLIDER_RANGES[name].clamp(value)
                settled: Any = round(value) if name == "latent" else round(value * 20) / 20
                own = replace(own, **{name: settled})
        return state.with_lab_state(self.name, own)

    def queries(self, state: State) -> dict[str, AnyQuery]:
        own = self._get_lab_state(state)
        shown = playback.get_timeline(own, state.library)
        if shown is None:
            return {}
        model = shown.model_names[playback.find_moment(own, shown)]
        wanted: dict[str, AnyQuery] = {"row": MomentRow(model, _select_samples(shown))}
        xy, dot = self._find_active_position(state, own, shown)
        wanted["picture"] = MomentPoint(model, "pca", xy, dot)
        if not shown.loss_curves:
            wanted["curves"] = LossCurves(shown.model_names[0], shown.model_names)
        if state.status.pending_export:
            wanted["samples"] = TimelineSamples(
                shown.model_names[0], shown.model_names, _select_samples(shown)[:EXPORT_SAMPLES]
            )
        if own.passing.saved_moment:
            wanted["keep"] = SaveMoment(own.passing.saved_moment, own.passing.save_count, own.passing.file_stem)
        return wanted

    def animation_targets(self, state: State, results: Results) -> dict[str, AnimationTarget]:
        """Return the target of the picture: it is animated within a moment, not from one moment's model to the next."""
        value: MomentPointValue | None = results.get_value("picture", MomentPointValue)
        if value is None:
            return {}
        subject = (state.lab, value.model, "pca", state.pointer.hover is not None)
        return {"picture": AnimationTarget(value.model, subject, value.latent, value.dot, 0)}

    def export_film(self, state: State, results: Results) -> FilmExport | str | None:
        """Return the film of some samples, decoded at every moment."""
        shown = playback.get_timeline(self._get_lab_state(state), state.library)
        if shown is None or results.get_failure("samples"):
            return None
        value: TimelineSamplesValue | None = results.get_value("samples", TimelineSamplesValue)
        if value is None or value.moments != shown.model_names:
            return "Decoding the samples at every moment."
        return learn_view.make_film_export(state, shown, _select_samples(shown), value)

    def view(self, state: State, results: Results) -> View:
        own, places = self._get_lab_state(state), self.layout(state)
        shown = playback.get_timeline(own, state.library)
        items: list[Item] = map_panel.shared_items(
            state, places.hint, places.legend, self._choose_hint(own, shown, results), 1
        )
        (rect,) = places.maps
        if shown is None:
            return (*items, *learn_view.make_placeholder_items(own, rect, places.parts, state.ui_scale))
        items += self._make_map_items(state, own, shown, rect)
        _, dot = self._find_active_position(state, own, shown)
        items += learn_view.make_picture_items(state, own, shown, dot, places.parts["picture"], results)
        curves = learn_view.get_curves(shown, results.get_value("curves", LossCurvesValue))
        items += learn_view.make_loss_items(state, own, shown, curves, places.parts["figures"])
        if "chart" in places.parts:
            note: LossCurvesValue | None = results.get_value("curves", LossCurvesValue)
            items += learn_view.make_chart_items(
                state, own, shown, curves, note.note if note else "", places.parts["chart"]
            )
        if "row" in places.parts:
            items += learn_view.make_row_items(
                state, shown, _select_samples(shown), results.get_value("row", MomentRowValue), places.parts["row"]
            )
        return tuple(items)

    # -- inside ---------------------------------------------------------------------------------------

    def _get_lab_state(self, state: State) -> LearnState:
        own: LearnState = state.lab_states[self.name]
        return own

    def _make_slider(
        self, lab_state: LearnState, name: str, value_text: str, tip: str, step: float, key: str
    ) -> Slider:
        ends = SLIDER_RANGES[name]
        label = "latent size" if name == "latent" else name
        value = float(getattr(lab_state, name))
        return Slider(name, label, value, ends.low, ends.high, tip, step=step, key=key, value_text=value_text)

    def _open_timeline(self, state: State, lab_state: LearnState) -> State:
        """Open another timeline: at its start, or at the newest moment of a training."""
        shown = playback.get_timeline(lab_state, state.library)
        head = len(shown) - 1.0 if shown is not None and lab_state.source == "live" else 0.0
        lab_state = lab_state.with_play_head(head, playing=lab_state.source == "live" and lab_state.is_training)
        models = _choose_home_model(state.models, shown, state.library) if shown is not None else state.models
        return replace(state, models=models).with_lab_state(self.name, replace(lab_state, dot=0))

    def _choose_timeline(self, state: State, lab_state: LearnState, name: str) -> State:
        """Choose the timeline `name`. Raises `InputError` if its file cannot be read."""
        here = playback.get_timelines(state.library)
        if name not in here:
            return state
        source = "sweep" if here[name].kind == "sweep" else "film"
        named: Any = {source: name}
        return self._open_timeline(state, replace(lab_state, source=source, **named))

    def _save_moment(self, state: State, lab_state: LearnState, timeline: Timeline | None) -> State:
        if timeline is None:
            return state.with_message("Start a training first: there is nothing to keep yet.")
        t = playback.find_moment(lab_state, timeline)
        stem = (
            f"digits-{lab_state.passing.settings}-{timeline.moments[t].label}".replace(",", "")
            .replace(" ", "-")
            .replace("%", "")
        )
        passing = replace(
            lab_state.passing,
            saved_moment=timeline.model_names[t],
            save_count=lab_state.passing.save_count + 1,
            file_stem=stem,
        )
        return state.with_lab_state(self.name, replace(lab_state, passing=passing))

    def _choose_hint(self, lab_state: LearnState, timeline: Timeline | None, results: Results) -> str:
        kept: SaveMomentValue | None = results.get_value("keep", SaveMomentValue)
        here = "" if timeline is None else timeline.model_names[playback.find_moment(lab_state, timeline)]
        if (
            lab_state.source == "live"
            and kept is not None
            and lab_state.passing.saved_moment
            and lab_state.passing.saved_moment == here
        ):
            return f"Kept as {kept.name}: it stands in the menu of models now."
        if (
            lab_state.source == "live"
            and lab_state.passing.settings is not None
            and lab_state.passing.settings != lab_state.settings
        ):
            return f"Restart trains anew with {lab_state.settings}; here you see {lab_state.passing.settings}."
        if lab_state.source == "live" and timeline is None:
            return "Choose beta, latent size and noise, and press Start. It takes half a minute, and nothing is saved."
        if lab_state.source == "sweep":
            return (
                "Each step is another model of the same images. What does a larger value cost, and what does it order?"
            )
        return self.hint

    def _find_active_position(
        self, state: State, lab_state: LearnState, timeline: Timeline
    ) -> tuple[tuple[float, float], int | None]:
        """Return the map position and the dot of the large picture; the followed sample if the mouse is elsewhere."""
        if state.pointer.hover is None:
            dot = min(lab_state.dot, len(timeline.labels) - 1)
            return (0.5, 0.5), dot
        (rect,) = self.layout(state).maps
        xy, resolution = map_panel.snap_to_dot(state, 0, state.pointer.hover.xy, rect)
        return xy, state.pointer.hover.dot if resolution is None else None

    def _make_map_items(self, state: State, lab_state: LearnState, timeline: Timeline, rect: Rect) -> list[Item]:
        """Return the dots, interpolated between two moments, and the trail of the followed sample."""
        camera = state.get_camera(0)
        start, way = playback.find_transition(lab_state, timeline)
        hidden = legend.find_hidden_classes(state, 0)
        end = min(start + 1, len(timeline) - 1)
        shown = start if way <= 0 or start == end else end
        dots = Map(rect, timeline.model_names[shown], "pca", camera, hidden, state.preferences.show_class_names)
        if shown == end and 0 < way < 1:
            dots = replace(dots, previous_map="pca", previous_model=timeline.model_names[start], progress=way)
        items: list[Item] = [Panel(rect, "map"), dots]
        followed = (
            state.pointer.hover.dot if state.pointer.hover is not None else min(lab_state.dot, len(timeline.labels) - 1)
        )
        first, last = (timeline.moments[t].plane.xy[followed] for t in (start, end))
        x, y = (float(a + (b - a) * way) for a, b in zip(first, last, strict=True))
        items += learn_view.make_trail_items(state, timeline, followed, start, (x, y), camera, rect)
        return [*items, *learn_view.make_magnification_note(timeline, start, way, rect, state.ui_scale)]


def _choose_home_model(models: tuple[str, ...], timeline: Timeline | None, library: Models) -> tuple[str, ...]:
    """Return `models` with one first that has the timeline's data set: it provides the originals and classes."""
    if timeline is None:
        return (HOME_MODEL, *models[1:]) if HOME_MODEL in library else models
    key = timeline.make_checkpoint(0).data_key

    def suits(one: Checkpoint) -> bool:
        return one.data_key == key

    for name in (models[0], HOME_MODEL, *library):
        try:
            if name in library and suits(library[name]):
                return (name, *models[1:])
        except InputError:  # a file of the current folder that is no checkpoint
            continue
    return models


@lru_cache(maxsize=8)
def _find_first_samples(labels: bytes, classes: int) -> tuple[int, ...]:
    known = np.frombuffer(labels, np.int64)
    firsts = [int(np.flatnonzero(known == k)[0]) for k in range(min(classes, ROW_SAMPLES)) if (known == k).any()]
    return tuple(firsts or range(min(ROW_SAMPLES, len(known))))


def _select_samples(timeline: Timeline) -> tuple[int, ...]:
    """Return the first sample of each class; the same at every moment."""
    return _find_first_samples(timeline.labels.tobytes(), len(timeline.class_names))
