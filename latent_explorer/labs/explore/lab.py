"""The Explore lab: one model. The picture under the mouse, pins, traces, the nearest sample, the latent vector as bars
to drag, traversals of its dimensions, and bookmarks."""

from dataclasses import replace

import numpy as np

from latent_explorer.engine.base_queries import CodesValue, GenerationValue, Point, PointValue, StripValue
from latent_explorer.engine.explain_query import LinksValue
from latent_explorer.engine.latent_edit_query import Moved, MovedValue
from latent_explorer.engine.picture_animation import Aim
from latent_explorer.engine.query import Wanted
from latent_explorer.engine.results import Results
from latent_explorer.engine.sample_query import Sample
from latent_explorer.labs.explore import (
    bookmarks,
    codebook_strip,
    details,
    explanation,
    latent_bars,
    strip,
    traversals_view,
)
from latent_explorer.labs.explore import state as marks
from latent_explorer.labs.explore.layout import STRIP
from latent_explorer.labs.explore.state import Marks, Own, Passing
from latent_explorer.scene import map_layers, map_panel
from latent_explorer.scene.controls import Button, Control, Toggle
from latent_explorer.scene.events import Key, MapClick, MapDrag, Set, Touch, Xy
from latent_explorer.scene.items import Item, Line, Marker, View
from latent_explorer.scene.lab import Lab, LabAction, Layout
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.state import State, World

DRAG_BARS = "Drag a bar up or down: one number of the latent vector changes, and the picture with it. R: as it was."


