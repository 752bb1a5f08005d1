"""The state of the window: one frozen value, replaced by every action."""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from operator import is_
from typing import Any, TypeVar

from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.scene import drawing_pad
from latent_explorer.scene.camera import Camera
from latent_explorer.scene.drawing_pad import Pad
from latent_explorer.scene.effects import Effect
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.slice import Slice
from latent_explorer.scene.state_slices import (
    ClassGallery,
    Downloads,
    History,
    Hover,
    ImageAndStrokes,
    Knowledge,
    LessonRecording,
    Lessons,
    MapTask,
    MapView,
    Overlay,
    Pointer,
    Preferences,
    Presentation,
    Search,
    Status,
    Tally,
    UserDrawing,
)

PRESENTED_SCALE = 4 / 3
"""How much larger text is in a presentation: small text is 24 pixels high on 1920x1080."""
LEAST_PRESENTED = (320, 240)
"""Width and height in pixels of the smallest window that is laid out for a projector: a smaller one has no room."""
Models = Mapping[str, Checkpoint]
"""The open checkpoints by name."""
NO_POINTER = Pointer()
FREE_OF_POINTER = ("at_rest", "is_covered", "presents", "window_size", "lab_size", "ui_scale", "marker_scale")
"""Cached properties of a state that are the same wherever the mouse is."""
V = TypeVar("V")


