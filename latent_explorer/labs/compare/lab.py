"""The Compare lab: two to four models side by side, linked through the same samples, with A-to-B film strips and a
table of metrics."""

from dataclasses import dataclass, field, replace
from typing import Annotated

from latent_explorer.config.schema import Within
from latent_explorer.engine.base_queries import Point, PointValue
from latent_explorer.engine.picture_animation import AnimationTarget
from latent_explorer.engine.query import AnyQuery
from latent_explorer.engine.results import Results
from latent_explorer.engine.sample_query import Sample, SampleValue
from latent_explorer.engine.subject import Dot
from latent_explorer.labs.compare import layout as compare_layout
from latent_explorer.labs.compare import metrics_table
from latent_explorer.labs.compare import view as compare_view
from latent_explorer.labs.compare.queries import ComparisonStrip, PathDistance, ReconstructionMetrics
from latent_explorer.labs.compare.view import STRIP_LENGTH
from latent_explorer.scene import map_layers, map_panel, model_selection
from latent_explorer.scene.controls import Choice, Control
from latent_explorer.scene.dots import Dots
from latent_explorer.scene.events import Key, MapClick, MapDrag, MapDrop, PartEvent, Set
from latent_explorer.scene.items import Item, Line, Marker, View
from latent_explorer.scene.lab import Lab, LabAction, Layout
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.state import Models, State

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


