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
from latent_explorer.texts import mark, tr, tr_count

LAB = "explore"
"""The lab that the card speaks of."""
MODELS = ("faces-vae", "faces-ae")
"""What is opened where nobody names a model. The program draws these pictures itself: every original is there."""
KEYS = {"return": Set(CONTROL, SHOW), "escape": Set(CONTROL, EXPLORE), "space": Set(CONTROL, AGAIN)}

PANEL = mark("The large panel shows what the decoder makes of the code at the mouse: move it over the map.")
CODES = {
    "picture": (
        mark("A dot is one picture of the data, turned by the encoder into {code}."),
        mark("The map lays the codes out flat: pictures with similar codes mostly lie close together."),
        mark("The large picture shows what the decoder makes of the code at the mouse: move it over the map."),
    ),
    "curve": (
        mark("A dot is one curve of the data, turned by the encoder into {code}."),
        mark("The map lays the codes out flat: curves with similar codes mostly lie close together."),
        mark("The large curve shows what the decoder makes of the code at the mouse: move it over the map."),
    ),
    "row": (
        mark("A dot is one row of the data, turned by the encoder into {code}."),
        mark("The map lays the codes out flat: rows with similar codes mostly lie close together."),
        PANEL,
    ),
    "text": (
        mark("A dot is one text of the data, turned by the encoder into {code}."),
        mark("The map lays the codes out flat: texts with similar codes mostly lie close together."),
        PANEL,
    ),
}
"""The sentences on a model that encodes and decodes, by what one of its samples is called."""
FLAT = mark("The map shows the codes as they are: its two directions are their two numbers.")
"""In place of the second one where the map is the latent space itself."""
VECTORS = {
    "picture": (
        mark("A dot is one picture of the data, given as {code}."),
        mark("The map lays the vectors out flat: pictures with similar vectors mostly lie close together."),
        mark("Beside the map is the picture whose dot is nearest to the mouse: move it over the map."),
    ),
    "curve": (
        mark("A dot is one curve of the data, given as {code}."),
        mark("The map lays the vectors out flat: curves with similar vectors mostly lie close together."),
        mark("Beside the map is the curve whose dot is nearest to the mouse: move it over the map."),
    ),
    "row": (
        mark("A dot is one row of the data, given as {code}."),
        mark("The map lays the vectors out flat: rows with similar vectors mostly lie close together."),
        mark("Beside the map is the row whose dot is nearest to the mouse: move it over the map."),
    ),
    "text": (
        mark("A dot is one text of the data, given as {code}."),
        mark("The map lays the vectors out flat: texts with similar vectors mostly lie close together."),
        mark("Beside the map is the text whose dot is nearest to the mouse: move it over the map."),
    ),
}
"""The sentences on vectors without a decoder."""


def show(state: State, lesson: str) -> State:
    """Return the state with the card, which offers a lesson."""
    return state.put(replace(state.overlay, first_start=FirstStart(lesson)))


def is_shown(state: State) -> bool:
    """Return whether the card lies over the map now."""
    card = state.overlay.first_start
    if card is None or not card.is_open or state.lab != LAB or state.overlay.lesson is not None or state.is_covered:
        return False
    return "picture" in LABS[LAB].get_layout(state).parts  # which it speaks of


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
    place = LABS[state.lab].get_layout(state).maps[0]
    x, y = state.get_checkpoint(0).maps[state.get_map_name(0)].xy.T
    dots = np.stack(Camera().to_px((x, y), place), 1)  # of the whole map: the card stays where it is if one zooms
    return first_start.make_layout(place, state.ui_scale, make_sentences(state), dots)


def make_sentences(state: State) -> tuple[str, str, str]:
    """Return what a dot, the map and the picture are, true for the model and the map on the screen."""
    checkpoint = state.get_checkpoint(0)
    plane, count = checkpoint.maps[state.get_map_name(0)].projection, checkpoint.latent_dim
    given = VECTORS if not checkpoint.can_decode else CODES
    dot, shown, picture = given[checkpoint.sample_kind.words.one]
    if checkpoint.can_decode and count == 2 and isinstance(plane, LatentPlane) and plane.spans_latent_space:
        shown = FLAT
    if checkpoint.can_decode:
        code = tr_count("a code of {count} number", "a code of {count} numbers", count)
    else:
        code = tr_count("a vector of {count} number", "a vector of {count} numbers", count)
    return tr(dot, code=code), tr(shown), tr(picture)


def _put(state: State, card: FirstStart) -> State:
    return state.put(replace(state.overlay, first_start=card))
