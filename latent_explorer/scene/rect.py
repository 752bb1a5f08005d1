"""Rectangles in screen pixels, cut and split without pygame."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True)
class Rect:
    x: int
    y: int
    width: int
    height: int

    @property
    def right(self) -> int:
        return self.x + self.width

    @property
    def bottom(self) -> int:
        return self.y + self.height

    @property
    def size(self) -> tuple[int, int]:
        return self.width, self.height

    @cached_property
    def centre(self) -> tuple[float, float]:
        return (self.x + self.width / 2, self.y + self.height / 2)

    @property
    def shorter_side(self) -> int:
        return min(self.width, self.height)

    def contains(self, px: tuple[float, float]) -> bool:
        return self.x <= px[0] < self.x + self.width and self.y <= px[1] < self.y + self.height

    def overlaps(self, other: "Rect") -> bool:
        """Return whether both have a pixel in common."""
        across = max(self.x, other.x) < min(self.right, other.right)
        return across and max(self.y, other.y) < min(self.bottom, other.bottom)

    def inset(self, by: int) -> "Rect":
        by = max(0, min(by, self.width // 2, self.height // 2))
        return Rect(self.x + by, self.y + by, self.width - 2 * by, self.height - 2 * by)

    def split_top(self, height: int, gap: int = 0) -> tuple["Rect", "Rect"]:
        """Return a strip of `height` along the top, and the rest below a gap."""
        height = max(0, min(height, self.height))
        rest = min(self.height, height + gap)
        return (
            Rect(self.x, self.y, self.width, height), Rect(self.x, self.y + rest, self.width, self.height - rest)
        )  # fmt: skip

    def split_bottom(self, height: int, gap: int = 0) -> tuple["Rect", "Rect"]:
        """Return a strip of `height` along the bottom, and the rest above a gap."""
        height = max(0, min(height, self.height))
        rest = max(0, self.height - height - gap)
        return (
            Rect(self.x, self.bottom - height, self.width, height),
            Rect(self.x, self.y, self.width, rest),
        )

    def split_left(self, width: int, gap: int = 0) -> tuple["Rect", "Rect"]:
        width = max(0, min(width, self.width))
        rest = min(self.width, width + gap)
        return (
            Rect(self.x, self.y, width, self.height),
            Rect(self.x + rest, self.y, self.width - rest, self.height),
        )

    def split_right(self, width: int, gap: int = 0) -> tuple["Rect", "Rect"]:
        """Return a column of `width` along the right edge, and the rest to the left of a gap."""
        width = max(0, min(width, self.width))
        return (
            Rect(self.right - width, self.y, width, self.height),
            Rect(self.x, self.y, max(0, self.width - width - gap), self.height),
        )

    def split_rows(self, count: int, gap: int) -> list["Rect"]:
        height = max(0, (self.height - gap * (count - 1)) // count)
        return [Rect(self.x, self.y + i * (height + gap), self.width, height) for i in range(count)]

    def split_columns(self, count: int, gap: int) -> list["Rect"]:
        width = max(0, (self.width - gap * (count - 1)) // count)
        return [Rect(self.x + i * (width + gap), self.y, width, self.height) for i in range(count)]

    def fit(self, aspect: float) -> "Rect":
        """Return the largest rectangle in the middle whose width divided by its height is `aspect`."""
        width, height = min(self.width, round(self.height * aspect)), min(self.height, round(self.width / aspect))
        return Rect(self.x + (self.width - width) // 2, self.y + (self.height - height) // 2, width, height)

    def to_px(self, position: tuple[float, float]) -> tuple[float, float]:
        """Return the pixel at `position`, given in shares 0..1 of the rectangle as in a mouse event."""
        return self.x + position[0] * (self.width - 1), self.y + position[1] * (self.height - 1)


def find_nearest(rects: Sequence[Rect], px: tuple[float, float]) -> int:
    """Return the index of the rectangle whose centre is nearest to `px`."""
    middles = [place.centre for place in rects]
    return min(range(len(rects)), key=lambda n: (middles[n][0] - px[0]) ** 2 + (middles[n][1] - px[1]) ** 2)
