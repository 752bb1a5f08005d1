"""Commands of the window, in every lab: save, open or restore a session, screenshot, recording."""

from dataclasses import replace

from latent_explorer.labs import LABS
from latent_explorer.scene.effects import Effect
from latent_explorer.scene.events import Action, DoubleClick, Key, Press, Scroll, Set
from latent_explorer.scene.items import Item, Panel, Text
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.state import State
from latent_explorer.shell.keymap import find_binding
from latent_explorer.texts import mark, tr

EFFECTS = {
    "save": Effect.SAVE_SESSION, "open": Effect.OPEN_FILE, "screenshot": Effect.TAKE_SCREENSHOT,
    "record": Effect.TOGGLE_RECORDING, "view": Effect.VIEW_SAMPLE,
}  # fmt: skip
"""Commands of the keymap that the window carries out."""
LAST_SESSION, LAST_SESSION_KEY = "last session", "u"
OFFER_TEXT = mark("U: go on where you stopped")
OFFER_WIDTH, OFFER_HEIGHT, OFFER_GAP = 250, 32, 10
"""Of the offer at the upper edge of the map, in design pixels."""


def offer_last_session(state: State) -> State:
    """Return the state that offers to restore the last session, until the user does something else."""
    return state.put(replace(state.overlay, offer_last_session=True))


def make_items(state: State) -> list[Item]:
    """Return the offer of the last session: over the map, since the hint says what to do here."""
    maps = LABS[state.lab].get_layout(state).maps
    if not state.overlay.offer_last_session or not maps:
        return []
    u, place = state.ui_scale, maps[0]
    width, gap = min(round(OFFER_WIDTH * u), place.width), round(OFFER_GAP * u)
    rect = Rect(place.x + (place.width - width) // 2, place.y + gap, width, min(round(OFFER_HEIGHT * u), place.height))
    return [
        Panel(rect, "panel", "accent", Set(LAST_SESSION)),
        Text(rect.inset(4), tr(OFFER_TEXT), "body", align="centre", fallback_sizes=("small",)),
    ]


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
