"""A chart as a value: series over two axes, cursors and named spots, and the screen position of each value.

It measures no text: widths of labels are estimated, so that a lab computes the same plot as the painter, without a
window. The arrays of a series must be the same objects from frame to frame: their identity tells if a chart changed.
"""

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from latent_explorer.scene import ticks
from latent_explorer.scene.events import Px
from latent_explorer.scene.rect import Rect

KINDS = ("line", "bars", "dots", "steps", "area")
LETTER_WIDTH = 8.0
"""Mean width of a letter of the small font, in design pixels, rounded up."""
ROW_HEIGHT = 20.0
"""Height of a row of small text, in design pixels."""
MIN_SIZE_WITH_AXES = (120.0, 64.0)
"""Width and height in design pixels below which only the curves are drawn."""
MIN_HEIGHT_WITH_TITLE = 96.0
"""Height in design pixels from which there is a row above the plot: title, label of the y axis, legend."""
MIN_HEIGHT_WITH_X_LABEL = 150.0
"""Height in design pixels from which the label of the x axis has its own row; below, it follows the ticks."""


@dataclass(frozen=True, eq=False)
class Series:
    """A curve `y` (N,) over `x` (N,). NaN breaks a line. The x of bars and steps are the centres of their bins."""

    x: NDArray[np.floating]
    y: NDArray[np.floating]
    colour: str = "accent"
    kind: str = "line"
    label: str = ""
    width: int = 2
    reveals_answer: bool = False
    """Whether it reveals the content of a covered picture."""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"kind: {self.kind!r} arrived; one of {', '.join(KINDS)} is allowed")
        if self.x.ndim != 1 or self.x.shape != self.y.shape:
            raise ValueError(f"x and y: {self.x.shape} and {self.y.shape} arrived; two of one length are allowed")

    @property
    def identity(self) -> tuple[object, ...]:
        return (id(self.x), id(self.y), self.colour, self.kind, self.label, self.width, self.reveals_answer)


@dataclass(frozen=True)
class Axis:
    """An axis from `low` to `high`. Without `ticks` they are chosen; a logarithmic axis starts above zero."""

    label: str
    low: float
    high: float
    log: bool = False
    ticks: tuple[float, ...] = ()
    min_label_letters: int = 0
    """Minimum width of the tick labels of a y axis, in letters, so that the plot does not move when values change."""

    @cached_property
    def ends(self) -> tuple[float, float]:
        """The ends of the axis; a small range around `low` and `high` if they span nothing."""
        low, high = float(self.low), float(self.high)
        if not (math.isfinite(low) and math.isfinite(high)):
            low, high = 0.0, 1.0
        if self.log:
            high = high if high > 0 else 1.0
            low = low if low > 0 else high / 1000
            return (low, high) if high > low * 1.001 else (low / 2, low * 2)
        if high - low > 1e-12 * max(abs(low), abs(high), 1e-300):
            return low, high
        reach = abs(low) / 2 or 0.5
        return low - reach, low + reach

    def to_share(self, value: float) -> float:
        """Return the position of `value` along the axis, 0 to 1; outside that range beyond its ends."""
        low, high = self.ends
        if self.log:
            return math.log(max(value, low * 1e-9) / low) / math.log(high / low)
        return (value - low) / (high - low)

    def to_shares(self, values: NDArray[np.floating]) -> NDArray[np.float64]:
        low, high = self.ends
        shares: NDArray[np.float64] = np.asarray(values, np.float64)
        if self.log:
            shares = np.log(np.maximum(shares, low * 1e-9) / low) / math.log(high / low)
        else:
            shares = (shares - low) / (high - low)
        return shares

    def to_value(self, share: float) -> float:
        low, high = self.ends
        return low * (high / low) ** share if self.log else low + (high - low) * share

    def choose_ticks(self, max_count: int) -> tuple[float, ...]:
        """Return at most `max_count` tick values; all `ticks` within the axis if it has some."""
        low, high = self.ends
        if self.ticks:
            return tuple(t for t in self.ticks if -1e-9 <= self.to_share(t) <= 1 + 1e-9)
        return ticks.choose_logarithmic(low, high, max_count) if self.log else ticks.choose_linear(low, high, max_count)


@dataclass(frozen=True)
class Cursor:
    """A vertical line at `x`."""

    x: float
    colour: str = "accent"
    label: str = ""
    reveals_answer: bool = False
    """Whether it reveals the content of a covered picture."""


@dataclass(frozen=True)
class Spot:
    """A point with a label."""

    x: float
    y: float
    colour: str = "accent"
    label: str = ""
    size: int = 5
    reveals_answer: bool = False
    """Whether it reveals the content of a covered picture."""


