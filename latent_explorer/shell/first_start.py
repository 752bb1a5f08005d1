"""The card of the first start over the map of Explore: its three sentences, its answers, and when it goes away."""

from dataclasses import replace

import numpy as np

from latent_explorer.atlas.projection import LatentPlane
from latent_explorer.labs import LABS
from latent_explorer.scene import first_start
from latent_explorer.scene.camera import Camera
from latent_explorer.scene.events import DoubleClick, HandledAction, Key, Move, Press, Scroll, Set
from latent_explorer.scene.first_start import AGAIN, CONTROL, EXPLORE, SHOW, CardLayout, FirstStart
from latent_explorer.scene.items import Item
from latent_explorer.scene.state import State
from latent_explorer.shell import mouse

LAB = "explore"
"""The lab that the card speaks of."""
MODELS = ("faces-vae", "faces-ae")
"""What is opened where nobody names a model. The program draws these pictures itself: every original is there."""
KEYS = {"return": Set(CONTROL, SHOW), "escape": Set(CONTROL, EXPLORE), "space": Set(CONTROL, AGAIN)}


def show(state: State, lesson: str) -> State:
    """Return the state with the card, which offers a lesson."""
    return state.put(replace(state.overlay, first_start=FirstStart(lesson)))


def is_shown(state: State) -> bool:
    """Return whether the card lies over the map now."""
    card = state.overlay.first_start
    if card is None or not card.is_open or state.lab != LAB or state.overlay.lesson is not None or state.is_covered:
        return False
    return "picture" in LABS[LAB].layout(state).parts  # which it speaks of


def handle(state: State, action: HandledAction) -> tuple[State, Set | None] | None:
    """Return the state after an action that the card answers, and what is to be done then, if anything; None for every
    other action."""
    card = state.overlay.first_start
    if card is None or not is_shown(state):
        return None
    if isinstance(action, Key) and state.search.text is None and state.map_task.form is None:
        action = KEYS.get(action.name, action)
    match action:
        case Set(control="first start", value="again"):
            return _put(state, replace(card, shows_again=not card.shows_again)), None
        case Set(control="first start", value="show"):
            return _put(state, replace(card, is_open=False)), Set("lesson", card.lesson)
        case Set(control="first start", value="explore"):
            return _put(state, replace(card, is_open=False)), None
        case Set(control="lab"):
            return _put(state, replace(card, is_open=False)), action
        case Set(control="first start"):  # the card itself takes clicks from the dots below it
            return state, None
        case Press(px=px) | DoubleClick(px=px) | Scroll(px=px) if make_layout(state).card.contains(px):
            return state, None
        case Move(px=px) if state.pointer.press is None and make_layout(state).card.contains(px):
            return mouse.on_leave(state, LABS[state.lab]), None
    return None


def make_items(state: State) -> list[Item]:
    card = state.overlay.first_start
    if card is None or not is_shown(state):
        return []
    return first_start.make_items(card, make_layout(state), make_sentences(state), state.ui_scale)


def make_layout(state: State) -> CardLayout:
    place = LABS[state.lab].layout(state).maps[0]
    x, y = state.get_checkpoint(0).maps[state.get_map_name(0)].xy.T
    dots = np.stack(Camera().to_px((x, y), place), 1)  # of the whole map: the card stays where it is if one zooms
    return first_start.make_layout(place, state.ui_scale, make_sentences(state), dots)


def make_sentences(state: State) -> tuple[str, str, str]:
    """Return what a dot, the map and the picture are, true for the model and the map on the screen."""
    checkpoint, words = state.get_checkpoint(0), state.get_checkpoint(0).sample_kind.words
    plane, count = checkpoint.maps[state.get_map_name(0)].projection, checkpoint.latent_dim
    if not checkpoint.can_decode:
        return (
            f"A dot is one {words.one} of the data, given as a vector of {count} numbers.",
            f"The map lays the vectors out flat: {words.many} with similar vectors mostly lie close together.",
            f"Beside the map is the {words.one} whose dot is nearest to the mouse: move it over the map.",
        )
    dot = f"A dot is one {words.one} of the data, turned by the encoder into a code of {count} numbers."
    shown = f"The map lays the codes out flat: {words.many} with similar codes mostly lie close together."
    if count == 2 and isinstance(plane, LatentPlane) and plane.spans_latent_space:
        shown = "The map shows the codes as they are: its two directions are their two numbers."
    large = words.one if words.one in ("picture", "curve") else "panel"
    return dot, shown, f"The large {large} shows what the decoder makes of the code at the mouse: move it over the map."


def _put(state: State, card: FirstStart) -> State:
    return state.put(replace(state.overlay, first_start=card))
