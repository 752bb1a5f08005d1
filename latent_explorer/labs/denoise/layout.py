"""Layout of the Denoise lab: four columns for the clean picture, the noisy one and the two models' outputs; each
model's map under its picture, and the chart under the two others."""

from functools import lru_cache

from latent_explorer.scene import map_panel
from latent_explorer.scene.lab import Layout
from latent_explorer.scene.rect import Rect

COLUMN_NAMES = ("clean", "noisy", "out 0", "out 1")


@lru_cache(maxsize=8)
def make_layout(size: tuple[int, int], ui_scale: float) -> Layout:
    bar, legend, hint, body = map_panel.split_window(size, ui_scale)
    gap = round(8 * ui_scale)
    parts: dict[str, Rect] = {}
    controls: Rect | None = None
    if body.height > 200:
        rows = 1 if body.width > 860 * ui_scale else 2
        controls, body = body.split_top(round(rows * map_panel.LAB_CONTROL_HEIGHT * ui_scale), gap // 2)
    columns = body.split_columns(4, round(18 * ui_scale))
    title = round(26 * ui_scale) if body.height > 170 else 0
    figures = round(26 * ui_scale) if body.height > 230 else 0
    room = body.height - title - figures - 4 * gap
    side = max(1, min(columns[0].width, round(room * 0.52)))
    for name, column in zip(COLUMN_NAMES, columns, strict=True):
        if title:
            parts[f"{name} title"], column = column.split_top(title, gap // 2)
        place, column = column.split_top(side, gap // 2)
        parts[name] = place.split_left(side)[0]
        if figures:
            parts[f"{name} figures"] = column.split_top(figures)[0].split_left(max(side, round(column.width * 0.8)))[0]
    _, low = body.split_top(title + side + figures + gap, gap)
    if low.height > 1.05 * low.width:  # a tall window: both maps in a row, the chart below them
        chart, low = low.split_bottom(round(low.height * 0.4), gap)
        halves = low.split_columns(2, round(18 * ui_scale))
    else:
        chart = Rect(low.x, low.y, columns[1].right - low.x, low.height)
        halves = [Rect(column.x, low.y, column.width, low.height) for column in columns[2:]]
    parts["chart"] = chart
    maps: list[Rect] = []
    for slot, half in enumerate(halves):
        if half.height > 130 * ui_scale:
            parts[f"arrow {slot}"], half = half.split_top(round(24 * ui_scale), gap // 2)
        maps.append(half)
    return Layout(bar, legend, tuple(maps), hint, parts, controls)
