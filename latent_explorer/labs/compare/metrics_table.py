"""Table of metrics of the Compare lab: a row per model, a column per metric, the best value of each marked if better is
defined, and a summary line. The rows lie beside the films, so that values of the same metric are aligned."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from latent_explorer.cache import remember
from latent_explorer.scene.items import Item, Text, View, make_caption
from latent_explorer.scene.number_format import format_mse, round_mse
from latent_explorer.scene.rect import Rect
from latent_explorer.texts import format_number, mark, tr, tr_count

MIN_SHARE_DIFFERENCE = 0.1
"""Difference of two models' shares from which it is more than the spread over trainings of one model: at most 0.07 in
three trainings each of an autoencoder and a VAE on MNIST, which differ in the objective and the seed alone."""
MIN_ERROR_RATIO = 1.3
"""Minimum ratio of two errors for a hint on the better one."""
MAX_WIDTH = 520
"""Design pixels of the columns together: what a row has beyond them, before the first one, is for a name."""


@dataclass(frozen=True)
class ModelMetrics:
    """Metrics of one model; None if undefined or not computed yet."""

    model: str
    error: float | None = None
    """Mean squared error a pixel of this picture."""
    held_out_error: float | None = None
    """The same over the held-out images; used if the picture is not on this machine."""
    kl: float | None = None
    variational: bool = False
    cycle_error: float | None = None
    from_stand_in: bool = False
    """Whether `kl` and `cycle_error` are of the reconstruction, because the picture is not on this machine."""
    has_picture: bool = True
    """Whether there is a picture to measure: a sample of another data set is none of this model's."""
    judged: bool = True
    """Whether there is a judge of pictures."""
    near_share: float | None = None
    """Share of pictures half-way between similar samples that look like the data."""
    apart_share: float | None = None
    """The same half-way between two samples drawn at random."""
    drawn_share: float | None = None
    """The same of codes drawn from N(0, 1)."""
    path: tuple[int, int] | None = None
    """Number of pictures between A and B that look like the data, and of all."""

    @property
    def leaves_data(self) -> bool:
        """Whether the path from A to B passes pictures unlike the data."""
        return self.path is not None and self.path[0] < self.path[1]


@dataclass(frozen=True)
class Column:
    """A column of the table."""

    name: str
    unit: str
    explanation: str
    """Meaning of the metric and which direction is better, in one line."""
    compared_value: Callable[[ModelMetrics], float | None] = field(compare=False)
    """Value to compare, less is better; None for a metric without a better direction."""
    format_value: Callable[[ModelMetrics], str] = field(compare=False)
    round_value: Callable[[float], float] = field(default=lambda value: round(value, 2), compare=False)
    """The value as it is displayed; models with equal displayed values are ties."""
    is_of_another: Callable[[ModelMetrics], bool] = field(default=lambda one: False, compare=False)
    """Whether the value is of another subject than the picture; values of different subjects are not compared."""
    width: float = 1.0
    """Relative width."""
    reveals_answer: bool = False
    """Whether the value reveals hidden pictures."""


SHARE_UNIT = mark("pass")
PENDING = "…"
NOT_APPLICABLE = "–"


def _wait(metrics: ModelMetrics) -> str:
    return PENDING if metrics.has_picture else NOT_APPLICABLE


def _format_error(metrics: ModelMetrics) -> str:
    if metrics.error is not None:
        return format_mse(metrics.error)
    return _wait(metrics) if metrics.held_out_error is None else f"{format_mse(metrics.held_out_error)}*"


def _format_kl(metrics: ModelMetrics) -> str:
    if not metrics.variational:
        return NOT_APPLICABLE
    return _wait(metrics) if metrics.kl is None else _format_about(metrics, metrics.kl, ".1f")


def _format_cycle_error(metrics: ModelMetrics) -> str:
    return _wait(metrics) if metrics.cycle_error is None else _format_about(metrics, metrics.cycle_error, ".2f")


def _format_about(metrics: ModelMetrics, value: float, spec: str) -> str:
    return f"{'≈' * metrics.from_stand_in}{format_number(value, spec)}"


def _format_share(metrics: ModelMetrics, share: float | None) -> str:
    if share is None:
        return PENDING if metrics.judged else NOT_APPLICABLE
    return tr("{share:.0f}%", share=100 * share)


