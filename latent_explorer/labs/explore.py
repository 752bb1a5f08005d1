"""Explore: one model. The picture under the mouse, pins, traces, the nearest real sample, the latent vector."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from latent_explorer.engine.glide import Aim
from latent_explorer.engine.requests import (
    Codes,
    CodesValue,
    Generation,
    GenerationValue,
    LinksValue,
    Picture,
    Point,
    PointValue,
    Results,
    Sample,
    SampleValue,
    StripValue,
    Trace,
    Variants,
    Wanted,
)
from latent_explorer.labs import codes, explore_layout, frame, lamp, layers, why
from latent_explorer.labs.actions import Key, MapClick, MapDrag, Xy
from latent_explorer.labs.controls import Control
from latent_explorer.labs.explore_layout import STRIP
from latent_explorer.labs.lab import Lab, LabAction, Layout
from latent_explorer.labs.rect import Rect
from latent_explorer.labs.state import State, World
from latent_explorer.labs.view import Bars, Film, Gauge, Image, Item, Line, Marker, Panel, Text, View

FULL_GAUGE = 4.0
"""Latent gaps at which the distance gauge is full."""


@dataclass(frozen=True)
class Marks:
    """What was left on one map."""

    pins: tuple[Xy, ...] = ()
    trace: tuple[Xy, ...] = ()
    """The mouse's way; empty when pins are shown."""
    drawn: int = 0
    """How many samples were drawn out of noise; the last one is shown. 0 when pins or a trace are."""
    part: int = 0
    """The part of the latent whose codes are shown, from 1; 0 when something else is."""


@dataclass(frozen=True)
class Own:
    """Pins and traces are places on one map of one model, and wait there until it is shown again."""

    marks: Mapping[tuple[str, str], Marks] = field(default_factory=dict)
    """By model and map."""
    switches: why.Switches = field(default_factory=why.Switches)

    def of(self, model: str, which: str) -> Marks:
        return self.marks.get((model, which), Marks())


@dataclass(frozen=True)
class _Row:
    """What the strip shows."""

    title: str
    pictures: tuple[Picture, ...]
    numbered: bool = False
    """Whether the pictures carry the numbers of marks on the map."""


