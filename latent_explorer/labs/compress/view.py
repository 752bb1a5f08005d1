"""View of the Compress lab: one picture by its code and by codecs at as many bytes, and the rate-distortion curves."""

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from latent_explorer.cache import remember
from latent_explorer.engine.measurements.switched_off import find_switched_off
from latent_explorer.engine.query_context import is_looking
from latent_explorer.engine.subject import Picture
from latent_explorer.labs.compress import queries
from latent_explorer.labs.compress.layout import LINE_HEIGHT, TITLE_HEIGHT
from latent_explorer.scene.chart import Axis, Chart, Series, Spot
from latent_explorer.scene.frame import Frame
from latent_explorer.scene.items import Image, Item, Panel, Text, make_caption
from latent_explorer.scene.number_format import format_decibels
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.state import State
from latent_explorer.texts import format_number, mark, tr, tr_count

Values = NDArray[np.float64]
CODEC_COLOURS = {"JPEG": "second", "WebP": "third", "PNG": "good"}
PSNR_ENDS = 5, 50
"""Ends of the PSNR axis: the worst codec lies above 6 dB; above 50 dB a picture looks exact."""
BYTES_EACH = {
    "picture": mark("bytes a picture"),
    "curve": mark("bytes a curve"),
    "row": mark("bytes a row"),
    "text": mark("bytes a text"),
}
"""The unit of sizes for each kind of sample."""


def make_picture_items(frame: Frame[Any]) -> list[Item]:
    """Return the original, the reconstruction from the latent, its size in large type, and the codecs' pictures at as
    many bytes; those come a little later."""
    parts, cells, items = frame.layout.parts, dict[str, tuple[Picture, str, str, tuple[str, ...]]](), list[Item]()
    covered: tuple[str, ...] = ("code", *CODEC_COLOURS)
    coded = frame.results.get_current("coded", queries.LatentReconstructionValue)
    if coded is not None:
        code, size = coded.compressed, tr_count("{count:,} byte", "{count:,} bytes", coded.raw_bytes)
        cells["original"] = coded.original, "text", tr("Original"), (size,)
        if coded.note:
            covered = (*covered, "original")
            missing = tr("no original yet") if is_looking(coded.note) else tr("no original here")
            cells["original"] = coded.original, "text", tr("Reconstruction"), (missing, size)
        cells["code"] = code.picture, "accent", tr("The code"), _describe_quality(code, coded.qualifier)
        items += _make_size_items(frame, coded.raw_bytes, code)
    squeezed = frame.results.get_current("squeezed", queries.CodecReconstructionsValue)
    for one in squeezed.compressed if squeezed is not None else ():
        cells[one.name] = one.picture, CODEC_COLOURS[one.name], one.name, (*_describe_quality(one), one.setting_text)
    has_codecs = frame.checkpoint.sample_kind.has_pixels
    for part in ("original", "code", *(CODEC_COLOURS if has_codecs else ())):
        items += _make_cell_items(frame, part, *cells[part], part in covered) if part in cells else [Panel(parts[part])]
    if has_codecs and squeezed is None and frame.results.get_failure("squeezed") is None:
        items.append(
            Text(parts["JPEG"].inset(4), tr("Trying out every setting…"), "small", "muted", "centre", wrap=True)
        )
    return items


def _make_cell_items(
    frame: Frame[Any], part: str, picture: Picture, colour: str, title: str, lines: tuple[str, ...], covered: bool
) -> list[Item]:
    u, text = frame.ui_scale, frame.get_part(f"{part} text")
    items: list[Item] = [Image(frame.layout.parts[part], picture, "line", reveals_answer=covered)]
    if text is None:
        return items
    head, rest = text.split_top(round(TITLE_HEIGHT * u))
    items.append(Text(head, title, "body", colour, "centre", bold=True))
    for k, line in enumerate(lines):
        row, rest = rest.split_top(round(LINE_HEIGHT * u))
        if row.height >= round(LINE_HEIGHT * u) - 1:
            items.append(Text(row, line, "small", "muted" if k > 1 else "text", "centre"))
    return items


def _make_size_items(frame: Frame[Any], raw_bytes: int, code: queries.CompressedPicture) -> list[Item]:
    """Return the size of the latent in large type."""
    u = frame.ui_scale
    head, rest = frame.layout.parts["sum"].split_top(round(40 * u))
    unit, rest = rest.split_top(round(24 * u), round(6 * u))
    smaller, rest = rest.split_top(round(24 * u), round(6 * u))
    items: list[Item] = [
        Text(head, _format_bytes(code.byte_count), "large", "accent", bold=True),
        Text(unit, tr(BYTES_EACH[frame.checkpoint.sample_kind.words.one]), "body"),
    ]
    size = round(
        code.byte_count, _count_decimals(code.byte_count)
    )  # as it is written, so that the factor can be checked
    if size > 0:  # all is switched off of a model whose codes hold nothing
        items.append(Text(smaller, tr("{factor:,.0f} times smaller", factor=raw_bytes / size), "body"))
    if rest.height > 30 * u:
        items.append(Text(rest, code.setting_text, "small", "muted", wrap=True, fallback_sizes=("fine",), at_top=True))
    return items


