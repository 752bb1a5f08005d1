"""What is asked of the window itself, in every lab: save, open, go on, a screenshot, a recording."""

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
    """A start at which the last session can be gone on with, until something else is done."""
    return replace(state, offer=True, notice=OFFER)


def controls(state: State) -> tuple[Control, ...]:
    return (Button(LAST, "Last session", "Go on where you stopped", key=LAST_KEY),) if state.offer else ()


def answered(state: State, action: Action) -> tuple[State, bool]:
    """The state after an action, and whether that was all it meant."""
    last = action in (Set(LAST), Key(LAST_KEY)) and state.offer and not state.help
    if isinstance(action, Press | Key | Set | Scroll | DoubleClick):
        state = replace(state, offer=False, notice="")
    if last:
        return replace(state, wish="last"), True
    if isinstance(action, Key) and action.name in BY_KEY:
        return replace(state, wish=BY_KEY[action.name]), True
    return state, False
