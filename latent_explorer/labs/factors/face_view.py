"""View of a face's sliders: its true factors, and what its code and its picture become."""

from typing import Any

from latent_explorer.labs.factors import true_factors
from latent_explorer.labs.factors.face_queries import DrawnFaceValue, FactorSweepValue
from latent_explorer.labs.factors.grid import LONG_NAME, SliderRow, place_sliders
from latent_explorer.labs.factors.view import make_title_items
from latent_explorer.scene.frame import Frame
from latent_explorer.scene.items import Image, Item, Line, Marker, Panel, Text, make_caption
from latent_explorer.scene.rect import Rect
from latent_explorer.texts import mark, tr, tr_count

HINT = mark(
    "Drag a true factor. Thick lines: where each dimension goes as the factor runs; disentangled would mean that one "
    "goes alone. Drag it: what changes?"
)
OFF_HINT = mark(
    "Drag a true factor: the thick lines are where it takes each dimension. Off: the KL term switched the dimension "
    "off, the decoder does not hear it."
)
MOVED_HINT = mark("The face is decoded from the moved dimensions. What else has changed beside what you meant?")
ALONE = 0.05
"""Share of the longest line up to which the next may be as long where one dimension is said to move alone."""


def choose_hint(frame: Frame[Any]) -> str:
    if frame.own.moved:
        return tr(MOVED_HINT)
    faces = [frame.results.get_value(f"face {slot}", DrawnFaceValue) for slot in range(frame.own.count)]
    return tr(OFF_HINT) if any(face is not None and face.unused.any() for face in faces) else tr(HINT)


