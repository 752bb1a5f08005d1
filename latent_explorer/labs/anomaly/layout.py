"""Layout of the Anomaly lab: the map with a row of outliers or the stream below it; verdict, pictures and charts beside
it."""

from dataclasses import replace
from functools import lru_cache

from latent_explorer.scene import window_layout
from latent_explorer.scene.box_layout import Box, at_least, columns, rows, wide_or_tall
from latent_explorer.scene.layout import Layout
from latent_explorer.texts import mark


@lru_cache(maxsize=8)
def make_layout(size: tuple[int, int], ui_scale: float, *, has_stream: bool = False) -> Layout:
    words = rows(
        Box("verdict", height=28), Box("figures", height=36, priority=1, title=mark("figures")), height=66, gap=0
    )
    cells = (
        rows(
            Box(f"picture {i}", aspect=1),
            Box(f"caption {i}", height=20, priority=1, title=mark("captions")),
            gap=0,
            align=0.5,
        )
        for i in range(3)
    )
    pictures = columns(*cells, share=0.31, height=at_least(70))
    curve = columns(
        Box("roc", share=0.52), Box("rates"), gap=14, height=at_least(140), priority=1, title=mark("ROC curve")
    )
    histogram = Box("histogram", height=at_least(60), priority=2, title=mark("histogram of errors"))
    charts = rows(histogram, curve, height=at_least(230))
    high = rows(words, replace(pictures, share=1), presented=(330, 0))
    beside = replace(charts, presented=(200, 0), priority=3)
    column = wide_or_tall(1.9, columns(high, beside, gap=16), rows(words, pictures, charts))
    strip = Box("row", height=118, title=mark("foreign pictures"))
    strip = Box("stream", height=212, presented=(0, 290), title=mark("the stream")) if has_stream else strip
    content = window_layout.make_single_map(column, column_share=0.4, strip=strip, control_rows=2)
    return window_layout.fill_window(size, ui_scale, content)
