"""Bookmarks of Explore: saved latents, as thumbnails beside the map and as markers on it."""

from dataclasses import replace

from latent_explorer.engine.latent_edit_query import Moved, MovedValue
from latent_explorer.engine.results import Results
from latent_explorer.labs.explore import state as marks
from latent_explorer.labs.explore.state import MOST_BOOKMARKS, Bookmark
from latent_explorer.scene.events import Xy
from latent_explorer.scene.items import Image, Item, Marker, Panel, Text
from latent_explorer.scene.rect import Rect, nearest
from latent_explorer.scene.state import State, World

COLOUR = "second"


def kept(state: State, world: World) -> State:
    """Add the active point as a bookmark, unless it is one already or `MAX_BOOKMARKS` are reached."""
    mine = marks.bookmarks(state)
    if len(mine) >= MOST_BOOKMARKS:
        return replace(state, message=f"{MOST_BOOKMARKS} bookmarks fit: Shift+B, or the x on one, removes it.")
    code = marks.looked_at(state, world)
    if any(one.code == code for one in mine):
        return replace(state, message="This point is a bookmark already.")
    number = max((one.number for one in mine), default=0) + 1
    return marks.with_own(state, bookmarks=(*marks.own(state).bookmarks, Bookmark(number, state.models[0], code)))


def removed(state: State, place: int = -1) -> State:
    """Remove the bookmark at `index` among those of the model, by default the last one."""
    mine = marks.bookmarks(state)
    if not -len(mine) <= place < len(mine):
        return replace(state, message="There is no bookmark: B keeps the point under the mouse.")
    gone, own = mine[place], marks.own(state)
    passing = replace(own.passing, bookmark=None)
    return marks.with_own(state, bookmarks=tuple(one for one in own.bookmarks if one is not gone), passing=passing)


def back_to(state: State, place: int, world: World) -> State:
    """Make the latent of the bookmark at `index` the resting point again; change nothing if there is no such index."""
    mine = marks.bookmarks(state)
    if not 0 <= place < len(mine):
        return state
    left = marks.left(state, world)
    return marks.with_marks(state, world, replace(left, at=mine[place].code, drawn=0))


def next_one(state: State, world: World) -> State:
    """Go to the bookmark after the one that is displayed, else to the first."""
    mine = marks.bookmarks(state)
    if not mine:
        return removed(state)
    codes = [one.code for one in mine]
    at = marks.left(state, world).at
    return back_to(state, (codes.index(at) + 1) % len(mine) if at in codes else 0, world)


def requests(state: State, world: World) -> dict[str, Moved]:
    which = state.map_of(0, world)
    return {f"bookmark {one.number}": Moved(one.model, one.code, which) for one in marks.bookmarks(state)}


def places(rect: Rect, count: int, u: float) -> list[Rect]:
    """Return one square for each of `count` thumbnails, from the top."""
    gap, side = round(5 * u), rect.height // max(1, count)
    return [Rect(rect.x, rect.y + i * side, rect.width, side).inset(gap // 2).square() for i in range(count)]


def at(xy: Xy, rect: Rect, state: State) -> tuple[int, bool]:
    """Return the index of the thumbnail at `xy` (0 to 1 in the column), and whether `xy` is on its x, or nearly."""
    shown, px = places(rect, len(marks.bookmarks(state)), state.unit), rect.px_of(xy)
    place, size = nearest(shown, px), round(7 * state.mark)
    cross = _cross(shown[place], size)
    return place, abs(px[0] - cross.centre[0]) <= 1.5 * size and abs(px[1] - cross.centre[1]) <= 1.5 * size


def _cross(place: Rect, size: int) -> Rect:
    return Rect(place.right - 2 * size, place.y, 2 * size, 2 * size)


def items(state: State, rect: Rect, results: Results) -> list[Item]:
    """Return the items of the thumbnails; the one under the mouse has an x in its corner."""
    u, mine = state.unit, marks.bookmarks(state)
    found: list[Item] = []
    for number, (one, place) in enumerate(zip(mine, places(rect, len(mine), u), strict=False)):
        under = marks.own(state).passing.bookmark == number
        value: MovedValue | None = results.value(f"bookmark {one.number}", MovedValue)
        frame_colour = "accent" if under else "line"
        if value is None:
            found.append(Panel(place, "panel", frame_colour))
        else:
            found.append(Image(place, value.picture, frame_colour, state.smooth, secret=True))
        size = round(7 * state.mark)
        found.append(Marker((place.x + size, place.y + size), place, COLOUR, size, str(one.number), filled=True))
        if under:
            box = _cross(place, size)
            found += [Panel(box, "panel", "line"), Text(box, "×", "small", "warn", "centre", bold=True)]
    return found


def on_map(state: State, rect: Rect, results: Results, world: World) -> list[Item]:
    camera, found = state.camera(0, world), list[Item]()
    for one in marks.bookmarks(state):
        value: MovedValue | None = results.value(f"bookmark {one.number}", MovedValue)
        if value is not None:
            size = round(8 * state.mark)
            found.append(Marker(camera.to_px(value.xy, rect), rect, COLOUR, size, str(one.number), filled=True))
    return found
