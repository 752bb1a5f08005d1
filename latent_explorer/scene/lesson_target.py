"""What a page of a lesson points at, as its file names it. It does not know where that lies on the screen."""

from dataclasses import dataclass
from typing import Literal

from latent_explorer.scene.events import Xy

Kind = Literal["place", "pointer", "map", "layer", "holes", "class", "control", "part"]
ALONE: tuple[Kind, ...] = ("pointer", "map", "layer", "holes")
"""The kinds that need no name."""
NAMED: tuple[Kind, ...] = ("class", "control")
"""The kinds that are written with a name: `class 4`."""


@dataclass(frozen=True)
class Target:
    """One thing that is pointed at."""

    kind: Kind
    name: str = ""
    """Of a class, a control or a part."""
    xy: Xy = (0.0, 0.0)
    """A place, in map units."""

    def __str__(self) -> str:
        """Return the target as a lesson file writes it."""
        if self.kind == "place":
            return f"[{self.xy[0]:g}, {self.xy[1]:g}]"
        return self.name if self.kind == "part" else f"{self.kind} {self.name}".strip()


def parse(word: str) -> Target:
    """Return the target that a word or two name; a word that is none of the others is the name of a part."""
    kind, _, name = word.strip().partition(" ")
    for known in ALONE:
        if word.strip() == known:
            return Target(known)
    for known in NAMED:
        if kind == known and name.strip():
            return Target(known, name.strip())
    return Target("part", word.strip())
