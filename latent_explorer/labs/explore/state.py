"""State of Explore: pins, traces and edited latents of each map, bookmarks of each model, and switches."""

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
"""Largest number of bookmarks of one model: as many thumbnails as fit beside the map at a legible size."""


@dataclass(frozen=True)
class Marks:
    """Marks of the user on one map."""

    pins: tuple[Xy, ...] = ()
    trace: tuple[Xy, ...] = ()
    """Positions along the traced path of the mouse; empty when pins are displayed."""
    drawn: Natural = 0
    """Number of samples drawn from the prior so far; the last one is displayed. 0 when pins or a trace are."""
    part: Natural = 0
    """Part of the latent whose codebook is displayed, from 1; 0 when something else is."""
    at: Code | None = None
    """Latent displayed while the mouse is not on the map: an edited one, or that of a bookmark."""


@dataclass(frozen=True)
class Bookmark:
    """A saved latent, numbered within its model."""

    number: Natural
    model: str
    code: Code


@dataclass(frozen=True)
class Passing:
    """Parts under the mouse; left out of undo and of session files."""

    dimension: int | None = None
    """Dimension of the bar under the mouse, or of the one being dragged."""
    dragged: bool = False
    row: int | None = None
    """Row of the traversals under the mouse."""
    bookmark: int | None = None
    """Index of the thumbnail under the mouse."""


@dataclass(frozen=True)
class Own:
    """State of Explore. Pins and traces are positions on one map of one model, and reappear with that map."""

    marks: Mapping[tuple[str, str], Marks] = field(default_factory=dict)
    """Marks, by model and map."""
    switches: explanation.Switches = field(default_factory=explanation.Switches)
    bookmarks: tuple[Bookmark, ...] = ()
    films: bool = False
    """Whether the traversals are displayed."""
    page: int = 0
    """Page of the traversals, counted from the page of the chosen dimension."""
    chosen: Natural | None = None
    """Dimension that the keys change."""
    passing: Passing = field(default_factory=Passing)

    def of(self, model: str, which: str) -> Marks:
        return self.marks.get((model, which), Marks())

    @property
    def named(self) -> int | None:
        """The dimension that the caption describes: the one under the mouse, else the chosen one."""
        return self.chosen if self.passing.dimension is None else self.passing.dimension


def own(state: State) -> Own:
    found: Own = state.own[NAME]
    return found


def left(state: State, world: World) -> Marks:
    """Return the marks of the current model and map."""
    return own(state).of(state.models[0], state.map_of(0, world))


def with_own(state: State, **changes: object) -> State:
    return state.with_own(NAME, replace(own(state), **changes))  # type: ignore[arg-type]


def with_marks(state: State, world: World, marks: Marks, *, strip: bool = False) -> State:
    """Replace the marks of the current map; `show_in_strip` switches Why? and the traversals off to free the strip."""
    before = own(state)
    key = (state.models[0], state.map_of(0, world))
    switches = replace(before.switches, on=before.switches.on and not strip)
    return with_own(
        state, marks={**before.marks, key: marks}, switches=switches, films=before.films and not strip
    )  # fmt: skip


def bookmarks(state: State) -> tuple[Bookmark, ...]:
    """Return the bookmarks of the current model; surplus ones of a forged session file are dropped."""
    return tuple(one for one in own(state).bookmarks if one.model == state.models[0])[:MOST_BOOKMARKS]


def layout(state: State) -> Layout:
    shown = own(state)
    return explore_layout.layout(
        state.size, state.unit, shown.switches.on, shown.films, min(MOST_BOOKMARKS, len(bookmarks(state)))
    )


def rest(state: State, world: World) -> Code:
    """Return the latent displayed while the mouse is not on the map: edited latent, user image, end of the trace, last
    pin, else the dot nearest to the middle of the map."""
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
    """Return the latent of the large picture: the point under the mouse, else the resting point."""
    key = "explore: active point", id(world)
    if key not in state.derived:
        state.derived[key] = _find_active_point(state, world)
    code: Code = state.derived[key]
    return code


def _find_active_point(state: State, world: World) -> Code:
    if state.hover is None:
        return rest(state, world)
    xy, resolution = map_panel.seen(state, 0, state.hover.xy, layout(state).maps[0], world)
    return Code(state.map_of(0, world), xy, resolution, method=own(state).switches.method)


def by_hand(state: State, world: World) -> bool:
    """Return True if the active point is no position of the current map: edited, a user image, or of another map."""
    code = looked_at(state, world)
    return bool(code.changes) or code.image is not None or code.which != state.map_of(0, world)
