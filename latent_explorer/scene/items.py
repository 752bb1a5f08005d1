"""Items that a lab draws on the screen, as values: the painter draws them, tests read them.

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
    """Colours of the dots that a lab gives in place of the class colours: an index into colour roles, or a value in the
    colours of a heat map.

    Two are equal if they hold the same array objects, which is quick to test; so an array must not change once drawn.
    """

    colours: NDArray[np.integer[Any]] | None = None
    """(M,): index into `palette`; -1 is muted."""
    palette: tuple[str, ...] = ()
    values: NDArray[np.floating[Any]] | None = None
    """(M,), in place of `palette_indices`; NaN is muted."""
    low: float = 0.0
    high: float = 1.0
    """The values at the ends of the colour scale; values beyond them have the colour of the end."""

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
    """Whether the class names are written on the map."""
    layer: Heat | Mosaics | None = None
    links: LinksValue | None = None
    """Lines from each dot to its nearest neighbour in latent space."""
    before: str = ""
    """The map that the dots come from during a transition; else empty."""
    before_model: str = ""
    """The model of that map, if it is another model of the same dots."""
    way: float = 1.0
    """Progress of the transition, 0 to 1."""
    paint: Paint | None = None
    """Colours in place of the class colours; ignored if there is a layer under the dots."""


@dataclass(frozen=True)
class Marker:
    px: Px
    clip: Rect
    colour: str = "accent"
    size: int = 9
    label: str = ""
    filled: bool = False
    secret: bool = False
    """Whether it reveals the content of a covered picture."""


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
    """Whether it reveals the content of a covered picture."""


@dataclass(frozen=True)
class Image:
    """A picture, filling `rect` at its own proportions; `outline` is the colour of its outline."""

    rect: Rect
    picture: Picture
    frame: str | None = None
    smooth: bool = True
    secret: bool = False
    """Whether it is a decoded picture or one that reveals it, so that it can be covered."""


@dataclass(frozen=True)
class Film:
    """Outlined pictures of one shape, in rows of `cells` equal cells that are filled from the first one on."""

    rect: Rect
    pictures: tuple[Picture, ...]
    cells: int
    gap: int
    ends: bool = False
    """Whether the first and last cell are outlined as the ends of an interpolation path."""
    smooth: bool = True
    rows: int = 1
    secret: bool = False
    """Whether they are decoded pictures, so that they can be covered."""
    frames: tuple[str, ...] = ()
    """The colour of each picture's outline, in place of a thin line."""

    @property
    def places(self) -> list[Rect]:
        """The rectangle of each picture, row by row."""
        rows = self.rect.rows(self.rows, self.gap)
        return [cell.square() for row in rows for cell in row.columns(self.cells, self.gap)]

    def at(self, px: Px) -> int:
        """Return the index of the picture nearest to `px`; of the nearest cell if there are no pictures yet."""
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
    """The text to write if `text` does not fit."""
    middle: bool = False
    """Whether it is shortened in its middle: names of files often differ at their end."""
    smaller: tuple[str, ...] = ()
    """Sizes to try if it does not fit at `size`, the largest first."""
    secret: bool = False
    """Whether it reveals the content of a covered picture."""


@dataclass(frozen=True)
class Note:
    """Small lines in a corner of a map, on a background that hides the dots below."""

    rect: Rect
    lines: tuple[str, ...]
    left: bool = True
    low: bool = True
    size: str = "small"


@dataclass(frozen=True)
class Bars:
    """Bars of signed values around a middle line; `bar_scale` is the value of a full bar."""

    rect: Rect
    values: NDArray[np.float32]
    reach: float
    first: int = 0
    """Index of the first value that is drawn."""
    last: int | None = None
    """Index after the last value that is drawn; None: all."""
    named: int | None = None
    """The highlighted value: its bar is in the accent's colour, on its own background."""
    changed: frozenset[int] = frozenset()
    """Values that the user edited."""


@dataclass(frozen=True)
class Gauge:
    """A bar that is filled by `share`, 0 to 1, in a colour."""

    rect: Rect
    share: float
    colour: str
    secret: bool = False
    """Whether it reveals the content of a covered picture."""


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
    """Whether it reveals the content of a covered picture."""


@dataclass(frozen=True)
class Chip:
    """A class in the legend; without a colour, the chip that turns to the next page of classes."""

    rect: Rect
    text: str
    colour: str | None
    shown: bool


@dataclass(frozen=True)
class Sheet:
    """A page over everything: a title and rows of two columns."""

    title: str
    rows: tuple[tuple[str, str], ...]
    """Pairs of key and effect; a row with an empty effect is a heading."""
    foot: str = ""
    page: int = 0
    """Number of the page if the rows need several; it wraps around."""


@dataclass(frozen=True)
class Cover:
    """Cards over pictures that the user is to predict."""

    places: tuple[Rect, ...]


Picturing = Image | Film | Cover | Chart | Bars | Gauge | Ramp | Light
Item = Panel | Map | Marker | Line | Text | Note | Chip | Sheet | Picturing
View = tuple[Item, ...]
