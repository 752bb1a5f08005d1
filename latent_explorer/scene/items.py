"""Items that a lab draws on the screen, as values: the painter draws them, tests read them.

Colours are roles of the theme ("text", "accent"), or `get_class_colour(k)` for a class.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from latent_explorer.engine.map_layers.map_layer_query import HeatMapValue, MosaicValue
from latent_explorer.engine.queries.explain import NearestSamplesValue
from latent_explorer.engine.queries.posteriors import PosteriorsValue
from latent_explorer.engine.subject import Picture
from latent_explorer.samples import WrittenSample, measure_aspect
from latent_explorer.scene.camera import Camera
from latent_explorer.scene.chart import Chart
from latent_explorer.scene.events import Px, Set
from latent_explorer.scene.rect import Rect, find_nearest


@cache
def get_class_colour(k: int) -> str:
    return f"class {k}"


@dataclass(frozen=True)
class Panel:
    rect: Rect
    colour: str = "panel"
    outline: str | None = None
    action: Set | None = None
    """What a click on it sets."""


@dataclass(frozen=True)
class Veil:
    """Lets what is drawn below it fade, so that what is drawn over it stands out."""

    rect: Rect


@dataclass(frozen=True)
class HeatLayer:
    """A heat map under the dots, its colours running from `low` to `high`."""

    value: HeatMapValue
    low: float
    high: float


@dataclass(frozen=True)
class MosaicLayer:
    """Decoded pictures in place of the dots."""

    value: MosaicValue
    smooth: bool


@dataclass(frozen=True)
class EllipseLayer:
    """The posteriors of samples as ellipses on the dots."""

    value: PosteriorsValue


@dataclass(frozen=True, eq=False)
class DotColours:
    """Colours of the dots that a lab gives in place of the class colours: an index into colour roles, or a value in the
    colours of a heat map.

    Two are equal if they hold the same array objects, which is quick to test; so an array must not change once drawn.
    """

    palette_indices: NDArray[np.integer[Any]] | None = None
    """(M,): index into `palette`; -1 is muted."""
    palette: tuple[str, ...] = ()
    values: NDArray[np.floating[Any]] | None = None
    """(M,), in place of `palette_indices`; NaN is dimmed."""
    low: float = 0.0
    high: float = 1.0
    """The values at the ends of the colour scale; values beyond them have the colour of the end."""
    brush: tuple[float, float] | None = None
    """The range of values outside of which dots are dimmed."""

    @property
    def _identity(self) -> tuple[object, ...]:
        return id(self.palette_indices), self.palette, id(self.values), self.low, self.high, self.brush

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DotColours) and self._identity == other._identity

    def __hash__(self) -> int:
        return hash(self._identity)


@dataclass(frozen=True)
class Map:
    """The dots of a map, without those of hidden classes."""

    rect: Rect
    model: str
    map_name: str
    camera: Camera
    hidden: frozenset[int]
    show_class_names: bool
    """Whether the class names are written on the map: by `ClassNames`, over its marks."""
    layer: HeatLayer | MosaicLayer | EllipseLayer | None = None
    links: NearestSamplesValue | None = None
    """Lines from each dot to its nearest neighbour in latent space."""
    previous_map: str = ""
    """The map that the dots come from during a transition; else empty."""
    previous_model: str = ""
    """The model of that map, if it is another model of the same dots."""
    progress: float = 1.0
    """Progress of the transition, 0 to 1."""
    dot_colours: DotColours | None = None
    """Colours in place of the class colours; ignored if there is a layer under the dots."""
    outlined: frozenset[int] = frozenset()
    """Classes whose dots have a bright outline."""


@dataclass(frozen=True)
class ClassNames:
    """The names of the classes of a map, over its dots and marks and clear of what is `taken`."""

    map: Map
    taken: tuple[Rect, ...] = ()
    """Rectangles within the map, from its corner."""

    @property
    def rect(self) -> Rect:
        return self.map.rect


@dataclass(frozen=True)
class Marker:
    px: Px
    clip: Rect
    colour: str = "accent"
    size: int = 9
    label: str = ""
    filled: bool = False
    reveals_answer: bool = False
    """Whether it reveals the content of a covered picture."""
    crossed: bool = False
    """Whether a cross lies in it, for a verdict that must not be colour alone."""


@dataclass(frozen=True)
class Rings:
    """The pictures of a gallery on a map, in `rect`: rings in the colours of their classes, with first letters."""

    rect: Rect
    px: tuple[Px, ...]
    letters: tuple[str, ...]
    colours: tuple[str, ...]
    size: int = 9


@dataclass(frozen=True)
class Line:
    points: tuple[Px, ...]
    clip: Rect
    colour: str = "accent"
    width: int = 2
    arrow: bool = False
    """Whether it ends in an arrowhead."""
    dashed: bool = False
    reveals_answer: bool = False
    """Whether it reveals the content of a covered picture."""


@dataclass(frozen=True)
class Image:
    """A picture, filling `rect` at its own proportions; `outline` is the colour of its outline."""

    rect: Rect
    picture: Picture
    outline: str | None = None
    reveals_answer: bool = False
    """Whether it is a decoded picture or one that reveals it, so that it can be covered."""
    always_smooth: bool = False
    """Whether it stays smooth when the pixels of the models' pictures are shown: it has none of theirs."""


