"""Anomaly: how unusual a picture is to a model, by its reconstruction error beside those of normal pictures."""

from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Annotated

import numpy as np

from latent_explorer.atlas import Atlas
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.engine.query import Wanted
from latent_explorer.engine.reconstruction_errors import Normal, NormalValue
from latent_explorer.engine.results import Results
from latent_explorer.engine.subject import Dot, Subject
from latent_explorer.errors import InputError
from latent_explorer.labs.anomaly import charts
from latent_explorer.labs.anomaly.out_of_distribution import KINDS, Foreign, kinds
from latent_explorer.labs.anomaly.queries import DotErrors, DotErrorsValue, Row, RowValue, Score, ScoreValue
from latent_explorer.labs.anomaly.wording import compared, flattered, measured, times
from latent_explorer.metrics import anomaly_detection
from latent_explorer.scene import map_layers, map_panel, model_selection
from latent_explorer.scene.controls import Choice, Control, Slider, Toggle
from latent_explorer.scene.events import Key, MapClick, MapDrag, Set, Touch
from latent_explorer.scene.items import Film, Image, Item, Paint, Panel, Ramp, Text, View
from latent_explorer.scene.lab import Lab, LabAction, Layout
from latent_explorer.scene.number_format import percent, small
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.state import State, World
from latent_explorer.within import Within

LEAST, MOST = 50.0, 99.5
"""Percentiles that the threshold may stand at."""
SHIPPED = "digits-anomaly"
"""Its images are always there, so its errors are measured and not stood in for."""
OWN = ""
"""No foreign picture: the sample, or one's own picture."""


@dataclass(frozen=True)
class Passing:
    over: str = ""
    """The foreign picture under the mouse."""


