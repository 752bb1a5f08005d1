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
COMMANDS_BY_KEY = {"ctrl s": "save", "ctrl o": "open", "f12": "screenshot", "f10": "record"}
LAST_SESSION, LAST_SESSION_KEY = "last session", "u"
OFFER_TEXT = "Go on where you stopped: press U for your last session."


def offer_last_session(state: State) -> State:
    """Return the state that offers to restore the last session, until the user does something else."""
    return replace(state, offer_last_session=True, notice=OFFER_TEXT)


def make_controls(state: State) -> tuple[Control, ...]:
    return (
        (Button(LAST_SESSION, "Last session", "Go on where you stopped", key=LAST_SESSION_KEY),)
        if state.offer_last_session
        else ()
    )


def handle(state: State, action: Action) -> tuple[State, bool]:
    """Return the state after an action, and whether the action is handled completely."""
    last = action in (Set(LAST_SESSION), Key(LAST_SESSION_KEY)) and state.offer_last_session and not state.help
    if isinstance(action, Press | Key | Set | Scroll | DoubleClick):
        state = replace(state, offer_last_session=False, notice="")
    if last:
        return replace(state, pending_command="last"), True
    if isinstance(action, Key) and action.name in COMMANDS_BY_KEY:
        return replace(state, pending_command=COMMANDS_BY_KEY[action.name]), True
    return state, False
