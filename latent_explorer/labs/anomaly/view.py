"""View of the Anomaly lab: the verdict on a picture, the picture, two charts, the row of outliers, and a colour bar."""

from dataclasses import replace
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats
from latent_explorer.cache import remember
from latent_explorer.engine.measurements.reconstruction_errors import NormalErrorsValue, find_error_range
from latent_explorer.engine.subject import Dot, Subject
from latent_explorer.labs.anomaly.out_of_distribution import MNIST, OUTLIER_NAMES, PHOTO, SHORT_NAMES, Outlier
from latent_explorer.labs.anomaly.queries import DotErrorsValue, OutlierScoresValue, ScoreValue
from latent_explorer.metrics import anomaly_detection
from latent_explorer.metrics.anomaly_detection import Roc
from latent_explorer.samples import IMAGES, Words
from latent_explorer.scene import colour_by, dataset_offer, map_layers, sample_facts
from latent_explorer.scene.chart import ROW_HEIGHT, Axis, Chart, Cursor, Series, Spot
from latent_explorer.scene.frame import Frame
from latent_explorer.scene.items import ColourBar, FilmStrip, Image, Item, Panel, Text, make_caption
from latent_explorer.scene.number_format import format_auc, format_error, format_percent, format_percent_number
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.said_names import say_name
from latent_explorer.scene.state import State
from latent_explorer.texts import format_number, mark, tr, tr_count

CHANCE_LINE = np.array([0.0, 1.0])
MAX_ROC_POINTS = 200
NO_ROC = mark("No class was left out of this model's training: nothing to draw a ROC curve of.")
DIGITS_HAVE_ONE = mark("digits-anomaly has one.")
OWN_NAMES = {"picture": mark("your picture"), "curve": mark("your curve"), "row": mark("your row")}
THIS_ONE = {"picture": mark("this picture"), "curve": mark("this curve"), "row": mark("this row")}
LEAST_RANKS = {
    "picture": mark("error below every normal picture's"), "curve": mark("error below every normal curve's"),
    "row": mark("error below every normal row's"),
}  # fmt: skip
HIGHEST_RANKS = {
    "picture": mark("error above every normal picture's"), "curve": mark("error above every normal curve's"),
    "row": mark("error above every normal row's"),
}  # fmt: skip
"""Texts by what a sample is called."""
MAX_NAME_LETTERS = 24
"""Letters of the names of classes in a legend; of longer ones stands how many there are."""
BODY_LETTER_WIDTH = 8.2
"""Design pixels that a letter of a line of figures takes at most."""
UNUSUAL_MARK = "× "
"""Before the name of an outlier whose error is above the threshold."""


# -- the verdict ----------------------------------------------------------------------------------------


def compute_threshold(frame: Frame[Any]) -> float | None:
    """Return the error from which a picture is unusual; None if the errors of normal pictures are not yet known."""
    normal = frame.results.get_value("normal", NormalErrorsValue)
    if normal is None:
        return None
    line: float | None = frame.own.line
    return float(np.quantile(_sort_errors(normal), frame.own.percentile / 100)) if line is None else line


@remember(8)
def _sort_errors(normal: NormalErrorsValue) -> Floats:
    return np.sort(normal.errors)


def make_verdict_items(frame: Frame[Any]) -> list[Item]:
    """Return the verdict as text: unusual or not, by how much, and the basis of the figures."""
    rect, figures = frame.layout.parts["verdict"], frame.get_part("figures")
    normal, words = frame.results.get_value("normal", NormalErrorsValue), frame.checkpoint.sample_kind.words
    score, threshold = frame.results.get_current("score", ScoreValue), compute_threshold(frame)
    if frame.results.get_failure("score") is not None:
        return [Text(rect, tr("No score"), "title", "muted", bold=True)]
    if normal is None or score is None or threshold is None:
        waiting = tr("Measuring the errors of normal {samples}…", samples=tr(words.many))
        return [Text(rect, waiting, "body", "muted")]
    rough = normal.source == "stand-in"
    verdict, colour = (tr("Unusual"), "warn") if score.error > threshold else (tr("Normal"), "good")
    below = anomaly_detection.compute_rank(_sort_errors(normal), score.error)
    text, short = describe_rank(below, words), tr("above {percent}", percent=format_percent(below, to_tenth=True))
    if rough:  # only the mean error of normal pictures is known
        text = short = describe_ratio(score.error / max(float(normal.errors.mean()), 1e-12))
    if score.is_stand_in and score.error <= threshold:
        verdict, colour = tr("Stand-in"), "muted"
        text, short = tr("its original's error is larger"), tr("original: larger")
    first, rest = rect.split_left(round(106 * frame.ui_scale))
    items: list[Item] = [
        Text(first, verdict, "title", colour, bold=True, reveals_answer=True),
        Text(rest, text, "body", short=short, reveals_answer=True),
    ]
    if figures is not None:
        note = score.note or normal.note
        basis = tr(note) if note else describe_sample_count(normal, words)
        if score.note and rough:
            basis = tr("{basis}; the histogram is of decoded samples", basis=basis)
        basis = basis[:1].upper() + basis[1:]  # it is a sentence of its own here
        off = tr("Farthest off: {columns}.", columns=score.off) + " " if score.off else ""
        values = {"error": format_error(score.error), "value": tr(words.value), "threshold": format_error(threshold)}
        figures_text = (
            tr("Error {error} a {value}, threshold about {threshold}.", **values)
            if rough
            else tr("Error {error} a {value}, threshold {threshold}.", **values)
        )
        text = f"{off}{figures_text} {basis}."
        items.append(make_caption(figures, text, wrap=True, reveals_answer=True))
    return items


