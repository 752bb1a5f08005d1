"""Bookmarks of Explore: saved latents, as thumbnails beside the map and as markers on it."""

from dataclasses import replace

from latent_explorer.engine.latent_edit_query import EditedLatent, EditedLatentValue
from latent_explorer.engine.results import Results
from latent_explorer.labs.explore import state as marks
from latent_explorer.labs.explore.state import MAX_BOOKMARKS, Bookmark
from latent_explorer.scene.events import Xy
from latent_explorer.scene.items import Image, Item, Marker, Panel, Text
from latent_explorer.scene.rect import Rect, find_nearest
from latent_explorer.scene.state import State

COLOUR = "second"


def add(state: State) -> State:
    """Add the active point as a bookmark, unless it is one already or `MAX_BOOKMARKS` are reached."""
    mine = marks.list_bookmarks(state)
    if len(mine) >= MAX_BOOKMARKS:
        return state.with_message(f"{MAX_BOOKMARKS} bookmarks fit: Shift+B, or the x on one, removes it.")
    code = marks.active_point(state)
    if any(one.code == code for one in mine):
        return state.with_message("This point is a bookmark already.")
    number = max((one.number for one in mine), default=0) + 1
    return marks.with_explore_state(
        state, bookmarks=(*marks.get_explore_state(state).bookmarks, Bookmark(number, state.models[0], code))
    )


def remove(state: State, index: int = -1) -> State:
    """Remove the bookmark at `index` among those of the model, by default the last one."""
    mine = marks.list_bookmarks(state)
    if not -len(mine) <= index < len(mine):
        return state.with_message("There is no bookmark: B keeps the point under the mouse.")
    gone, own = mine[index], marks.get_explore_state(state)
    passing = replace(own.passing, hovered_bookmark=None)
    return marks.with_explore_state(
        state, bookmarks=tuple(one for one in own.bookmarks if one is not gone), passing=passing
    )


def go_to(state: State, index: int) -> State:
    """Make the latent of the bookmark at `index` the resting point again; change nothing if there is no such index."""
    mine = marks.list_bookmarks(state)
    if not 0 <= index < len(mine):
        return state
    left = marks.current_marks(state)
    return marks.with_marks(state, replace(left, at=mine[index].code, drawn=0))


def go_to_next(state: State) -> State:
    """Go to the bookmark after the one that is displayed, else to the first."""
    mine = marks.list_bookmarks(state)
    if not mine:
        return remove(state)
    codes = [one.code for one in mine]
    at = marks.current_marks(state).at
    return go_to(state, (codes.index(at) + 1) % len(mine) if at in codes else 0)


def make_queries(state: State) -> dict[str, EditedLatent]:
    which = state.get_map_name(0)
    return {f"bookmark {one.number}": EditedLatent(one.model, one.code, which) for one in marks.list_bookmarks(state)}


def place_thumbnails(rect: Rect, count: int, u: float) -> list[Rect]:
    """Return one square for each of `count` thumbnails, from the top."""
    gap, side = round(5 * u), rect.height // max(1, count)
    return [Rect(rect.x, rect.y + i * side, rect.width, side).inset(gap // 2).fit_square() for i in range(count)]


def find_thumbnail_at(xy: Xy, rect: Rect, state: State) -> tuple[int, bool]:
    """Return the index of the thumbnail at `xy` (0 to 1 in the column), and whether `xy` is on its x, or nearly."""
    shown, px = place_thumbnails(rect, len(marks.list_bookmarks(state)), state.ui_scale), rect.to_px(xy)
    place, size = find_nearest(shown, px), round(7 * state.marker_scale)
    cross = _place_cross(shown[place], size)
    return place, abs(px[0] - cross.centre[0]) <= 1.5 * size and abs(px[1] - cross.centre[1]) <= 1.5 * size


def _place_cross(thumbnail: Rect, size: int) -> Rect:
    return Rect(thumbnail.right - 2 * size, thumbnail.y, 2 * size, 2 * size)


def make_items(state: State, rect: Rect, results: Results) -> list[Item]:
    """Return the items of the thumbnails; the one under the mouse has an x in its corner."""
    u, mine = state.ui_scale, marks.list_bookmarks(state)
    found: list[Item] = []
    for number, (one, place) in enumerate(zip(mine, place_thumbnails(rect, len(mine), u), strict=False)):
        under = marks.get_explore_state(state).passing.hovered_bookmark == number
        value: EditedLatentValue | None = results.get_value(f"bookmark {one.number}", EditedLatentValue)
        frame_colour = "accent" if under else "line"
        if value is None:
            found.append(Panel(place, "panel", frame_colour))
        else:
            found.append(Image(place, value.picture, frame_colour, reveals_answer=True))
        size = round(7 * state.marker_scale)
        found.append(Marker((place.x + size, place.y + size), place, COLOUR, size, str(one.number), filled=True))
        if under:
            box = _place_cross(place, size)
            found += [Panel(box, "panel", "line"), Text(box, "×", "small", "warn", "centre", bold=True)]
    return found


def make_map_items(state: State, rect: Rect, results: Results) -> list[Item]:
    camera, found = state.get_camera(0), list[Item]()
    for one in marks.list_bookmarks(state):
        value: EditedLatentValue | None = results.get_value(f"bookmark {one.number}", EditedLatentValue)
        if value is not None:
            size = round(8 * state.marker_scale)
            found.append(Marker(camera.to_px(value.xy, rect), rect, COLOUR, size, str(one.number), filled=True))
    return found