@dataclass(frozen=True)
class Own:
    percentile: Annotated[float, Within(LEAST, MOST)] = 95.0
    """Of normal pictures, so many per cent have an error below the threshold."""
    line: float | None = None
    """The threshold itself, where it was dragged; `percentile` does not count then."""
    image: int | None = None
    """The sample that was clicked: an image of the data set, so that it is the same in another model."""
    foreign: str = OWN
    painted: bool = True
    """Whether dots are coloured by their errors."""
    passing: Passing = field(default_factory=Passing)


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

    def cast(self, models: tuple[str, ...], world: World) -> tuple[str, ...]:
        """A model from whose training a class was left out: of the images shown so far, else the one that ships."""
        found = model_selection.first_of(world, models[0], lambda one: bool(one.config.data.leave_out))
        try:
            if found is None and SHIPPED in world and world[SHIPPED].config.data.leave_out:
                found = SHIPPED
        except InputError:  # a file of that name in the current folder that is none of ours
            found = None
        return models if found is None else (found, *models[1:])

    def start(self) -> Own:
        return Own()

    def kept(self, own: Own, *, same_images: bool) -> Own:
        kept = replace(own, line=None, passing=Passing())  # another model makes other errors
        return kept if same_images else replace(kept, image=None)

    def controls(self, state: State, world: World) -> tuple[Control, ...]:
        own: Own = state.own[self.name]
        written = "where dragged" if own.line is not None else f"{own.percentile:g} % below"
        options = ((OWN, "The sample"), *((kind, KINDS[kind].capitalize()) for kind in kinds(world[state.models[0]])))
        return (
            Slider(
                "threshold", "Threshold", own.percentile, LEAST, MOST,
                "How many normal pictures lie below it", step=0.5, key="h",
                written=written,
            ),
            Choice("foreign", options, own.foreign, "Score a picture that the model has never learnt", True, "x"),
            Toggle("painted", "Errors", own.painted, "Colour the dots by their errors, or by their classes", "e"),
        )  # fmt: skip

    def lay_out(self, state: State) -> Layout:
        return _layout(state.size, state.unit)

    def touches(self, state: State) -> tuple[str, ...]:
        return ("row", "histogram", "roc")

    def update(self, state: State, action: LabAction, world: World) -> State:
        own: Own = state.own[self.name]
        match action:
            case Set("threshold", float() | int() as value):
                return state.with_own(self.name, replace(own, percentile=float(value), line=None))
            case Set("foreign", str(kind)):
                return state.with_own(self.name, replace(own, foreign=kind))
            case Set("painted", bool(on)):
                return state.with_own(self.name, replace(own, painted=on))
            case MapClick(dot=dot) | MapDrag(dot=dot):
                image = int(world[state.models[0]].indices[dot])
                return state.with_own(self.name, replace(own, image=image, foreign=OWN))
            case Touch():
                return state.with_own(self.name, self._touched(state, own, action, world))
            case Key(name="c" | "backspace"):
                return state.with_own(self.name, replace(own, image=None, foreign=OWN))
        return state

    def requests(self, state: State, world: World) -> dict[str, Wanted]:
        own: Own = state.own[self.name]
        model, layout = state.models[0], self.layout(state)
        wanted = map_layers.requests(state, world, layout, 1)
        wanted["normal"] = Normal(model)
        wanted["score"] = Score(model, self._looked_at(state, world))
        if "row" in layout.parts:
            wanted["row"] = Row(model, self._sample(state, world))
        if own.painted:
            wanted["dots"] = DotErrors(model)
        return wanted

    def view(self, state: State, results: Results, world: World) -> View:
        layout, own = self.layout(state), state.own[self.name]
        normal: NormalValue | None = results.value("normal", NormalValue)
        score: ScoreValue | None = results.current("score", ScoreValue)
        threshold = None if normal is None else _threshold(own, normal)
        hint = map_layers.hint(state, world, 1, self._hint(state, world))
        items = map_panel.common(state, layout.hint, layout.legend, hint, world, 1)
        items += map_layers.legend_items(state, layout, results, world, 1)
        items += map_layers.map_items(state, 0, layout.maps[0], results, world, 1, paint=self._paint(own, results))
        looked_at = self._looked_at(state, world)
        if isinstance(looked_at, Dot):
            items.append(map_panel.ring(state, 0, looked_at.dot, layout.maps[0], world))
        items += self._scale(state, layout, results, own)
        failure = results.failure("score")
        if failure is None:
            items += self._verdict(state, layout, normal, score, threshold)
        else:
            items.append(Text(layout.parts["verdict"], "No score", "title", "muted", bold=True))
        items += self._pictures(state, layout, score, world)
        if normal is not None and threshold is not None:
            place, picture = layout.parts.get("histogram"), None
            if score is not None:
                picture = score.error, "stand-in" if flattered(score) else "this picture"
            items += charts.histogram(place, world[state.models[0]], normal, threshold, picture, state)
            items += charts.roc(layout.parts.get("roc"), layout.parts.get("rates"), normal, threshold, state)
        items += self._row(state, layout, results, threshold)
        return tuple(items)

    # -- what is looked at -----------------------------------------------------------------------------

    def _sample(self, state: State, world: World) -> Subject:
        """One's own picture, or the sample that was clicked, or at first one of a class left out."""
        if state.image is not None:
            return state.image
        own: Own = state.own[self.name]
        checkpoint = world[state.models[0]]
        return Dot(checkpoint.dot_of.get(-1 if own.image is None else own.image, _first(checkpoint)))

    def _looked_at(self, state: State, world: World) -> Subject | Foreign:
        own: Own = state.own[self.name]
        if state.hover is not None:
            return Dot(state.hover.dot)
        kind = own.passing.over or own.foreign
        sample = self._sample(state, world)
        return Foreign(kind, sample) if kind in kinds(world[state.models[0]]) else sample

    def _touched(self, state: State, own: Own, touch: Touch, world: World) -> Own:
        layout, checkpoint = self.layout(state), world[state.models[0]]
        held = touch.phase in ("press", "drag")
        if touch.part == "row":
            row, names = layout.parts["row"], kinds(checkpoint)
            place = min(_film(row, names, state.unit).at(row.px_of(touch.at)), len(names) - 1)
            over = names[place] if touch.phase != "leave" else OWN
            chosen = replace(own, passing=Passing(over))
            if touch.phase == "press":
                return replace(chosen, foreign=OWN if own.foreign == over else over)
            return chosen
        if touch.part == "histogram" and held:
            chart = charts.errors_chart(layout.parts["histogram"], checkpoint, state.unit)
            return replace(own, line=chart.value_of(touch.at)[0])
        if touch.part == "roc" and held:
            chart = charts.roc_chart(layout.parts["roc"], state.unit)
            alarms = chart.value_of(touch.at)[0]
            return replace(own, line=None, percentile=round(min(max(100 - 100 * alarms, LEAST), MOST), 1))
        return own

    def _hint(self, state: State, world: World) -> str:
        """Where another model stands here than the one that was chosen, both by name, and why."""
        model, chosen = state.models[0], (state.chosen or state.models)[0]
        left_out = world[model].config.data.leave_out or ()
        if model == chosen or not left_out:
            return self.hint
        unseen = " or ".join(left_out)
        return f"{model} stands here in place of {chosen}: its training saw no {unseen}. M chooses another model."

    # -- parts of the view -----------------------------------------------------------------------------

    def _paint(self, own: Own, results: Results) -> Paint | None:
        value: DotErrorsValue | None = results.value("dots", DotErrorsValue)
        if value is None or not own.painted:
            return None
        return Paint(values=value.errors, low=value.low, high=value.high)

    def _scale(self, state: State, layout: Layout, results: Results, own: Own) -> list[Item]:
        """What the dots' colours mean, at the end of the row of classes."""
        value: DotErrorsValue | None = results.value("dots", DotErrorsValue)
        u, row = state.unit, layout.legend
        if value is None or not own.painted or state.layer != map_layers.NONE or row.width < 640 * u or not row.height:
            return []
        _, place = row.left(row.width - round(330 * u))
        said, rest = place.left(round(148 * u))
        ramp, last = rest.left(round(110 * u), round(6 * u))
        thick = round(12 * u)
        bar = Rect(ramp.x, row.y + (row.height - thick) // 2, ramp.width, thick)
        least = small(value.low) if value.low > 0.03 * value.high else "0"
        words = Rect(said.x, said.y, said.width - round(6 * u), said.height)
        whose = "error of a stand-in" if value.note else "error of a dot"
        return [
            Text(words, f"{whose} {least}", "small", "muted", "right"),
            Ramp(bar, "values"),
            Text(last, small(value.high), "small", "muted"),
        ]

    def _verdict(
        self, state: State, layout: Layout, normal: NormalValue | None, score: ScoreValue | None,
        threshold: float | None,
    ) -> list[Item]:  # fmt: skip
        """In words: whether it is unusual, by how much, and what the figures rest on."""
        if normal is None or score is None or threshold is None:
            return [Text(layout.parts["verdict"], "Measuring the errors of normal pictures…", "body", "muted")]
        unusual, rough = score.error > threshold, normal.source == "stand-in"
        verdict, colour = ("Unusual", "warn") if unusual else ("Normal", "good")
        below = anomaly_detection.share_below(normal.errors, score.error)
        said, brief = compared(below), f"above {percent(below)}"
        if rough:  # no more is known of normal pictures than their mean error
            said = brief = times(score.error / max(float(normal.errors.mean()), 1e-12))
        if flattered(score) and not unusual:
            verdict, colour, said, brief = "Stand-in", "muted", "its original's error is larger", "original: larger"
        first, rest = layout.parts["verdict"].left(round(106 * state.unit))
        items: list[Item] = [
            Text(first, verdict, "title", colour, bold=True, secret=True),
            Text(rest, said, "body", short=brief, secret=True),
        ]
        if "figures" in layout.parts:
            figures = f"error {small(score.error)} a pixel, threshold {'about ' if rough else ''}{small(threshold)}"
            rests = score.note or normal.note or measured(normal)
            if score.note and rough:
                rests += "; the histogram is of decoded samples"
            items.append(map_panel.caption(layout.parts["figures"], f"{figures}. {rests}.", wrap=True, secret=True))
        return items

    def _pictures(self, state: State, layout: Layout, score: ScoreValue | None, world: World) -> list[Item]:
        items: list[Item] = []
        names = (self._named(state, world), "reconstruction", "difference")
        for i, said in enumerate(names):
            rect, line = layout.parts[f"picture {i}"], layout.parts.get(f"caption {i}")
            if line is not None:
                items.append(map_panel.caption(line, said, align="centre"))
            if score is None:
                items.append(Panel(rect))
                continue
            picture = (score.original, score.reconstruction, score.heat)[i]
            items.append(Image(rect, picture, "line", state.smooth, secret=i > 0 or bool(score.note)))
        return items

    def _named(self, state: State, world: World) -> str:
        """What is looked at."""
        subject = self._looked_at(state, world)
        if isinstance(subject, Foreign):
            return KINDS[subject.kind]
        if not isinstance(subject, Dot):
            return "your picture"
        if not map_panel.has_classes(state, 0, world):
            return "sample"
        name = map_panel.class_name(state, 0, subject.dot, world)
        unseen = name in (world[state.models[0]].config.data.leave_out or ())
        return f"{name}, never learnt" if unseen else f"sample: {name}"

    def _row(self, state: State, layout: Layout, results: Results, threshold: float | None) -> list[Item]:
        """Foreign pictures, each with its name; the name in the colour of the verdict."""
        rect, own = layout.parts.get("row"), state.own[self.name]
        value: RowValue | None = results.current("row", RowValue)
        if rect is None or value is None:
            return [] if rect is None else [Panel(rect)]
        u = state.unit
        names, films = rect.below(round(20 * u), round(2 * u))
        film = replace(_film(films, value.kinds, u), pictures=value.pictures, smooth=state.smooth)
        items: list[Item] = [film]
        chosen = own.passing.over or own.foreign
        for kind, error, place, cell in zip(
            value.kinds, value.errors.tolist(), film.places, names.columns(film.cells, film.gap), strict=False
        ):
            colour = "muted" if threshold is None else "warn" if error > threshold else "good"
            items.append(Text(cell, KINDS[kind], "small", colour, "centre", bold=kind == chosen))
            if kind == chosen:
                items.append(Image(place, value.pictures[value.kinds.index(kind)], "accent", state.smooth))
        return items


def _film(rect: Rect, kinds: tuple[str, ...], u: float) -> Film:
    """The row of foreign pictures, before it has them; with room for handwriting where that is not here."""
    cells = len(kinds) + (1 if "mnist" not in kinds and "digits" not in kinds else 0)
    return Film(rect, (), cells, round(8 * u))


@lru_cache(maxsize=8)
def _layout(size: tuple[int, int], u: float) -> Layout:
    stage = map_panel.stage(size, u, side=0.4, strip=118, controls=2)
    parts: dict[str, Rect] = {}
    gap, side = round(8 * u), stage.side
    wide = side.width > 1.9 * side.height
    charts = Rect(side.x, side.y, side.width, 0)
    if wide:
        side, charts = side.left(side.width // 2, 2 * gap)
    parts["verdict"], rest = side.top(round(28 * u), 0)
    if side.height > 260 * u:
        parts["figures"], rest = rest.top(round(36 * u), gap)
    tall = rest.height if wide else round(rest.height * 0.36)
    caption = round(20 * u) if tall > 70 * u else 0
    side_of = min((rest.width - 2 * gap) // 3, tall - caption)
    row, rest = rest.top(side_of + caption, gap)
    for i, cell in enumerate(row.columns(3, gap)):
        parts[f"picture {i}"], below = cell.top(side_of)
        if caption:
            parts[f"caption {i}"] = below
    charts = charts if wide else rest
    if charts.height > 250 * u:
        parts["histogram"], low = charts.top(round(charts.height * 0.5) - gap // 2, gap)
        parts["roc"], parts["rates"] = low.left(round(low.width * 0.52), round(14 * u))
    elif charts.height > 60 * u:
        parts["histogram"] = charts
    if stage.strip is not None:
        parts["row"] = stage.strip
    return Layout(stage.bar, stage.legend, (stage.map,), stage.hint, parts, stage.controls)


@lru_cache(maxsize=32)
def _first_of(atlas: Atlas, unseen: tuple[int, ...]) -> int:
    found = np.flatnonzero(np.isin(atlas.labels, unseen))
    return int(found[0]) if len(found) else 0


def _first(checkpoint: Checkpoint) -> int:
    """The dot that is looked at before any was chosen: one that the training has not seen, where there is one."""
    names, unseen = checkpoint.class_names, checkpoint.config.data.leave_out or ()
    return _first_of(checkpoint.atlas, tuple(names.index(name) for name in unseen if name in names))


@lru_cache(maxsize=8)
def _ordered(normal: NormalValue) -> "np.ndarray[tuple[int], np.dtype[np.float32]]":
    return np.sort(normal.errors)


def _threshold(own: Own, normal: NormalValue) -> float:
    if own.line is not None:
        return own.line
    return float(np.quantile(_ordered(normal), own.percentile / 100))
