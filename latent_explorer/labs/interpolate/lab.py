"""The Interpolate lab: anchors on the map and the paths between them (straight, along an arc, through the data), beside
the pixel cross-fade between the same anchors; played, scrubbed, and exported."""

from dataclasses import dataclass, field, replace
from typing import Annotated, Literal

from latent_explorer.checkpoint.interpolation import DATA, KINDS, LINEAR, SPHERICAL, PathKind
from latent_explorer.engine.query import AnyQuery
from latent_explorer.engine.results import Results
from latent_explorer.labs.interpolate import anchors, view
from latent_explorer.labs.interpolate import layout as interpolate_layout
from latent_explorer.labs.interpolate.anchors import USER_IMAGE_ANCHOR, Anchor, ResolvedAnchor
from latent_explorer.labs.interpolate.queries import MAX_STOPS, CrossFade, DataPath, InterpolationPath, ProjectedPath
from latent_explorer.scene import film_export
from latent_explorer.scene.controls import Button, Control, Toggle
from latent_explorer.scene.events import Key, MapClick, MapDrag, MapDrop, PartEvent, Set, TimePassed
from latent_explorer.scene.film_export import FilmExport
from latent_explorer.scene.frame import Frame
from latent_explorer.scene.items import Item
from latent_explorer.scene.lab import Lab, LabAction, touch
from latent_explorer.scene.layout import Layout
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.settings import CountUp, Pick, Switch
from latent_explorer.scene.state import State
from latent_explorer.texts import mark, tr, tr_count

STEPS, MIN_STEPS = 120, 24
"""Steps of a whole path, and least number from one anchor to the next."""
PICTURES_PER_SECOND = 30.0
"""Pictures per second at speed 1."""
SPEEDS = {"0.5": "½×", "1": "1×", "2": "2×"}
PLACES_WANTED = mark("Click two places on the map, A and B. Then watch what lies between them.")


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
    pair: Annotated[
        int, CountUp(0, label=mark("Other pair"), tip=mark("Begin with the middles of two other classes"), key="w")
    ] = 0
    """Number of the default pair."""
    shown: Annotated[PathKind, Pick(view.TITLES, mark("The way whose picture is large"), "k")] = LINEAR
    """Kind of the path with the large picture."""
    speed: Annotated[Literal["0.5", "1", "2"], Pick(SPEEDS, mark("How fast it plays"), "e")] = "1"
    loop: Annotated[
        bool, Switch(mark("There and back"), mark("Go on for ever, there and back, or stop at the end"), "b")
    ] = True
    passing: InterpolateTransient = field(default_factory=InterpolateTransient)


HINT_OF_VALUES = mark(
    "Look at the middle: the cross-fade is a mean of both ends, value by value. "
    "Only the way through the data runs over real samples."
)


