"""The numbers of Compare: a row a model, a column a figure, the best of each where better means something, and one line
on what they say. The columns stand beside the films, so that figures of the same kind stand under each other."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from latent_explorer.scene import map_panel
from latent_explorer.scene.items import Item, Text
from latent_explorer.scene.rect import Rect

HOLES = 0.1
"""Share of the map by which two models must differ before their holes are spoken of."""
KEEPS = 1.3
"""How many times smaller an error must be before it is called the better one."""


@dataclass(frozen=True)
class Figures:
    """What is known of one model; None where it is not, or not yet."""

    model: str
    error: float | None = None
    """Of this picture, mean squared error a pixel."""
    held_out: float | None = None
    """The same over the held-out images, which stands in where the picture is not here."""
    kl: float | None = None
    variational: bool = False
    cycle: float | None = None
    stands_in: bool = False
    """Whether `kl` and `cycle` are of the reconstruction, since the picture itself is not here."""
    holes: float | None = None
    """Share of the map's area that lies off the data."""
    along: tuple[float, float] | None = None
    """Of the way from A to B: mean and largest distance to the data, in sample gaps."""
    edge: float = 1.0
    """Sample gaps from which a latent counts as off the data."""

    @property
    def leaves(self) -> bool:
        """Whether the way from A to B leaves the data."""
        return self.along is not None and self.along[1] > self.edge


@dataclass(frozen=True)
class Column:
    name: str
    unit: str
    means: str
    """What it is and what is better, in one line."""
    value: Callable[[Figures], float | None] = field(compare=False)
    """What is compared: less is better; None where nothing is to be compared."""
    written: Callable[[Figures], str] = field(compare=False)
    decimals: int = 2
    """Of what is written: models that read the same are not told apart."""
    width: float = 1.0
    """Beside the others."""
    secret: bool = False
    """Whether it gives covered pictures away."""


NOT_YET = "…"
NONE = "–"


def _error(one: Figures) -> str:
    if one.error is not None:
        return f"{one.error:.4f}"
    return NOT_YET if one.held_out is None else f"{one.held_out:.4f}*"


def _kl(one: Figures) -> str:
    if not one.variational:
        return NONE
    return NOT_YET if one.kl is None else f"{'≈' * one.stands_in}{one.kl:.1f}"


def _cycle(one: Figures) -> str:
    return NOT_YET if one.cycle is None else f"{'≈' * one.stands_in}{one.cycle:.2f}"


def _holes(one: Figures) -> str:
    if one.holes is None:
        return NOT_YET
    return f"{100 * one.holes:.0f} %" if one.holes >= 0.0095 or one.holes == 0 else "< 1 %"


def _along(one: Figures) -> str:
    return NONE if one.along is None else f"{one.along[0]:.1f} / {one.along[1]:.1f}"


COLUMNS = (
    Column(
        "Error", "MSE",
        "Error: how far a pixel (0 to 1) of this picture is from its reconstruction, squared and averaged. "
        "Less is better. *: of the held-out images, as this one is not here.",
        lambda one: one.held_out if one.error is None else one.error, _error, 4, 1.3,
    ),
    Column(
        "KL", "nats",
        "KL: what the code of this picture costs over the prior, in nats. Only a variational model has it; "
        "neither more nor less is better.",
        lambda one: None, _kl, 1,
    ),
    Column(
        "Cycle", "gaps",
        "Cycle: how far this picture's code moves, decoded and encoded again, in sample gaps. Less is better.",
        lambda one: one.cycle, _cycle,
    ),
    Column(
        "Holes", "of map",
        "Holes: the share of the map whose codes are farther from every sample than 9 in 10 samples are from the next. "
        "Less is better.",
        lambda one: one.holes, _holes,
    ),
    Column(
        "A to B", "mean / most",
        "A to B: how far the way is from the nearest sample, on average and at its worst, in sample gaps. "
        "Less is more plausible.",
        lambda one: None if one.along is None else one.along[1], _along, 1, 1.5, True,
    ),
)  # fmt: skip


