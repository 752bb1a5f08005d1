"""Everything that can happen, as values. Positions are screen pixels (`px`) until the shell has found the map."""

from dataclasses import dataclass
from typing import Any, Literal

from latent_explorer.engine.live_training import LiveNews
from latent_explorer.engine.map_events import News
from latent_explorer.user_image import OwnImage

Px = tuple[float, float]
Xy = tuple[float, float]


@dataclass(frozen=True)
class Resize:
    size: tuple[int, int]


@dataclass(frozen=True)
class Move:
    px: Px
    passing: bool = False
    """Whether the mouse has moved on already: of what follows from where it was, nobody will see anything."""


@dataclass(frozen=True)
class Leave:
    """The mouse has left the window, or a widget is under it."""


@dataclass(frozen=True)
class Press:
    px: Px
    pan: bool = False
    """Asked to pan wherever it starts: another button than the left, or Space held."""
    twice: bool = False
    """The second press of a double-click."""


@dataclass(frozen=True)
class Release:
    px: Px


@dataclass(frozen=True)
class DoubleClick:
    px: Px


@dataclass(frozen=True)
class Scroll:
    px: Px
    steps: float
    """Positive zooms in."""


@dataclass(frozen=True)
class Key:
    name: str
    """As pygame names it: "f1", "escape", "left"; a printed character as itself."""


@dataclass(frozen=True)
class Set:
    """A control was given a value; `value` is None for a button."""

    control: str
    value: Any = None


@dataclass(frozen=True)
class Tick:
    """Something moves, and it is so late now."""

    seconds: float


@dataclass(frozen=True)
class Pass:
    """Time has passed in a lab that plays."""

    seconds: float


@dataclass(frozen=True)
class Opening:
    """A picture is being read."""

    name: str


@dataclass(frozen=True)
class Dropped:
    """A picture has come from a file or from the clipboard."""

    image: OwnImage
    note: str = ""
    """What is to be said of it."""


@dataclass(frozen=True)
class Refused:
    """No picture came of it."""

    message: str


# -- what the shell makes of them for a lab --------------------------------------------------------------


@dataclass(frozen=True)
class MapClick:
    slot: int
    xy: Xy
    dot: int
    """The nearest visible dot."""


@dataclass(frozen=True)
class MapDrag:
    """The mouse moves with the button held, after a press on a dot."""

    slot: int
    xy: Xy
    dot: int
    first: bool
    start_xy: Xy
    start_dot: int


@dataclass(frozen=True)
class MapDrop:
    slot: int
    xy: Xy
    dot: int


@dataclass(frozen=True)
class Touch:
    """The mouse on a part of a lab beside its maps."""

    part: str
    at: tuple[float, float]
    """Within the part: 0..1 from its left and from its top; held there while the mouse drags beyond it."""
    phase: Literal["hover", "press", "drag", "release", "leave"]
    twice: bool = False
    """Of a press: whether it is the second one of a double-click."""


Hand = Resize | Move | Leave | Press | Release | DoubleClick | Scroll | Key | Set
Brought = Opening | Dropped | Refused
Action = Hand | Brought | Tick | Pass | News | LiveNews | MapClick | MapDrag | MapDrop | Touch
