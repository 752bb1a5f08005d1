"""The Explore lab: one model. The picture under the mouse, pins, traces, the nearest sample, the latent vector as bars
to drag, traversals of its dimensions, and bookmarks."""

import math
from dataclasses import replace

from latent_explorer.engine.animation.picture_animation import AnimationTarget
from latent_explorer.engine.queries.base import Point, PointValue, StripValue
from latent_explorer.engine.queries.explain import NearestSamplesValue
from latent_explorer.engine.queries.latent_edit import DrawnLatent, EditedLatent, LatentRef
from latent_explorer.engine.queries.sample import Sample
from latent_explorer.engine.query import AnyQuery
from latent_explorer.engine.results import Results
from latent_explorer.engine.subject import Place
from latent_explorer.labs.explore import (
    bookmarks,
    codebook_strip,
    details,
    explanation,
    forward_pass,
    latent_bars,
    map_view,
    panels,
    posterior_view,
    side_panel,
    strip,
    traversals_view,
    vector_samples,
)
from latent_explorer.labs.explore.layout import STRIP_LENGTH
from latent_explorer.labs.explore.state import (
    NAME,
    ExploreFrame,
    ExploreState,
    ExploreTransient,
    Marks,
    change_marks,
    find_active_dot,
    find_active_point,
    find_place,
    get_active_panel,
    get_current_marks,
    get_explore_state,
    is_edited,
    make_layout,
    with_explore_state,
    with_marks,
)
from latent_explorer.scene import map_panel
from latent_explorer.scene.controls import Button, Control
from latent_explorer.scene.events import Key, MapClick, MapDrag, PartEvent, Set, TimePassed, Xy
from latent_explorer.scene.items import Item
from latent_explorer.scene.lab import Lab, LabAction
from latent_explorer.scene.layout import Layout
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.state import State
from latent_explorer.texts import mark, tr, tr_count

DRAG_BARS_HINT = mark(
    "Drag a bar up or down: one number of the code changes, and what the decoder makes of it. R: as it was."
)
LESSON_HINT = mark(
    "Move the mouse: the decoder paints what the model imagines there. A click pins it; a drag traces a path."
)
"""On the pages of a lesson, where a click opens no panel."""