def _describe_quality(compressed: queries.CompressedPicture, qualifier: str = "") -> tuple[str, ...]:
    """Describe bytes, PSNR and SSIM; with a `qualifier` if a reconstruction replaces the original."""
    count = _format_bytes(compressed.byte_count)
    size = tr("{size} bytes", size=count) if compressed.fits else tr("{size} bytes at least", size=count)
    psnr = format_decibels(compressed.psnr)
    if qualifier:
        psnr = tr("about {psnr}", psnr=psnr) if qualifier == "about" else tr("at most {psnr}", psnr=psnr)
    if compressed.ssim is None:
        return size, psnr
    ssim = format_number(round(compressed.ssim, 2) + 0.0, ".2f")
    return (size, psnr, f"SSIM ≤ {ssim}") if qualifier else (size, f"{psnr}, SSIM {ssim}")


def _format_bytes(count: float) -> str:
    return format_number(count, f".{_count_decimals(count)}f")


def _count_decimals(byte_count: float) -> int:
    """Return with how many decimals bytes are written: one, or two for fewer than one byte."""
    return 1 if byte_count >= 1 else 2


def make_empty_chart(rect: Rect, state: State, measure: str = "psnr") -> Chart:
    """Return the chart without curves. Its axes do not depend on the drawn data, so a click can be read from it."""
    checkpoint = state.get_checkpoint(0)
    most = float(queries.count_raw_bytes(checkpoint))
    used = max(1, checkpoint.latent_dim - int(find_switched_off(checkpoint).sum()))
    smallest_code = used * queries.BITS[0] / 8 / 2  # half of its bits, where they are entropy-coded
    least = min(0.5 if most < 400 else 1.0, smallest_code)
    x = Axis(tr(BYTES_EACH[checkpoint.sample_kind.words.one]), least, most, log=True)
    y = Axis(tr("PSNR in dB"), *PSNR_ENDS) if measure == "psnr" else Axis("SSIM", 0, 1)
    return Chart(rect, (), x, y, tr("Average quality"), ui_scale=state.ui_scale)


def make_chart_items(frame: Frame[Any], models: list[str]) -> list[Item]:
    """Return the curves of `models` and codecs, and a note on what they rest on. The selected model's curve shows only
    the tried bits; all others are complete."""
    own, measure = frame.own, frame.own.measure
    codecs = frame.results.get_value("codecs", queries.CodecRateDistortionValue)
    series, spots, note = list[Series](), list[Spot](), ""
    for curve in codecs.curves if codecs is not None else ():
        colour = CODEC_COLOURS[curve.name]
        series.append(Series(curve.byte_counts, getattr(curve, measure), colour, label=curve.name))
    for name in models:
        rate = frame.results.get_value(f"rates {name}", queries.RateDistortionValue)
        if rate is None:
            continue
        note = note or tr(rate.note)
        sizes, values, has_codebook = rate.curve.byte_counts, getattr(rate.curve, measure), len(rate.bits) == 1
        series.append(Series(sizes, values, "muted", width=1))
        if name == frame.checkpoint.name:
            if not has_codebook:
                tried = _select_points(rate, measure, own.get_tried_bits(name))
                series += [Series(*tried, "accent", width=3), Series(*tried, "accent", "dots", width=3)]
            place = rate.find_index(own.bits)
            label = tr("code") if has_codebook else tr_count("{count} bit", "{count} bits", own.bits)
            spots.append(Spot(float(sizes[place]), float(values[place]), "accent", label, 7))
        else:
            spots.append(Spot(float(sizes[-1]), float(values[-1]), "muted", name, 3))
    chart = make_empty_chart(frame.layout.parts["chart"], frame.state, measure)
    if measure == "ssim" and note:
        chart = replace(chart, y=replace(chart.y, label=tr("SSIM (of codes: at most)")))
    return [replace(chart, series=tuple(series), spots=tuple(spots)), *_make_note_items(frame, codecs, note)]


def _make_note_items(frame: Frame[Any], codecs: queries.CodecRateDistortionValue | None, note: str) -> list[Item]:
    """Return what the sizes count, after the `note` on what stands in for the pictures."""
    rect = frame.get_part("note")
    if rect is None:
        return []
    if not frame.checkpoint.sample_kind.has_pixels:
        text = tr("Bytes: of the code, ideally entropy-coded, on average, without the decoder.")
        return [make_caption(rect, f"{note}. {text}" if note else text, wrap=True)]
    text = tr(
        "Bytes: of the code, ideally entropy-coded, on average, without the decoder; of the others, a share of one "
        "file of {count} with its header.",
        count=codecs.count if codecs is not None else queries.SAMPLE_COUNT,
    )
    text = f"{note}. {text}" if note else text
    if codecs is None and frame.results.get_failure("codecs") is None:
        text = f"{tr('The curves of JPEG, WebP and PNG are being measured.')} {text}"
    return [make_caption(rect, text, short=f"{note}." if note else "", wrap=True)]


@remember(64)
def _select_points(rate: queries.RateDistortionValue, measure: str, bits: frozenset[int]) -> tuple[Values, Values]:
    """Return bytes and quality at each of `bits`."""
    places = [rate.bits.index(one) for one in sorted(bits) if one in rate.bits]
    return rate.curve.byte_counts[places], getattr(rate.curve, measure)[places]
