"""What the keyboard reaches besides the widgets of the bar: all that a click of the mouse does something with.

Maps are left out: there the arrows, Enter and D move, click and drag without any focus.
"""

from dataclasses import dataclass

from latent_explorer.labs import LABS
from latent_explorer.scene import colour_by
from latent_explorer.scene.events import Set
from latent_explorer.scene.items import Chip, ColourBar, Panel, View
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.state import State
from latent_explorer.shell import drawing_pad

SCALE = "colour scale"


@dataclass(frozen=True)
class FocusStop:
    """A place that can have the keyboard focus."""

    name: str
    rect: Rect
    is_area: bool = False
    """Whether the arrows move a point within it, on which Enter clicks; else Enter clicks its middle."""
    action: Set | None = None
    """What Enter sets in place of a click."""


def list_stops(state: State, view: View) -> list[FocusStop]:
    """Return what can be clicked in `view`, row by row; nothing below a page that covers the lab."""
    if state.is_covered:
        return []
    lab = LABS[state.lab]
    layout, parts = lab.get_layout(state), lab.get_layout(state).parts
    stops = [FocusStop(name, parts[name], is_area=True) for name in lab.list_interactive_parts(state) if name in parts]
    stops += [FocusStop(f"class {one.name or one.text}", one.rect) for one in view if isinstance(one, Chip)]
    if colour_by.find_range(state, lab.count_models(state)) is not None:
        bars = [one for one in view if isinstance(one, ColourBar) and layout.legend.contains(one.rect.centre)]
        stops += [FocusStop(SCALE, one.rect, is_area=True) for one in bars]
    stops += _list_panels(view)
    if state.drawing.pad.open:
        stops += _list_pad_parts(state)
    shown = [one for one in stops if one.rect.width > 0 and one.rect.height > 0]
    return sorted(shown, key=lambda one: (one.rect.y, one.rect.x))


def _list_panels(view: View) -> list[FocusStop]:
    """Return the panels that are buttons: of several that do the same the first, none that only lies around others."""
    panels = [one for one in view if isinstance(one, Panel) and one.action is not None]
    buttons: dict[Set, FocusStop] = {}
    for one in panels:
        inner = [other for other in panels if other is not one and one.rect.contains(other.rect.centre)]
        around = [other for other in inner if other.action != one.action and other.rect.width < one.rect.width]
        if one.action is not None and not around:
            buttons.setdefault(
                one.action, FocusStop(f"{one.action.control} {one.action.value}", one.rect, False, one.action)
            )
    return list(buttons.values())


def _list_pad_parts(state: State) -> list[FocusStop]:
    layout = drawing_pad.make_layout(state)
    places = [layout.close, *layout.buttons.values(), layout.add, *layout.label, layout.show_gallery]
    if layout.gallery is not None:
        places += [*(picture for picture, _ in layout.gallery.cells.values()), *layout.gallery.buttons]
    named = [FocusStop(f"pad {layout.find_part(one.centre)}", one) for one in places]
    return [FocusStop("pad ink", layout.ink, is_area=True), *(one for one in named if one.name != "pad panel")]
