"""The slices of the window's state. Each says itself which of its fields a session keeps and a lesson's page sets."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

from latent_explorer.engine.datasets.dataset_downloader import DatasetOffer
from latent_explorer.engine.datasets.known_attributes import AttributesFound
from latent_explorer.engine.fine_tuning.tuning_process import TuningReport, TuningRequest
from latent_explorer.scene.camera import Camera
from latent_explorer.scene.drawing_pad import Pad
from latent_explorer.scene.events import Px, Xy
from latent_explorer.scene.first_start import FirstStart
from latent_explorer.scene.lesson import Lesson
from latent_explorer.scene.lesson_list import LessonEntry, LessonPlace
from latent_explorer.scene.lesson_recording import Steps
from latent_explorer.scene.new_map_state import MapInProgress, MapTransition, NewMapForm
from latent_explorer.scene.question import Question
from latent_explorer.scene.quiz import NO_VOTES, PageVotes, Votes
from latent_explorer.scene.slice import Slice, kept
from latent_explorer.user_image import OwnImage
from latent_explorer.user_image.gallery import Gallery
from latent_explorer.user_image.strokes import Strokes

ImageAndStrokes = tuple[OwnImage | None, Strokes]
"""The user image, and the strokes it was drawn with; no strokes if it is from a file."""


@dataclass(frozen=True)
class MapView(Slice):
    """What is looked at on the maps."""

    name: ClassVar[str] = "view"
    map_name: str = kept("tsne", session="which", lesson=True)
    cameras: Mapping[tuple[str, str], Camera] = kept(dict, session="cameras", lesson=True)
    hidden: frozenset[str] = kept(frozenset(), session="hidden", lesson=True)
    """Names of the hidden classes."""
    legend_page: int = kept(0, lesson=True)
    """Page of the legend, if not all classes fit."""
    layer: str = kept("none", session="layer", lesson=True)
    """Layer under the dots: a name of `map_layers.KINDS`."""
    colour_by: str = kept("class", session="colour_by", lesson=True)
    """What the dots' colours show: "class", or an attribute of the models that have it."""
    brushes: Mapping[str, tuple[float, float]] = kept(dict, session="brushes", lesson=True)
    """Ranges of attributes outside of which dots are dimmed, by the attribute's name (`scene.brush`)."""
    explain_quality: bool = kept(False, lesson=True)
    """Whether the quality measures of the map are explained."""


@dataclass(frozen=True)
class Preferences(Slice):
    """How the user likes the window."""

    name: ClassVar[str] = "preferences"
    theme: str = kept("dark", session="theme")
    show_class_names: bool = kept(True, session="names", lesson=True)
    smooth_pixels: bool = kept(True, session="smooth", lesson=True)
    animate_pictures: bool = kept(True, session="glide")
    """Whether pictures glide to the mouse position; else they jump."""
    animate_maps: bool = True
    """Whether dots move from map to map; else they jump."""
    text_scale: float = kept(1.0, session="text_scale")
    least_scale: float = 0.6
    """Least screen pixels per design pixel, before `text_scale`: more on a display with small pixels."""
    fullscreen: bool = False
    language: str = "en"
    """The language of the texts: a code of `languages`, or the path of a catalogue."""


@dataclass(frozen=True)
class MousePress:
    """A mouse button that is down on the map of a slot since `px`."""

    slot: int
    px: Px
    last_px: Px
    pans: bool
    dragging: bool
    xy: Xy
    dot: int


@dataclass(frozen=True)
class Hover:
    """The mouse position over the map of a slot."""

    slot: int
    px: Px
    xy: Xy
    dot: int
    dot_px: float
    """Distance to the nearest dot, in screen pixels."""


@dataclass(frozen=True)
class LessonPointer:
    """Where a page of a lesson has put the pointer: on the map of a slot, on a part of the lab, or nowhere."""

    slot: int | None = None
    xy: Xy = (0.0, 0.0)
    """The place: in map units, or 0..1 from the left and the top of the part."""
    part: str = ""
    moving: bool = False
    """Whether the page's steps are moving it still."""


@dataclass(frozen=True)
class Pointer(Slice):
    """The mouse. Nothing of it is kept."""

    name: ClassVar[str] = "pointer"
    hover: Hover | None = None
    press: MousePress | None = None
    hovered_part: str = ""
    """The part of the lab under the mouse."""
    pressed_part: str = ""
    """The part of the lab on which the mouse button was pressed, until it is released."""
    brush_start: float = 0.0
    """Where a range of the colour scale was pressed, in pixels from the left."""
    gesture: str = ""
    """The gesture that the last change was part of: changes of one drag are undone together."""
    lab_states_before_click: Mapping[str, Any] | None = None
    """The labs' states before the last click, restored if a second click makes it a double-click."""
    by_lesson: LessonPointer | None = None
    """The pointer of a lesson's page, which stays until the user takes the mouse; None once that was done."""