class Explore(Lab):
    name = "explore"
    title = "Explore"
    hint = (
        "Move the mouse: the decoder paints what the model imagines there. "
        "Click pins a picture, a drag from a dot traces a path."
    )
    keys = (
        ("Move", "decode the point under the mouse"),
        ("Click, Enter", "pin the picture; click a pin to remove it"),
        ("Drag from a dot, D", "trace: a film strip of the way; D begins and ends it"),
        ("G", "latent diffusion: a new sample and its way"),
        ("K", "vector-quantised: the codes, part by part"),
        ("Backspace, C", "remove the last pin, clear pins and trace"),
        *why.KEYS,
    )

    def start(self) -> Own:
        return Own()

    def controls(self, state: State, world: World) -> tuple[Control, ...]:
        return why.controls(self._why(state), world[state.models[0]].maps[state.map_of(0, world)])

    def layout(self, state: State) -> Layout:
        return explore_layout.layout(state.size, state.unit, self._why(state).on)

    def update(self, state: State, action: LabAction, world: World) -> State:
        switched = why.update(self._why(state), action)
        if switched is not None:
            return state.with_own(self.name, replace(state.own[self.name], switches=switched))
        marks = self._left(state, world)
        match action:
            case MapClick(xy=xy, slot=slot):
                return self._click(state, slot, xy, world)
            case MapDrag(first=True, start_xy=start, xy=xy):
                return self._with(state, world, replace(marks, trace=(start, xy), drawn=0, part=0), strip=True)
            case MapDrag(xy=xy) if marks.trace:
                return self._with(state, world, replace(marks, trace=(*marks.trace[-2000:], xy)))
            case Key(name="g"):
                if not world[state.models[0]].generative:
                    said = "Only a model with latent diffusion draws new samples, mnist-diffusion for example."
                    return replace(state, message=said)
                return self._with(state, world, replace(marks, trace=(), drawn=marks.drawn + 1, part=0), strip=True)
            case Key(name="k"):
                book = world[state.models[0]].codebook
                if book is None:
                    return replace(state, message=codes.NONE)
                part = codes.following(marks.part, book.parts)
                return self._with(state, world, replace(marks, trace=(), drawn=0, part=part), strip=True)
            case Key(name="c"):
                return self._with(state, world, Marks())
            case Key(name="backspace"):
                return self._with(state, world, Marks(marks.pins if marks.trace or marks.part else marks.pins[:-1]))
        return state

    def requests(self, state: State, world: World) -> dict[str, Wanted]:
        marks = self._left(state, world)
        model, which = state.models[0], state.map_of(0, world)
        rect = self.layout(state).maps[0]
        wanted = layers.requests(state, world, self.layout(state), self.slots(state))
        xy, resolution = self._looked_at(state, world)
        wanted["point"] = Point(model, which, xy, resolution, self._why(state).method)
        dot = frame.nearest(state, 0, xy, world)[1]
        wanted["sample"] = Sample(model, dot)
        strip = self.layout(state).parts.get("strip")
        wanted |= why.requests(self._why(state), state, xy, resolution, dot, strip, world)
        if self._why(state).on:  # the strip is taken
            return wanted
        if marks.part:
            wanted["strip"] = Codes(model, marks.part)
        elif marks.drawn:
            wanted["strip"] = Generation(model, which, marks.drawn, STRIP)
        elif marks.trace:
            pixel = 1 / state.camera(0, world).pixels(rect)
            wanted["strip"] = Trace(model, which, evenly(marks.trace, STRIP), pixel)
        elif marks.pins:
            wanted["strip"] = Trace(model, which, marks.pins, None)
        elif world[model].conditional:
            wanted["strip"] = Variants(model, which, xy, resolution, STRIP)
        return wanted

    def aims(self, state: State, results: Results, world: World) -> dict[str, Aim]:
        point: PointValue | None = results.value("point", PointValue)
        if point is None:
            return {}
        strip: StripValue | None = results.value("strip", StripValue)
        # without marks only a conditional model has a strip: the same code under each label, which glides along
        variants = len(strip.pictures) if strip is not None and self._left(state, world) == Marks() else 0
        return {"point": frame.aim(state, 0, point, world, variants)}

    def view(self, state: State, results: Results, world: World) -> View:
        layout = self.layout(state)
        marks = self._left(state, world)
        rect = layout.maps[0]
        links: LinksValue | None = results.value("links", LinksValue)
        told = why.MEANS.get(self._why(state).method, self.hint)
        hint = layers.hint(state, world, self.slots(state), told)
        if links:
            hint = why.torn(links, world[state.models[0]].maps[state.map_of(0, world)])
        items = frame.common(state, layout.hint, layout.legend, hint, world, self.slots(state))
        items += layers.legend_items(state, layout, results, world, self.slots(state))
        items += layers.map_items(state, 0, rect, results, world, self.slots(state), links)
        items += self._marks(state, marks, rect, results, world)
        items += self._strip(state, marks, layout, results, world)
        items += self._side(state, layout, results, world)
        return tuple(items)

    # -- inside ---------------------------------------------------------------------------------------

    def _left(self, state: State, world: World) -> Marks:
        own: Own = state.own[self.name]
        return own.of(state.models[0], state.map_of(0, world))

    def _why(self, state: State) -> why.Switches:
        own: Own = state.own[self.name]
        return own.switches

    def _with(self, state: State, world: World, marks: Marks, *, strip: bool = False) -> State:
        """Other marks; `strip` where they are to be seen in the strip, which Why? then gives up."""
        own: Own = state.own[self.name]
        key = (state.models[0], state.map_of(0, world))
        switches = replace(own.switches, on=own.switches.on and not strip)
        return state.with_own(self.name, Own({**own.marks, key: marks}, switches))

    def _click(self, state: State, slot: int, xy: Xy, world: World) -> State:
        """A pin where there was none, none where there was one."""
        marks, rect = self._left(state, world), self.layout(state).maps[slot]
        pins = marks.pins
        reach = 10 * state.mark / state.camera(slot, world).pixels(rect)
        unseen = marks.part > 0  # and not to be removed by a click then
        kept = tuple(pin for pin in pins if unseen or np.hypot(pin[0] - xy[0], pin[1] - xy[1]) > reach)
        if len(kept) == len(pins) == STRIP:
            said = f"{STRIP} pins fit into the strip: click one to remove it, or C removes all."
            return replace(state, message=said)
        place, _ = frame.seen(state, slot, xy, rect, world)
        return self._with(state, world, Marks(kept if len(kept) < len(pins) else (*pins, place)))

    def _looked_at(self, state: State, world: World) -> tuple[Xy, float | None]:
        """What the large picture shows: under the mouse, else the last pin, else a dot in the middle."""
        marks = self._left(state, world)
        rect = self.layout(state).maps[0]
        if state.hover is not None:
            return frame.seen(state, 0, state.hover.xy, rect, world)
        if marks.trace:
            return marks.trace[-1], 1 / state.camera(0, world).pixels(rect)
        if marks.pins:
            return marks.pins[-1], None
        _, dot = frame.nearest(state, 0, (0.5, 0.5), world)
        return frame.dot_xy(state, 0, dot, world), None

    def _marks(self, state: State, marks: Marks, rect: Rect, results: Results, world: World) -> list[Item]:
        camera = state.camera(0, world)
        xy, _ = self._looked_at(state, world)
        items: list[Item] = []
        if state.hover is not None or not marks.drawn:
            dot = frame.nearest(state, 0, xy, world)[1]
            if self._why(state).on:
                items += why.marks(state, xy, dot, rect, results, world)
            items.append(frame.ring(state, 0, dot, rect, world))
        if marks.trace:
            items.append(Line(tuple(camera.to_px(p, rect) for p in marks.trace), rect, "accent", 3))
        size = round(9 * state.mark)
        generated: GenerationValue | None = results.value("strip", GenerationValue)
        if marks.drawn and generated is not None:
            way = tuple(camera.to_px(xy, rect) for xy in generated.way)
            items += [Line(way, rect, "accent", 2), Marker(way[-1], rect, "accent", size, "G", filled=True)]
        book: CodesValue | None = results.value("strip", CodesValue)
        if marks.part and book is not None:
            items += codes.markers(state, book, self._near(state, book, world), rect, world)
            return items
        for number, pin in enumerate(marks.pins, 1):
            items.append(Marker(camera.to_px(pin, rect), rect, "accent", size, str(number), filled=True))
        return items

    def _strip(self, state: State, marks: Marks, layout: Layout, results: Results, world: World) -> list[Item]:
        strip = layout.parts.get("strip")
        if strip is None:
            return []
        if self._why(state).on:
            xy, _ = self._looked_at(state, world)
            return why.row(state, xy, frame.nearest(state, 0, xy, world)[1], strip, results, world)
        u = state.unit
        inside = strip.inset(round(6 * u))
        found = self._shown(state, marks, results, world)
        if isinstance(found, str):
            return [Panel(strip), Text(inside, found, "body", "muted", "centre")]
        head, row = inside.top(round(18 * u), round(2 * u))
        film = Film(row, found.pictures, STRIP, round(6 * u), smooth=state.smooth, secret=True)
        items: list[Item] = [Panel(strip), frame.caption(head, found.title), film]
        if found.numbered:
            size = round(9 * state.mark)
            for number, place in enumerate(film.places[: len(found.pictures)], 1):
                corner = (place.x + size, place.y + size)  # as on the map, so that the eye finds it there
                items.append(Marker(corner, strip, "accent", size, str(number), filled=True))
        return items

    def _shown(self, state: State, marks: Marks, results: Results, world: World) -> "_Row | str":
        """What the strip shows, or the text that stands there instead."""
        checkpoint = world[state.models[0]]
        book: CodesValue | None = results.value("strip", CodesValue)
        generated: GenerationValue | None = results.value("strip", GenerationValue)
        strip: StripValue | None = results.value("strip", StripValue)
        if marks.part or marks.drawn:
            failure = results.failure("strip")
            if marks.part and book is not None and checkpoint.codebook is not None:
                near = self._near(state, book, world)
                title = codes.title(book, checkpoint.codebook.parts)
                return _Row(title, codes.row(book, near), numbered=True)
            if marks.drawn and generated is not None:
                title = f"Sample {generated.seed} out of noise: its way from the prior to the data"
                return _Row(title, generated.pictures)
            waiting = "Placing the codes on the map." if marks.part else "Drawing a sample, and finding its way."
            return failure.message if failure else waiting
        if strip is not None and marks.trace:
            return _Row("Trace, from its start to its end", strip.pictures)
        if strip is not None and marks.pins:
            return _Row("Pins", strip.pictures, numbered=True)
        if strip is not None and checkpoint.conditional:
            title = f"The same code under each label: {', '.join(checkpoint.class_names[:STRIP])}"
            between = results.between("point")
            return _Row(title, (between and between.variants) or strip.pictures)
        return "Pictures you pin and paths you trace appear here."

    def _near(self, state: State, book: CodesValue, world: World) -> tuple[int, ...]:
        """The codes whose pictures are in the strip."""
        return codes.nearest(state, book, self._looked_at(state, world)[0], STRIP, world)

    def _side(self, state: State, layout: Layout, results: Results, world: World) -> list[Item]:
        items: list[Item]
        parts = layout.parts
        point: PointValue | None = results.value("point", PointValue)
        if point is None:
            failure = results.failure("point")
            text = failure.message if failure else state.loading or "The decoder is being loaded."
            return [
                Panel(parts["picture"]),
                Text(parts["picture"], text, "body", "muted", "centre", wrap=True),
            ]
        generated: GenerationValue | None = results.value("strip", GenerationValue)
        if state.hover is None and generated is not None and self._left(state, world).drawn:
            items = [Image(parts["picture"], generated.pictures[-1], "accent", state.smooth, secret=True)]
            if "verdict" in parts:
                items.append(Text(parts["verdict"], "A new sample", "title", "accent", bold=True))
            return items
        atlas = world[state.models[0]].maps[state.map_of(0, world)]
        verdict = lamp.verdict(point, atlas.gap)
        shown = results.between("point") or point
        items = [Image(parts["picture"], shown.picture, verdict.colour, state.smooth, secret=True)]
        if "verdict" in parts:
            wide = parts["verdict"].width > 300 * state.unit
            said_at, named_at = parts["verdict"].left(round(parts["verdict"].width * (0.68 if wide else 1.0)), 6)
            items += lamp.items(said_at, verdict, "title")
            if wide and frame.has_classes(state, 0, world):
                dot = frame.nearest(state, 0, self._looked_at(state, world)[0], world)[1]
                name = f"nearest: {frame.class_name(state, 0, dot, world)}"
                items.append(Text(named_at, name, "body", "text", "right"))
            away = point.latent_gaps
            said = f"{point.latent_gaps:.1f} sample gaps from the data, in latent space"
            short = f"{point.latent_gaps:.1f} sample gaps away"
            if frame.is_far(point.map_gaps, atlas.gap):
                # z is put together of the map's edge, which lies near the data although the mouse does not
                away = point.map_gaps
                said, short = (
                    f"no data here: the nearest edge is shown, {point.map_gaps:.0f} dot gaps away",
                    "no data here",
                )
            full, colour = min(1.0, away / FULL_GAUGE), verdict.colour
            if self._why(state).on and verdict is not lamp.FAR:
                # full is good here, and bad without Why?: another colour says that it is another bar
                full, colour = point.agreement, "accent"
                said = f"trust: the samples around it agree by {point.agreement:.0%}"
                short = f"they agree by {point.agreement:.0%}"
            items.append(Gauge(parts["gauge"], full, colour))
            items.append(frame.caption(parts["gauge text"], said, short=short))
        if "sample" in parts:
            sample: SampleValue | None = results.value("sample", SampleValue)
            said = "nearest real sample: original and its reconstruction"
            items.append(frame.caption(parts["sample text"], said, short="nearest sample, reconstruction"))
            items += frame.sample_items(state, sample, parts["sample"], parts["reconstruction"])
        if "bars" in parts:
            title = f"latent vector z, {len(point.z)} dimensions"
            items.append(frame.caption(parts["bars text"], title, short=f"z, {len(point.z)} dimensions"))
            items.append(Bars(parts["bars"], shown.z, world[state.models[0]].reach))
        return items


def evenly(way: tuple[Xy, ...], count: int) -> tuple[Xy, ...]:
    """`count` positions at equal distances along a way."""
    points = np.asarray(way, np.float64)
    length = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])
    at = np.linspace(0, length[-1], count)
    return tuple(
        (float(x), float(y))
        for x, y in zip(np.interp(at, length, points[:, 0]), np.interp(at, length, points[:, 1]), strict=True)
    )
