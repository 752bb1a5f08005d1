"""View of an autoencoder and a VAE that are trained side by side: a map of each, their reconstructions in one chart and
the KL below it on the same axis, the KL of each dimension, and the same samples as each of the two makes them."""

from dataclasses import replace
from functools import lru_cache
from itertools import islice

import numpy as np

from latent_explorer.arrays import Floats
from latent_explorer.cache import remember
from latent_explorer.checkpoint.timeline import Timeline, TimelineMoment
from latent_explorer.engine.live_training.settings import PAIR_DATA, PairSettings
from latent_explorer.labs.learn import playback, view, wording
from latent_explorer.labs.learn.playback import LearnState
from latent_explorer.labs.learn.queries import MomentRowValue
from latent_explorer.labs.learn.view import LearnFrame
from latent_explorer.scene.chart import Axis, Chart, Cursor, Series
from latent_explorer.scene.events import Xy
from latent_explorer.scene.items import CornerNote, FilmStrip, Item, Panel, Text, make_caption
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.state import State
from latent_explorer.texts import format_number, mark, tr, tr_in

Pair = tuple[Timeline, Timeline]
"""The timelines of the autoencoder and of the VAE: as many moments, at the same epochs."""
TITLES = (mark("Autoencoder"), mark("VAE"))
SHORT_TITLES = (mark("AE"), mark("VAE"))
COLOURS = ("accent", "second")
"""Of the autoencoder and of the VAE."""
PLACEHOLDER_TEXTS = {
    "figures": mark("both losses, in their parts"),
    "chart": mark("the reconstruction of both, as it falls"),
    "kl": mark("the KL of the VAE"),
    "dimensions": mark("the KL of each dimension of its code"),
    "row": mark("a sample of each class, and what each of the two makes of its code"),
}
"""Texts in place of the parts until there is a training."""
TABLE_PARTS = ("reconstruction", "kl", "loss")
"""Rows of the table of the losses."""
USED_KL = 0.1
"""Nats from which a dimension is counted as one that carries something."""
VALUE_LETTERS = 5
"""Letters of a value on a y axis, so that the plots of both charts begin at the same place and stay there."""


def make_items(frame: LearnFrame, pair: Pair) -> list[Item]:
    """Return everything but legend and hint."""
    items: list[Item] = []
    t = playback.find_moment(frame.own, pair[0])
    for slot, (timeline, rect) in enumerate(zip(pair, frame.layout.maps, strict=True)):
        items += view.make_map_items(frame, timeline, slot)
        if rect.width >= 300 * frame.ui_scale:
            note = tr("codes lie {distance:.2g} from their mean (rms)", distance=_measure_spread(timeline.moments[t]))
            items.append(CornerNote(rect, (note,), at_bottom=False))
    return [
        *items,
        *_make_titles(frame, _get_beta(pair, t)),
        *_make_figures(frame, pair),
        *_make_charts(frame, pair),
        *_make_bars(frame, pair),
        *_make_row(frame),
    ]


@remember(64)
def _measure_spread(moment: TimelineMoment) -> float:
    """Return the root mean square distance of the codes from their mean: each map is drawn as large as it fits."""
    return float(np.sqrt(moment.latents.var(axis=0, dtype=np.float64).sum()))


def make_placeholder_items(frame: LearnFrame) -> list[Item]:
    """Return instructions in place of two trainings that do not exist."""
    own = frame.own
    data = PAIR_DATA[own.pair_data]
    start = tr("Press Start.")
    if own.follows_training and own.passing.settings is not None:
        start = tr("The training begins: {settings} ...", settings=tr(own.passing.settings.describe()))
    texts = (
        f"{start}\n{tr('Both begin with the same weights and see the same batches.')}",
        f"{tr(data.description)}; {tr('latent size {size}', size=own.latent)}",
    )
    return [*_make_titles(frame, own.weight), *view.make_placeholders(frame, texts, PLACEHOLDER_TEXTS)]


def select_dots(followed: int, pair: Pair) -> tuple[int, ...]:
    """Return the samples of the row: the followed one, then the first one of each class, and some of few classes."""
    firsts = view.select_samples(pair[0])
    others = (dot for dot in range(len(pair[0].labels)) if dot not in firsts)
    return (followed, *firsts, *islice(others, view.ROW_SAMPLES - len(firsts)))


def _get_beta(pair: Pair, t: int) -> float:
    """Return the weight of the KL with which moment `t` was trained."""
    return float(pair[1].moments[t].config.objective.beta)


# -- titles and figures ---------------------------------------------------------------------------------


def _make_titles(frame: LearnFrame, beta: float) -> list[Item]:
    items = list[Item]()
    meaning = tr("loss = reconstruction"), tr("loss = reconstruction + {beta:g} × KL", beta=beta)
    for slot, title in enumerate(TITLES):
        rect = frame.get_part(f"title {slot}")
        if rect is not None:
            text = f"{tr(title)}: {meaning[slot]}"
            items.append(Text(rect, text, "body", COLOURS[slot], bold=True, short=tr(SHORT_TITLES[slot])))
    return items


