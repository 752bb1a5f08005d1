"""Commands of the window, in every lab: save, open or restore a session, screenshot, recording."""

from dataclasses import replace

from latent_explorer.scene.controls import Button, Control
from latent_explorer.scene.events import Action, DoubleClick, Key, Press, Scroll, Set
from latent_explorer.scene.state import State

KEYS = (
    ("Ctrl+S, Ctrl+O", "save the session, open one"),
    ("F12", "screenshot"),
    ("F10", "record: begin, end and write"),
)
BY_KEY = {"ctrl s": "save", "ctrl o": "open", "f12": "screenshot", "f10": "record"}
LAST, LAST_KEY = "last session", "u"
OFFER = "Go on where you stopped: press U for your last session."


def offered(state: State) -> State:
    """Return the state that offers to restore the last session, until the user does something else."""
    return replace(state, offer=True, notice=OFFER)


def controls(state: State) -> tuple[Control, ...]:
    return (Button(LAST, "Last session", "Go on where you stopped", key=LAST_KEY),) if state.offer else ()


def answered(state: State, action: Action) -> tuple[State, bool]:
    """Return the state after an action, and whether the action is handled completely."""
    last = action in (Set(LAST), Key(LAST_KEY)) and state.offer and not state.help
    if isinstance(action, Press | Key | Set | Scroll | DoubleClick):
        state = replace(state, offer=False, notice="")
    if last:
        return replace(state, wish="last"), True
    if isinstance(action, Key) and action.name in BY_KEY:
        return replace(state, wish=BY_KEY[action.name]), True
    return state, False
