"""What Explore keeps: pins, traces and changed latents on each map, each model's bookmarks, what is switched on."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from latent_explorer.engine.latent_edit_query import Code
from latent_explorer.labs.explore import explanation
from latent_explorer.labs.explore import layout as explore_layout
from latent_explorer.scene import map_panel
from latent_explorer.scene.events import Xy
from latent_explorer.scene.lab import Layout
from latent_explorer.scene.state import State, World
from latent_explorer.within import Natural

NAME = "explore"
MOST_BOOKMARKS = 12
"""Of one model: as many thumbnails as stand beside the map at a size that can be read."""


@dataclass(frozen=True)
class Marks:
    """What was left on one map."""

    pins: tuple[Xy, ...] = ()
    trace: tuple[Xy, ...] = ()
    """The mouse's way; empty when pins are shown."""
    drawn: Natural = 0
    """How many samples were drawn out of noise; the last one is shown. 0 when pins or a trace are."""
    part: Natural = 0
    """The part of the latent whose codes are shown, from 1; 0 when something else is."""
    at: Code | None = None
    """What is looked at while the mouse is not on the map: a latent changed by hand, or a bookmark gone back to."""


@dataclass(frozen=True)
class Bookmark:
    """A code that was kept, under a number of its model's own."""

    number: Natural
    model: str
    code: Code


@dataclass(frozen=True)
class Passing:
    """What the mouse is on, which neither undo nor a session brings back."""

    dimension: int | None = None
    """The bar under the mouse, or the one that is being dragged."""
    dragged: bool = False
    row: int | None = None
    """The row of films under the mouse."""
    bookmark: int | None = None
    """The place among the thumbnails under the mouse."""


@dataclass(frozen=True)
class Own:
    """Pins and traces are places on one map of one model, and wait there until it is shown again."""

    marks: Mapping[tuple[str, str], Marks] = field(default_factory=dict)
    """By model and map."""
    switches: explanation.Switches = field(default_factory=explanation.Switches)
    bookmarks: tuple[Bookmark, ...] = ()
    films: bool = False
    """Whether what each dimension does is shown."""
    page: int = 0
    """Of the films, counted from that with the chosen dimension."""
    chosen: Natural | None = None
    """The dimension that the keys change."""
    passing: Passing = field(default_factory=Passing)

    def of(self, model: str, which: str) -> Marks:
        return self.marks.get((model, which), Marks())

    @property
    def named(self) -> int | None:
        """The dimension that is told of: the one under the mouse, else the chosen one."""
        return self.chosen if self.passing.dimension is None else self.passing.dimension


def own(state: State) -> Own:
    found: Own = state.own[NAME]
    return found


def left(state: State, world: World) -> Marks:
    """On the map that is shown."""
    return own(state).of(state.models[0], state.map_of(0, world))


def with_own(state: State, **changes: object) -> State:
    return state.with_own(NAME, replace(own(state), **changes))  # type: ignore[arg-type]


def with_marks(state: State, world: World, marks: Marks, *, strip: bool = False) -> State:
    """Other marks; `strip` where they are to be seen in the strip, which Why? and the films then give up."""
    before = own(state)
    key = (state.models[0], state.map_of(0, world))
    switches = replace(before.switches, on=before.switches.on and not strip)
    return with_own(
        state, marks={**before.marks, key: marks}, switches=switches, films=before.films and not strip
    )  # fmt: skip


def bookmarks(state: State) -> tuple[Bookmark, ...]:
    """Of the model that is shown; those of a session that no hand has made are left out."""
    return tuple(one for one in own(state).bookmarks if one.model == state.models[0])[:MOST_BOOKMARKS]


def layout(state: State) -> Layout:
    shown = own(state)
    return explore_layout.layout(
        state.size, state.unit, shown.switches.on, shown.films, min(MOST_BOOKMARKS, len(bookmarks(state)))
    )


def rest(state: State, world: World) -> Code:
    """What is looked at while the mouse is not on the map: a changed latent, the user's own picture, the end of the
    trace, the last pin, else a dot in the middle."""
    marks, which = left(state, world), state.map_of(0, world)
    method = own(state).switches.method
    if marks.at is not None:
        return marks.at
    if state.image is not None:
        return Code(which, (0.5, 0.5), image=state.image)
    if marks.trace:
        return Code(which, marks.trace[-1], 1 / state.camera(0, world).pixels(layout(state).maps[0]), method=method)
    if marks.pins:
        return Code(which, marks.pins[-1], method=method)
    _, dot = map_panel.nearest(state, 0, (0.5, 0.5), world)
    return Code(which, map_panel.dot_xy(state, 0, dot, world), method=method)


def looked_at(state: State, world: World) -> Code:
    """What the large picture shows: the point under the mouse, else what is at rest."""
    if state.hover is None:
        return rest(state, world)
    xy, resolution = map_panel.seen(state, 0, state.hover.xy, layout(state).maps[0], world)
    return Code(state.map_of(0, world), xy, resolution, method=own(state).switches.method)


def by_hand(state: State, world: World) -> bool:
    """Whether what is looked at is no place of the map that is shown, but a latent of its own."""
    code = looked_at(state, world)
    return bool(code.changes) or code.image is not None or code.which != state.map_of(0, world)