@dataclass(frozen=True)
class UndoStep:
    """One step of undo: a lab's state, the user image with its strokes, the ranges of attributes, or several."""

    lab: str
    """Name of the lab; empty if no lab's state changed."""
    lab_state: Any
    image_and_strokes: ImageAndStrokes | None
    """None if it did not change."""
    brushes: Mapping[str, tuple[float, float]] | None = None
    """None if they did not change."""
    gallery: Gallery | None = None
    """None if it did not change."""


@dataclass(frozen=True)
class History(Slice):
    """The steps that can be undone and redone. Nothing of it is kept."""

    name: ClassVar[str] = "history"
    undo_stack: tuple[UndoStep, ...] = ()
    """Steps that undo restores, the latest last."""
    redo_stack: tuple[UndoStep, ...] = ()
    """Steps that redo restores, the next one last."""


@dataclass(frozen=True)
class MapTask(Slice):
    """A new map, from its form to the transition that shows it. Nothing of it is kept."""

    name: ClassVar[str] = "map_task"
    form: NewMapForm | None = None
    """The open form that specifies a new map."""
    in_progress: MapInProgress | None = None
    """The new map that is being made in the background."""
    transition: MapTransition | None = None
    """The running transition between two maps."""
    previous_map: str = ""
    """The map that was shown before the current one."""


@dataclass(frozen=True)
class UserDrawing(Slice):
    """The user's own picture."""

    name: ClassVar[str] = "drawing"
    image: OwnImage | None = kept(None, session="image", lesson=True)  # noqa: RUF009
    """The picture, drawn or from a file."""
    pad: Pad = field(default_factory=Pad)
    """The pad on which it is drawn."""

    def turn_to(self, page: "UserDrawing") -> "UserDrawing":
        """Return the picture of a lesson's page with the pad that shows it; what is being read arrives all the same."""
        pad = replace(page.pad, pressed_part="", hovered_part="", loading_name=self.pad.loading_name)
        return replace(super().turn_to(page), pad=pad)


@dataclass(frozen=True)
class ClassGallery(Slice):
    """The pictures of a class."""

    name: ClassVar[str] = "gallery"
    content: Gallery = kept(Gallery(), session="gallery")  # noqa: RUF009
    label: str = ""
    """The class of the next picture; empty for none."""
    shown: bool = False
    """Whether the pad shows the gallery below its buttons; else what the model makes of the picture on it."""
    page: int = 0
    tuning: TuningRequest | None = None
    """The fine-tuning that runs."""
    tuning_share: float = 0.0
    tuning_text: str = ""
    tuning_count: int = 0
    """How many were begun."""
    tuned: TuningReport | None = None
    """What the last one did, until the user is done with it."""
    unsaved: frozenset[str] = frozenset()
    """Models that were fine-tuned and are in no file of their own."""


@dataclass(frozen=True)
class Overlay(Slice):
    """What lies over the lab."""

    name: ClassVar[str] = "overlay"
    help: bool = False
    help_page: int = 0
    glossary: str | None = None
    """What was typed to find a term of the glossary; None while it is closed."""
    glossary_page: int = 0
    lesson: Lesson | None = None
    """The running lesson."""
    lesson_height: int = 0
    """Height of its page along the lower edge, in pixels."""
    pictures_hidden: bool = kept(False, session="covered")
    """Whether decoded pictures are covered, so that the user can predict them first."""
    offer_last_session: bool = False
    """Whether the user is offered to restore the last session."""
    first_start: FirstStart | None = None
    """The card of the first start, if this is one."""


@dataclass(frozen=True)
class Lessons(Slice):
    """The lessons that can be given, and the one that is being given."""

    name: ClassVar[str] = "lessons"
    entries: tuple[LessonEntry, ...] = ()
    """Those that are listed, in the order of teaching."""
    listed: bool = False
    """Whether their list lies over the lab."""
    chosen: int = 0
    """The entry that Enter begins."""
    first: int = 0
    """The first entry that is shown, if not all of them fit."""
    requested: LessonPlace | None = kept(None, session="lesson")  # noqa: RUF009
    """The lesson that the window is asked to begin."""
    stopped: Mapping[str, int] = field(default_factory=dict)
    """The page at which one stopped, by the lesson's name, the latest last."""
    own_state: Any = field(default=None, repr=False)
    """The state that the user had before the lesson, which its end restores; None if there is no lesson."""
    sets_up: bool = False
    """Whether the steps of a page are being played, which nobody's keys may disturb."""
    typed: str = ""
    """The number of a page, as far as it is typed."""
    asks_next: bool = False
    """Whether the next Page Down, on the last page, begins the next lesson."""
    votes: Mapping[str, PageVotes] = kept(dict, session="votes")
    """What the class voted for, by the lesson's name and the page, until the lesson is begun again or finished."""
    revealed: bool = False
    """Whether the answer to the page's question is shown."""


