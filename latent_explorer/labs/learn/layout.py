"""Where the parts of Learn stand: the map with a row of samples below it; picture, figures and chart beside it."""

from functools import lru_cache

from latent_explorer.scene import map_panel
from latent_explorer.scene.lab import Layout
from latent_explorer.scene.rect import Rect

ROW = 176
"""Height of the row of samples with their originals, in design pixels."""


@lru_cache(maxsize=8)
def layout(size: tuple[int, int], u: float) -> Layout:
    stage = map_panel.stage(size, u, side=0.38, strip=ROW)
    gap = round(12 * u)
    parts: dict[str, Rect] = {} if stage.strip is None else {"row": stage.strip}
    side = stage.side
    if side.width > 1.5 * side.height:  # below the map
        place, rest = side.left(min(side.height, side.width // 4), gap)
        figures, chart = rest.left(round(rest.width * 0.4), gap)
        parts["picture"] = place.top(place.width)[0]
        parts |= {"figures": figures, "chart": chart}
    else:
        head, chart = side.top(round(min(side.width * 0.52, side.height * 0.42)), gap)
        place, figures = head.left(min(head.height, round(side.width * 0.52)), round(16 * u))
        parts |= {"picture": place, "figures": figures}
        if chart.height > 60 * u:
            parts["chart"] = chart
    return Layout(stage.bar, stage.legend, (stage.map,), stage.hint, parts)
