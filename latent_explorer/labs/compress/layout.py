"""Layout of the Compress lab: the map and the chart, and beside them two rows of pictures with their figures."""

from dataclasses import replace
from functools import lru_cache

from latent_explorer.scene.box_layout import Box, columns, rows, wide_or_tall
from latent_explorer.scene.layout import Layout
from latent_explorer.scene.window_layout import fill_window, make_single_map
from latent_explorer.texts import mark

CODEC_NAMES = ("JPEG", "WebP", "PNG")
TITLE_HEIGHT, LINE_HEIGHT = 22, 18
"""Height of the name below a picture and of each line of its figures, in design pixels."""
LINE_COUNTS = {"code": 2, **dict.fromkeys(CODEC_NAMES, 3)}
"""Lines of figures below each picture."""


@lru_cache(maxsize=8)
def make_layout(size: tuple[int, int], ui_scale: float, *, has_codecs: bool = True) -> Layout:
    first = columns(_make_cell("original"), _make_cell("code"), Box("sum"))
    pictures = rows(first, columns(*map(_make_cell, CODEC_NAMES)), even=True) if has_codecs else first
    column = rows(pictures, Box("note", height=58, priority=1, title=mark("note")))
    chart = Box("chart", height=236, title=mark("chart"))
    layout = fill_window(size, ui_scale, make_single_map(column, column_share=0.44, strip=chart, control_rows=2))
    if "chart" not in layout.parts:  # no room for it below the map
        chart, low = Box("chart"), Box("chart", share=0.36)
        column = wide_or_tall(1.9, columns(pictures, chart), rows(pictures, low))
        layout = fill_window(size, ui_scale, make_single_map(column, column_share=0.44, control_rows=2))
        layout = replace(layout, left_out={**layout.left_out, "note": mark("note")})
    if _cuts_figures(layout, ui_scale):
        layout = replace(layout, left_out={**layout.left_out, "figures": mark("figures")})
    return layout


def _cuts_figures(layout: Layout, ui_scale: float) -> bool:
    """Return True if a picture has its name, but not all lines of its figures."""
    heights = {name: layout.parts[f"{name} text"].height for name in LINE_COUNTS if f"{name} text" in layout.parts}
    title, line = round(TITLE_HEIGHT * ui_scale), round(LINE_HEIGHT * ui_scale)
    return any(height < title + LINE_COUNTS[name] * line - 1 for name, height in heights.items())


def _make_cell(name: str) -> Box:
    """Return a picture with its text; the name stays as long as there is any room: it identifies the picture."""
    return rows(
        Box(name, aspect=1),
        Box(f"{name} text", height=(TITLE_HEIGHT, 78), share=0.35, priority=1, title=mark("figures")),
        gap=0,
        align=0.5,
    )
