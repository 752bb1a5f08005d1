"""The Interpolate lab: anchors on the map and the paths between them (straight, along an arc, through the data), beside
the pixel cross-fade between the same anchors; played, scrubbed, and exported."""

from dataclasses import dataclass, field, replace
from typing import Literal

from latent_explorer.config.schema import Natural
from latent_explorer.engine.query import AnyQuery
from latent_explorer.engine.results import Results
from latent_explorer.labs.interpolate import anchors
from latent_explorer.labs.interpolate import layout as interpolate_layout
from latent_explorer.labs.interpolate import view as interpolate_view
from latent_explorer.labs.interpolate.anchors import USER_IMAGE_ANCHOR, Anchor, ResolvedAnchor
from latent_explorer.labs.interpolate.queries import (
    DATA,
    KINDS,
    LINEAR,
    MAX_STOPS,
    SPHERICAL,
    CrossFade,
    DataPath,
    InterpolationPath,
    PathKind,
    ProjectedPath,
)
from latent_explorer.labs.interpolate.view import TITLES
from latent_explorer.scene import film_export, map_layers
from latent_explorer.scene.controls import Button, Choice, Control, Toggle
from latent_explorer.scene.events import Key, MapClick, MapDrag, MapDrop, PartEvent, Set, TimePassed
from latent_explorer.scene.film_export import FilmExport
from latent_explorer.scene.items import View
from latent_explorer.scene.lab import Lab, LabAction, Layout
from latent_explorer.scene.state import State

STEPS, MIN_STEPS = 120, 24
"""Steps of a whole path, and least number from one anchor to the next."""
PICTURES_PER_SECOND = 30.0
"""Pictures per second at speed 1."""
SPEEDS = (("0.5", "½×"), ("1", "1×"), ("2", "2×"))
FULL_MESSAGE = f"{MAX_STOPS} places are the most a way has: click one of them to remove it, or C removes all."


@dataclass(frozen=True)
class InterpolateTransient:
    """State that is left out of undo and of session files."""

    head: float = 0.5
    """Position along the path, 0 to 1; at first the middle, where the paths differ most."""
    playing: bool = False
    backwards: bool = False
    dragged_anchor: int = -1
    """Number of the anchor being dragged; -1 for none."""


@dataclass(frozen=True)
class InterpolateState:
    anchors: tuple[Anchor, ...] | None = None
    """None until the user places one: then the default pair, the middles of two classes, is used."""
    pair: Natural = 0
    """Number of the default pair."""
    shown: PathKind = LINEAR
    """Kind of the path with the large picture."""
    speed: Literal["0.5", "1", "2"] = "1"
    loop: bool = True
    passing: InterpolateTransient = field(default_factory=InterpolateTransient)


