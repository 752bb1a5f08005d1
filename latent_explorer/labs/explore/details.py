"""Details beside the map of Explore: the large picture, its realism, the nearest sample, and the latent as bars."""

from latent_explorer.arrays import Floats
from latent_explorer.atlas.projection import LatentPlane
from latent_explorer.engine.queries.base import GenerationValue, PointValue
from latent_explorer.engine.queries.latent_edit import EditedLatentValue
from latent_explorer.engine.queries.sample import SampleValue
from latent_explorer.labs.explore import latent_bars, traversals_view, vector_samples
from latent_explorer.labs.explore.state import ExploreFrame, find_active_dot, find_active_point, get_current_marks
from latent_explorer.scene import map_panel, realism, sample_facts
from latent_explorer.scene.items import Bars, Gauge, Image, Item, Panel, Text, make_caption
from latent_explorer.scene.number_format import format_mse
from latent_explorer.scene.rect import Rect
from latent_explorer.texts import mark, tr

FULL_GAUGE = 4.0
"""Distance from the data, in latent gaps, at which the gauge is full."""
ERROR_WIDTH = 58
"""Design pixels that the error of a sample needs beside its reconstruction."""
NO_DATA_HERE = mark("no data here")


def make_items(frame: ExploreFrame) -> list[Item]:
    """Return the items of the details; the bar of the highlighted dimension is described above the bars."""
    if not frame.checkpoint.can_decode:
        return vector_samples.make_items(frame)
    picture, results, state = frame.layout.parts["picture"], frame.results, frame.state
    point, edited = results.get_value("point", PointValue), results.get_value("moved", EditedLatentValue)
    generated = results.get_value("strip", GenerationValue) if state.pointer.hover is None else None
    if point is None and edited is None:
        failed = "point" if results.get_failure("point") else "moved"
        return frame.wait_for(picture, failed, tr("The decoder is being loaded."), "body", 0)
    if generated is not None and get_current_marks(state).drawn:
        verdict = frame.get_part("verdict")
        items: list[Item] = [Image(picture, generated.pictures[-1], "accent", reveals_answer=True)]
        if verdict is not None:
            items.append(Text(verdict, tr("A new sample"), "title", "accent", bold=True))
        return items
    if point is not None:
        drawn, (colour, description) = results.get_transition("point") or point, _describe_point(frame, point)
        sample, z = results.get_value("sample", SampleValue), drawn.z
        text = tr("nearest real sample: original and its reconstruction")
        image = Image(picture, drawn.picture, colour, reveals_answer=True)
    else:
        assert edited is not None
        colour, description = _describe_edited_latent(frame, edited)
        sample, z = edited.sample, edited.z
        text = tr("nearest real sample in latent space: original, reconstruction")
        image = Image(picture, edited.picture, colour, reveals_answer=True)
    return [image, *description, *_make_sample_items(frame, sample, text), *_make_bar_items(frame, z)]


def _describe_point(frame: ExploreFrame, point: PointValue) -> tuple[str, list[Item]]:
    """Return the realism colour of the picture at a map position, and the items that describe it."""
    state, away = frame.state, point.latent_distance
    spacing = frame.checkpoint.maps[state.get_map_name(0)].dot_spacing
    far_gaps = frame.checkpoint.neighbours.far_threshold
    verdict = realism.judge_map_position(point, frame.results.get_transition("point"), spacing, far_gaps)
    dot = find_active_dot(state)
    text = tr("code: {gaps:.1f} sample gaps from the nearest sample's", gaps=away)
    short = tr("code {gaps:.1f} gaps away", gaps=away)
    if verdict in realism.CODE_VERDICTS and frame.checkpoint.has_judge:
        text = tr("judged by its code, as too few of the model's copies pass: {gaps:.1f} sample gaps away", gaps=away)
        short = tr("by its code: {gaps:.1f} gaps away", gaps=away)
    if map_panel.is_far(point.map_distance, spacing):
        away, text, short = point.map_distance, _describe_far_code(frame, point.map_distance), tr(NO_DATA_HERE)
    gauge = _make_gauge_items(frame, min(1.0, away / FULL_GAUGE), verdict.colour, text, short)
    return verdict.colour, [*_make_verdict_items(frame, verdict, dot), *gauge]


def _describe_far_code(frame: ExploreFrame, gaps: float) -> str:
    """Return what is decoded far from every dot: a plane of the latent space goes on as it is, while the field of
    another map goes on outwards from its edge, near the data although the mouse is not."""
    projection = frame.checkpoint.maps[frame.state.get_map_name(0)].projection
    if not isinstance(projection, LatentPlane):
        return tr("no data here: the nearest edge is shown, {gaps:.0f} dot gaps away", gaps=gaps)
    if projection.spans_latent_space:
        return tr("no data here: this very code is shown, {gaps:.0f} dot gaps away", gaps=gaps)
    return tr("no data here: its other numbers are the nearest edge's, {gaps:.0f} dot gaps away", gaps=gaps)


