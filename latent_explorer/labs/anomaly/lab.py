"""The Anomaly lab: reconstruction error of a picture, compared with the errors of normal pictures."""

from dataclasses import dataclass, field, replace
from typing import Annotated

import numpy as np

from latent_explorer.atlas import Atlas
from latent_explorer.cache import remember
from latent_explorer.engine.measurements.reconstruction_errors import NormalErrors
from latent_explorer.engine.query import AnyQuery
from latent_explorer.engine.subject import Dot, Subject
from latent_explorer.errors import InputError
from latent_explorer.labs.anomaly import queries, stream, view
from latent_explorer.labs.anomaly.layout import make_layout
from latent_explorer.labs.anomaly.out_of_distribution import MNIST, OUTLIER_NAMES, Outlier, list_outliers
from latent_explorer.scene import map_panel, model_selection
from latent_explorer.scene.controls import Choice, Control, Toggle
from latent_explorer.scene.events import Key, MapClick, MapDrag, PartEvent, Set, TimePassed
from latent_explorer.scene.frame import Frame
from latent_explorer.scene.items import DotColours, Item
from latent_explorer.scene.lab import Lab, LabAction, touch
from latent_explorer.scene.layout import Layout
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.said_names import say_name
from latent_explorer.scene.settings import PER_MODEL, SampleIndex, Slide, Switch
from latent_explorer.scene.state import Models, State
from latent_explorer.texts import mark, tr

THRESHOLD = Slide(
    50.0, 99.5, label=mark("Threshold"), tip=mark("How many normal pictures lie below it"), key="h",
    step=0.5, digits=6, control="threshold",
    text=lambda own: (
        tr("dragged") if own.line is not None else tr("{percentile:.1f}% below", percentile=own.percentile)
    ),
)  # fmt: skip
SHIPPED_MODEL = "digits-anomaly"
"""Shipped model whose images are always available, so its errors are measured and not estimated."""
FOREIGN_TIPS = {
    "picture": mark("Score a picture that the model has never learnt"),
    "curve": mark("Score a curve that the model has never learnt"),
    "row": mark("Score a row that the model has never learnt"),
}
"""By what a sample is called."""
NO_OUTLIER = ""
"""Value of `foreign` for no outlier: score the sample or the user image."""


@dataclass(frozen=True)
class AnomalyTransient:
    hovered_outlier: str = ""
    """Kind of the outlier under the mouse."""
    head: float = 0.0
    """How many samples of the stream have run through."""
    playing: bool = False


@dataclass(frozen=True)
class AnomalyState:
    percentile: Annotated[float, THRESHOLD] = 95.0
    """Percentage of normal pictures with an error below the threshold."""
    line: Annotated[float | None, PER_MODEL] = None
    """Threshold set by dragging; overrides `percentile`."""
    image: SampleIndex = None
    """Clicked sample."""
    foreign: str = NO_OUTLIER
    painted: Annotated[
        bool, Switch(mark("Errors"), mark("Colour the dots by their errors, or by their classes"), "e")
    ] = True
    stream: Annotated[
        bool, Switch(mark("Stream"), mark("A long signal runs through the model, sample by sample"), "r")
    ] = False
    passing: AnomalyTransient = field(default_factory=AnomalyTransient)


