"""What was drawn on the pad, as strokes of a pen and of an eraser, and the picture they make."""

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
"""(x, y) in 0..1 of the pad, y down."""
PEN, ERASER = 0.09, 0.16
"""Widths of the two, as shares of the pad's side."""
THICKEST, THINNEST = 0.14, 0.02
"""The pen's width is at most the first share of what is drawn, so that a small drawing is no blot, but the second of
the pad at least. Written digits' lines are 0.12 to 0.14 of their height (MNIST: 2.5 of 20 pixels)."""
PIXELS = 192
"""The side of the picture."""
OVER = 2
"""How much larger it is drawn, for soft edges."""
MOST_SPOTS = 20_000
"""Of all strokes together: what a hand draws in ten minutes."""
TURN = 0.1
"""Radians between two parts of a line from which its corner is rounded."""
STEP = 0.004
"""What a spot must lie off the last one, as a share of the pad: nearer ones add nothing."""


@dataclass(frozen=True)
class Stroke:
    spots: tuple[Spot, ...]
    erases: bool = False


@dataclass(frozen=True)
class Strokes:
    """All of them, the last one on top."""

    strokes: tuple[Stroke, ...] = ()

    @property
    def count(self) -> int:
        return sum(len(stroke.spots) for stroke in self.strokes)

    def begun(self, at: Spot, *, erases: bool = False) -> "Strokes":
        """With a new stroke that begins at `at`; as it is where there are too many."""
        if self.count >= MOST_SPOTS:
            return self
        return Strokes((*self.strokes, Stroke((_clamped(at),), erases)))

    def drawn_to(self, at: Spot) -> "Strokes":
        """With the last stroke led on."""
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
        """The picture for a model, light on black; None where nothing of the pen is left."""
        from latent_explorer.user_image import OwnImage

        if all(stroke.erases for stroke in self.strokes):
            return None
        pixels = self.pixels(self.pen)
        return OwnImage.of(pixels, drawn=True, name="your drawing") if pixels.any() else None

    def pixels(self, pen: float) -> "NDArray[np.uint8]":
        """(`PIXELS`, `PIXELS`), light on black, with a pen of that width; the same array for the same strokes."""
        return _pixels(self, pen)

    @property
    def pen(self) -> float:
        """The pen's width, as a share of the pad."""
        spots = [spot for stroke in self.strokes if not stroke.erases for spot in stroke.spots]
        if not spots:
            return PEN
        xs, ys = zip(*spots, strict=True)
        extent: float = max(max(xs) - min(xs), max(ys) - min(ys))
        return max(min(PEN, THICKEST * extent), THINNEST)


def of(lines: Sequence[Sequence[Sequence[float]]]) -> Strokes:
    """Strokes of the pen through lists of [x, y] in 0..1."""
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
    """A line with round ends and joints. A joint costs as much as a line, and shows only where the line turns."""
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
