"""What a lab is: where its maps lie, what it does with clicks and drags, what it asks for, what it shows."""

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
    """The rectangles every lab has; a lab's own ones are in `parts`."""

    bar: Rect
    legend: Rect
    maps: tuple[Rect, ...]
    """At least one."""
    hint: Rect
    parts: Mapping[str, Rect]
    controls: Rect | None = None
    """Where the lab's own controls stand; in the bar where there is no such place."""


class Lab(ABC):
    """Its own part of the state is a frozen value of plain values, which undo goes back in and a session file keeps;
    what is only passing, a play head for example, is in a field `passing` and is left out of both."""

    name: ClassVar[str]
    title: ClassVar[str]
    hint: ClassVar[str]
    """One plain-language line: what to look at."""
    keys: ClassVar[tuple[tuple[str, str], ...]] = ()
    """What the mouse and the keyboard do here beside the controls, for the help page."""
    most_slots: ClassVar[int] = 1
    chooses: ClassVar[bool] = True
    """Whether model, map and layer are chosen in the bar; not where a lab shows what no menu offers."""

    def slots(self, state: State) -> int:
        """How many models it shows."""
        return 1

    def cast(self, models: tuple[str, ...], world: World) -> tuple[str, ...]:
        """The models to begin with, where these were shown before; at least `most_slots`, the last ones may repeat."""
        return models

    def stands(self, state: State, world: World) -> tuple[str, ...]:
        """The models whose maps are on the screen in place of the chosen ones, by slot; they may be in no menu."""
        return ()

    def training(self, state: State) -> Training | None:
        """What is to be trained in the background; what runs is held while nothing is wanted."""
        return None

    def told(self, own: Any, news: LiveNews) -> Any:
        """Its own part of the state after news of a training, whichever lab is shown."""
        return own

    @abstractmethod
    def start(self) -> Any:
        """Its own part of the state."""

    def asked(self, own: Any, models: int) -> Any:
        """Its own part where the program was started with so many models."""
        return own

    def kept(self, own: Any, *, same_images: bool) -> Any:
        """What of it holds when another model, of the same or of other images, is chosen."""
        return own

    def controls(self, state: State, world: World) -> tuple[Control, ...]:
        return ()

    @abstractmethod
    def layout(self, state: State) -> Layout: ...

    def touches(self, state: State) -> tuple[str, ...]:
        """The parts of the layout that answer the mouse, the uppermost first."""
        return ()

    def grabs(self, state: State) -> bool:
        """Whether a drag from empty map is the lab's, too, and does not move the map."""
        return False

    def plays(self, state: State) -> bool:
        """Whether it goes on by itself: it is told the time that passes."""
        return False

    @abstractmethod
    def update(self, state: State, action: LabAction, world: World) -> State: ...

    @abstractmethod
    def requests(self, state: State, world: World) -> dict[str, Wanted]: ...

    def aims(self, state: State, results: Results, world: World) -> dict[str, Aim]:
        """Which pictures glide, by the place under which `view` finds them in the results, and where each one ends."""
        return {}

    def keepsake(self, state: State, results: Results, world: World) -> Keepsake | str | None:
        """The pictures that `state.export` asks to be saved; None where there are none, and a line that says so where
        they are still being made."""
        return None

    @abstractmethod
    def view(self, state: State, results: Results, world: World) -> View: ...
