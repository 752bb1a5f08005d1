"""The rectangles of a lab on the screen."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from latent_explorer.scene.box_layout import Box
from latent_explorer.scene.rect import Rect


@dataclass(frozen=True)
class Layout:
    """The rectangles that every lab has; those of one lab alone are in `parts`."""

    toolbar: Rect
    legend: Rect
    maps: tuple[Rect, ...]
    """At least one."""
    hint: Rect
    parts: Mapping[str, Rect]
    controls: Rect | None = None
    """Place of the lab's own controls; None puts them into the toolbar."""
    left_out: Mapping[str, str] = field(default_factory=dict)
    """Titles of the parts without room in this window, by name."""
    content: Box | None = field(default=None, repr=False, compare=False)
    """The boxes that it was made of."""
    page_count: int = 1
    """Into how many pages a presentation divides the parts."""
    page_note: str = ""
    """In a presentation: which page this is, and what the next one shows."""
