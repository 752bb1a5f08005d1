"""Compare: two models side by side, linked through the same samples, with A-to-B film strips under each other."""

from dataclasses import dataclass, replace
from functools import lru_cache

from latent_explorer.engine.glide import Aim
from latent_explorer.engine.requests import (
    Interpolation,
    Point,
    PointValue,
    Results,
    Sample,
    SampleValue,
    StripValue,
    Wanted,
)
from latent_explorer.labs import casting, frame, lamp, layers
from latent_explorer.labs.actions import Key, MapClick, MapDrag, MapDrop
from latent_explorer.labs.dots import Dots
from latent_explorer.labs.lab import Lab, LabAction, Layout
from latent_explorer.labs.rect import Rect
from latent_explorer.labs.state import State, World
from latent_explorer.labs.view import Film, Image, Item, Line, Marker, Panel, Text, View

STEPS = 11
"""Pictures in a film strip, both ends included."""
SAME = lamp.Verdict("the same sample", "Same", "accent", lit=False)
FIRST = lamp.Verdict("sample A", "A", "accent", lit=False)


@dataclass(frozen=True)
class Own:
    """The ends of the interpolation: images of the data set, so that they mean the same in both models."""

    start: int | None = None
    end: int | None = None
    slot: int = 0
    """Where the drag was made; where the models do not share a data set, only that one has a strip."""


