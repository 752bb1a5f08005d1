"""What the making of maps has to tell, as values: the shell answers them like anything else that happens."""

from dataclasses import dataclass

from latent_explorer.atlas.map_spec import Recipe


@dataclass(frozen=True)
class MapProgress:
    recipe: Recipe
    share: float
    """0 to 1."""
    said: str


@dataclass(frozen=True)
class MapMade:
    """A map is among those of its checkpoint."""

    model: str
    recipe: Recipe
    name: str


@dataclass(frozen=True)
class MapFailed:
    recipe: Recipe
    said: str


@dataclass(frozen=True)
class MapNews:
    """What is known of a checkpoint's maps has changed: kept ones were found, one was measured or goes back better."""

    model: str
    trouble: str = ""
    inverse: bool = False
    """Whether positions decode to other pictures than before."""


News = MapProgress | MapMade | MapFailed | MapNews
