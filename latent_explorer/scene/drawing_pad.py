"""The pad on which the user image is drawn or displayed: its state, and the layout of its parts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from latent_explorer.scene.events import Px
from latent_explorer.scene.rect import Rect
from latent_explorer.user_image.strokes import Strokes

WIDTH = 292  # design pixels, the pad with its margins
BUTTONS = ("pen", "eraser", "undo", "clear", "file", "paste")
"""From top to bottom, beside the ink."""
BUTTON, LEAST_INK = 68, 0.7
"""Width of a button in design pixels; minimum share of its full size that the ink has in a low window, where the
buttons beside it are as high as their labels."""
WIDEST = 0.5
"""Maximum share of the available width that the pad takes in several columns."""
NEIGHBOURS = 4


@dataclass(frozen=True)
class Pad:
    """State of the pad, a panel over the lab; the picture itself is `State.user_image`."""

    open: bool = False
    strokes: Strokes = field(default_factory=Strokes)
    """The strokes of the drawing; empty if the picture came from a file."""
    erases: bool = False
    at: tuple[float, float] | None = None
    """Position of the pad, 0..1 of the range in which it can be moved; None: where it opens."""
    held: str = ""
    """The part that the mouse button was pressed on: "ink", "head", or a button's name."""
    grabbed: Px = (0.0, 0.0)
    """Offset of that press from the panel's corner, in pixels."""
    over: str = ""
    """The part under the mouse."""
    asks: str = ""
    """Input that the window is asked for: a "file", or the clipboard to "paste"; empty for none."""
    reading: str = ""
    """Name of the picture that is being read."""


@dataclass(frozen=True)
class SlotPlaces:
    """Rectangles of one model's block: its input, its reconstruction, the nearest samples, and text."""

    name: Rect | None
    captions: tuple[Rect, Rect, Rect]
    seen: Rect
    reconstruction: Rect
    nearest: Rect
    said: Rect


@dataclass(frozen=True)
class Places:
    """Rectangles of the pad's parts."""

    panel: Rect
    room: Rect
    """The area in which the panel can be moved."""
    head: Rect
    close: Rect
    ink: Rect
    name: Rect
    buttons: Mapping[str, Rect]
    slots: tuple[SlotPlaces, ...]
    """One block a model, as many as there is room for."""

    def part(self, px: Px) -> str:
        """Return the name of the part at `px`; empty beside the panel."""
        if not self.panel.contains(px):
            return ""
        parts = {"close": self.close, **self.buttons, "ink": self.ink, "head": self.head}
        return next((name for name, rect in parts.items() if rect.contains(px)), "panel")

    def spot(self, px: Px) -> tuple[float, float]:
        """Return the position of `px` within the ink, 0..1."""
        return (px[0] - self.ink.x) / max(1, self.ink.width), (px[1] - self.ink.y) / max(1, self.ink.height)


@lru_cache(maxsize=64)
def places(room: Rect, u: float, slots: int, at: tuple[float, float] | None) -> Places:
    """Return the layout of the pad in `room`, at `position`; at the lower right if that is None."""
    margin, gap = round(10 * u), round(6 * u)
    width = max(60, min(round(WIDTH * u), room.width) - 2 * margin)
    head, line, button = round(28 * u), round(19 * u), round(BUTTON * u)
    block = _block_height(u, slots) + gap
    full = max(40, width - button - gap)
    others = head + line + gap + margin
    # a low window has a smaller pad before it has no room for what the models make of it
    wanted = room.height - others - slots * block
    side = max(round(LEAST_INK * full), min(full, wanted))
    below = min(slots, max(0, (room.height - others - side) // block))
    if below == 0:
        side = max(40, min(full, room.height - others))
    beside = max(0, (room.height - head - margin) // block)
    columns = 1 + (-(-(slots - below) // beside) if beside and slots > below else 0)
    columns = max(1, min(columns, int(WIDEST * room.width) // (width + margin)))
    shown = min(slots, below + beside * (columns - 1))
    if columns > 1:  # the columns share them, so that the pad covers little and the ink is large
        few = range(max(0, shown - beside * (columns - 1)), below + 1)
        below = min(few, key=lambda own: max(others + full + own * block, min(beside, shown - own) * block))
    if below:
        side = min(full, room.height - others - below * block)
    height = max(others + side + below * block, head + margin + min(beside, max(0, shown - below)) * block)
    panel = _panel(room, (columns * (width + margin) + margin, min(height, room.height)), at)
    top, rest = panel.top(head)
    close = Rect(top.right - head, top.y, head, head)
    inside = Rect(panel.x + margin, rest.y, width, rest.height)
    name, rest = inside.top(line)
    tools, rest = rest.top(side, gap)
    ink, stack = tools.left(side, gap)
    buttons = dict(zip(BUTTONS, stack.rows(len(BUTTONS), gap), strict=True))
    corners = [(inside.x, rest.y + i * block) for i in range(below)]
    for column in range(1, columns):
        corners += [(inside.x + column * (width + margin), panel.y + head + i * block) for i in range(beside)]
    blocks = tuple(_block(Rect(x, y, width, block - gap), u, slots) for x, y in corners[:shown])
    return Places(panel, room, top, close, ink, name, buttons, blocks)


# -- inside -------------------------------------------------------------------------------------------


def _block_height(u: float, slots: int) -> int:
    return round((18 + 74 + 40 + (18 if slots > 1 else 0)) * u)


def _block(rect: Rect, u: float, slots: int) -> SlotPlaces:
    gap = round(6 * u)
    name: Rect | None = None
    if slots > 1:
        name, rect = rect.top(round(18 * u))
    captions, rest = rect.top(round(18 * u))
    pictures, said = rest.top(round(74 * u), round(2 * u))
    corners = [column.left(pictures.height)[0] for column in pictures.columns(3, gap)]
    seen, back, near = (Rect(one.x, one.y, one.side, one.side) for one in corners)
    first, second, third = captions.columns(3, gap)
    return SlotPlaces(name, (first, second, third), seen, back, near, said)


def _panel(room: Rect, size: tuple[int, int], at: tuple[float, float] | None) -> Rect:
    width, height = min(size[0], room.width), min(size[1], room.height)
    free = room.width - width, room.height - height
    if at is None:
        return Rect(room.x + free[0], room.y + free[1], width, height)
    return Rect(room.x + round(at[0] * free[0]), room.y + round(at[1] * free[1]), width, height)
