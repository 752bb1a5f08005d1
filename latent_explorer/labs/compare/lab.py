"""Compare: two to four models side by side, linked through the same samples, with A-to-B film strips under each other
and the same numbers of each."""

from dataclasses import dataclass, field, replace
from typing import Annotated

from latent_explorer.engine.base_queries import Point, PointValue
from latent_explorer.engine.picture_animation import Aim
from latent_explorer.engine.query import Wanted
from latent_explorer.engine.results import Results
from latent_explorer.engine.sample_query import Sample, SampleValue
from latent_explorer.engine.subject import Dot
from latent_explorer.labs.compare import layout as compare_layout
from latent_explorer.labs.compare import metrics_table
from latent_explorer.labs.compare import view as compare_view
from latent_explorer.labs.compare.queries import Account, Along, Way
from latent_explorer.labs.compare.view import STEPS
from latent_explorer.scene import map_layers, map_panel, model_selection
from latent_explorer.scene.controls import Choice, Control
from latent_explorer.scene.dots import Dots
from latent_explorer.scene.events import Key, MapClick, MapDrag, MapDrop, Set, Touch
from latent_explorer.scene.items import Item, Line, Marker, View
from latent_explorer.scene.lab import Lab, LabAction, Layout
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.state import State, World
from latent_explorer.within import Within

FEWEST, MOST = 2, 4


@dataclass(frozen=True)
class Passing:
    """What the mouse is on."""

    column: int | None = None
    """Of the table."""