def place_factors(rect: Rect, active: int, ui_scale: float) -> tuple[int, tuple[SliderRow, ...]]:
    """Return the first true factor with room and the rows from it on: the page with the active one."""
    rows = place_sliders(rect, len(true_factors.NAMES), ui_scale, LONG_NAME)
    if not rows:
        return 0, ()
    first = min(active // len(rows) * len(rows), len(true_factors.NAMES) - len(rows))
    return first, rows


def make_map_items(frame: Frame[Any], slot: int, rect: Rect) -> list[Item]:
    """Return the way of the face on the map as the factor runs, and where it is now."""
    face = frame.results.get_value(f"face {slot}", DrawnFaceValue)
    sweep = frame.results.get_value(f"sweep {slot}", FactorSweepValue)
    camera, items = frame.state.get_camera(slot), list[Item]()
    map_name = frame.state.get_map_name(slot)
    if sweep is not None and sweep.query.map_name == map_name and len(sweep.way) > 1:
        way, width = tuple(camera.to_px(xy, rect) for xy in sweep.way), frame.state.scale_line(2)
        items.append(Line(way, rect, "second", width, arrow=True))
    if face is not None and face.query.map_name == map_name:
        items.append(Marker(camera.to_px(face.xy, rect), rect, size=round(11 * frame.state.marker_scale)))
    return items


def make_true_items(frame: Frame[Any], factors: true_factors.Shares) -> list[Item]:
    """Return the drawn face and the sliders of its true factors."""
    items: list[Item] = []
    face = frame.results.get_value("face 0", DrawnFaceValue)
    text, place = frame.get_part("drawn text"), frame.get_part("drawn")
    if text is not None:
        items.append(make_caption(text, tr("drawn from its factors"), short=tr("drawn")))
    if place is not None:
        items += frame.wait_for(place, "face 0") if face is None else [Image(place, face.drawn, "line", True)]
    panel, rect, head = (frame.get_part(name) for name in ("factors panel", "factors", "factors text"))
    if panel is None or rect is None:
        return items
    items.append(Panel(panel))
    first, rows = place_factors(rect, frame.own.factor, frame.ui_scale)
    if head is not None:
        rest = len(true_factors.NAMES) - len(rows)
        words = tr("True factors ({count} more: K)", count=rest) if rest else tr("True factors")
        items.append(Text(head, words, "small", "text", bold=True))
    changed = dict(frame.own.factors)
    for factor, row in enumerate(rows, first):
        ink = "accent" if factor == frame.own.factor else "text"
        share, name = factors[factor], true_factors.name_factor(factor)
        items += _make_slider(row, name, share, ink, frame.ui_scale, is_changed=factor in changed)
        items.append(make_caption(row.value, true_factors.describe(factor, share), align="right"))
    return items


def make_model_items(frame: Frame[Any], slot: int) -> list[Item]:
    """Return what a model decodes, and the sliders of its dimensions."""
    face = frame.results.get_value(f"face {slot}", DrawnFaceValue)
    items = make_title_items(frame, slot)
    text, place = frame.get_part(f"picture text {slot}"), frame.get_part(f"picture {slot}")
    is_moved = any(one[0] == slot for one in frame.own.moved)
    if text is not None:
        words, short = tr("its reconstruction"), tr("decoded")
        if is_moved:
            words, short = tr("decoded with moved dimensions"), tr("decoded, moved")
        items.append(make_caption(text, words, short=short))
    if place is not None:
        waiting = frame.wait_for(place, f"face {slot}")
        items += waiting if face is None else [Image(place, face.picture, "second" if is_moved else "line", True)]
    panel, rect = frame.get_part(f"sliders panel {slot}"), frame.get_part(f"sliders {slot}")
    if panel is None or rect is None:
        return items
    if face is None:
        return items + frame.wait_for(panel, f"face {slot}", tr("Encoding the face."), "body", 8)
    return [*items, Panel(panel), *_make_dimension_items(frame, slot, face, rect)]


def _make_dimension_items(frame: Frame[Any], slot: int, face: DrawnFaceValue, rect: Rect) -> list[Item]:
    sweep = frame.results.get_value(f"sweep {slot}", FactorSweepValue)
    if sweep is not None and sweep.query.factor != frame.own.factor:
        sweep = None
    items: list[Item] = []
    rows = place_sliders(rect, len(face.dimensions), frame.ui_scale)
    head = frame.get_part(f"sliders text {slot}")
    if head is not None:
        short = tr("Dimensions")
        if sweep is not None and sweep.share_of_most > 0:
            short = tr("z {number} moves most", number=face.dimensions[sweep.most] + 1)
        words, missing = _describe_movement(face, sweep), len(face.dimensions) - len(rows)
        if missing > 0:
            words = tr_count(
                "{movement} ({count} more has no room)",
                "{movement} ({count} more have no room)",
                missing,
                movement=words,
            )
            short = tr("{movement}; {count} not shown", movement=short, count=missing)
        items.append(Text(head, words, "small", "text", bold=True, short=short))
    moved = {place: share for other, place, share in frame.own.moved if other == slot}
    for place, row in enumerate(rows):
        is_most = sweep is not None and sweep.share_of_most > 0 and place == sweep.most
        is_unused = bool(face.unused[place])
        share, name = float(moved.get(place, face.shares[place])), f"z {face.dimensions[place] + 1}"
        # what the decoder does not hear moves nothing in the picture
        band = None if sweep is None or is_unused else (float(sweep.low[place]), float(sweep.high[place]))
        ink = "accent" if is_most else "muted" if is_unused else "text"
        items += _make_slider(row, name, share, ink, frame.ui_scale, is_changed=place in moved, band=band)
        if place in moved:
            items.append(make_caption(row.value, tr("moved"), short="·"))
        elif is_most:
            items.append(Text(row.value, tr("most"), "small", "accent"))
        elif is_unused:
            items.append(make_caption(row.value, tr("off")))
    return items


def _describe_movement(face: DrawnFaceValue, sweep: FactorSweepValue | None) -> str:
    """Return which dimension the active factor moves most, and how much of the movement that is."""
    if sweep is None:
        return tr("Dimensions")
    name, most = true_factors.name_factor(sweep.query.factor), f"z {face.dimensions[sweep.most] + 1}"
    if not sweep.share_of_most:
        return tr("{factor} moves no dimension", factor=name)
    if sweep.second_over_most <= ALONE:
        return tr("{factor} moves {dimension} alone", factor=name, dimension=most)
    return tr(
        "{factor} moves {dimension} most: {share:.0%} of all movement",
        factor=name, dimension=most, share=min(sweep.share_of_most, 0.99),  # not alone, so never all
    )  # fmt: skip


def _make_slider(
    row: SliderRow,
    name: str,
    share: float,
    ink: str,
    ui_scale: float,
    *,
    is_changed: bool,
    band: tuple[float, float] | None = None,
) -> list[Item]:
    """Return a name, a track, on it the `band` of positions that a dimension moves between, and a handle."""
    track, middle = row.track, round(row.track.centre[1])
    wide, high = max(4, round(7 * ui_scale)), max(6, min(round(15 * ui_scale), track.height - 2))
    x = round(track.x + min(max(share, 0.0), 1.0) * (track.width - 1)) - wide // 2
    x = min(max(x, track.x), track.right - wide)
    items: list[Item] = [Text(row.name, name, "small", ink), _make_bar(track, (0.0, 1.0), "line", 3 * ui_scale)]
    if band is not None:
        items.append(_make_bar(track, band, "accent" if ink == "accent" else "muted", 7 * ui_scale))
    handle = Rect(x, middle - high // 2, wide, high)
    return [*items, Panel(handle, "second" if is_changed else "text", "background")]


def _make_bar(track: Rect, ends: tuple[float, float], colour: str, height: float) -> Panel:
    """Return a part of a track."""
    thick = max(2, min(round(height), track.height - 2))
    left, right = (round(track.x + min(max(end, 0.0), 1.0) * (track.width - 1)) for end in ends)
    return Panel(Rect(left, round(track.centre[1]) - thick // 2, max(2, right - left), thick), colour)