@dataclass(frozen=True)
class Tally(Slice):
    """The votes of a class on a question that the teacher asks by word of mouth, in any lab."""

    name: ClassVar[str] = "tally"
    votes: Votes = kept(NO_VOTES, session="tally")  # noqa: RUF009
    open: bool = False
    """Whether its row is shown, and letters are votes."""
    height: int = 0
    """Height of the row in pixels."""


@dataclass(frozen=True)
class Presentation(Slice):
    """The window on a projector. Nothing of it is kept."""

    name: ClassVar[str] = "presentation"
    on: bool = False
    blank: bool = False
    """Whether the screen is black, so that the class looks elsewhere."""
    parts_page: int = 0
    """The page of the lab's parts that is shown."""
    notes: bool = False
    """Whether the presenter's notes are shown: in a second window, or in a strip."""
    strip: bool = False
    """Whether they are in a strip of the main window."""
    strip_height: int = 0
    """Its height in pixels."""


@dataclass(frozen=True)
class Search(Slice):
    """The search for samples. Nothing of it is kept."""

    name: ClassVar[str] = "search"
    text: str | None = None
    """What was typed; None while the field is closed."""
    slot: int = 0
    """The map that is searched."""
    chosen: int = 0
    """The chosen one of the matches."""
    visited: int = 0
    """How many of its samples Enter has gone to."""
    compact: bool = False
    """Whether the chosen one alone is listed, so that the list does not hide its samples."""


@dataclass(frozen=True)
class Status(Slice):
    """What the window says of itself. Nothing of it is kept."""

    name: ClassVar[str] = "status"
    loading: str = ""
    """Message about what is being loaded; empty when pictures can be decoded."""
    message: str = ""
    """One line about an error, until the next action."""
    notice: str = ""
    """One line about a success, until the next action."""
    remark: str = ""
    """One line that is neither, until the next action."""
    closing: bool = False
    asks_to_leave: bool = False
    """Whether the next Esc leaves the lesson; asked for a few seconds."""
    question: Question | None = None
    """What is asked before something is lost; None if nothing is."""
    pending_export: str = ""
    """Requested export of the lab's pictures, a name of `film_export.FORMATS`, until they are ready."""


@dataclass(frozen=True)
class Downloads(Slice):
    """Data sets that are not on this machine. Nothing of it is kept."""

    name: ClassVar[str] = "downloads"
    offers: Mapping[str, DatasetOffer] = field(default_factory=dict)
    """Those that can be had, by name."""
    running: str = ""
    """The one that is being fetched; empty if none is."""
    received: int = 0
    """Bytes of it so far."""


@dataclass(frozen=True)
class Knowledge(Slice):
    """What is known of pictures besides what the files say. Nothing of it is kept."""

    name: ClassVar[str] = "knowledge"
    datasets: frozenset[tuple[object, ...]] = frozenset()
    """The data sets that are on this machine, by `Checkpoint.data_key`."""
    file_names: Mapping[tuple[object, ...], tuple[str, ...]] = field(default_factory=dict)
    """The files that the pictures of a data set came from, by `Checkpoint.data_key`."""
    folders: Mapping[tuple[object, ...], str] = field(default_factory=dict)
    """The folders that they are below."""
    measured: Mapping[str, AttributesFound] = field(default_factory=dict)
    """What was measured of the samples, by model."""


@dataclass(frozen=True)
class LessonRecording(Slice):
    """The lesson that is recorded. Nothing of it is kept."""

    name: ClassVar[str] = "recording"
    is_on: bool = False
    pages: tuple[Steps, ...] = ()
    """The steps of each page; the last one is being recorded."""
    path: tuple[Xy, ...] = ()
    """The places of the gesture that is under way."""
    shown_models: tuple[str, ...] = ()
    """The models that were shown."""


SLICES: tuple[type[Slice], ...] = (
    MapView, Preferences, Pointer, History, MapTask, UserDrawing, ClassGallery, Overlay, Lessons, Tally, Presentation,
    Search, Status, Downloads, Knowledge, LessonRecording
)  # fmt: skip
