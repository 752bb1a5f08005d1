"""Layout of the Denoise lab: four columns for the clean picture, the noisy one and the two models' outputs; each
model's map under its picture, and the chart under the two others."""

from functools import lru_cache

from latent_explorer.scene import window_layout
from latent_explorer.scene.box_layout import Box, at_least, columns, rows, wide_or_tall
from latent_explorer.scene.layout import Layout
from latent_explorer.texts import mark

COLUMN_NAMES = ("clean", "noisy", "out 0", "out 1")
GAP = 18
"""Design pixels between two columns."""


@lru_cache(maxsize=8)
def make_layout(size: tuple[int, int], ui_scale: float) -> Layout:
    titles = [Box(f"{name} title", height=26) for name in COLUMN_NAMES]
    pictures = [Box(name, aspect=1) for name in COLUMN_NAMES]
    figures = [Box(f"{name} figures", height=26) for name in COLUMN_NAMES]
    chart, maps = Box("chart", title=mark("chart")), columns(*map(_make_map, range(2)), gap=GAP)
    low = wide_or_tall(
        0.95,
        columns(chart, maps, gap=GAP),
        rows(maps, Box("chart", share=0.4, title=mark("chart"))),
        height=at_least(132),
    )
    lines = 1 if size[0] > 890 * ui_scale else 2
    content = rows(
        Box("controls", height=lines * window_layout.LAB_CONTROL_HEIGHT, priority=3),
        columns(*titles, gap=GAP, priority=2, title=mark("titles")),
        columns(*pictures, gap=GAP, even=True, share=0.43, height=at_least(60)),
        columns(*figures, gap=GAP, priority=1, title=mark("figures")),
        low,
        gap=5,
    )
    return window_layout.fill_window(size, ui_scale, content)


def _make_map(slot: int) -> Box:
    return rows(
        Box(f"arrow {slot}", height=24, priority=1, title=mark("arrows")),
        Box(f"map {slot}", height=at_least(100)),
        gap=4,
    )
