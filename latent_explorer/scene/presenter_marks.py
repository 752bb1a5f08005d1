"""What a presenter shows with the mouse: a halo around it, a laser's trail and the lines of a marker, which fade.

Times are seconds of the window's clock, which the caller reads.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from latent_explorer.scene.events import Px
from latent_explorer.scene.items import Halo, Item, Trail

LASER_SECONDS = 0.9
"""Seconds after which a point of the laser's trail has faded."""
LINE_SECONDS, FADING_SECONDS = 7.0, 2.0
"""Seconds that a marker's line stays after it was drawn, and the last ones of them, in which it fades."""
HALO_RADIUS, LASER_WIDTH, LINE_WIDTH = 26, 7, 6
"""Design pixels."""
MAX_POINTS = 600
STEPS = 12
"""Steps in which marks fade: a line that has not changed is not drawn again."""


@dataclass(frozen=True)
class Stroke:
    """A line of the marker. Its time runs from its end."""

    points: tuple[Px, ...]
    ended_at: float | None = None
    """None while it is drawn."""


@dataclass(frozen=True)
class PresenterMarks:
    px: Px | None = None
    """Where the mouse is; None outside of the window."""
    laser: tuple[tuple[float, Px], ...] = ()
    """The times and places of the laser's trail, the latest last."""
    strokes: tuple[Stroke, ...] = ()

    def move(self, px: Px | None, clock: float, *, laser: bool = False) -> "PresenterMarks":
        """Return the marks after the mouse moved; with `laser` it leaves a trail."""
        after = replace(self, px=px)
        if laser and px is not None:
            after = replace(after, laser=(*self.laser, (clock, px))[-MAX_POINTS:])
        if px is not None and self.is_drawing:
            *others, last = self.strokes
            after = replace(after, strokes=(*others, replace(last, points=(*last.points, px)[-MAX_POINTS:])))
        return after

    def press(self, px: Px) -> "PresenterMarks":
        """Return the marks with a line of the marker begun."""
        return replace(self, px=px, strokes=(*self.strokes, Stroke((px,))))

    def release(self, clock: float) -> "PresenterMarks":
        """Return the marks with the line ended that is drawn."""
        if not self.is_drawing:
            return self
        *others, last = self.strokes
        return replace(self, strokes=(*others, replace(last, ended_at=clock)))

    def forget(self, clock: float) -> "PresenterMarks":
        """Return the marks without those that have faded."""
        if not self.laser and not self.strokes:
            return self
        laser = tuple(one for one in self.laser if clock - one[0] < LASER_SECONDS)
        strokes = tuple(one for one in self.strokes if one.ended_at is None or clock - one.ended_at < LINE_SECONDS)
        if len(laser) == len(self.laser) and len(strokes) == len(self.strokes):
            return self
        return replace(self, laser=laser, strokes=strokes)

    @property
    def is_drawing(self) -> bool:
        """Whether a line of the marker is being drawn."""
        return bool(self.strokes) and self.strokes[-1].ended_at is None

    @property
    def fades(self) -> bool:
        """Whether something changes as time passes."""
        return bool(self.laser) or any(one.ended_at is not None for one in self.strokes)

    def make_items(self, clock: float, ui_scale: float) -> list[Item]:
        """Return what is drawn over everything at a time."""
        items: list[Item] = []
        for stroke in self.strokes:
            remaining = LINE_SECONDS if stroke.ended_at is None else LINE_SECONDS - (clock - stroke.ended_at)
            strength = _to_step(remaining / FADING_SECONDS)
            if strength > 0 and len(stroke.points) > 1:
                width = round(LINE_WIDTH * ui_scale)
                items.append(Trail(stroke.points, (strength,) * len(stroke.points), "accent", width))
        if len(self.laser) > 1:
            places = tuple(px for _, px in self.laser)
            items.append(Trail(places, _list_strengths(self.laser, clock), "warn", round(LASER_WIDTH * ui_scale)))
        if self.px is not None:
            items.append(Halo(self.px, round(HALO_RADIUS * ui_scale)))
        return items


def _list_strengths(laser: Sequence[tuple[float, Px]], clock: float) -> tuple[float, ...]:
    return tuple(_to_step(1 - (clock - time) / LASER_SECONDS) for time, _ in laser)


def _to_step(share: float) -> float:
    return round(min(max(share, 0.0), 1.0) * STEPS) / STEPS
