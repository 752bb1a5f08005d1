"""The layout of a lab on a projector: maps and pictures fill the screen, bar and controls go, text is large.

What finds no room beside them moves to a page of its own, with the maps again; nothing is left out unsaid. The pages
lie side by side and the window shows one of them: the parts of the others keep a place, which lies beyond its edges.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import product
from math import inf

from latent_explorer.cache import LeastRecentlyUsed
from latent_explorer.scene import window_layout
from latent_explorer.scene.box_layout import LARGE, Box, find_left_out, list_names, make_compact, place_boxes
from latent_explorer.scene.layout import Layout
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.state import State
from latent_explorer.scene.window_layout import COMPACT_FACTORS
from latent_explorer.texts import get_language, mark, tr

NEXT_PAGE_KEY = "F9"
"""The key of the next page, as the screen names it."""
MAX_PAGES = 5
MIN_PART_HEIGHT = 36
"""Design pixels of height below which a chart is of no use, and has another page."""
MIN_MAP_SIDE = 110
"""Design pixels of the shorter side below which a map is of no use: the page does without maps then."""
MORE = mark("more")
"""What parts are called that have no title."""
MAX_TITLES = 4
"""Titles of parts that a note names."""
_cache: LeastRecentlyUsed[tuple[object, ...], tuple[Box, tuple[Layout, ...]]] = LeastRecentlyUsed(24)


def lay_out(state: State, ordinary: Layout, stage: Sequence[str], companions: Sequence[str]) -> Layout:
    """Return the page of a lab's layout that a presentation shows: of `ordinary`, which holds the boxes it was made of.
    `stage` names the parts that the first page has beside the maps; it has all of them if `stage` is empty;
    `companions` are on every page."""
    if ordinary.content is None:
        return ordinary
    language = get_language().code  # of the note on the pages
    key = id(ordinary.content), state.lab_size, state.ui_scale, language, tuple(stage), tuple(companions)
    known = _cache.get(key)
    if known is None:  # the boxes are kept with it, so that no other ones get their id
        pages = make_pages(ordinary.content, state.lab_size, state.ui_scale, stage, companions)
        known = _cache.put(key, (ordinary.content, pages))
    pages = known[1]
    return pages[min(state.presentation.parts_page, len(pages) - 1)]


def make_pages(
    content: Box, size: tuple[int, int], ui_scale: float, stage: Sequence[str], companions: Sequence[str] = ()
) -> tuple[Layout, ...]:
    """Return the layout of each page. A part stands on the first page that has room for it, and `companions` on all."""
    _, legend, hint, body = window_layout.split_window(size, ui_scale, has_toolbar=False)
    plain = keep_parts(content, lambda name: name != "controls") or content
    content = enlarge(plain)
    beside = [name for name in companions if name in list_names(content)]
    pages = _divide(content, plain, list(dict.fromkeys(_list_staged(content, stage))), beside, body, ui_scale)
    titles = [
        _list_titles(content, {name: rect for name, rect in page.items() if not number or name not in beside})
        for number, page in enumerate(pages)
    ]
    lost = find_left_out(content, {name: rect for page in pages for name, rect in page.items()})
    lost = {name: title for name, title in lost.items() if not _is_map(name)}
    toolbar = Rect(0, 0, size[0], 0)
    # a window may have no room for the maps at all, with large text above the page of a lesson; a lab has them still
    maps = _get_maps(pages[0]) or tuple(body for name in dict.fromkeys(list_names(content)) if _is_map(name))
    return tuple(
        Layout(
            toolbar,
            legend,
            _get_maps(page) or _put_away(maps, size[0]),
            hint,
            _put_side_by_side(pages, number, size[0]),
            left_out=lost,
            content=content,
            page_count=len(pages),
            page_note=_describe(number, titles),
        )
        for number, page in enumerate(pages)
    )


def keep_parts(box: Box, is_kept: Callable[[str], bool]) -> Box | None:
    """Return a box without the named ones that are not kept; None if nothing named is left of it. Where something went,
    the others may use its room."""
    if not any(list_names(child) for child in box.children):
        return box if not box.name or is_kept(box.name) else None
    kept = [after for child in box.children if (after := keep_parts(child, is_kept)) is not None]
    named = [child for child in kept if list_names(child)]
    if not named:
        return None
    if box.ratio:
        return replace(box, children=tuple(kept)) if len(kept) == len(box.children) else kept[0]
    gone = len(kept) < len(box.children)
    children = tuple(replace(child, share=1) for child in kept) if gone else tuple(kept)
    return replace(box, children=children)


def enlarge(box: Box) -> Box:
    """Return the boxes with the least lengths that pictures need on a projector."""
    children = tuple(enlarge(child) for child in box.children)
    width, height = map(_raise, (box.width, box.height), box.presented)
    return replace(box, children=children, width=width, height=height)


# -- inside -------------------------------------------------------------------------------------------


def _divide(
    content: Box, plain: Box, first: Sequence[str], beside: Sequence[str], body: Rect, ui_scale: float
) -> list[dict[str, Rect]]:
    """Return the rectangles of the parts and maps of each page: of the `first` parts, all if there are none, then of
    those that have no place yet, with those that are `beside` every page. `plain` are the boxes at their usual size."""
    names = [name for name in dict.fromkeys(list_names(content)) if not _is_map(name)]
    pages = [_place(content, first or names, body, ui_scale)]
    placed = set(pages[0])
    while len(pages) < MAX_PAGES and (rest := [name for name in names if name not in placed]):
        page = _place_rest(content, plain, rest, beside=beside, placed=placed, body=body, ui_scale=ui_scale)
        if placed.issuperset(page):
            break
        stays = {*rest, *beside}
        pages.append({name: rect for name, rect in page.items() if name in stays or _is_map(name)})
        placed.update(page)
    useless = _list_incomplete(content, placed)
    pages = [{name: rect for name, rect in page.items() if name not in useless} for page in pages]
    return [page for number, page in enumerate(pages) if not number or not all(map(_is_map, page))]


def _place_rest(
    content: Box, plain: Box, rest: Sequence[str], *, beside: Sequence[str], placed: set[str], body: Rect,
    ui_scale: float,
) -> dict[str, Rect]:  # fmt: skip
    """Return the page of parts that have no place yet: with the maps, else without, else those of one title alone, and
    these at their usual size if need be, since small pictures are better than none."""
    page = _place(content, [*rest, *beside], body, ui_scale, COMPACT_FACTORS)
    crowded = any(_is_map(name) and rect.shorter_side < MIN_MAP_SIDE * ui_scale for name, rect in page.items())
    if crowded or placed.issuperset(page):
        page = _place(content, rest, body, ui_scale, COMPACT_FACTORS, has_maps=False)
    groups = _group_by_title(content, rest)
    for boxes, group in product((content, plain), groups):
        if not placed.issuperset(page):
            break
        page = _place(boxes, group, body, ui_scale, COMPACT_FACTORS, has_maps=False)
    return page


def _place(
    content: Box, names: Sequence[str], body: Rect, ui_scale: float, factors: Sequence[float] = (1.0,), *,
    has_maps: bool = True,
) -> dict[str, Rect]:  # fmt: skip
    """Return the rectangles of those of the named parts that find room, and of the maps if it `has_maps`, at the first
    of `factors` that leaves out the fewest."""
    wanted = set(names)
    boxes = keep_parts(content, lambda name: name in wanted or (has_maps and _is_map(name))) or content
    best: dict[str, Rect] = {}
    fewest = len(wanted) + 1
    for factor in factors:
        crushed = MIN_PART_HEIGHT * ui_scale
        growing = _list_growing(boxes)
        placed = {
            name: rect
            for name, rect in place_boxes(make_compact(boxes, factor), body, ui_scale).items()
            if rect.width and rect.height and (rect.height >= crushed or name not in growing)
        }
        placed = {name: rect for name, rect in placed.items() if name not in _list_incomplete(boxes, set(placed))}
        missing = len(find_left_out(boxes, placed))
        if missing < fewest:
            best, fewest = placed, missing
        if not missing:
            break
    return best


def _list_incomplete(box: Box, placed: set[str]) -> set[str]:
    """Return the names of the panels that are placed without something that none of them is ever without, and of all
    that lies on them."""
    if box.name in placed and not _list_needed(box) <= placed:
        return set(list_names(box))
    inner = [_list_incomplete(child, placed) for child in box.children]
    return set.intersection(*inner) if inner and box.ratio else set[str]().union(*inner)


def _list_needed(box: Box) -> set[str]:
    """Return the names of a box and of all in it that is never left out, but maps."""
    own = {box.name} if box.name and not _is_map(box.name) else set[str]()
    inner = [_list_needed(child) for child in box.children if child.priority == inf or box.ratio]
    return own | (set.intersection(*inner) if inner and box.ratio else set[str]().union(*inner))


def _raise(length: float | tuple[float, float], least: float) -> float | tuple[float, float]:
    low, high = length if isinstance(length, tuple) else (length, length)
    return length if low >= least else (least, max(high, least))


def _list_growing(box: Box) -> set[str]:
    """Return the names of the parts that are as high as there is room, charts above all."""
    if box.children:
        return {name for child in box.children for name in _list_growing(child)}
    _, high = box.height if isinstance(box.height, tuple) else (box.height, box.height)
    return {box.name} if box.name and high >= LARGE and not box.aspect and not _is_map(box.name) else set()


def _is_map(name: str) -> bool:
    return name.startswith("map ")


def _list_staged(box: Box, stage: Sequence[str], inside: bool = False) -> Iterator[str]:
    """Iterate over the names of parts that `stage` names, or that lie in a part that it names. The first word is
    enough: a picture's name and figures come with it."""
    inside = inside or any(f"{box.name} ".startswith(f"{name} ") for name in stage)
    if box.name and inside and not _is_map(box.name):
        yield box.name
    for child in box.children:
        yield from _list_staged(child, stage, inside)