def _format_path(metrics: ModelMetrics) -> str:
    if metrics.path is None:
        return NOT_APPLICABLE
    count, total = metrics.path
    return tr("{count} of {total}", count=count, total=total)


def _negate(share: float | None) -> float | None:
    return None if share is None else -share


COLUMNS = (
    Column(
        name=mark("Error"), unit=mark("MSE"),
        explanation=mark(
            "Error: how far a value (0 to 1) of this sample is from its reconstruction, squared and averaged. "
            "Less is better. *: of the held-out images, as this one is not here."
        ),
        compared_value=lambda one: one.held_out_error if one.error is None else one.error, format_value=_format_error,
        round_value=round_mse, is_of_another=lambda one: one.error is None, width=1.35,
    ),
    Column(
        name=mark("KL"), unit=mark("nats"),
        explanation=mark(
            "KL: what the code of this picture costs over the prior, in nats. Only a variational model has it; "
            "neither more nor less is better."
        ),
        compared_value=lambda one: None, format_value=_format_kl,
    ),
    Column(
        mark("Cycle"), mark("gaps"),
        mark("Cycle: how far this picture's code moves, decoded and encoded again, in sample gaps. Less is better."),
        lambda one: one.cycle_error, _format_cycle_error, is_of_another=lambda one: one.from_stand_in,
    ),
    Column(
        name=mark("Near"), unit=SHARE_UNIT,
        explanation=mark(
            "Near: of codes half-way between two similar samples, the share whose pictures pass as data, before a "
            "judge that knows only the data. Blur counts. More is better."
        ),
        compared_value=lambda one: _negate(one.near_share),
        format_value=lambda one: _format_share(one, one.near_share), width=0.8,
    ),
    Column(
        name=mark("Apart"), unit=SHARE_UNIT,
        explanation=mark(
            "Apart: the same half-way between any two samples, mostly of different kinds. More is better."
        ),
        compared_value=lambda one: _negate(one.apart_share),
        format_value=lambda one: _format_share(one, one.apart_share), width=0.8,
    ),
    Column(
        name=mark("N(0, 1)"), unit=SHARE_UNIT,
        explanation=mark(
            "N(0, 1): the same for codes drawn from the prior of a VAE. A plain model never learnt to put codes there."
        ),
        compared_value=lambda one: _negate(one.drawn_share),
        format_value=lambda one: _format_share(one, one.drawn_share), width=0.9,
    ),
    Column(
        name=mark("A to B"), unit=SHARE_UNIT,
        explanation=mark(
            "A to B: how many pictures of the way, without its ends, look like the data. One way says little of a "
            "model: none is marked. See Near and Apart."
        ),
        compared_value=lambda one: None, format_value=_format_path, width=1.1, reveals_answer=True,
    ),
)  # fmt: skip


@remember(64)
def find_best(column: Column, table: tuple[ModelMetrics, ...]) -> frozenset[int]:
    """Return the rows with the best displayed value; none if all are equal or only one has a value, or if one is of the
    picture and another of what stands in for it."""
    values = {row: column.compared_value(one) for row, one in enumerate(table)}
    rounded = {row: column.round_value(value) for row, value in values.items() if value is not None}
    subjects = {column.is_of_another(table[row]) for row in rounded}
    if len(set(rounded.values())) < 2 or len(subjects) > 1:
        return frozenset()
    least = min(rounded.values())
    rest = sorted(set(rounded.values()))[1]
    if column.unit == SHARE_UNIT and not _differ(least, rest):
        return frozenset()
    return frozenset([row for row, value in rounded.items() if value == least])