class Compare(Lab):
    name = "compare"
    title = "Compare"
    hint = (
        "The same sample is ringed on every map. Drag from one dot to another: "
        "watch where the in-betweens stop looking like the data."
    )
    keys = (
        ("Move", "mark the same sample in all models"),
        ("Drag from dot to dot, D", "interpolate A to B; D begins and ends it"),
        ("Click, Enter", "set A, click again to set B"),
        ("X", "swap A and B"),
        ("C, Backspace", "back to the first A and B"),
        ("Two maps", "linked through the same sample, never by place"),
        ("Error, KL, cycle", "of this picture: MSE a pixel, nats, sample gaps"),
        ("Holes", "of the map: farther off than 9 in 10 samples are"),
        ("A to B", "sample gaps from the data: mean, and at worst"),
        ("Point at a column", "say in full what it means"),
    )
    max_models = MAX_MODELS

    def model_count(self, state: State) -> int:
        return self._get_lab_state(state).count

    def choose_models(self, current: tuple[str, ...], library: Models) -> tuple[str, ...]:
        return model_selection.distinct(current, library, MIN_MODELS)  # a model compared with itself shows nothing

    def initial_state(self) -> CompareState:
        return CompareState()

    def with_model_count(self, lab_state: CompareState, model_count: int) -> CompareState:
        return replace(lab_state, count=min(MAX_MODELS, max(MIN_MODELS, model_count)))

    def on_model_changed(self, lab_state: CompareState, *, same_dataset: bool) -> CompareState:
        return lab_state if same_dataset else CompareState(count=lab_state.count)  # A and B are images

    def controls(self, state: State) -> tuple[Control, ...]:
        options = (("2", "2 models"), ("3", "3"), ("4", "4"))
        return (Choice("count", options, str(self.model_count(state)), "How many models stand side by side", key="h"),)

    def lay_out(self, state: State) -> Layout:
        return compare_layout.make_layout(state.size, state.ui_scale, self.model_count(state))

    def interactive_parts(self, state: State) -> tuple[str, ...]:
        return ("head", *(f"numbers {slot}" for slot in range(self.model_count(state))))

    def update(self, state: State, action: LabAction) -> State:
        own = self._get_lab_state(state)
        match action:
            case Set(control="count", value=str(value)) if value in ("2", "3", "4"):
                models = model_selection.distinct(state.models, state.library, int(value))
                return replace(state, models=models).with_lab_state(self.name, replace(own, count=int(value)))
            case PartEvent(part=part, position=at, phase=phase):
                rect = self.layout(state).parts.get(part)
                column = (
                    None
                    if rect is None or phase == "leave"
                    else metrics_table.find_column_at(at[0], rect, state.ui_scale)
                )
                return state.with_lab_state(self.name, replace(own, passing=CompareTransient(column)))
            case MapClick(slot=slot, dot=dot):
                image = _get_image_index(state, slot, dot)
                elsewhere = slot != own.slot and not self._is_same_dataset(state, slot, own.slot)
                if own.start is None or own.end is not None or elsewhere:
                    return state.with_lab_state(self.name, replace(own, start=image, end=None, slot=slot))
                return state.with_lab_state(self.name, replace(own, end=image))
            case MapDrag(slot=slot, dot=dot, start_dot=start):
                ends = _get_image_index(state, slot, start), _get_image_index(state, slot, dot)
                return state.with_lab_state(self.name, replace(own, start=ends[0], end=ends[1], slot=slot))
            case MapDrop():
                return state
            case Key(name="x"):
                pair = self._resolve_endpoints(state)
                if pair.end is not None:
                    return state.with_lab_state(self.name, replace(pair, start=pair.end, end=pair.start))
            case Key(name="c" | "backspace"):
                return state.with_lab_state(self.name, replace(own, start=None, end=None, slot=0))
        return state

    def queries(self, state: State) -> dict[str, AnyQuery]:
        own, slots = self._resolve_endpoints(state), self.model_count(state)
        layout = self.layout(state)
        wanted = map_layers.make_queries(state, layout, slots, survey=True)
        for slot in range(slots):
            model = state.models[slot]
            dot = self._find_linked_dot(state, slot)
            if state.pointer.hover is not None and state.pointer.hover.slot == slot:
                xy, resolution = map_panel.snap_to_dot(state, slot, state.pointer.hover.xy, layout.maps[slot])
                wanted[f"picture {slot}"] = Point(model, state.get_map_name(slot), xy, resolution)
            if dot is not None:
                wanted[f"sample {slot}"] = Sample(model, dot)
            if state.drawing.image is not None and state.pointer.hover is None:
                wanted[f"account {slot}"] = ReconstructionMetrics(model, state.drawing.image)
            elif dot is not None:
                wanted[f"account {slot}"] = ReconstructionMetrics(model, Dot(dot))
            ends = self._find_end_dots(state, own, slot)
            if ends is not None:
                wanted[f"strip {slot}"] = ComparisonStrip(model, *ends, STRIP_LENGTH)
                wanted[f"along {slot}"] = PathDistance(model, *ends, STRIP_LENGTH)
        return wanted

    def animation_targets(self, state: State, results: Results) -> dict[str, AnimationTarget]:
        found = {f"picture {slot}": _get_picture_value(results, slot) for slot in range(self.model_count(state))}
        return {
            place: map_panel.make_animation_target(state, slot, value)
            for slot, (place, value) in enumerate(found.items())
            if value is not None
        }

    def view(self, state: State, results: Results) -> View:
        layout, slots = self.layout(state), self.model_count(state)
        figures = compare_view.collect_metrics(state, slots, results)
        items = map_panel.shared_items(
            state, layout.hint, layout.legend, self._choose_hint(state, figures), slots
        )  # fmt: skip
        items += map_layers.make_legend_items(state, layout, results, slots)
        for slot, rect in enumerate(layout.maps):
            items += compare_view.make_title_items(state, slot, layout)
            items += map_layers.make_map_items(state, slot, rect, results, slots)
            items += self._make_map_items(state, slot, rect)
            items += compare_view.make_picture_items(
                state, slot, layout, results, self._explain_missing_sample(state, slot)
            )
            if f"strip {slot}" in layout.parts:
                said = self._explain_missing_strip(state, slot)
                items += compare_view.make_strip_items(state, slot, layout.parts[f"strip {slot}"], results, said)
        linked = self._are_all_same_dataset(state)
        items += compare_view.make_table_items(
            state, layout, figures, self._get_lab_state(state).passing.hovered_column, linked
        )
        return tuple(items)

    # -- messages --------------------------------------------------------------------------------------

    def _choose_hint(self, state: State, table: tuple[metrics_table.ModelMetrics, ...]) -> str:
        slots, column = self.model_count(state), self._get_lab_state(state).passing.hovered_column
        shown = state.models[:slots]
        if column is not None:
            return metrics_table.COLUMNS[column].explanation
        if len(set(shown)) < len(shown):
            which = "Both sides show" if slots == MIN_MODELS else "Two of them are"
            return f"{which} the same model: choose another one in a menu above (M, Shift+M)."
        if not self._are_all_same_dataset(state):
            return self._describe_missing_link(state)
        # a line that changes with every sample is left out while the mouse moves, since it could not be read; with
        # hidden pictures the metrics would reveal the answer
        told = (
            self.hint
            if state.overlay.pictures_hidden
            else metrics_table.summary_line(table, self.hint, moving=state.pointer.hover is not None)
        )
        return map_layers.choose_hint(state, slots, told)

    def _describe_missing_link(self, state: State) -> str:
        learnt = dict.fromkeys(
            state.library[model].config.data.name for model in state.models[: self.model_count(state)]
        )
        return f"These models learnt different images ({', '.join(learnt)}): nothing links their maps."

    def _explain_missing_sample(self, state: State, slot: int) -> str:
        if self._find_linked_dot(state, slot) is not None:
            return ""
        there = state.pointer.hover is not None and self._is_same_dataset(state, slot, state.pointer.hover.slot)
        return "This sample is not on this map." if there else "Move the mouse over this map."

    def _explain_missing_strip(self, state: State, slot: int) -> str:
        own = self._resolve_endpoints(state)
        said = "Drag from one dot to another to see the way between them."
        if own.end is None or self._find_end_dots(state, own, slot) is not None:
            return said
        if self._is_same_dataset(state, slot, own.slot):
            return f"A and B are not on this model's map. {said}"
        return f"Other images here. {said}"

    # -- the link between the models -------------------------------------------------------------------

    def _get_lab_state(self, state: State) -> CompareState:
        own: CompareState = state.lab_states[self.name]
        return own

    def _are_all_same_dataset(self, state: State) -> bool:
        return all(self._is_same_dataset(state, 0, slot) for slot in range(self.model_count(state)))

    def _is_same_dataset(self, state: State, first_slot: int, second_slot: int) -> bool:
        """Return True if the models of two slots learnt the same data set."""
        first, second = state.models[first_slot], state.models[second_slot]
        return first == second or _find_same_datasets(state)[first, second]

    def _find_linked_dot(self, state: State, slot: int) -> int | None:
        """Return the dot to mark in `slot`: the sample under the mouse in any model, else A."""
        if state.pointer.hover is None:
            ends = self._find_end_dots(state, self._resolve_endpoints(state), slot)
            return None if ends is None else ends[0]
        if state.pointer.hover.slot == slot:
            return state.pointer.hover.dot
        if not self._is_same_dataset(state, slot, state.pointer.hover.slot):
            return None
        return state.get_checkpoint(slot).dot_of_image.get(
            _get_image_index(state, state.pointer.hover.slot, state.pointer.hover.dot)
        )

    def _resolve_endpoints(self, state: State) -> CompareState:
        """Return the state with A and B; before they are chosen, the median dots of two classes that lie far apart."""
        own = self._get_lab_state(state)
        if own.start is not None:
            return own
        key = "compare: A and B", id(state.library)
        if key not in state.derived:
            state.derived[key] = self._make_default_endpoints(state, own)
        chosen: CompareState = state.derived[key]
        return chosen

    def _make_default_endpoints(self, state: State, lab_state: CompareState) -> CompareState:
        start, end = Dots.of(state.get_checkpoint(0), state.get_map_name(0)).farthest_dots
        return replace(
            lab_state,
            start=_get_image_index(state, 0, start),
            end=_get_image_index(state, 0, end),
            slot=0,
        )

    def _find_end_dots(self, state: State, lab_state: CompareState, slot: int) -> tuple[int, int] | None:
        if lab_state.start is None or lab_state.end is None or not self._is_same_dataset(state, slot, lab_state.slot):
            return None
        dot_of = state.get_checkpoint(slot).dot_of_image
        start, end = dot_of.get(lab_state.start), dot_of.get(lab_state.end)
        return None if start is None or end is None else (start, end)

    def _make_map_items(self, state: State, slot: int, rect: Rect) -> list[Item]:
        own = self._resolve_endpoints(state)
        items: list[Item] = []
        ends = self._find_end_dots(state, own, slot)
        size = round(10 * state.marker_scale)
        if ends is not None:
            start, end = (map_panel.get_dot_px(state, slot, dot, rect) for dot in ends)
            items.append(Line((start, end), rect, "accent", 2))
            items.append(Marker(start, rect, "accent", size, "A", filled=True))
            items.append(Marker(end, rect, "accent", size, "B", filled=True))
        elif own.start is not None and self._is_same_dataset(state, slot, own.slot):
            dot = state.get_checkpoint(slot).dot_of_image.get(own.start)
            if dot is not None:
                at = map_panel.get_dot_px(state, slot, dot, rect)
                items.append(Marker(at, rect, "accent", size, "A", filled=True))
        dot = self._find_linked_dot(state, slot)
        if dot is not None and state.pointer.hover is not None:
            items.append(map_panel.dot_marker(state, slot, dot, rect))
        return items


def _find_same_datasets(state: State) -> dict[tuple[str, str], bool]:
    """Return for each pair of selected models whether both learnt the same data set."""
    key = "compare: same images", id(state.library)
    if key not in state.derived:
        keys = {name: state.library[name].data_key for name in state.models}
        state.derived[key] = {(a, b): keys[a] == keys[b] for a in keys for b in keys}
    same: dict[tuple[str, str], bool] = state.derived[key]
    return same


def _get_picture_value(results: Results, slot: int) -> PointValue | SampleValue | None:
    """Return the value of the large picture of `slot`: under the mouse, else of the linked sample."""
    point: PointValue | None = results.get_value(f"picture {slot}", PointValue)
    sample: SampleValue | None = results.get_value(f"sample {slot}", SampleValue)
    return point or sample


def _get_image_index(state: State, slot: int, dot: int) -> int:
    return int(state.get_checkpoint(slot).indices[dot])
