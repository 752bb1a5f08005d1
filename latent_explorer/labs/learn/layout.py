"""Layout of the Learn lab: the map with a row of samples below it; picture, losses and chart beside it."""

from functools import lru_cache

from latent_explorer.scene import map_panel
from latent_explorer.scene.lab import Layout
from latent_explorer.scene.rect import Rect

ROW_HEIGHT = 176
"""Height of the row of samples with their originals, in design pixels."""


@lru_cache(maxsize=8)
def make_layout(size: tuple[int, int], ui_scale: float) -> Layout:
    stage = map_panel.single_map_layout(size, ui_scale, column_share=0.38, strip_height=ROW_HEIGHT)
    gap = round(12 * ui_scale)
    parts: dict[str, Rect] = {} if stage.strip is None else {"row": stage.strip}
    side = stage.column
    if side.width > 1.5 * side.height:  # below the map
        place, rest = side.split_left(min(side.height, side.width // 4), gap)
        figures, chart = rest.split_left(round(rest.width * 0.4), gap)
        parts["picture"] = place.split_top(place.width)[0]
        parts |= {"figures": figures, "chart": chart}
    else:
        head, chart = side.split_top(round(min(side.width * 0.52, side.height * 0.42)), gap)
        place, figures = head.split_left(min(head.height, round(side.width * 0.52)), round(16 * ui_scale))
        parts |= {"picture": place, "figures": figures}
        if chart.height > 60 * ui_scale:
            parts["chart"] = chart
    return Layout(stage.toolbar, stage.legend, (stage.map,), stage.hint, parts)
