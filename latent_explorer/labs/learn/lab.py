"""The Learn lab: the timeline of a training, live or from a file, of two that run side by side, or a sweep over one
setting.

Every moment of a timeline is a model of its own: it has its map, and decodes pictures by the weights of that moment.
"""

from dataclasses import replace
from typing import Any

from latent_explorer.checkpoint.timeline import Timeline
from latent_explorer.engine.animation.picture_animation import AnimationTarget
from latent_explorer.engine.live_training.live_trainer import TrainingRequest, TrainingUpdate
from latent_explorer.engine.live_training.settings import PAIR_DATA, PairSettings
from latent_explorer.engine.query import AnyQuery
from latent_explorer.engine.results import Results
from latent_explorer.errors import InputError
from latent_explorer.labs.learn import pair_view, playback, view, wording
from latent_explorer.labs.learn.layout import make_layout, make_pair_layout
from latent_explorer.labs.learn.playback import LearnState
from latent_explorer.labs.learn.queries import (
    LossCurves,
    MomentPoint,
    MomentPointValue,
    MomentRow,
    SaveMoment,
    SaveMomentValue,
    TimelineSamples,
    TimelineSamplesValue,
)
from latent_explorer.scene import film_export, hint_line, map_panel
from latent_explorer.scene.controls import Button, Choice, Control, Toggle
from latent_explorer.scene.events import Key, MapClick, PartEvent, Set, TimePassed, Xy
from latent_explorer.scene.film_export import FilmExport
from latent_explorer.scene.frame import Frame
from latent_explorer.scene.items import View
from latent_explorer.scene.lab import Lab, LabAction, touch
from latent_explorer.scene.layout import Layout
from latent_explorer.scene.state import Models, State
from latent_explorer.texts import mark, tr

EXPORT_SAMPLES = 6
"""Number of samples in a saved film."""


