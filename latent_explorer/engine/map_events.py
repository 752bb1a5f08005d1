"""Events of the map maker, as values; the shell handles them like all other events."""

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
    """A new map was added to the maps of its checkpoint."""

    model: str
    recipe: Recipe
    name: str


@dataclass(frozen=True)
class MapFailed:
    recipe: Recipe
    said: str


@dataclass(frozen=True)
class MapNews:
    """The maps of a checkpoint have changed: cached ones were loaded, one was measured or has a better inverse."""

    model: str
    trouble: str = ""
    inverse: bool = False
    """Whether the inverse projection changed, so that positions decode to other pictures than before."""


News = MapProgress | MapMade | MapFailed | MapNews
