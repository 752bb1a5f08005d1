"""Pictures for the pad and its gallery, and what a state holds of them."""

from dataclasses import replace

from latent_explorer.scene.state import State
from latent_explorer.shell import drawing_pad
from latent_explorer.user_image import OwnImage
from latent_explorer.user_image.gallery import Gallery, GalleryPicture

FILE = OwnImage(bytes(range(16)), (4, 4), 1, name="cat.png")
"""A picture that did not come from the pen."""


def make_pictures(count: int, label: str = "") -> tuple[GalleryPicture, ...]:
    """Pictures of a gallery, each another one."""
    return tuple(GalleryPicture(OwnImage(bytes([0, k % 250, 255, k // 250]), (2, 2), 1), label) for k in range(count))


def fill(state: State, *pictures: GalleryPicture) -> State:
    """The state with these pictures alone in the gallery, which is shown."""
    return state.put(replace(state.gallery, content=Gallery(pictures), shown=True))


def button_px(state: State, name: str) -> tuple[float, float]:
    """Where a button of the pad is on the screen."""
    layout = drawing_pad.make_layout(state)
    return (layout.close if name == "close" else layout.buttons[name]).centre