class Compare(Lab):
    name = "compare"
    title = "Compare"
    hint = (
        "The same sample is ringed on both maps. Drag from one dot to another: "
        "watch where the in-betweens stop looking like the data."
    )
    keys = (
        ("Move", "mark the same sample in both models"),
        ("Drag from dot to dot, D", "interpolate A to B; D begins and ends it"),
        ("Click, Enter", "set A, click again to set B"),
        ("X", "swap A and B"),
        ("C, Backspace", "back to the first A and B"),
        ("Under a map", "share off the data: farther than 9 in 10 samples are"),
        ("", "cycle error: how far a code moves, decoded and encoded"),
    )
    most_slots = 2

    def slots(self, state: State) -> int:
        return 2

    def cast(self, models: tuple[str, ...], world: World) -> tuple[str, ...]:
        return casting.different(models, world, 2)  # a model beside itself shows nothing

    def start(self) -> Own:
        return Own()

    def kept(self, own: Own, *, same_images: bool) -> Own:
        return own if same_images else self.start()  # A and B are images, not places

    def layout(self, state: State) -> Layout:
        return _layout(state.size, state.unit)

    def update(self, state: State, action: LabAction, world: World) -> State:
        own: Own = state.own[self.name]
        match action:
            case MapClick(slot=slot, dot=dot):
                image = _image(state, slot, dot, world)
                elsewhere = slot != own.slot and not self._share_data(state, world)
                if own.start is None or own.end is not None or elsewhere:
                    return state.with_own(self.name, Own(start=image, slot=slot))
                return state.with_own(self.name, replace(own, end=image))
            case MapDrag(slot=slot, dot=dot, start_dot=start):
                ends = _image(state, slot, start, world), _image(state, slot, dot, world)
                return state.with_own(self.name, Own(*ends, slot))
            case MapDrop():
                return state
            case Key(name="x"):
                pair = self._chosen(state, world)
                if pair.end is not None:
                    return state.with_own(self.name, replace(pair, start=pair.end, end=pair.start))
            case Key(name="c" | "backspace"):
                return state.with_own(self.name, Own())
        return state

    def requests(self, state: State, world: World) -> dict[str, Wanted]:
        own = self._chosen(state, world)
        layout = self.layout(state)
        wanted = layers.requests(state, world, layout, self.slots(state), survey=True)
        for slot in range(self.slots(state)):
            model = state.models[slot]
            dot = self._linked_dot(state, slot, world)
            if state.hover is not None and state.hover.slot == slot:
                xy, resolution = frame.seen(state, slot, state.hover.xy, layout.maps[slot], world)
                wanted[f"picture {slot}"] = Point(model, state.map_of(slot, world), xy, resolution)
            if dot is not None:
                wanted[f"sample {slot}"] = Sample(model, dot)
            ends = self._ends(state, own, slot, world)
            if ends is not None:
                wanted[f"strip {slot}"] = Interpolation(model, *ends, STEPS)
        return wanted

    def aims(self, state: State, results: Results, world: World) -> dict[str, Aim]:
        found = {f"picture {slot}": _value(results, slot) for slot in range(self.slots(state))}
        return {
            place: frame.aim(state, slot, value, world)
            for slot, (place, value) in enumerate(found.items())
            if value is not None
        }

    def view(self, state: State, results: Results, world: World) -> View:
        layout = self.layout(state)
        hint = self.hint if self._share_data(state, world) else self._not_linked(state, world)
        hint = layers.hint(state, world, self.slots(state), hint)
        if state.models[0] == state.models[1]:
            hint = "Both sides show the same model: choose another one in a menu above (M, Shift+M)."
        items = frame.common(state, layout.hint, layout.legend, hint, world, self.slots(state))
        items += layers.legend_items(state, layout, results, world, self.slots(state))
        for slot, rect in enumerate(layout.maps):
            items += self._title(state, slot, layout, world)
            items += layers.map_items(state, slot, rect, results, world, self.slots(state))
            items += self._numbers(slot, layout, results)
            items += self._marks(state, slot, rect, world)
            items += self._pictures(state, slot, layout, results, world)
            items += self._strip(state, slot, layout, results, world)
        return tuple(items)

    # -- the link between the models -------------------------------------------------------------------

    def _share_data(self, state: State, world: World) -> bool:
        first, second = (world[state.models[slot]] for slot in range(2))
        return first.data_key == second.data_key

    def _not_linked(self, state: State, world: World) -> str:
        first, second = (world[state.models[slot]].config.data.name for slot in range(2))
        return f"These models learnt different images ({first}, {second}): nothing links their maps."

    def _linked_dot(self, state: State, slot: int, world: World) -> int | None:
        """The dot to ring in a slot: the sample under the mouse, in whichever model the mouse is; else A."""
        if state.hover is None:
            ends = self._ends(state, self._chosen(state, world), slot, world)
            return None if ends is None else ends[0]
        if state.hover.slot == slot:
            return state.hover.dot
        if not self._share_data(state, world):
            return None
        return world[state.models[slot]].dot_of.get(_image(state, state.hover.slot, state.hover.dot, world))

    def _chosen(self, state: State, world: World) -> Own:
        """A and B, or, before anything was chosen, the middles of two classes that lie far apart."""
        own: Own = state.own[self.name]
        if own.start is not None:
            return own
        start, end = Dots.of(world[state.models[0]], state.map_of(0, world)).far_apart
        return Own(_image(state, 0, start, world), _image(state, 0, end, world))

    def _ends(self, state: State, own: Own, slot: int, world: World) -> tuple[int, int] | None:
        if own.start is None or own.end is None or not (own.slot == slot or self._share_data(state, world)):
            return None
        dot_of = world[state.models[slot]].dot_of
        start, end = dot_of.get(own.start), dot_of.get(own.end)
        return None if start is None or end is None else (start, end)

    # -- the parts of the view -------------------------------------------------------------------------

    def _title(self, state: State, slot: int, layout: Layout, world: World) -> list[Item]:
        rect = layout.parts.get(f"title {slot}")
        if rect is None:
            return []
        test = world[state.models[slot]].metrics.get("test", {})
        figures = [f"MSE {test['mse']:.4f}"] if "mse" in test else []
        figures += [f"KL {test['kl']:.1f} nats"] if "kl" in test else []
        said = "held-out " + ", ".join(figures)
        room = round((8 * len(said) + 10) * state.unit)
        if not figures or rect.width < room + 130 * state.unit:
            return [Text(rect, state.models[slot], "title", "text", bold=True, middle=True)]
        name, held_out = rect.left(rect.width - room)
        return [
            Text(name, state.models[slot], "title", "text", bold=True, middle=True),
            Text(held_out, said, "small", "muted", "right"),
        ]

    def _numbers(self, slot: int, layout: Layout, results: Results) -> list[Item]:
        """Below a map: how much of it lies off the data, and how well its codes survive a decoding."""
        rect = layout.parts.get(f"numbers {slot}")
        said, short = layers.survey_text(results, slot)
        return [frame.caption(rect, said, short=short)] if rect is not None and said else []

    def _marks(self, state: State, slot: int, rect: Rect, world: World) -> list[Item]:
        own = self._chosen(state, world)
        items: list[Item] = []
        ends = self._ends(state, own, slot, world)
        size = round(10 * state.mark)
        if ends is not None:
            start, end = (frame.dot_px(state, slot, dot, rect, world) for dot in ends)
            items.append(Line((start, end), rect, "accent", 2))
            items.append(Marker(start, rect, "accent", size, "A", filled=True))
            items.append(Marker(end, rect, "accent", size, "B", filled=True))
        elif own.start is not None and (own.slot == slot or self._share_data(state, world)):
            dot = world[state.models[slot]].dot_of.get(own.start)
            if dot is not None:
                items.append(
                    Marker(frame.dot_px(state, slot, dot, rect, world), rect, "accent", size, "A", filled=True)
                )
        dot = self._linked_dot(state, slot, world)
        if dot is not None and state.hover is not None:
            items.append(frame.ring(state, slot, dot, rect, world))
        return items

    def _pictures(self, state: State, slot: int, layout: Layout, results: Results, world: World) -> list[Item]:
        rect = layout.parts[f"picture {slot}"]
        sample: SampleValue | None = results.value(f"sample {slot}", SampleValue)
        point: PointValue | None = results.value(f"picture {slot}", PointValue)
        failure = results.failure(f"picture {slot}") or results.failure(f"sample {slot}")
        between = results.between(f"picture {slot}")
        if point is not None:
            gap = world[state.models[slot]].maps[state.map_of(slot, world)].gap
            verdict = lamp.verdict(point, gap)
            items: list[Item] = [Image(rect, (between or point).picture, verdict.colour, state.smooth, secret=True)]
        elif sample is not None:
            picture = between.picture if between else sample.reconstruction
            items = [Image(rect, picture, "accent", state.smooth, secret=True)]
            verdict = SAME if state.hover is not None else FIRST
        else:
            said = failure.message if failure else state.loading
            if not said and self._linked_dot(state, slot, world) is None:
                there = state.hover is not None and self._share_data(state, world)
                said = "This sample is not on this map." if there else "Move the mouse over this map."
            return [Panel(rect), Text(rect.inset(6), said, "small", "muted", "centre", wrap=True)]
        if f"verdict {slot}" in layout.parts:
            items += lamp.items(layout.parts[f"verdict {slot}"], verdict, "body")
        if f"original {slot}" in layout.parts and sample is not None:
            name = frame.class_name(state, slot, sample.dot, world)
            said = f"nearest sample ({name}): original and its reconstruction"
            short = f"nearest sample ({name})"
            items.append(frame.caption(layout.parts[f"original text {slot}"], said, wrap=True, short=short))
            items += frame.sample_items(
                state, sample, layout.parts[f"original {slot}"], layout.parts[f"reconstruction {slot}"]
            )
        return items

    def _strip(self, state: State, slot: int, layout: Layout, results: Results, world: World) -> list[Item]:
        rect = layout.parts.get(f"strip {slot}")
        if rect is None:
            return []
        u = state.unit
        items: list[Item] = [Panel(rect)]
        inside = rect.inset(round(6 * u))
        own = self._chosen(state, world)
        value: StripValue | None = results.value(f"strip {slot}", StripValue)
        label, row = inside.left(round(min(150 * u, inside.width * 0.14)), round(6 * u))
        items.append(Text(label, state.models[slot], "body", "text", bold=True, wrap=True, middle=True))
        if value is None:
            failure = results.failure(f"strip {slot}")
            said = "Drag from one dot to another to see the way between them."
            if own.end is not None and self._ends(state, own, slot, world) is None:
                shared = self._share_data(state, world)
                said = f"A and B are not on this model's map. {said}" if shared else f"Other images here. {said}"
            return [
                *items,
                Text(row, failure.message if failure else said, "body", "muted", "centre", wrap=True),
            ]
        return [*items, Film(row, value.pictures, STEPS, round(6 * u), ends=True, smooth=state.smooth, secret=True)]


