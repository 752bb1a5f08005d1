"""The lab interface: layout, reactions to the mouse and the keyboard, queries to the engine, items to draw."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from latent_explorer.engine.live_training import LiveNews, Training
from latent_explorer.engine.picture_animation import Aim
from latent_explorer.engine.query import Wanted
from latent_explorer.engine.results import Results
from latent_explorer.scene.controls import Control
from latent_explorer.scene.events import Key, MapClick, MapDrag, MapDrop, Pass, Set, Touch
from latent_explorer.scene.film_export import Keepsake
from latent_explorer.scene.items import View
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.state import State, World

LabAction = MapClick | MapDrag | MapDrop | Key | Set | Touch | Pass


@dataclass(frozen=True)
class Layout:
    """The rectangles that every lab has; those of one lab alone are in `parts`."""

    bar: Rect
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
    most_slots: ClassVar[int] = 1
    chooses: ClassVar[bool] = True
    """Whether the toolbar has menus of model, map and layer; False if the lab shows models that are in no menu."""

    def slots(self, state: State) -> int:
        """Return the number of models on the screen."""
        return 1

    def cast(self, models: tuple[str, ...], world: World) -> tuple[str, ...]:
        """Return the models to show when this lab is opened; `current` are the models of the previous lab. If they are
        fewer than `max_models`, the shell repeats the last one."""
        return models

    def stands(self, state: State, world: World) -> tuple[str, ...]:
        """Return per-slot model names that override the selected ones (Learn shows a training moment) and may be in no
        menu. Empty: show the selected models."""
        return ()

    def training(self, state: State) -> Training | None:
        """Return the training to run in the background; None pauses the one that runs."""
        return None

    def told(self, own: Any, news: LiveNews) -> Any:
        """Return this lab's state after a background-training update. Called for every lab, also hidden ones."""
        return own

    @abstractmethod
    def start(self) -> Any:
        """Return this lab's state at the start of the program."""

    def asked(self, own: Any, models: int) -> Any:
        """Return this lab's initial state if the program was started with `model_count` models."""
        return own

    def kept(self, own: Any, *, same_images: bool) -> Any:
        """Return this lab's state after another model was selected; drop what does not apply to it."""
        return own

    def controls(self, state: State, world: World) -> tuple[Control, ...]:
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

    def touches(self, state: State) -> tuple[str, ...]:
        """Return the parts of the layout that react to the mouse, the topmost first."""
        return ()

    def grabs(self, state: State) -> bool:
        """Return True if the lab handles a drag that starts on empty map, which then does not pan the map."""
        return False

    def plays(self, state: State) -> bool:
        """Return True if the lab is playing and needs `TimePassed` events."""
        return False

    @abstractmethod
    def update(self, state: State, action: LabAction, world: World) -> State: ...

    @abstractmethod
    def requests(self, state: State, world: World) -> dict[str, Wanted]: ...

    def aims(self, state: State, results: Results, world: World) -> dict[str, Aim]:
        """Return the targets of animated pictures, by the name under which `view` reads them from the results."""
        return {}

    def keepsake(self, state: State, results: Results, world: World) -> Keepsake | str | None:
        """Return the pictures to save for `state.pending_export`; None if there are none, a message if they are still
        being decoded."""
        return None

    @abstractmethod
    def view(self, state: State, results: Results, world: World) -> View: ...
