"""The Explore lab: one model. The picture under the mouse, pins, traces, the nearest sample, the latent vector as bars
to drag, traversals of its dimensions, and bookmarks."""

from dataclasses import replace

import numpy as np

from latent_explorer.engine.base_queries import CodebookEntriesValue, GenerationValue, Point, PointValue, StripValue
from latent_explorer.engine.explain_query import NearestSamplesValue
from latent_explorer.engine.latent_edit_query import EditedLatent, EditedLatentValue
from latent_explorer.engine.picture_animation import AnimationTarget
from latent_explorer.engine.query import AnyQuery
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
from latent_explorer.labs.explore.layout import STRIP_LENGTH
from latent_explorer.labs.explore.state import ExploreState, ExploreTransient, Marks
from latent_explorer.scene import map_layers, map_panel
from latent_explorer.scene.controls import Button, Control, Toggle
from latent_explorer.scene.events import Key, MapClick, MapDrag, PartEvent, Set, Xy
from latent_explorer.scene.items import Item, Line, Marker, View
from latent_explorer.scene.lab import Lab, LabAction, Layout
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.state import State

DRAG_BARS_HINT = (
    "Drag a bar up or down: one number of the latent vector changes, and the picture with it. R: as it was."
)


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

    def initial_state(self) -> ExploreState:
        return ExploreState()

    def on_model_changed(self, lab_state: ExploreState, *, same_dataset: bool) -> ExploreState:
        return replace(lab_state, chosen=None, page=0, passing=ExploreTransient())  # another model has other dimensions

    def controls(self, state: State) -> tuple[Control, ...]:
        own = marks.get_explore_state(state)
        shown: list[Control] = [
            Toggle("films", "Dimensions", own.films, "What does each dimension do? Films, by effect", key="h"),
            Button("bookmark", "Bookmark", "Keep the point that is looked at as a bookmark", key="b"),
        ]
        return (
            *shown,
            *explanation.make_controls(own.switches, state.get_checkpoint(0).maps[state.get_map_name(0)]),
        )

    def lay_out(self, state: State) -> Layout:
        return marks.make_layout(state)

    def interactive_parts(self, state: State) -> tuple[str, ...]:
        return ("bars", "bars text", "films", "bookmarks")

    def update(self, state: State, action: LabAction) -> State:
        own = marks.get_explore_state(state)
        switched = explanation.update(own.switches, action)
        if switched is not None:
            return marks.with_explore_state(state, switches=switched, films=own.films and not switched.on)
        left = marks.current_marks(state)
        match action:
            case PartEvent():
                return self._handle_touch(state, action)
            case MapClick(xy=xy, slot=slot):
                return self._toggle_pin(state, slot, xy)
            case MapDrag(first=True, start_xy=start, xy=xy):
                traced = replace(left, trace=(start, xy), drawn=0, part=0, at=None)
                return marks.with_marks(state, traced, show_in_strip=True)
            case MapDrag(xy=xy) if left.trace:
                return marks.with_marks(state, replace(left, trace=(*left.trace[-2000:], xy)))
            case Set(control="films", value=bool(value)):
                switches = replace(own.switches, on=own.switches.on and not value)
                return marks.with_explore_state(state, films=value, page=0, switches=switches)
            case Set(control="bookmark"):
                return bookmarks.add(state)
            case Key(name=name):
                return self._handle_key(state, name)
        return state

    def queries(self, state: State) -> dict[str, AnyQuery]:
        own, layout = marks.get_explore_state(state), self.layout(state)
        model, which = state.models[0], state.get_map_name(0)
        wanted = map_layers.make_queries(state, layout, self.model_count(state))
        code = marks.active_point(state)
        if marks.is_edited(state):
            wanted["moved"] = EditedLatent(model, code, which)
        else:
            wanted["point"] = Point(model, which, code.xy, code.resolution, code.method)
            dot = map_panel.find_nearest_dot(state, 0, code.xy)[1]
            wanted["sample"] = Sample(model, dot)
            row = layout.parts.get("strip")
            wanted |= explanation.make_queries(own.switches, state, code.xy, code.resolution, dot, row)
        wanted |= bookmarks.make_queries(state)
        if own.films:
            wanted["films"] = traversals_view.make_query(state, layout.parts["films"])
        if not own.switches.on:  # Why? takes the strip
            asked = strip.make_query(state, layout.maps[0])
            wanted |= {"strip": asked} if asked is not None else {}
        return wanted

    def animation_targets(self, state: State, results: Results) -> dict[str, AnimationTarget]:
        point: PointValue | None = results.get_value("point", PointValue)
        if point is None:
            return {}
        row: StripValue | None = results.get_value("strip", StripValue)
        # without marks only a conditional model has a strip (the same latent under each label), which is animated, too
        left = replace(marks.current_marks(state), at=None)
        variants = len(row.pictures) if row is not None and left == Marks() else 0
        return {"point": map_panel.make_animation_target(state, 0, point, variants)}

    def view(self, state: State, results: Results) -> View:
        layout, own = self.layout(state), marks.get_explore_state(state)
        rect = layout.maps[0]
        links: NearestSamplesValue | None = results.get_value("links", NearestSamplesValue)
        named = (
            traversals_view.find_hovered_dimension(state, results)
            if own.passing.hovered_row is not None
            else own.highlighted_dimension
        )
        slots = self.model_count(state)
        items = map_panel.shared_items(state, layout.hint, layout.legend, self._choose_hint(state, links), slots)
        items += map_layers.make_legend_items(state, layout, results, slots)
        items += map_layers.make_map_items(state, 0, rect, results, slots, links)
        items += self._make_map_items(state, rect, results)
        if "strip" in layout.parts:
            items += strip.make_items(state, layout.parts["strip"], results)
        if "films" in layout.parts:
            items += traversals_view.make_items(state, layout.parts["films"], results, named)
        if "bookmarks" in layout.parts:
            items += bookmarks.make_items(state, layout.parts["bookmarks"], results)
        items += details.make_items(state, layout.parts, results, named)
        return tuple(items)

    # -- actions --------------------------------------------------------------------------------------

    def _handle_key(self, state: State, name: str) -> State:
        own, left, checkpoint = (
            marks.get_explore_state(state),
            marks.current_marks(state),
            state.get_checkpoint(0),
        )
        match name:
            case "g":
                if not checkpoint.generative:
                    said = "Only a model with latent diffusion draws new samples, mnist-diffusion for example."
                    return state.with_message(said)
                drawn = replace(left, trace=(), drawn=left.drawn + 1, part=0, at=None)
                return marks.with_marks(state, drawn, show_in_strip=True)
            case "k":
                book = checkpoint.codebook
                if book is None:
                    return state.with_message(codebook_strip.NO_CODEBOOK)
                part = codebook_strip.find_next_part(left.part, book.part_count)
                return marks.with_marks(state, replace(left, trace=(), drawn=0, part=part), show_in_strip=True)
            case "c":
                return marks.with_marks(state, Marks())
            case "backspace":
                pins = left.pins if left.trace or left.part or left.at else left.pins[:-1]
                return marks.with_marks(state, Marks(pins))
            case "x" | "X":
                chosen = latent_bars.find_next_dimension(own, checkpoint.latent_dim, 1 if name == "x" else -1)
                return marks.with_explore_state(state, chosen=chosen, page=0)
            case "comma" | "," | "period" | ".":
                return latent_bars.step_dimension(state, 1 if name in ("period", ".") else -1)
            case "r":
                return latent_bars.reset(state)
            case "y" | "Y" if own.films:
                return marks.with_explore_state(state, page=own.page + (1 if name == "y" else -1))
            case "B":
                return bookmarks.remove(state)
            case ";":
                return bookmarks.go_to_next(state)
        return state

    def _handle_touch(self, state: State, touch: PartEvent) -> State:
        own, layout, left = marks.get_explore_state(state), self.layout(state), marks.current_marks(state)
        rect = layout.parts.get(touch.part)
        if rect is None or touch.phase == "leave":
            return (
                marks.with_explore_state(state, passing=ExploreTransient())
                if own.passing != ExploreTransient()
                else state
            )
        match touch.part, touch.phase:
            case "bars", _ if not (left.drawn and state.pointer.hover is None):
                return self._handle_bar_touch(state, touch, rect)
            case "films", "hover":
                return marks.with_explore_state(
                    state,
                    passing=ExploreTransient(hovered_row=traversals_view.find_row_at(touch.position, state, rect)),
                )
            case "bookmarks", "hover":
                place, _ = bookmarks.find_thumbnail_at(touch.position, rect, state)
                return marks.with_explore_state(state, passing=ExploreTransient(hovered_bookmark=place))
            case "bookmarks", "press":
                place, away = bookmarks.find_thumbnail_at(touch.position, rect, state)
                return bookmarks.remove(state, place) if away else bookmarks.go_to(state, place)
        return state

    def _handle_bar_touch(self, state: State, touch: PartEvent, rect: Rect) -> State:
        own = marks.get_explore_state(state)
        dimension = latent_bars.find_dimension_at(touch.position, latent_bars.find_visible_dimensions(state, rect))
        value = latent_bars.compute_value_at(touch.position, state.get_checkpoint(0))
        match touch.phase:
            case "hover":
                return marks.with_explore_state(state, passing=ExploreTransient(dimension))
            case "press" if touch.is_second_press:
                return latent_bars.reset(state, dimension)
            case "press":
                begun = marks.with_explore_state(
                    state, chosen=dimension, page=0, passing=ExploreTransient(dimension, dragging=True)
                )
                return latent_bars.set_dimension(begun, dimension, value)
            case "drag" if own.passing.dragging and own.passing.hovered_dimension is not None:
                return latent_bars.set_dimension(state, own.passing.hovered_dimension, value)
            case "release":
                return marks.with_explore_state(state, passing=replace(own.passing, dragging=False))
        return state

    def _toggle_pin(self, state: State, slot: int, xy: Xy) -> State:
        """Add a pin at `xy`, or remove the pins under the mouse if there are any."""
        left, rect = marks.current_marks(state), self.layout(state).maps[slot]
        pins = left.pins
        reach = 10 * state.marker_scale / state.get_camera(slot).compute_scale(rect)
        unseen = left.part > 0  # pins are hidden behind the codebook: a click must not remove them
        kept = tuple(pin for pin in pins if unseen or np.hypot(pin[0] - xy[0], pin[1] - xy[1]) > reach)
        if len(kept) == len(pins) == STRIP_LENGTH:
            said = f"{STRIP_LENGTH} pins fit into the strip: click one to remove it, or C removes all."
            return state.with_message(said)
        place, _ = map_panel.snap_to_dot(state, slot, xy, rect)
        return marks.with_marks(state, Marks(kept if len(kept) < len(pins) else (*pins, place)))

    # -- view -----------------------------------------------------------------------------------------

    def _choose_hint(self, state: State, links: NearestSamplesValue | None) -> str:
        own = marks.get_explore_state(state)
        if links:
            return explanation.describe_tears(links, state.get_checkpoint(0).maps[state.get_map_name(0)])
        if own.passing.hovered_dimension is not None or (state.pointer.hover is None and marks.is_edited(state)):
            return DRAG_BARS_HINT
        told = (
            traversals_view.HINT
            if own.films
            else explanation.INVERSE_HINTS[own.switches.active_inverse]
            if own.switches.on
            else self.hint
        )
        return map_layers.choose_hint(state, self.model_count(state), told)

    def _make_map_items(self, state: State, rect: Rect, results: Results) -> list[Item]:
        camera, left = state.get_camera(0), marks.current_marks(state)
        xy = marks.active_point(state).xy
        items: list[Item] = []
        moved: EditedLatentValue | None = results.get_value("moved", EditedLatentValue)
        if (state.pointer.hover is not None or not left.drawn) and not marks.is_edited(state):
            dot = map_panel.find_nearest_dot(state, 0, xy)[1]
            if marks.get_explore_state(state).switches.on:
                items += explanation.make_map_items(state, xy, dot, rect, results)
            items.append(map_panel.dot_marker(state, 0, dot, rect))
        if left.trace:
            items.append(Line(tuple(camera.to_px(p, rect) for p in left.trace), rect, "accent", 3))
        size = round(9 * state.marker_scale)
        generated: GenerationValue | None = results.get_value("strip", GenerationValue)
        if left.drawn and generated is not None:
            way = tuple(camera.to_px(xy, rect) for xy in generated.trajectory)
            items += [Line(way, rect, "accent", 2), Marker(way[-1], rect, "accent", size, "G", filled=True)]
        book: CodebookEntriesValue | None = results.get_value("strip", CodebookEntriesValue)
        if left.part and book is not None:
            items += codebook_strip.make_markers(state, book, strip.find_strip_codes(state, book), rect)
        else:
            for number, pin in enumerate(left.pins, 1):
                items.append(Marker(camera.to_px(pin, rect), rect, "accent", size, str(number), filled=True))
        items += bookmarks.make_map_items(state, rect, results)
        if moved is not None and moved.latent_ref.image is None and moved.latent_ref.which == state.get_map_name(0):
            before, after = camera.to_px(moved.latent_ref.xy, rect), camera.to_px(moved.xy, rect)
            items += [
                Line((before, after), rect, "accent", 2),
                Marker(before, rect, "accent", round(4 * state.marker_scale)),
            ]
        if moved is not None:
            items.append(Marker(camera.to_px(moved.xy, rect), rect, "accent", size, "z", filled=True))
        return items
