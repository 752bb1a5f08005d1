"""The strokes of pen and eraser that were drawn on the pad, and the image that they make."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL.Image import Image as Canvas

    from latent_explorer.user_image import OwnImage

Spot = tuple[float, float]
"""A point (x, y) of the pad, each in 0..1, y down."""
PEN, ERASER = 0.09, 0.16
"""The widths of pen and eraser, as shares of the pad's side."""
THICKEST, THINNEST = 0.14, 0.02
"""The pen's width is at most the first share of the drawing's extent, so that a small drawing is no blot, but at least
the second share of the pad. Written digits' lines are 0.12 to 0.14 of their height (MNIST: 2.5 of 20 pixels)."""
PIXELS = 192
"""The side of the image."""
OVER = 2
"""The factor of supersampling, for soft edges."""
MOST_SPOTS = 20_000
"""The most points of all strokes together: about ten minutes of drawing."""
TURN = 0.1
"""The angle in radians between two segments of a line from which their joint is rounded."""
STEP = 0.004
"""The least distance of a point from the previous one, as a share of the pad: nearer ones are ignored."""


@dataclass(frozen=True)
class Stroke:
    spots: tuple[Spot, ...]
    erases: bool = False


@dataclass(frozen=True)
class Strokes:
    """All strokes, the last one on top."""

    strokes: tuple[Stroke, ...] = ()

    @property
    def count(self) -> int:
        return sum(len(stroke.spots) for stroke in self.strokes)

    def begun(self, at: Spot, *, erases: bool = False) -> "Strokes":
        """Return the strokes with a new one that begins at `at`, or unchanged if there are too many points."""
        if self.count >= MOST_SPOTS:
            return self
        return Strokes((*self.strokes, Stroke((_clamped(at),), erases)))

    def drawn_to(self, at: Spot) -> "Strokes":
        """Return the strokes with the last one extended to `at`; unchanged if there is none, or too many points."""
        if not self.strokes or self.count >= MOST_SPOTS:
            return self
        *before, last = self.strokes
        x, y = at = _clamped(at)
        if max(abs(x - last.spots[-1][0]), abs(y - last.spots[-1][1])) < STEP:
            return self
        return Strokes((*before, replace(last, spots=(*last.spots, at))))

    def undone(self) -> "Strokes":
        return Strokes(self.strokes[:-1])

    def image(self) -> "OwnImage | None":
        """Return the drawing as a user image, light on black; None if nothing of the pen remains."""
        from latent_explorer.user_image import OwnImage

        if all(stroke.erases for stroke in self.strokes):
            return None
        pixels = self.pixels(self.pen)
        return OwnImage.of(pixels, drawn=True, name="your drawing") if pixels.any() else None

    def pixels(self, pen: float) -> "NDArray[np.uint8]":
        """Return the drawing (`IMAGE_SIDE`, `IMAGE_SIDE`), light on black, by a pen of width `pen`; cached."""
        return _pixels(self, pen)

    @property
    def pen(self) -> float:
        """The pen's width for this drawing, as a share of the pad."""
        spots = [spot for stroke in self.strokes if not stroke.erases for spot in stroke.spots]
        if not spots:
            return PEN
        xs, ys = zip(*spots, strict=True)
        extent: float = max(max(xs) - min(xs), max(ys) - min(ys))
        return max(min(PEN, THICKEST * extent), THINNEST)


def of(lines: Sequence[Sequence[Sequence[float]]]) -> Strokes:
    """Return strokes of the pen through lists of [x, y] in 0..1."""
    return Strokes(tuple(Stroke(tuple((float(x), float(y)) for x, y in line)) for line in lines if line))


@lru_cache(maxsize=8)
def _pixels(strokes: Strokes, pen: float) -> "NDArray[np.uint8]":
    import numpy as np
    from PIL import Image

    large = PIXELS * OVER
    canvas = Image.new("L", (large, large), 0)
    for stroke in strokes.strokes:
        _draw(canvas, stroke.spots, (ERASER if stroke.erases else pen) * large, 0 if stroke.erases else 255)
    return np.asarray(canvas.reduce(OVER))


def _draw(canvas: "Canvas", spots: Sequence[Spot], width: float, value: int) -> None:
    """Draw a line with round ends and joints. A joint costs as much as a line, and shows only if the line turns."""
    import numpy as np
    from PIL import ImageDraw

    draw, radius = ImageDraw.Draw(canvas), width / 2
    points = np.asarray(spots, np.float64) * canvas.width
    if len(points) > 1:
        draw.line(points.ravel().tolist(), fill=value, width=max(1, round(width)))
    steps = np.diff(points, axis=0)
    heading = np.arctan2(steps[:, 1], steps[:, 0])
    turns = np.abs((np.diff(heading) + np.pi) % (2 * np.pi) - np.pi)
    round_ones = np.concatenate([[True], turns > TURN, [True]])[: len(points)]
    for x, y in points[round_ones].tolist():
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=value)


def _clamped(at: Spot) -> Spot:
    return min(max(at[0], 0.0), 1.0), min(max(at[1], 0.0), 1.0)