def _get_maps(page: Mapping[str, Rect]) -> tuple[Rect, ...]:
    return tuple(page[name] for name in sorted(page) if _is_map(name))


def _put_away(maps: Sequence[Rect], width: int) -> tuple[Rect, ...]:
    """Return maps beside the window, for a page without room for them."""
    return tuple(replace(rect, x=rect.x - 2 * width) for rect in maps)


def _put_side_by_side(pages: Sequence[Mapping[str, Rect]], shown: int, width: int) -> dict[str, Rect]:
    """Return the parts of all pages, those of the shown one in the window."""
    numbers = sorted(range(len(pages)), key=lambda number: number == shown)  # its own parts last: they count
    return {
        name: replace(rect, x=rect.x + (number - shown) * 2 * width)
        for number in numbers
        for name, rect in pages[number].items()
        if not _is_map(name)
    }


def _group_by_title(box: Box, names: Sequence[str]) -> list[list[str]]:
    """Return the names in groups that a person calls the same, those of the innermost titles."""
    groups: dict[str, list[str]] = {}

    def visit(one: Box, title: str) -> None:
        title = one.title or title
        if one.name in names:
            groups.setdefault(title, []).append(one.name)
        for child in one.children:
            visit(child, title)

    visit(box, "")
    return list(groups.values())


def _list_titles(content: Box, page: Mapping[str, Rect], title: str = "") -> list[str]:
    """Return what a person calls the parts of a page: titles of boxes, else names of parts."""
    title = content.title or title
    own = [tr(title or MORE)] if content.name in page and not _is_map(content.name) else []
    inner = [one for child in content.children for one in _list_titles(child, page, title)]
    titles = list(dict.fromkeys([*own, *inner]))
    return [one for one in titles if one != tr(MORE)] or titles


def _describe(number: int, titles: Sequence[Sequence[str]]) -> str:
    """Return what stands at the end of the hint: which page this is, and what the key of the next one shows."""
    if len(titles) < 2:
        return ""
    following = (number + 1) % len(titles)
    named = tr("the first page") if not following else ", ".join(titles[following][:MAX_TITLES])
    return f"{tr('{page} of {count}', page=number + 1, count=len(titles))}   {NEXT_PAGE_KEY}: {named}"
