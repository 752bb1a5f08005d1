"""State of Explore: pins, traces and edited latents of each map, bookmarks of each model, and switches."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated, Any

from latent_explorer.atlas import DEFAULT_INVERSE
from latent_explorer.config.limits import Converted, Natural, Within
from latent_explorer.engine.queries.latent_edit import LatentRef
from latent_explorer.engine.subject import Place
from latent_explorer.labs.explore import explanation, panels
from latent_explorer.labs.explore import layout as explore_layout
from latent_explorer.scene import map_panel
from latent_explorer.scene.events import Xy
from latent_explorer.scene.frame import Frame
from latent_explorer.scene.layout import Layout
from latent_explorer.scene.settings import PER_MODEL, Pick, Switch
from latent_explorer.scene.state import State
from latent_explorer.texts import mark

NAME = "explore"
MAX_BOOKMARKS = 12
"""Largest number of bookmarks of one model: as many thumbnails as fit beside the map at a legible size."""

_FROM_XY = Converted(lambda data: {"xy": data} if isinstance(data, list) else data)
"""Sessions of earlier versions hold bare positions."""


@dataclass(frozen=True)
class Marks:
    """Marks of the user on one map."""

    pins: tuple[Annotated[Place, _FROM_XY], ...] = ()
    trace: tuple[Xy, ...] = ()
    """Positions along the traced path of the mouse; empty when pins are displayed."""
    trace_pixel: Annotated[float, Within(0)] = 0.0
    """Map units that a screen pixel covered when the trace was begun."""
    drawn: Natural = 0
    """Number of samples drawn from the prior so far; the last one is displayed. 0 when pins or a trace are."""
    part: Natural = 0
    """Part of the latent whose codebook is displayed, from 1; 0 when something else is."""
    at: LatentRef | None = None
    """Latent displayed while the mouse is not on the map: an edited one, or that of a bookmark."""


@dataclass(frozen=True)
class Bookmark:
    """A saved latent, numbered within its model."""

    number: Natural
    model: str
    code: LatentRef


@dataclass(frozen=True)
class ExploreTransient:
    """Parts under the mouse; left out of undo and of session files."""

    hovered_dimension: int | None = None
    """Dimension of the bar under the mouse, or of the one being dragged."""
    dragging: bool = False
    hovered_row: int | None = None
    """Row of the traversals under the mouse."""
    hovered_bookmark: int | None = None
    """Index of the thumbnail under the mouse."""
    hovered_cell: tuple[int, int] | None = None
    """Row and column of the picture of the panel under the mouse."""
    turn: int = 0
    """How often the codes of the posterior were redrawn since the mouse rests."""
    seconds: float = 0.0
    """Seconds since they were."""
    flow: float | None = None
    """Seconds since the numbers of a sample began to flow through the model; None once they have."""


@dataclass(frozen=True)
class ExploreState:
    """State of Explore. Pins and traces are positions on one map of one model, and reappear with that map."""

    marks: Mapping[tuple[str, str], Marks] = field(default_factory=dict)
    """Marks, by model and map."""
    switches: explanation.Switches = field(default_factory=explanation.Switches)
    bookmarks: tuple[Bookmark, ...] = ()
    films: Annotated[bool, Switch(mark("Dimensions"), mark("What does each dimension do? Films, by effect"), "h")] = (
        False
    )
    """Whether the traversals are displayed."""
    panel: Annotated[str, Pick(panels.TITLES, panels.TIP, key="u", menu=True)] = panels.NONE
    """The panel beside the map, in place of the traversals; `get_active_panel` says whether the model has it."""
    opens_way: bool = True
    """Whether a click on a sample opens its way through the model; no longer after its panel was chosen away."""
    epsilon: Annotated[float, Within(-panels.MAX_EPSILON, panels.MAX_EPSILON)] = 1.0
    """Where the dial of the posterior stands, in its standard deviations."""
    page: Annotated[int, PER_MODEL] = 0
    """Page of the traversals, counted from the page of the chosen dimension."""
    chosen: Annotated[Natural | None, PER_MODEL] = None
    """Dimension that the keys change."""
    passing: ExploreTransient = field(default_factory=ExploreTransient)

    def find_marks(self, model: str, map_name: str) -> Marks:
        return self.marks.get((model, map_name), Marks())

    @property
    def highlighted_dimension(self) -> int | None:
        """The dimension that the caption describes: the one under the mouse, else the chosen one."""
        return self.chosen if self.passing.hovered_dimension is None else self.passing.hovered_dimension


ExploreFrame = Frame[ExploreState]


def get_explore_state(state: State) -> ExploreState:
    """Return the state of the lab; without what needs a decoder for a model that has none."""
    key, known = "explore: state", state.at_rest.derived
    if key not in known:
        own: ExploreState = state.lab_states[NAME]
        if not state.get_checkpoint(0).can_decode:
            switches = replace(own.switches, nearest=True, inverse=DEFAULT_INVERSE)
            own = replace(own, switches=switches, films=False, panel=panels.NONE)
        known[key] = own
    effective: ExploreState = known[key]
    return effective


def get_current_marks(state: State) -> Marks:
    """Return the marks of the current model and map."""
    key, known = "explore: marks", state.at_rest.derived
    if key not in known:
        known[key] = get_explore_state(state).find_marks(state.models[0], state.get_map_name(0))
    marks: Marks = known[key]
    return marks


def with_explore_state(state: State, **changes: Any) -> State:
    return state.with_lab_state(NAME, replace(get_explore_state(state), **changes))


def with_marks(state: State, marks: Marks, *, show_in_strip: bool = False) -> State:
    """Replace the marks of the current map; `show_in_strip` switches off what takes the place of the strip."""
    before = get_explore_state(state)
    key = (state.models[0], state.get_map_name(0))
    switches = replace(before.switches, on=before.switches.on and not show_in_strip)
    films, panel = (False, panels.NONE) if show_in_strip else (before.films, before.panel)
    every = {**before.marks, key: marks}
    return with_explore_state(state, marks=every, switches=switches, films=films, panel=panel)


def change_marks(state: State, *, show_in_strip: bool = False, **changes: Any) -> State:
    """Change some of the marks of the current map, as `with_marks` does."""
    return with_marks(state, replace(get_current_marks(state), **changes), show_in_strip=show_in_strip)


def list_bookmarks(state: State) -> tuple[Bookmark, ...]:
    """Return the bookmarks of the current model; surplus ones of a forged session file are dropped."""
    key, known = "explore: bookmarks", state.at_rest.derived
    if key not in known:
        bookmarks = get_explore_state(state).bookmarks
        known[key] = tuple([one for one in bookmarks if one.model == state.models[0]])[:MAX_BOOKMARKS]
    mine: tuple[Bookmark, ...] = known[key]
    return mine


def make_layout(state: State) -> Layout:
    return state.derive_at_rest("explore: layout", _make_layout)


def _make_layout(state: State) -> Layout:
    own, bookmark_count, panel = get_explore_state(state), len(list_bookmarks(state)), get_active_panel(state)
    decodes = state.get_checkpoint(0).can_decode
    strip_required = own.switches.on or not decodes
    return explore_layout.make_layout(
        state.lab_size, state.ui_scale, strip_required, own.films, bookmark_count, panel, decodes=decodes
    )


def get_active_panel(state: State) -> str:
    """Return the panel beside the map; none if the model has the chosen one not on this map."""
    key, known = "explore: panel", state.at_rest.derived
    if key not in known:
        known[key] = _find_active_panel(state)
    panel: str = known[key]
    return panel


def _find_active_panel(state: State) -> str:
    panel = get_explore_state(state).panel
    if panel == panels.NONE:
        return panel
    checkpoint = state.get_checkpoint(0)
    available = panels.list_available(checkpoint, checkpoint.maps[state.get_map_name(0)])
    return panel if panel in available else panels.NONE


def find_resting_point(state: State) -> LatentRef:
    """Return the latent displayed while the mouse is not on the map: edited latent, user image, end of the trace, last
    pin, else the dot nearest to the middle of the map."""
    marks, which = get_current_marks(state), state.get_map_name(0)
    method = get_explore_state(state).switches.active_inverse
    if marks.at is not None:
        return marks.at
    if state.drawing.image is not None and state.get_checkpoint(0).can_decode:
        return LatentRef(which, (0.5, 0.5), image=state.drawing.image)
    if marks.trace or marks.pins:
        place = find_trace_places(state, marks.trace[-1:])[0] if marks.trace else marks.pins[-1]
        return LatentRef(which, place.xy, place.resolution, method=place.method)
    _, dot = map_panel.find_nearest_dot(state, 0, (0.5, 0.5))
    return LatentRef(which, map_panel.get_dot_xy(state, 0, dot), method=method)


def find_trace_places(state: State, positions: tuple[Xy, ...]) -> tuple[Place, ...]:
    """Return positions of the trace as they were decoded under the mouse."""
    pixel, method = get_current_marks(state).trace_pixel, get_explore_state(state).switches.active_inverse
    return tuple([Place(*one, method) for one in map_panel.snap_each_to_dot(state, 0, positions, pixel)])


def find_place(state: State, xy: Xy) -> Place:
    """Return the place that is decoded for a mouse at `xy`."""
    pixel = state.get_pixel(0, make_layout(state).maps[0])
    return Place(*map_panel.snap_to_dot(state, 0, xy, pixel), get_explore_state(state).switches.active_inverse)


def find_active_point(state: State) -> LatentRef:
    """Return the latent of the large picture: the point under the mouse, else the resting point."""
    key = "explore: active point", id(state.library)
    if key not in state.derived:
        state.derived[key] = _find_active_point(state)
    code: LatentRef = state.derived[key]
    return code


def find_active_dot(state: State) -> int:
    """Return the dot nearest to the active point: the one that is nearest to the mouse, if it is on the map."""
    if state.pointer.hover is not None:
        return state.pointer.hover.dot
    key = "explore: active dot", id(state.library)
    if key not in state.derived:
        state.derived[key] = map_panel.find_nearest_dot(state, 0, find_active_point(state).xy)[1]
    dot: int = state.derived[key]
    return dot


def _find_active_point(state: State) -> LatentRef:
    if state.pointer.hover is None:
        return find_resting_point(state)
    place = find_place(state, state.pointer.hover.xy)
    return LatentRef(state.get_map_name(0), place.xy, place.resolution, method=place.method)


def is_edited(state: State) -> bool:
    """Return True if the active point is no position of the current map: edited, a user image, or of another map."""
    key = "explore: is edited"
    if key not in state.derived:
        code = find_active_point(state)
        edited = bool(code.changes) or code.image is not None or code.which != state.get_map_name(0)
        state.derived[key] = edited
    found: bool = state.derived[key]
    return found
