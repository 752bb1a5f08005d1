"""The panel of the grid over the prior, and its lines on the map: a click on a picture walks there."""

from dataclasses import replace

import numpy as np

from latent_explorer.atlas.projection import LatentPlane
from latent_explorer.engine.queries.latent_edit import LatentRef
from latent_explorer.labs.explore import panels
from latent_explorer.labs.explore.prior_lattice import (
    PriorLattice,
    PriorLatticeValue,
    compute_quantiles,
    find_cell,
    place_cell,
)
from latent_explorer.labs.explore.state import (
    ExploreFrame,
    change_marks,
    find_active_point,
    get_explore_state,
    with_explore_state,
)
from latent_explorer.scene import map_panel
from latent_explorer.scene.events import PartEvent, Xy
from latent_explorer.scene.items import Image, Item, Line, Marker, Panel, Text, make_caption
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.state import State
from latent_explorer.texts import mark, tr

HINT = mark(
    "Between two ticks lies the same share of the prior: they crowd in the middle. Click a picture to go there."
)
CELL_SIDE = 26
"""Side of a picture at least, in design pixels."""
SIDES = (7, 21)
"""Pictures a side of the grid, at least and at most: an odd number, so that one is that of the middle."""


def count_side(rect: Rect, ui_scale: float) -> int:
    """Return the number of pictures a side."""
    most = int(rect.shorter_side / (CELL_SIDE * ui_scale))
    return min(max(most - (most + 1) % 2, SIDES[0]), SIDES[1])


def make_query(state: State, rect: Rect) -> PriorLattice:
    dot = 0
    if state.get_checkpoint(0).conditional:
        _, dot = map_panel.find_nearest_dot(state, 0, find_active_point(state).xy)
        labels = state.get_checkpoint(0).labels
        dot = int((labels == labels[dot]).argmax())  # one for each class, so that no grid is decoded twice
    return PriorLattice(state.models[0], state.get_map_name(0), count_side(rect, state.ui_scale), dot)


def _get_plane(state: State) -> LatentPlane:
    plane = panels.find_plane(state.get_checkpoint(0).maps[state.get_map_name(0)])
    assert plane is not None, "the panel of a plane on another map"
    return plane


def handle_touch(state: State, event: PartEvent, rect: Rect) -> State:
    """Return the state with the picture under the mouse pointed out; with the button down it is walked to."""
    side = count_side(rect, state.ui_scale)
    column, row = (min(side - 1, int(share * side)) for share in event.position)
    passing = replace(get_explore_state(state).passing, hovered_cell=(row, column))
    state = with_explore_state(state, passing=passing)
    if event.phase not in ("press", "drag"):
        return state
    at = LatentRef(state.get_map_name(0), _find_place(state, side, row, column))
    return change_marks(state, at=at, drawn=0)


def _find_place(state: State, side: int, row: int, column: int) -> Xy:
    x, y = _get_plane(state).transform(place_cell(_get_plane(state), side, row, column)[None])[0].tolist()
    return x, y


def make_items(frame: ExploreFrame) -> list[Item]:
    panel, rect, u = frame.layout.parts["panel"], frame.layout.parts["lattice"], frame.ui_scale
    value = frame.results.get_value("lattice", PriorLatticeValue)
    if frame.results.get_failure("lattice") or value is None:
        return frame.wait_for(panel, "lattice", tr("Decoding the grid."), "body", 8)
    head = frame.layout.parts["panel head"]
    upper, lower = head.split_top(head.height // 2)
    title = tr("{side} x {side} codes at even quantiles of the prior N(0, 1), decoded", side=value.side)
    items: list[Item] = [
        Panel(panel),
        Text(upper, title, "small", "text", bold=True, short=tr("Even quantiles of the prior")),
        make_caption(lower, tr("z = Φ⁻¹(p), p from 2.5% to 97.5% along each axis"), short="z = Φ⁻¹(p)"),
        Image(rect, value.picture, "line", reveals_answer=True),
    ]
    cells = ((_find_current_cell(frame.state, value.side), "accent"), (frame.own.passing.hovered_cell, "second"))
    for cell, colour in cells:
        if cell is not None:
            items.append(
                _make_outline(_place_cell_on_screen(rect, value.side, cell), rect, colour, max(2, round(2 * u)))
            )
    return items


def make_map_items(frame: ExploreFrame, rect: Rect) -> list[Item]:
    """Return the frame of the grid on the map, with a tick for each row and column, and the place of the picture under
    the mouse."""
    state, place = frame.state, frame.get_part("lattice")
    value = frame.results.get_value("lattice", PriorLatticeValue)
    if value is None or place is None:
        return []
    camera, plane, lines = state.get_camera(0), _get_plane(state), compute_quantiles(value.side)
    ends = [camera.to_px(_to_xy(plane, (one, one)), rect) for one in lines]
    (left, bottom), (right, top) = ends[0], ends[-1]
    length, corners = (
        round(7 * frame.ui_scale),
        ((left, top), (right, top), (right, bottom), (left, bottom), (left, top)),
    )
    thin = state.scale_line(1)
    items: list[Item] = [Line(corners, rect, "text", thin)]
    items += [Line(((x, bottom), (x, bottom + length)), rect, "text", thin) for x, _ in ends]
    items += [Line(((left - length, y), (left, y)), rect, "text", thin) for _, y in ends]
    cell = frame.own.passing.hovered_cell
    if cell is not None and max(cell) < value.side:
        x, y = camera.to_px(_find_place(state, value.side, *cell), rect)
        ways = ((x, bottom), (x, top)), ((left, y), (right, y))
        items += [Line(way, rect, "second", thin) for way in ways]
        items.append(Marker((x, y), rect, "second", round(5 * state.marker_scale), filled=True))
    return items


def _to_xy(plane: LatentPlane, raw: tuple[float, float]) -> Xy:
    x, y = plane.frame.to_map(np.array([raw]))[0].tolist()
    return x, y


def _find_current_cell(state: State, side: int) -> tuple[int, int] | None:
    """Return the cell nearest to the place that is looked at."""
    code, plane = find_active_point(state), _get_plane(state)
    if code.changes or code.image is not None or code.which != state.get_map_name(0):
        return None
    return find_cell(side, plane.frame.to_raw(np.array(code.xy)))


def _place_cell_on_screen(rect: Rect, side: int, cell: tuple[int, int]) -> Rect:
    square, (row, column) = rect.fit(1), cell
    x, y = (square.x + round(column * square.width / side), square.y + round(row * square.height / side))
    return Rect(x, y, round(square.width / side), round(square.height / side))


def _make_outline(cell: Rect, clip: Rect, colour: str, width: int) -> Line:
    left, top, right, bottom = cell.x, cell.y, cell.right - 1, cell.bottom - 1
    return Line(((left, top), (right, top), (right, bottom), (left, bottom), (left, top)), clip, colour, width)
