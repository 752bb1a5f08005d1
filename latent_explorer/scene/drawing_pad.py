"""The pad on which the user image is drawn or displayed: its state, and the layout of its parts.

It stands beside the lab, which gets a narrower window, so that all that answers the pen stays in view. The module knows
no lab.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from math import ceil

from latent_explorer.scene import gallery
from latent_explorer.scene.events import Px
from latent_explorer.scene.gallery import GalleryLayout, GalleryNeeds
from latent_explorer.scene.rect import Rect
from latent_explorer.user_image.strokes import Strokes

INK_SIDE, MIN_INK_SIDE = 320, 300
"""Side of the ink: in design pixels, but in a small window no less than so many pixels, if there is room."""
MAX_WIDTH_SHARE, MAX_HEIGHT_SHARE = 0.45, 0.55
"""Largest share of the window that the pad takes from the lab, and of its height that the ink is planned for."""
MARGIN, PADDING, GAP = 14, 10, 6
"""Design pixels beside the pad, inside its edges, and between its parts."""
HEAD_HEIGHT, BUTTON_HEIGHT, LINE_HEIGHT, LABEL_ARROW = 28, 26, 18, 20
BUTTONS = ("pen", "eraser", "undo", "clear", "file", "paste")
"""In rows below the ink; the row of the gallery follows."""
BUTTONS_PER_ROW = 3
MIN_PICTURE_SIDE = 32
"""Side of a model's pictures in design pixels, below which the block of the last model is left out."""
NEIGHBOUR_COUNT = 4
FEW_PICTURES, MAX_INK_BESIDE_GALLERY = 24, (0.46, 0.36)
"""Largest share of the pad's height that the ink takes above a gallery of up to so many pictures, and of more."""
PICTURE = "picture "
"""Begins the names of the parts that are pictures of the gallery; the number follows."""


@dataclass(frozen=True)
class Pad:
    """State of the pad, a panel beside the lab; the picture itself is `State.user_image`."""

    open: bool = False
    strokes: Strokes = field(default_factory=Strokes)
    """The strokes of the drawing; empty if the picture came from a file."""
    erasing: bool = False
    pressed_part: str = ""
    """The part that the mouse button was pressed on: "ink", or a button's name."""
    hovered_part: str = ""
    """The part under the mouse."""
    loading_name: str = ""
    """Name of the picture that is being read."""


@dataclass(frozen=True)
class SlotLayout:
    """Rectangles of one model's block: its input, its reconstruction, the nearest samples, and text."""

    name: Rect | None
    encoder_input: Rect
    reconstruction: Rect
    nearest: Rect
    text: Rect


@dataclass(frozen=True)
class PadLayout:
    """Rectangles of the pad's parts."""

    panel: Rect
    title: Rect
    name: Rect
    """Place for where the picture is from."""
    close: Rect
    ink: Rect
    buttons: Mapping[str, Rect]
    captions: tuple[Rect, ...]
    """Above the three columns of all blocks."""
    slots: tuple[SlotLayout, ...]
    """One block a model, as many as there is room for."""
    add: Rect
    """The row of the gallery: add to it, the label of the next picture with the one before and the next, show it."""
    label: tuple[Rect, Rect, Rect]
    show_gallery: Rect
    gallery: GalleryLayout | None
    """In place of the blocks, if it is shown."""

    def find_part(self, px: Px) -> str:
        """Return the name of the part at `px`; empty beside the panel."""
        if not self.panel.contains(px):
            return ""
        back, label, on = self.label
        row = {"add": self.add, "label back": back, "label": label, "label on": on, "gallery": self.show_gallery}
        parts = {"close": self.close, **self.buttons, "ink": self.ink, **row}
        number = self.gallery.find_picture(px) if self.gallery is not None else None
        if number is not None:
            return f"{PICTURE}{number}"
        return next((name for name, rect in parts.items() if rect.contains(px)), "panel")

    def to_ink_position(self, px: Px) -> tuple[float, float]:
        """Return the position of `px` within the ink, 0..1."""
        return (px[0] - self.ink.x) / max(1, self.ink.width), (px[1] - self.ink.y) / max(1, self.ink.height)


def compute_width(size: tuple[int, int], ui_scale: float) -> int:
    """Return the width that the open pad takes from the lab in a window of `size`, with the margin at its right."""
    ink = min(max(round(INK_SIDE * ui_scale), MIN_INK_SIDE), round(MAX_HEIGHT_SHARE * size[1]))
    return min(ink + 2 * round(PADDING * ui_scale) + round(MARGIN * ui_scale), round(MAX_WIDTH_SHARE * size[0]))


