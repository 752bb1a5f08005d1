"""The one place that holds the state of the window and replaces it."""

from collections.abc import Callable
from dataclasses import replace

from latent_explorer import files
from latent_explorer.errors import LatentExplorerError
from latent_explorer.scene.effects import Effect
from latent_explorer.scene.events import Action, Move
from latent_explorer.scene.state import State
from latent_explorer.shell import update
from latent_explorer.texts import tr


class Store:
    """Holds the state. `dispatch` alone replaces it, by an action; who wants to change something dispatches one."""

    def __init__(self, state: State) -> None:
        self.state = state
        """Read by everybody, replaced by `dispatch` alone."""
        self.on_change: list[Callable[[State, State], None]] = []
        """Called with the state before and after every action that changed more of it than the mouse."""
        self.run_effect: Callable[[Effect], None] = lambda effect: None

    def dispatch(self, action: Action) -> None:
        """Update the state by `action` and run the effects that it asks for; an error becomes a message."""
        before = self.state
        effects: tuple[Effect, ...] = ()
        try:
            self.state, effects = update.update(before, action)
            if self.state.at_rest is not before.at_rest:
                for listener in self.on_change:
                    listener(before, self.state)
            elif not isinstance(action, Move):
                self.forget_derived()  # maps or files may have come that no state holds
        except LatentExplorerError as error:
            self.state = before.with_message(files.to_printable(tr(str(error))))
        for effect in effects:
            self.run_effect(effect)

    def forget_derived(self) -> None:
        """Let all that follows from the state be computed again."""
        self.state = replace(self.state)
