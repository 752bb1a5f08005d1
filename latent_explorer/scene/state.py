"""The state of the window: one frozen value, replaced by every action."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
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
"""The user's own, and the strokes it was drawn with; none of a file."""
World = Mapping[str, Checkpoint]
"""The open checkpoints by name."""


@dataclass(frozen=True)
class Held:
    """A button held down since `px`."""

    slot: int
    px: Px
    last: Px
    pan: bool
    dragging: bool
    xy: Xy
    dot: int


@dataclass(frozen=True)
class Hover:
    """The mouse over the map of a slot."""

    slot: int
    px: Px
    xy: Xy
    dot: int
    dot_px: float
    """Distance to that dot on the screen."""


@dataclass(frozen=True)
class Step:
    """What can be gone back to: a lab's own state, or the user's picture, or both."""

    lab: str
    """Empty where no lab's own state has changed."""
    own: Any
    picture: Picture | None
    """None where it has not changed."""


@dataclass(frozen=True)
class State:
    size: tuple[int, int]
    """Of the window, without the page of a lesson."""
    lab: str
    models: tuple[str, ...]
    """The model of each slot; a lab uses the first ones."""
    chosen: tuple[str, ...] = ()
    """The models that the user has chosen, to which the next lab comes back where this one shows others."""
    which: str = "tsne"
    cameras: Mapping[tuple[str, str], Camera] = field(default_factory=dict)
    hidden: frozenset[str] = frozenset()
    """Names of the classes that are not shown."""
    legend_page: int = 0
    """Which of the classes the legend shows, where there is no room for all."""
    hover: Hover | None = None
    held: Held | None = None
    theme: str = "dark"
    names: bool = True
    layer: str = "none"
    """What lies under the dots: a name of `layers.KINDS`."""
    smooth: bool = True
    glide: bool = True
    """Whether pictures glide to where the mouse is, or jump."""
    image: OwnImage | None = None
    """The user's own picture."""
    pad: Pad = field(default_factory=Pad)
    """On which it is drawn."""
    covered: bool = False
    """Whether decoded pictures are covered, so that one can guess before one looks."""
    text_scale: float = 1.0
    help: bool = False
    help_page: int = 0
    fullscreen: bool = False
    leaving: bool = False
    loading: str = ""
    """What is being loaded; empty when pictures can be decoded."""
    message: str = ""
    """One line for the user on what went wrong, until the next action."""
    notice: str = ""
    """The same, of what went well."""
    export: str = ""
    """What the lab's pictures are to be saved as, a name of `keepsake.KINDS`; the window does it and empties this."""
    wish: str = ""
    """What the window itself is asked to do: a value of `wishes.BY_KEY`."""
    offer: bool = False
    """Whether the last session can be gone on with."""
    lesson: Lesson | None = None
    """The lesson that is being given."""
    foot: int = 0
    """Pixels that its page takes along the lower edge."""
    form: Form | None = None
    """The new map that is being described."""
    making: Making | None = None
    """The new map that is being made."""
    moving: Moving | None = None
    """The dots on their way from one map to another."""
    last: str = ""
    """The map that was shown before this one."""
    motion: bool = True
    """Whether dots go from map to map, or are there at once."""
    figures: bool = False
    """Whether the figures of the map are explained."""
    before_click: Mapping[str, Any] | None = None
    """What `own` was before the last click, which a second one makes part of a double-click."""
    own: Mapping[str, Any] = field(default_factory=dict)
    """Each lab's own state, by the lab's name."""
    over: str = ""
    """The part of the lab that the mouse is over."""
    touching: str = ""
    """The part of the lab that the mouse holds."""
    past: tuple[Step, ...] = ()
    """What undo goes back to, the latest last."""
    future: tuple[Step, ...] = ()
    """What redo goes on to, the next one last."""
    grip: str = ""
    """What the last change was part of: changes of one drag are undone together."""
    stands: tuple[str, ...] = ()
    """The models whose maps are on the screen, by slot, where a lab shows others than the chosen ones."""

    @property
    def picture(self) -> Picture:
        return self.image, self.pad.strokes

    @property
    def window(self) -> tuple[int, int]:
        """Its whole size."""
        return self.size[0], self.size[1] + self.foot

    @property
    def unit(self) -> float:
        """Screen pixels per design pixel: more on a large screen, less in a small window."""
        width, height = self.window
        return min(max(min(width / 1280, height / 840), 0.6), 4.0) * self.text_scale

    @property
    def mark(self) -> float:
        """The unit for marks on a map, which stay as large as a finger needs only where the map is large."""
        return max(0.75, self.unit)

    def model(self, slot: int) -> str:
        """The model whose map is on the screen."""
        return self.stands[slot] if slot < len(self.stands) else self.models[slot]

    def map_of(self, slot: int, world: World) -> str:
        """The map shown in a slot: the chosen one, or the first where a checkpoint lacks it."""
        maps = world[self.model(slot)].maps
        return self.which if self.which in maps else next(iter(maps))

    def came_from(self, slot: int, world: World) -> str:
        """The map that the dots of a slot come from; empty where they stand still."""
        if self.moving is None:
            return ""
        before = replace(self, which=self.moving.before).map_of(slot, world)
        return "" if before == self.map_of(slot, world) else before

    def camera(self, slot: int, world: World) -> Camera:
        return self.cameras.get(self._place(slot, world), Camera())

    def with_camera(self, slot: int, world: World, camera: Camera) -> "State":
        return replace(self, cameras={**self.cameras, self._place(slot, world): camera})

    def _place(self, slot: int, world: World) -> tuple[str, str]:
        """Whose camera it is: those that stand in for a model share one."""
        which = self.map_of(slot, world)
        return (f"{self.lab} {self.models[slot]}" if slot < len(self.stands) else self.models[slot]), which

    def with_own(self, lab: str, value: Any) -> "State":
        return replace(self, own={**self.own, lab: value})
