"""The Anomaly lab: reconstruction error of a picture, compared with the errors of normal pictures."""

from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Annotated

import numpy as np

from latent_explorer.atlas import Atlas
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.config.schema import Within
from latent_explorer.engine.query import AnyQuery
from latent_explorer.engine.reconstruction_errors import NormalErrors, NormalErrorsValue
from latent_explorer.engine.results import Results
from latent_explorer.engine.subject import Dot, Subject
from latent_explorer.errors import InputError
from latent_explorer.labs.anomaly import charts
from latent_explorer.labs.anomaly.out_of_distribution import OUTLIER_NAMES, Outlier, available_outliers
from latent_explorer.labs.anomaly.queries import (
    DotErrors,
    DotErrorsValue,
    OutlierScores,
    OutlierScoresValue,
    Score,
    ScoreValue,
)
from latent_explorer.labs.anomaly.wording import describe_rank, describe_ratio, describe_sample_count, is_stand_in
from latent_explorer.metrics import anomaly_detection
from latent_explorer.scene import map_layers, map_panel, model_selection
from latent_explorer.scene.controls import Choice, Control, Slider, Toggle
from latent_explorer.scene.events import Key, MapClick, MapDrag, PartEvent, Set
from latent_explorer.scene.items import ColourBar, DotColours, FilmStrip, Image, Item, Panel, Text, View
from latent_explorer.scene.lab import Lab, LabAction, Layout
from latent_explorer.scene.number_format import format_error, format_percent
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.state import Models, State

MIN_PERCENTILE, MAX_PERCENTILE = 50.0, 99.5
"""Range of the threshold, in percentiles of the normal errors."""
SHIPPED_MODEL = "digits-anomaly"
"""Shipped model whose images are always available, so its errors are measured and not estimated."""
NO_OUTLIER = ""
"""Value of `foreign` for no outlier: score the sample or the user image."""


@dataclass(frozen=True)
class AnomalyTransient:
    hovered_outlier: str = ""
    """Kind of the outlier under the mouse."""


@dataclass(frozen=True)
class AnomalyState:
    percentile: Annotated[float, Within(MIN_PERCENTILE, MAX_PERCENTILE)] = 95.0
    """Percentage of normal pictures with an error below the threshold."""
    line: float | None = None
    """Threshold set by dragging; overrides `percentile`."""
    image: int | None = None
    """Clicked sample, by its image index in the data set, so that it is the same in another model."""
    foreign: str = NO_OUTLIER
    painted: bool = True
    """Whether the dots are coloured by their errors."""
    passing: AnomalyTransient = field(default_factory=AnomalyTransient)


