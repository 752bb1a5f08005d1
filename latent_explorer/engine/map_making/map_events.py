"""Events of the map maker, as values; the shell handles them like all other events."""

from dataclasses import dataclass

from latent_explorer.atlas.map_spec import MapSpec


@dataclass(frozen=True)
class MapProgress:
    spec: MapSpec
    share: float
    """0 to 1."""
    message: str


@dataclass(frozen=True)
class MapFinished:
    """A new map was added to the maps of its checkpoint."""

    model: str
    spec: MapSpec
    name: str


@dataclass(frozen=True)
class MapFailed:
    spec: MapSpec
    message: str


@dataclass(frozen=True)
class MapUpdate:
    """The maps of a checkpoint have changed: cached ones were loaded, one was measured or has a better inverse."""

    model: str
    error: str = ""
    remark: str = ""
    """Why the inverse stays as it is, where nothing is wrong: not every decoder can be fitted to."""
    inverse_changed: bool = False
    """Whether the inverse projection changed, so that positions decode to other pictures than before."""


MapEvent = MapProgress | MapFinished | MapFailed | MapUpdate
