"""Where the parts of Denoise stand: four columns, of the clean picture, the noisy one and what each model makes of it;
each model's map under its picture, and the curve under the two others."""

from functools import lru_cache

from latent_explorer.scene import map_panel
from latent_explorer.scene.lab import Layout
from latent_explorer.scene.rect import Rect

COLUMNS = ("clean", "noisy", "out 0", "out 1")


@lru_cache(maxsize=8)
def layout(size: tuple[int, int], u: float) -> Layout:
    bar, legend, hint, body = map_panel.outline(size, u)
    gap = round(8 * u)
    parts: dict[str, Rect] = {}
    controls: Rect | None = None
    if body.height > 200:
        rows = 1 if body.width > 860 * u else 2
        controls, body = body.top(round(rows * map_panel.CONTROL * u), gap // 2)
    columns = body.columns(4, round(18 * u))
    title = round(26 * u) if body.height > 170 else 0
    figures = round(26 * u) if body.height > 230 else 0
    room = body.height - title - figures - 4 * gap
    side = max(1, min(columns[0].width, round(room * 0.52)))
    for name, column in zip(COLUMNS, columns, strict=True):
        if title:
            parts[f"{name} title"], column = column.top(title, gap // 2)
        place, column = column.top(side, gap // 2)
        parts[name] = place.left(side)[0]
        if figures:
            parts[f"{name} figures"] = column.top(figures)[0].left(max(side, round(column.width * 0.8)))[0]
    _, low = body.top(title + side + figures + gap, gap)
    if low.height > 1.05 * low.width:  # a tall window: both maps in a row, the curve below them
        chart, low = low.below(round(low.height * 0.4), gap)
        halves = low.columns(2, round(18 * u))
    else:
        chart = Rect(low.x, low.y, columns[1].right - low.x, low.height)
        halves = [Rect(column.x, low.y, column.width, low.height) for column in columns[2:]]
    parts["chart"] = chart
    maps: list[Rect] = []
    for slot, half in enumerate(halves):
        if half.height > 130 * u:
            parts[f"arrow {slot}"], half = half.top(round(24 * u), gap // 2)
        maps.append(half)
    return Layout(bar, legend, tuple(maps), hint, parts, controls)
