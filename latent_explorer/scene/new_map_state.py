"""State of new maps: the form that specifies one, the map in progress, the transition between two maps."""

from dataclasses import dataclass, field

from latent_explorer.atlas.map_spec import MapSpec


@dataclass(frozen=True)
class NewMapForm:
    """The form that specifies a new map."""

    spec: MapSpec = field(default_factory=MapSpec)
    focus: str = "perplexity"
    """The number that has the keyboard focus."""
    typed_text: str = ""


@dataclass(frozen=True)
class MapInProgress:
    """A map that is being made in the background."""

    models: tuple[str, ...]
    """Models that do not have the map yet."""
    spec: MapSpec
    share: float = 0.0
    progress_text: str = ""


@dataclass(frozen=True)
class MapTransition:
    """The transition of the dots from the previous map to the current one."""

    previous_map: str
    time_share: float = 0.0
    """Elapsed share of the duration, 0 to 1."""
    started_at: float | None = None
    """Time of its first frame; None before that."""

    @property
    def progress(self) -> float:
        """Progress of the dots, 0 to 1, eased in and out: s² (3 - 2 s)."""
        return self.time_share**2 * (3 - 2 * self.time_share)