@dataclass(frozen=True)
class FilmStrip:
    """Outlined pictures of one shape, in rows of `cells` equal cells that are filled from the first one on."""

    rect: Rect
    pictures: tuple[Picture, ...]
    cells: int
    gap: int
    outlined_ends: bool = False
    """Whether the first and last cell are outlined as the ends of an interpolation path."""
    rows: int = 1
    reveals_answer: bool = False
    """Whether they are decoded pictures, so that they can be covered."""
    outlines: tuple[str, ...] = ()
    """The colour of each picture's outline, in place of a thin line."""
    aspect: float = 1
    """Width divided by height of the pictures, as long as there are none."""

    @property
    def picture_rects(self) -> list[Rect]:
        """The rectangle of each picture, row by row; a text has its whole cell."""
        rows = self.rect.split_rows(self.rows, self.gap)
        cells = [cell for row in rows for cell in row.split_columns(self.cells, self.gap)]
        is_text = bool(self.pictures) and isinstance(self.pictures[0], WrittenSample)
        if is_text:
            return cells
        aspect = measure_aspect(self.pictures[0]) if self.pictures else self.aspect
        return [cell.fit(aspect) for cell in cells]

    def find_nearest_picture(self, px: Px) -> int:
        """Return the index of the picture nearest to `px`; of the nearest cell if there are no pictures yet."""
        return find_nearest(self.picture_rects[: len(self.pictures) or None], px)


@dataclass(frozen=True)
class Text:
    rect: Rect
    text: str
    size: str = "body"
    colour: str = "text"
    align: str = "left"
    bold: bool = False
    wrap: bool = False
    at_top: bool = False
    """Whether it begins at the top of its rectangle; else it lies in its middle."""
    short: str = ""
    """The text to write if `text` does not fit."""
    shorten_middle: bool = False
    """Whether it is shortened in its middle: names of files often differ at their end."""
    fallback_sizes: tuple[str, ...] = ()
    """Sizes to try if it does not fit at `size`, the largest first."""
    reveals_answer: bool = False
    """Whether it reveals the content of a covered picture."""


def make_caption(rect: Rect, text: str, **options: Any) -> Text:
    """Return a small text in the muted colour, with other fields of `Text` as `options`."""
    return Text(rect, text, **{"size": "small", "colour": "muted", **options})


@dataclass(frozen=True)
class CornerNote:
    """Small lines in a corner of a map, with a halo that keeps them legible over its dots."""

    rect: Rect
    lines: tuple[str, ...]
    at_left: bool = True
    at_bottom: bool = True
    size: str = "small"
    has_ground: bool = False
    """Whether there is a ground below them: over pictures a halo does not do."""


@dataclass(frozen=True)
class Bars:
    """Bars of signed values around a middle line; `bar_scale` is the value of a full bar."""

    rect: Rect
    values: NDArray[np.float32]
    bar_scale: float
    first: int = 0
    """Index of the first value that is drawn."""
    stop: int | None = None
    """Index after the last value that is drawn; None: all."""
    highlighted: int | None = None
    """The highlighted value: its bar is in the accent's colour, on its own background."""
    edited: frozenset[int] = frozenset()
    """Values that the user edited."""
    across: bool = False
    """Whether they lie below each other and run to both sides of a vertical line; else side by side, up and down."""


@dataclass(frozen=True)
class Gauge:
    """A bar that is filled by `share`, 0 to 1, in a colour."""

    rect: Rect
    share: float
    colour: str
    reveals_answer: bool = False
    """Whether it reveals the content of a covered picture."""


@dataclass(frozen=True)
class ColourBar:
    """The colours of a heat map from low to high: of its "values", or of the "certainty" of a class."""

    rect: Rect
    colours: str
    selected: tuple[float, float] | None = None
    """The part outside of which it is dimmed, as shares of its width."""


@dataclass(frozen=True)
class NoData:
    """A sample of the hatching that stands for no data under the dots of a map."""

    rect: Rect


@dataclass(frozen=True)
class StatusDot:
    """A disc of a colour, filling `rect`."""

    rect: Rect
    colour: str
    reveals_answer: bool = False
    """Whether it reveals the content of a covered picture."""


@dataclass(frozen=True)
class Chip:
    """A class in the legend; without a colour, the chip that turns to the next page of classes."""

    rect: Rect
    text: str
    colour: str | None
    visible: bool
    name: str = ""
    """Of the class, which `text` may say in another language."""


@dataclass(frozen=True)
class HelpPage:
    """A page over everything: a title and rows of two columns."""

    title: str
    rows: tuple[tuple[str, str], ...]
    """Pairs of key and effect; a row with an empty effect is a heading."""
    footer: str = ""
    page: int = 0
    """Number of the page if the rows need several; it wraps around."""


@dataclass(frozen=True)
class Cover:
    """Cards over pictures that the user is to predict."""

    rects: tuple[Rect, ...]


@dataclass(frozen=True)
class Highlight:
    """A bright outline around something that is pointed at: around `rect`, or the ring that fills it."""

    rect: Rect
    clip: Rect
    """Where it may be drawn."""
    is_ring: bool = False


@dataclass(frozen=True)
class Black:
    """A black screen."""

    rect: Rect


@dataclass(frozen=True)
class Halo:
    """A soft ring around the mouse."""

    px: Px
    radius: int


@dataclass(frozen=True)
class Trail:
    """A line that fades: each point has its strength, 0 to 1."""

    points: tuple[Px, ...]
    strengths: tuple[float, ...]
    colour: str
    width: int


PresenterItem = Black | Halo | Trail
PictureItem = Image | FilmStrip | Cover | Chart | Bars | Gauge | ColourBar | NoData | StatusDot
OverlayItem = Veil | HelpPage | Highlight | PresenterItem
Item = Panel | Map | ClassNames | Marker | Rings | Line | Text | CornerNote | Chip | PictureItem | OverlayItem
View = tuple[Item, ...]
