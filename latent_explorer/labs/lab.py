"""What a lab is: where its maps lie, what it does with clicks and drags, what it asks for, what it shows."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from latent_explorer.engine.glide import Aim
from latent_explorer.engine.requests import Results, Wanted
from latent_explorer.labs.actions import Key, MapClick, MapDrag, MapDrop, Set
from latent_explorer.labs.controls import Control
from latent_explorer.labs.rect import Rect
from latent_explorer.labs.state import State, World
from latent_explorer.labs.view import View

LabAction = MapClick | MapDrag | MapDrop | Key | Set


@dataclass(frozen=True)
class Layout:
    """The rectangles every lab has; a lab's own ones are in `parts`."""

    bar: Rect
    legend: Rect
    maps: tuple[Rect, ...]
    hint: Rect
    parts: Mapping[str, Rect]


class Lab(Protocol):
    @property
    def name(self) -> str: ...

    @property
    def title(self) -> str: ...

    @property
    def hint(self) -> str:
        """One plain-language line: what to look at."""

    @property
    def keys(self) -> tuple[tuple[str, str], ...]:
        """What the mouse and the keyboard do here, for the help page."""

    @property
    def slots(self) -> int:
        """How many models it shows."""

    def start(self) -> Any:
        """Its own part of the state."""

    def kept(self, own: Any, *, same_images: bool) -> Any:
        """What of it holds when another model, of the same or of other images, is chosen."""

    def controls(self, state: State, world: World) -> tuple[Control, ...]: ...

    def layout(self, state: State) -> Layout: ...

    def update(self, state: State, action: LabAction, world: World) -> State: ...

    def requests(self, state: State, world: World) -> dict[str, Wanted]: ...

    def aims(self, state: State, results: Results, world: World) -> dict[str, Aim]:
        """Which pictures glide, by the place under which `view` finds them in the results, and where each one ends."""

    def view(self, state: State, results: Results, world: World) -> View: ...