class Explore(Lab[ExploreState]):
    name = NAME
    order = 1
    stage = ("picture", "verdict", "gauge", "sample", "reconstruction", "films", "panel", "bookmarks")
    companions = ("picture",)
    needs_decoder = False
    state_class = ExploreState
    title = mark("Explore")
    purpose = mark("One model: see what it decodes wherever the mouse is")
    hint = mark(
        "Move the mouse: the decoder paints what the model imagines there. "
        "Click a dot to see its way through the model; a drag from one traces a path."
    )
    keys = (
        (mark("Move"), mark("decode the point under the mouse")),
        (mark("Click, Enter"), mark("pin the picture; click a pin to remove it")),
        (mark("Click a dot"), mark("encoder, code, decoder, large; Esc goes back")),
        (mark("Drag from a dot, D"), mark("trace: a film strip of the way; D begins and ends it")),
        (mark("Drag a bar"), mark("change that number of the latent vector")),
        (mark("X, comma, period"), mark("choose a dimension; less and more of it, or of ε")),
        (mark("R, double-click a bar"), mark("all dimensions as they were, that one")),
        (mark("Y, Shift+Y"), mark("pages of what each dimension does")),
        (mark("Shift+B, ;"), mark("remove the last bookmark; go to the next one")),
        ("G", mark("latent diffusion: a new sample and its way")),
        ("K", mark("vector-quantised: the codes, part by part")),
        (mark("Backspace, C"), mark("remove the last pin, clear pins and trace")),
        *explanation.KEYS,
    )

    def get_own(self, state: State) -> ExploreState:
        return get_explore_state(state)

    def list_keys(self, state: State) -> tuple[tuple[str, str], ...]:
        return self.keys if state.get_checkpoint(0).can_decode else vector_samples.KEYS

    def list_shown_settings(self, state: State) -> tuple[str, ...]:
        return super().list_shown_settings(state) if state.get_checkpoint(0).can_decode else ()

    def make_controls(self, state: State) -> tuple[Control, ...]:
        checkpoint = state.get_checkpoint(0)
        atlas = checkpoint.maps[state.get_map_name(0)]
        return (
            *(side_panel.offer_available(one, state) for one in super().make_controls(state)),
            Button("bookmark", tr("Bookmark"), tr("Keep the point that is looked at as a bookmark"), key="b"),
            *explanation.make_controls(self.get_own(state).switches, atlas, decodes=checkpoint.can_decode),
        )

    def lay_out(self, state: State) -> Layout:
        return make_layout(state)

    def list_interactive_parts(self, state: State) -> tuple[str, ...]:
        return ("bars", "bars text", "films", *side_panel.PARTS, "bookmarks")

    def is_playing(self, state: State) -> bool:
        return side_panel.is_watched(state)

    # -- actions --------------------------------------------------------------------------------------

    def on_setting_changed(self, lab_state: ExploreState, setting: str) -> ExploreState:
        """Show the traversals from their first page; what stands beside the map is one of them, a panel, and Why?."""
        films, panel, switches = lab_state.films, lab_state.panel, lab_state.switches
        opens = panel == panels.WAY if setting == "panel" else lab_state.opens_way
        if setting == "films" and films:
            panel = panels.NONE
        films = films and panel == panels.NONE
        switches = replace(switches, on=switches.on and not films and panel == panels.NONE)
        return replace(lab_state, page=0, films=films, panel=panel, switches=switches, opens_way=opens)

    def react(self, state: State, action: LabAction) -> State:
        own, marks = self.get_own(state), get_current_marks(state)
        switches = explanation.update(own.switches, action)
        if switches is not None:
            films, panel = (False, panels.NONE) if switches.on else (own.films, own.panel)
            return with_explore_state(state, switches=switches, films=films, panel=panel)
        match action:
            case PartEvent():
                return self._handle_touch(state, action)
            case MapClick(dot=dot) if get_active_panel(state) == panels.WAY:
                return forward_pass.show(state, dot)
            case MapClick(xy=xy, slot=slot, dot=dot):
                return self._click_map(state, slot, xy, dot)
            case Set(control=panels.CLOSE):
                return with_explore_state(state, panel=panels.NONE)
            case MapDrag(first=True, start_xy=start, xy=xy):
                pixel = state.get_pixel(0, self.get_layout(state).maps[0])
                begun = {"trace": (start, xy), "trace_pixel": pixel}
                return change_marks(state, **begun, drawn=0, part=0, at=None, show_in_strip=True)
            case MapDrag(xy=xy) if marks.trace:
                return change_marks(state, trace=(*marks.trace[-2000:], xy))
            case Set(control="bookmark"):
                return bookmarks.add(state)
            case TimePassed(seconds=seconds) if side_panel.is_watched(state):
                return side_panel.let_pass(state, seconds)
            case Key(name="escape") if own.films or own.switches.on or get_active_panel(state) != panels.NONE:
                off = replace(own.switches, on=False)
                return with_explore_state(state, panel=panels.NONE, films=False, switches=off)
            case Key(name=name):
                return self._handle_key(state, name)
        return state

    def _handle_key(self, state: State, name: str) -> State:
        own, marks, checkpoint = self.get_own(state), get_current_marks(state), state.get_checkpoint(0)
        match name:
            case "g":
                if not checkpoint.generative:
                    text = tr("Only a model with latent diffusion draws new samples, mnist-diffusion for example.")
                    return state.with_message(text)
                return change_marks(state, trace=(), drawn=marks.drawn + 1, part=0, at=None, show_in_strip=True)
            case "k":
                if checkpoint.codebook is None:
                    return state.with_message(tr(codebook_strip.NO_CODEBOOK))
                part = codebook_strip.find_next_part(marks.part, checkpoint.codebook.part_count)
                return change_marks(state, trace=(), drawn=0, part=part, show_in_strip=True)
            case "c":
                return with_marks(state, Marks())
            case "backspace":
                has_other = marks.trace or marks.part or marks.at
                return with_marks(state, Marks(marks.pins if has_other else marks.pins[:-1]))
            case "x" | "X":
                chosen = latent_bars.find_next_dimension(own, checkpoint.latent_dim, 1 if name == "x" else -1)
                return with_explore_state(state, chosen=chosen, page=0)
            case "comma" | "," | "period" | "." if checkpoint.can_decode:
                is_dial = get_active_panel(state) == panels.POSTERIOR
                step = posterior_view.step_epsilon if is_dial else latent_bars.step_dimension
                return step(state, 1 if name in ("period", ".") else -1)
            case "r":
                return latent_bars.reset(state)
            case "y" | "Y" if own.films:
                return with_explore_state(state, page=own.page + (1 if name == "y" else -1))
            case "B":
                return bookmarks.remove(state)
            case ";":
                return bookmarks.go_to_next(state)
        return state

    def _handle_touch(self, state: State, event: PartEvent) -> State:
        rect, own = self.get_layout(state).parts.get(event.part), self.get_own(state)
        if rect is None or event.phase == "leave":
            return with_explore_state(state, passing=ExploreTransient(flow=own.passing.flow))
        match event.part, event.phase:
            case "bars", _ if not (get_current_marks(state).drawn and state.pointer.hover is None):
                return self._handle_bar_touch(state, event, rect)
            case "films", "hover":
                row = traversals_view.find_row_at(event.position, state, rect)
                return with_explore_state(state, passing=ExploreTransient(hovered_row=row))
            case part, _ if part in side_panel.PARTS:
                return side_panel.handle_touch(state, event, rect)
            case "bookmarks", "hover":
                index, _ = bookmarks.find_thumbnail_at(event.position, rect, state)
                return with_explore_state(state, passing=ExploreTransient(hovered_bookmark=index))
            case "bookmarks", "press":
                index, is_on_cross = bookmarks.find_thumbnail_at(event.position, rect, state)
                return bookmarks.remove(state, index) if is_on_cross else bookmarks.go_to(state, index)
        return state

    def _handle_bar_touch(self, state: State, event: PartEvent, rect: Rect) -> State:
        passing = self.get_own(state).passing
        dimension = latent_bars.find_dimension_at(event.position, latent_bars.find_visible_dimensions(state, rect))
        value = latent_bars.compute_value_at(event.position, state.get_checkpoint(0))
        match event.phase:
            case "hover":
                return with_explore_state(state, passing=ExploreTransient(dimension))
            case _ if not state.get_checkpoint(0).can_decode:
                return state
            case "press" if event.is_second_press:
                return latent_bars.reset(state, dimension)
            case "press":
                passing = ExploreTransient(dimension, dragging=True)
                state = with_explore_state(state, chosen=dimension, page=0, passing=passing)
                return latent_bars.set_dimension(state, dimension, value)
            case "drag" if passing.dragging and passing.hovered_dimension is not None:
                return latent_bars.set_dimension(state, passing.hovered_dimension, value)
            case "release":
                return with_explore_state(state, passing=replace(passing, dragging=False))
        return state

    def _click_map(self, state: State, slot: int, xy: Xy, dot: int) -> State:
        """Pin the picture there; a click on a sample pins the sample, and shows its way through the model, too."""
        place, pixel = map_panel.get_dot_xy(state, slot, dot), state.get_pixel(slot, self.get_layout(state).maps[slot])
        if not forward_pass.opens(state, math.dist(place, xy) / pixel):
            return self._toggle_pin(state, slot, xy)
        after = self._toggle_pin(state, slot, place)
        is_new = len(get_current_marks(after).pins) > len(get_current_marks(state).pins)
        return forward_pass.show(after, dot, panel=panels.WAY) if is_new else after

    def _toggle_pin(self, state: State, slot: int, xy: Xy) -> State:
        """Add a pin at `xy`, or remove the pins under the mouse if there are any."""
        marks, rect = get_current_marks(state), self.get_layout(state).maps[slot]
        pins, is_hidden = marks.pins, marks.part > 0  # behind the codebook: a click must not remove them
        reach = 10 * state.marker_scale * state.get_pixel(slot, rect)
        others = tuple(pin for pin in pins if is_hidden or math.dist(pin.xy, xy) > reach)
        if len(others) == len(pins) == STRIP_LENGTH:
            return state.with_message(
                tr_count(
                    "{count} pin fits into the strip: click it to remove it, or C removes all.",
                    "{count} pins fit into the strip: click one to remove it, or C removes all.",
                    STRIP_LENGTH,
                )
            )
        if len(others) < len(pins):
            return change_marks(state, pins=others, drawn=0, part=0, at=None)
        place = find_place(state, xy)
        # what was pinned last is looked at, also if there is a trace, which would come first
        at = LatentRef(state.get_map_name(0), place.xy, place.resolution, method=place.method) if marks.trace else None
        return change_marks(state, pins=(*pins, place), drawn=0, part=0, at=at)

    # -- what is asked and shown ----------------------------------------------------------------------

    def ask(self, state: State) -> dict[str, AnyQuery]:
        own, parts = self.get_own(state), self.get_layout(state).parts
        model, which, point = state.models[0], state.get_map_name(0), find_active_point(state)
        wanted: dict[str, AnyQuery] = {}
        panel = get_active_panel(state)
        if panel == panels.WAY:
            return {**bookmarks.make_queries(state), **side_panel.make_queries(panel, state, parts)}
        if is_edited(state):
            drawn = point.image is not None and not point.changes
            wanted["moved"] = (DrawnLatent if drawn else EditedLatent)(model, point, which)
        else:
            dot = find_active_dot(state)
            place = Place(point.xy, point.resolution, point.method)
            if state.get_checkpoint(0).can_decode:
                wanted["point"] = Point(model, which, point.xy, point.resolution, point.method)
            wanted["sample"] = Sample(model, dot)
            wanted |= explanation.make_queries(own.switches, state, place, dot, parts.get("strip"))
        wanted |= bookmarks.make_queries(state)
        if own.films:
            wanted["films"] = traversals_view.make_query(state, parts["films"])
        wanted |= side_panel.make_queries(panel, state, parts)
        return wanted if own.switches.on else {**wanted, **strip.make_queries(state)}  # Why? takes the strip

    def make_animation_targets(self, state: State, results: Results) -> dict[str, AnimationTarget]:
        point, row = results.get_value("point", PointValue), results.get_value("strip", StripValue)
        if point is None:
            return {}
        # without marks only a conditional model has a strip (the same latent under each label), which is animated, too
        unmarked = replace(get_current_marks(state), at=None) == Marks()
        variants = len(row.pictures) if row is not None and unmarked else 0
        return {"point": map_panel.make_animation_target(state, 0, point, variants)}

    def choose_urgent_hint(self, frame: ExploreFrame) -> str:
        state, links = frame.state, frame.results.get_value("links", NearestSamplesValue)
        if links is not None:
            return explanation.describe_tears(links, frame.checkpoint.maps[state.get_map_name(0)])
        panel = get_active_panel(state)
        if not frame.checkpoint.can_decode or panel == panels.WAY:
            return ""
        is_on_bar = frame.own.passing.hovered_dimension is not None
        is_resting = state.pointer.hover is None and not side_panel.choose_hint(panel)
        return tr(DRAG_BARS_HINT) if is_on_bar or (is_resting and is_edited(state)) else ""

    def choose_hint(self, frame: ExploreFrame) -> str:
        if frame.own.films:
            return tr(traversals_view.HINT)
        decodes = frame.checkpoint.can_decode
        if not frame.own.switches.on:
            moving = tr(self.hint) if frame.state.overlay.lesson is None else tr(LESSON_HINT)
            return side_panel.choose_hint(get_active_panel(frame.state)) or (
                moving if decodes else vector_samples.choose_hint(frame.state)
            )
        atlas = frame.checkpoint.maps[frame.state.get_map_name(0)]
        return explanation.choose_hint(frame.own.switches, atlas, decodes=decodes)

    def draw(self, frame: ExploreFrame) -> list[Item]:
        panel = get_active_panel(frame.state)
        beside = side_panel.make_items(panel, frame)
        if panel == panels.WAY:
            return beside + bookmarks.make_items(frame)
        column = traversals_view.make_items(frame) + beside + bookmarks.make_items(frame)
        return strip.make_items(frame) + column + details.make_items(frame)

    def draw_on_map(self, frame: ExploreFrame, slot: int, rect: Rect) -> list[Item]:
        return map_view.make_items(frame, rect)