@lru_cache(maxsize=64)
def make_layout(room: Rect, ui_scale: float, model_count: int, needs: GalleryNeeds | None = None) -> PadLayout:
    """Return the layout of the pad at the top of `room`: the ink as large as it fits, the blocks in what it leaves, or
    the gallery, if it `needs` room."""
    padding, gap, line = round(PADDING * ui_scale), round(GAP * ui_scale), round(LINE_HEIGHT * ui_scale)
    head, button = round(HEAD_HEIGHT * ui_scale), round(BUTTON_HEIGHT * ui_scale)
    row_count = len(BUTTONS) // BUTTONS_PER_ROW + 1
    tools = row_count * button + (row_count - 1) * gap
    width = max(1, room.width - 2 * padding)
    most = width
    if needs is not None:
        most = min(width, round(MAX_INK_BESIDE_GALLERY[needs.count > FEW_PICTURES] * room.height))
    side = max(1, min(most, room.height - head - gap - tools - padding))
    # a single model's text is two lines below its pictures; of several, each has its name and a short text above them
    words, frame = (2 if model_count == 1 else 1) * line, head + gap + tools + padding + gap + line
    needed = model_count * (words + ceil(MIN_PICTURE_SIDE * ui_scale)) + (model_count - 1) * gap
    lacking = needed - (room.height - side - frame)
    if needs is None and 0 < lacking <= button + gap:  # no model's block is left out for a row of buttons
        side -= lacking
    used, remaining = head + side + gap + tools, room.height - side - frame
    sides = [(remaining - gap * (count - 1)) // count - words for count in range(1, model_count + 1)]
    shown = sum(one >= MIN_PICTURE_SIDE * ui_scale for one in sides) if needs is None else 0
    if needs is not None:
        used = room.height - padding
    if shown:
        picture = min(sides[shown - 1], (width - 2 * gap) // 3)
        used += gap + line + shown * (words + picture) + (shown - 1) * gap
    panel, _ = room.split_top(used + padding)
    top, rest = panel.split_top(head)
    inside = Rect(panel.x + padding, rest.y, min(width, rest.width), rest.height)
    top, close = top.split_left(max(0, top.width - head))
    title, name = Rect(inside.x, top.y, max(0, top.right - inside.x), head).split_left(round(0.5 * inside.width), gap)
    drawing, rest = inside.split_top(side, gap)
    ink = Rect(drawing.x + (drawing.width - side) // 2, drawing.y, min(side, drawing.width), drawing.height)
    tools_rect, rest = rest.split_top(tools, gap)
    cells = [cell for row in tools_rect.split_rows(row_count, gap) for cell in row.split_columns(BUTTONS_PER_ROW, gap)]
    cells, (add, label, show) = cells[:-BUTTONS_PER_ROW], cells[-BUTTONS_PER_ROW:]
    back, label = label.split_left(round(LABEL_ARROW * ui_scale))
    label, on = label.split_left(label.width - back.width)
    below = None if needs is None else gallery.make_layout(rest.split_bottom(padding)[1], ui_scale, needs)
    captions, slots = tuple[Rect, ...](), list[SlotLayout]()
    if shown:
        row, rest = rest.split_top(line)
        captions = tuple(row.split_columns(3, gap))
    for _ in range(shown):
        block, rest = rest.split_top(words + picture, gap)
        slots.append(_make_slot_layout(block, picture, gap, model_count > 1))
    buttons = dict(zip(BUTTONS, cells, strict=True))
    return PadLayout(
        panel, title, name, close, ink, buttons, captions, tuple(slots), add, (back, label, on), show, below
    )


# -- inside -------------------------------------------------------------------------------------------


def _make_slot_layout(block: Rect, side: int, gap: int, named: bool) -> SlotLayout:
    name: Rect | None = None
    if named:
        words, pictures = block.split_top(block.height - side)
        name, text = words.split_left(round(0.4 * words.width), gap)
    else:
        pictures, text = block.split_top(side)
    first, second, third = pictures.split_columns(3, gap)
    seen, decoded = (column.split_left(side)[0] for column in (first, second))
    # two samples beside each other if they find room, else four in the place of one picture
    nearest, _ = third.split_left(2 * side + gap if 2 * side + gap <= third.width else side)
    return SlotLayout(name, seen, decoded, nearest, text)
