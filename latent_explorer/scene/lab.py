"""The lab interface: layout, reactions to the mouse and the keyboard, queries to the engine, items to draw."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from latent_explorer.engine.live_training import TrainingRequest, TrainingUpdate
from latent_explorer.engine.picture_animation import AnimationTarget
from latent_explorer.engine.query import AnyQuery
from latent_explorer.engine.results import Results
from latent_explorer.scene.controls import Control
from latent_explorer.scene.events import Key, MapClick, MapDrag, MapDrop, PartEvent, Set, TimePassed
from latent_explorer.scene.film_export import FilmExport
from latent_explorer.scene.items import View
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.state import Models, State

LabAction = MapClick | MapDrag | MapDrop | Key | Set | PartEvent | TimePassed


@dataclass(frozen=True)
class Layout:
    """The rectangles that every lab has; those of one lab alone are in `parts`."""

    toolbar: Rect
    legend: Rect
    maps: tuple[Rect, ...]
    """At least one."""
    hint: Rect
    parts: Mapping[str, Rect]
    controls: Rect | None = None
    """Place of the lab's own controls; None puts them into the toolbar."""


class Lab(ABC):
    """A lab. Its state is a frozen dataclass of plain values, which undo restores and a session file stores; transient
    values, for example a play head, are in a field `passing`, which undo and sessions leave out."""

    name: ClassVar[str]
    title: ClassVar[str]
    hint: ClassVar[str]
    """One plain-language line that says what to look at."""
    keys: ClassVar[tuple[tuple[str, str], ...]] = ()
    """Rows of the help page: effects of the mouse and of keys that no control has."""
    max_models: ClassVar[int] = 1
    has_model_menus: ClassVar[bool] = True
    """Whether the toolbar has menus of model, map and layer; False if the lab shows models that are in no menu."""

    def model_count(self, state: State) -> int:
        """Return the number of models on the screen."""
        return 1

    def choose_models(self, current: tuple[str, ...], library: Models) -> tuple[str, ...]:
        """Return the models to show when this lab is opened; `current` are the models of the previous lab. If they are
        fewer than `max_models`, the shell repeats the last one."""
        return current

    def displayed_models(self, state: State) -> tuple[str, ...]:
        """Return per-slot model names that override the selected ones (Learn shows a training moment) and may be in no
        menu. Empty: show the selected models."""
        return ()

    def training(self, state: State) -> TrainingRequest | None:
        """Return the training to run in the background; None pauses the one that runs."""
        return None

    def on_training_update(self, lab_state: Any, training_update: TrainingUpdate) -> Any:
        """Return this lab's state after a background-training update. Called for every lab, also hidden ones."""
        return lab_state

    @abstractmethod
    def initial_state(self) -> Any:
        """Return this lab's state at the start of the program."""

    def with_model_count(self, lab_state: Any, model_count: int) -> Any:
        """Return this lab's initial state if the program was started with `model_count` models."""
        return lab_state

    def on_model_changed(self, lab_state: Any, *, same_dataset: bool) -> Any:
        """Return this lab's state after another model was selected; drop what does not apply to it."""
        return lab_state

    def controls(self, state: State) -> tuple[Control, ...]:
        return ()

    @abstractmethod
    def lay_out(self, state: State) -> Layout:
        """Compute the rectangles. `layout` is for those who read them."""

    def layout(self, state: State) -> Layout:
        """Return the rectangles, laid out once for each state."""
        key = "layout", self.name
        if key not in state.derived:
            state.derived[key] = self.lay_out(state)
        layout: Layout = state.derived[key]
        return layout

    def interactive_parts(self, state: State) -> tuple[str, ...]:
        """Return the parts of the layout that react to the mouse, the topmost first."""
        return ()

    def captures_drag(self, state: State) -> bool:
        """Return True if the lab handles a drag that starts on empty map, which then does not pan the map."""
        return False

    def is_playing(self, state: State) -> bool:
        """Return True if the lab is playing and needs `TimePassed` events."""
        return False

    @abstractmethod
    def update(self, state: State, action: LabAction) -> State: ...

    @abstractmethod
    def queries(self, state: State) -> dict[str, AnyQuery]: ...

    def animation_targets(self, state: State, results: Results) -> dict[str, AnimationTarget]:
        """Return the targets of animated pictures, by the name under which `view` reads them from the results."""
        return {}

    def export_film(self, state: State, results: Results) -> FilmExport | str | None:
        """Return the pictures to save for `state.pending_export`; None if there are none, a message if they are still
        being decoded."""
        return None

    @abstractmethod
    def view(self, state: State, results: Results) -> View: ...
