"""What a presentation does to the view: the black screen, and nothing of the pages that are not shown."""

from latent_explorer.scene.items import Black, Item, View
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.state import State


def make_black(state: State) -> View:
    return (Black(Rect(0, 0, *state.window_size)),)


def keep_shown(view: View, state: State) -> View:
    """Return the items of a view that lie in the window: the pages beside it would be drawn for nothing."""
    width = state.window_size[0]

    def is_shown(item: Item) -> bool:
        place = getattr(item, "rect", None) or getattr(item, "clip", None)
        return not isinstance(place, Rect) or (place.x < width and place.right > 0)

    return tuple(filter(is_shown, view))
