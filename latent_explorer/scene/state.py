"""The state of the window: one frozen value, replaced by every action."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.scene.camera import Camera
from latent_explorer.scene.drawing_pad import Pad
from latent_explorer.scene.events import Px, Xy
from latent_explorer.scene.lesson_page import Lesson
from latent_explorer.scene.new_map_state import MapInProgress, MapTransition, NewMapForm
from latent_explorer.user_image import OwnImage
from latent_explorer.user_image.strokes import Strokes

ImageAndStrokes = tuple[OwnImage | None, Strokes]
"""The user image, and the strokes it was drawn with; no strokes if it is from a file."""
Models = Mapping[str, Checkpoint]
"""The open checkpoints by name."""


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
class UndoStep:
    """One step of undo: a lab's state, or the user image with its strokes, or both."""

    lab: str
    """Name of the lab; empty if no lab's state changed."""
    lab_state: Any
    image_and_strokes: ImageAndStrokes | None
    """None if it did not change."""


@dataclass(frozen=True)
class State:
    """State of the window."""

    size: tuple[int, int]
    """Size of the window in pixels, without the page of a lesson."""
    lab: str
    models: tuple[str, ...]
    """The model of each slot; a lab uses the first ones."""
    selected_models: tuple[str, ...] = ()
    """The models that the user selected; the next lab returns to them if this lab shows others."""
    map_name: str = "tsne"
    cameras: Mapping[tuple[str, str], Camera] = field(default_factory=dict)
    hidden: frozenset[str] = frozenset()
    """Names of the hidden classes."""
    legend_page: int = 0
    """Page of the legend, if not all classes fit."""
    hover: Hover | None = None
    mouse_press: MousePress | None = None
    theme: str = "dark"
    show_class_names: bool = True
    layer: str = "none"
    """Layer under the dots: a name of `map_layers.KINDS`."""
    smooth_pixels: bool = True
    animate_pictures: bool = True
    """Whether pictures glide to the mouse position; else they jump."""
    user_image: OwnImage | None = None
    """The user's own picture, drawn or from a file."""
    pad: Pad = field(default_factory=Pad)
    """The pad on which it is drawn."""
    pictures_hidden: bool = False
    """Whether decoded pictures are covered, so that the user can predict them first."""
    text_scale: float = 1.0
    help: bool = False
    help_page: int = 0
    fullscreen: bool = False
    closing: bool = False
    loading: str = ""
    """Message about what is being loaded; empty when pictures can be decoded."""
    message: str = ""
    """One line about an error, until the next action."""
    notice: str = ""
    """One line about a success, until the next action."""
    pending_export: str = ""
    """Requested export of the lab's pictures, a name of `film_export.FORMATS`; the window runs it and clears this."""
    pending_command: str = ""
    """Requested command of the window, a value of `window_commands.COMMANDS_BY_KEY` or "last"."""
    offer_last_session: bool = False
    """Whether the user is offered to restore the last session."""
    lesson: Lesson | None = None
    """The running lesson."""
    lesson_height: int = 0
    """Height of its page along the lower edge, in pixels."""
    new_map_form: NewMapForm | None = None
    """The open form that specifies a new map."""
    map_in_progress: MapInProgress | None = None
    """The new map that is being made in the background."""
    map_transition: MapTransition | None = None
    """The running transition between two maps."""
    previous_map: str = ""
    """The map that was shown before the current one."""
    animate_maps: bool = True
    """Whether dots move from map to map; else they jump."""
    explain_map_quality: bool = False
    """Whether the quality measures of the map are explained."""
    lab_states_before_click: Mapping[str, Any] | None = None
    """`lab_states` before the last click, restored if a second click makes it a double-click."""
    lab_states: Mapping[str, Any] = field(default_factory=dict)
    """Each lab's state, by the lab's name."""
    hovered_part: str = ""
    """The part of the lab under the mouse."""
    pressed_part: str = ""
    """The part of the lab on which the mouse button was pressed, until it is released."""
    undo_stack: tuple[UndoStep, ...] = ()
    """Steps that undo restores, the latest last."""
    redo_stack: tuple[UndoStep, ...] = ()
    """Steps that redo restores, the next one last."""
    gesture: str = ""
    """The gesture that the last change was part of: changes of one drag are undone together."""
    model_count: int = 1
    """How many models the lab shows."""
    displayed_models: tuple[str, ...] = ()
    """The models on the screen, by slot, if a lab shows others than the selected ones."""

    @property
    def image_and_strokes(self) -> ImageAndStrokes:
        return self.user_image, self.pad.strokes

    @cached_property
    def derived(self) -> dict[Hashable, Any]:
        """What follows from this state and nothing else: computed when it is first asked for, and once, since the state
        never changes. The keys begin with the name of what is kept."""
        return {}

    @cached_property
    def window_size(self) -> tuple[int, int]:
        """The whole size of the window, in pixels."""
        return self.size[0], self.size[1] + self.lesson_height

    @cached_property
    def ui_scale(self) -> float:
        """Screen pixels per design pixel: more on a large screen, less in a small window."""
        width, height = self.window_size
        return min(max(min(width / 1280, height / 840), 0.6), 4.0) * self.text_scale

    @cached_property
    def marker_scale(self) -> float:
        """Screen pixels per design pixel of markers on a map; at least 0.75, so that they stay easy to hit."""
        return max(0.75, self.ui_scale)

    def get_model_name(self, slot: int) -> str:
        """Return the model on the screen in a slot."""
        return self.displayed_models[slot] if slot < len(self.displayed_models) else self.models[slot]

    def get_map_name(self, slot: int, world: Models) -> str:
        """Return the map of a slot: the selected one, or the first one if the checkpoint lacks it."""
        key = "map", slot, id(world)
        if key not in self.derived:
            maps = world[self.get_model_name(slot)].maps
            self.derived[key] = self.map_name if self.map_name in maps else next(iter(maps))
        name: str = self.derived[key]
        return name

    def transition_source(self, slot: int, world: Models) -> str:
        """Return the map from which the dots of a slot move; empty if there is no transition."""
        if self.map_transition is None:
            return ""
        before = replace(self, map_name=self.map_transition.previous_map).get_map_name(slot, world)
        return "" if before == self.get_map_name(slot, world) else before

    def get_camera(self, slot: int, world: Models) -> Camera:
        return self.cameras.get(self._make_camera_key(slot, world), Camera())

    def with_camera(self, slot: int, world: Models, camera: Camera) -> "State":
        return replace(self, cameras={**self.cameras, self._make_camera_key(slot, world): camera})

    def _make_camera_key(self, slot: int, world: Models) -> tuple[str, str]:
        """Return the key of a slot's camera; displayed models that override a selected one share its camera."""
        which = self.get_map_name(slot, world)
        return (f"{self.lab} {self.models[slot]}" if slot < len(self.displayed_models) else self.models[slot]), which

    def with_lab_state(self, lab: str, value: Any) -> "State":
        return replace(self, lab_states={**self.lab_states, lab: value})
