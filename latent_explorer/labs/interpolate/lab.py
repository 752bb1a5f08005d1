"""The Interpolate lab: anchors on the map and the paths between them (straight, along an arc, through the data), beside
the pixel cross-fade between the same anchors; played, scrubbed, and exported."""

from dataclasses import dataclass, field, replace
from typing import Literal

from latent_explorer.engine.query import Wanted
from latent_explorer.engine.results import Results
from latent_explorer.labs.interpolate import anchors
from latent_explorer.labs.interpolate import layout as interpolate_layout
from latent_explorer.labs.interpolate import view as interpolate_view
from latent_explorer.labs.interpolate.anchors import OWN_PICTURE, Anchor, Found
from latent_explorer.labs.interpolate.queries import (
    DATA,
    KINDS,
    LINEAR,
    MOST,
    SPHERICAL,
    DataWay,
    Fade,
    Kind,
    Route,
    Way,
)
from latent_explorer.labs.interpolate.view import TITLES
from latent_explorer.scene import film_export, map_layers
from latent_explorer.scene.controls import Button, Choice, Control, Toggle
from latent_explorer.scene.events import Key, MapClick, MapDrag, MapDrop, Pass, Set, Touch
from latent_explorer.scene.film_export import Keepsake
from latent_explorer.scene.items import View
from latent_explorer.scene.lab import Lab, LabAction, Layout
from latent_explorer.scene.state import State, World
from latent_explorer.within import Natural

STEPS, FEWEST_STEPS = 120, 24
"""Steps of a whole path, and least number from one anchor to the next."""
RATE = 30.0
"""Pictures per second at speed 1."""
SPEEDS = (("0.5", "½×"), ("1", "1×"), ("2", "2×"))
FULL = f"{MOST} places are the most a way has: click one of them to remove it, or C removes all."


@dataclass(frozen=True)
class Passing:
    """State that is left out of undo and of session files."""

    head: float = 0.5
    """Position along the path, 0 to 1; at first the middle, where the paths differ most."""
    playing: bool = False
    backwards: bool = False
    carried: int = -1
    """Number of the anchor being dragged; -1 for none."""