class Explore(Lab):
    name = marks.NAME
    title = "Explore"
    hint = (
        "Move the mouse: the decoder paints what the model imagines there. "
        "Click pins a picture, a drag from a dot traces a path."
    )
    keys = (
        ("Move", "decode the point under the mouse"),
        ("Click, Enter", "pin the picture; click a pin to remove it"),
        ("Drag from a dot, D", "trace: a film strip of the way; D begins and ends it"),
        ("Drag a bar", "change that number of the latent vector"),
        ("X, comma, period", "choose a dimension; less and more of it"),
        ("R, double-click a bar", "all dimensions as they were, that one"),
        ("Y, Shift+Y", "pages of what each dimension does"),
        ("Shift+B, ;", "remove the last bookmark; go to the next one"),
        ("G", "latent diffusion: a new sample and its way"),
        ("K", "vector-quantised: the codes, part by part"),
        ("Backspace, C", "remove the last pin, clear pins and trace"),
        *explanation.KEYS,
    )

    def start(self) -> Own:
        return Own()

    def kept(self, own: Own, *, same_images: bool) -> Own:
        return replace(own, chosen=None, page=0, passing=Passing())  # another model has other dimensions

    def controls(self, state: State, world: World) -> tuple[Control, ...]:
        own = marks.own(state)
        shown: list[Control] = [
            Toggle("films", "Dimensions", own.films, "What does each dimension do? Films, by effect", key="h"),
            Button("bookmark", "Bookmark", "Keep the point that is looked at as a bookmark", key="b"),
        ]
        return (*shown, *explanation.controls(own.switches, world[state.models[0]].maps[state.map_of(0, world)]))

    def lay_out(self, state: State) -> Layout:
        return marks.layout(state)

    def touches(self, state: State) -> tuple[str, ...]:
        return ("bars", "bars text", "films", "bookmarks")

    def update(self, state: State, action: LabAction, world: World) -> State:
        own = marks.own(state)
        switched = explanation.update(own.switches, action)
        if switched is not None:
            return marks.with_own(state, switches=switched, films=own.films and not switched.on)
        left = marks.left(state, world)
        match action:
            case Touch():
                return self._touch(state, action, world)
            case MapClick(xy=xy, slot=slot):
                return self._click(state, slot, xy, world)
            case MapDrag(first=True, start_xy=start, xy=xy):
                traced = replace(left, trace=(start, xy), drawn=0, part=0, at=None)
                return marks.with_marks(state, world, traced, strip=True)
            case MapDrag(xy=xy) if left.trace:
                return marks.with_marks(state, world, replace(left, trace=(*left.trace[-2000:], xy)))
            case Set(control="films", value=bool(value)):
                switches = replace(own.switches, on=own.switches.on and not value)
                return marks.with_own(state, films=value, page=0, switches=switches)
            case Set(control="bookmark"):
                return bookmarks.kept(state, world)
            case Key(name=name):
                return self._key(state, name, world)
        return state

    def requests(self, state: State, world: World) -> dict[str, Wanted]:
        own, layout = marks.own(state), self.layout(state)
        model, which = state.models[0], state.map_of(0, world)
        wanted = map_layers.requests(state, world, layout, self.slots(state))
        code = marks.looked_at(state, world)
        if marks.by_hand(state, world):
            wanted["moved"] = Moved(model, code, which)
        else:
            wanted["point"] = Point(model, which, code.xy, code.resolution, code.method)
            dot = map_panel.nearest(state, 0, code.xy, world)[1]
            wanted["sample"] = Sample(model, dot)
            row = layout.parts.get("strip")
            wanted |= explanation.requests(own.switches, state, code.xy, code.resolution, dot, row, world)
        wanted |= bookmarks.requests(state, world)
        if own.films:
            wanted["films"] = traversals_view.request(state, world, layout.parts["films"])
        if not own.switches.on:  # Why? takes the strip
            asked = strip.request(state, layout.maps[0], world)
            wanted |= {"strip": asked} if asked is not None else {}
        return wanted

    def aims(self, state: State, results: Results, world: World) -> dict[str, Aim]:
        point: PointValue | None = results.value("point", PointValue)
        if point is None:
            return {}
        row: StripValue | None = results.value("strip", StripValue)
        # without marks only a conditional model has a strip (the same latent under each label), which is animated, too
        left = replace(marks.left(state, world), at=None)
        variants = len(row.pictures) if row is not None and left == Marks() else 0
        return {"point": map_panel.aim(state, 0, point, world, variants)}

    def view(self, state: State, results: Results, world: World) -> View:
        layout, own = self.layout(state), marks.own(state)
        rect = layout.maps[0]
        links: LinksValue | None = results.value("links", LinksValue)
        named = traversals_view.dimension(state, results) if own.passing.row is not None else own.named
        slots = self.slots(state)
        items = map_panel.common(state, layout.hint, layout.legend, self._hint(state, links, world), world, slots)
        items += map_layers.legend_items(state, layout, results, world, slots)
        items += map_layers.map_items(state, 0, rect, results, world, slots, links)
        items += self._marks(state, rect, results, world)
        if "strip" in layout.parts:
            items += strip.items(state, layout.parts["strip"], results, world)
        if "films" in layout.parts:
            items += traversals_view.items(state, layout.parts["films"], results, named)
        if "bookmarks" in layout.parts:
            items += bookmarks.items(state, layout.parts["bookmarks"], results)
        items += details.items(state, layout.parts, results, named, world)
        return tuple(items)

    # -- actions --------------------------------------------------------------------------------------

    def _key(self, state: State, name: str, world: World) -> State:
        own, left, checkpoint = marks.own(state), marks.left(state, world), world[state.models[0]]
        match name:
            case "g":
                if not checkpoint.generative:
                    said = "Only a model with latent diffusion draws new samples, mnist-diffusion for example."
                    return replace(state, message=said)
                drawn = replace(left, trace=(), drawn=left.drawn + 1, part=0, at=None)
                return marks.with_marks(state, world, drawn, strip=True)
            case "k":
                book = checkpoint.codebook
                if book is None:
                    return replace(state, message=codebook_strip.NONE)
                part = codebook_strip.following(left.part, book.parts)
                return marks.with_marks(state, world, replace(left, trace=(), drawn=0, part=part), strip=True)
            case "c":
                return marks.with_marks(state, world, Marks())
            case "backspace":
                pins = left.pins if left.trace or left.part or left.at else left.pins[:-1]
                return marks.with_marks(state, world, Marks(pins))
            case "x" | "X":
                chosen = latent_bars.following(own, checkpoint.latent_dim, 1 if name == "x" else -1)
                return marks.with_own(state, chosen=chosen, page=0)
            case "comma" | "," | "period" | ".":
                return latent_bars.stepped(state, world, 1 if name in ("period", ".") else -1)
            case "r":
                return latent_bars.reset(state, world)
            case "y" | "Y" if own.films:
                return marks.with_own(state, page=own.page + (1 if name == "y" else -1))
            case "B":
                return bookmarks.removed(state)
            case ";":
                return bookmarks.next_one(state, world)
        return state

    def _touch(self, state: State, touch: Touch, world: World) -> State:
        own, layout, left = marks.own(state), self.layout(state), marks.left(state, world)
        rect = layout.parts.get(touch.part)
        if rect is None or touch.phase == "leave":
            return marks.with_own(state, passing=Passing()) if own.passing != Passing() else state
        match touch.part, touch.phase:
            case "bars", _ if not (left.drawn and state.hover is None):
                return self._bars(state, touch, rect, world)
            case "films", "hover":
                return marks.with_own(state, passing=Passing(row=traversals_view.row_at(touch.at, state, rect)))
            case "bookmarks", "hover":
                place, _ = bookmarks.at(touch.at, rect, state)
                return marks.with_own(state, passing=Passing(bookmark=place))
            case "bookmarks", "press":
                place, away = bookmarks.at(touch.at, rect, state)
                return bookmarks.removed(state, place) if away else bookmarks.back_to(state, place, world)
        return state

    def _bars(self, state: State, touch: Touch, rect: Rect, world: World) -> State:
        own = marks.own(state)
        dimension = latent_bars.dimension_at(touch.at, latent_bars.shown(state, rect, world))
        value = latent_bars.value_at(touch.at, world[state.models[0]])
        match touch.phase:
            case "hover":
                return marks.with_own(state, passing=Passing(dimension))
            case "press" if touch.twice:
                return latent_bars.reset(state, world, dimension)
            case "press":
                begun = marks.with_own(state, chosen=dimension, page=0, passing=Passing(dimension, dragged=True))
                return latent_bars.set_to(begun, world, dimension, value)
            case "drag" if own.passing.dragged and own.passing.dimension is not None:
                return latent_bars.set_to(state, world, own.passing.dimension, value)
            case "release":
                return marks.with_own(state, passing=replace(own.passing, dragged=False))
        return state

    def _click(self, state: State, slot: int, xy: Xy, world: World) -> State:
        """Add a pin at `xy`, or remove the pins under the mouse if there are any."""
        left, rect = marks.left(state, world), self.layout(state).maps[slot]
        pins = left.pins
        reach = 10 * state.mark / state.camera(slot, world).pixels(rect)
        unseen = left.part > 0  # pins are hidden behind the codebook: a click must not remove them
        kept = tuple(pin for pin in pins if unseen or np.hypot(pin[0] - xy[0], pin[1] - xy[1]) > reach)
        if len(kept) == len(pins) == STRIP:
            said = f"{STRIP} pins fit into the strip: click one to remove it, or C removes all."
            return replace(state, message=said)
        place, _ = map_panel.seen(state, slot, xy, rect, world)
        return marks.with_marks(state, world, Marks(kept if len(kept) < len(pins) else (*pins, place)))

    # -- view -----------------------------------------------------------------------------------------

    def _hint(self, state: State, links: LinksValue | None, world: World) -> str:
        own = marks.own(state)
        if links:
            return explanation.torn(links, world[state.models[0]].maps[state.map_of(0, world)])
        if own.passing.dimension is not None or (state.hover is None and marks.by_hand(state, world)):
            return DRAG_BARS
        told = (
            traversals_view.MEANS
            if own.films
            else explanation.MEANS[own.switches.method]
            if own.switches.on
            else self.hint
        )
        return map_layers.hint(state, world, self.slots(state), told)

    def _marks(self, state: State, rect: Rect, results: Results, world: World) -> list[Item]:
        camera, left = state.camera(0, world), marks.left(state, world)
        xy = marks.looked_at(state, world).xy
        items: list[Item] = []
        moved: MovedValue | None = results.value("moved", MovedValue)
        if (state.hover is not None or not left.drawn) and not marks.by_hand(state, world):
            dot = map_panel.nearest(state, 0, xy, world)[1]
            if marks.own(state).switches.on:
                items += explanation.marks(state, xy, dot, rect, results, world)
            items.append(map_panel.ring(state, 0, dot, rect, world))
        if left.trace:
            items.append(Line(tuple(camera.to_px(p, rect) for p in left.trace), rect, "accent", 3))
        size = round(9 * state.mark)
        generated: GenerationValue | None = results.value("strip", GenerationValue)
        if left.drawn and generated is not None:
            way = tuple(camera.to_px(xy, rect) for xy in generated.way)
            items += [Line(way, rect, "accent", 2), Marker(way[-1], rect, "accent", size, "G", filled=True)]
        book: CodesValue | None = results.value("strip", CodesValue)
        if left.part and book is not None:
            items += codebook_strip.markers(state, book, strip.near(state, book, world), rect, world)
        else:
            for number, pin in enumerate(left.pins, 1):
                items.append(Marker(camera.to_px(pin, rect), rect, "accent", size, str(number), filled=True))
        items += bookmarks.on_map(state, rect, results, world)
        if moved is not None and moved.code.image is None and moved.code.which == state.map_of(0, world):
            before, after = camera.to_px(moved.code.xy, rect), camera.to_px(moved.xy, rect)
            items += [Line((before, after), rect, "accent", 2), Marker(before, rect, "accent", round(4 * state.mark))]
        if moved is not None:
            items.append(Marker(camera.to_px(moved.xy, rect), rect, "accent", size, "z", filled=True))
        return items
