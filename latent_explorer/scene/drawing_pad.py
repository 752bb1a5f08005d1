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
ROW_COUNT = len(BUTTONS) // BUTTONS_PER_ROW + 1
MIN_PICTURE_SIDE = 32
"""Side of a model's pictures in design pixels, below which the block of the last model is left out."""
NEIGHBOUR_COUNT = 4
FEW_PICTURES, MAX_INK_BESIDE_GALLERY = 24, (0.46, 0.36)
"""Largest share of the pad's height that the ink takes above a gallery of up to so many pictures, and of more."""
PICTURE = "picture "
"""Begins the names of the parts that are pictures of the gallery; the number follows."""


@dataclass(frozen=True)
class Pad:
    """State of the pad, a panel beside the lab; the picture itself is `UserDrawing.image`."""

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


@dataclass(frozen=True, kw_only=True)
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
    sizes = _measure(room, ui_scale, model_count)
    gap, width = sizes.gap, sizes.width
    side = _choose_ink_side(room, sizes, needs)
    shown, picture = (0, 0) if needs is not None else _fit_blocks(room, sizes, side)
    if needs is not None:
        used = room.height - sizes.padding
    else:
        used = sizes.head + side + gap + sizes.tools + sizes.measure_blocks(shown, picture)
    panel, _ = room.split_top(used + sizes.padding)
    top, rest = panel.split_top(sizes.head)
    inside = Rect(panel.x + sizes.padding, rest.y, min(width, rest.width), rest.height)
    top, close = top.split_left(max(0, top.width - sizes.head))
    heading = Rect(inside.x, top.y, max(0, top.right - inside.x), sizes.head)
    title, name = heading.split_left(round(0.5 * inside.width), gap)
    drawing, rest = inside.split_top(side, gap)
    ink = Rect(drawing.x + (drawing.width - side) // 2, drawing.y, min(side, drawing.width), drawing.height)
    tools, rest = rest.split_top(sizes.tools, gap)
    cells = [cell for row in tools.split_rows(ROW_COUNT, gap) for cell in row.split_columns(BUTTONS_PER_ROW, gap)]
    buttons, (add, label, show_gallery) = cells[:-BUTTONS_PER_ROW], cells[-BUTTONS_PER_ROW:]
    back, label = label.split_left(round(LABEL_ARROW * ui_scale))
    label, on = label.split_left(label.width - back.width)
    below = None if needs is None else gallery.make_layout(rest.split_bottom(sizes.padding)[1], ui_scale, needs)
    captions, slots = tuple[Rect, ...](), list[SlotLayout]()
    if shown:
        row, rest = rest.split_top(sizes.line)
        captions = tuple(row.split_columns(3, gap))
    for _ in range(shown):
        block, rest = rest.split_top(sizes.words + picture, gap)
        slots.append(_make_slot_layout(block, picture, gap, model_count > 1))
    return PadLayout(
        panel=panel, title=title, name=name, close=close, ink=ink, buttons=dict(zip(BUTTONS, buttons, strict=True)),
        captions=captions, slots=tuple(slots), add=add, label=(back, label, on), show_gallery=show_gallery,
        gallery=below,
    )  # fmt: skip


# -- inside -------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class _Sizes:
    """Lengths of what the pad is made of, in pixels."""

    padding: int
    gap: int
    line: int
    head: int
    button: int
    tools: int
    """Height of all rows of buttons."""
    width: int
    """Width between the edges."""
    words: int
    """Height of the text of a model's block: a single model's is two lines below its pictures; of several, each has its
    name and a short text above them."""
    min_picture: int
    model_count: int

    @property
    def frame(self) -> int:
        """Height of all that is not ink or blocks: the heading, the buttons, the captions and what is between them."""
        return self.head + self.tools + self.padding + self.line + 2 * self.gap

    def measure_blocks(self, count: int, picture: int) -> int:
        """Return the height of `count` blocks with pictures of this side, and of their captions."""
        return self.gap + self.line + count * (self.words + picture) + (count - 1) * self.gap if count else 0


def _measure(room: Rect, ui_scale: float, model_count: int) -> _Sizes:
    padding, gap, line = round(PADDING * ui_scale), round(GAP * ui_scale), round(LINE_HEIGHT * ui_scale)
    button = round(BUTTON_HEIGHT * ui_scale)
    return _Sizes(
        padding=padding, gap=gap, line=line, head=round(HEAD_HEIGHT * ui_scale), button=button,
        tools=ROW_COUNT * button + (ROW_COUNT - 1) * gap, width=max(1, room.width - 2 * padding),
        words=(2 if model_count == 1 else 1) * line, min_picture=ceil(MIN_PICTURE_SIDE * ui_scale),
        model_count=model_count,
    )  # fmt: skip


def _choose_ink_side(room: Rect, sizes: _Sizes, needs: GalleryNeeds | None) -> int:
    """Return the side of the ink; a little less than there is room for, if a model's block would be left out else."""
    most = sizes.width
    if needs is not None:
        most = min(most, round(MAX_INK_BESIDE_GALLERY[needs.count > FEW_PICTURES] * room.height))
    side = max(1, min(most, room.height - sizes.head - sizes.gap - sizes.tools - sizes.padding))
    count = sizes.model_count
    needed = count * (sizes.words + sizes.min_picture) + (count - 1) * sizes.gap
    lacking = needed - (room.height - side - sizes.frame)
    is_little = 0 < lacking <= sizes.button + sizes.gap
    return side - lacking if needs is None and is_little else side


def _fit_blocks(room: Rect, sizes: _Sizes, side: int) -> tuple[int, int]:
    """Return how many models' blocks have room below an ink of this side, and the side of their pictures."""
    left = room.height - side - sizes.frame
    sides = [(left - sizes.gap * (count - 1)) // count - sizes.words for count in range(1, sizes.model_count + 1)]
    count = sum(one >= sizes.min_picture for one in sides)
    return count, min(sides[count - 1], (sizes.width - 2 * sizes.gap) // 3) if count else 0


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