def describe_rank(share_below: float, words: Words = IMAGES.words) -> str:
    """Describe the share of normal samples with a smaller error, as precisely as the threshold beside it."""
    if share_below == 0:
        return tr(LEAST_RANKS[words.one])
    if share_below == 1:
        return tr(HIGHEST_RANKS[words.one])
    percent = format_percent(share_below, to_tenth=True)
    return tr("error above {percent} of normal {samples}", percent=percent, samples=tr(words.many))


def describe_ratio(ratio: float) -> str:
    """Describe an error as a multiple of the mean normal error."""
    number = format_number(ratio, ".0f" if ratio >= 10 else ".1f")
    return tr("error {number} times the normal mean", number=number)


def describe_sample_count(normal: NormalErrorsValue, words: Words = IMAGES.words) -> str:
    """Describe the number of samples that the figures are measured on."""
    count, samples = len(normal.errors), tr(words.many)
    if normal.left_out_errors is None:
        return tr("Measured on {count:,} normal {samples}", count=count, samples=samples)
    return tr(
        "Measured on {count:,} normal {samples} and {left_out:,} never learnt",
        count=count, samples=samples, left_out=len(normal.left_out_errors),
    )  # fmt: skip


# -- the pictures ---------------------------------------------------------------------------------------


def make_picture_items(frame: Frame[Any], subject: Subject | Outlier) -> list[Item]:
    """Return the scored picture, its reconstruction and their difference."""
    score, items = frame.results.get_current("score", ScoreValue), list[Item]()
    pictures = None if score is None else (score.original, score.reconstruction, score.difference_map)
    for i, text in enumerate((_name_subject(frame.state, subject), tr("reconstruction"), tr("difference"))):
        rect, caption = frame.layout.parts[f"picture {i}"], frame.get_part(f"caption {i}")
        if caption is not None:
            items.append(make_caption(caption, text, align="centre"))
        if score is None or pictures is None:
            items.append(Panel(rect))
        else:
            items.append(Image(rect, pictures[i], "line", reveals_answer=i > 0 or bool(score.note)))
    return items


def _name_subject(state: State, subject: Subject | Outlier) -> str:
    if isinstance(subject, Outlier):
        return tr(OUTLIER_NAMES[subject.kind])
    if not isinstance(subject, Dot):
        return tr(OWN_NAMES[state.get_checkpoint(0).sample_kind.words.one])
    if not sample_facts.has_classes(state, 0):
        return tr("sample")
    left_out, name = state.get_checkpoint(0).config.data.leave_out, sample_facts.say_class_name(state, 0, subject.dot)
    if sample_facts.get_class_name(state, 0, subject.dot) in (left_out or ()):
        return tr("{class_name}, never learnt", class_name=name)
    return tr("sample: {class_name}", class_name=name)


def make_film_strip(rect: Rect, kinds: tuple[str, ...], ui_scale: float) -> FilmStrip:
    """Return the empty row of outliers, with room for a handwritten digit even if none is available."""
    lacks_digit = PHOTO in kinds and not {MNIST, "digits"} & {*kinds}
    return FilmStrip(rect, (), len(kinds) + lacks_digit, round(8 * ui_scale))


