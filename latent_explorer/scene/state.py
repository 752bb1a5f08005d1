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
from latent_explorer.scene.new_map_state import Form, Making, Moving
from latent_explorer.user_image import OwnImage
from latent_explorer.user_image.strokes import Strokes

Picture = tuple[OwnImage | None, Strokes]
"""The user image, and the strokes it was drawn with; no strokes if it is from a file."""
World = Mapping[str, Checkpoint]
"""The open checkpoints by name."""


@dataclass(frozen=True)
class Held:
    """A mouse button that is down on the map of a slot since `px`."""

    slot: int
    px: Px
    last: Px
    pan: bool
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
class Step:
    """One step of undo: a lab's state, or the user image with its strokes, or both."""

    lab: str
    """Name of the lab; empty if no lab's state changed."""
    own: Any
    picture: Picture | None
    """None if it did not change."""


@dataclass(frozen=True)
class State:
    """State of the window."""

    size: tuple[int, int]
    """Size of the window in pixels, without the page of a lesson."""
    lab: str
    models: tuple[str, ...]
    """The model of each slot; a lab uses the first ones."""
    chosen: tuple[str, ...] = ()
    """The models that the user selected; the next lab returns to them if this lab shows others."""
    which: str = "tsne"
    cameras: Mapping[tuple[str, str], Camera] = field(default_factory=dict)
    hidden: frozenset[str] = frozenset()
    """Names of the hidden classes."""
    legend_page: int = 0
    """Page of the legend, if not all classes fit."""
    hover: Hover | None = None
    held: Held | None = None
    theme: str = "dark"
    names: bool = True
    layer: str = "none"
    """Layer under the dots: a name of `map_layers.KINDS`."""
    smooth: bool = True
    glide: bool = True
    """Whether pictures glide to the mouse position; else they jump."""
    image: OwnImage | None = None
    """The user's own picture, drawn or from a file."""
    pad: Pad = field(default_factory=Pad)
    """The pad on which it is drawn."""
    covered: bool = False
    """Whether decoded pictures are covered, so that the user can predict them first."""
    text_scale: float = 1.0
    help: bool = False
    help_page: int = 0
    fullscreen: bool = False
    leaving: bool = False
    loading: str = ""
    """Message about what is being loaded; empty when pictures can be decoded."""
    message: str = ""
    """One line about an error, until the next action."""
    notice: str = ""
    """One line about a success, until the next action."""
    export: str = ""
    """Requested export of the lab's pictures, a name of `film_export.FORMATS`; the window runs it and clears this."""
    wish: str = ""
    """Requested command of the window, a value of `window_commands.COMMANDS_BY_KEY` or "last"."""
    offer: bool = False
    """Whether the user is offered to restore the last session."""
    lesson: Lesson | None = None
    """The running lesson."""
    foot: int = 0
    """Height of its page along the lower edge, in pixels."""
    form: Form | None = None
    """The open form that specifies a new map."""
    making: Making | None = None
    """The new map that is being made in the background."""
    moving: Moving | None = None
    """The running transition between two maps."""
    last: str = ""
    """The map that was shown before the current one."""
    motion: bool = True
    """Whether dots move from map to map; else they jump."""
    figures: bool = False
    """Whether the quality measures of the map are explained."""
    before_click: Mapping[str, Any] | None = None
    """`lab_states` before the last click, restored if a second click makes it a double-click."""
    own: Mapping[str, Any] = field(default_factory=dict)
    """Each lab's state, by the lab's name."""
    over: str = ""
    """The part of the lab under the mouse."""
    touching: str = ""
    """The part of the lab on which the mouse button was pressed, until it is released."""
    past: tuple[Step, ...] = ()
    """Steps that undo restores, the latest last."""
    future: tuple[Step, ...] = ()
    """Steps that redo restores, the next one last."""
    grip: str = ""
    """The gesture that the last change was part of: changes of one drag are undone together."""
    stands: tuple[str, ...] = ()
    """The models on the screen, by slot, if a lab shows others than the selected ones."""

    @property
    def picture(self) -> Picture:
        return self.image, self.pad.strokes

    @cached_property
    def derived(self) -> dict[Hashable, Any]:
        """What follows from this state and nothing else: computed when it is first asked for, and once, since the state
        never changes. The keys begin with the name of what is kept."""
        return {}

    @cached_property
    def window(self) -> tuple[int, int]:
        """The whole size of the window, in pixels."""
        return self.size[0], self.size[1] + self.foot

    @cached_property
    def unit(self) -> float:
        """Screen pixels per design pixel: more on a large screen, less in a small window."""
        width, height = self.window
        return min(max(min(width / 1280, height / 840), 0.6), 4.0) * self.text_scale

    @cached_property
    def mark(self) -> float:
        """Screen pixels per design pixel of markers on a map; at least 0.75, so that they stay easy to hit."""
        return max(0.75, self.unit)

    def model(self, slot: int) -> str:
        """Return the model on the screen in a slot."""
        return self.stands[slot] if slot < len(self.stands) else self.models[slot]

    def map_of(self, slot: int, world: World) -> str:
        """Return the map of a slot: the selected one, or the first one if the checkpoint lacks it."""
        key = "map", slot, id(world)
        if key not in self.derived:
            maps = world[self.model(slot)].maps
            self.derived[key] = self.which if self.which in maps else next(iter(maps))
        name: str = self.derived[key]
        return name

    def came_from(self, slot: int, world: World) -> str:
        """Return the map from which the dots of a slot move; empty if there is no transition."""
        if self.moving is None:
            return ""
        before = replace(self, which=self.moving.before).map_of(slot, world)
        return "" if before == self.map_of(slot, world) else before

    def camera(self, slot: int, world: World) -> Camera:
        return self.cameras.get(self._place(slot, world), Camera())

    def with_camera(self, slot: int, world: World, camera: Camera) -> "State":
        return replace(self, cameras={**self.cameras, self._place(slot, world): camera})

    def _place(self, slot: int, world: World) -> tuple[str, str]:
        """Return the key of a slot's camera; displayed models that override a selected one share its camera."""
        which = self.map_of(slot, world)
        return (f"{self.lab} {self.models[slot]}" if slot < len(self.stands) else self.models[slot]), which

    def with_own(self, lab: str, value: Any) -> "State":
        return replace(self, own={**self.own, lab: value})