class Interpolate(Lab):
    name = "interpolate"
    title = "Interpolate"
    hint = (
        "Look at the middle: pixels fade into two ghosts, latents into one picture. "
        "Only the way through the data stays near real samples."
    )
    keys = (
        ("Click, Enter", "put the next place of the way: a sample, or empty map"),
        ("Drag a place", "move it (D begins and ends it)"),
        ("Click a place", "remove it; Backspace removes the last, C all"),
        ("Drag on film or chart", "go to that moment; , and . one picture back, on"),
        ("Click a row's name", "show that way large"),
        ("X", "the same way from its end to its start"),
        ("Plausibility", "share of samples farther from the one next to them"),
        ("Lines on the map", "where the codes lie; dots are the film's moments"),
        ("A dashed tie", "from empty map to where the map puts the code"),
    )

    def initial_state(self) -> InterpolateState:
        return InterpolateState()

    def on_model_changed(self, lab_state: InterpolateState, *, same_dataset: bool) -> InterpolateState:
        return (
            lab_state if same_dataset else replace(lab_state, anchors=None, pair=0)
        )  # anchors are images of the data set

    def controls(self, state: State) -> tuple[Control, ...]:
        own = self._get_lab_state(state)
        mine = "Remove my image" if USER_IMAGE_ANCHOR in (own.anchors or ()) else "Add my image"
        return (
            Toggle("play", "Play", own.passing.playing, "Play the way, or pause", key="space"),
            Toggle("loop", "There and back", own.loop, "Go on for ever, there and back, or stop at the end", key="b"),
            Choice("speed", SPEEDS, own.speed, "How fast it plays", key="e"),
            Choice("shown", tuple(TITLES.items()), own.shown, "The way whose picture is large", key="k"),
            Button("pair", "Other pair", "Begin with the middles of two other classes", key="w"),
            Button("mine", mine, "Your own picture as the next place (O draws one)", key="i"),
            Button("clear", "Clear", "Remove all places", key="c"),
            *film_export.make_controls(),
        )

    def lay_out(self, state: State) -> Layout:
        return interpolate_layout.make_layout(state.size, state.ui_scale)

    def interactive_parts(self, state: State) -> tuple[str, ...]:
        return ("film", "chart", "labels")

    def captures_drag(self, state: State) -> bool:
        placed = self._get_lab_state(state).anchors or ()
        return state.pointer.hover is not None and anchors.is_near(
            state.pointer.hover.px, placed, state, self.layout(state).maps[0]
        )

    def is_playing(self, state: State) -> bool:
        return self._get_lab_state(state).passing.playing

    def update(self, state: State, action: LabAction) -> State:
        own = self._get_lab_state(state)
        match action:
            case TimePassed(seconds=seconds):
                return self._with_transient(state, self._advance(own, seconds, len(self._resolve_anchors(state))))
            case MapClick() | MapDrag() | MapDrop():
                return self._handle_map_action(state, action)
            case PartEvent(phase="press" | "drag"):
                return self._handle_touch(state, action)
            case Set(control="play", value=bool(playing)):
                return self._with_transient(state, self._set_playing(own, playing))
            case Set(control="loop", value=bool(loop)):
                return self._with_lab_state(state, replace(own, loop=loop))
            case Set(control="speed", value=speed) if speed in dict(SPEEDS):
                return self._with_lab_state(state, replace(own, speed=speed))
            case Set(control="shown", value=kind) if kind in KINDS:
                return self._with_lab_state(state, replace(own, shown=kind))
            case Set(control="pair"):
                return self._with_lab_state(state, replace(own, anchors=None, pair=own.pair + (own.anchors is None)))
            case Set(control="mine"):
                return self._toggle_user_image(state)
            case Set(control="clear"):
                return self._with_lab_state(state, replace(own, anchors=()))
            case Set(control=kind) if kind in film_export.FORMATS:
                return state.put(replace(state.status, pending_export=kind))
            case Key(name="backspace"):
                return self._with_lab_state(state, replace(own, anchors=self._list_anchors(state)[:-1]))
            case Key(name="x"):
                turned = replace(own.passing, head=1 - own.passing.head)
                back = self._list_anchors(state)[::-1]
                return self._with_lab_state(state, replace(own, anchors=back, passing=turned))
            case Key(name="," | "." as name):
                step = 1 / (interpolate_layout.count_pictures(self.layout(state).parts["film"], state.ui_scale) - 1)
                head = own.passing.head + (step if name == "." else -step)
                return self._with_transient(state, replace(own.passing, head=min(max(head, 0.0), 1.0), playing=False))
        return state

    def queries(self, state: State) -> dict[str, AnyQuery]:
        wanted = map_layers.make_queries(state, self.layout(state), 1)
        ways = self._make_path_queries(state)
        if ways:
            model, which = state.models[0], state.get_map_name(0)
            wanted |= ways
            wanted["fade"] = CrossFade(model, ways[LINEAR].stops, ways[LINEAR].steps)
            wanted |= {f"route {kind}": ProjectedPath(model, which, way) for kind, way in ways.items()}
        return wanted

    def export_film(self, state: State, results: Results) -> FilmExport | None:
        found = self._resolve_anchors(state)
        return interpolate_view.make_film_export(
            state, results, self._compute_duration(len(found)), self._get_lab_state(state).loop
        )

    def view(self, state: State, results: Results) -> View:
        own = self._get_lab_state(state)
        shown = interpolate_view.InterpolateViewModel(
            self._resolve_anchors(state), own.shown, own.passing.head, own.passing.dragged_anchor
        )
        tied = interpolate_view.find_hovered_tie(state, self.layout(state).maps[0], shown, results)
        return interpolate_view.make_view(state, self.layout(state), shown, self._choose_hint(state, tied), results)

    # -- anchors and paths ------------------------------------------------------------------------------

    def _get_lab_state(self, state: State) -> InterpolateState:
        own: InterpolateState = state.lab_states[self.name]
        return own

    def _list_anchors(self, state: State) -> tuple[Anchor, ...]:
        own = self._get_lab_state(state)
        return anchors.default_pair(state, own.pair) if own.anchors is None else own.anchors

    def _resolve_anchors(self, state: State) -> tuple[ResolvedAnchor, ...]:
        return anchors.resolve_anchors(self._list_anchors(state), state)

    def _make_path_queries(self, state: State) -> dict[str, InterpolationPath]:
        """Return the path queries by kind; none if there are fewer than two anchors."""
        found, model = self._resolve_anchors(state), state.models[0]
        if len(found) < 2:
            return {}
        stops = tuple(one.stop for one in found)
        # fewest steps while an anchor is dragged, so that the pictures keep up with the mouse
        steps = MIN_STEPS + 1 if self._get_lab_state(state).passing.dragged_anchor >= 0 else _count_steps(len(stops))
        straight = {kind: InterpolationPath(model, stops, steps, kind) for kind in (LINEAR, SPHERICAL)}
        return {**straight, DATA: DataPath(model, stops, steps)}

    def _choose_hint(self, state: State, tied: str) -> str:
        every, found = self._list_anchors(state), self._resolve_anchors(state)
        same = anchors.find_coinciding_anchors(found)
        if len(found) < 2:
            said = "Click two places on the map, A and B. Then watch what lies between them."
        elif same:
            said = f"{same} are on one spot: nothing lies between them. Drag one of them away."
        elif len(found) < len(every):
            said = f"{len(every) - len(found)} of {len(every)} places are not on this model's map and are left out."
        elif tied:
            said = f"{tied} is on empty map. The dashed tie leads to where the map puts the code made for it."
        else:
            said = self.hint
        return map_layers.choose_hint(state, 1, said)

    # -- mouse -------------------------------------------------------------------------------------------

    def _handle_map_action(self, state: State, action: MapClick | MapDrag | MapDrop) -> State:
        own, rect = self._get_lab_state(state), self.layout(state).maps[0]
        every, found = self._list_anchors(state), self._resolve_anchors(state)
        match action:
            case MapClick(xy=xy):
                number = anchors.anchor_under_mouse(xy, found, state, rect)
                if number is not None:
                    return self._with_lab_state(state, replace(own, anchors=(*every[:number], *every[number + 1 :])))
                if len(every) >= MAX_STOPS:
                    return state.with_message(FULL_MESSAGE)
                placed = anchors.anchor_at(state, xy, rect)
                return self._with_lab_state(state, replace(own, anchors=(*every, placed)))
            case MapDrag(first=True, start_xy=start, xy=xy):
                number = anchors.anchor_under_mouse(start, found, state, rect)
                if number is None and len(every) >= MAX_STOPS:
                    return state.with_message(FULL_MESSAGE)
                if number is None:  # a new anchor is created there and dragged
                    number, every = len(every), (*every, anchors.anchor_at(state, start, rect))
                own = replace(own, passing=replace(own.passing, dragged_anchor=number))
                return self._move_anchor(state, own, every, anchors.anchor_at(state, xy, rect))
            case MapDrag(xy=xy) if 0 <= own.passing.dragged_anchor < len(every):
                return self._move_anchor(state, own, every, anchors.anchor_at(state, xy, rect))
        return self._with_transient(state, replace(own.passing, dragged_anchor=-1))

    def _move_anchor(
        self, state: State, lab_state: InterpolateState, all_anchors: tuple[Anchor, ...], target: Anchor
    ) -> State:
        number = lab_state.passing.dragged_anchor
        return self._with_lab_state(
            state, replace(lab_state, anchors=(*all_anchors[:number], target, *all_anchors[number + 1 :]))
        )

    def _handle_touch(self, state: State, touch: PartEvent) -> State:
        own, parts = self._get_lab_state(state), self.layout(state).parts
        if touch.part == "labels":
            row = min(int(touch.position[1] * interpolate_layout.FILM_ROWS), interpolate_layout.FILM_ROWS - 1)
            return self._with_lab_state(state, replace(own, shown=KINDS[row])) if row < len(KINDS) else state
        if touch.part == "chart":
            head = interpolate_view.make_chart(parts["chart"], state.ui_scale).find_values_at_share(touch.position)[0]
        else:
            head = interpolate_layout.find_share_at(parts["film"], state.ui_scale, touch.position[0])
        return self._with_transient(state, replace(own.passing, head=head, playing=False))

    def _toggle_user_image(self, state: State) -> State:
        own, every = self._get_lab_state(state), self._list_anchors(state)
        if USER_IMAGE_ANCHOR in every:
            return self._with_lab_state(
                state, replace(own, anchors=tuple(one for one in every if one != USER_IMAGE_ANCHOR))
            )
        if state.drawing.image is None:
            return state.with_message("There is no picture of your own yet: O opens the pad to draw one.")
        if len(every) >= MAX_STOPS:
            return state.with_message(FULL_MESSAGE)
        return self._with_lab_state(state, replace(own, anchors=(*every, USER_IMAGE_ANCHOR)))

    # -- time --------------------------------------------------------------------------------------------

    def _compute_duration(self, stops: int) -> float:
        """Compute the seconds from the first anchor to the last, at speed 1."""
        return max(1, stops - 1) * (_count_steps(stops) - 1) / PICTURES_PER_SECOND

    def _set_playing(self, lab_state: InterpolateState, playing: bool) -> InterpolateTransient:
        """Play or pause at the current position; restart from 0 if a path that does not loop is at its end."""
        anew = playing and not lab_state.loop and lab_state.passing.head >= 1
        return replace(
            lab_state.passing, playing=playing, head=0.0 if anew else lab_state.passing.head, backwards=False
        )

    def _advance(self, lab_state: InterpolateState, seconds: float, stops: int) -> InterpolateTransient:
        by = seconds * float(lab_state.speed) / self._compute_duration(stops)
        passing = lab_state.passing
        if not lab_state.loop:
            head = min(1.0, passing.head + by)
            return replace(passing, head=head, playing=head < 1, backwards=False)
        # there and back is a circle of length 2
        along = (2 - passing.head if passing.backwards else passing.head) + by
        along %= 2
        return replace(passing, head=min(along, 2 - along), backwards=along > 1)

    def _with_lab_state(self, state: State, lab_state: InterpolateState) -> State:
        return state.with_lab_state(self.name, lab_state)

    def _with_transient(self, state: State, transient: InterpolateTransient) -> State:
        return self._with_lab_state(state, replace(self._get_lab_state(state), passing=transient))


def _count_steps(stops: int) -> int:
    """Return the number of steps from each anchor to the next, both included."""
    return max(MIN_STEPS, STEPS // max(1, stops - 1)) + 1
