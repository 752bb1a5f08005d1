"""The panel beside the map of Explore, whichever it is: what it asks, what it does with the mouse, what it shows."""

from collections.abc import Mapping
from dataclasses import replace

from latent_explorer.engine.queries.explain import Posterior
from latent_explorer.engine.query import Query
from latent_explorer.engine.subject import Dot
from latent_explorer.labs.explore import directions_view, explanation, forward_pass, posterior_view, prior_lattice_view
from latent_explorer.labs.explore.panels import DIRECTIONS, LATTICE, NONE, POSTERIOR, WAY, list_available
from latent_explorer.labs.explore.state import ExploreFrame, get_active_panel
from latent_explorer.scene.controls import Choice, Control
from latent_explorer.scene.events import PartEvent
from latent_explorer.scene.items import Item
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.state import State
from latent_explorer.texts import tr

PARTS = (*forward_pass.PARTS, "directions", *posterior_view.PARTS, "lattice")
"""The parts that react to the mouse."""
HINTS = {
    WAY: forward_pass.HINT, DIRECTIONS: directions_view.HINT, POSTERIOR: posterior_view.HINT,
    LATTICE: prior_lattice_view.HINT,
}  # fmt: skip


def offer_available(control: Control, state: State) -> Control:
    """Return the menu of panels with those that the model has on this map; other controls as they are."""
    if not isinstance(control, Choice) or control.name != "panel":
        return control
    checkpoint = state.get_checkpoint(0)
    available = list_available(checkpoint, checkpoint.maps[state.get_map_name(0)])
    options = tuple(one for one in control.options if one[0] in available)
    return replace(control, options=options, value=get_active_panel(state))


def is_watched(state: State) -> bool:
    """Return True if codes are drawn again and again, while the mouse is on the map and pictures may move; or if the
    numbers of a sample flow."""
    panel = get_active_panel(state)
    if panel == WAY:
        return forward_pass.flows(state)
    may_move = state.preferences.animate_pictures and not state.overlay.help
    return panel == POSTERIOR and state.pointer.hover is not None and may_move


def let_pass(state: State, seconds: float) -> State:
    if get_active_panel(state) == WAY:
        return forward_pass.let_pass(state, seconds)
    return posterior_view.let_pass(state, seconds)


def make_queries(panel: str, state: State, parts: Mapping[str, Rect]) -> dict[str, Query[object]]:
    """Return what a panel asks; nothing if it found no room, as on a projector with a tiny window."""
    if "panel" not in parts:
        return {}
    match panel:
        case "way":
            return {"way": forward_pass.make_query(state)}
        case "directions":
            return {"directions": directions_view.make_query(state, parts["directions"])}
        case "lattice":
            return {"lattice": prior_lattice_view.make_query(state, parts["lattice"])}
        case "posterior":
            subject = posterior_view.find_subject(state)
            wanted = posterior_view.make_queries(state)
            if isinstance(subject, Dot):
                wanted["posterior"] = Posterior(state.models[0], state.get_map_name(0), subject.dot)
            return wanted
    return {}


def handle_touch(state: State, event: PartEvent, rect: Rect) -> State:
    match event.part:
        case "code":
            return forward_pass.handle_touch(state, event, rect)
        case "directions":
            return directions_view.handle_touch(state, event, rect)
        case "lattice":
            return prior_lattice_view.handle_touch(state, event, rect)
    return posterior_view.handle_touch(state, event, rect)


def make_items(panel: str, frame: ExploreFrame) -> list[Item]:
    if frame.get_part("panel") is None:
        return []
    match panel:
        case "way":
            return forward_pass.make_items(frame)
        case "directions":
            return directions_view.make_items(frame)
        case "lattice":
            return prior_lattice_view.make_items(frame)
        case "posterior":
            return posterior_view.make_items(frame)
    return []


def make_map_items(panel: str, frame: ExploreFrame, rect: Rect) -> list[Item]:
    match panel:
        case "way":
            return forward_pass.make_map_items(frame, rect)
        case "lattice":
            return prior_lattice_view.make_map_items(frame, rect)
        case "posterior":
            subject = posterior_view.find_subject(frame.state)
            items = posterior_view.make_map_items(frame, rect)
            if isinstance(subject, Dot):
                items = [*explanation.make_posterior_items(frame, subject.dot, rect), *items]
            return items
    return []


def choose_hint(panel: str) -> str:
    """Return the hint of the panel; empty if there is none."""
    hint = HINTS.get(panel)
    return tr(hint) if hint else ""


__all__ = [
    "NONE", "PARTS", "choose_hint", "handle_touch", "is_watched", "let_pass", "make_items", "make_map_items",
    "make_queries", "offer_available",
]  # fmt: skip
