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

PadPoint = tuple[float, float]
"""A point (x, y) of the pad, each in 0..1, y down."""
PEN_WIDTH, FINE_WIDTH, ERASER_WIDTH = 0.09, 0.02, 0.16
"""The widths of the pen, of one for curves, and of the eraser, as shares of the pad's side."""
MAX_PEN_SHARE, MIN_PEN_WIDTH = 0.14, 0.02
"""The pen's width is at most the first share of the drawing's extent, so that a small drawing is no blot, but at least
the second share of the pad. Written digits' lines are 0.12 to 0.14 of their height (MNIST: 2.5 of 20 pixels)."""
IMAGE_SIDE = 192
"""The side of the image."""
SUPERSAMPLING = 2
"""The factor of supersampling, for soft edges."""
MAX_POINTS = 20_000
"""The most points of all strokes together: about ten minutes of drawing."""
ROUNDING_ANGLE = 0.1
"""The angle in radians between two segments of a line from which their joint is rounded."""
MIN_STEP = 0.004
"""The least distance of a point from the previous one, as a share of the pad: nearer ones are ignored."""


@dataclass(frozen=True)
class Stroke:
    spots: tuple[PadPoint, ...]
    erases: bool = False


@dataclass(frozen=True)
class Strokes:
    """All strokes, the last one on top."""

    strokes: tuple[Stroke, ...] = ()
    is_fine: bool = False
    """Whether the pen is fine: a curve is drawn, and no picture."""

    @property
    def count(self) -> int:
        return sum(len(stroke.spots) for stroke in self.strokes)

    def begin_stroke(self, at: PadPoint, *, erases: bool = False, is_fine: bool = False) -> "Strokes":
        """Return the strokes with a new one that begins at `at`, or unchanged if there are too many points. The first
        one decides whether the pen `is_fine`."""
        if self.count >= MAX_POINTS:
            return self
        return Strokes((*self.strokes, Stroke((_clamp(at),), erases)), self.is_fine if self.strokes else is_fine)

    def extend_stroke(self, at: PadPoint) -> "Strokes":
        """Return the strokes with the last one extended to `at`; unchanged if there is none, or too many points."""
        if not self.strokes or self.count >= MAX_POINTS:
            return self
        *before, last = self.strokes
        x, y = at = _clamp(at)
        if max(abs(x - last.spots[-1][0]), abs(y - last.spots[-1][1])) < MIN_STEP:
            return self
        return replace(self, strokes=(*before, replace(last, spots=(*last.spots, at))))

    def remove_last_stroke(self) -> "Strokes":
        """Return the strokes without the last one."""
        return replace(self, strokes=self.strokes[:-1])

    def to_image(self) -> "OwnImage | None":
        """Return the drawing as a user image, light on black; None if nothing of the pen remains."""
        from latent_explorer.user_image import OwnImage

        if all(stroke.erases for stroke in self.strokes):
            return None
        pixels = self.to_pixels(self.pen_width)
        return OwnImage.of(pixels, drawn=True, name="your drawing") if pixels.any() else None

    def to_pixels(self, pen: float) -> "NDArray[np.uint8]":
        """Return the drawing (`IMAGE_SIDE`, `IMAGE_SIDE`), light on black, by a pen of width `pen`; cached."""
        return _render(self, pen)

    @property
    def shown_width(self) -> float:
        """The pen's width on the pad, whatever is drawn."""
        return FINE_WIDTH if self.is_fine else PEN_WIDTH

    @property
    def pen_width(self) -> float:
        """The pen's width for this drawing, as a share of the pad."""
        spots = [spot for stroke in self.strokes if not stroke.erases for spot in stroke.spots]
        if not spots or self.is_fine:
            return self.shown_width
        xs, ys = zip(*spots, strict=True)
        extent: float = max(max(xs) - min(xs), max(ys) - min(ys))
        return max(min(PEN_WIDTH, MAX_PEN_SHARE * extent), MIN_PEN_WIDTH)


@lru_cache(maxsize=8)
def _render(strokes: Strokes, pen: float) -> "NDArray[np.uint8]":
    import numpy as np
    from PIL import Image

    large = IMAGE_SIDE * SUPERSAMPLING
    canvas = Image.new("L", (large, large), 0)
    for stroke in strokes.strokes:
        _draw(canvas, stroke.spots, (ERASER_WIDTH if stroke.erases else pen) * large, 0 if stroke.erases else 255)
    return np.asarray(canvas.reduce(SUPERSAMPLING))


def _draw(canvas: "Canvas", spots: Sequence[PadPoint], width: float, value: int) -> None:
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
    round_ones = np.concatenate([[True], turns > ROUNDING_ANGLE, [True]])[: len(points)]
    for x, y in points[round_ones].tolist():
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=value)


def _clamp(at: PadPoint) -> PadPoint:
    return min(max(at[0], 0.0), 1.0), min(max(at[1], 0.0), 1.0)
