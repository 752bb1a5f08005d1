"""What the state knows of maps to come: the form of a new one, the one that is made, the dots on their way."""

from dataclasses import dataclass, field

from latent_explorer.atlas.map_spec import Recipe


@dataclass(frozen=True)
class Form:
    """A new map, as far as it has been said."""

    recipe: Recipe = field(default_factory=Recipe)
    focus: str = "perplexity"
    """The number that typed digits are for."""
    typed: str = ""


@dataclass(frozen=True)
class Making:
    """A map that is made in the background."""

    models: tuple[str, ...]
    """That still lack it."""
    recipe: Recipe
    share: float = 0.0
    said: str = ""


@dataclass(frozen=True)
class Moving:
    """The dots on their way from one map to the one that is shown."""

    before: str
    share: float = 0.0
    """Of the time, 0 to 1."""
    begun: float | None = None
    """When the first frame of it was; None before that."""

    @property
    def way(self) -> float:
        """How far they have come: slowly off, slowly in."""
        return self.share**2 * (3 - 2 * self.share)