class Anomaly(Lab):
    name = "anomaly"
    title = "Anomaly"
    hint = "What a model has never learnt it cannot draw: bright pixels in the difference give the stranger away."
    keys = (
        ("Move", "score the sample next to the mouse"),
        ("Click, Enter", "keep a sample, or a foreign picture of the row"),
        ("Drag in the histogram", "move the threshold"),
        ("Drag in the ROC curve", "choose the share of false alarms"),
        ("C, Backspace", "back to the first sample"),
    )

    def choose_models(self, current: tuple[str, ...], library: Models) -> tuple[str, ...]:
        """Return `current` with a model first that was trained without some class: of the same data set, else
        the shipped one."""
        found = model_selection.first_matching(library, current[0], lambda one: bool(one.config.data.leave_out))
        try:
            if found is None and SHIPPED_MODEL in library and library[SHIPPED_MODEL].config.data.leave_out:
                found = SHIPPED_MODEL
        except InputError:  # a file of that name in the current folder that is no checkpoint
            found = None
        return current if found is None else (found, *current[1:])

    def initial_state(self) -> AnomalyState:
        return AnomalyState()

    def on_model_changed(self, lab_state: AnomalyState, *, same_dataset: bool) -> AnomalyState:
        kept = replace(lab_state, line=None, passing=AnomalyTransient())  # another model makes other errors
        return kept if same_dataset else replace(kept, image=None)

    def controls(self, state: State) -> tuple[Control, ...]:
        own: AnomalyState = state.lab_states[self.name]
        written = "where dragged" if own.line is not None else f"{own.percentile:g} % below"
        options = (
            (NO_OUTLIER, "The sample"),
            *((kind, OUTLIER_NAMES[kind].capitalize()) for kind in available_outliers(state.get_checkpoint(0))),
        )
        return (
            Slider(
                "threshold", "Threshold", own.percentile, MIN_PERCENTILE, MAX_PERCENTILE,
                "How many normal pictures lie below it", step=0.5, key="h",
                value_text=written,
            ),
            Choice("foreign", options, own.foreign, "Score a picture that the model has never learnt", True, "x"),
            Toggle("painted", "Errors", own.painted, "Colour the dots by their errors, or by their classes", "e"),
        )  # fmt: skip

    def lay_out(self, state: State) -> Layout:
        return _make_layout(state.size, state.ui_scale)

    def interactive_parts(self, state: State) -> tuple[str, ...]:
        return ("row", "histogram", "roc")

    def update(self, state: State, action: LabAction) -> State:
        own: AnomalyState = state.lab_states[self.name]
        match action:
            case Set("threshold", float() | int() as value):
                return state.with_lab_state(self.name, replace(own, percentile=float(value), line=None))
            case Set("foreign", str(kind)):
                return state.with_lab_state(self.name, replace(own, foreign=kind))
            case Set("painted", bool(on)):
                return state.with_lab_state(self.name, replace(own, painted=on))
            case MapClick(dot=dot) | MapDrag(dot=dot):
                image = int(state.get_checkpoint(0).indices[dot])
                return state.with_lab_state(self.name, replace(own, image=image, foreign=NO_OUTLIER))
            case PartEvent():
                return state.with_lab_state(self.name, self._handle_touch(state, own, action))
            case Key(name="c" | "backspace"):
                return state.with_lab_state(self.name, replace(own, image=None, foreign=NO_OUTLIER))
        return state

    def queries(self, state: State) -> dict[str, AnyQuery]:
        own: AnomalyState = state.lab_states[self.name]
        model, layout = state.models[0], self.layout(state)
        wanted = map_layers.make_queries(state, layout, 1)
        wanted["normal"] = NormalErrors(model)
        wanted["score"] = Score(model, self._choose_subject(state))
        if "row" in layout.parts:
            wanted["row"] = OutlierScores(model, self._choose_sample(state))
        if own.painted:
            wanted["dots"] = DotErrors(model)
        return wanted

    def view(self, state: State, results: Results) -> View:
        layout, own = self.layout(state), state.lab_states[self.name]
        normal: NormalErrorsValue | None = results.get_value("normal", NormalErrorsValue)
        score: ScoreValue | None = results.get_current("score", ScoreValue)
        threshold = None if normal is None else _compute_threshold(own, normal)
        hint = map_layers.choose_hint(state, 1, self._choose_hint(state))
        items = map_panel.shared_items(state, layout.hint, layout.legend, hint, 1)
        items += map_layers.make_legend_items(state, layout, results, 1)
        items += map_layers.make_map_items(
            state, 0, layout.maps[0], results, 1, dot_colours=self._make_dot_colours(own, results)
        )
        looked_at = self._choose_subject(state)
        if isinstance(looked_at, Dot):
            items.append(map_panel.dot_marker(state, 0, looked_at.dot, layout.maps[0]))
        items += self._make_error_scale(state, layout, results, own)
        failure = results.get_failure("score")
        if failure is None:
            items += self._make_verdict_items(state, layout, normal, score, threshold)
        else:
            items.append(Text(layout.parts["verdict"], "No score", "title", "muted", bold=True))
        items += self._make_picture_items(state, layout, score)
        if normal is not None and threshold is not None:
            place, picture = layout.parts.get("histogram"), None
            if score is not None:
                picture = score.error, "stand-in" if is_stand_in(score) else "this picture"
            items += charts.make_histogram_items(place, state.get_checkpoint(0), normal, threshold, picture, state)
            items += charts.make_roc_items(layout.parts.get("roc"), layout.parts.get("rates"), normal, threshold, state)
        items += self._make_outlier_items(state, layout, results, threshold)
        return tuple(items)

    # -- the scored picture ----------------------------------------------------------------------------

    def _choose_sample(self, state: State) -> Subject:
        """Return the user image, else the clicked sample, else a sample of a left-out class."""
        if state.drawing.image is not None:
            return state.drawing.image
        own: AnomalyState = state.lab_states[self.name]
        checkpoint = state.get_checkpoint(0)
        return Dot(checkpoint.dot_of_image.get(-1 if own.image is None else own.image, _find_initial_dot(checkpoint)))

    def _choose_subject(self, state: State) -> Subject | Outlier:
        own: AnomalyState = state.lab_states[self.name]
        if state.pointer.hover is not None:
            return Dot(state.pointer.hover.dot)
        kind = own.passing.hovered_outlier or own.foreign
        sample = self._choose_sample(state)
        return Outlier(kind, sample) if kind in available_outliers(state.get_checkpoint(0)) else sample

    def _handle_touch(self, state: State, lab_state: AnomalyState, touch: PartEvent) -> AnomalyState:
        layout, checkpoint = self.layout(state), state.get_checkpoint(0)
        held = touch.phase in ("press", "drag")
        if touch.part == "row":
            row, names = layout.parts["row"], available_outliers(checkpoint)
            place = min(
                _make_film_strip(row, names, state.ui_scale).find_nearest_picture(row.to_px(touch.position)),
                len(names) - 1,
            )
            over = names[place] if touch.phase != "leave" else NO_OUTLIER
            chosen = replace(lab_state, passing=AnomalyTransient(over))
            if touch.phase == "press":
                return replace(chosen, foreign=NO_OUTLIER if lab_state.foreign == over else over)
            return chosen
        if touch.part == "histogram" and held:
            chart = charts.make_errors_chart(layout.parts["histogram"], checkpoint, state.ui_scale)
            return replace(lab_state, line=chart.find_values_at_share(touch.position)[0])
        if touch.part == "roc" and held:
            chart = charts.make_roc_chart(layout.parts["roc"], state.ui_scale)
            alarms = chart.find_values_at_share(touch.position)[0]
            return replace(
                lab_state, line=None, percentile=round(min(max(100 - 100 * alarms, MIN_PERCENTILE), MAX_PERCENTILE), 1)
            )
        return lab_state

    def _choose_hint(self, state: State) -> str:
        """Return the hint; it names both models if another model replaces the selected one, and says why."""
        model, chosen = state.models[0], (state.selected_models or state.models)[0]
        left_out = state.library[model].config.data.leave_out or ()
        if model == chosen or not left_out:
            return self.hint
        unseen = " or ".join(left_out)
        return f"{model} stands here in place of {chosen}: its training saw no {unseen}. M chooses another model."

    # -- parts of the view -----------------------------------------------------------------------------

    def _make_dot_colours(self, lab_state: AnomalyState, results: Results) -> DotColours | None:
        value: DotErrorsValue | None = results.get_value("dots", DotErrorsValue)
        if value is None or not lab_state.painted:
            return None
        return DotColours(values=value.errors, low=value.low, high=value.high)

    def _make_error_scale(self, state: State, layout: Layout, results: Results, lab_state: AnomalyState) -> list[Item]:
        """Return the colour bar of the dots' errors, at the end of the legend."""
        value: DotErrorsValue | None = results.get_value("dots", DotErrorsValue)
        u, row = state.ui_scale, layout.legend
        if (
            value is None
            or not lab_state.painted
            or state.view.layer != map_layers.NONE
            or row.width < 640 * u
            or not row.height
        ):
            return []
        _, place = row.split_left(row.width - round(330 * u))
        said, rest = place.split_left(round(148 * u))
        ramp, last = rest.split_left(round(110 * u), round(6 * u))
        thick = round(12 * u)
        bar = Rect(ramp.x, row.y + (row.height - thick) // 2, ramp.width, thick)
        least = format_error(value.low) if value.low > 0.03 * value.high else "0"
        words = Rect(said.x, said.y, said.width - round(6 * u), said.height)
        whose = "error of a stand-in" if value.note else "error of a dot"
        return [
            Text(words, f"{whose} {least}", "small", "muted", "right"),
            ColourBar(bar, "values"),
            Text(last, format_error(value.high), "small", "muted"),
        ]

    def _make_verdict_items(
        self, state: State, layout: Layout, normal: NormalErrorsValue | None, score: ScoreValue | None,
        threshold: float | None,
    ) -> list[Item]:  # fmt: skip
        """Return the verdict as text: unusual or not, by how much, and the basis of the figures."""
        if normal is None or score is None or threshold is None:
            return [Text(layout.parts["verdict"], "Measuring the errors of normal pictures…", "body", "muted")]
        unusual, rough = score.error > threshold, normal.source == "stand-in"
        verdict, colour = ("Unusual", "warn") if unusual else ("Normal", "good")
        below = anomaly_detection.compute_share_below(normal.errors, score.error)
        said, brief = describe_rank(below), f"above {format_percent(below)}"
        if rough:  # only the mean error of normal pictures is known
            said = brief = describe_ratio(score.error / max(float(normal.errors.mean()), 1e-12))
        if is_stand_in(score) and not unusual:
            verdict, colour, said, brief = "Stand-in", "muted", "its original's error is larger", "original: larger"
        first, rest = layout.parts["verdict"].split_left(round(106 * state.ui_scale))
        items: list[Item] = [
            Text(first, verdict, "title", colour, bold=True, reveals_answer=True),
            Text(rest, said, "body", short=brief, reveals_answer=True),
        ]
        if "figures" in layout.parts:
            figures = (
                f"error {format_error(score.error)} a pixel, "
                f"threshold {'about ' if rough else ''}{format_error(threshold)}"
            )
            rests = score.note or normal.note or describe_sample_count(normal)
            if score.note and rough:
                rests += "; the histogram is of decoded samples"
            items.append(
                map_panel.make_caption(layout.parts["figures"], f"{figures}. {rests}.", wrap=True, reveals_answer=True)
            )
        return items

    def _make_picture_items(self, state: State, layout: Layout, score: ScoreValue | None) -> list[Item]:
        items: list[Item] = []
        names = (self._name_subject(state), "reconstruction", "difference")
        for i, said in enumerate(names):
            rect, line = layout.parts[f"picture {i}"], layout.parts.get(f"caption {i}")
            if line is not None:
                items.append(map_panel.make_caption(line, said, align="centre"))
            if score is None:
                items.append(Panel(rect))
                continue
            picture = (score.original, score.reconstruction, score.difference_map)[i]
            items.append(Image(rect, picture, "line", reveals_answer=i > 0 or bool(score.note)))
        return items

    def _name_subject(self, state: State) -> str:
        """Return the caption of the scored picture."""
        subject = self._choose_subject(state)
        if isinstance(subject, Outlier):
            return OUTLIER_NAMES[subject.kind]
        if not isinstance(subject, Dot):
            return "your picture"
        if not map_panel.has_classes(state, 0):
            return "sample"
        name = map_panel.get_class_name(state, 0, subject.dot)
        unseen = name in (state.get_checkpoint(0).config.data.leave_out or ())
        return f"{name}, never learnt" if unseen else f"sample: {name}"

    def _make_outlier_items(
        self, state: State, layout: Layout, results: Results, threshold: float | None
    ) -> list[Item]:
        """Return the row of outliers, each with its name in the colour of the verdict."""
        rect, own = layout.parts.get("row"), state.lab_states[self.name]
        value: OutlierScoresValue | None = results.get_current("row", OutlierScoresValue)
        if rect is None or value is None:
            return [] if rect is None else [Panel(rect)]
        u = state.ui_scale
        names, films = rect.split_bottom(round(20 * u), round(2 * u))
        film = replace(_make_film_strip(films, value.kinds, u), pictures=value.pictures)
        items: list[Item] = [film]
        chosen = own.passing.hovered_outlier or own.foreign
        for kind, error, place, cell in zip(
            value.kinds,
            value.errors.tolist(),
            film.picture_rects,
            names.split_columns(film.cells, film.gap),
            strict=False,
        ):
            colour = "muted" if threshold is None else "warn" if error > threshold else "good"
            items.append(Text(cell, OUTLIER_NAMES[kind], "small", colour, "centre", bold=kind == chosen))
            if kind == chosen:
                items.append(Image(place, value.pictures[value.kinds.index(kind)], "accent"))
        return items


def _make_film_strip(rect: Rect, kinds: tuple[str, ...], ui_scale: float) -> FilmStrip:
    """Return the empty row of outliers, with room for a handwritten digit even if none is available."""
    cells = len(kinds) + (1 if "mnist" not in kinds and "digits" not in kinds else 0)
    return FilmStrip(rect, (), cells, round(8 * ui_scale))


@lru_cache(maxsize=8)
def _make_layout(size: tuple[int, int], ui_scale: float) -> Layout:
    stage = map_panel.single_map_layout(size, ui_scale, column_share=0.4, strip_height=118, control_rows=2)
    parts: dict[str, Rect] = {}
    gap, side = round(8 * ui_scale), stage.column
    wide = side.width > 1.9 * side.height
    charts = Rect(side.x, side.y, side.width, 0)
    if wide:
        side, charts = side.split_left(side.width // 2, 2 * gap)
    parts["verdict"], rest = side.split_top(round(28 * ui_scale), 0)
    if side.height > 260 * ui_scale:
        parts["figures"], rest = rest.split_top(round(36 * ui_scale), gap)
    tall = rest.height if wide else round(rest.height * 0.36)
    caption = round(20 * ui_scale) if tall > 70 * ui_scale else 0
    side_of = min((rest.width - 2 * gap) // 3, tall - caption)
    row, rest = rest.split_top(side_of + caption, gap)
    for i, cell in enumerate(row.split_columns(3, gap)):
        parts[f"picture {i}"], below = cell.split_top(side_of)
        if caption:
            parts[f"caption {i}"] = below
    charts = charts if wide else rest
    if charts.height > 250 * ui_scale:
        parts["histogram"], low = charts.split_top(round(charts.height * 0.5) - gap // 2, gap)
        parts["roc"], parts["rates"] = low.split_left(round(low.width * 0.52), round(14 * ui_scale))
    elif charts.height > 60 * ui_scale:
        parts["histogram"] = charts
    if stage.strip is not None:
        parts["row"] = stage.strip
    return Layout(stage.toolbar, stage.legend, (stage.map,), stage.hint, parts, stage.controls)


@lru_cache(maxsize=32)
def _find_first_unseen(atlas: Atlas, unseen: tuple[int, ...]) -> int:
    found = np.flatnonzero(np.isin(atlas.labels, unseen))
    return int(found[0]) if len(found) else 0


def _find_initial_dot(checkpoint: Checkpoint) -> int:
    """Return the dot to score before any was clicked: one of a class left out of the training if there is one."""
    names, unseen = checkpoint.class_names, checkpoint.config.data.leave_out or ()
    return _find_first_unseen(checkpoint.atlas, tuple(names.index(name) for name in unseen if name in names))


@lru_cache(maxsize=8)
def _sort_errors(normal: NormalErrorsValue) -> "np.ndarray[tuple[int], np.dtype[np.float32]]":
    return np.sort(normal.errors)


def _compute_threshold(lab_state: AnomalyState, normal: NormalErrorsValue) -> float:
    if lab_state.line is not None:
        return lab_state.line
    return float(np.quantile(_sort_errors(normal), lab_state.percentile / 100))