@dataclass(frozen=True)
class State:
    """State of the window."""

    size: tuple[int, int]
    """Size of the window in pixels, without the page of a lesson and the presenter's strip."""
    library: Models = field(repr=False, compare=False)
    """The open checkpoints, which every name of a model refers to."""
    lab: str
    models: tuple[str, ...]
    """The model of each slot; a lab uses the first ones."""
    selected_models: tuple[str, ...] = ()
    """The models that the user selected; the next lab returns to them if this lab shows others."""
    displayed_models: tuple[str, ...] = ()
    """The models on the screen, by slot, if a lab shows others than the selected ones."""
    model_count: int = 1
    """How many models the lab shows."""
    lab_states: Mapping[str, Any] = field(default_factory=dict)
    """Each lab's state, by the lab's name."""
    view: MapView = field(default_factory=MapView)
    preferences: Preferences = field(default_factory=Preferences)
    pointer: Pointer = field(default_factory=Pointer)
    history: History = field(default_factory=History)
    map_task: MapTask = field(default_factory=MapTask)
    drawing: UserDrawing = field(default_factory=UserDrawing)
    gallery: ClassGallery = field(default_factory=ClassGallery)
    overlay: Overlay = field(default_factory=Overlay)
    lessons: Lessons = field(default_factory=Lessons)
    tally: Tally = field(default_factory=Tally)
    presentation: Presentation = field(default_factory=Presentation)
    search: Search = field(default_factory=Search)
    status: Status = field(default_factory=Status)
    downloads: Downloads = field(default_factory=Downloads)
    knowledge: Knowledge = field(default_factory=Knowledge)
    recording: LessonRecording = field(default_factory=LessonRecording)
    effects: tuple[Effect, ...] = ()
    """What the window is asked to do, in order; `update` hands it out and empties this."""

    def put(self, *slices: Slice) -> "State":
        """Return the state with `slices` in place of those of their classes."""
        changed: dict[str, Any] = {one.name: one for one in slices}
        after = replace(self, **changed)
        if len(changed) == 1 and "pointer" in changed:
            known = {**vars(self), "at_rest": self.at_rest}
            for name in FREE_OF_POINTER:
                if name in known:
                    vars(after)[name] = known[name]
        return after

    def ask(self, effect: Effect) -> "State":
        """Return the state that asks the window for `effect`."""
        return replace(self, effects=(*self.effects, effect))

    def turn_to(self, page: "State") -> "State":
        """Return the state with what a page of a lesson sets up as it is in `page`; theme, size and text scale stay the
        user's choice. Transient state and the history of changes end."""
        names = ("view", "preferences", "drawing")
        return replace(
            self, lab=page.lab, models=page.models, selected_models=page.selected_models, lab_states=page.lab_states
        ).put(
            *(getattr(self, name).turn_to(getattr(page, name)) for name in names), Pointer(), History(), Search(),
            replace(self.map_task, form=None, transition=None),
        )  # fmt: skip

    def with_message(self, message: str) -> "State":
        """Return the state with a line about an error."""
        return self.put(replace(self.status, message=message))

    def with_notice(self, notice: str) -> "State":
        """Return the state with a line about a success."""
        return self.put(replace(self.status, notice=notice))

    def with_hover(self, hover: Hover | None) -> "State":
        return self.put(replace(self.pointer, hover=hover))

    def with_pad(self, pad: Pad) -> "State":
        return self.put(replace(self.drawing, pad=pad))

    @property
    def image_and_strokes(self) -> ImageAndStrokes:
        return self.drawing.image, self.drawing.pad.strokes

    @cached_property
    def derived(self) -> dict[Hashable, Any]:
        """What follows from this state and nothing else: computed when it is first asked for, and once, since the state
        never changes. The keys begin with the name of what is kept."""
        return {}

    @cached_property
    def at_rest(self) -> "State":
        """This state without the mouse: the same object from one movement of the mouse to the next. What does not
        depend on the mouse is computed from it, and so survives in its `derived` until something else changes."""
        return self if self.pointer == NO_POINTER else replace(self, pointer=NO_POINTER)

    def derive_at_rest(self, name: Hashable, make: Callable[..., V], *inputs: object) -> V:
        """Return `make(at_rest, *inputs)`, made again only if the state at rest or one of `inputs` is another object.

        A panel, a row of controls or a query that the mouse does not change costs one look-up a frame. `make` is given
        no mouse, so it cannot depend on it; answers of the engine that it reads are among the `inputs`.
        """
        known: dict[Hashable, Any] = self.at_rest.derived
        entry = known.get(name)
        if entry is None or not all(map(is_, entry[0], inputs)):
            entry = known[name] = inputs, make(self.at_rest, *inputs)
        value: V = entry[1]
        return value

    @cached_property
    def is_covered(self) -> bool:
        """Whether a page lies over the lab and its controls: help, glossary, the list of lessons, or a question."""
        has_page = self.overlay.help or self.overlay.glossary is not None
        return has_page or self.lessons.listed or self.status.question is not None

    @cached_property
    def presents(self) -> bool:
        """Whether the window is laid out for a projector; the form of a new map needs the bar."""
        has_room = self.window_size[0] >= LEAST_PRESENTED[0] and self.window_size[1] >= LEAST_PRESENTED[1]
        return self.presentation.on and self.map_task.form is None and has_room

    @cached_property
    def window_size(self) -> tuple[int, int]:
        """The whole size of the window, in pixels."""
        below = self.overlay.lesson_height + self.presentation.strip_height + self.tally.height
        return self.size[0], self.size[1] + below

    @cached_property
    def lab_size(self) -> tuple[int, int]:
        """The size that a lab is laid out in, in pixels: that of the window without the pad, which is at its right."""
        pad_width = drawing_pad.compute_width(self.size, self.ui_scale) if self.drawing.pad.open else 0
        return max(1, self.size[0] - pad_width), self.size[1]

    @cached_property
    def ui_scale(self) -> float:
        """Screen pixels per design pixel: more on a large screen, less in a small window."""
        (width, height), preferences = self.window_size, self.preferences
        scale = min(max(min(width / 1280, height / 840), preferences.least_scale), 4.0)
        if self.presents:
            return scale * PRESENTED_SCALE * max(1.0, preferences.text_scale)
        return scale * preferences.text_scale

    @cached_property
    def marker_scale(self) -> float:
        """Screen pixels per design pixel of markers on a map; at least 0.75, so that they stay easy to hit."""
        return max(0.75, self.ui_scale)

    def scale_line(self, width: float) -> int:
        """Return the screen pixels of a line that is `width` wide in design pixels; never thinner than that."""
        return max(1, round(width * max(1.0, self.ui_scale)))

    def get_model_name(self, slot: int) -> str:
        """Return the model on the screen in a slot."""
        return self.displayed_models[slot] if slot < len(self.displayed_models) else self.models[slot]

    def get_checkpoint(self, slot: int) -> Checkpoint:
        """Return the checkpoint on the screen in a slot."""
        key, known = ("checkpoint", slot), self.at_rest.derived
        if key not in known:
            known[key] = self.library[self.get_model_name(slot)]
        checkpoint: Checkpoint = known[key]
        return checkpoint

    def get_map_name(self, slot: int) -> str:
        """Return the map of a slot: the selected one, or the first one if the checkpoint lacks it."""
        key, known = ("map", slot), self.at_rest.derived
        if key not in known:
            maps = self.get_checkpoint(slot).maps
            known[key] = self.view.map_name if self.view.map_name in maps else next(iter(maps))
        name: str = known[key]
        return name

    def get_transition_source(self, slot: int) -> str:
        """Return the map from which the dots of a slot move; empty if there is no transition."""
        if self.map_task.transition is None:
            return ""
        before = self.put(replace(self.view, map_name=self.map_task.transition.previous_map)).get_map_name(slot)
        return "" if before == self.get_map_name(slot) else before

    def get_camera(self, slot: int) -> Camera:
        key, known = ("camera", slot), self.at_rest.derived
        if key not in known:
            known[key] = self.view.cameras.get(self._make_camera_key(slot), Camera())
        camera: Camera = known[key]
        return camera

    def get_pixel(self, slot: int, rect: Rect) -> float:
        """Return the map units that one pixel of a slot's map covers, which lies in `rect`."""
        return 1 / self.get_camera(slot).compute_scale(rect)

    def with_camera(self, slot: int, camera: Camera) -> "State":
        return self.put(replace(self.view, cameras={**self.view.cameras, self._make_camera_key(slot): camera}))

    def _make_camera_key(self, slot: int) -> tuple[str, str]:
        """Return the key of a slot's camera; displayed models that override a selected one share its camera."""
        which = self.get_map_name(slot)
        return (f"{self.lab} {self.models[slot]}" if slot < len(self.displayed_models) else self.models[slot]), which

    def with_lab_state(self, lab: str, value: Any) -> "State":
        return replace(self, lab_states={**self.lab_states, lab: value})
