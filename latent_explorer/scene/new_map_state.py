"""State of new maps: the form that specifies one, the map in progress, the transition between two maps."""

from dataclasses import dataclass, field

from latent_explorer.atlas.map_spec import Recipe


@dataclass(frozen=True)
class Form:
    """The form that specifies a new map."""

    recipe: Recipe = field(default_factory=Recipe)
    focus: str = "perplexity"
    """The number that has the keyboard focus."""
    typed: str = ""


@dataclass(frozen=True)
class Making:
    """A map that is being made in the background."""

    models: tuple[str, ...]
    """Models that do not have the map yet."""
    recipe: Recipe
    share: float = 0.0
    said: str = ""


@dataclass(frozen=True)
class Moving:
    """The transition of the dots from the previous map to the current one."""

    before: str
    share: float = 0.0
    """Elapsed share of the duration, 0 to 1."""
    begun: float | None = None
    """Time of its first frame; None before that."""

    @property
    def way(self) -> float:
        """Progress of the dots, 0 to 1, eased in and out: s² (3 - 2 s)."""
        return self.share**2 * (3 - 2 * self.share)
