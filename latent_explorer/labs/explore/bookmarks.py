"""Bookmarks of Explore: saved latents, as thumbnails beside the map and as markers on it."""

from dataclasses import replace

from latent_explorer.engine.queries.latent_edit import EditedLatent, EditedLatentValue
from latent_explorer.labs.explore.state import (
    MAX_BOOKMARKS,
    Bookmark,
    ExploreFrame,
    change_marks,
    find_active_point,
    get_current_marks,
    get_explore_state,
    list_bookmarks,
    with_explore_state,
)
from latent_explorer.scene.events import Xy
from latent_explorer.scene.items import Image, Item, Marker, Panel, Text
from latent_explorer.scene.rect import Rect, find_nearest
from latent_explorer.scene.state import State
from latent_explorer.texts import tr, tr_count

COLOUR = "second"


def add(state: State) -> State:
    """Add the active point as a bookmark, unless it is one already or `MAX_BOOKMARKS` are reached."""
    mine = list_bookmarks(state)
    if len(mine) >= MAX_BOOKMARKS:
        return state.with_message(
            tr_count(
                "{count} bookmark fits: Shift+B, or the x on it, removes it.",
                "{count} bookmarks fit: Shift+B, or the x on one, removes it.",
                MAX_BOOKMARKS,
            )
        )
    code = find_active_point(state)
    if any(one.code == code for one in mine):
        return state.with_message(tr("This point is a bookmark already."))
    number = max((one.number for one in mine), default=0) + 1
    added = Bookmark(number, state.models[0], code)
    return with_explore_state(state, bookmarks=(*get_explore_state(state).bookmarks, added))


def remove(state: State, index: int = -1) -> State:
    """Remove the bookmark at `index` among those of the model, by default the last one."""
    mine = list_bookmarks(state)
    if not -len(mine) <= index < len(mine):
        return state.with_message(tr("There is no bookmark: B keeps the point under the mouse."))
    gone, own = mine[index], get_explore_state(state)
    others = tuple(one for one in own.bookmarks if one is not gone)
    return with_explore_state(state, bookmarks=others, passing=replace(own.passing, hovered_bookmark=None))


def go_to(state: State, index: int) -> State:
    """Make the latent of the bookmark at `index` the resting point again; change nothing if there is no such index."""
    mine = list_bookmarks(state)
    if not 0 <= index < len(mine):
        return state
    return change_marks(state, at=mine[index].code, drawn=0)


def go_to_next(state: State) -> State:
    """Go to the bookmark after the one that is displayed, else to the first."""
    mine = list_bookmarks(state)
    if not mine:
        return remove(state)
    codes = [one.code for one in mine]
    at = get_current_marks(state).at
    return go_to(state, (codes.index(at) + 1) % len(mine) if at in codes else 0)


def make_queries(state: State) -> dict[str, EditedLatent]:
    mine = list_bookmarks(state)
    if not mine:
        return {}
    which = state.get_map_name(0)
    return {f"bookmark {one.number}": EditedLatent(one.model, one.code, which) for one in mine}


def place_thumbnails(rect: Rect, count: int, ui_scale: float) -> list[Rect]:
    """Return one square for each of `count` thumbnails, from the top."""
    gap, side = round(5 * ui_scale), rect.height // max(1, count)
    return [Rect(rect.x, rect.y + i * side, rect.width, side).inset(gap // 2).fit(1) for i in range(count)]


def find_thumbnail_at(xy: Xy, rect: Rect, state: State) -> tuple[int, bool]:
    """Return the index of the thumbnail at `xy` (0 to 1 in the column), and whether `xy` is on its x, or nearly."""
    places, px = place_thumbnails(rect, len(list_bookmarks(state)), state.ui_scale), rect.to_px(xy)
    place, size = find_nearest(places, px), round(7 * state.marker_scale)
    cross = _place_cross(places[place], size)
    return place, abs(px[0] - cross.centre[0]) <= 1.5 * size and abs(px[1] - cross.centre[1]) <= 1.5 * size


def _place_cross(thumbnail: Rect, size: int) -> Rect:
    return Rect(thumbnail.right - 2 * size, thumbnail.y, 2 * size, 2 * size)


def make_items(frame: ExploreFrame) -> list[Item]:
    """Return the items of the thumbnails; the one under the mouse has an x in its corner."""
    rect = frame.get_part("bookmarks")
    if rect is None:
        return []
    size, bookmarks, items = round(7 * frame.state.marker_scale), list_bookmarks(frame.state), list[Item]()
    places = place_thumbnails(rect, len(bookmarks), frame.ui_scale)
    for index, (one, place) in enumerate(zip(bookmarks, places, strict=False)):
        under_mouse = frame.own.passing.hovered_bookmark == index
        value, border = _find_value(frame, one), "accent" if under_mouse else "line"
        items += [
            Panel(place, "panel", border)
            if value is None
            else Image(place, value.picture, border, reveals_answer=True),
            Marker((place.x + size, place.y + size), place, COLOUR, size, str(one.number), filled=True),
        ]
        if under_mouse:
            box = _place_cross(place, size)
            items += [Panel(box, "panel", "line"), Text(box, "×", "small", "warn", "centre", bold=True)]
    return items


def make_map_items(frame: ExploreFrame, rect: Rect) -> list[Item]:
    size, items = round(8 * frame.state.marker_scale), list[Item]()
    for one in list_bookmarks(frame.state):
        value = _find_value(frame, one)
        if value is not None:
            px = frame.state.get_camera(0).to_px(value.xy, rect)
            items.append(Marker(px, rect, COLOUR, size, str(one.number), filled=True))
    return items


def _find_value(frame: ExploreFrame, bookmark: Bookmark) -> EditedLatentValue | None:
    return frame.results.get_value(f"bookmark {bookmark.number}", EditedLatentValue)
