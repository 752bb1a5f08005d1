"""Layout of the Arithmetic lab."""

from functools import lru_cache

from latent_explorer.labs.arithmetic.queries import MAX_AMOUNT
from latent_explorer.scene import map_panel
from latent_explorer.scene.lab import Layout
from latent_explorer.scene.rect import Rect

STEPS = 13
"""Number of pictures along the direction, both ends included."""
NEAREST_COUNT = 5
"""Number of nearest samples displayed."""


@lru_cache(maxsize=8)
def make_layout(size: tuple[int, int], u: float) -> Layout:
    stage = map_panel.single_map_layout(size, u, column_share=0.46, strip_height=118, control_rows=3)
    gap, pad = round(10 * u), round(8 * u)
    parts: dict[str, Rect] = {}
    if stage.strip is not None:
        parts["strip"] = stage.strip
        parts["strip text"], rest = stage.strip.inset(pad).split_top(round(20 * u), round(2 * u))
        parts["ticks"], film = rest.split_bottom(round(18 * u), round(2 * u))
        parts["film"] = _centre_rect(film, film.height * STEPS + round(6 * u) * (STEPS - 1))
        parts["ticks"] = Rect(parts["film"].x, parts["ticks"].y, parts["film"].width, parts["ticks"].height)
    parts |= _place_equation(stage.column, u, pad)
    rest = stage.column.split_top(parts["equation"].height, gap)[1]
    if rest.height > 26 * u:
        parts["verdict"], rest = rest.split_top(round(26 * u), gap)
    near = round(min(74 * u, rest.width / NEAREST_COUNT))
    if rest.height > near + 22 * u:
        parts["near text"], rest = rest.split_top(round(20 * u), round(2 * u))
        parts["near"], rest = rest.split_top(near, gap)
    if rest.height > 96 * u:
        parts |= _place_direction(rest, u, pad)
    return Layout(stage.toolbar, stage.legend, (stage.map,), stage.hint, parts, stage.controls)


def to_amount(share: float) -> float:
    """Return the amount at `share` (0 to 1 from the left) of the film strip; at its centre each picture has its own."""
    found = ((share * STEPS - 0.5) / (STEPS - 1) * 2 - 1) * MAX_AMOUNT
    return round(min(max(found, -MAX_AMOUNT), MAX_AMOUNT) * 20) / 20


def to_share(amount: float) -> float:
    """Return the position on the film strip, 0 to 1 from the left, of an amount."""
    return ((amount / MAX_AMOUNT + 1) / 2 * (STEPS - 1) + 0.5) / STEPS


def _place_equation(side: Rect, u: float, pad: int) -> dict[str, Rect]:
    """Place four pictures with signs between them, and two lines under each."""
    inside = side.inset(pad)
    sign = round(min(34 * u, inside.width * 0.07))
    cell = max(0, min((inside.width - 3 * sign) // 4, round(side.height * 0.36)))
    lines = max(0, min(round(40 * u), inside.height - cell - pad // 2))
    panel = Rect(side.x, side.y, side.width, min(side.height, cell + lines + 2 * pad))
    x = side.x + (side.width - 4 * cell - 3 * sign) // 2
    parts = {"equation": panel}
    for i, name in enumerate(("a", "b", "c", "result")):
        parts[name] = Rect(x, inside.y, cell, cell)
        left, right = max(side.x, x - sign // 2), min(side.right, x + cell + sign // 2)
        parts[f"{name} text"] = Rect(left, inside.y + cell + pad // 2, right - left, lines)
        x += cell
        if i < 3:
            parts[f"sign {i}"] = Rect(x, inside.y, sign, cell)
            x += sign
    return parts


def _place_direction(rect: Rect, u: float, pad: int) -> dict[str, Rect]:
    """Place a picture before and after the shift, and the separation of the groups along the direction."""
    parts = {"direction": rect}
    inside = rect.inset(pad)
    parts["direction text"], inside = inside.split_top(round(22 * u), pad // 2)
    if inside.height > 100 * u:
        parts["separation"], inside = inside.split_bottom(round((42 if inside.height > 170 * u else 22) * u), pad // 2)
    side = min(inside.height, round(inside.width * 0.25))
    arrow = round(30 * u)
    parts["before"] = Rect(inside.x, inside.y + (inside.height - side) // 2, side, side)
    parts["arrow"] = Rect(inside.x + side, parts["before"].y, arrow, side)
    parts["after"] = Rect(inside.x + side + arrow, parts["before"].y, side, side)
    chart = inside.split_left(2 * side + arrow, 2 * pad)[1]
    if chart.width > 120 * u and chart.height > 60 * u:
        parts["chart"] = chart
    return parts


def _centre_rect(rect: Rect, width: int) -> Rect:
    width = min(width, rect.width)
    return Rect(rect.x + (rect.width - width) // 2, rect.y, width, rect.height)
