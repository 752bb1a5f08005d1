"""Layout of the Learn lab: the map with a row of samples below it; picture, losses and chart beside it."""

from dataclasses import replace
from functools import lru_cache

from latent_explorer.scene import map_panel
from latent_explorer.scene.box_layout import Box, at_least, columns, rows, wide_or_tall
from latent_explorer.scene.layout import Layout

ROW_HEIGHT = 176
"""Height of the row of samples with their originals, in design pixels."""


@lru_cache(maxsize=8)
def make_layout(size: tuple[int, int], ui_scale: float) -> Layout:
    picture, figures, chart = Box("picture", aspect=1, share=0.25), Box("figures"), Box("chart", weight=1.5)
    below_map = columns(picture, figures, chart, gap=12)
    head = columns(replace(picture, share=0.52), replace(figures, fills=True), gap=16, share=0.42)
    beside_map = rows(head, Box("chart", height=at_least(60), priority=1, title="chart"), gap=12)
    column, row = wide_or_tall(1.5, below_map, beside_map), Box("row", height=ROW_HEIGHT, title="samples")
    return map_panel.fill_window(size, ui_scale, map_panel.make_single_map(column, column_share=0.38, strip=row))
