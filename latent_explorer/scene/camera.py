"""The camera: the part of a map that a rectangle of the screen shows."""

from dataclasses import dataclass, replace

from latent_explorer.scene.events import Px, Xy
from latent_explorer.scene.rect import Rect

MAX_ZOOM, MIN_ZOOM = 2000.0, 0.5


@dataclass(frozen=True)
class Camera:
    """A view of a map: `centre` in map units; `zoom` 1 fits the whole map into the shorter side."""

    centre: Xy = (0.5, 0.5)
    zoom: float = 1.0

    def compute_scale(self, rect: Rect) -> float:
        """Return the screen pixels per map unit."""
        return max(1.0, min(rect.width, rect.height)) * self.zoom

    def to_px(self, xy: Xy, rect: Rect) -> Px:
        scale = self.compute_scale(rect)
        return (
            rect.centre[0] + (xy[0] - self.centre[0]) * scale,
            rect.centre[1] - (xy[1] - self.centre[1]) * scale,  # y points up on the map, down on the screen
        )

    def to_xy(self, px: Px, rect: Rect) -> Xy:
        scale = self.compute_scale(rect)
        return (
            self.centre[0] + (px[0] - rect.centre[0]) / scale,
            self.centre[1] - (px[1] - rect.centre[1]) / scale,
        )

    def zoom_at(self, factor: float, px: Px, rect: Rect) -> "Camera":
        """Return the camera zoomed by `factor`; the map position under `px` stays under it."""
        zoom = min(max(self.zoom * factor, MIN_ZOOM), MAX_ZOOM)
        fixed = self.to_xy(px, rect)
        moved = replace(self, zoom=zoom).to_xy(px, rect)
        centre = (self.centre[0] + fixed[0] - moved[0], self.centre[1] + fixed[1] - moved[1])
        return Camera(_clamp_to_map(centre), zoom)

    def pan_by(self, dx: float, dy: float, rect: Rect) -> "Camera":
        """Return the camera after the map was dragged by `dx`, `dy` screen pixels."""
        scale = self.compute_scale(rect)
        return replace(self, centre=_clamp_to_map((self.centre[0] - dx / scale, self.centre[1] + dy / scale)))

    def interpolate(self, other: "Camera", share: float) -> "Camera":
        """Return the camera at `share` 0..1 between this one and `other`; the zoom changes by equal factors."""
        x, y = (a + (b - a) * share for a, b in zip(self.centre, other.centre, strict=True))
        return Camera((x, y), self.zoom * (other.zoom / self.zoom) ** share)


def _clamp_to_map(centre: Xy) -> Xy:
    """Return `centre` clamped to the map, so that the map cannot be lost."""
    return (min(max(centre[0], 0.0), 1.0), min(max(centre[1], 0.0), 1.0))