def _make_figures(frame: LearnFrame, pair: Pair) -> list[Item]:
    """Return the moment's name and a table of both losses in their parts."""
    u, rect, t = frame.ui_scale, frame.get_part("figures"), playback.find_moment(frame.own, pair[0])
    if rect is None:
        return []
    head, rest = rect.split_top(round(32 * u), round(2 * u))
    name, status = head.split_left(round(0.42 * head.width))
    items: list[Item] = [
        Text(name, wording.name_moment(pair[0], t), "title", "text", bold=True, fallback_sizes=("body",))
    ]
    description, short = wording.describe_timeline(frame.own, pair[0])
    items.append(Text(status, description, "small", "muted", "right", short=short))
    plain, variational = ({part: float(values[t]) for part, values in one.loss_curves.items()} for one in pair)
    written = [{part: format_number(value, ".1f") for part, value in one.items()} for one in (plain, variational)]
    table = (
        ("", *map(tr, SHORT_TITLES)),
        *(
            (wording.get_part_title(part), *(one.get(part, tr_in("loss", "none")) for one in written))
            for part in TABLE_PARTS
        ),
    )
    for number, (title, *values) in enumerate(table):
        row, rest = rest.split_top(round(20 * u))
        label, cells = row.split_left(round(0.4 * row.width))
        items.append(Text(label, title, "body", "muted" if number else "text"))
        for cell, value, colour in zip(cells.split_columns(2, 0), values, COLOURS, strict=True):
            items.append(Text(cell, value, "body", "text" if number else colour, "right", bold=True))
    if wording.is_in_nats(pair[0]):
        unit, text = tr("nats a picture"), tr("nats a picture, of pictures that neither learns from")
    else:
        unit = tr("squared error a picture (KL: nats)")
        text = tr("squared error a picture (KL: nats), of pictures that neither learns from")
    return [*items, make_caption(rest, text, short=unit)]


# -- the charts -----------------------------------------------------------------------------------------


def _make_charts(frame: LearnFrame, pair: Pair) -> list[Item]:
    items, t = list[Item](), playback.find_moment(frame.own, pair[0])
    for part in ("chart", "kl"):
        rect = frame.get_part(part)
        if rect is None:
            continue
        chart = make_chart(frame.state, frame.own, pair, part, rect)
        label = wording.name_moment(pair[0], t) if part == "chart" and not chart.curves_only else ""
        cursor = Cursor(float(pair[0].axis_values[t]), "warn", label)
        items += [Panel(rect), replace(chart, cursors=(*chart.cursors, cursor))]
    return items


def find_moment_at(state: State, lab_state: LearnState, pair: Pair, part: str, rect: Rect, position: Xy) -> int:
    """Return the moment nearest on the screen to `position` of a chart (0..1 of its rectangle)."""
    chart = make_chart(state, lab_state, pair, part, rect)
    return view.find_nearest_moment(chart, pair[0].axis_values, position)


def make_chart(state: State, lab_state: LearnState, pair: Pair, part: str, rect: Rect) -> Chart:
    """Return the chart of the reconstructions or of the KL, without the moment's cursor: with a line where beta was
    changed, and behind it, thin, how the training before it went on."""
    settings = lab_state.passing.settings
    assert isinstance(settings, PairSettings)
    end = max(float(settings.epochs), float(pair[0].axis_values[-1]))
    parent = playback.find_pair(state.library, lab_state.passing.parent_run)
    titles = tr(SHORT_TITLES[0]), tr(SHORT_TITLES[1])
    series, low, high = _make_series(pair, parent, settings.start, part, titles)
    x = Axis(tr("epoch"), 0.0, end) if part == "kl" else Axis("", 0.0, end)
    changes = [(start, tr("beta {beta:g}", beta=beta)) for start, beta in settings.betas[1:]] if part == "kl" else []
    cursors = tuple(Cursor(start, "muted", label) for start, label in changes)
    if part == "kl":
        y, title = Axis("", 0.0, high, min_label_letters=VALUE_LETTERS), tr("KL of the VAE, nats a picture")
    else:
        y = Axis("", low, high, log=True, min_label_letters=VALUE_LETTERS)
        if wording.is_in_nats(pair[0]):  # the KL is in nats at any rate
            title = tr("reconstruction, nats a picture (logarithmic)")
        else:
            title = tr("reconstruction, squared error a picture (logarithmic)")
    return Chart(rect, series, x, y, title, cursors, ui_scale=state.ui_scale)


@remember(8)
def _make_series(
    pair: Pair, parent: Pair | None, start: float, part: str, titles: tuple[str, str]
) -> tuple[tuple[Series, ...], float, float]:
    """Return the curves, named by the `titles` of both models, and the lowest and the highest value."""
    key, shown = ("kl", (1,)) if part == "kl" else ("reconstruction", (0, 1))
    series = list[Series]()
    if parent is not None and start > 0:
        beyond = parent[1].axis_values >= start
        if beyond.sum() > 1:
            old = parent[1].loss_curves[key][beyond]
            series.append(Series(parent[1].axis_values[beyond], old, "muted", width=2))
    for slot in shown:
        curve = pair[slot].loss_curves[key]
        series.append(Series(pair[slot].axis_values, curve, COLOURS[slot], label=titles[slot], width=3))
    values = np.concatenate([one.y for one in series])
    return tuple(series), 0.94 * float(values.min()), max(1.06 * float(values.max()), 0.1)