@dataclass(frozen=True)
class Own:
    """The ends of the interpolation: images of the data set, so that they mean the same in all models."""

    start: int | None = None
    end: int | None = None
    slot: Annotated[int, Within(0, MOST - 1)] = 0
    """Where the drag was made; models that do not share its data set have no strip."""
    count: Annotated[int, Within(FEWEST, MOST)] = FEWEST
    """How many models are shown."""
    passing: Passing = field(default_factory=Passing)


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
    most_slots = MOST

    def slots(self, state: State) -> int:
        return self._own(state).count

    def cast(self, models: tuple[str, ...], world: World) -> tuple[str, ...]:
        return model_selection.different(models, world, FEWEST)  # a model beside itself shows nothing

    def start(self) -> Own:
        return Own()

    def asked(self, own: Own, models: int) -> Own:
        return replace(own, count=min(MOST, max(FEWEST, models)))

    def kept(self, own: Own, *, same_images: bool) -> Own:
        return own if same_images else Own(count=own.count)  # A and B are images, not places

    def controls(self, state: State, world: World) -> tuple[Control, ...]:
        options = (("2", "2 models"), ("3", "3"), ("4", "4"))
        return (Choice("count", options, str(self.slots(state)), "How many models stand side by side", key="h"),)

    def lay_out(self, state: State) -> Layout:
        return compare_layout.layout(state.size, state.unit, self.slots(state))

    def touches(self, state: State) -> tuple[str, ...]:
        return ("head", *(f"numbers {slot}" for slot in range(self.slots(state))))

    def update(self, state: State, action: LabAction, world: World) -> State:
        own = self._own(state)
        match action:
            case Set(control="count", value=str(value)) if value in ("2", "3", "4"):
                models = model_selection.different(state.models, world, int(value))
                return replace(state, models=models).with_own(self.name, replace(own, count=int(value)))
            case Touch(part=part, at=at, phase=phase):
                rect = self.layout(state).parts.get(part)
                column = None if rect is None or phase == "leave" else metrics_table.column_at(at[0], rect, state.unit)
                return state.with_own(self.name, replace(own, passing=Passing(column)))
            case MapClick(slot=slot, dot=dot):
                image = _image(state, slot, dot, world)
                elsewhere = slot != own.slot and not self._share(state, slot, own.slot, world)
                if own.start is None or own.end is not None or elsewhere:
                    return state.with_own(self.name, replace(own, start=image, end=None, slot=slot))
                return state.with_own(self.name, replace(own, end=image))
            case MapDrag(slot=slot, dot=dot, start_dot=start):
                ends = _image(state, slot, start, world), _image(state, slot, dot, world)
                return state.with_own(self.name, replace(own, start=ends[0], end=ends[1], slot=slot))
            case MapDrop():
                return state
            case Key(name="x"):
                pair = self._chosen(state, world)
                if pair.end is not None:
                    return state.with_own(self.name, replace(pair, start=pair.end, end=pair.start))
            case Key(name="c" | "backspace"):
                return state.with_own(self.name, replace(own, start=None, end=None, slot=0))
        return state

    def requests(self, state: State, world: World) -> dict[str, Wanted]:
        own, slots = self._chosen(state, world), self.slots(state)
        layout = self.layout(state)
        wanted = map_layers.requests(state, world, layout, slots, survey=True)
        for slot in range(slots):
            model = state.models[slot]
            dot = self._linked_dot(state, slot, world)
            if state.hover is not None and state.hover.slot == slot:
                xy, resolution = map_panel.seen(state, slot, state.hover.xy, layout.maps[slot], world)
                wanted[f"picture {slot}"] = Point(model, state.map_of(slot, world), xy, resolution)
            if dot is not None:
                wanted[f"sample {slot}"] = Sample(model, dot)
            if state.image is not None and state.hover is None:
                wanted[f"account {slot}"] = Account(model, state.image)
            elif dot is not None:
                wanted[f"account {slot}"] = Account(model, Dot(dot))
            ends = self._ends(state, own, slot, world)
            if ends is not None:
                wanted[f"strip {slot}"] = Way(model, *ends, STEPS)
                wanted[f"along {slot}"] = Along(model, *ends, STEPS)
        return wanted

    def aims(self, state: State, results: Results, world: World) -> dict[str, Aim]:
        found = {f"picture {slot}": _value(results, slot) for slot in range(self.slots(state))}
        return {
            place: map_panel.aim(state, slot, value, world)
            for slot, (place, value) in enumerate(found.items())
            if value is not None
        }

    def view(self, state: State, results: Results, world: World) -> View:
        layout, slots = self.layout(state), self.slots(state)
        figures = compare_view.figures(state, slots, results, world)
        items = map_panel.common(
            state, layout.hint, layout.legend, self._hint(state, figures, world), world, slots
        )  # fmt: skip
        items += map_layers.legend_items(state, layout, results, world, slots)
        for slot, rect in enumerate(layout.maps):
            items += compare_view.title(state, slot, layout, world)
            items += map_layers.map_items(state, slot, rect, results, world, slots)
            items += self._marks(state, slot, rect, world)
            items += compare_view.pictures(state, slot, layout, results, self._no_sample(state, slot, world), world)
            if f"strip {slot}" in layout.parts:
                said = self._no_strip(state, slot, world)
                items += compare_view.strip(state, slot, layout.parts[f"strip {slot}"], results, said)
        linked = self._all_share(state, world)
        items += compare_view.table(state, layout, figures, self._own(state).passing.column, linked)
        return tuple(items)

    # -- what is said ----------------------------------------------------------------------------------

    def _hint(self, state: State, figures: tuple[metrics_table.Figures, ...], world: World) -> str:
        slots, column = self.slots(state), self._own(state).passing.column
        shown = state.models[:slots]
        if column is not None:
            return metrics_table.COLUMNS[column].means
        if len(set(shown)) < len(shown):
            which = "Both sides show" if slots == FEWEST else "Two of them are"
            return f"{which} the same model: choose another one in a menu above (M, Shift+M)."
        if not self._all_share(state, world):
            return self._not_linked(state, world)
        # what changes with every sample is not told while the mouse moves: nobody could read it; and what the figures
        # say is the answer where the pictures are to be guessed
        told = self.hint if state.covered else metrics_table.says(figures, self.hint, moving=state.hover is not None)
        return map_layers.hint(state, world, slots, told)

    def _not_linked(self, state: State, world: World) -> str:
        learnt = dict.fromkeys(world[model].config.data.name for model in state.models[: self.slots(state)])
        return f"These models learnt different images ({', '.join(learnt)}): nothing links their maps."

    def _no_sample(self, state: State, slot: int, world: World) -> str:
        if self._linked_dot(state, slot, world) is not None:
            return ""
        there = state.hover is not None and self._share(state, slot, state.hover.slot, world)
        return "This sample is not on this map." if there else "Move the mouse over this map."

    def _no_strip(self, state: State, slot: int, world: World) -> str:
        own = self._chosen(state, world)
        said = "Drag from one dot to another to see the way between them."
        if own.end is None or self._ends(state, own, slot, world) is not None:
            return said
        if self._share(state, slot, own.slot, world):
            return f"A and B are not on this model's map. {said}"
        return f"Other images here. {said}"

    # -- the link between the models -------------------------------------------------------------------

    def _own(self, state: State) -> Own:
        own: Own = state.own[self.name]
        return own

    def _all_share(self, state: State, world: World) -> bool:
        return all(self._share(state, 0, slot, world) for slot in range(self.slots(state)))

    def _share(self, state: State, one: int, other: int, world: World) -> bool:
        """Whether the models of two slots learnt the same images."""
        first, second = state.models[one], state.models[other]
        return first == second or _same_images(state, world)[first, second]

    def _linked_dot(self, state: State, slot: int, world: World) -> int | None:
        """The dot to ring in a slot: the sample under the mouse, in whichever model the mouse is; else A."""
        if state.hover is None:
            ends = self._ends(state, self._chosen(state, world), slot, world)
            return None if ends is None else ends[0]
        if state.hover.slot == slot:
            return state.hover.dot
        if not self._share(state, slot, state.hover.slot, world):
            return None
        return world[state.models[slot]].dot_of.get(_image(state, state.hover.slot, state.hover.dot, world))

    def _chosen(self, state: State, world: World) -> Own:
        """A and B, or, before anything was chosen, the middles of two classes that lie far apart."""
        own = self._own(state)
        if own.start is not None:
            return own
        key = "compare: A and B", id(world)
        if key not in state.derived:
            state.derived[key] = self._default_ends(state, own, world)
        chosen: Own = state.derived[key]
        return chosen

    def _default_ends(self, state: State, own: Own, world: World) -> Own:
        start, end = Dots.of(world[state.models[0]], state.map_of(0, world)).far_apart
        return replace(own, start=_image(state, 0, start, world), end=_image(state, 0, end, world), slot=0)

    def _ends(self, state: State, own: Own, slot: int, world: World) -> tuple[int, int] | None:
        if own.start is None or own.end is None or not self._share(state, slot, own.slot, world):
            return None
        dot_of = world[state.models[slot]].dot_of
        start, end = dot_of.get(own.start), dot_of.get(own.end)
        return None if start is None or end is None else (start, end)

    def _marks(self, state: State, slot: int, rect: Rect, world: World) -> list[Item]:
        own = self._chosen(state, world)
        items: list[Item] = []
        ends = self._ends(state, own, slot, world)
        size = round(10 * state.mark)
        if ends is not None:
            start, end = (map_panel.dot_px(state, slot, dot, rect, world) for dot in ends)
            items.append(Line((start, end), rect, "accent", 2))
            items.append(Marker(start, rect, "accent", size, "A", filled=True))
            items.append(Marker(end, rect, "accent", size, "B", filled=True))
        elif own.start is not None and self._share(state, slot, own.slot, world):
            dot = world[state.models[slot]].dot_of.get(own.start)
            if dot is not None:
                at = map_panel.dot_px(state, slot, dot, rect, world)
                items.append(Marker(at, rect, "accent", size, "A", filled=True))
        dot = self._linked_dot(state, slot, world)
        if dot is not None and state.hover is not None:
            items.append(map_panel.ring(state, slot, dot, rect, world))
        return items


def _same_images(state: State, world: World) -> dict[tuple[str, str], bool]:
    """Return whether two models learnt the same images, for each pair of those shown."""
    key = "compare: same images", id(world)
    if key not in state.derived:
        keys = {name: world[name].data_key for name in state.models}
        state.derived[key] = {(a, b): keys[a] == keys[b] for a in keys for b in keys}
    same: dict[tuple[str, str], bool] = state.derived[key]
    return same


def _value(results: Results, slot: int) -> PointValue | SampleValue | None:
    """What the large picture of a slot shows: what is under the mouse, else the sample that it is linked to."""
    point: PointValue | None = results.value(f"picture {slot}", PointValue)
    sample: SampleValue | None = results.value(f"sample {slot}", SampleValue)
    return point or sample


def _image(state: State, slot: int, dot: int, world: World) -> int:
    return int(world[state.models[slot]].indices[dot])