@remember(16)
def make_summary_line(table: tuple[ModelMetrics, ...], default: str, *, moving: bool = False) -> str:
    """Return the hint that follows from the metrics, else `default`; while the mouse is `moving`, only from metrics
    that do not depend on the sample."""
    paths = [one for one in table if one.path is not None]
    leaving, staying = [one for one in paths if one.leaves_data], [one for one in paths if not one.leaves_data]
    if leaving and staying:
        return tr_count(
            "Between A and B {leaving} passes pictures unlike the data, {staying} none: "
            "watch the middle of the strips.",
            "Between A and B {leaving} pass pictures unlike the data, {staying} none: "
            "watch the middle of the strips.",
            len(leaving), leaving=_join_names(leaving), staying=_join_names(staying),
        )  # fmt: skip
    shares = sorted([(one.drawn_share, row) for row, one in enumerate(table) if one.drawn_share is not None])
    if len(shares) > 1 and len(shares) == len(table):
        fewest, most = table[shares[0][1]], table[shares[-1][1]]
        if _differ(shares[0][0], shares[-1][0]):
            few, many = (_format_share(one, one.drawn_share) for one in (fewest, most))
            return tr(
                "Of codes drawn from N(0, 1), {most} of {best_model}'s pictures look like the data, "
                "{fewest} of {worst_model}'s: see Generate.",
                most=many, best_model=most.model, fewest=few, worst_model=fewest.model,
            )  # fmt: skip
    errors = sorted([(one.error, row) for row, one in enumerate(table) if one.error is not None])
    if not moving and len(errors) > 1 and errors[-1][0] > MIN_ERROR_RATIO * errors[0][0]:
        best, worst = table[errors[0][1]].model, table[errors[-1][1]].model
        return tr(
            "{best_model} copies this sample best, {worst_model} worst: compare their reconstructions.",
            best_model=best, worst_model=worst,
        )  # fmt: skip
    return default


def _differ(share: float, other: float) -> bool:
    """Return whether two shares, as they are displayed, differ by more than those of two trainings of one model."""
    return round(abs(round(share, 2) - round(other, 2)), 2) >= MIN_SHARE_DIFFERENCE


def _join_names(table: Sequence[ModelMetrics]) -> str:
    names = [one.model for one in table]
    return names[0] if len(names) == 1 else tr("{names} and {last}", names=", ".join(names[:-1]), last=names[-1])


# -- on the screen ----------------------------------------------------------------------------------------


@lru_cache(maxsize=16)
def split_columns(rect: Rect, ui_scale: float) -> tuple[Rect, ...]:
    """Return where each column stands in a rectangle of any height."""
    gap = round(6 * ui_scale)
    rect, _ = rect.split_right(min(rect.width, round(MAX_WIDTH * ui_scale)))
    rect, _ = rect.split_left(rect.width - round(10 * ui_scale))
    unit_width = (rect.width - gap * (len(COLUMNS) - 1)) / sum(column.width for column in COLUMNS)
    places = []
    for column in COLUMNS:
        place, rect = rect.split_left(round(unit_width * column.width), gap)
        places.append(place)
    return tuple(places)


def find_column_at(x: float, rect: Rect, ui_scale: float) -> int:
    """Return the column at `x`, 0 to 1 across `rect`."""
    px = rect.x + x * rect.width
    return next((i for i, column in enumerate(split_columns(rect, ui_scale)) if px < column.right), len(COLUMNS) - 1)


@remember(4)
def make_header_items(rect: Rect, chosen_column: int | None, ui_scale: float) -> View:
    """Return the header: the columns' names over their units."""
    items: list[Item] = []
    for number, (place, column) in enumerate(zip(split_columns(rect, ui_scale), COLUMNS, strict=True)):
        upper, lower = place.split_top(place.height // 2)
        colour = "accent" if number == chosen_column else "text"
        items.append(Text(upper, tr(column.name), "small", colour, "right", bold=True))
        unit = tr(column.unit)
        items.append(make_caption(lower, unit, align="right", short=unit.split()[-1]))
    return tuple(items)


@remember(32)
def make_row_items(
    rect: Rect, row_index: int, table: tuple[ModelMetrics, ...], ui_scale: float, *, compared: bool = True
) -> View:
    """Return the metrics of one model; if `compared`, the best of each column is marked."""
    items: list[Item] = []
    for place, column in zip(split_columns(rect, ui_scale), COLUMNS, strict=True):
        leads = compared and row_index in find_best(column, table)
        value, colour = column.format_value(table[row_index]), "good" if leads else "text"
        text = Text(place, value, "body", colour, "right", bold=leads, short=value.split(" / ")[-1])
        items.append(replace(text, reveals_answer=column.reveals_answer and value != NOT_APPLICABLE))
    return tuple(items)
