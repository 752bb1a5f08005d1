"""The pad on which the user image is drawn or displayed: its state, and the layout of its parts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from latent_explorer.scene.events import Px
from latent_explorer.scene.rect import Rect
from latent_explorer.user_image.strokes import Strokes

PAD_WIDTH = 292  # design pixels, the pad with its margins
BUTTONS = ("pen", "eraser", "undo", "clear", "file", "paste")
"""From top to bottom, beside the ink."""
BUTTON_WIDTH, MIN_INK_SHARE = 68, 0.7
"""Width of a button in design pixels; minimum share of its full size that the ink has in a low window, where the
buttons beside it are as high as their labels."""
MAX_WIDTH_SHARE = 0.5
"""Maximum share of the available width that the pad takes in several columns."""
NEIGHBOUR_COUNT = 4


@dataclass(frozen=True)
class Pad:
    """State of the pad, a panel over the lab; the picture itself is `State.user_image`."""

    open: bool = False
    strokes: Strokes = field(default_factory=Strokes)
    """The strokes of the drawing; empty if the picture came from a file."""
    erasing: bool = False
    position: tuple[float, float] | None = None
    """Position of the pad, 0..1 of the range in which it can be moved; None: where it opens."""
    pressed_part: str = ""
    """The part that the mouse button was pressed on: "ink", "head", or a button's name."""
    grab_offset: Px = (0.0, 0.0)
    """Offset of that press from the panel's corner, in pixels."""
    hovered_part: str = ""
    """The part under the mouse."""
    loading_name: str = ""
    """Name of the picture that is being read."""


@dataclass(frozen=True)
class SlotLayout:
    """Rectangles of one model's block: its input, its reconstruction, the nearest samples, and text."""

    name: Rect | None
    captions: tuple[Rect, Rect, Rect]
    encoder_input: Rect
    reconstruction: Rect
    nearest: Rect
    text: Rect


@dataclass(frozen=True)
class PadLayout:
    """Rectangles of the pad's parts."""

    panel: Rect
    room: Rect
    """The area in which the panel can be moved."""
    header: Rect
    close: Rect
    ink: Rect
    name: Rect
    buttons: Mapping[str, Rect]
    slots: tuple[SlotLayout, ...]
    """One block a model, as many as there is room for."""

    def find_part(self, px: Px) -> str:
        """Return the name of the part at `px`; empty beside the panel."""
        if not self.panel.contains(px):
            return ""
        parts = {"close": self.close, **self.buttons, "ink": self.ink, "head": self.header}
        return next((name for name, rect in parts.items() if rect.contains(px)), "panel")

    def to_ink_position(self, px: Px) -> tuple[float, float]:
        """Return the position of `px` within the ink, 0..1."""
        return (px[0] - self.ink.x) / max(1, self.ink.width), (px[1] - self.ink.y) / max(1, self.ink.height)


@lru_cache(maxsize=64)
def make_layout(room: Rect, ui_scale: float, model_count: int, position: tuple[float, float] | None) -> PadLayout:
    """Return the layout of the pad in `room`, at `position`; at the lower right if that is None."""
    margin, gap = round(10 * ui_scale), round(6 * ui_scale)
    width = max(60, min(round(PAD_WIDTH * ui_scale), room.width) - 2 * margin)
    head, line, button = round(28 * ui_scale), round(19 * ui_scale), round(BUTTON_WIDTH * ui_scale)
    block = _compute_block_height(ui_scale, model_count) + gap
    full = max(40, width - button - gap)
    others = head + line + gap + margin
    # a low window has a smaller pad before it has no room for what the models make of it
    wanted = room.height - others - model_count * block
    side = max(round(MIN_INK_SHARE * full), min(full, wanted))
    below = min(model_count, max(0, (room.height - others - side) // block))
    if below == 0:
        side = max(40, min(full, room.height - others))
    beside = max(0, (room.height - head - margin) // block)
    columns = 1 + (-(-(model_count - below) // beside) if beside and model_count > below else 0)
    columns = max(1, min(columns, int(MAX_WIDTH_SHARE * room.width) // (width + margin)))
    shown = min(model_count, below + beside * (columns - 1))
    if columns > 1:  # the columns share them, so that the pad covers little and the ink is large
        few = range(max(0, shown - beside * (columns - 1)), below + 1)
        below = min(few, key=lambda own: max(others + full + own * block, min(beside, shown - own) * block))
    if below:
        side = min(full, room.height - others - below * block)
    height = max(others + side + below * block, head + margin + min(beside, max(0, shown - below)) * block)
    panel = _place_panel(room, (columns * (width + margin) + margin, min(height, room.height)), position)
    top, rest = panel.split_top(head)
    close = Rect(top.right - head, top.y, head, head)
    inside = Rect(panel.x + margin, rest.y, width, rest.height)
    name, rest = inside.split_top(line)
    tools, rest = rest.split_top(side, gap)
    ink, stack = tools.split_left(side, gap)
    buttons = dict(zip(BUTTONS, stack.split_rows(len(BUTTONS), gap), strict=True))
    corners = [(inside.x, rest.y + i * block) for i in range(below)]
    for column in range(1, columns):
        corners += [(inside.x + column * (width + margin), panel.y + head + i * block) for i in range(beside)]
    blocks = tuple(_make_slot_layout(Rect(x, y, width, block - gap), ui_scale, model_count) for x, y in corners[:shown])
    return PadLayout(panel, room, top, close, ink, name, buttons, blocks)


# -- inside -------------------------------------------------------------------------------------------


def _compute_block_height(ui_scale: float, model_count: int) -> int:
    return round((18 + 74 + 40 + (18 if model_count > 1 else 0)) * ui_scale)


def _make_slot_layout(rect: Rect, ui_scale: float, model_count: int) -> SlotLayout:
    gap = round(6 * ui_scale)
    name: Rect | None = None
    if model_count > 1:
        name, rect = rect.split_top(round(18 * ui_scale))
    captions, rest = rect.split_top(round(18 * ui_scale))
    pictures, text = rest.split_top(round(74 * ui_scale), round(2 * ui_scale))
    corners = [column.split_left(pictures.height)[0] for column in pictures.split_columns(3, gap)]
    original, back, near = (Rect(one.x, one.y, one.shorter_side, one.shorter_side) for one in corners)
    first, second, third = captions.split_columns(3, gap)
    return SlotLayout(name, (first, second, third), original, back, near, text)


def _place_panel(room: Rect, size: tuple[int, int], position: tuple[float, float] | None) -> Rect:
    width, height = min(size[0], room.width), min(size[1], room.height)
    free = room.width - width, room.height - height
    if position is None:
        return Rect(room.x + free[0], room.y + free[1], width, height)
    return Rect(room.x + round(position[0] * free[0]), room.y + round(position[1] * free[1]), width, height)