@dataclass(frozen=True)
class Own:
    anchors: tuple[Anchor, ...] | None = None
    """None until the user places one: then the default pair, the middles of two classes, is used."""
    pair: Natural = 0
    """Number of the default pair."""
    shown: Kind = LINEAR
    """Kind of the path with the large picture."""
    speed: Literal["0.5", "1", "2"] = "1"
    loop: bool = True
    passing: Passing = field(default_factory=Passing)


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

    def start(self) -> Own:
        return Own()

    def kept(self, own: Own, *, same_images: bool) -> Own:
        return own if same_images else replace(own, anchors=None, pair=0)  # anchors are images of the data set

    def controls(self, state: State, world: World) -> tuple[Control, ...]:
        own = self._own(state)
        mine = "Remove my image" if OWN_PICTURE in (own.anchors or ()) else "Add my image"
        return (
            Toggle("play", "Play", own.passing.playing, "Play the way, or pause", key="space"),
            Toggle("loop", "There and back", own.loop, "Go on for ever, there and back, or stop at the end", key="b"),
            Choice("speed", SPEEDS, own.speed, "How fast it plays", key="e"),
            Choice("shown", tuple(TITLES.items()), own.shown, "The way whose picture is large", key="k"),
            Button("pair", "Other pair", "Begin with the middles of two other classes", key="w"),
            Button("mine", mine, "Your own picture as the next place (O draws one)", key="i"),
            Button("clear", "Clear", "Remove all places", key="c"),
            *film_export.controls(),
        )

    def lay_out(self, state: State) -> Layout:
        return interpolate_layout.layout(state.size, state.unit)

    def touches(self, state: State) -> tuple[str, ...]:
        return ("film", "chart", "labels")

    def grabs(self, state: State) -> bool:
        placed = self._own(state).anchors or ()
        return state.hover is not None and anchors.is_near(state.hover.px, placed, state, self.layout(state).maps[0])

    def plays(self, state: State) -> bool:
        return self._own(state).passing.playing

    def update(self, state: State, action: LabAction, world: World) -> State:
        own = self._own(state)
        match action:
            case Pass(seconds=seconds):
                return self._passing(state, self._onward(own, seconds, len(self._found(state, world))))
            case MapClick() | MapDrag() | MapDrop():
                return self._on_map(state, action, world)
            case Touch(phase="press" | "drag"):
                return self._touched(state, action)
            case Set(control="play", value=bool(playing)):
                return self._passing(state, self._played(own, playing))
            case Set(control="loop", value=bool(loop)):
                return self._with(state, replace(own, loop=loop))
            case Set(control="speed", value=speed) if speed in dict(SPEEDS):
                return self._with(state, replace(own, speed=speed))
            case Set(control="shown", value=kind) if kind in KINDS:
                return self._with(state, replace(own, shown=kind))
            case Set(control="pair"):
                return self._with(state, replace(own, anchors=None, pair=own.pair + (own.anchors is None)))
            case Set(control="mine"):
                return self._mine(state, world)
            case Set(control="clear"):
                return self._with(state, replace(own, anchors=()))
            case Set(control=kind) if kind in film_export.KINDS:
                return replace(state, export=kind)
            case Key(name="backspace"):
                return self._with(state, replace(own, anchors=self._anchors(state, world)[:-1]))
            case Key(name="x"):
                turned = replace(own.passing, head=1 - own.passing.head)
                back = self._anchors(state, world)[::-1]
                return self._with(state, replace(own, anchors=back, passing=turned))
            case Key(name="," | "." as name):
                step = 1 / (interpolate_layout.count(self.layout(state).parts["film"], state.unit) - 1)
                head = own.passing.head + (step if name == "." else -step)
                return self._passing(state, replace(own.passing, head=min(max(head, 0.0), 1.0), playing=False))
        return state

    def requests(self, state: State, world: World) -> dict[str, Wanted]:
        wanted = map_layers.requests(state, world, self.layout(state), 1)
        ways = self._ways(state, world)
        if ways:
            model, which = state.models[0], state.map_of(0, world)
            wanted |= ways
            wanted["fade"] = Fade(model, ways[LINEAR].stops, ways[LINEAR].steps)
            wanted |= {f"route {kind}": Route(model, which, way) for kind, way in ways.items()}
        return wanted

    def keepsake(self, state: State, results: Results, world: World) -> Keepsake | None:
        found = self._found(state, world)
        return interpolate_view.keepsake(state, results, self._seconds(len(found)), self._own(state).loop)

    def view(self, state: State, results: Results, world: World) -> View:
        own = self._own(state)
        shown = interpolate_view.Shown(self._found(state, world), own.shown, own.passing.head, own.passing.carried)
        tied = interpolate_view.hovered_tie(state, self.layout(state).maps[0], shown, results, world)
        return interpolate_view.view(state, self.layout(state), shown, self._hint(state, tied, world), results, world)

    # -- anchors and paths ------------------------------------------------------------------------------

    def _own(self, state: State) -> Own:
        own: Own = state.own[self.name]
        return own

    def _anchors(self, state: State, world: World) -> tuple[Anchor, ...]:
        own = self._own(state)
        return anchors.pair(state, own.pair, world) if own.anchors is None else own.anchors

    def _found(self, state: State, world: World) -> tuple[Found, ...]:
        return anchors.found(self._anchors(state, world), state, world)

    def _ways(self, state: State, world: World) -> dict[str, Way]:
        """Return the path queries by kind; none if there are fewer than two anchors."""
        found, model = self._found(state, world), state.models[0]
        if len(found) < 2:
            return {}
        stops = tuple(one.stop for one in found)
        # fewest steps while an anchor is dragged, so that the pictures keep up with the mouse
        steps = FEWEST_STEPS + 1 if self._own(state).passing.carried >= 0 else _steps(len(stops))
        straight = {kind: Way(model, stops, steps, kind) for kind in (LINEAR, SPHERICAL)}
        return {**straight, DATA: DataWay(model, stops, steps)}

    def _hint(self, state: State, tied: str, world: World) -> str:
        every, found = self._anchors(state, world), self._found(state, world)
        same = anchors.same_spot(found)
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
        return map_layers.hint(state, world, 1, said)

    # -- mouse -------------------------------------------------------------------------------------------

    def _on_map(self, state: State, action: MapClick | MapDrag | MapDrop, world: World) -> State:
        own, rect = self._own(state), self.layout(state).maps[0]
        every, found = self._anchors(state, world), self._found(state, world)
        match action:
            case MapClick(xy=xy):
                number = anchors.under(xy, found, state, rect, world)
                if number is not None:
                    return self._with(state, replace(own, anchors=(*every[:number], *every[number + 1 :])))
                if len(every) >= MOST:
                    return replace(state, message=FULL)
                placed = anchors.at(state, xy, rect, world)
                return self._with(state, replace(own, anchors=(*every, placed)))
            case MapDrag(first=True, start_xy=start, xy=xy):
                number = anchors.under(start, found, state, rect, world)
                if number is None and len(every) >= MOST:
                    return replace(state, message=FULL)
                if number is None:  # a new anchor is created there and dragged
                    number, every = len(every), (*every, anchors.at(state, start, rect, world))
                own = replace(own, passing=replace(own.passing, carried=number))
                return self._moved(state, own, every, anchors.at(state, xy, rect, world))
            case MapDrag(xy=xy) if 0 <= own.passing.carried < len(every):
                return self._moved(state, own, every, anchors.at(state, xy, rect, world))
        return self._passing(state, replace(own.passing, carried=-1))

    def _moved(self, state: State, own: Own, every: tuple[Anchor, ...], there: Anchor) -> State:
        number = own.passing.carried
        return self._with(state, replace(own, anchors=(*every[:number], there, *every[number + 1 :])))

    def _touched(self, state: State, touch: Touch) -> State:
        own, parts = self._own(state), self.layout(state).parts
        if touch.part == "labels":
            row = min(int(touch.at[1] * interpolate_layout.ROWS), interpolate_layout.ROWS - 1)
            return self._with(state, replace(own, shown=KINDS[row])) if row < len(KINDS) else state
        if touch.part == "chart":
            head = interpolate_view.chart(parts["chart"], state.unit).value_of(touch.at)[0]
        else:
            head = interpolate_layout.share_at(parts["film"], state.unit, touch.at[0])
        return self._passing(state, replace(own.passing, head=head, playing=False))

    def _mine(self, state: State, world: World) -> State:
        own, every = self._own(state), self._anchors(state, world)
        if OWN_PICTURE in every:
            return self._with(state, replace(own, anchors=tuple(one for one in every if one != OWN_PICTURE)))
        if state.image is None:
            return replace(state, message="There is no picture of your own yet: O opens the pad to draw one.")
        if len(every) >= MOST:
            return replace(state, message=FULL)
        return self._with(state, replace(own, anchors=(*every, OWN_PICTURE)))

    # -- time --------------------------------------------------------------------------------------------

    def _seconds(self, stops: int) -> float:
        """Compute the seconds from the first anchor to the last, at speed 1."""
        return max(1, stops - 1) * (_steps(stops) - 1) / RATE

    def _played(self, own: Own, playing: bool) -> Passing:
        """Play or pause at the current position; restart from 0 if a path that does not loop is at its end."""
        anew = playing and not own.loop and own.passing.head >= 1
        return replace(own.passing, playing=playing, head=0.0 if anew else own.passing.head, backwards=False)

    def _onward(self, own: Own, seconds: float, stops: int) -> Passing:
        by = seconds * float(own.speed) / self._seconds(stops)
        passing = own.passing
        if not own.loop:
            head = min(1.0, passing.head + by)
            return replace(passing, head=head, playing=head < 1, backwards=False)
        # there and back is a circle of length 2
        along = (2 - passing.head if passing.backwards else passing.head) + by
        along %= 2
        return replace(passing, head=min(along, 2 - along), backwards=along > 1)

    def _with(self, state: State, own: Own) -> State:
        return state.with_own(self.name, own)

    def _passing(self, state: State, passing: Passing) -> State:
        return self._with(state, replace(self._own(state), passing=passing))


def _steps(stops: int) -> int:
    """Return the number of steps from each anchor to the next, both included."""
    return max(FEWEST_STEPS, STEPS // max(1, stops - 1)) + 1
