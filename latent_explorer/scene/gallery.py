"""The gallery of a class on the pad: the layout of its parts, and what the map says of its labels. It knows no lab."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.engine.queries.gallery import PlacedPicture
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.said_names import say_name
from latent_explorer.texts import tr, tr_count, tr_in
from latent_explorer.user_image import OwnImage
from latent_explorer.user_image.gallery import GalleryPicture

ADD, LABEL, SHOW, PAGE = "add to gallery", "gallery label", "gallery", "gallery page"
REMOVE, CLEAR, SAVE = "remove from gallery", "clear gallery", "save gallery"
"""Names of its controls."""
THUMB_SIDES = (46, 36, 28, 24)
"""Sides of a picture in design pixels: the first with which all find room on one page, else the last."""
MIN_THUMB = 22
"""Pixels, whatever the scale."""
LINE, BUTTON, GAP = 18, 26, 6
"""Design pixels: heights of a line and of a button, and what is between them."""


@dataclass(frozen=True)
class GalleryNeeds:
    """What the layout of a gallery depends on besides its room."""

    count: int
    page: int
    button_count: int
    tuning_lines: int = 0


@dataclass(frozen=True, kw_only=True)
class GalleryLayout:
    """Rectangles of the gallery's parts."""

    count: Rect
    pages: tuple[Rect, Rect, Rect] | None
    """Back, the number of the page, and on; None if one page holds all."""
    page: int
    page_count: int
    cells: Mapping[int, tuple[Rect, Rect]]
    """The picture and its label, by the number of the picture, of the page that is shown."""
    verdict: Rect
    tuning: Rect
    """What the fine-tuning did; empty if there is nothing to say."""
    buttons: tuple[Rect, ...]

    def find_picture(self, px: tuple[float, float]) -> int | None:
        """Return the number of the picture at `px`."""
        for number, (picture, label) in self.cells.items():
            if picture.contains(px) or label.contains(px):
                return number
        return None


def make_layout(room: Rect, ui_scale: float, needs: GalleryNeeds) -> GalleryLayout:
    """Return the layout in `room`: pictures fill what the lines and buttons leave."""
    count, tuning_lines = needs.count, needs.tuning_lines
    line, button, gap = (round(one * ui_scale) for one in (LINE, BUTTON, GAP))
    head, rest = room.split_top(button, gap // 2)
    foot, rest = rest.split_bottom(button, gap)
    tuning, rest = rest.split_bottom(tuning_lines * line, gap if tuning_lines else 0)
    verdict, grid = rest.split_bottom(2 * line, gap // 2)
    sides = [max(MIN_THUMB, round(side * ui_scale)) for side in THUMB_SIDES]
    fits = [_count_cells(grid, side, line, gap) for side in sides]
    place = next((k for k, (columns, rows) in enumerate(fits) if columns * rows >= count), len(sides) - 1)
    side, (columns, rows) = sides[place], fits[place]
    a_page = max(1, columns * rows)
    page_count = max(1, -(-count // a_page))
    page = min(max(needs.page, 0), page_count - 1)
    step = (grid.width + gap) // max(1, columns)
    cells = {}
    for k, number in enumerate(range(page * a_page, min(count, (page + 1) * a_page)) if columns * rows else ()):
        x, y = grid.x + k % columns * step, grid.y + k // columns * (side + line + gap // 2)
        cells[number] = Rect(x, y, side, side), Rect(x, y + side, min(side + gap // 2, step), line)
    pages = None
    if page_count > 1:
        turn, head = head.split_right(round(96 * ui_scale), gap)
        back, turn = turn.split_left(button)
        on, number_rect = turn.split_right(button)
        pages = back, number_rect, on
    buttons = tuple(foot.split_columns(needs.button_count, gap))
    return GalleryLayout(
        count=head, pages=pages, page=page, page_count=page_count, cells=cells, verdict=verdict, tuning=tuning,
        buttons=buttons,
    )  # fmt: skip


def say_label(label: str) -> str:
    """Return the label of the next picture as its narrow menu says it."""
    return say_name(label) if label else tr_in("label of the next picture", "no label")


@dataclass(frozen=True)
class Agreement:
    """How many of the labelled pictures lie nearest to a sample of their own class."""

    right: int
    labelled: int
    chance: float
    """The share that is expected to be right if a sample is drawn at random in place of the nearest one."""
    foreign: int
    """Pictures whose label is no class of the model."""

    @property
    def text(self) -> str:
        if not self.labelled:
            if self.foreign:
                return tr_count(
                    "{count} label is no class of this model.",
                    "{count} labels are no class of this model.",
                    self.foreign,
                )
            return tr("Give labels, and the classes of the nearest samples are compared with them.")
        share = round(100 * self.right / self.labelled)
        line = tr(
            "Nearest sample of the same class: {right} of {labelled} ({share}%). By chance: {chance:.0f}%.",
            right=self.right, labelled=self.labelled, share=share, chance=100 * self.chance,
        )  # fmt: skip
        return f"{line} {tr('{count} of other classes.', count=self.foreign)}" if self.foreign else line


def compare_labels(
    checkpoint: Checkpoint, pictures: Sequence[GalleryPicture], places: Mapping[OwnImage, PlacedPicture]
) -> Agreement:
    """Compare the labels of pictures with the classes of the samples nearest to them in latent space."""
    names = {name: k for k, name in enumerate(checkpoint.class_names)}
    labels = checkpoint.labels
    counts = np.bincount(labels[labels >= 0], minlength=len(names)) / max(1, len(labels))
    right = labelled = foreign = 0
    expected = 0.0
    for one in pictures:
        at = places.get(one.image)
        if not one.label or at is None or at.refusal:
            continue
        if one.label not in names:
            foreign += 1
            continue
        wanted = names[one.label]
        labelled += 1
        right += int(labels[at.nearest[0]]) == wanted
        expected += float(counts[wanted])
    return Agreement(right, labelled, expected / max(1, labelled), foreign)


def _count_cells(grid: Rect, side: int, line: int, gap: int) -> tuple[int, int]:
    """Return how many columns and rows of pictures find room."""
    return (grid.width + gap) // (side + gap), (grid.height + gap // 2) // (side + line + gap // 2)
