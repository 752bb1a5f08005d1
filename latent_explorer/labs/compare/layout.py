"""Layout of the Compare lab: a cell per model with its map and pictures, and below a row per model with its film from A
to B and its metrics."""

from functools import lru_cache

from latent_explorer.scene import map_panel
from latent_explorer.scene.lab import Layout
from latent_explorer.scene.rect import Rect

FILM_HEIGHTS = {2: 84, 3: 76, 4: 64}
"""Height of a film row in design pixels, by the number of models."""


@lru_cache(maxsize=16)
def make_layout(size: tuple[int, int], ui_scale: float, model_count: int) -> Layout:
    bar, legend, hint, body = map_panel.split_window(size, ui_scale)
    gap = round(8 * ui_scale)
    parts: dict[str, Rect] = {}
    controls: Rect | None = None
    if (
        legend.height and legend.width > 420 * ui_scale
    ):  # beside the legend: four models' menus leave no room in the toolbar
        right, legend = legend.split_right(round(152 * ui_scale), gap)
        high = round(map_panel.LAB_CONTROL_HEIGHT * ui_scale)
        controls = Rect(right.x, right.y - (high - right.height) // 2, right.width, high)
    head, between = round(32 * ui_scale), round(5 * ui_scale)
    if body.height > 240 and body.width > 400:
        row = round(min(FILM_HEIGHTS[model_count] * ui_scale, (0.46 * body.height - head) / model_count - between))
        rows, body = body.split_bottom(head + model_count * (row + between), gap)
        parts |= _place_rows(rows, model_count, head, between, ui_scale)
    maps = []
    for slot, cell in enumerate(_split_cells(body, model_count, ui_scale)):
        map_rect, found = _place_cell(cell, slot, ui_scale)
        maps.append(map_rect)
        parts |= found
    return Layout(bar, legend, tuple(maps), hint, parts, controls)


def _place_rows(rect: Rect, model_count: int, header_height: int, row_gap: int, ui_scale: float) -> dict[str, Rect]:
    """Place the films on the left, the table on the right, and a header over both."""
    parts: dict[str, Rect] = {}
    left, table = rect.split_left(rect.width - round(min(410 * ui_scale, 0.4 * rect.width)), round(10 * ui_scale))
    parts["note"], films = left.split_top(header_height)
    parts["head"], numbers = table.split_top(header_height)
    one = films.height // model_count
    for slot in range(model_count):
        row, films = films.split_top(one)
        parts[f"strip {slot}"] = row.split_bottom(one - row_gap)[0]
        row, numbers = numbers.split_top(one)
        parts[f"numbers {slot}"] = row.split_bottom(one - row_gap)[0]
    return parts


def _split_cells(body: Rect, model_count: int, ui_scale: float) -> list[Rect]:
    """Split `body` into a cell per model, in one or two rows, whichever makes the maps larger."""
    gap = round(16 * ui_scale)
    ways = []
    for columns in {model_count, (model_count + 1) // 2}:
        rows = -(-model_count // columns)
        cells = [cell for row in body.split_rows(rows, gap // 2) for cell in row.split_columns(columns, gap)][
            :model_count
        ]
        ways.append((_place_cell(cells[0], 0, ui_scale)[0].shorter_side, columns, cells))
    return max(ways, key=lambda way: way[:2])[2]


def _place_cell(cell: Rect, slot: int, ui_scale: float) -> tuple[Rect, dict[str, Rect]]:
    """Return the rectangle of a model's map, and those of its title and pictures."""
    gap = round(8 * ui_scale)
    parts: dict[str, Rect] = {}
    if cell.height > 110:
        parts[f"title {slot}"], cell = cell.split_top(round(26 * ui_scale), gap // 2)
    side = min(round(cell.width * 0.32), round(cell.height * 0.46))
    left, pictures = cell.split_left(cell.width - side - gap, gap)
    row, above = cell.split_bottom(min(round(cell.height * 0.3), cell.width // 3), gap)
    if side > 50 and left.shorter_side > above.shorter_side:
        return left, parts | _place_beside(pictures, slot, ui_scale, gap)
    return above, parts | _place_below(row, slot, ui_scale, gap)


def _place_beside(column: Rect, slot: int, ui_scale: float, gap: int) -> dict[str, Rect]:
    """Place the large picture, its verdict and, if there is room, the nearest sample in a column beside the map."""
    parts: dict[str, Rect] = {}
    side = min(column.width, round(column.height * 0.5))
    parts[f"picture {slot}"], rest = column.split_top(side, gap // 2)
    parts[f"picture {slot}"] = parts[f"picture {slot}"].split_left(side)[0]
    if rest.height > 24 * ui_scale:
        parts[f"verdict {slot}"], rest = rest.split_top(round(24 * ui_scale), gap)
    text = round(38 * ui_scale)
    if rest.height > text + 44 * ui_scale:
        parts[f"original text {slot}"], rest = rest.split_top(text, gap // 2)
        parts |= _place_pair(rest.split_left(side)[0], slot, gap)
    return parts


def _place_below(row: Rect, slot: int, ui_scale: float, gap: int) -> dict[str, Rect]:
    """Place the same parts in a row under the map."""
    picture, rest = row.split_left(row.height, gap)
    parts = {f"picture {slot}": picture}
    parts[f"verdict {slot}"], rest = rest.split_top(round(22 * ui_scale), gap // 2)
    text = round(18 * ui_scale)
    if rest.height > text + 36 * ui_scale:
        parts[f"original text {slot}"], rest = rest.split_top(text, gap // 2)
    if rest.height > 24 * ui_scale and rest.width > 48 * ui_scale:
        parts |= _place_pair(rest, slot, gap)
    return parts


def _place_pair(rect: Rect, slot: int, gap: int) -> dict[str, Rect]:
    """Place an original and its reconstruction side by side."""
    small = min((rect.width - gap) // 2, rect.height)
    original, rest = rect.split_left(small, gap)
    return {
        f"original {slot}": original.split_top(small)[0],
        f"reconstruction {slot}": rest.split_left(small)[0].split_top(small)[0],
    }
