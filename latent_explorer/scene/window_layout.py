"""The rectangles of a window: toolbar, legend and hint, which every lab has, and a lab's content between them."""

from dataclasses import replace

from latent_explorer.scene.box_layout import (
    Box,
    at_least,
    columns,
    find_left_out,
    make_compact,
    place_boxes,
    rows,
    wide_or_tall,
)
from latent_explorer.scene.layout import Layout
from latent_explorer.scene.rect import Rect

LAB_ROW_HEIGHT, CONTROL_ROW_HEIGHT, LAB_CONTROL_HEIGHT = 42, 48, 42
"""Heights in design pixels: the toolbar's row of labs, its row of controls, a row of a lab's own controls."""
COMPACT_FACTORS = (1.0, 0.8, 0.6)
"""Of the least heights of pictures and charts: the first is taken with which the fewest parts are left out."""
LARGE_HINT_HEIGHT = 42
"""Height of the hint in a presentation, in design pixels: two lines."""
LAB_MENU_MAX_HEIGHT = 430  # pixels of height up to which the labs are a menu among the controls


def split_window(size: tuple[int, int], ui_scale: float, *, has_toolbar: bool = True) -> tuple[Rect, Rect, Rect, Rect]:
    """Return the rectangles of toolbar, legend, hint and the body between them."""
    margin, gap = round(14 * ui_scale), round(8 * ui_scale)
    width, height = size
    bar_height = round(CONTROL_ROW_HEIGHT * ui_scale)
    bar_height += round(LAB_ROW_HEIGHT * ui_scale) if height > LAB_MENU_MAX_HEIGHT else 0
    bar, rest = Rect(0, 0, width, height).split_top(bar_height if has_toolbar else 0)
    rest = rest if has_toolbar else rest.split_top(0, gap)[1]
    body = rest.inset(margin)
    body = Rect(body.x, rest.y, body.width, max(0, body.bottom - rest.y))
    hint = Rect(body.x, body.bottom, body.width, 0)
    if height > 380:
        hint, body = body.split_bottom(round((24 if has_toolbar else LARGE_HINT_HEIGHT) * ui_scale), gap)
    legend_rect = Rect(body.x, body.y, body.width, 0)
    if height > 360:
        legend_rect, body = body.split_top(round(30 * ui_scale), gap)
    return bar, legend_rect, hint, body


def split_toolbar(toolbar: Rect, ui_scale: float) -> tuple[Rect | None, Rect]:
    """Return the toolbar's row of labs, None if the window is too low for it, and its row of controls."""
    if toolbar.height <= round(CONTROL_ROW_HEIGHT * ui_scale):
        return None, toolbar
    tabs, row = toolbar.split_top(round(LAB_ROW_HEIGHT * ui_scale))
    return tabs, row


def make_single_map(column: Box, *, column_share: float = 0.36, strip: Box | None = None, control_rows: int = 0) -> Box:
    """Return the boxes of a lab with one map: the map, a `strip` below it, and a column beside or below it. The strip
    is left out if the map would be low; `control_rows` counts rows of the lab's own controls above the column."""
    place = Box("map 0")
    if strip is not None:
        assert isinstance(strip.height, int | float)
        low = replace(strip, priority=0, width=at_least(300))
        place = rows(replace(place, height=at_least(1.4 * strip.height)), low)
    if control_rows:
        column = rows(Box("controls", height=control_rows * LAB_CONTROL_HEIGHT), column)
    beside = columns(place, replace(column, share=column_share), gap=14)
    return wide_or_tall(1.1, beside, rows(replace(place, share=0.5), column, gap=14))


def fill_window(size: tuple[int, int], ui_scale: float, content: Box) -> Layout:
    """Return the layout of a window with `content` below the legend. Its boxes "map 0", "map 1"… are the maps, its box
    "controls" is the place of the lab's own controls. Pictures and charts shrink before a part is left out."""
    toolbar, legend_rect, hint, body = split_window(size, ui_scale)
    parts, left_out = dict[str, Rect](), dict[str, str]()
    for factor in COMPACT_FACTORS:
        placed = place_boxes(make_compact(content, factor), body, ui_scale)
        missing = find_left_out(content, placed)
        missing.pop("controls", None)  # they are in the toolbar then
        if not parts or len(missing) < len(left_out):
            parts, left_out = placed, missing
        if not left_out:
            break
    maps = tuple(parts.pop(name) for name in sorted(parts) if name.startswith("map "))
    controls = parts.pop("controls", None)
    return Layout(
        toolbar=toolbar, legend=legend_rect, maps=maps, hint=hint, parts=parts, controls=controls, left_out=left_out,
        content=content,
    )  # fmt: skip