def _describe_edited_latent(frame: ExploreFrame, value: EditedLatentValue) -> tuple[str, list[Item]]:
    """Return the realism colour of an edited latent, and the items that describe it."""
    away, ref = value.latent_distance, value.latent_ref
    verdict = realism.judge(value.plausibility, away, frame.checkpoint.neighbours.far_threshold)
    if ref.changes:
        text = tr("changed by hand: code {gaps:.1f} sample gaps from a sample's", gaps=away)
        short = tr("changed by hand: {gaps:.1f} gaps", gaps=away)
    elif ref.image:
        text = tr("your picture: code {gaps:.1f} sample gaps from a sample's", gaps=away)
        short = tr("your picture: {gaps:.1f} gaps", gaps=away)
    else:
        text = tr("kept on another map: code {gaps:.1f} sample gaps from a sample's", gaps=away)
        short = tr("from another map: {gaps:.1f} gaps", gaps=away)
    gauge = _make_gauge_items(frame, min(1.0, away / FULL_GAUGE), verdict.colour, text, short)
    return verdict.colour, [*_make_verdict_items(frame, verdict, value.sample.dot), *gauge]


def _make_verdict_items(frame: ExploreFrame, verdict: realism.Verdict, dot: int) -> list[Item]:
    rect, state = frame.get_part("verdict"), frame.state
    if rect is None:
        return []
    wide = rect.width > 300 * frame.ui_scale
    left, right = rect.split_left(round(rect.width * (0.68 if wide else 1.0)), 6)
    items = realism.make_items(left, verdict, "title")
    if wide and frame.checkpoint.class_names:
        name = sample_facts.say_class_name(state, 0, dot)
        items.append(
            Text(
                right, tr("nearest: {name}", name=name), "body", "text", "right", short=name, fallback_sizes=("small",),
                reveals_answer=True, shorten_middle=True,
            )
        )  # fmt: skip
    return items


def _make_gauge_items(frame: ExploreFrame, fraction: float, colour: str, caption: str, short: str) -> list[Item]:
    parts = frame.layout.parts
    if "gauge" not in parts:
        return []
    text = make_caption(parts["gauge text"], caption, short=short, reveals_answer=True)
    return [Gauge(parts["gauge"], fraction, colour, reveals_answer=True), text]


def _make_sample_items(frame: ExploreFrame, sample: SampleValue | None, caption: str) -> list[Item]:
    parts = frame.layout.parts
    if "sample" not in parts:
        return []
    known = sample is not None and frame.state.knowledge.file_names
    file = sample_facts.get_file_name(frame.state, 0, sample.dot) if sample is not None and known else ""
    named = {"text": tr("nearest: {name}", name=file), "short": file, "shorten_middle": True, "reveals_answer": True}
    plain = {"text": caption, "short": tr("nearest sample, reconstruction")}
    items = [
        make_caption(parts["sample text"], **(named if file else plain)),
        *sample_facts.make_sample_items(frame.state, 0, sample, parts["sample"], parts["reconstruction"]),
    ]
    if sample is None or sample.error is None:
        return items
    return [*items, *_make_error_items(frame, sample.error)]


def _make_error_items(frame: ExploreFrame, error: float) -> list[Item]:
    """Return the error of the sample's reconstruction, beside it where there is room: near a sample's code a picture
    may look nothing like the sample."""
    parts = frame.layout.parts
    picture, gap = parts["reconstruction"], round(8 * frame.ui_scale)
    room = parts["sample text"].right - picture.right - gap
    if room < ERROR_WIDTH * frame.ui_scale:
        return []
    rect = Rect(picture.right + gap, picture.y, room, picture.height)
    text = tr("error {error}", error=format_mse(error))
    return [Text(rect, text, "small", "muted", wrap=True, reveals_answer=True)]


def _make_bar_items(frame: ExploreFrame, z: Floats) -> list[Item]:
    parts, checkpoint = frame.layout.parts, frame.checkpoint
    if "bars" not in parts:
        return []
    highlighted = traversals_view.find_highlighted_dimension(frame)
    visible, bold = latent_bars.find_visible_dimensions(frame.state, parts["bars"]), highlighted is not None
    text, short = latent_bars.describe_bars(z, highlighted, visible, checkpoint.neighbours)
    changed = frozenset(dict(find_active_point(frame.state).changes))
    return [
        Text(parts["bars text"], text, "small", "text" if bold else "muted", bold=bold, short=short),
        Panel(parts["bars"]),
        Bars(
            parts["bars"], z, checkpoint.bar_scale, first=visible.start, stop=visible.stop, highlighted=highlighted,
            edited=changed,
        ),
    ]  # fmt: skip