@dataclass(frozen=True, eq=False)
class Chart:
    """A chart in `rect`: `ui_scale` is screen pixels per design pixel, `background` the panel's colour ("": none)."""

    rect: Rect
    series: tuple[Series, ...]
    x: Axis
    y: Axis
    title: str = ""
    cursors: tuple[Cursor, ...] = ()
    spots: tuple[Spot, ...] = ()
    ui_scale: float = 1.0
    background: str = "panel"

    @property
    def identity(self) -> tuple[object, ...]:
        """A key that is equal for charts that look the same; arrays are compared by object identity."""
        own = (self.rect, self.x, self.y, self.title, self.cursors, self.spots, self.ui_scale, self.background)
        return (*own, tuple(one.identity for one in self.series))

    @property
    def curves_only(self) -> bool:
        """Whether the chart is too small for anything but the curves."""
        return (
            self.rect.width < MIN_SIZE_WITH_AXES[0] * self.ui_scale
            or self.rect.height < MIN_SIZE_WITH_AXES[1] * self.ui_scale
        )

    @property
    def header(self) -> Rect:
        """The row above the plot; of height 0 if there is nothing to write or no room."""
        margin = round(10 * self.ui_scale)
        wanted = self.title or self.y.label or any(one.label for one in self.series)
        if self.curves_only or not wanted or self.rect.height < MIN_HEIGHT_WITH_TITLE * self.ui_scale:
            return Rect(self.rect.x + margin, self.rect.y, max(0, self.rect.width - 2 * margin), 0)
        row = round(ROW_HEIGHT * self.ui_scale)
        return Rect(
            self.rect.x + margin, self.rect.y + round(6 * self.ui_scale), max(0, self.rect.width - 2 * margin), row
        )

    @property
    def labels_at_curve_ends(self) -> bool:
        """Whether curves are labelled at their right ends, beside the plot, and not in the row above it."""
        named = [one for one in self.series if one.label]
        room = self.rect.width >= 200 * self.ui_scale and self.rect.height >= MIN_HEIGHT_WITH_TITLE * self.ui_scale
        return bool(named) and room and all(one.kind == "line" for one in named)

    @cached_property
    def plot(self) -> Rect:
        """The rectangle inside the axes."""
        u, rect = self.ui_scale, self.rect
        if self.curves_only:
            return rect.inset(round(4 * u))
        head = self.header
        top = head.bottom + round(6 * u) if head.height else rect.y + round(10 * u)
        rows = 2 if self.has_x_label_row else 1
        bottom = rect.bottom - round((rows * ROW_HEIGHT + 4) * u)
        most = self.count_y_ticks(bottom - top)
        letters = max((len(ticks.format_tick(v)) for v in self.y.choose_ticks(most)), default=0)
        letters = max(letters, self.y.min_label_letters)
        left = rect.x + round((letters * LETTER_WIDTH + 16) * u)
        right = rect.right - round(16 * u)
        if self.labels_at_curve_ends:
            longest = max(len(one.label) for one in self.series)
            right -= min(round((longest * LETTER_WIDTH + 4) * u), round(rect.width * 0.36))
        return Rect(left, top, max(1, right - left), max(1, bottom - top))

    @property
    def has_x_label_row(self) -> bool:
        return bool(self.x.label) and self.rect.height >= MIN_HEIGHT_WITH_X_LABEL * self.ui_scale

    def count_y_ticks(self, height: int) -> int:
        """Return the number of ticks that fit on a y axis of `height` pixels."""
        return max(2, min(6, int(height / (34 * self.ui_scale)) + 1))

    @property
    def max_x_ticks(self) -> int:
        return max(2, min(9, int(self.plot.width / (56 * self.ui_scale)) + 1))

    def to_px(self, x: float, y: float) -> Px:
        plot = self.plot
        return plot.x + self.x.to_share(x) * (plot.width - 1), plot.bottom - 1 - self.y.to_share(y) * (plot.height - 1)

    def find_values_at(self, px: Px) -> tuple[float, float]:
        """Return the values (x, y) at screen position `px`; beyond the plot, those of its edge."""
        plot = self.plot
        across = (px[0] - plot.x) / max(1, plot.width - 1)
        up = (plot.bottom - 1 - px[1]) / max(1, plot.height - 1)
        return self.x.to_value(min(1.0, max(0.0, across))), self.y.to_value(min(1.0, max(0.0, up)))

    def find_values_at_share(self, position: tuple[float, float]) -> tuple[float, float]:
        """Return the values (x, y) at `position`, given in shares 0..1 of the whole rectangle as in a mouse event."""
        rect = self.rect
        return self.find_values_at((rect.x + position[0] * (rect.width - 1), rect.y + position[1] * (rect.height - 1)))

    def compute_positions(self, series: Series) -> NDArray[np.float64]:
        """Return the screen positions of the values of `series`, (N, 2)."""
        plot = self.plot
        across = plot.x + self.x.to_shares(series.x) * (plot.width - 1)
        down = plot.bottom - 1 - self.y.to_shares(series.y) * (plot.height - 1)
        return np.stack([across, down], axis=1)
