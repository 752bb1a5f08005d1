"""Map units: from 0 to 1, y pointing up, with one scale for both axes, so that distances keep their proportions."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from latent_explorer.arrays import Floats

MARGIN = 0.03  # the free border around the outermost dots, as a share of the map's side
MAX_COORDINATE = 10.0  # the largest allowed coordinate of a dot, in map units; the map itself lies in 0 to 1
LARGEST_LATENT = 1e15  # squares of larger entries overflow float32
MAX_PARAMETER = 1e20  # the largest allowed number of a stored `MapFrame`


class MapFrame:
    """The affine map between a projection's raw coordinates and map units."""

    def __init__(self, centre: tuple[float, float], scale: float) -> None:
        self.centre = np.asarray(centre, dtype=np.float64)
        self.scale = float(scale)

    @classmethod
    def from_points(cls, raw: np.ndarray[Any, Any]) -> "MapFrame":
        """Return the frame in which points (N, 2) fill the map but for its margin."""
        low, high = raw.min(axis=0).astype(np.float64), raw.max(axis=0).astype(np.float64)
        extent = max(float((high - low).max()), 1e-12)
        centre = (low + high) / 2
        return cls((float(centre[0]), float(centre[1])), (1 - 2 * MARGIN) / extent)

    def to_map(self, raw: np.ndarray[Any, Any]) -> Floats:
        """Return raw coordinates (N, 2) in map units."""
        return ((raw - self.centre) * self.scale + 0.5).astype(np.float32)

    def to_raw(self, xy: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        """Return map positions (N, 2) in raw coordinates."""
        return (np.asarray(xy, np.float64) - 0.5) / self.scale + self.centre

    def to_header(self) -> dict[str, Any]:
        """Return the entries of a map's header, which `restore_frame` reads."""
        return {"centre": self.centre.tolist(), "scale": self.scale}


def restore_frame(parameters: Mapping[str, Any]) -> MapFrame:
    """Return the frame of a stored map; raise `ValueError` for invalid numbers."""
    x, y = (check_number(value, -MAX_PARAMETER, MAX_PARAMETER) for value in parameters["centre"])
    return MapFrame((x, y), check_number(parameters["scale"], 1 / MAX_PARAMETER, MAX_PARAMETER))


def check_number(value: Any, low: float, high: float) -> float:
    """Return `value` as a float; raise `ValueError` if it is not a number from `low` to `high`."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise ValueError(f"a map with {value!r} where {low:g} to {high:g} is allowed")
    return float(value)