def make_row_items(frame: Frame[Any]) -> list[Item]:
    """Return the row of outliers, each with its name in the colour of the verdict; a mark says the same."""
    rect, value = frame.get_part("row"), frame.results.get_current("row", OutlierScoresValue)
    if rect is None or value is None:
        return [] if rect is None else [Panel(rect)]
    names, films = rect.split_bottom(round(20 * frame.ui_scale), round(2 * frame.ui_scale))
    film = replace(make_film_strip(films, value.kinds, frame.ui_scale), pictures=value.pictures)
    chosen, threshold = frame.own.passing.hovered_outlier or frame.own.foreign, compute_threshold(frame)
    items: list[Item] = [film]
    for i, name_rect in enumerate(names.split_columns(film.cells, film.gap)[: len(value.kinds)]):
        kind = value.kinds[i]
        colour = "muted" if threshold is None else "warn" if value.errors[i] > threshold else "good"
        cross = UNUSUAL_MARK if colour == "warn" else ""  # the colour alone would not tell everybody
        name, short = (f"{cross}{one}" if one else "" for one in (tr(OUTLIER_NAMES[kind]), SHORT_NAMES.get(kind, "")))
        label = Text(name_rect, name, "small", colour, "centre", bold=kind == chosen, short=short)
        items.append(label if short else replace(label, fallback_sizes=("fine",)))
        if kind == chosen:
            items.append(Image(film.picture_rects[i], value.pictures[i], "accent"))
    if MNIST not in value.kinds and MNIST in frame.state.downloads.offers and len(value.kinds) < film.cells:
        place = names.split_columns(film.cells, film.gap)[-1]
        items.append(make_caption(place, tr(OUTLIER_NAMES[MNIST]), align="centre", short=SHORT_NAMES[MNIST]))
        note = tr("{dataset} is not on this machine", dataset=frame.state.downloads.offers[MNIST].title)
        items += dataset_offer.make_box_items(frame.state, MNIST, film.picture_rects[-1], note)
    return items


# -- the charts -----------------------------------------------------------------------------------------


def make_errors_chart(rect: Rect, state: State, max_percent: float = 20.0) -> Chart:
    """Return the empty histogram. The x axis does not depend on the drawn data, so a drag can be read from it alone."""
    words = state.get_checkpoint(0).sample_kind.words
    x = Axis(tr("error a {value}", value=tr(words.value)), *find_error_range(state.get_checkpoint(0)), log=True)
    y = Axis(tr("% of {samples}", samples=tr(words.many)), 0, min(max(max_percent, 10.0), 99.0))
    return Chart(rect, (), x, y, tr("Errors"), ui_scale=state.ui_scale)


def make_roc_chart(rect: Rect, state: State) -> Chart:
    """Return the empty ROC chart."""
    x, y = (Axis(label, 0, 1, ticks=(0.0, 0.5, 1.0)) for label in (tr("false alarms"), tr("found")))
    return Chart(rect, (), x, y, tr("ROC"), ui_scale=state.ui_scale)


def make_chart_items(frame: Frame[Any]) -> list[Item]:
    """Return both charts; nothing before the errors of normal pictures are known."""
    normal, threshold = frame.results.get_value("normal", NormalErrorsValue), compute_threshold(frame)
    if normal is None or threshold is None:
        return []
    return _make_histogram_items(frame, normal, threshold) + _make_roc_items(frame, normal, threshold)


def _make_histogram_items(frame: Frame[Any], normal: NormalErrorsValue, threshold: float) -> list[Item]:
    """Return the histogram: normal errors as bars, errors of left-out classes as steps, `threshold` and the picture's
    error as vertical lines."""
    rect, score = frame.get_part("histogram"), frame.results.get_current("score", ScoreValue)
    if rect is None:
        return []
    # above the highest bar, for the names of the lines
    free = min(0.4, ROW_HEIGHT * frame.ui_scale / make_errors_chart(rect, frame.state).plot.height)
    chart = make_errors_chart(rect, frame.state, _find_peak(normal) / (1 - free))
    if normal.source == "stand-in":
        chart = replace(chart, y=replace(chart.y, label=tr("% of decoded samples")))
    series = [Series(normal.bin_centres, normal.percentages, "second", "bars", tr("normal"))]
    if normal.left_out_percentages is not None:
        count, names = len(normal.left_out_classes), ", ".join(map(say_name, normal.left_out_classes))
        label = tr("left out: {classes}", classes=names)
        if len(names) > MAX_NAME_LETTERS:
            label = tr_count("left out: {count} class", "left out: {count} classes", count)
        series.append(Series(normal.bin_centres, normal.left_out_percentages, "third", "steps", label))
    cursors = [Cursor(threshold, "text", tr("threshold"))]
    if score is not None:
        low, high = chart.x.ends
        this = tr(THIS_ONE[frame.checkpoint.sample_kind.words.one])
        label, colour = (tr("stand-in"), "muted") if score.is_stand_in else (this, "good")
        colour = "warn" if score.error > threshold else colour
        cursors.append(Cursor(min(max(score.error, low), high), colour, label, reveals_answer=True))
    return [replace(chart, series=tuple(series), cursors=tuple(cursors))]