class Interpolate(Lab[InterpolateState]):
    name = "interpolate"
    order = 3
    stage = ("picture", "fade")
    state_class = InterpolateState
    title = mark("Interpolate")
    purpose = mark("Ways from one picture to another through the latent space")
    hint = mark(
        "Look at the middle: pixels fade into two ghosts. Do latents make one picture? "
        "Only the way through the data runs over real samples."
    )
    keys = (
        (mark("Click, Enter"), mark("put the next place of the way: a sample, or empty map")),
        (mark("Drag a place"), mark("move it (D begins and ends it)")),
        (mark("Click a place"), mark("remove it; Backspace removes the last, C all")),
        (mark("Drag on film or chart"), mark("go to that moment; , and . one picture back, on")),
        (mark("Click a row's name"), mark("show that way large")),
        (mark("X"), mark("the same way from its end to its start")),
        (mark("Plausibility"), mark("share of real pictures that look no more real")),
        (mark("Lines on the map"), mark("where the codes lie; dashed: the map jumps")),
        (mark("A dashed tie"), mark("from empty map to where the map puts the code")),
    )

    def on_model_changed(self, lab_state: InterpolateState, *, same_dataset: bool) -> InterpolateState:
        """Anchors are images of the data set; the play head stays where it is."""
        return lab_state if same_dataset else self.reset(lab_state, "anchors", "pair")

    def lay_out(self, state: State) -> Layout:
        return interpolate_layout.make_layout(state.lab_size, state.ui_scale)

    def list_shown_settings(self, state: State) -> tuple[str, ...]:
        return "loop", "speed", "shown", "pair"

    def make_controls(self, state: State) -> tuple[Control, ...]:
        own = self.get_own(state)
        can_be_drawn = state.get_checkpoint(0).sample_kind.can_be_drawn
        mine = tr("Remove mine") if USER_IMAGE_ANCHOR in (own.anchors or ()) else tr("Add mine")
        return (
            Toggle("play", tr("Play"), own.passing.playing, tr("Play the way, or pause"), key="space"),
            *super().make_controls(state),
            *(
                [Button("mine", mine, tr("Your own picture as the next place (O draws one)"), key="i")]
                if can_be_drawn
                else []
            ),
            Button("clear", tr("Clear"), tr("Remove all places"), key="c"),
            *film_export.make_controls(),
        )

    def on_setting_changed(self, lab_state: InterpolateState, setting: str) -> InterpolateState:
        if setting != "pair" or lab_state.anchors is None:
            return lab_state
        return replace(lab_state, anchors=None, pair=lab_state.pair - 1)  # back to the pair before the user's anchors

    def captures_drag(self, state: State) -> bool:
        hover, placed = state.pointer.hover, self.get_own(state).anchors or ()
        return hover is not None and anchors.is_near(hover.px, placed, state, self.get_layout(state).maps[0])

    def is_playing(self, state: State) -> bool:
        return self.get_own(state).passing.playing

    def react(self, state: State, action: LabAction) -> State:
        own, placed = self.get_own(state), self._list_anchors(state)
        match action:
            case TimePassed(seconds=seconds):
                return self._advance(state, seconds)
            case MapClick() | MapDrag() | MapDrop():
                return self._handle_map_action(state, action)
            case Set(control="play", value=bool(playing)):
                # a path that does not loop and is at its end starts again
                starts_again = playing and not own.loop and own.passing.head >= 1
                return self.put_passing(
                    state, playing=playing, head=0.0 if starts_again else own.passing.head, backwards=False
                )
            case Set(control="mine"):
                return self._toggle_user_image(state)
            case Set(control="clear"):
                return self._place(state, ())
            case Set(control=kind) if kind in film_export.FORMATS:
                return state.put(replace(state.status, pending_export=kind))
            case Key(name="backspace"):
                return self._place(state, placed[:-1])
            case Key(name="x"):
                return self.put_passing(self._place(state, placed[::-1]), head=1 - own.passing.head)
            case Key(name="," | "." as name):
                film, aspect = self.get_layout(state).parts["film"], state.get_checkpoint(0).picture_aspect
                step = 1 / (interpolate_layout.count_pictures(film, state.ui_scale, aspect) - 1)
                head = own.passing.head + (step if name == "." else -step)
                return self.put_passing(state, head=min(max(head, 0.0), 1.0), playing=False)
        return state

    def _place(self, state: State, placed: tuple[Anchor, ...]) -> State:
        return self.put(state, replace(self.get_own(state), anchors=placed))

    # -- anchors and paths ------------------------------------------------------------------------------

    def _list_anchors(self, state: State) -> tuple[Anchor, ...]:
        own = self.get_own(state)
        return anchors.choose_default_pair(state, own.pair) if own.anchors is None else own.anchors

    def _resolve_anchors(self, state: State) -> tuple[ResolvedAnchor, ...]:
        return anchors.resolve_anchors(self._list_anchors(state), state)

    def ask(self, state: State) -> dict[str, AnyQuery]:
        stops = tuple(one.stop for one in self._resolve_anchors(state))
        if len(stops) < 2:
            return {}
        model, which = state.models[0], state.get_map_name(0)
        # fewest steps while an anchor is dragged, so that the pictures keep up with the mouse
        steps = MIN_STEPS + 1 if self.get_own(state).passing.dragged_anchor >= 0 else _count_steps(len(stops))
        paths = {kind: InterpolationPath(model, stops, steps, kind) for kind in (LINEAR, SPHERICAL)}
        paths[DATA] = DataPath(model, stops, steps)
        routes = {f"route {kind}": ProjectedPath(model, which, path) for kind, path in paths.items()}
        return {**paths, "fade": CrossFade(model, stops, steps), **routes}

    def _toggle_user_image(self, state: State) -> State:
        placed = self._list_anchors(state)
        if USER_IMAGE_ANCHOR in placed:
            return self._place(state, tuple(one for one in placed if one != USER_IMAGE_ANCHOR))
        if state.drawing.image is None:
            return state.with_message(tr("There is no picture of your own yet: O opens the pad to draw one."))
        if len(placed) >= MAX_STOPS:
            return _refuse_place(state)
        return self._place(state, (*placed, USER_IMAGE_ANCHOR))

    # -- mouse -------------------------------------------------------------------------------------------

    def _handle_map_action(self, state: State, action: MapClick | MapDrag | MapDrop) -> State:
        dragged, rect = self.get_own(state).passing.dragged_anchor, self.get_layout(state).maps[0]
        placed, resolved = self._list_anchors(state), self._resolve_anchors(state)
        match action:
            case MapClick(xy=xy):
                number = anchors.find_anchor_under_mouse(xy, resolved, state, rect)
                if number is not None:
                    return self._place(state, (*placed[:number], *placed[number + 1 :]))
                if len(placed) >= MAX_STOPS:
                    return _refuse_place(state)
                return self._place(state, (*placed, anchors.make_anchor_at(state, xy, rect)))
            case MapDrag(first=True, start_xy=start, xy=xy):
                number = anchors.find_anchor_under_mouse(start, resolved, state, rect)
                if number is None and len(placed) >= MAX_STOPS:
                    return _refuse_place(state)
                number = len(placed) if number is None else number  # a new anchor is created there and dragged
                moved = (*placed[:number], anchors.make_anchor_at(state, xy, rect), *placed[number + 1 :])
                return self.put_passing(self._place(state, moved), dragged_anchor=number)
            case MapDrag(xy=xy) if 0 <= dragged < len(placed):
                moved = (*placed[:dragged], anchors.make_anchor_at(state, xy, rect), *placed[dragged + 1 :])
                return self._place(state, moved)
        return self.put_passing(state, dragged_anchor=-1)

    @touch("film", "press", "drag")
    def scrub_film(self, state: State, event: PartEvent) -> State:
        film = self.get_layout(state).parts["film"]
        aspect = state.get_checkpoint(0).picture_aspect
        head = interpolate_layout.find_share_at(film, state.ui_scale, event.position[0], aspect)
        return self.put_passing(state, head=head, playing=False)

    @touch("chart", "press", "drag")
    def scrub_chart(self, state: State, event: PartEvent) -> State:
        chart = view.make_chart(self.get_layout(state).parts["chart"], state.ui_scale)
        return self.put_passing(state, head=chart.find_values_at_share(event.position)[0], playing=False)

    @touch("labels", "press", "drag")
    def choose_path(self, state: State, event: PartEvent) -> State:
        row = int(event.position[1] * interpolate_layout.FILM_ROWS)
        return self.put(state, replace(self.get_own(state), shown=KINDS[row])) if row < len(KINDS) else state

    # -- time --------------------------------------------------------------------------------------------

    def _compute_duration(self, state: State) -> float:
        """Compute the seconds from the first anchor to the last, at speed 1."""
        stops = len(self._resolve_anchors(state))
        return max(1, stops - 1) * (_count_steps(stops) - 1) / PICTURES_PER_SECOND

    def _advance(self, state: State, seconds: float) -> State:
        own, passing = self.get_own(state), self.get_own(state).passing
        by = seconds * float(own.speed) / self._compute_duration(state)
        if not own.loop:
            head = min(1.0, passing.head + by)
            return self.put_passing(state, head=head, playing=head < 1, backwards=False)
        # there and back is a circle of length 2
        along = ((2 - passing.head if passing.backwards else passing.head) + by) % 2
        return self.put_passing(state, head=min(along, 2 - along), backwards=along > 1)

    # -- what is shown -----------------------------------------------------------------------------------

    def export_film(self, state: State, results: Results) -> FilmExport | None:
        return view.make_film_export(state, results, self._compute_duration(state), self.get_own(state).loop)

    def draw_on_map(self, frame: Frame[InterpolateState], slot: int, rect: Rect) -> list[Item]:
        return view.make_map_items(frame, self._resolve_anchors(frame.state))

    def draw(self, frame: Frame[InterpolateState]) -> list[Item]:
        return view.make_items(frame, self._resolve_anchors(frame.state))

    def choose_hint(self, frame: Frame[InterpolateState]) -> str:
        count, resolved = len(self._list_anchors(frame.state)), self._resolve_anchors(frame.state)
        if len(resolved) < 2:
            return tr(PLACES_WANTED)
        if same := anchors.find_coinciding_anchors(resolved):
            return tr(
                "{one} and {other} are on one spot: nothing lies between them. Drag one of them away.",
                one=same[0], other=same[1],
            )  # fmt: skip
        if len(resolved) < count:
            return tr_count(
                "{count} of {every} places is not on this model's map and is left out.",
                "{count} of {every} places are not on this model's map and are left out.",
                count - len(resolved), every=count,
            )  # fmt: skip
        if tied := view.find_hovered_tie(frame, resolved):
            return tr(
                "{place} is on empty map. The dashed tie leads to where the map puts the code made for it.", place=tied
            )
        return tr(self.hint if frame.checkpoint.sample_kind.has_pixels else HINT_OF_VALUES)


def _refuse_place(state: State) -> State:
    """Return the state with the message that the way is full."""
    return state.with_message(
        tr("{count} places are the most a way has: click one of them to remove it, or C removes all.", count=MAX_STOPS)
    )


def _count_steps(stops: int) -> int:
    """Return the number of steps from each anchor to the next, both included."""
    return max(MIN_STEPS, STEPS // max(1, stops - 1)) + 1