@lru_cache(maxsize=8)
def _layout(size: tuple[int, int], u: float) -> Layout:
    bar, legend, hint, body = frame.outline(size, u)
    gap = round(10 * u)
    parts: dict[str, Rect] = {}
    maps = []
    if body.height > 280 and body.width > 500:
        rows, body = body.below(round(min(232 * u, body.height * 0.32)), gap)
        parts["strip 0"], rest = rows.top((rows.height - gap) // 2, gap)
        parts["strip 1"] = rest
    for slot, column in enumerate(body.columns(2, round(16 * u))):
        if column.height > 150:
            parts[f"title {slot}"], column = column.top(round(26 * u), gap // 2)
        side = min(round(column.width * 0.32), round(column.height * 0.46))
        if column.width > column.height * 0.9 and side > 60:
            map_rect, pictures = column.left(column.width - side - gap, gap)
            parts.update(_pictures(pictures, slot, u, gap))
        else:
            picture, map_rect = column.below(round(column.height * 0.34), gap)
            parts[f"picture {slot}"] = picture.square()
        if map_rect.height > 200 * u and map_rect.width > 180 * u:
            parts[f"numbers {slot}"], map_rect = map_rect.below(round(20 * u), gap // 2)
        maps.append(map_rect)
    return Layout(bar, legend, tuple(maps), hint, parts)


def _value(results: Results, slot: int) -> PointValue | SampleValue | None:
    """What the large picture of a slot shows: what is under the mouse, else the sample that it is linked to."""
    point: PointValue | None = results.value(f"picture {slot}", PointValue)
    sample: SampleValue | None = results.value(f"sample {slot}", SampleValue)
    return point or sample


def _image(state: State, slot: int, dot: int, world: World) -> int:
    return int(world[state.models[slot]].indices[dot])


def _pictures(column: Rect, slot: int, u: float, gap: int) -> dict[str, Rect]:
    """The large picture, its verdict, and the nearest sample where there is room."""
    parts: dict[str, Rect] = {}
    side = min(column.width, round(column.height * 0.5))
    parts[f"picture {slot}"], rest = column.top(side, gap // 2)
    parts[f"picture {slot}"] = parts[f"picture {slot}"].left(side)[0]
    if rest.height > 24 * u:
        parts[f"verdict {slot}"], rest = rest.top(round(24 * u), gap)
    text = round(38 * u)
    if rest.height > text + 50 * u:
        parts[f"original text {slot}"], rest = rest.top(text, gap // 2)
        small = min((side - gap) // 2, rest.height)
        original, rest = rest.left(small, gap)
        parts[f"original {slot}"] = original.top(small)[0]
        parts[f"reconstruction {slot}"] = rest.left(small)[0].top(small)[0]
    return parts
