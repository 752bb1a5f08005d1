"""Layout of the Learn lab: the map with a row of samples below it; picture, losses and chart beside it. Two models that
are trained side by side have a map each, and charts of their own."""

from dataclasses import replace
from functools import lru_cache

from latent_explorer.scene import window_layout
from latent_explorer.scene.box_layout import Box, at_least, columns, rows, wide_or_tall
from latent_explorer.scene.layout import Layout
from latent_explorer.texts import mark

ROW_HEIGHT, PAIR_ROW_HEIGHT = 176, 196
"""Height of the row of samples with their originals, in design pixels: of one model, of two."""
CHART_TITLE, SAMPLES_TITLE = mark("chart"), mark("samples")


@lru_cache(maxsize=8)
def make_layout(size: tuple[int, int], ui_scale: float) -> Layout:
    picture, figures, chart = Box("picture", aspect=1, share=0.25), Box("figures"), Box("chart", weight=1.5)
    below_map = columns(picture, figures, chart, gap=12)
    head = columns(replace(picture, share=0.52), replace(figures, fills=True), gap=16, share=0.42)
    beside_map = rows(head, Box("chart", height=at_least(60), priority=1, title=CHART_TITLE), gap=12)
    column, row = wide_or_tall(1.5, below_map, beside_map), Box("row", height=ROW_HEIGHT, title=SAMPLES_TITLE)
    return window_layout.fill_window(
        size, ui_scale, window_layout.make_single_map(column, column_share=0.38, strip=row)
    )


@lru_cache(maxsize=8)
def make_pair_layout(size: tuple[int, int], ui_scale: float) -> Layout:
    cells = [rows(Box(f"title {slot}", height=22, title=mark("names")), Box(f"map {slot}"), gap=4) for slot in (0, 1)]
    row = Box("row", height=PAIR_ROW_HEIGHT, width=at_least(300), priority=0, title=SAMPLES_TITLE)
    maps = columns(*cells, gap=12, even=True, height=at_least(1.1 * PAIR_ROW_HEIGHT))
    losses = Box("chart", height=at_least(90), weight=1.3, title=CHART_TITLE)
    kl = Box("kl", height=at_least(90), priority=1, title=mark("KL"))
    bars = Box("dimensions", height=at_least(90), priority=2, title=mark("KL of each dimension"))
    column = rows(Box("figures", height=136, priority=3, title=mark("figures")), losses, kl, bars, gap=10)
    beside = columns(rows(maps, row, gap=10), replace(column, share=0.36), gap=14)
    content = wide_or_tall(1.1, beside, rows(replace(maps, share=0.45), row, column, gap=14))
    return window_layout.fill_window(size, ui_scale, content)
