"""The Compare lab: two to four models side by side, linked through the same samples, with A-to-B film strips and a
table of metrics."""

from dataclasses import dataclass, field, replace
from typing import Annotated

from latent_explorer.config.limits import Within
from latent_explorer.engine.animation.picture_animation import AnimationTarget
from latent_explorer.engine.queries.base import Point, PointValue
from latent_explorer.engine.queries.sample import Sample, SampleValue
from latent_explorer.engine.query import AnyQuery
from latent_explorer.engine.results import Results
from latent_explorer.engine.subject import Dot
from latent_explorer.labs.compare import metrics_table, view
from latent_explorer.labs.compare.layout import STRIP_LENGTH, make_layout
from latent_explorer.labs.compare.queries import (
    ComparisonStrip,
    InventedShares,
    ReconstructionMetrics,
)
from latent_explorer.scene import map_panel, model_selection
from latent_explorer.scene.controls import Choice, Control
from latent_explorer.scene.dots import Dots
from latent_explorer.scene.events import Key, MapClick, MapDrag, PartEvent, Set
from latent_explorer.scene.frame import Frame
from latent_explorer.scene.items import Item
from latent_explorer.scene.lab import Lab, LabAction
from latent_explorer.scene.layout import Layout
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.state import Models, State
from latent_explorer.texts import mark, tr

MIN_MODELS, MAX_MODELS = 2, 4


@dataclass(frozen=True)
class CompareTransient:
    """Transient state: the hovered part."""

    hovered_column: int | None = None
    """Column of the table."""


@dataclass(frozen=True)
class CompareState:
    """State of the lab. The ends of the interpolation are image indices of the data set, so they fit all models."""

    start: int | None = None
    end: int | None = None
    slot: Annotated[int, Within(0, MAX_MODELS - 1)] = 0
    """Slot of the drag; models of another data set have no strip."""
    count: Annotated[int, Within(MIN_MODELS, MAX_MODELS)] = MIN_MODELS
    """Number of models on the screen."""
    passing: CompareTransient = field(default_factory=CompareTransient)

    def resolve_endpoints(self, state: State) -> "CompareState":
        """Return the state with A and B; before they are chosen, the median dots of two classes that lie far apart."""
        if self.start is not None:
            return self
        key, known = ("ends", self), state.at_rest.derived
        if key not in known:
            dots = Dots.of(state.get_checkpoint(0), state.get_map_name(0)).farthest_dots
            start, end = (_get_image_index(state, 0, dot) for dot in dots)
            known[key] = replace(self, start=start, end=end, slot=0)
        resolved: CompareState = known[key]
        return resolved

    def find_end_dots(self, state: State, slot: int) -> tuple[int | None, int | None]:
        """Return the dots of A and B in `slot`, None for one that is not on its map."""
        pair = self.resolve_endpoints(state)
        if not view.is_same_dataset(state, slot, pair.slot):
            return None, None
        dot_of = state.get_checkpoint(slot).dot_of_image
        return None if pair.start is None else dot_of.get(pair.start), None if pair.end is None else dot_of.get(
            pair.end
        )

    def find_linked_dot(self, state: State, slot: int) -> int | None:
        """Return the dot to mark in `slot`: the sample under the mouse in any model, else A."""
        hover = state.pointer.hover
        if hover is None:
            start, end = self.find_end_dots(state, slot)
            return None if end is None else start
        if hover.slot == slot:
            return hover.dot
        if not view.is_same_dataset(state, slot, hover.slot):
            return None
        return state.get_checkpoint(slot).dot_of_image.get(_get_image_index(state, hover.slot, hover.dot))


def _get_image_index(state: State, slot: int, dot: int) -> int:
    return int(state.get_checkpoint(slot).indices[dot])