def _make_roc_items(frame: Frame[Any], normal: NormalErrorsValue, threshold: float) -> list[Item]:
    """Return the ROC curve with the point of `threshold` on it, and the text lines that explain it."""
    rect, rest, u = frame.get_part("roc"), frame.get_part("rates"), frame.ui_scale
    if rect is None or rest is None:
        return []
    if normal.roc is None or normal.left_out_errors is None:
        whole = replace(rect, width=rest.right - rect.x)
        text = tr(NO_ROC)
        text += f" {tr(DIGITS_HAVE_ONE)}" if frame.checkpoint.sample_kind.has_pixels else ""
        return [Panel(whole), Text(whole.inset(round(14 * u)), text, "body", "muted", "centre", wrap=True)]
    false_share, found_share = anomaly_detection.compute_rates(normal.errors, normal.left_out_errors, threshold)
    curve = Series(CHANCE_LINE, CHANCE_LINE, "line", width=1), Series(*_thin_curve(normal.roc), "third")
    spot = Spot(false_share, found_share, "text", tr("threshold"), 6)
    chart = replace(make_roc_chart(rect, frame.state), series=curve, spots=(spot,))
    return [chart, *_make_rate_items(frame, rest, normal, false_share, found_share)]


def _make_rate_items(
    frame: Frame[Any], rest: Rect, normal: NormalErrorsValue, false_share: float, found_share: float
) -> list[Item]:
    """Return what the ROC curve says in words: as many lines as have room in `rest`."""
    assert normal.roc is not None
    u, items = frame.ui_scale, list[Item]()
    many, classes = tr(frame.checkpoint.sample_kind.words.many), list(normal.left_out_classes)
    together = reduce(lambda names, last: tr("{names} and {last}", names=names, last=last), classes)
    alarms, caught = format_percent_number(false_share), format_percent_number(found_share)
    lines = (  # text, in few words, size, colour, height
        (tr("AUC {auc}", auc=format_auc(normal.roc.auc)), "", "title", "text", 28),
        (
            tr("Never learnt: {classes}", classes=together),
            tr_count("Never learnt: {count} class", "Never learnt: {count} classes", len(classes)),
            "body",
            "third",
            24,
        ),
        (
            tr("{percent}% of them are found", percent=caught),
            tr("{percent}% found", percent=caught),
            "body",
            "good",
            42,
        ),
        (
            tr("{percent}% of normal {samples} are false alarms", percent=alarms, samples=many),
            tr("{percent}% false alarms", percent=alarms),
            "body",
            "warn",
            42,
        ),
    )
    for text, short, size, colour, height in lines:
        if height == 24 and rest.width < BODY_LETTER_WIDTH * len(short) * u:
            text, height = short, 42
        if rest.height < round(height * u) - 2:  # one line, of the short words
            text, height = short or text, 24
        line, rest = rest.split_top(round(height * u))
        if line.height >= round(height * u) - 2:
            items.append(Text(line, text, size, colour, bold=size == "title", wrap=height > 40, short=short))
    return items


@remember(8)
def _find_peak(normal: NormalErrorsValue) -> float:
    """Return the highest percentage of the histogram."""
    both = (normal.percentages, normal.left_out_percentages)
    return max(float(values.max()) for values in both if values is not None)


@remember(8)
def _thin_curve(curve: Roc) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return at most `MAX_ROC_POINTS` points of `curve`, evenly spaced."""
    index = np.unique(np.linspace(0, len(curve.true_positive_rate) - 1, MAX_ROC_POINTS).astype(int))
    return curve.false_positive_rate[index], curve.true_positive_rate[index]


# -- the dots -------------------------------------------------------------------------------------------


def get_dot_errors(frame: Frame[Any]) -> DotErrorsValue | None:
    """Return the errors that colour the dots; None if the classes do."""
    return frame.results.get_value("dots", DotErrorsValue) if frame.own.painted else None


def make_error_scale(frame: Frame[Any]) -> list[Item]:
    """Return the colour bar of the dots' errors, at the end of the legend."""
    value, u, row = get_dot_errors(frame), frame.ui_scale, frame.layout.legend
    attribute = colour_by.find_attribute(frame.state, 0, 1)
    if value is None or attribute is not None or frame.state.view.layer != map_layers.NONE:
        return []
    if row.width < 640 * u or not row.height:
        return []
    _, place = row.split_left(row.width - round(330 * u))
    label, rest = place.split_left(round(148 * u))
    ramp, last = rest.split_left(round(110 * u), round(6 * u))
    thick, low = round(12 * u), format_error(value.low) if value.low > 0.03 * value.high else "0"
    text = tr("error of a stand-in {lowest}", lowest=low) if value.note else tr("error of a dot {lowest}", lowest=low)
    return [
        Text(
            replace(label, width=label.width - round(6 * u)),
            text,
            "small",
            "muted",
            "right",
            short=tr("error {lowest}", lowest=low),
        ),
        ColourBar(Rect(ramp.x, row.y + (row.height - thick) // 2, ramp.width, thick), "values"),
        Text(last, format_error(value.high), "small", "muted"),
    ]
