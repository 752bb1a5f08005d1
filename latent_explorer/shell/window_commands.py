"""Commands of the window, in every lab: save, open or restore a session, screenshot, recording."""

from dataclasses import replace

from latent_explorer.scene.controls import Button, Control
from latent_explorer.scene.effects import Effect
from latent_explorer.scene.events import Action, DoubleClick, Key, Press, Scroll, Set
from latent_explorer.scene.state import State
from latent_explorer.shell.keymap import find_binding

EFFECTS = {
    "save": Effect.SAVE_SESSION, "open": Effect.OPEN_FILE, "screenshot": Effect.TAKE_SCREENSHOT,
    "record": Effect.TOGGLE_RECORDING, "view": Effect.VIEW_SAMPLE,
}  # fmt: skip
"""Commands of the keymap that the window carries out."""
LAST_SESSION, LAST_SESSION_KEY = "last session", "u"
OFFER_TEXT = "Go on where you stopped: press U for your last session."


def offer_last_session(state: State) -> State:
    """Return the state that offers to restore the last session, until the user does something else."""
    return state.put(replace(state.overlay, offer_last_session=True), replace(state.status, notice=OFFER_TEXT))


def make_controls(state: State) -> tuple[Control, ...]:
    return (
        (Button(LAST_SESSION, "Last session", "Go on where you stopped", key=LAST_SESSION_KEY),)
        if state.overlay.offer_last_session
        else ()
    )


def handle(state: State, action: Action) -> tuple[State, bool]:
    """Return the state after an action, and whether the action is handled completely."""
    last = (
        action in (Set(LAST_SESSION), Key(LAST_SESSION_KEY))
        and state.overlay.offer_last_session
        and not state.overlay.help
    )
    if isinstance(action, Press | Key | Set | Scroll | DoubleClick):
        asked = state.status.asks_to_leave and action == Key("escape")
        status = replace(state.status, notice="", asks_to_leave=asked)
        state = state.put(replace(state.overlay, offer_last_session=False), status)
    if last:
        return state.ask(Effect.RESTORE_LAST_SESSION), True
    binding = find_binding(action.name) if isinstance(action, Key) else None
    if binding is not None and binding.command in EFFECTS:
        return state.ask(EFFECTS[binding.command]), True
    return state, False