@lru_cache(maxsize=64)
def best(column: Column, table: tuple[Figures, ...]) -> frozenset[int]:
    """The rows that are best, as far as what is written tells them apart; none where all are alike or one is alone."""
    values = {row: column.value(one) for row, one in enumerate(table)}
    known = {row: round(value, column.decimals) for row, value in values.items() if value is not None}
    if len(set(known.values())) < 2:
        return frozenset()
    least = min(known.values())
    return frozenset(row for row, value in known.items() if value == least)


def says(table: Sequence[Figures], otherwise: str, *, moving: bool = False) -> str:
    """What to look at, as the numbers have it; while the mouse is `moving`, only as those have it that stay."""
    ways = [one for one in table if one.along is not None]
    leaving, staying = [one for one in ways if one.leaves], [one for one in ways if not one.leaves]
    holes = sorted((one for one in table if one.holes is not None), key=lambda one: one.holes or 0.0)
    gap = (holes[-1].holes or 0.0) - (holes[0].holes or 0.0) if len(holes) > 1 else 0.0
    if leaving and staying:
        verb = "leaves" if len(leaving) == 1 else "leave"
        stay = "stays" if len(staying) == 1 else "stay"
        return (
            f"Between A and B {_names(leaving)} {verb} the data, {_names(staying)} {stay} near it: "
            "watch the middle of the strips."
        )
    if gap >= HOLES:
        few, many = holes[0], holes[-1]
        return (
            f"{_holes(many)} of {many.model}'s map lies off the data, of {few.model}'s {_holes(few)}: "
            "point between the classes on both."
        )
    kept = sorted((one for one in table if one.error is not None), key=lambda one: one.error or 0.0)
    if not moving and len(kept) > 1 and (kept[-1].error or 0.0) > KEEPS * (kept[0].error or 0.0):
        return (
            f"{kept[0].model} keeps this picture best, {kept[-1].model} blurs it most: "
            "compare their reconstructions."
        )  # fmt: skip
    return otherwise


def _names(some: Sequence[Figures]) -> str:
    names = [one.model for one in some]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


# -- on the screen ----------------------------------------------------------------------------------------


@lru_cache(maxsize=16)
def columns(rect: Rect, u: float) -> tuple[Rect, ...]:
    """Where each column stands in a rectangle of any height."""
    gap = round(6 * u)
    rect, _ = rect.left(rect.width - round(10 * u))
    one = (rect.width - gap * (len(COLUMNS) - 1)) / sum(column.width for column in COLUMNS)
    found = []
    for column in COLUMNS:
        place, rect = rect.left(round(one * column.width), gap)
        found.append(place)
    return tuple(found)


def column_at(x: float, rect: Rect, u: float) -> int:
    """The column under a place, 0 to 1, across a rectangle that holds them all."""
    px = rect.x + x * rect.width
    return next((i for i, column in enumerate(columns(rect, u)) if px < column.right), len(COLUMNS) - 1)


def head(rect: Rect, chosen: int | None, u: float) -> list[Item]:
    """The names of the columns over their units."""
    items: list[Item] = []
    for number, (place, column) in enumerate(zip(columns(rect, u), COLUMNS, strict=True)):
        upper, lower = place.top(place.height // 2)
        colour = "accent" if number == chosen else "text"
        items.append(Text(upper, column.name, "small", colour, "right", bold=True))
        items.append(map_panel.caption(lower, column.unit, align="right", short=column.unit.split()[-1]))
    return items


def row(rect: Rect, number: int, table: tuple[Figures, ...], u: float, *, compared: bool = True) -> list[Item]:
    """The figures of one model, `compared` with those of the others."""
    items: list[Item] = []
    for place, column in zip(columns(rect, u), COLUMNS, strict=True):
        leads = compared and number in best(column, table)
        colour = "good" if leads else "text"
        said = column.written(table[number])
        short = said.split(" / ")[-1]
        items.append(Text(place, said, "body", colour, "right", bold=leads, short=short, secret=column.secret))
    return items