class Compare(Lab[CompareState]):
    name = "compare"
    order = 2
    stage = ("title", "picture", "verdict", "original", "reconstruction")
    state_class = CompareState
    title = mark("Compare")
    purpose = mark("Two to four models side by side, by picture and by number")
    hint = mark(
        "The same sample is ringed on every map. Drag from one dot to another: "
        "watch where the in-betweens stop looking like the data."
    )
    keys = (
        (mark("Move"), mark("mark the same sample in all models")),
        (mark("Drag from dot to dot, D"), mark("interpolate A to B; D begins and ends it")),
        (mark("Click, Enter"), mark("set A, click again to set B")),
        ("X", mark("swap A and B")),
        (mark("Dashed on a map"), mark("a link of A and B, not where the codes lie")),
        (mark("C, Backspace"), mark("back to the first A and B")),
        (mark("Two maps"), mark("linked through the same sample, never by place")),
        (mark("Error, KL, cycle"), mark("of this picture: MSE a pixel, nats, sample gaps")),
        (mark("Near, Apart, N(0, 1)"), mark("share of new pictures that look like the data")),
        (mark("A to B"), mark("pictures of the way that look like the data")),
        (mark("Point at a column"), mark("say in full what it means")),
    )
    max_models = MAX_MODELS

    def count_models(self, state: State) -> int:
        count: int = state.lab_states[self.name].count  # asked several times a frame
        return count

    def choose_models(self, current: tuple[str, ...], library: Models) -> tuple[str, ...]:
        return model_selection.make_distinct(current, library, MIN_MODELS)  # a model compared with itself shows nothing

    def with_model_count(self, lab_state: CompareState, model_count: int) -> CompareState:
        return replace(lab_state, count=min(MAX_MODELS, max(MIN_MODELS, model_count)))

    def on_model_changed(self, lab_state: CompareState, *, same_dataset: bool) -> CompareState:
        return lab_state if same_dataset else CompareState(count=lab_state.count)  # A and B are images

    def make_controls(self, state: State) -> tuple[Control, ...]:
        options, tip = (("2", tr("2 models")), ("3", "3"), ("4", "4")), tr("How many models stand side by side")
        return (Choice("count", options, str(self.count_models(state)), tip, key="h"),)

    def lay_out(self, state: State) -> Layout:
        return make_layout(state.lab_size, state.ui_scale, self.count_models(state))

    def list_interactive_parts(self, state: State) -> tuple[str, ...]:
        return ("head", *(f"numbers {slot}" for slot in range(self.count_models(state))))

    def react(self, state: State, action: LabAction) -> State:
        own = self.get_own(state)
        match action:
            case Set(control="count", value="2" | "3" | "4" as value):
                state = replace(state, models=model_selection.make_distinct(state.models, state.library, int(value)))
                own = replace(own, count=int(value))
            case PartEvent(part=part, position=(x, _), phase=phase):
                rect = None if phase == "leave" else self.get_layout(state).parts.get(part)
                column = None if rect is None else metrics_table.find_column_at(x, rect, state.ui_scale)
                own = replace(own, passing=CompareTransient(column))
            case MapClick(slot=slot, dot=dot):
                image = _get_image_index(state, slot, dot)
                if own.start is None or own.end is not None or not view.is_same_dataset(state, slot, own.slot):
                    own = replace(own, start=image, end=None, slot=slot)
                else:
                    own = replace(own, end=image)
            case MapDrag(slot=slot, dot=dot, start_dot=start_dot):
                start, end = (_get_image_index(state, slot, one) for one in (start_dot, dot))
                own = replace(own, start=start, end=end, slot=slot)
            case Key(name="x") if (pair := own.resolve_endpoints(state)).end is not None:
                own = replace(pair, start=pair.end, end=pair.start)
            case Key(name="c" | "backspace"):
                own = self.reset(own, "start", "end", "slot")
            case _:
                return state
        return self.put(state, own)

    def ask(self, state: State) -> dict[str, AnyQuery]:
        own, hover, image, wanted = self.get_own(state), state.pointer.hover, state.drawing.image, dict[str, AnyQuery]()
        for slot in range(own.count):
            model, map_name, dot = state.models[slot], state.get_map_name(slot), own.find_linked_dot(state, slot)
            if state.library[model].has_judge:
                wanted[f"shares {slot}"] = InventedShares(model)
            if hover is not None and hover.slot == slot:
                pixel = state.get_pixel(slot, self.get_layout(state).maps[slot])
                xy, resolution = map_panel.snap_to_dot(state, slot, hover.xy, pixel)
                wanted[f"picture {slot}"] = Point(model, map_name, xy, resolution)
            if dot is not None:
                wanted[f"sample {slot}"] = Sample(model, dot)
            if hover is None and image is not None:
                wanted[f"account {slot}"] = ReconstructionMetrics(model, image)
            elif dot is not None:
                wanted[f"account {slot}"] = ReconstructionMetrics(model, Dot(dot))
            start, end = own.find_end_dots(state, slot)
            if start is not None and end is not None:
                wanted[f"strip {slot}"] = ComparisonStrip(model, start, end, STRIP_LENGTH)
        return wanted

    def make_animation_targets(self, state: State, results: Results) -> dict[str, AnimationTarget]:
        targets = {}
        for slot in range(self.count_models(state)):
            point = results.get_value(f"picture {slot}", PointValue)
            value = point or results.get_value(f"sample {slot}", SampleValue)
            if value is not None:
                targets[f"picture {slot}"] = map_panel.make_animation_target(state, slot, value)
        return targets

    def choose_urgent_hint(self, frame: Frame[CompareState]) -> str:
        return view.choose_urgent_hint(frame)

    def choose_hint(self, frame: Frame[CompareState]) -> str:
        # a line that changes with every sample is left out while the mouse moves, since it could not be read; with
        # hidden pictures the metrics would reveal the answer
        if frame.state.overlay.pictures_hidden:
            return tr(self.hint)
        is_moving = frame.state.pointer.hover is not None
        return metrics_table.make_summary_line(view.collect_metrics(frame), tr(self.hint), moving=is_moving)

    def draw_on_map(self, frame: Frame[CompareState], slot: int, rect: Rect) -> list[Item]:
        return view.make_map_items(frame, slot, rect)

    def draw(self, frame: Frame[CompareState]) -> list[Item]:
        items = [item for slot in range(frame.own.count) for item in view.make_model_items(frame, slot)]
        return items + view.make_table_items(frame)