def _make_bars(frame: LearnFrame, pair: Pair) -> list[Item]:
    """Return the KL of each dimension of the VAE's code."""
    rect, t = frame.get_part("dimensions"), playback.find_moment(frame.own, pair[1])
    if rect is None:
        return []
    values, size, top = pair[1].moments[t].kl_by_dimension, *_measure_bars(pair[1])
    if values is None:
        return [Panel(rect)]
    used = int((values >= USED_KL).sum())
    title = tr(
        "KL of each dimension, nats: {count} of {size} carry {least:g} or more", count=used, size=size, least=USED_KL
    )
    numbers = _number_dimensions(size)
    series = Series(numbers, values, COLOURS[1], "bars")
    ticks = tuple(float(one) for one in numbers)
    x, y = Axis(tr("dimension"), 0.5, size + 0.5, ticks=ticks), Axis("", 0.0, top, min_label_letters=VALUE_LETTERS)
    return [Panel(rect), Chart(rect, (series,), x, y, title, ui_scale=frame.ui_scale)]


@remember(4)
def _measure_bars(timeline: Timeline) -> tuple[int, float]:
    """Return the number of dimensions, and the upper end of the y axis at all moments."""
    known = [one.kl_by_dimension for one in timeline.moments if one.kl_by_dimension is not None]
    return timeline.moments[0].latents.shape[1], max((1.06 * float(one.max()) for one in known), default=1.0)


@lru_cache(maxsize=8)
def _number_dimensions(size: int) -> Floats:
    return np.arange(1, size + 1, dtype=np.float32)


# -- the samples ----------------------------------------------------------------------------------------


def _make_row(frame: LearnFrame) -> list[Item]:
    """Return the samples: the originals, and below them what each of the two makes of them."""
    u, rect = frame.ui_scale, frame.get_part("row")
    values = [frame.results.get_value(f"row {slot}", MomentRowValue) for slot in (0, 1)]
    if rect is None:
        return []
    first = values[0] or values[1]
    if first is None:
        return frame.wait_for(rect, "row 0", tr("The decoder is being loaded."), "body", 8)
    head, rest = rect.inset(round(8 * u)).split_top(round(18 * u), round(4 * u))
    text = tr("the sample that is ringed on both maps, and the same pictures at every moment")
    text = text if first.originals else f"{text} ({tr(first.note)})"
    caption = make_caption(head, text, short=tr("samples"))
    rows = [(tr("original"), "muted", first.originals)] if first.originals else []
    rows += [
        (tr(SHORT_TITLES[slot]), COLOURS[slot], value.pictures)
        for slot, value in enumerate(values)
        if value is not None
    ]
    items: list[Item] = [Panel(rect), caption]
    gap, count = round(5 * u), len(first.pictures)
    outlines = ("accent", *("line",) * (count - 1))
    for place, (title, colour, pictures) in zip(rest.split_rows(len(rows), gap), rows, strict=True):
        label, strip = place.split_left(round(62 * u), round(6 * u))
        items += [
            Text(label, title, "small", colour, bold=True),
            FilmStrip(strip, pictures, count, gap, reveals_answer=pictures is not first.originals, outlines=outlines),
        ]
    return items


def choose_hint(frame: LearnFrame, pair: Pair | None) -> str:
    """Return what to do next, or what to look at."""
    own, settings = frame.own, frame.own.passing.settings
    if pair is None or not isinstance(settings, PairSettings):
        epochs = PAIR_DATA[own.pair_data].epochs
        return tr("Choose beta and press Start: {epochs} epochs. Keep saves both models.", epochs=epochs)
    if (own.pair_data, own.latent) != (settings.data, settings.latent_dim):
        return wording.compare_settings(own.settings, settings)
    if own.weight != settings.beta:
        return tr(
            "Go on from here: with beta {beta:g} from the moment on the screen. Restart: from the start.",
            beta=own.weight,
        )
    if not own.passing.ended and not own.passing.playing:
        return tr("Drag on a chart to an earlier moment. Space: train on. Go on from here: with the chosen beta.")
    return tr(
        "Same weights at the start, same batches: what does the KL cost the reconstruction, and what does it order?"
    )


def explain_beta(lab_state: LearnState) -> str:
    """Explain what beta weighs."""
    if lab_state.pair_data == "faces":
        if lab_state.has_run:
            return tr("Weight of the VAE's KL; of a squared error: 2σ² of a Gaussian decoder, with Restart or Go on")
        return tr("Weight of the VAE's KL; of a squared error: 2σ² of a Gaussian decoder")
    return tr("Weight of the VAE's KL, with Restart or Go on") if lab_state.has_run else tr("Weight of the VAE's KL")
