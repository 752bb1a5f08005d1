"""All events, as values. Positions are screen pixels (`px`); the shell adds map positions (`xy`) for a lab."""

from dataclasses import dataclass, field
from typing import Any, Literal

from latent_explorer.engine.datasets.dataset_downloader import DatasetMissing, DownloadEvent
from latent_explorer.engine.datasets.known_attributes import AttributesFound, DatasetFound
from latent_explorer.engine.fine_tuning.fine_tuner import TuningEvent
from latent_explorer.engine.live_training.live_trainer import TrainingUpdate
from latent_explorer.engine.map_making.map_events import MapEvent
from latent_explorer.user_image import OwnImage
from latent_explorer.user_image.gallery import GalleryPicture

Px = tuple[float, float]
Xy = tuple[float, float]


@dataclass(frozen=True)
class Resize:
    size: tuple[int, int]


@dataclass(frozen=True)
class Move:
    px: Px
    superseded: bool = False
    """Whether a later move of the same frame follows, so that nothing of this one is ever drawn."""


@dataclass(frozen=True)
class Leave:
    """The mouse left the window or moved over a widget."""


@dataclass(frozen=True)
class Press:
    px: Px
    pan: bool = False
    """Whether the press pans the map wherever it starts: not the left button, or Space is down."""
    is_second_press: bool = False
    """Whether it is the second press of a double-click."""


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
    """The key's name in pygame: "f1", "escape", "left"; a printed character as itself."""
    text: str = field(default="", compare=False)
    """What the key types, in any script."""
    scripted: bool = field(default=False, compare=False)
    """Whether a script or a lesson presses it, and nobody at the keyboard."""


@dataclass(frozen=True)
class Set:
    """A control was given a value; `value` is None for a button."""

    control: str
    value: Any = None


@dataclass(frozen=True)
class Tick:
    """A clock reading, sent while an animation runs."""

    clock_seconds: float


@dataclass(frozen=True)
class TimePassed:
    """Time that passed in a lab that is playing."""

    seconds: float


@dataclass(frozen=True)
class ImageLoading:
    """A picture began to be read."""

    name: str


@dataclass(frozen=True)
class ImageLoaded:
    """A picture was read from a file or from the clipboard."""

    image: OwnImage
    note: str = ""
    """A message for the user about it."""


@dataclass(frozen=True)
class PicturesLoaded:
    """Several pictures were read, from files or from a gallery's own file; a label may be no class of the model."""

    pictures: tuple[GalleryPicture, ...]
    note: str = ""
    """A message for the user about what was left out."""
    from_folders: bool = False
    """Whether a label is the name of the folder that a picture lies in, whatever that is."""


@dataclass(frozen=True)
class ImageRejected:
    """A picture could not be read."""

    message: str


# -- events that the shell makes for a lab ---------------------------------------------------------------


@dataclass(frozen=True)
class MapClick:
    slot: int
    xy: Xy
    dot: int
    """The nearest visible dot."""


@dataclass(frozen=True)
class MapDrag:
    """The mouse moved with the button down, after a press on a dot."""

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
class PartEvent:
    """A mouse event on a part of a lab other than its maps."""

    part: str
    position: tuple[float, float]
    """Position in the part, 0..1 from its left and from its top; clamped while the mouse drags beyond it."""
    phase: Literal["hover", "press", "drag", "release", "leave"]
    is_second_press: bool = False
    """For a press: whether it is the second one of a double-click."""


# -- events that the window tells of itself -------------------------------------------------------------


@dataclass(frozen=True)
class Loaded:
    """From now on pictures can be decoded."""


@dataclass(frozen=True)
class Report:
    """A line for the user: about a success, or about an error."""

    notice: str = ""
    message: str = ""


@dataclass(frozen=True)
class Close:
    """The window is asked to close, or goes on because it has to finish something."""

    closing: bool = True


@dataclass(frozen=True)
class CloseRequested:
    """The window's close button was pressed."""


@dataclass(frozen=True)
class ExportAnswered:
    """The pending export was begun, or there is nothing to export."""

    notice: str


@dataclass(frozen=True)
class LabFailed:
    """The lab cannot show its state, which came from a session."""


@dataclass(frozen=True)
class Replace:
    """A state in place of the current one: of a session's file, of a page of a lesson, of a step of a script."""

    state: Any


DatasetEvent = DatasetMissing | DatasetFound | AttributesFound | DownloadEvent
WindowEvent = (
    Loaded | Report | Close | CloseRequested | ExportAnswered | LabFailed | Replace | DatasetEvent | TuningEvent
)
UserInput = Resize | Move | Leave | Press | Release | DoubleClick | Scroll | Key | Set
ImageEvent = ImageLoading | ImageLoaded | PicturesLoaded | ImageRejected
HandledAction = (
    UserInput | ImageEvent | Tick | TimePassed | MapEvent | TrainingUpdate | MapClick | MapDrag | MapDrop | PartEvent
)
Action = WindowEvent | HandledAction
