"""What a lab wants on the screen, as values: the painter draws them, tests read them.

Colours are roles of the theme ("text", "accent"), or `class_colour(k)` for a class.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from latent_explorer.engine.explain_query import LinksValue
from latent_explorer.engine.map_layer_query import HeatValue, MosaicValue
from latent_explorer.engine.subject import Picture
from latent_explorer.scene.camera import Camera
from latent_explorer.scene.chart import Chart
from latent_explorer.scene.events import Px
from latent_explorer.scene.rect import Rect, nearest

TEXT_SIZES = ("small", "body", "title", "lead", "large")


def class_colour(k: int) -> str:
    return f"class {k}"


@dataclass(frozen=True)
class Panel:
    rect: Rect
    colour: str = "panel"
    outline: str | None = None


@dataclass(frozen=True)
class Heat:
    """A heat map under the dots, its colours running from `low` to `high`."""

    value: HeatValue
    low: float
    high: float


@dataclass(frozen=True)
class Mosaics:
    """Decoded pictures in place of the dots."""

    value: MosaicValue
    smooth: bool


@dataclass(frozen=True, eq=False)
class Paint:
    """Colours of the dots by what a lab says of each, in place of its class: an index into colour roles, or a value in
    the colours of a heat map.

    Two are equal where they hold the same arrays, which is quick; so an array must not be changed once it was shown.
    """

    colours: NDArray[np.integer[Any]] | None = None
    """(M,): which of `palette`; muted where it is -1."""
    palette: tuple[str, ...] = ()
    values: NDArray[np.floating[Any]] | None = None
    """(M,), in place of `colours`; muted where it is NaN."""
    low: float = 0.0
    high: float = 1.0
    """The values at the ends of the colours; beyond them the colour of the end."""

    @property
    def _same(self) -> tuple[object, ...]:
        return id(self.colours), self.palette, id(self.values), self.low, self.high

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Paint) and self._same == other._same

    def __hash__(self) -> int:
        return hash(self._same)


@dataclass(frozen=True)
class Map:
    """The dots of a map, without those of hidden classes."""

    rect: Rect
    model: str
    which: str
    camera: Camera
    hidden: frozenset[int]
    names: bool
    """Write the classes' names on the map."""
    layer: Heat | Mosaics | None = None
    links: LinksValue | None = None
    """Draw a line from each dot to its nearest neighbour in latent space."""
    before: str = ""
    """The map that the dots come from, while they are on their way."""
    before_model: str = ""
    """The model of that map, where it is another one of the same dots."""
    way: float = 1.0
    """How far they have come, 0 to 1."""
    paint: Paint | None = None
    """Colours in place of the classes' own; a layer under the dots shows without them."""


@dataclass(frozen=True)
class Marker:
    px: Px
    clip: Rect
    colour: str = "accent"
    size: int = 9
    label: str = ""
    filled: bool = False
    secret: bool = False
    """Whether it gives a covered picture away."""


@dataclass(frozen=True)
class Line:
    points: tuple[Px, ...]
    clip: Rect
    colour: str = "accent"
    width: int = 2
    arrow: bool = False
    """Whether it ends in an arrowhead."""
    dashed: bool = False
    secret: bool = False
    """Likewise."""


@dataclass(frozen=True)
class Image:
    """A picture, filling `rect` at its own proportions; `frame` is the colour of its outline."""

    rect: Rect
    picture: Picture
    frame: str | None = None
    smooth: bool = True
    secret: bool = False
    """Whether it is a decoded picture, or one that gives it away, which can be covered."""


@dataclass(frozen=True)
class Film:
    """Pictures of one shape in the first of `cells` equal cells a row, each framed; a wall of them in several rows."""

    rect: Rect
    pictures: tuple[Picture, ...]
    cells: int
    gap: int
    ends: bool = False
    """Whether the first and last cell are framed as the ends of a way."""
    smooth: bool = True
    rows: int = 1
    secret: bool = False
    """Whether they are decoded pictures, which can be covered."""
    frames: tuple[str, ...] = ()
    """The colour of each picture's frame, in place of a thin line."""

    @property
    def places(self) -> list[Rect]:
        """Where each picture stands, row by row."""
        rows = self.rect.rows(self.rows, self.gap)
        return [cell.square() for row in rows for cell in row.columns(self.cells, self.gap)]

    def at(self, px: Px) -> int:
        """The picture nearest to a pixel; of a film that has yet to be filled its place."""
        return nearest(self.places[: len(self.pictures) or None], px)


@dataclass(frozen=True)
class Text:
    rect: Rect
    text: str
    size: str = "body"
    colour: str = "text"
    align: str = "left"
    bold: bool = False
    wrap: bool = False
    short: str = ""
    """What is written where `text` finds no room."""
    middle: bool = False
    """Shorten it in its middle: names of files often differ at their end."""
    smaller: tuple[str, ...] = ()
    """Sizes to try where there is no room at `size`, the largest first."""
    secret: bool = False
    """Whether it gives a covered picture away."""


@dataclass(frozen=True)
class Note:
    """Small lines in a corner of a map, on a ground that hides the dots below."""

    rect: Rect
    lines: tuple[str, ...]
    left: bool = True
    low: bool = True
    size: str = "small"


@dataclass(frozen=True)
class Bars:
    """Signed values around a middle line; `reach` is the value of a full bar."""

    rect: Rect
    values: NDArray[np.float32]
    reach: float
    first: int = 0
    """The values from this one on are drawn, ..."""
    last: int | None = None
    """... up to, and without, this one."""
    named: int | None = None
    """The value that is told of: its bar is in the accent's colour, on a ground of its own."""
    changed: frozenset[int] = frozenset()
    """Values that were changed by hand."""


@dataclass(frozen=True)
class Gauge:
    """How full, 0 to 1, in a colour."""

    rect: Rect
    share: float
    colour: str
    secret: bool = False
    """Whether it gives a covered picture away."""


@dataclass(frozen=True)
class Ramp:
    """The colours of a heat map from low to high: of its "values", or of the "certainty" of a class."""

    rect: Rect
    colours: str


@dataclass(frozen=True)
class Light:
    """A disc of a colour, filling `rect`."""

    rect: Rect
    colour: str
    secret: bool = False
    """Whether it gives a covered picture away."""


@dataclass(frozen=True)
class Chip:
    """A class in the legend; without a colour the chip that leads to more of them."""

    rect: Rect
    text: str
    colour: str | None
    shown: bool


@dataclass(frozen=True)
class Sheet:
    """A page over everything: a title and rows of two columns."""

    title: str
    rows: tuple[tuple[str, str], ...]
    """What to press and what it does; without the second a heading."""
    foot: str = ""
    page: int = 0
    """Where not all find room: which of the pages, counted round and round."""


@dataclass(frozen=True)
class Cover:
    """Cards over pictures that are to be guessed."""

    places: tuple[Rect, ...]


Picturing = Image | Film | Cover | Chart | Bars | Gauge | Ramp | Light
Item = Panel | Map | Marker | Line | Text | Note | Chip | Sheet | Picturing
View = tuple[Item, ...]