class Learn(Lab[LearnState]):
    name = "learn"
    order = 10
    stage = ("picture", "figures", "chart")
    state_class = LearnState
    title = mark("Learn")
    purpose = mark("Watch a training as a film, or live")
    hint = mark(
        "Press Space: the dots move as the codes are learnt. Which classes part first, and what does the loss do then?"
    )
    keys = (
        (mark("Drag on the chart"), mark("go to any moment")),
        (mark(", and ."), mark("one moment back, one on")),
        (mark("Click a dot"), mark("follow that sample through time")),
    )
    max_models = 2
    has_model_menus = False

    def on_model_changed(self, lab_state: LearnState, *, same_dataset: bool) -> LearnState:
        return lab_state

    def choose_models(self, current: tuple[str, ...], library: Models) -> tuple[str, ...]:
        """Return `current` with a model first that has the originals of the first film: one of the same data set."""
        return _choose_home_models(current, LearnState(), library)

    def brings_own_model(self, library: Models) -> bool:
        return bool(playback.list_timeline_names(LearnState(), library))

    def lay_out(self, state: State) -> Layout:
        make = make_pair_layout if self.get_own(state).source == "pair" else make_layout
        return make(state.lab_size, state.ui_scale)

    def count_models(self, state: State) -> int:
        return 2 if self.get_own(state).source == "pair" else 1

    def find_stage(self, state: State) -> tuple[str, ...]:
        return ("title", "row", "chart", "kl") if self.get_own(state).source == "pair" else self.stage

    def find_timeline(self, state: State) -> Timeline | None:
        return playback.get_timeline(self.get_own(state), state.library)

    def find_pair(self, state: State) -> tuple[Timeline, Timeline] | None:
        own = self.get_own(state)
        return playback.get_pair(own, state.library) if own.source == "pair" else None

    def choose_displayed_models(self, state: State) -> tuple[str, ...]:
        timeline = self.find_timeline(state)
        if timeline is None:
            return ()
        t = playback.find_moment(self.get_own(state), timeline)
        return tuple(one.model_names[t] for one in self.find_pair(state) or (timeline,))

    # -- the training ---------------------------------------------------------------------------------

    def is_playing(self, state: State) -> bool:
        own = self.get_own(state)
        is_newest = own.passing.play_head >= own.passing.moment_count - 1
        # at the newest moment of a training, an update will wake it
        return own.passing.playing and not (own.follows_training and is_newest)

    def request_training(self, state: State) -> TrainingRequest | None:
        own, passing = self.get_own(state), self.get_own(state).passing
        if own.is_live and passing.run == 0:
            return TrainingRequest(0, own.settings)
        if not own.has_run or passing.settings is None or passing.ended:
            return None
        return TrainingRequest(passing.run, passing.settings, paused=not passing.playing)

    def name_loss(self, state: State) -> str:
        passing = self.get_own(state).passing
        if passing.run == 0 or (passing.ended and passing.moment_count == 0):
            return ""
        are_two = isinstance(passing.settings, PairSettings)
        if not passing.ended:
            return tr("Two models are being trained.") if are_two else tr("A model is being trained.")
        if passing.saved_moment:
            return ""
        if are_two:
            return tr("The models that were trained here are not kept as files.")
        return tr("The model that was trained here is not kept as a file.")

    def on_training_update(self, lab_state: LearnState, training_update: TrainingUpdate) -> LearnState:
        if training_update.run != lab_state.passing.run:
            return lab_state
        return lab_state.with_passing(
            moment_count=training_update.moments,
            images_per_second=training_update.images_per_second,
            ended=training_update.ended,
            playing=lab_state.passing.playing and not training_update.error,
        )

    # -- reactions ------------------------------------------------------------------------------------

    def make_controls(self, state: State) -> tuple[Control, ...]:
        own = self.get_own(state)
        by_name = {one.name: one for one in super().make_controls(state)}
        source = by_name["source"]
        play = Toggle("play", tr("Play"), own.passing.playing, tr("Play or pause; a training is held"), key="space")
        if not own.is_live:
            offered = playback.list_timeline_names(own, state.library)
            titles = tuple((name, name) for name in offered) or (("", tr("none here")),)
            tip = tr("The film") if own.source == "film" else tr("The sweep: models that differ in one setting")
            menu = Choice("reel", titles, playback.get_timeline_name(own, state.library), tip, menu=True, key="r")
            return (source, menu, play, *film_export.make_controls()) if offered else (source, menu)
        restarts = own.has_run
        start = Button("start", tr("Start"), tr("Train anew with these settings"), key="b")
        if restarts:
            tip = tr("Train anew with these settings; the last trainings stay among the films")
            start = replace(start, label=tr("Restart"), tip=tip)
        if own.source == "live":
            keep = Button("keep", tr("Keep"), tr("Keep this moment's model as a file here"), key="w")
            return (source, start, play, by_name["beta"], by_name["latent"], by_name["noise"], keep)
        betas = tuple((beta, tr("beta {beta:g}", beta=float(beta))) for beta in playback.list_betas(own))
        beta = Choice("pair beta", betas, f"{own.weight:g}", pair_view.explain_beta(own), menu=True, key="e")
        tip = tr("Train on from the moment on the screen, with this beta")
        go_on = Button("go on", tr("Go on from here"), tip, key="g")
        keep = Button("keep", tr("Keep"), tr("Keep both models of this moment as files here"), key="w")
        return (source, by_name["data"], start, play, beta, *((go_on,) if restarts else ()), by_name["latent"], keep)

    def update(self, state: State, action: LabAction) -> State:
        after = super().update(state, action)
        control = action.control if isinstance(action, Set) else ""
        opens = control == "source" or (control == "data" and self.find_timeline(after) is None)
        return self._open_timeline(after, self.get_own(after)) if opens else after

    def on_setting_changed(self, lab_state: LearnState, setting: str) -> LearnState:
        if setting != "pair_data":
            return lab_state
        return replace(lab_state, pair_beta=PAIR_DATA[lab_state.pair_data].default_beta)

    @touch("chart", "press", "drag")
    def go_to_moment(self, state: State, event: PartEvent) -> State:
        own, timeline, pair = self.get_own(state), self.find_timeline(state), self.find_pair(state)
        if timeline is None:
            return state
        rect = self.get_layout(state).parts[event.part]
        if pair is not None:
            t = pair_view.find_moment_at(state, own, pair, event.part, rect, event.position)
        else:
            t = view.find_moment_at(state, own, timeline, rect, event.position)
        return self.put(state, own.with_play_head(t))

    @touch("kl", "press", "drag")
    def go_to_moment_of_kl(self, state: State, event: PartEvent) -> State:
        return self.go_to_moment(state, event)

    def react(self, state: State, action: LabAction) -> State:
        own, timeline = self.get_own(state), self.find_timeline(state)
        match action:
            case TimePassed(seconds=seconds) if own.passing.playing and timeline is not None:
                return self.put(state, playback.advance(own, timeline, seconds))
            case Set(control="play") if not own.is_live or own.has_run:
                return self.put(state, playback.toggle_playing(own, timeline))
            case Set(control="play" | "start"):
                return self._open_timeline(state, playback.start_training(own, state.library))
            case Set(control="pair beta", value=str(value)) if value in playback.list_betas(own):
                return self.put(state, replace(own, pair_beta=float(value)))
            case Set(control="go on"):
                return self._continue_pair(state, timeline)
            case Key(name="," | "." as name) if timeline is not None:
                t = playback.find_moment(own, timeline) + (1 if name == "." else -1)
                return self.put(state, own.with_play_head(min(max(t, 0), len(timeline) - 1)))
            case MapClick(dot=dot):
                return self.put(state, replace(own, dot=dot))
            case Set(control="reel", value=str(name)):
                return self._choose_timeline(state, name)
            case Set(control=kind) if kind in film_export.FORMATS and timeline is not None:
                return state.put(replace(state.status, pending_export=kind))
            case Set(control="keep"):
                return self._save_moment(state, timeline)
        return state

    def _open_timeline(self, state: State, lab_state: LearnState) -> State:
        """Open another timeline: at its start, or at the newest moment of a training."""
        timeline = playback.get_timeline(lab_state, state.library)
        head = len(timeline) - 1.0 if timeline is not None and lab_state.is_live else 0.0
        lab_state = replace(lab_state.with_play_head(head, playing=lab_state.follows_training), dot=0)
        models = _choose_home_models(state.models, lab_state, state.library)
        return self.put(replace(state.put(replace(state.status, pending_export="")), models=models), lab_state)

    def _continue_pair(self, state: State, timeline: Timeline | None) -> State:
        """Go on from the moment on the screen, with the chosen beta."""
        own, settings = self.get_own(state), self.get_own(state).passing.settings
        if timeline is None or not isinstance(settings, PairSettings):
            return state.with_message(tr("Start a training first: there is no moment to go on from yet."))
        if own.pair_data != settings.data:
            if own.pair_data == "digits":
                text = tr("Digits are chosen, and faces are trained here: choose those, or Restart.")
            else:
                text = tr("Faces are chosen, and digits are trained here: choose those, or Restart.")
            return state.with_message(text)
        return self.put(state, playback.continue_pair(own, timeline, settings, state.library))

    def _choose_timeline(self, state: State, name: str) -> State:
        """Choose the timeline `name`. Raises `InputError` if its file cannot be read."""
        timelines = playback.get_timelines(state.library)
        if name not in timelines:
            return state
        source = "sweep" if timelines[name].kind == "sweep" else "film"
        named: Any = {source: name}
        return self._open_timeline(state, replace(self.get_own(state), source=source, **named))

    def _save_moment(self, state: State, timeline: Timeline | None) -> State:
        own = self.get_own(state)
        if timeline is None:
            return state.with_message(tr("Start a training first: there is nothing to keep yet."))
        t = playback.find_moment(own, timeline)
        settings = own.passing.settings
        stem = str(settings) if isinstance(settings, PairSettings) else f"digits-{settings}"
        stem = f"{stem}-{timeline.moments[t].label}"
        stem = stem.replace(",", "").replace(" ", "-").replace("%", "")
        count, model = own.passing.save_count + 1, timeline.model_names[t]
        return self.put(state, own.with_passing(saved_moment=model, save_count=count, file_stem=stem))

    # -- queries and what is shown --------------------------------------------------------------------

    def make_queries(self, state: State) -> dict[str, AnyQuery]:
        own, timeline = self.get_own(state), self.find_timeline(state)
        if timeline is None:
            return {}
        pair = self.find_pair(state)
        if pair is not None:
            return self._make_pair_queries(state, pair)
        names, dots, passing = timeline.model_names, view.select_samples(timeline), own.passing
        model = names[playback.find_moment(own, timeline)]
        xy, dot = self._find_active_position(state, timeline)
        wanted: dict[str, AnyQuery] = {"row": MomentRow(model, dots), "picture": MomentPoint(model, "pca", xy, dot)}
        if not timeline.loss_curves:
            wanted["curves"] = LossCurves(names[0], names)
        if state.status.pending_export:
            wanted["samples"] = TimelineSamples(names[0], names, dots[:EXPORT_SAMPLES])
        if passing.saved_moment:
            wanted["keep"] = SaveMoment(passing.saved_moment, passing.save_count, passing.file_stem)
        return wanted

    def _make_pair_queries(self, state: State, pair: tuple[Timeline, Timeline]) -> dict[str, AnyQuery]:
        own, hover = self.get_own(state), state.pointer.hover
        t = playback.find_moment(own, pair[0])
        dot = hover.dot if hover is not None else min(own.dot, len(pair[0].labels) - 1)
        dots = pair_view.select_dots(dot, pair)
        wanted = dict[str, AnyQuery]()
        for slot, timeline in enumerate(pair):
            wanted[f"row {slot}"] = MomentRow(timeline.model_names[t], dots)
        if own.passing.saved_moment:
            saved = int(own.passing.saved_moment.rpartition(" ")[2])
            for slot, (one, suffix) in enumerate(zip(pair, ("ae", "vae"), strict=True)):
                model, stem = one.model_names[saved], f"{own.passing.file_stem}-{suffix}"
                wanted[f"keep {slot}"] = SaveMoment(model, own.passing.save_count, stem)
        return wanted

    def _find_active_position(self, state: State, timeline: Timeline) -> tuple[Xy, int | None]:
        """Return the map position and the dot of the large picture; the followed sample if the mouse is elsewhere."""
        hover = state.pointer.hover
        if hover is None:
            return (0.5, 0.5), min(self.get_own(state).dot, len(timeline.labels) - 1)
        pixel = state.get_pixel(0, self.get_layout(state).maps[0])
        xy, resolution = map_panel.snap_to_dot(state, 0, hover.xy, pixel)
        return xy, hover.dot if resolution is None else None

    def make_animation_targets(self, state: State, results: Results) -> dict[str, AnimationTarget]:
        """Return the target of the picture: it is animated within a moment, not from one moment's model to the next."""
        value = results.get_value("picture", MomentPointValue)
        if value is None:
            return {}
        subject = (state.lab, value.model, "pca", state.pointer.hover is not None)
        return {"picture": AnimationTarget(value.model, subject, value.latent, value.dot, 0)}

    def export_film(self, state: State, results: Results) -> FilmExport | str | None:
        """Return the film of some samples, decoded at every moment."""
        timeline = self.find_timeline(state)
        if timeline is None or results.get_failure("samples"):
            return None
        value = results.get_value("samples", TimelineSamplesValue)
        if value is None or value.moments != timeline.model_names:
            return tr("Decoding the samples at every moment.")
        return view.make_film_export(state, timeline, value)

    def make_view(self, state: State, results: Results) -> View:
        frame = Frame(state, self.get_own(state), results, self.get_layout(state))
        layout, timeline, pair = frame.layout, self.find_timeline(state), self.find_pair(state)
        items = hint_line.make_shared_items(state, layout, self.choose_hint(frame), self.count_models(state))
        if timeline is None:
            is_pair = self.get_own(state).source == "pair"
            return (*items, *(pair_view if is_pair else view).make_placeholder_items(frame))
        if pair is not None:
            return (*items, *pair_view.make_items(frame, pair))
        _, dot = self._find_active_position(state, timeline)
        return (*items, *view.make_map_items(frame, timeline), *view.make_items(frame, timeline, dot))

    def choose_hint(self, frame: Frame[LearnState]) -> str:
        own, passing, timeline = frame.own, frame.own.passing, self.find_timeline(frame.state)
        if own.source == "pair":
            return self._choose_pair_hint(frame)
        if own.source == "sweep":
            return tr(
                "Each step is another model of the same pictures. What does a larger value cost, what does it order?"
            )
        if own.source == "film":
            return tr(self.hint)
        saved = frame.results.get_value("keep", SaveMomentValue)
        if (
            saved is not None
            and passing.saved_moment
            and (passing.saved_moment,) == self.choose_displayed_models(frame.state)
        ):
            return tr("Kept as {name}: it stands in the menu of models now.", name=saved.name)
        if passing.settings is not None and passing.settings != own.settings:
            return wording.compare_settings(own.settings, passing.settings)
        if timeline is None:
            return tr(
                "Choose beta, latent size and noise, and press Start. It takes half a minute; Keep saves the model."
            )
        return tr(self.hint)

    def _choose_pair_hint(self, frame: Frame[LearnState]) -> str:
        pair, saved = self.find_pair(frame.state), frame.own.passing.saved_moment
        files = [frame.results.get_value(f"keep {slot}", SaveMomentValue) for slot in (0, 1)]
        names = [one.name for one in files if one is not None]
        if len(names) == 2 and saved in self.choose_displayed_models(frame.state):
            return tr("Kept as {first} and {second}: Compare shows them side by side.", first=names[0], second=names[1])
        return pair_view.choose_hint(frame, pair)


def _choose_home_models(models: tuple[str, ...], lab_state: LearnState, library: Models) -> tuple[str, ...]:
    """Return `models` with one in the first two slots that has the timeline's data set: it provides the originals and
    classes."""
    timeline, is_pair = playback.get_timeline(lab_state, library), lab_state.source == "pair"
    home = playback.HOME_MODELS[lab_state.pair_data if is_pair else "digits"]
    if timeline is None:
        return (home, home, *models[2:]) if home in library else models
    key = timeline.make_checkpoint(0).data_key
    for name in (models[0], *playback.HOME_MODELS.values(), *library):
        try:
            if name in library and library[name].data_key == key:
                return (name, name, *models[2:])
        except InputError:  # a file of the current folder that is no checkpoint
            continue
    return models
