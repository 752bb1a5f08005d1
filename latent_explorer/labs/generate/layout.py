"""Layout of the Generate lab: two columns, each with a map, the chosen picture, and a grid of pictures."""

from dataclasses import dataclass
from functools import lru_cache

from latent_explorer.labs.generate.queries import PICTURE_COUNT
from latent_explorer.scene import window_layout
from latent_explorer.scene.box_layout import PRESENTED_SIDE, Box, at_least, columns, make_film_size, rows
from latent_explorer.scene.layout import Layout
from latent_explorer.scene.rect import Rect
from latent_explorer.texts import mark

MIN_CELL_SHARE = 0.85  # share of the largest possible cell side: fewer rows leave the map more room
TRAJECTORY_PICTURES = 10
"""Number of pictures of a denoising trajectory."""
PART_TITLES = {
    "title": mark("names"),
    "source": mark("sources"),
    "film": mark("steps of the denoising"),
    "words": mark("figures"),
    "new text": mark("captions"),
    "real text": mark("captions"),
}
"""What a person calls the parts that a low window leaves out."""


@dataclass(frozen=True)
class GridLayout:
    """The rectangles of the lab, and the shape of its picture grids."""

    layout: Layout
    pictures_per_row: int
    """Pictures in a row of the grid."""
    gap: int
    """Pixels between pictures."""

    @property
    def row_count(self) -> int:
        return -(-PICTURE_COUNT // self.pictures_per_row)


@lru_cache(maxsize=8)
def make_layout(size: tuple[int, int], ui_scale: float, show_trajectory: bool, aspect: float = 1) -> GridLayout:
    """Compute the layout; `show_trajectory` adds a row for the denoising trajectory; the pictures have the `aspect`."""
    bar, legend, hint, body = window_layout.split_window(size, ui_scale)
    gap, small = round(8 * ui_scale), max(2, round(3 * ui_scale))
    controls: Rect | None = None
    if body.height > 200:
        row_count = 1 if body.width > 860 * ui_scale else 2
        controls, body = body.split_top(round(row_count * window_layout.LAB_CONTROL_HEIGHT * ui_scale), gap // 2)
    parts: dict[str, Rect] = {}
    maps: list[Rect] = []
    cells = PICTURE_COUNT
    for slot, column in enumerate(body.split_columns(2, round(18 * ui_scale))):
        cut, column, cells = _cut_bands(column, ui_scale, gap, small, show_trajectory, aspect)
        pictures, map_rect = _cut_pictures(column, ui_scale, gap)
        parts |= {f"{name} {slot}": rect for name, rect in (cut | pictures).items()}
        maps.append(map_rect)
    titles = PART_TITLES if show_trajectory else {name: title for name, title in PART_TITLES.items() if name != "film"}
    named = {f"{name} {slot}": title for name, title in titles.items() for slot in range(2)}
    left_out = {name: title for name, title in named.items() if name not in parts}
    content = _make_presented(show_trajectory, aspect)
    layout = Layout(
        toolbar=bar, legend=legend, maps=tuple(maps), hint=hint, parts=parts, controls=controls, left_out=left_out,
        content=content,
    )  # fmt: skip
    return GridLayout(layout, cells, small)


def _cut_bands(
    column: Rect, ui_scale: float, gap: int, small_gap: int, show_trajectory: bool, aspect: float
) -> tuple[dict[str, Rect], Rect, int]:
    """Return what takes the whole width of a column, as far as it is high enough: title and source above the map, and
    below it the figures, the steps of the denoising and the wall; then what is left, and the pictures in a row of the
    wall."""
    cut: dict[str, Rect] = {}
    if column.height > 150:
        cut["title"], column = column.split_top(round(26 * ui_scale), gap // 4)
    wall_share = 0.46 if column.height > 380 * ui_scale else 0.36  # in a low window, the text needs the room more
    if column.height > 280 * ui_scale:
        cut["source"], column = column.split_top(round(20 * ui_scale), gap // 2)
    cells, (wide, high) = fit_grid(column.width, round(column.height * wall_share), small_gap, aspect)
    row_count = -(-PICTURE_COUNT // cells)
    wall, column = column.split_bottom(row_count * high + (row_count - 1) * small_gap, gap)
    cut["wall"] = wall.split_left(cells * wide + (cells - 1) * small_gap)[0]
    if show_trajectory and column.height > 190 * ui_scale:
        cut["film"], column = column.split_bottom(round(54 * ui_scale), gap)
    if column.height > 150 * ui_scale:
        cut["words"], column = column.split_bottom(round(22 * ui_scale), gap // 2)
    return cut, column, cells


def _cut_pictures(column: Rect, ui_scale: float, gap: int) -> tuple[dict[str, Rect], Rect]:
    """Return the new picture and the real one, each with its caption if there is room, and the map beside them."""
    caption = round(20 * ui_scale) if column.height > 130 * ui_scale else 0
    side = min((column.height - gap) // 2 - caption, round(column.width * 0.34))
    map_rect, beside = column.split_left(column.width - side - gap, gap)
    cut: dict[str, Rect] = {}
    for name in ("new", "real"):
        if caption:
            cut[f"{name} text"], beside = beside.split_top(caption)
        cut[name], beside = beside.split_top(side, gap)
    return cut, map_rect


def _make_presented(show_trajectory: bool, aspect: float) -> Box:
    """Return the boxes of a presentation: the walls, and the steps of the denoising across the whole width, have pages
    for themselves."""
    both = columns(*(_make_column(slot, aspect) for slot in range(2)), gap=18, even=True)
    size = make_film_size(TRAJECTORY_PICTURES, 8)
    films = [Box(f"film {slot}", height=64, presented=size, priority=1, title=PART_TITLES["film"]) for slot in range(2)]
    return rows(both, *films * show_trajectory)


def _make_column(slot: int, aspect: float) -> Box:
    pairs = [
        rows(Box(f"{name} text {slot}", height=22), Box(f"{name} {slot}", aspect=aspect), gap=2)
        for name in ("new", "real")
    ]
    pictures = rows(*pairs, share=0.4, width=at_least(120))
    wall = Box(f"wall {slot}", share=0.7, height=at_least(5 * PRESENTED_SIDE), title=mark("all pictures"))
    return rows(
        Box(f"title {slot}", height=26, title=PART_TITLES["title"]),
        Box(f"source {slot}", height=20, title=PART_TITLES["source"]),
        columns(Box(f"map {slot}", height=at_least(100)), pictures, gap=8),
        Box(f"words {slot}", height=24, title=PART_TITLES["words"]),
        wall,
    )


def fit_grid(width: int, height: int, gap: int, aspect: float = 1) -> tuple[int, tuple[int, int]]:
    """Return the cells in a row, and width and height of a cell: nearly as large as possible, in as few rows as that
    allows."""

    def find_side(cells: int) -> int:
        row_count = -(-PICTURE_COUNT // cells)
        across = int((width - gap * (cells - 1)) // cells / aspect)
        return max(1, min(across, (height - gap * (row_count - 1)) // row_count))

    # the rows are as full as they can be, for each number of rows
    fullest = {-(-PICTURE_COUNT // row_count) for row_count in range(1, PICTURE_COUNT + 1)}
    best = max(map(find_side, fullest))
    cells = max(n for n in fullest if find_side(n) >= MIN_CELL_SHARE * best)
    return cells, (max(1, int(find_side(cells) * aspect)), find_side(cells))
