"""Where the parts of Compare stand: a cell a model with its map and pictures, and below them a row a model with its
film from A to B and its numbers, under each other."""

from functools import lru_cache

from latent_explorer.scene import map_panel
from latent_explorer.scene.lab import Layout
from latent_explorer.scene.rect import Rect

ROW = {2: 84, 3: 76, 4: 64}
"""Design pixels of a film, by the number of models."""


@lru_cache(maxsize=16)
def layout(size: tuple[int, int], u: float, count: int) -> Layout:
    bar, legend, hint, body = map_panel.outline(size, u)
    gap = round(8 * u)
    parts: dict[str, Rect] = {}
    controls: Rect | None = None
    if legend.height and legend.width > 420 * u:  # beside the classes: four models' menus leave no room in the bar
        right, legend = legend.right_part(round(152 * u), gap)
        high = round(map_panel.CONTROL * u)
        controls = Rect(right.x, right.y - (high - right.height) // 2, right.width, high)
    head, between = round(32 * u), round(5 * u)
    if body.height > 240 and body.width > 400:
        row = round(min(ROW[count] * u, (0.46 * body.height - head) / count - between))
        rows, body = body.below(head + count * (row + between), gap)
        parts |= _rows(rows, count, head, between, u)
    maps = []
    for slot, cell in enumerate(_cells(body, count, u)):
        map_rect, found = _cell(cell, slot, u)
        maps.append(map_rect)
        parts |= found
    return Layout(bar, legend, tuple(maps), hint, parts, controls)


def _rows(rect: Rect, count: int, head: int, between: int, u: float) -> dict[str, Rect]:
    """The films on the left, the table on the right, over both what they are."""
    parts: dict[str, Rect] = {}
    left, table = rect.left(rect.width - round(min(410 * u, 0.4 * rect.width)), round(10 * u))
    parts["note"], films = left.top(head)
    parts["head"], numbers = table.top(head)
    one = films.height // count
    for slot in range(count):
        row, films = films.top(one)
        parts[f"strip {slot}"] = row.below(one - between)[0]
        row, numbers = numbers.top(one)
        parts[f"numbers {slot}"] = row.below(one - between)[0]
    return parts


def _cells(body: Rect, count: int, u: float) -> list[Rect]:
    """A cell a model: beside each other or in two rows, as the maps come out larger."""
    gap = round(16 * u)
    ways = []
    for columns in {count, (count + 1) // 2}:
        rows = -(-count // columns)
        cells = [cell for row in body.rows(rows, gap // 2) for cell in row.columns(columns, gap)][:count]
        ways.append((_cell(cells[0], 0, u)[0].side, columns, cells))
    return max(ways, key=lambda way: way[:2])[2]


def _cell(cell: Rect, slot: int, u: float) -> tuple[Rect, dict[str, Rect]]:
    """The map of a model, and its title and pictures."""
    gap = round(8 * u)
    parts: dict[str, Rect] = {}
    if cell.height > 110:
        parts[f"title {slot}"], cell = cell.top(round(26 * u), gap // 2)
    side = min(round(cell.width * 0.32), round(cell.height * 0.46))
    left, pictures = cell.left(cell.width - side - gap, gap)
    row, above = cell.below(min(round(cell.height * 0.3), cell.width // 3), gap)
    if side > 50 and left.side > above.side:
        return left, parts | _beside(pictures, slot, u, gap)
    return above, parts | _below(row, slot, u, gap)


def _beside(column: Rect, slot: int, u: float, gap: int) -> dict[str, Rect]:
    """The large picture, its verdict, and the nearest sample where there is room."""
    parts: dict[str, Rect] = {}
    side = min(column.width, round(column.height * 0.5))
    parts[f"picture {slot}"], rest = column.top(side, gap // 2)
    parts[f"picture {slot}"] = parts[f"picture {slot}"].left(side)[0]
    if rest.height > 24 * u:
        parts[f"verdict {slot}"], rest = rest.top(round(24 * u), gap)
    text = round(38 * u)
    if rest.height > text + 44 * u:
        parts[f"original text {slot}"], rest = rest.top(text, gap // 2)
        parts |= _pair(rest.left(side)[0], slot, gap)
    return parts


def _below(row: Rect, slot: int, u: float, gap: int) -> dict[str, Rect]:
    """The same beside each other, in a row under the map."""
    picture, rest = row.left(row.height, gap)
    parts = {f"picture {slot}": picture}
    parts[f"verdict {slot}"], rest = rest.top(round(22 * u), gap // 2)
    text = round(18 * u)
    if rest.height > text + 36 * u:
        parts[f"original text {slot}"], rest = rest.top(text, gap // 2)
    if rest.height > 24 * u and rest.width > 48 * u:
        parts |= _pair(rest, slot, gap)
    return parts


def _pair(rect: Rect, slot: int, gap: int) -> dict[str, Rect]:
    """An original and its reconstruction."""
    small = min((rect.width - gap) // 2, rect.height)
    original, rest = rect.left(small, gap)
    return {
        f"original {slot}": original.top(small)[0],
        f"reconstruction {slot}": rest.left(small)[0].top(small)[0],
    }