class Anomaly(Lab[AnomalyState]):
    name = "anomaly"
    order = 7
    stage = ("verdict", "figures", "picture", "caption", "histogram")
    state_class = AnomalyState
    title = mark("Anomaly")
    purpose = mark("Find what is of a kind that the model never learnt")
    hint = mark(
        "Are pictures of a kind that the model never saw copied worse? Bright pixels in the difference show where."
    )
    keys = (
        (mark("Move"), mark("score the sample next to the mouse")),
        (mark("Click, Enter"), mark("keep a sample, or a foreign picture of the row")),
        (mark("Drag in the histogram"), mark("move the threshold")),
        (mark("Drag in the ROC curve"), mark("choose the share of false alarms")),
        (mark(", and ."), mark("the stream, one sample back or on")),
        (mark("C, Backspace"), mark("back to the first sample")),
    )

    def choose_models(self, current: tuple[str, ...], library: Models) -> tuple[str, ...]:
        """Return `current` with a model first that was trained without some class: of the same data set, else
        the shipped one."""
        name = model_selection.find_first_matching(library, current[0], lambda one: bool(one.config.data.leave_out))
        try:
            has_pixels = library[current[0]].sample_kind.has_pixels
            if (
                name is None
                and has_pixels
                and SHIPPED_MODEL in library
                and library[SHIPPED_MODEL].config.data.leave_out
            ):
                name = SHIPPED_MODEL
        except InputError:  # a file of that name in the current folder that is no checkpoint
            return current
        return current if name is None else (name, *current[1:])

    def make_controls(self, state: State) -> tuple[Control, ...]:
        threshold, painted, *stream_controls = super().make_controls(state)
        names = {kind: tr(OUTLIER_NAMES[kind]) for kind in self.list_kinds(state)}
        kinds = ((kind, name[0].upper() + name[1:]) for kind, name in names.items())
        options = ((NO_OUTLIER, tr("The sample")), *kinds)
        tip = tr(FOREIGN_TIPS[state.get_checkpoint(0).sample_kind.words.one])
        foreign = Choice("foreign", options, self.get_own(state).foreign, tip=tip, menu=True, key="x")
        if self.has_stream(state):
            playing = self.get_own(state).passing.playing
            play = Toggle("play", tr("Play"), playing, tr("Let the stream run, or pause"), "space")
            return threshold, *stream_controls, play, painted
        return threshold, foreign, *stream_controls, painted

    def list_shown_settings(self, state: State) -> tuple[str, ...]:
        can_run = state.get_checkpoint(0).sample_kind.runs_in_time
        return tuple(name for name in super().list_shown_settings(state) if name != "stream" or can_run)

    def has_stream(self, state: State) -> bool:
        return self.get_own(state).stream and state.get_checkpoint(0).sample_kind.runs_in_time

    def is_playing(self, state: State) -> bool:
        return self.has_stream(state) and self.get_own(state).passing.playing

    def on_setting_changed(self, lab_state: AnomalyState, setting: str) -> AnomalyState:
        if setting == "stream":
            return replace(lab_state, passing=AnomalyTransient(playing=lab_state.stream))
        return self.reset(lab_state, "line") if setting == "percentile" else lab_state

    def lay_out(self, state: State) -> Layout:
        return make_layout(state.lab_size, state.ui_scale, has_stream=self.has_stream(state))

    @touch("row")
    def touch_outlier(self, state: State, event: PartEvent) -> State:
        """Score the outlier under the mouse; a click keeps it or lets it go."""
        kinds, own, over = list_outliers(state.get_checkpoint(0)), self.get_own(state), NO_OUTLIER
        if event.phase != "leave":  # the row may be gone by then
            rect = self.get_layout(state).parts["row"]
            place = view.make_film_strip(rect, kinds, state.ui_scale).find_nearest_picture(rect.to_px(event.position))
            over = kinds[min(place, len(kinds) - 1)]
            if over not in self.list_kinds(state):
                return self.put_passing(state, hovered_outlier="")
        if event.phase == "press":
            own = replace(own, foreign=NO_OUTLIER if own.foreign == over else over)
        return self.put(state, replace(own, passing=replace(own.passing, hovered_outlier=over)))

    @touch("stream", "press", "drag")
    def move_head(self, state: State, event: PartEvent) -> State:
        """Put the head of the stream where the mouse is, and pause."""
        chart = stream.make_empty_chart(self.get_layout(state).parts["stream"], state, self.get_own(state).passing.head)
        return self.put_passing(state, head=chart.find_values_at_share(event.position)[0], playing=False)

    @touch("histogram", "press", "drag")
    def drag_threshold(self, state: State, event: PartEvent) -> State:
        chart = view.make_errors_chart(self.get_layout(state).parts["histogram"], state)
        return self.put(state, replace(self.get_own(state), line=chart.find_values_at_share(event.position)[0]))

    @touch("roc", "press", "drag")
    def choose_false_alarms(self, state: State, event: PartEvent) -> State:
        chart = view.make_roc_chart(self.get_layout(state).parts["roc"], state)
        percentile = round(THRESHOLD.clamp(100 - 100 * chart.find_values_at_share(event.position)[0]), 1)
        return self.put(state, replace(self.get_own(state), line=None, percentile=percentile))

    def react(self, state: State, action: LabAction) -> State:
        own = self.get_own(state)
        match action:
            case TimePassed(seconds=seconds):
                return self.put_passing(state, head=own.passing.head + seconds / stream.SECONDS)
            case Set("play", bool(playing)):
                return self.put_passing(state, playing=playing)
            case Key(name="," | "." as name) if self.has_stream(state):
                head = max(0, int(own.passing.head) + (1 if name == "." else -1))
                return self.put_passing(state, head=float(head), playing=False)
            case Set("foreign", str(kind)):
                return self.put(state, replace(own, foreign=kind))
            case MapClick(dot=dot) | MapDrag(dot=dot):
                image = int(state.get_checkpoint(0).indices[dot])
                return self.put(state, replace(own, image=image, foreign=NO_OUTLIER))
            case Key(name="c" | "backspace"):
                return self.put(state, self.reset(own, "image", "foreign"))
        return state

    def ask(self, state: State) -> dict[str, AnyQuery]:
        model, subject = state.models[0], self.choose_subject(state)
        wanted: dict[str, AnyQuery] = {"normal": NormalErrors(model), "score": queries.Score(model, subject)}
        if "row" in self.get_layout(state).parts:
            wanted["row"] = queries.OutlierScores(model, self.choose_sample(state))
        if self.has_stream(state):
            checkpoint = state.get_checkpoint(0)
            wanted["stream"] = stream.StreamPage(model, stream.find_page(checkpoint, self.get_own(state).passing.head))
        if self.get_own(state).painted:
            wanted["dots"] = queries.DotErrors(model)
        return wanted

    def choose_sample(self, state: State) -> Subject:
        """Return the user image, else the clicked sample, else a sample of a left-out class."""
        if state.drawing.image is not None:
            return state.drawing.image
        checkpoint, image = state.get_checkpoint(0), self.get_own(state).image
        names, unseen = checkpoint.class_names, checkpoint.config.data.leave_out or ()
        first = _find_first_dot(checkpoint.atlas, tuple(names.index(name) for name in unseen if name in names))
        return Dot(checkpoint.dot_of_image.get(-1 if image is None else image, first))

    def choose_subject(self, state: State) -> Subject | Outlier:
        own, sample = self.get_own(state), self.choose_sample(state)
        if state.pointer.hover is not None:
            return Dot(state.pointer.hover.dot)
        if self.has_stream(state):
            return Dot(stream.find_current_dot(state.get_checkpoint(0), own.passing.head))
        kind = own.passing.hovered_outlier or own.foreign
        return Outlier(kind, sample) if kind in self.list_kinds(state) else sample

    def list_kinds(self, state: State) -> tuple[str, ...]:
        """Return the out-of-distribution kinds whose pictures are on this machine, as far as is known."""
        kinds = list_outliers(state.get_checkpoint(0))
        return tuple(kind for kind in kinds if kind != MNIST or kind not in state.downloads.offers)

    def choose_hint(self, frame: Frame[AnomalyState]) -> str:
        """Return the hint; it names both models if another model replaces the selected one, and says why."""
        state, model = frame.state, frame.state.models[0]
        chosen, left_out = (state.selected_models or state.models)[0], state.library[model].config.data.leave_out
        if model == chosen or not left_out:
            kind = state.library[model].sample_kind
            if kind.has_pixels:
                return tr(self.hint)
            return tr(
                "Are {samples} of a kind that the model never saw copied worse? The difference shows where.",
                samples=tr(kind.words.many),
            )
        return tr(
            "{model} stands here in place of {chosen}: its training left out {classes}. M chooses another model.",
            model=model, chosen=chosen, classes=", ".join(map(say_name, left_out)),
        )  # fmt: skip

    def colour_dots(self, frame: Frame[AnomalyState], slot: int) -> DotColours | None:
        errors = view.get_dot_errors(frame)
        return None if errors is None else DotColours(values=errors.errors, low=errors.low, high=errors.high)

    def draw_on_map(self, frame: Frame[AnomalyState], slot: int, rect: Rect) -> list[Item]:
        subject = self.choose_subject(frame.state)
        return [map_panel.make_dot_marker(frame.state, slot, subject.dot, rect)] if isinstance(subject, Dot) else []

    def draw(self, frame: Frame[AnomalyState]) -> list[Item]:
        items = view.make_error_scale(frame) + view.make_verdict_items(frame)
        items += view.make_picture_items(frame, self.choose_subject(frame.state))
        if (place := frame.get_part("stream")) is not None:
            items += stream.make_items(frame, place, view.compute_threshold(frame))
        return items + view.make_chart_items(frame) + view.make_row_items(frame)


@remember(32)
def _find_first_dot(atlas: Atlas, labels: tuple[int, ...]) -> int:
    """Return the first dot with one of `labels`; 0 if there is none."""
    return int(np.isin(atlas.labels, labels).argmax())
