"""What a lab draws a frame from."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, TypeVar, cast

from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.engine.results import Results
from latent_explorer.scene.items import Item, Panel, Text
from latent_explorer.scene.layout import Layout
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.state import State
from latent_explorer.texts import tr

S = TypeVar("S")
V = TypeVar("V")


@dataclass(frozen=True)
class Frame(Generic[S]):
    """The state, the lab's own part of it, what the engine has answered so far, and the rectangles."""

    state: State
    own: S
    results: Results
    layout: Layout

    @cached_property
    def ui_scale(self) -> float:
        """Screen pixels per design pixel."""
        return self.state.ui_scale

    @cached_property
    def derived(self) -> dict[str, Any]:
        """What follows from this frame and is asked for more than once, by its name."""
        return {}

    def derive_at_rest(self, name: object, make: Callable[..., V], *inputs: object) -> V:
        """Return `make(frame, *inputs)` for this frame without mouse and answers, made again only if something else
        changed or one of `inputs` is another object, as `State.derive_at_rest` does. `name` is unique in the lab."""

        def make_frame(state: State, *given: object) -> V:
            return make(cast(Any, Frame(state, self.own, Results(), self.layout)), *given)

        return self.state.derive_at_rest(("frame", name), make_frame, *inputs)

    @cached_property
    def checkpoint(self) -> Checkpoint:
        """The checkpoint of the first slot."""
        return self.state.get_checkpoint(0)

    def get_part(self, name: str) -> Rect | None:
        """Return a part of the layout; None if it found no room."""
        return self.layout.parts.get(name)

    def wait_for(self, rect: Rect, query: str, waiting: str = "", size: str = "small", inset: int = 6) -> list[Item]:
        """Return an empty panel that says why there is no answer yet: it failed, the decoder is being loaded, or
        `waiting`."""
        failure = self.results.get_failure(query)
        text = tr(failure.message) if failure else self.state.status.loading or waiting
        return [Panel(rect), Text(rect.inset(round(inset * self.ui_scale)), text, size, "muted", "centre", wrap=True)]
